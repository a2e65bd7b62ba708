"""Flex reports: each thing once, whatever levels of detail the query asked for."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.flex_files import (
    FUND,
    OPTION,
    PAIR,
    STOCK,
    cash,
    held,
    paid,
    read,
    report,
    row,
    section,
    statement,
    traded,
)
from trimtab.importers import _row_book
from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.importers.ibkr_flex import PLUGIN, IbkrFlex
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action, StatementKind

WHOLE = 'position="30" markPrice="11" positionValue="330" costBasisMoney="300.50"'
LOT_1 = (
    'position="10" markPrice="11" positionValue="110" costBasisMoney="90" '
    'openDateTime="2025-01-15;10:58:02" originatingTransactionID="77"'
)
LOT_2 = 'position="20" markPrice="11" costBasisPrice="10.525" openDateTime="20250220;093000"'


def test_a_position_and_its_lots_are_one_position_and_lots():
    rows = (held(STOCK + WHOLE), held(STOCK + LOT_1, "LOT"), held(STOCK + LOT_2, "LOT"))
    found = read(report(statement(section("OpenPositions", *rows))))
    (position,) = found.positions
    assert (position.instrument.symbol, position.instrument.kind) == ("ACME", InstrumentKind.STOCK)
    assert (str(position.quantity), str(position.value), str(position.cost)) == (
        *("30", "330", "300.50"),
    )
    assert [(str(lot.quantity), str(lot.cost), lot.acquired) for lot in found.lots] == [
        ("10", "90", date(2025, 1, 15)),
        ("20", "210.500", date(2025, 2, 20)),
    ]
    assert found.lots[0].broker_id == "77"
    assert [lot.line for lot in found.lots] == [7, 8]
    assert found.kinds == (StatementKind.POSITIONS, StatementKind.LOTS)
    assert found.as_of == date(2025, 12, 31)


def test_an_old_report_without_levels_tells_lots_by_their_day():
    rows = (row("OpenPosition", STOCK + WHOLE), row("OpenPosition", STOCK + LOT_1))
    found = read(report(statement(section("OpenPositions", *rows))))
    assert (len(found.positions), len(found.lots)) == (1, 1)


def test_a_short_option_is_negative_and_its_cost_too():
    text = 'position="-2" markPrice="1.5" positionValue="-300" costBasisPrice="3" side="Short"'
    (found,) = read(report(statement(section("OpenPositions", held(OPTION + text))))).positions
    assert found.instrument.kind is InstrumentKind.OPTION
    assert found.instrument.symbol == "ACME  260220C00200000"
    assert (str(found.quantity), str(found.value), str(found.cost)) == ("-2", "-300", "-600")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            (cash("BASE_SUMMARY", "150", "BaseCurrency"), cash("EUR", "0"), cash("USD", "-1.50")),
            [("EUR", "0"), ("USD", "-1.50")],
        ),
        ((cash("BASE_SUMMARY", "150", "BaseCurrency"),), [("CHF", "150")]),
        ((cash("BASE_SUMMARY", "150", ""),), [("CHF", "150")]),
        ((cash("USD", ""),), []),
    ],
)
def test_cash_is_taken_by_currency_and_not_once_more_in_the_base_currency(
    rows: tuple[str, ...], expected: list[tuple[str, str]]
):
    about = row("AccountInformation", 'acctAlias="Mine" customerType="Joint"', currency="CHF")
    found = read(report(statement(about, section("CashReport", *rows))))
    assert [(held.currency, str(held.value)) for held in found.positions] == expected
    assert all(held.instrument.is_cash for held in found.positions)
    assert [(one.id, one.name, one.kind) for one in found.accounts] == [("U1", "Mine", "Joint")]


BOUGHT = 'buySell="BUY" quantity="10" tradePrice="9" '


@pytest.mark.parametrize(
    ("attributes", "action", "quantity", "amount", "fee"),
    [
        (
            f'{STOCK}{BOUGHT}netCash="-91.00" proceeds="-90" ibCommission="-1"',
            *("buy", "10", "-91.00", "1"),
        ),
        (
            f'{STOCK}{BOUGHT}proceeds="-90" ibCommission="-1" taxes="-.5"',
            "buy",
            "10",
            "-91.5",
            "1.5",
        ),
        (f'{STOCK}{BOUGHT}tradeMoney="90"', "buy", "10", "-90", "None"),
        (
            f'{STOCK}{BOUGHT}netCash="-90" ibCommission="-2" ibCommissionCurrency="EUR"',
            *("buy", "10", "-90", "None"),
        ),
        (f'{FUND}buySell="SELL" quantity="-3" netCash="30"', "sell", "-3", "30", "None"),
        (f'{FUND}buySell="SELL" quantity="3" netCash="30"', "sell", "-3", "30", "None"),
        (f'{STOCK}buySell="BUY (Ca.)" quantity="-10" netCash="91"', "buy", "-10", "91", "None"),
        (f'{OPTION}quantity="-1" netCash="350"', "sell", "-1", "350", "None"),
        (
            f'{PAIR}buySell="SELL" quantity="-133" proceeds="140.9268" netCash="0"',
            *("conversion", "-133", "140.9268", "None"),
        ),
    ],
)
def test_a_trade_says_what_units_and_cash_changed_by(
    attributes: str, action: str, quantity: str, amount: str, fee: str
):
    text = f'{attributes} transactionID="5" settleDateTarget="2025-01-17"'
    (found,) = read(report(statement(section("Trades", traded(text))))).transactions
    assert (found.action, str(found.quantity), str(found.amount)) == (action, quantity, amount)
    assert str(found.fee) == fee
    assert (found.on, found.settles) == (date(2025, 1, 15), date(2025, 1, 17))
    assert found.broker_id == "5"


EXECUTION = traded(f'{STOCK}{BOUGHT}netCash="-91" transactionID="1"')
ORDER = traded(f'{STOCK}{BOUGHT}netCash="-91" ibOrderID="2"', "ORDER", "Order")
SUMMARY = traded(
    f'{STOCK}{BOUGHT}netCash="-91" tradeDate="MULTI"', "SYMBOL_SUMMARY", "SymbolSummary"
)
TOTAL = traded('assetCategory="STK" quantity="10"', "ASSET_SUMMARY", "AssetSummary")
CLOSED = traded(
    f'{STOCK}quantity="4" cost="36" fifoPnlRealized="8.5" openDateTime="20240102" notes="P;LT"',
    *("CLOSED_LOT", "Lot"),
)
OLD_CLOSED = CLOSED.replace("<Lot", "<Trade")


@pytest.mark.parametrize(
    ("rows", "taken", "repeats"),
    [
        ((EXECUTION,), 1, 0),
        ((SUMMARY, ORDER, EXECUTION, EXECUTION), 2, 2),
        ((TOTAL, ORDER, ORDER), 2, 0),
        ((ORDER.replace("<Order", "<Trade"), EXECUTION), 1, 1),
        ((SUMMARY.replace("MULTI", "20250115"),), 1, 0),
        ((EXECUTION, CLOSED, OLD_CLOSED), 1, 0),
    ],
)
def test_the_same_trade_at_several_levels_is_taken_once(
    rows: tuple[str, ...], taken: int, repeats: int
):
    found = read(report(statement(section("Trades", *rows))))
    assert len(found.transactions) == taken
    assert [one.rule for one in found.ignored].count("repeats trades") == repeats
    assert not found.breaks


def test_a_summary_over_several_days_alone_is_a_break_with_what_to_do():
    (found,) = read(report(statement(section("Trades", SUMMARY)))).breaks
    assert (found.line, found.reason) == (6, "bad_date")
    assert "MULTI" in found.text


@pytest.mark.parametrize("lot", [CLOSED, OLD_CLOSED])
def test_a_closed_lot_is_a_realised_gain(lot: str):
    (found,) = read(report(statement(section("Trades", lot)))).gains
    assert (str(found.quantity), str(found.cost), str(found.gain)) == ("4", "36", "8.5")
    assert (found.acquired, found.sold) == (date(2024, 1, 2), date(2025, 1, 15))
    assert (found.term, found.proceeds) == ("long", None)


@pytest.mark.parametrize(
    ("kind", "amount", "more", "action"),
    [
        ("Dividends", "3.50", "", Action.DIVIDEND),
        ("Dividends", "3.50", 'description="X (Return of Capital)"', Action.RETURN_OF_CAPITAL),
        ("Payment In Lieu Of Dividends", "1", "", Action.DIVIDEND),
        ("Withholding Tax", "-0.52", "", Action.TAX),
        ("Broker Interest Paid", "-2", "", Action.INTEREST),
        ("Bond Interest Received", "2", "", Action.INTEREST),
        ("Other Fees", "-10", "", Action.FEE),
        ("Advisor Fees", "-10", "", Action.FEE),
        ("Deposits/Withdrawals", "1000", "", Action.DEPOSIT),
        ("Deposits &amp; Withdrawals", "-1000", "", Action.WITHDRAWAL),
        ("Other Income", "1", "", Action.OTHER),
    ],
)
def test_a_cash_transaction_is_told_by_its_type(kind: str, amount: str, more: str, action: Action):
    text = section("CashTransactions", paid(kind, amount, more or STOCK))
    (found,) = read(report(statement(text))).transactions
    assert (found.action, str(found.amount), found.on) == (action, amount, date(2025, 3, 1))


def test_a_dividend_and_its_summary_are_taken_once():
    detail, whole = paid("Dividends", "3"), paid("Dividends", "3", level="SUMMARY")
    whole = whole.replace('accountId="U1"', 'accountId="-"')
    found = read(report(statement(section("CashTransactions", whole, detail))))
    assert [one.line for one in found.transactions] == [7]
    alone = read(report(statement(section("CashTransactions", whole))))
    assert [one.account for one in alone.transactions] == ["U1"]


@pytest.mark.parametrize(
    ("attributes", "action", "quantity", "amount"),
    [
        ('type="FS" quantity="30" proceeds="0"', Action.SPLIT, "30", "0"),
        ('type="RS" quantity="-27"', Action.SPLIT, "-27", "None"),
        ('type="TC" quantity="-10" proceeds="306"', Action.SYMBOL_CHANGE, "-10", "306"),
        ('type="IC" quantity="10"', Action.SYMBOL_CHANGE, "10", "None"),
        ('type="BM" quantity="-1000" proceeds="1000"', Action.SELL, "-1000", "1000"),
        ('type="SO" quantity="5"', Action.OTHER, "5", "None"),
        (
            'quantity="480" actionDescription="ACME(X) SPLIT 1 FOR 25"',
            *(Action.SPLIT, "480", "None"),
        ),
        (
            'quantity="-10" actionDescription="ACME(X) MERGED FOR USD 30"',
            *(Action.SYMBOL_CHANGE, "-10", "None"),
        ),
    ],
)
def test_a_corporate_action_is_told_by_its_code_else_by_its_words(
    attributes: str, action: Action, quantity: str, amount: str
):
    text = row("CorporateAction", f'{STOCK}dateTime="20250818;202500" {attributes}')
    (found,) = read(report(statement(section("CorporateActions", text)))).transactions
    assert (found.action, str(found.quantity), str(found.amount)) == (action, quantity, amount)


@pytest.mark.parametrize(
    ("attributes", "action", "quantity", "amount"),
    [
        (f'{STOCK}direction="IN" quantity="5"', Action.TRANSFER_IN, "5", "None"),
        (f'{STOCK}direction="OUT" quantity="5"', Action.TRANSFER_OUT, "-5", "None"),
        (f'{STOCK}direction="-" quantity="-5"', Action.TRANSFER_OUT, "-5", "None"),
        (
            'assetCategory="CASH" direction="IN" quantity="0" cashTransfer="250"',
            *(Action.TRANSFER_IN, "None", "250"),
        ),
    ],
)
def test_a_transfer_goes_the_way_it_says(
    attributes: str, action: Action, quantity: str, amount: str
):
    text = row("Transfer", f'date="20250818" type="ACATS" {attributes}')
    lot = row("TransferLot", f'{STOCK}quantity="5"')
    found = read(report(statement(section("Transfers", text, lot))))
    (moved,) = found.transactions
    assert (moved.action, str(moved.quantity), str(moved.amount)) == (action, quantity, amount)
    assert [one.rule for one in found.ignored] == ["lot of a transfer"]


@pytest.mark.parametrize(
    ("taxes", "expected"), [("0", [Action.BUY, Action.TAX]), ("-1", [Action.BUY])]
)
def test_a_tax_on_trading_is_taken_unless_its_trade_contains_it(taxes: str, expected: list[Action]):
    bought = traded(f'{STOCK}{BOUGHT}netCash="-91" taxes="{taxes}" tradeID="9"')
    tax = row("TransactionTax", f'{STOCK}date="20250115" taxAmount="-1" tradeId="9"')
    found = read(report(statement(section("Trades", bought), section("TransactionTaxes", tax))))
    assert [one.action for one in found.transactions] == expected


def test_several_accounts_keep_their_own_rows():
    first = statement(section("CashTransactions", paid("Dividends", "1")))
    second = statement(section("CashReport", cash("EUR", "5").replace("U1", "U2")), account="U2")
    found = read(report(first, second))
    assert [one.id for one in found.accounts] == ["U1", "U2"]
    assert [one.account for one in (*found.transactions, *found.positions)] == ["U1", "U2"]


def test_rates_of_currencies_are_the_reports_own():
    usd = held(f'{STOCK}{WHOLE} fxRateToBase="0.79"')
    about = row("AccountInformation", "", currency="CHF")
    found = read(report(statement(about, section("OpenPositions", usd))))
    assert found.rates == {"USD": Decimal("0.79"), "CHF": Decimal(1)}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("FxTransactions", "FxTransaction"),
        ("ChangeInDividendAccruals", "ChangeInDividendAccrual"),
        ("StmtFunds", "StatementOfFundsLine"),
        ("OptionEAE", "OptionEAE"),
        ("SomethingNew", "Thing"),
    ],
)
def test_a_section_that_holds_nothing_to_take_is_ignored_by_its_name(name: str, tag: str):
    found = read(report(statement(section(name, row(tag, STOCK)))))
    assert [(one.line, one.rule) for one in found.ignored] == [(6, f"section {name}")]


@pytest.mark.parametrize(
    ("written", "other", "day"),
    [
        ("20250803", "", date(2025, 8, 3)),
        ("2025-08-03;10:58:02", "", date(2025, 8, 3)),
        ("2025-08-03T10:58:02", "", date(2025, 8, 3)),
        ("20250803 105802", "", date(2025, 8, 3)),
        ("03-Aug-25", "", date(2025, 8, 3)),
        ("08/03/2025", "12/31/2025", date(2025, 8, 3)),
        ("03/08/25;105802", "31/12/25", date(2025, 8, 3)),
        ("08/08/2025", "", date(2025, 8, 8)),
    ],
)
def test_days_are_read_in_the_form_that_the_query_chose(written: str, other: str, day: date):
    text = traded(f'{STOCK}{BOUGHT}tradeDate="{written}" settleDateTarget="{other}"')
    (found,) = read(report(statement(section("Trades", text)))).transactions
    assert found.on == day


@pytest.mark.parametrize(
    ("text", "reason", "fact"),
    [
        (held(f'{STOCK}position="many"'), "bad_number", "position 'many' is not a number"),
        (held(f'{STOCK}markPrice="1"'), "no_quantity", "ACME has no quantity"),
        (held('position="1"'), "no_instrument", "OpenPosition names no instrument"),
        (traded(f'{STOCK}{BOUGHT}tradeDate="20251332"'), "bad_date", "'20251332' is not a day"),
        (traded(f'{STOCK}{BOUGHT}tradeDate="03/04/2025"'), "bad_date", "can be two days"),
        (traded(f'{STOCK}{BOUGHT}tradeDate=""'), "no_date", "has no day"),
        (traded(f'{STOCK}quantity="0"'), "no_sign", "which way ACME went"),
        (paid("Dividends", "$5"), "bad_number", "amount '$5' is not a number"),
        (paid("Dividends", ""), "no_amount", "has no amount"),
        (paid("Mystery", "5"), "unknown_action", "of type 'Mystery'"),
        (row("Transfer", f'{STOCK}date="20250101"'), "no_sign", "which way the transfer went"),
    ],
)
def test_a_row_that_cannot_be_read_breaks_alone_at_its_line(text: str, reason: str, fact: str):
    good = held(STOCK + WHOLE)
    found = read(report(statement(section("Rows", good, text, good))))
    (broken,) = found.breaks
    assert (broken.line, broken.reason) == (7, reason)
    assert fact in broken.text
    assert broken.remedy
    assert len(found.positions) == 2


def test_a_row_of_no_account_is_a_break():
    text = statement(section("CashReport", cash("EUR", "5").replace("U1", "-")), account="")
    assert [broken.reason for broken in read(report(text)).breaks] == ["no_account"]


BOMB = (
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>'
    '<FlexQueryResponse><FlexStatement accountId="&y;"/></FlexQueryResponse>'
)
ANSWER = (
    "<FlexStatementResponse timestamp='now'><Status>Fail</Status><ErrorCode>1019</ErrorCode>"
    "<ErrorMessage>Statement generation in progress.</ErrorMessage></FlexStatementResponse>"
)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (report(statement(section("Trades", EXECUTION)))[:-30], "damaged or cut off"),
        (report(statement(section("Trades", EXECUTION))) * 2, "damaged or cut off"),
        (report().replace("UTF-8", "utf-7"), "cannot be read|damaged"),
        (report(), "without a statement"),
        (BOMB, "declares a document type or entities"),
        (BOMB.replace('"ha"', 'SYSTEM "file:///etc/hosts"'), "declares a document type"),
        ("<FlexQueryResponse>" + "<a>" * 100_000, "more than 32 elements are open"),
        (report(statement("\0")), "damaged"),
        (ANSWER, "answered 1019 Statement generation in progress"),
    ],
)
def test_a_report_that_cannot_be_read_as_a_whole_is_refused(text: str, fact: str):
    with pytest.raises(InputError, match=fact) as refusal:
        read(text)
    assert refusal.value.file == "report.xml"


def test_an_answer_that_contains_a_report_is_read():
    text = report(statement(section("Trades", EXECUTION)))
    found = read(text.replace("FlexQueryResponse", "FlexStatementResponse"))
    assert len(found.transactions) == 1


def test_a_report_beyond_the_limits_is_refused(monkeypatch):
    with pytest.raises(InputError, match="the limit is"):
        read(b"<FlexQueryResponse>" + b" " * FILE_BYTES_MAX)
    monkeypatch.setattr(_row_book, "ROWS_MAX", 1_000)
    with pytest.raises(InputError, match="more than 1,000 rows"):
        read(report(statement('<X a=""/>' * 1_001)))


@pytest.mark.parametrize(
    ("head", "is_flex"),
    [
        (b"<FlexQueryResponse>", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<FlexQueryResponse type='AF'>", True),
        ("<FlexQueryResponse>".encode("utf-16"), True),
        (ANSWER.encode(), True),
        (BOMB.encode(), True),
        (b"<OFX>", False),
        (b"Symbol,FlexQuery", False),
    ],
)
def test_the_kind_of_file_is_told_by_its_content(head: bytes, is_flex: bool):
    assert IbkrFlex().recognises(head) is is_flex
    assert PLUGIN is IbkrFlex


REPORT = report(
    statement(
        row("AccountInformation", 'name="A"'),
        section("OpenPositions", held(STOCK + WHOLE), held(STOCK + LOT_1, "LOT")),
        section("Trades", SUMMARY, ORDER, EXECUTION, CLOSED),
        section("CashTransactions", paid("Dividends", "1"), paid("Fees?", "x")),
        section("CashReport", cash("USD", "1"), cash("BASE_SUMMARY", "1")),
    )
)
LINES = REPORT.split("\n")
JUNK = st.sampled_from([b"\0", b"\xff", b"<", b">", b'"', b"&x;", b"<!DOCTYPE a>", b"9" * 60])


@given(st.permutations(LINES[4:-4]), st.integers(0, 8))
def test_shuffled_and_doubled_rows_are_accounted_for_or_refused(lines: list[str], doubled: int):
    shuffled = [*LINES[:4], *lines, *lines[:doubled], *LINES[-4:]]
    accounted_or_refused("\n".join(shuffled).encode())


@given(st.integers(0, len(REPORT)), st.integers(0, len(REPORT)), JUNK)
def test_a_cut_or_overwritten_report_is_accounted_for_or_refused(begin: int, end: int, junk: bytes):
    data = REPORT.encode()
    accounted_or_refused(data[:begin])
    accounted_or_refused(data[:begin] + junk + data[end:])
    accounted_or_refused(REPORT.encode("utf-16")[: begin + end])


@given(
    st.lists(st.tuples(st.sampled_from(["Trade", "OpenPosition", "Lot", "Transfer"]), st.text()))
)
def test_any_values_are_accounted_for(values: list[tuple[str, str]]):
    escapes = {ord(mark): f"&#{ord(mark)};" for mark in "<>&\"'\n\r\t"}
    rows = [
        row(tag, f'quantity="{value}" symbol="{value}" tradeDate="{value}"')
        for tag, text in values
        if (value := text.translate(escapes)).isprintable()
    ]
    assert read(report(statement(section("Trades", *rows)))).rows == len(rows)


def accounted_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read(data)  # which checks that every row is accounted for


@pytest.mark.parametrize(
    ("file", "positions", "lots", "transactions"),
    [
        ("ibkr_flex/pp_flex_01.xml", 0, 0, 26),
        ("ibkr_flex/eTax_report_anonymised_2025.xml", 5, 72, 731),
    ],
)
def test_real_reports_are_read_whole(
    shared_dir, file: str, positions: int, lots: int, transactions: int
):
    path = shared_dir / "imports" / file
    if not path.is_file():
        pytest.skip(f"{file} is not among the reference files")
    found = read(path.read_bytes())
    assert not found.breaks
    counted = (found.positions, found.lots, found.transactions)
    assert tuple(map(len, counted)) == (positions, lots, transactions)
    stocks = [held for held in found.positions if held.instrument.kind is InstrumentKind.STOCK]
    for held_stock in stocks:
        lots_of_it = [lot for lot in found.lots if lot.instrument == held_stock.instrument]
        assert sum(lot.quantity for lot in lots_of_it) == held_stock.quantity
