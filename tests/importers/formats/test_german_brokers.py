# ruff: noqa: E501  (rows are as wide as in the files)
"""Brokers of Germany: decimal commas, Windows' Latin, orders cancelled, tables below banners."""

from tests.importers.formats.european_files import held, ignored, moved, read, read_bytes


def test_scalable_takes_what_was_executed() -> None:
    statement = read("""
        date;time;status;reference;description;assetType;type;isin;shares;price;amount;fee;tax;currency
        2024-09-25;02:00:00;Executed;"R1";"World ETF";Cash;Distribution;IE0000000015;;;56,78;0,00;0,00;EUR
        2024-09-08;02:00:00;Executed;"R2";"Auszahlung";Cash;Withdrawal;;;;-5.743,51;0,00;;EUR
        2024-08-01;14:11:01;Executed;"R3";"World ETF";Security;Savings plan;IE0000000015;3,505;21,395;-74,989475;0,00;0,00;EUR
        2024-08-01;14:11:01;Cancelled;"R4";"World ETF";Security;Buy;IE0000000015;3,505;21,395;-74,989475;0,00;0,00;EUR
        """)
    assert moved(statement) == [
        "2024-09-25 dividend IE0000000015 for 56.78 EUR",
        "2024-09-08 withdrawal for -5743.51 EUR",
        "2024-08-01 buy IE0000000015 3.505 @ 21.395 for -74.989475 EUR",
    ]
    assert ignored(statement) == ["not executed"]


def test_a_cancelled_order_of_flatex_is_for_a_person_to_see() -> None:
    text = """Buchungstag;Valuta;Bezeichnung;ISIN;Nominal (Stk.);;Betrag;;Kurs;;Devisenkurs;TA.-Nr.;Buchungsinformation
03.01.2024;06.01.2024;WORLD ETF;IE0000000015;2,5;Stück;300,00;EUR;120,00;EUR;1,000;404;Ausführung ORDER Kauf IE0000000015 2175
02.02.2024;06.01.2024;WORLD ETF;IE0000000015;-2,5;Stück;-300,00;EUR;120,00;EUR;1,000;405;Storno Ausführung ORDER Kauf IE0000000015 2175
04.02.2024;06.02.2024;WORLD ETF;IE0000000015;-1,0;Stück;121,00;EUR;121,00;EUR;1,000;406;Ausführung ORDER Verkauf IE0000000015 2176
"""
    rows = [
        "2024-01-03 buy IE0000000015 2.5 @ 120.00 for -300.00 EUR",
        "2024-02-02 other IE0000000015 -2.5 @ 120.00 for 300.00 EUR",
        "2024-02-04 sell IE0000000015 -1.0 @ 121.00 for 121.00 EUR",
    ]
    assert moved(read_bytes(text.encode("cp1252"))) == rows
    assert moved(read(text.replace("ü", "\ufffd"))) == rows  # damaged on its way


def test_comdirect_has_depot_bookings_below_those_of_the_bank_account() -> None:
    text = """;
"Umsätze Girokonto";"Zeitraum: 01.01.2024 - 31.12.2024";
"Buchungstag";"Wertstellung (Valuta)";"Vorgang";"Buchungstext";"Umsatz in EUR";
"05.12.24";"06.12.24";"Wertpapiere";"Kauf World ETF";"-1.000,00";

"Umsätze Depot";"Zeitraum: 01.01.2024 - 31.12.2024";

"Buchungstag";"Geschäftstag";"Stück / Nom.";"Bezeichnung";"WKN";"Währung";"Ausführungskurs";"Umsatz in EUR";
"06.12.24";"05.12.24";"10";"World ETF";"ABC123";"EUR";"100,00";"-1.000,00";
"""
    statement = read_bytes(text.encode("latin-1"))
    assert moved(statement) == ["2024-12-05 buy ABC123 10 @ 100.00 for -1000.00 EUR"]


def test_comdirect_positions_have_points_between_thousands() -> None:
    statement = read("""
        "Stück / Nominale";"Bezeichnung";"WKN";"Währung";"Aktueller Kurs";"Wert in EUR";"Datum";"Zeit"
        "8.500";"OAK TIMBER";"A00000";"EUR";"9,515";"80.877,50";"11.08.2024";"20:11:50"

        "Depotwert";"80.877,50"
        """)
    assert held(statement) == ["A00000 8500 = 80877.50 EUR @ 9.515"]


def test_ing_has_a_currency_beside_every_figure() -> None:
    statement = read("""
        Depotübersicht vom 07.08.2024 21:28
        Kunde;A. Person

        Depotnummer;0000000000

        ISIN;Wertpapiername;Stück/Nominale;Einheitskennzeichen;Einstandskurs;Währung;Einstandswert;Währung;Bewertungskurs;Währung;Zeit;Handelsplatz;Kurswert;Währung;Gewinn/Verlust;Währung;Gewinn/Verlust (%)
        US0000000019;OAK TIMBER DL-,01;10;Stück;150,00;EUR;1.500,00;EUR;188,00;USD;21:28 Uhr;Direkthandel;1.730,00;EUR;230,00;EUR;15,33%
        "";;;;;Depot-Gesamtwert;1.500,00;EUR;;;;;1.730,00;EUR;230,00;EUR;15,33%
        """)
    assert held(statement) == ["US0000000019 10 = 1730.00 EUR (cost 1500.00)"]
    assert [account.id for account in statement.accounts] == ["0000000000"]
    assert str(statement.as_of) == "2024-08-07"
    assert ignored(statement)[-1] == "total"


def test_dkb_names_the_depot_in_a_banner() -> None:
    statement = read("""
        "Depot";"500123456"

        "Bestand";"";"ISIN / WKN";"Bezeichnung";"Kurs";"Gewinn / Verlust";"";"Einstandswert";"";"Dev. Kurs";"Kurswert in Euro";"Verfügbarkeit";
        "10,00";"Stück";"US0000000019";"OAK TIMBER";"173,00";"230,00";"EUR";"1.500,00";"EUR";"";"1.730,00";"frei";
        """)
    assert held(statement) == ["US0000000019 10.00 = 1730.00 EUR (cost 1500.00) @ 173.00"]
    assert [account.id for account in statement.accounts] == ["500123456"]


def test_parqet_amounts_are_before_fee_and_tax() -> None:
    statement = read("""
        "datetime";"date";"time";"price";"shares";"amount";"tax";"fee";"realizedgains";"type";"broker";"assettype";"identifier";"wkn";"originalcurrency";"currency";"fxrate";"holding";"holdingname";"holdingnickname";"exchange";"avgholdingperiod";
        "2024-08-02T07:00:00.001Z";"02.08.2024";"09:00:00";28,03;17,83803;500;0;1;;"Buy";"some_broker";"Security";"IE0000000015";"A00000";;"EUR";;;"World ETF";;"";
        "2024-06-04T12:04:00.000Z";"04.06.2024";"14:04:00";263;6;1578;14,83;1;600,12;"Sell";"some_broker";"Security";"DE0000000012";"A00001";;"EUR";;;"Elm Works";;;519
        "2024-05-15T22:39:00.000Z";"16.05.2024";"00:39:00";2,2;12;26,4;-3,00;0;;"Dividend";"some_broker";"Security";"DE0000000012";"A00001";;"EUR";;;"Elm Works";;;
        """)
    assert moved(statement) == [
        "2024-08-02 buy IE0000000015 17.83803 @ 28.03 for -501 EUR, fee 1",
        "2024-06-04 sell DE0000000012 -6 @ 263 for 1562.17 EUR, fee 1",
        "2024-05-16 dividend DE0000000012 12 @ 2.2 for 29.40 EUR",
    ]
