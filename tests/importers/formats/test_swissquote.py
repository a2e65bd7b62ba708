# ruff: noqa: E501  (rows are as wide as in the files)
"""Swissquote: semicolons, Windows' Latin, apostrophes, a quantity of one that is none."""

import pytest

from tests.importers.formats.european_files import moved, read, read_bytes

ENGLISH = "Date;Order #;Transaction;Symbol;Name;ISIN;Quantity;Unit price;Costs;Accrued Interest;Net Amount;Balance;Currency"
GERMAN = "Datum;Auftrag #;Transaktionen;Symbol;Name;ISIN;Anzahl;Stückpreis;Kosten;Aufgelaufene Zinsen;Nettobetrag;Währung Nettobetrag;Nettobetrag in der Währung des Kontos;Saldo;Währung"
FRENCH = "Date;N° ordre;Transaction;Symbole;Nom;ISIN;Quantité;Prix unitaire;Coûts;Intérêts courus;Montant net;Solde;Monnaie"

ROWS = {
    "Buy;OAK;OAK TIMBER;US0000000019;200.0;19.85;5.96;0.00;-3'975.96": "buy OAK 200.0 @ 19.85 for -3975.96 USD, fee 5.96",
    "Sell;OAK;OAK TIMBER;US0000000019;37.0;55.945;80.91;0.00;1989.06": "sell OAK -37.0 @ 55.945 for 1989.06 USD, fee 80.91",
    "Dividend;OAK;OAK TIMBER;US0000000019;1.0;486.58;0.00;0.00;486.58": "dividend OAK for 486.58 USD",
    "Forex credit;;;;1.0;1995.39;0.00;0.00;1995.39": "conversion for 1995.39 USD",
    "Forex debit;;;;1.0;2000.00;0.00;0.00;-2000.00": "conversion for -2000.00 USD",
    "Custody Fees;;;;1.0;50.00;3.85;0.00;-53.85": "fee for -53.85 USD, fee 3.85",
    "Interests;;;;1.0;0.01;0.00;0.00;-0.01": "interest for -0.01 USD",
    "Debit;;;;1.0;2000.00;2.00;0.00;-2002.00": "withdrawal for -2002.00 USD, fee 2.00",
    "Payment;;;;1.0;1000.00;0.00;0.00;1000.00": "deposit for 1000.00 USD",
    "Crypto Deposit;BTC;Bitcoin;;0.5;;0.00;0.00;-": "transfer_in BTC 0.5 USD",
    "Reversal (Dividend);OAK;OAK TIMBER;US0000000019;1.0;4.00;0.00;0.00;-4.00": "other OAK 1.0 @ 4.00 for -4.00 USD",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_booking_says_what_it_was(row: str) -> None:
    statement = read(f"{ENGLISH}\n05-03-2024 12:00:25;00000000;{row};8614.40;USD\n")
    assert moved(statement) == [f"2024-03-05 {ROWS[row]}"]


def test_german_files_are_in_windows_latin_and_count_in_the_currency_of_the_account() -> None:
    text = f"""{GERMAN}
05.03.2024 09:31;39230910;Kauf;OAK;OAK TIMBER;US0000000019;12;370.85;25.30;;-4'475.50;USD;-4'475.50;12'510.35;USD
06.03.2024 00:00;00000000;Titeleingang;OAK;OAK TIMBER;US0000000019;5;;;;-;;-;12'510.35;USD
07.03.2024 00:00;00000000;Depotgebühren;;;;1.0;37.50;3.04;0.00;-40.54;CHF;-40.54;2'000.00;CHF
08.03.2024 00:00;00000000;Zinsen auf Belastungen;;;;;;;;-12.50;CHF;-12.50;1'987.50;CHF
"""
    assert moved(read_bytes(text.encode("cp1252"))) == [
        "2024-03-05 buy OAK 12 @ 370.85 for -4475.50 USD, fee 25.30",
        "2024-03-06 transfer_in OAK 5 USD",
        "2024-03-07 fee for -40.54 CHF, fee 3.04",
        "2024-03-08 interest for -12.50 CHF",
    ]


def test_french_words_are_known() -> None:
    rows = (
        "Achat;OAK;OAK TIMBER;US0000000019;2;10.00;1.00;0.00;-21.00",
        "Droits de garde;;;;1;5;0;0;-5.00",
    )
    body = "\n".join(f"05-03-2024 12:00:25;00000000;{row};0;CHF" for row in rows)
    assert moved(read(f"{FRENCH}\n{body}\n")) == [
        "2024-03-05 buy OAK 2 @ 10.00 for -21.00 CHF, fee 1.00",
        "2024-03-05 fee for -5.00 CHF",
    ]
