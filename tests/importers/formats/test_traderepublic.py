# ruff: noqa: E501  (rows are as wide as in the files)
"""Trade Republic: its own export counts fees apart, converters write net values in many languages."""

import pytest

from tests.importers.formats.european_files import moved, read


def test_fee_and_tax_are_added_to_the_amount() -> None:
    statement = read("""
        "datetime","date","account_type","category","type","asset_class","name","symbol","shares","price","amount","fee","tax","currency","original_amount","original_currency","fx_rate","description","transaction_id","counterparty_name","counterparty_iban","payment_reference","mcc_code"
        "2026-01-20T23:15:02.120Z","2026-01-21","DEFAULT","TRADING","BUY","FUND","World ETF","IE0000000015","4.0000000000","98.500000","-394.00","-1.00","","EUR","","","","","t1","","","",""
        "2026-02-14T22:40:55.000Z","2026-02-14","DEFAULT","TRADING","SELL","STOCK","Oak","US0000000019","-2.5000000000","20.00","50.00","-1.00","-4.50","EUR","","","","","t2","","","",""
        "2026-05-15T09:18:54.920906Z","2026-05-15","DEFAULT","CASH","DIVIDEND","STOCK","Oak","US0000000019","2.5000000000","","0.44","","-0.12","EUR","0.52","USD","1.18","","t3","","","",""
        "2026-06-30T22:00:00.000Z","2026-06-30","DEFAULT","CASH","INTEREST_PAYMENT","","","","","","1.20","","-0.32","EUR","","","","","t4","","","",""
        "2026-07-01T10:00:00.000Z","2026-07-01","DEFAULT","CASH","TAX_OPTIMIZATION","","","","","","0","","2.10","EUR","","","","","t5","","","",""
        "2026-07-02T10:00:00.000Z","2026-07-02","DEFAULT","CASH","CARD_TRANSACTION","","Baker","","","","-5.30","","","EUR","","","","","t6","","","","5411"
        "2026-07-03T10:00:00.000Z","2026-07-03","DEFAULT","CASH","TRANSFER_INSTANT_INBOUND","","","","","","100.00","","","EUR","","","","","t7","","","",""
        "2026-07-04T10:00:00.000Z","2026-07-04","DEFAULT","CORPORATE_ACTION","MIGRATION","STOCK","Oak","US0000000019","-3.0","","","","","EUR","","","","","t8","","","",""
        """)
    assert moved(statement) == [
        "2026-01-21 buy IE0000000015 4.0000000000 @ 98.500000 for -395.00 EUR, fee 1.00",
        "2026-02-14 sell US0000000019 -2.5000000000 @ 20.00 for 44.50 EUR, fee 1.00",
        "2026-05-15 dividend US0000000019 2.5000000000 for 0.32 EUR",
        "2026-06-30 interest for 0.88 EUR",
        "2026-07-01 tax for 2.10 EUR",
        "2026-07-02 withdrawal for -5.30 EUR",
        "2026-07-03 deposit for 100.00 EUR",
        "2026-07-04 symbol_change US0000000019 -3.0 EUR",
    ]
    assert [one.broker_id for one in statement.transactions[:2]] == ["t1", "t2"]


CONVERTED = {
    "German": """
        Datum;Typ;Wert;Notiz;ISIN;Stück;Gebühren;Steuern;ISIN2;Stück2
        2024-02-20T16:32:07;Kauf;-3.002,8;World ETF;IE0000000015;60;1;;;
        2024-03-14T07:03:14;Verkauf;94,76;World ETF;IE0000000015;17;1;3,18;;
        2024-04-01;Einlage;200;A. Person;;;;;;
        """,
    "English": """
        Date;Type;Value;Note;ISIN;Shares;Fees;Taxes
        2024-02-20T16:32:07;Buy;-3002.8;World ETF;IE0000000015;60;-1.00;
        2024-03-14;Sell;94.76;World ETF;IE0000000015;17;-1.00;3.18
        2024-04-01;Deposit;200;A. Person;;;;
        """,
    "Dutch": """
        Datum;Transactietype;Waarde (netto);Opmerking;ISIN;Aantal;Kosten;Belasting
        2024-02-20;Aankoop;-3002,8;World ETF;IE0000000015;60;-1,00;
        2024-03-14;Verkoop;94,76;World ETF;IE0000000015;17;-1,00;
        2024-04-01;Storting;200;A. Person;;;;
        """,
}


@pytest.mark.parametrize("language", CONVERTED)
def test_a_converted_time_line_is_net_in_every_language(language: str) -> None:
    rows = moved(read(CONVERTED[language]))
    assert [row.removesuffix(".00") for row in rows] == [
        "2024-02-20 buy IE0000000015 60 for -3002.8 EUR, fee 1",
        "2024-03-14 sell IE0000000015 -17 for 94.76 EUR, fee 1",
        "2024-04-01 deposit for 200 EUR",
    ]
