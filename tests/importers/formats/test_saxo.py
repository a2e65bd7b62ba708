# ruff: noqa: E501  (rows are as wide as in the files)
"""Saxo Bank: trades told in a sentence, months in the customer's language, two decimal marks."""

from tests.importers.formats.european_files import held, ignored, moved, read


def test_a_sentence_tells_what_was_traded_and_months_have_their_own_names() -> None:
    statement = read("""
        Client ID,Trade Date,Value Date,Type,Instrument,Instrument ISIN,Instrument currency,Exchange Description,Instrument Symbol,Event,Booked Amount,Order ID,Conversion Rate
        ,05-mrt-2024,07-mrt-2024,Transactie,Oak Timber Inc.,US0000000019,USD,NASDAQ,OAK:xnas,Koop 3 @ 139.74 USD,"-420,22",,1
        ,06-Mar-2024,08-Mar-2024,Trade,Oak Timber Inc.,US0000000019,USD,NASDAQ,OAK:xnas,Sell 1 @ 140.00 USD,139,,1
        ,02-mei-2024,02-mei-2024,Corporate action,Oak Timber Inc.,US0000000019,USD,NASDAQ,OAK:xnas,Dividend,1.83,,0.92
        ,03-okt-2024,03-okt-2024,Cash amount,,,USD,,,Custody Fee,"-3,91",,1
        ,30-Dec-2024,30-Dec-2024,Cash Transfer,,,USD,Unknown,,Deposit,500,,1
        ,30-Dec-2024,30-Dec-2024,Cash Transfer,,,USD,Unknown,,Withdrawal,-280,,1
        """)
    # The currency of the account stands nowhere, and a price in dollars may not be one in it.
    assert moved(statement) == [
        "2024-03-05 buy OAK 3 for -420.22",
        "2024-03-06 sell OAK -1 for 139",
        "2024-05-02 dividend OAK for 1.83",
        "2024-10-03 fee for -3.91",
        "2024-12-30 deposit for 500",
        "2024-12-30 withdrawal for -280",
    ]


def test_positions_are_valued_in_the_currency_that_the_header_names() -> None:
    statement = read("""
        Strumento,Long/Short,Valuta,Quantità,Prezzo di apertura,Prz. corrente,Valore di mercato (EUR),Valore originale (EUR),Ticker,ISIN,Tipo attività
        Azioni (2),,,,,,,,,,
        Oak Timber Inc.,Long,USD,10,"40,00","50,00","460,00","370,00",OAK:xnas,US0000000019,Azione
        Elm Works,Long,EUR,4,"10,00","12,50","50,00","40,00",ELM:xmil,NL0000000028,Azione
        """)
    assert held(statement) == [
        "OAK 10 = 460.00 EUR (cost 370.00)",
        "ELM 4 = 50.00 EUR (cost 40.00) @ 12.50",
    ]
    assert ignored(statement) == ["total of a group"]
