# ruff: noqa: E501  (rows are as wide as in the files)
"""DEGIRO: three files, seven languages, unnamed columns of currencies, two decimal marks."""

import pytest

from tests.importers.formats.european_files import broken, held, ignored, moved, read

TRANSACTIONS = {
    "English since 2023, the order's number one column too far right": """
        Date,Time,Product,ISIN,Reference exchange,Venue,Quantity,Price,,Local value,,Value EUR,Exchange rate,AutoFX Fee,Transaction and/or third party fees EUR,Total EUR,Order ID,
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00","1,0870","-1,15","-2,00","-463,15",,11111111-2222-3333-4444-555555555555
        """,
    "Dutch before, a currency beside every amount": """
        Datum,Tijd,Product,ISIN,Beurs,Uitvoeringsplaats,Aantal,Koers,,Lokale waarde,,Waarde,,Wisselkoers,Transactiekosten en/of kosten van derden,,Totaal,,Order ID
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00",EUR,"1,0870","-3,15",EUR,"-463,15",EUR,aaaa
        """,
    "German": """
        Datum,Uhrzeit,Produkt,ISIN,Referenzbörse,Ausführungsort,Anzahl,Kurs,,Wert in Lokalwährung,,Wert EUR,Wechselkurs,AutoFX-Gebühr,Transaktionsgebühren und/oder Fremdkosten EUR,Gesamt EUR,Order-ID
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00","1,0870","-1,15","-2,00","-463,15",aaaa
        """,
    "French, with a point before the decimals": """
        Date,Heure,Produit,Code ISIN,Place boursière sectionnée,Lieu d'exécution,Quantité,Cours,,Montant devise locale,,Montant EUR,Taux de change,Frais conversion AutoFX,Frais de courtage et/ou de parties,Montant négocié EUR,ID Ordre
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,50.0000,USD,-500.00,USD,-460.00,1.0870,-1.15,-2.00,-463.15,aaaa
        """,
    "Italian": """
        Data,Ora,Prodotto,ISIN,Borsa di riferimento,Borsa,Quantità,Quotazione,,Valore locale,,Valore EUR,Tasso di cambio,Commissione AutoFX,Costi di transazione e/o di terze parti EUR,Totale EUR,ID Ordine,
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00","1,0870","-1,15","-2,00","-463,15",,aaaa
        """,
    "Spanish": """
        Fecha,Hora,Producto,ISIN,Bolsa de referencia,Centro de ejecución,Número,Precio,,Valor local,,Valor EUR,Tipo de cambio,Comisión AutoFX,Costes de transacción y/o externos EUR,Total EUR,ID Orden,
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00","1,0870","-1,15","-2,00","-463,15",,aaaa
        """,
    "Portuguese": """
        Data,Hora,Produto,ISIN,Bolsa de referência,Bolsa,Quantidade,Preços,,Valor local,,Valor EUR,Taxa de Câmbio,Taxa Autofx,Custos de transação e/ou taxas de terceiros,Total EUR,ID da Ordem,
        05-03-2024,15:31,OAK TIMBER INC,US0000000019,NDQ,XNAS,10,"50,0000",USD,"-500,00",USD,"-460,00","1,0870","-1,15","-2,00","-463,15",,aaaa
        """,
}


@pytest.mark.parametrize("language", TRANSACTIONS)
def test_a_trade_counts_in_the_currency_of_the_account_in_every_language(language: str) -> None:
    statement = read(TRANSACTIONS[language])
    assert statement.format == "degiro_transactions"
    # The price is in dollars and left out: no figure of this row is.
    assert moved(statement) == ["2024-03-05 buy US0000000019 10 for -463.15 EUR, fee 3.15"]


def test_the_sign_of_the_quantity_says_what_was_sold() -> None:
    statement = read("""
        Date,Time,Product,ISIN,Reference,Venue,Quantity,Price,,Local value,,Value,,Exchange rate,Transaction and/or third,,Total,,Order ID
        06-03-2024,09:00,ELM WORKS,NL0000000028,EAM,XAMS,-4,12.50,EUR,50.00,EUR,50.00,EUR,,-1.00,EUR,49.00,EUR,a
        nonsense,09:00
        """)
    assert moved(statement) == ["2024-03-06 sell NL0000000028 -4 @ 12.50 for 49.00 EUR, fee 1.00"]
    assert [line for line, _ in broken(statement)] == [3]


ACCOUNT = {
    # in the account statement: what it is
    '"Koop 1.000 @ 3,25 EUR",,EUR,"-3250,00"': "buy NL0000000028 1000 @ 3.25 for -3250.00 EUR",
    '"Verkauf 3 zu je 12,5 EUR",,EUR,"37,50"': "sell NL0000000028 -3 @ 12.5 for 37.50 EUR",
    '"Compra 6 ELM WORKS@12,5 EUR (NL0000000028)",,EUR,"-75,00"': "buy NL0000000028 6 @ 12.5 for -75.00 EUR",
    "Sell 4 ELM WORKS@496 GBX (NL0000000028),,GBP,19.84": "sell NL0000000028 -4 @ 4.96 for 19.84 GBP",
    '"ISIN-WIJZIGING: Verkoop 5 @ 12 EUR",,EUR,"60,00"': "symbol_change NL0000000028 -5 @ 12 for 60.00 EUR",
    '"AKTIENSPLIT: Kauf 20 zu je 3 EUR",,EUR,"-60,00"': "split NL0000000028 20 @ 3 for -60.00 EUR",
    'Dividend,,USD,"0,44"': "dividend NL0000000028 for 0.44 USD",
    'Dividende,,USD,"-5,11"': "dividend NL0000000028 for -5.11 USD",
    'Dividendbelasting,,USD,"-0,07"': "tax NL0000000028 for -0.07 USD",
    'Dividendensteuer,,EUR,"-1,00"': "tax NL0000000028 for -1.00 EUR",
    'Impôts sur dividende,,USD,"-0,15"': "tax NL0000000028 for -0.15 USD",
    'Retención del dividendo,,USD,"-0,15"': "tax NL0000000028 for -0.15 USD",
    'Fund Distribution,,GBP,"0,50"': "dividend NL0000000028 for 0.50 GBP",
    'DEGIRO Transactiekosten en/of kosten van derden,,EUR,"-2,00"': "fee NL0000000028 for -2.00 EUR",
    "Comissões de transação DEGIRO e/ou taxas de terceiros,,EUR,-1.00": "fee NL0000000028 for -1.00 EUR",
    'Valuta Debitering,"1,0613",USD,"-1,36"': "conversion NL0000000028 for -1.36 USD",
    'Währungswechsel (Einbuchung),,EUR,"1,28"': "conversion NL0000000028 for 1.28 EUR",
    'Operation de change - Crédit,,CHF,"8,64"': "conversion NL0000000028 for 8.64 CHF",
    'Levantamento de divisa,"1,1191",USD,"-4,52"': "conversion NL0000000028 for -4.52 USD",
    'Degiro Cash Sweep Transfer,,EUR,"26,45"': "sweep NL0000000028 for 26.45 EUR",
}


@pytest.mark.parametrize("row", ACCOUNT)
def test_a_movement_of_the_account_says_what_it_was(row: str) -> None:
    statement = read(f"""
        Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id
        05-03-2024,15:31,04-03-2024,ELM WORKS,NL0000000028,{row},EUR,"1,35",
        """)
    assert statement.format == "degiro_account"
    assert moved(statement) == [f"2024-03-05 {ACCOUNT[row]}"]


CASH = {
    'iDEAL Deposit,,EUR,"27,80"': "deposit for 27.80 EUR",
    'Einzahlung,,CHF,"658,00"': "deposit for 658.00 CHF",
    'flatex terugstorting,,EUR,"-15,10"': "withdrawal for -15.10 EUR",
    'Retrait de fonds,,EUR,"-15,10"': "withdrawal for -15.10 EUR",
    'Flatex Interest Income,,EUR,"0,00"': "interest for 0.00 EUR",
    'DEGIRO Aansluitingskosten 2024 (Xetra - XET),,EUR,"-2,50"': "fee for -2.50 EUR",
    'Processed Flatex Withdrawal,,EUR,"15,10"': "sweep for 15.10 EUR",
}


@pytest.mark.parametrize("row", CASH)
def test_cash_alone_names_no_instrument(row: str) -> None:
    statement = read(f"""
        Date,Time,Value date,Product,ISIN,Description,FX,Change,,Balance,,Order Id
        05-03-2024,15:31,04-03-2024,,,{row},EUR,"1,35",
        """)
    assert moved(statement) == [f"2024-03-05 {CASH[row]}"]


def test_what_moves_nothing_is_ignored_by_a_rule_and_the_unknown_is_a_break() -> None:
    statement = read("""
        Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id
        05-03-2024,15:31,04-03-2024,,,"Overboeking van uw geldrekening bij flatexDEGIRO Bank 26,45 EUR",,,,EUR,"1,35",
        05-03-2024,15:31,04-03-2024,,,Reservation iDEAL / Sofort Deposit,,EUR,"-27,80",EUR,"1,35",
        05-03-2024,15:31,04-03-2024,ELM WORKS,NL0000000028,Dividend,,EUR,"1,00",EUR,"1,35",11111111-2222-
        ,,,,,,,,,,,3333-444444444444
        05-03-2024,15:31,04-03-2024,,,Something never seen,,EUR,"1,00",EUR,"1,35",
        """)
    assert ignored(statement) == [
        "balance at the bank of the broker",
        "reservation of a deposit",
        "rest of an order number",
    ]
    assert broken(statement) == [(6, "unknown_action")]
    assert statement.rows == 6


PORTFOLIOS = {
    "Dutch": """
        Product,Symbool/ISIN,Aantal,Slotkoers,Lokale waarde,,Waarde in EUR
        CASH & CASH FUND & FTX CASH (EUR),,,,EUR,"10,50","10,50"
        OAK TIMBER INC,US0000000019,3,"200,00",USD,"600,00","552,00"
        ELM WORKS,NL0000000028,4,"12,50",EUR,"50,00","50,00"
        """,
    "English": """
        Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR
        CASH & CASH FUND & FTX CASH (EUR),,,,EUR,10.50,10.50
        OAK TIMBER INC,US0000000019,3,200.00,USD,600.00,552.00
        ELM WORKS,NL0000000028,4,12.50,EUR,50.00,50.00
        """,
    "German": """
        Produkt;Symbol/ISIN;Anzahl;Schlußkurs;Wert;;Wert in EUR
        CASH & CASH FUND & FTX CASH (EUR);;;;EUR;10,50;10,50
        OAK TIMBER INC;US0000000019;3;200,00;USD;600,00;552,00
        ELM WORKS;NL0000000028;4;12,50;EUR;50,00;50,00
        """,
    "before 2021, amount and currency in one cell": """
        Product,Symbol/ISIN,Amount,Closing,Local value,Value in EUR
        CASH & CASH FUND & FTX CASH (EUR),,,,EUR 10.50,10.50
        OAK TIMBER INC,US0000000019,3,200.00,USD 600.00,552.00
        ELM WORKS,NL0000000028,4,12.50,EUR 50.00,50.00
        """,
}


@pytest.mark.parametrize("layout", PORTFOLIOS)
def test_holdings_are_valued_in_the_currency_that_the_header_names(layout: str) -> None:
    assert held(read(PORTFOLIOS[layout])) == [
        "CASH (cash) = 10.50 EUR",
        "US0000000019 3 = 552.00 EUR",
        "NL0000000028 4 = 50.00 EUR @ 12.50",
    ]
