# ruff: noqa: E501  (rows are as wide as in the files)
"""Interactive Brokers' CSV files: activity statement, transaction history, Flex queries."""

from tests.importers.reading import broken, ignored, lots, moved, positions, read

HEAD = """
    Statement,Header,Field Name,Field Value
    Statement,Data,BrokerName,Interactive Brokers LLC
    Statement,Data,Period,"January 1, 2025 - March 31, 2025"
    Account Information,Header,Field Name,Field Value
    Account Information,Data,Account,U1112223
    Account Information,Data,Base Currency,EUR
    Net Asset Value,Header,Asset Class,Prior Total,Current Long,Current Short,Current Total,Change
    Net Asset Value,Data,Stock,100,200,0,200,100
"""
TRADES = "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code"


def test_open_positions_are_positions_their_lots_are_lots_and_cash_is_counted_by_currency() -> None:
    statement = read(
        HEAD
        + """\
    Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Open,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code
    Open Positions,Data,Summary,Stocks,USD,EXCO,-,30,1,9.5,285,10,300,15,
    Open Positions,Data,Lot,Stocks,USD,EXCO,"2024-07-07, 15:39:46",20,,9,180,10,200,20,LT
    Open Positions,Data,Lot,Stocks,USD,EXCO,"2025-01-03, 10:00:00",10,,10.5,105,10,100,-5,ST
    Open Positions,Data,Summary,Equity and Index Options,USD,EXCO 20JUN25 12 C,-,-1,100,0.5,-50,0.4,-40,10,
    Open Positions,Total,,Stocks,USD,,,,,,285,,300,15,
    Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures,Month to Date,Year to Date,
    Cash Report,Data,Starting Cash,USD,50,50,0,,,
    Cash Report,Data,Ending Cash,Base Currency Summary,93,93,0,,,
    Cash Report,Data,Ending Cash,USD,101.5,101.5,0,,,
    """
    )

    assert statement.broker == "ibkr"
    assert str(statement.as_of) == "2025-03-31"
    assert positions(statement) == [
        ("U1112223", "EXCO", "30", "300", "285"),
        ("U1112223", "EXCO 20JUN25 12 C", "-1", "-40", "-50"),
        ("U1112223", "CASH", "101.5", "101.5", ""),
    ]
    assert lots(statement) == [
        ("U1112223", "EXCO", "20", "180", "2024-07-07"),
        ("U1112223", "EXCO", "10", "105", "2025-01-03"),
    ]
    assert not statement.breaks


def test_every_table_of_bookings_is_taken_and_no_total() -> None:
    statement = read(
        HEAD
        + f"""\
    {TRADES}
    Trades,Data,Order,Stocks,USD,EXCO,"2025-01-03, 10:00:00",10,10.5,10.4,-105,-1,106,0,-1,O
    Trades,SubTotal,,Stocks,USD,EXCO,,10,,,-105,-1,106,0,-1,
    Trades,Data,Order,Forex,EUR,EUR.USD,"2025-01-04, 10:00:00","1,000",1.05,,-1050,-2,,,0,
    Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount
    Deposits & Withdrawals,Data,EUR,2025-01-02,Electronic Fund Transfer,"2,500"
    Deposits & Withdrawals,Data,EUR,2025-02-02,Disbursement,-40
    Deposits & Withdrawals,Data,Total,,,2460
    Dividends,Header,Currency,Date,Description,Amount
    Dividends,Data,USD,2025-02-14,EXCO(US0000000002) Cash Dividend USD 0.1 per Share (Ordinary Dividend),1
    Dividends,Data,USD,2025-02-15,EXCO(US0000000002) Cash Dividend USD 0.1 per Share (Return of Capital),2
    Dividends,Data,Total in EUR,,,2.9
    Withholding Tax,Header,Currency,Date,Description,Amount,Code
    Withholding Tax,Data,USD,2025-02-14,EXCO(US0000000002) Cash Dividend USD 0.1 per Share - US Tax,-0.15,
    Interest,Header,Currency,Date,Description,Amount
    Interest,Data,USD,2025-03-04,USD Debit Interest for Feb-2025,-0.73
    Fees,Header,Subtitle,Currency,Date,Description,Amount
    Fees,Data,Other Fees,EUR,2025-03-05,Snapshot,-0.01
    Transfers,Header,Asset Category,Currency,Symbol,Date,Type,Direction,Xfer Company,Xfer Account,Qty,Xfer Price,Market Value,Realized P/L,Cash Amount,Code
    Transfers,Data,Stocks,USD,EXCO,2025-03-06,ACATS,Out,--,123,-3,--,"-30.00",0.00,0.00,
    Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,Realized P/L,Code
    Corporate Actions,Data,Stocks,USD,2025-03-11,"2025-03-10, 20:25:00","EXCO(US0000000002) Split 4 for 1 (EXCO, EXAMPLE CO, US0000000002)",21,0,0,0,
    Financial Instrument Information,Header,Asset Category,Symbol,Description,Conid,Security ID,Multiplier,Type,Code
    Financial Instrument Information,Data,Stocks,EXCO,EXAMPLE CO,1,US0000000002,1,COMMON,
    """
    )

    assert [row[:4] for row in moved(statement)] == [
        ("2025-01-03", "buy", "EXCO", "10"),
        ("2025-01-04", "conversion", "EUR.USD", "1000"),
        ("2025-01-02", "deposit", "", ""),
        ("2025-02-02", "withdrawal", "", ""),
        ("2025-02-14", "dividend", "EXCO", ""),
        ("2025-02-15", "return_of_capital", "EXCO", ""),
        ("2025-02-14", "tax", "EXCO", ""),
        ("2025-03-04", "interest", "", ""),
        ("2025-03-05", "fee", "", ""),
        ("2025-03-06", "transfer_out", "EXCO", "-3"),
        ("2025-03-10", "split", "EXCO", "21"),
    ]
    assert not statement.breaks
    assert [rule for _, rule in ignored(statement)].count("total") == 3


def test_trades_count_once_whether_the_statement_has_orders_or_their_parts() -> None:
    order = (
        'Trades,Data,Order,Stocks,USD,EXCO,"2025-01-03, 10:00:00",10,10.5,10.4,-105,-1,106,0,-1,O'
    )
    parts = [
        'Trades,Data,Trade,Stocks,USD,EXCO,"2025-01-03, 10:00:00",4,10.5,10.4,-42,-0.4,42.4,0,0,O',
        'Trades,Data,Trade,Stocks,USD,EXCO,"2025-01-03, 10:00:01",6,10.5,10.4,-63,-0.6,63.6,0,0,O',
    ]

    both = read("\n".join([TRADES, order, *parts]))
    alone = read("\n".join([TRADES, *parts]))

    assert [row[3] for row in moved(both)] == ["10"]
    assert [row[3] for row in moved(alone)] == ["4", "6"]
    assert ignored(both)[1:] == [(3, "part of an order"), (4, "part of an order")]


def test_the_transaction_history_is_in_the_base_currency() -> None:
    statement = read("""
        Statement,Header,Field Name,Field Value
        Statement,Data,Title,Transaction History
        Summary,Header,Field Name,Field Value
        Summary,Data,Base Currency,GBP
        Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Price Currency,Gross Amount ,Commission,Net Amount
        Transaction History,Data,2025-03-15,U***00001,EXAMPLE CO,Buy,EXCO,4.0,10.0,USD,-32.0,-1.0,-33.0
        Transaction History,Data,2025-03-16,U***00001,FX Translations P&L,Adjustment,-,-,-,-,0.5,-,0.5
        Transaction History,Data,2025-03-17,U***00001,EXCO(US0000000002) Cash Dividend - US Tax,Foreign Tax Withholding,EXCO,-,-,-,-0.3,-,-0.3
    """)

    assert moved(statement) == [
        ("2025-03-15", "buy", "EXCO", "4.0", "-33.0"),
        ("2025-03-17", "tax", "EXCO", "", "-0.3"),
    ]
    assert {one.currency for one in statement.transactions} == {"GBP"}
    assert (7, "currency translation") in ignored(statement)


def test_a_flex_query_as_csv_has_the_columns_its_owner_chose() -> None:
    statement = read("""
        "ClientAccountID","CurrencyPrimary","AssetClass","Symbol","ISIN","TradeDate","Quantity","TradePrice","IBCommission","NetCash","Buy/Sell","TradeID"
        "U1112223","USD","STK","EXCO","US0000000002","20250103","10","10.5","-1","-106","BUY","77"
        "U1112223","USD","CASH","EUR.USD","","20250104","-1000","1.05","0","-1050","SELL","78"
    """)

    assert moved(statement) == [
        ("2025-01-03", "buy", "EXCO", "10", "-106"),
        ("2025-01-04", "conversion", "EUR.USD", "-1000", "-1050"),
    ]


def test_a_corporate_action_that_no_word_explains_is_left_to_a_person() -> None:
    statement = read(
        HEAD
        + """\
    Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,Realized P/L,Code
    Corporate Actions,Data,Stocks,USD,2025-03-11,"2025-03-10, 20:25:00","EXCO(US0000000002) Something new (EXCO, EXAMPLE CO, US0000000002)",21,0,0,0,
    """
    )

    assert broken(statement) == [(10, "unknown_action")]


GERMAN = """
    Statement,Header,Feldname,Feldwert
    Statement,Data,Period,"Januar 1, 2026 - März 31, 2026"
    Kontoinformationen,Data,Konto,U1112223
    Offene Positionen,Header,DataDiscriminator,Anlagekategorie,Währung,Symbol,Menge,Mult,Einstandspreis,Einstandswert,Schlusskurs,Wert,Unrealisierter G/V,Code
    Offene Positionen,Data,Summary,Aktien,USD,EXCO,-8,1,15,-120,16,-128,-8,
    Transaktionen,Header,DataDiscriminator,Anlagekategorie,Währung,Konto,Symbol,Datum/Zeit,Menge,T.-Kurs,Schlusskurs,Erlös,Provision/Gebühr,Basis,Realisierter G/V,MTM G/V,Code
    Transaktionen,Data,Order,Aktien,USD,U1112223,EXCO,"2026-03-02, 10:00:00",-8,15,15,120,-1,-119,0,0,O
    Einzahlungen & Auszahlungen,Header,Währung,Konto,Abrechnungsdatum,Beschreibung,Betrag
    Einzahlungen & Auszahlungen,Data,USD,U1112223,2026-02-10,Elektronische Überweisung,1500
    Einzahlungen & Auszahlungen,Data,Gesamt,,,,1500
    Zinsen,Header,Währung,Konto,Datum,Beschreibung,Betrag
    Zinsen,Data,USD,U1112223,2026-03-05,USD Sollzinsen für Feb-2026,-0.79
"""
SPANISH = """
    Statement,Header,Nombre del campo,Valor del campo
    Statement,Data,Period,"Septiembre 14, 2026"
    Información sobre la cuenta,Data,Cuenta,U1112223
    Posiciones abiertas,Header,DataDiscriminator,Categoría de activo,Divisa,Símbolo,Cantidad,Mult.,Precio de coste,Base de coste,Precio de cierre,Valor,PyG no realizadas,Código
    Posiciones abiertas,Data,Summary,Acciones,EUR,EXCO,2,1,10,20,11,22,2,
    Posiciones abiertas,Data,Summary,Fórex,USD,EUR.USD,6.19,1,0.861,5.33,0.865,5.36,0.02,
    Saldos en fórex,Header,Categoría de activo,Divisa,Descripción,Cantidad
    Saldos en fórex,Data,Fórex,EUR,USD,6.19
    Dividendos,Header,Divisa,Fecha,Descripción,Cantidad
    Dividendos,Data,EUR,2026-03-10,EXCO(ES0000000001) Dividendo en efectivo EUR 0.40 por acción,0.80
    Dividendos,Data,Total Dividendos en EUR,,,0.80
"""
FRENCH = """
    Statement,Header,Nom champ,Valeur champ
    Transactions,Header,DataDiscriminator,Catégorie d'actifs,Devise,Compte,Symbole,Date/Heure,Quantité,Prix trans.,Cours de clôt.,Produit,Comm/Tarif,Base,P/L réalisé,P/L MTM,Code
    Transactions,Data,Order,Actions,EUR,U1112223,EXCO,"2026-01-21, 03:17:30",15,9,9,-135,-0.5,135.5,0,0,O
    Dépôts et retraits,Header,Devise,Compte,Date de règlement,Description,Montant
    Dépôts et retraits,Data,EUR,U1112223,2026-02-07,Déboursement,-1000
"""


def test_tables_and_columns_follow_the_customers_language() -> None:
    german, spanish, french = map(read, (GERMAN, SPANISH, FRENCH))

    assert [str(one.as_of) for one in (german, spanish)] == ["2026-03-31", "2026-09-14"]
    assert positions(german) == [("U1112223", "EXCO", "-8", "-128", "-120")]
    assert positions(spanish) == [("U1112223", "EXCO", "2", "22", "20")]
    assert moved(german) == [
        ("2026-03-02", "sell", "EXCO", "-8", "119"),
        ("2026-02-10", "deposit", "", "", "1500"),
        ("2026-03-05", "interest", "", "", "-0.79"),
    ]
    assert moved(spanish) == [("2026-03-10", "dividend", "EXCO", "", "0.80")]
    assert moved(french) == [
        ("2026-01-21", "buy", "EXCO", "15", "-135.5"),
        ("2026-02-07", "withdrawal", "", "", "-1000"),
    ]
    assert not [*german.breaks, *spanish.breaks, *french.breaks]


def test_tables_that_hold_no_bookings_are_told_by_the_name_before_each_row() -> None:
    spanish = read(SPANISH)

    assert (6, "cash of another currency") in ignored(spanish)
    assert [line for line, rule in ignored(spanish) if rule == "another table"] == [7, 8]
