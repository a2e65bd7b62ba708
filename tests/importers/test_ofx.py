"""OFX and QFX: both dialects, every type of row, damage."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.ofx_files import (
    SECURITIES,
    SGML_HEAD,
    XML_HEAD,
    bank,
    happened,
    held,
    investments,
    moved,
    number,
    read,
    sgml,
    signed_on,
    traded,
)
from trimtab.importers import _row_book
from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.importers.ofx import PLUGIN, Ofx
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action, StatementKind


@pytest.mark.parametrize(
    ("row", "action", "symbol", "quantity", "amount", "fee"),
    [
        (traded("BUYSTOCK", "+0010.00", "-105.00"), "buy", "AAPL", "10.00", "-105.00", ""),
        (traded("BUYMF", "10", "105"), "buy", "AAPL", "10", "-105", ""),
        (traded("BUYOTHER", "-10", "105"), "buy", "AAPL", "-10", "105", ""),
        (
            traded("BUYDEBT", "1000", "-993.1", "912796XY1"),
            "buy",
            "912796XY1",
            "1000",
            "-993.1",
            "",
        ),
        (
            traded("BUYSTOCK", "10", "-112", more="<COMMISSION>+05.00<FEES>2"),
            *("buy", "AAPL", "10", "-112", "7.00"),
        ),
        (
            traded("BUYOPT", "1", "-70.65", "1234567AB"),
            *("buy", "AAPL240621C200", "1", "-70.65", ""),
        ),
        (traded("SELLSTOCK", "-10", "+0105.00"), "sell", "AAPL", "-10", "105.00", ""),
        (traded("SELLMF", "10", "105"), "sell", "AAPL", "-10", "105", ""),
        (traded("SELLOTHER", "10", "-105"), "sell", "AAPL", "10", "-105", ""),
        (traded("BUYMF", "50", "-50", "922906300"), "sweep", "VMFXX", "50", "-50", ""),
        (
            happened("REINVEST", "<INCOMETYPE>DIV<TOTAL>-9.99<UNITS>0.51<UNITPRICE>19.59"),
            *("reinvestment", "AAPL", "0.51", "-9.99", ""),
        ),
        (happened("INCOME", "<INCOMETYPE>DIV<TOTAL>5.53"), "dividend", "AAPL", "", "5.53", ""),
        (happened("INCOME", "<INCOMETYPE>CGLONG<TOTAL>5"), "dividend", "AAPL", "", "5", ""),
        (happened("INCOME", "<INCOMETYPE>INTEREST<TOTAL>5"), "interest", "AAPL", "", "5", ""),
        (happened("RETOFCAP", "<TOTAL>12.5"), "return_of_capital", "AAPL", "", "12.5", ""),
        (happened("INVEXPENSE", "<TOTAL>3.00"), "fee", "AAPL", "", "-3.00", ""),
        (happened("MARGININTEREST", "<TOTAL>-4.20", ""), "interest", "", "", "-4.20", ""),
        (
            happened("SPLIT", "<OLDUNITS>10<NEWUNITS>40<NUMERATOR>4<DENOMINATOR>1<FRACCASH>0.1"),
            *("split", "AAPL", "30", "0.1", ""),
        ),
        (
            happened("TRANSFER", "<UNITS>5.5<TFERACTION>IN<POSTYPE>LONG"),
            *("transfer_in", "AAPL", "5.5", "", ""),
        ),
        (happened("TRANSFER", "<UNITS>5<TFERACTION>OUT"), "transfer_out", "AAPL", "-5", "", ""),
        (happened("TRANSFER", "<UNITS>-5"), "transfer_out", "AAPL", "-5", "", ""),
        (
            happened("JRNLFUND", "<SUBACCTTO>CASH<SUBACCTFROM>MARGIN<TOTAL>10", ""),
            *("sweep", "", "", "10", ""),
        ),
        (happened("JRNLSEC", "<UNITS>3"), "sweep", "AAPL", "3", "", ""),
        (
            happened("CLOSUREOPT", "<OPTACTION>EXPIRE<UNITS>-1", "1234567AB"),
            *("sell", "AAPL240621C200", "-1", "", ""),
        ),
        (
            "<INVBANKTRAN>" + moved("XFER", "-250") + "<SUBACCTFUND>CASH</INVBANKTRAN>",
            *("transfer_out", "", "", "-250", ""),
        ),
        (
            "<INVBANKTRAN>" + moved("DEP", "0.24", "INTEREST EARNED") + "</INVBANKTRAN>",
            *("interest", "", "", "0.24", ""),
        ),
    ],
)
def test_an_investment_row_says_what_happened(
    row: str, action: str, symbol: str, quantity: str, amount: str, fee: str
):
    statement = read(sgml(signed_on(), investments(row), SECURITIES))
    assert not statement.breaks
    (found,) = statement.transactions
    assert found.action == action
    assert (found.instrument.symbol if found.instrument else "") == symbol
    assert found.quantity == number(quantity)
    assert str(found.amount or "") == amount
    assert found.fee == number(fee)
    assert found.account == "12-345"
    assert found.currency == "USD"


@pytest.mark.parametrize(
    ("kind", "amount", "action"),
    [
        ("CREDIT", "12.00", Action.DEPOSIT),
        ("DEBIT", "-12.00", Action.WITHDRAWAL),
        ("CHECK", "-1", Action.WITHDRAWAL),
        ("INT", "0.17", Action.INTEREST),
        ("DIV", "3", Action.DIVIDEND),
        ("FEE", "-3", Action.FEE),
        ("SRVCHG", "-3", Action.FEE),
        ("XFER", "50", Action.TRANSFER_IN),
        ("OTHER", "-1.234,56", Action.WITHDRAWAL),
    ],
)
def test_a_banks_row_is_told_by_its_type_else_by_its_sign(kind: str, amount: str, action: Action):
    statement = read(sgml(signed_on(), bank(moved(kind, amount))))
    assert [found.action for found in statement.transactions] == [action]


def test_a_trade_keeps_its_days_number_and_words():
    text = traded("BUYSTOCK", "1", "-2", more="<MEMO>YOU BOUGHT")
    (found,) = read(sgml(investments(text), SECURITIES)).transactions
    assert (found.on, found.settles) == (date(2024, 1, 15), date(2024, 1, 17))
    assert (found.broker_id, found.text, str(found.price)) == ("BUYSTOCK1", "YOU BOUGHT", "10.5")


def test_a_purchase_that_calls_itself_a_reinvestment_is_one():
    text = traded("BUYMF", "1", "-2", more="<MEMO>REINVESTMENT CASH DIV")
    (found,) = read(sgml(investments(text))).transactions
    assert found.action is Action.REINVESTMENT


@pytest.mark.parametrize(
    ("row", "symbol", "kind", "is_cash", "quantity", "value"),
    [
        (
            held("POSSTOCK", "+0000070.57300", "+00001010.60", "037833100"),
            *("AAPL", InstrumentKind.STOCK, False, "70.57300", "1010.60"),
        ),
        (
            held("POSSTOCK", "3", "700", "922908769"),
            *("VTI", InstrumentKind.ETF, False, "3", "700"),
        ),
        (
            held("POSMF", "10.5", "99", "921909818"),
            *("VTIAX", InstrumentKind.MUTUAL_FUND, False, "10.5", "99"),
        ),
        (held("POSMF", "50", "50", "922906300"), "VMFXX", None, True, "50", "50"),
        (
            held("POSDEBT", "1000", "993.1", "912796XY1"),
            *("912796XY1", InstrumentKind.BOND, False, "1000", "993.1"),
        ),
        (
            held("POSOPT", "2", "140", "1234567AB", "SHORT"),
            *("AAPL240621C200", InstrumentKind.OPTION, False, "-2", "-140"),
        ),
        (held("POSOTHER", "1", "25", "222222217"), "222222217", None, False, "1", "25"),
        (
            held("POSSTOCK", "1", "25", "UNLISTED"),
            *("UNLISTED", InstrumentKind.STOCK, False, "1", "25"),
        ),
    ],
)
def test_a_position_is_named_by_the_list_of_securities(
    row: str, symbol: str, kind: InstrumentKind | None, is_cash: bool, quantity: str, value: str
):
    (found,) = read(sgml(investments(positions=row), SECURITIES)).positions
    instrument = found.instrument
    assert (instrument.symbol, instrument.kind, instrument.is_cash) == (symbol, kind, is_cash)
    assert (str(found.quantity), str(found.value)) == (quantity, value)
    assert found.cost is None, "OFX says no basis, which is unknown and not zero"


def test_a_number_listed_under_two_tickers_names_neither():
    twice = SECURITIES.replace("922908769", "037833100")
    text = sgml(investments(positions=held("POSSTOCK", "1", "2", "037833100")), twice)
    (found,) = read(text).positions
    assert found.instrument.symbol == "037833100"


def test_cash_and_a_margin_loan_are_two_balances():
    balances = "<INVBAL><AVAILCASH>200.00<MARGINBALANCE>-50.00<SHORTBALANCE>0</INVBAL>"
    found = read(sgml(investments(balances=balances))).positions
    assert [(str(held.quantity), held.instrument.is_cash) for held in found] == [
        ("200.00", True),
        ("-50.00", True),
    ]


@pytest.mark.parametrize(("fund", "cash_rows"), [("80.10", 1), ("70.00", 2)])
def test_cash_that_its_money_fund_states_already_is_taken_once(fund: str, cash_rows: int):
    text = investments(
        positions=held("POSMF", fund, fund, "922906300"),
        balances="<INVBAL><AVAILCASH>80.1<MARGINBALANCE>0</INVBAL>",
    )
    statement = read(sgml(text, SECURITIES))
    assert len(statement.positions) == cash_rows
    rules = [row.rule for row in statement.ignored if row.rule != "security list"]
    assert rules == ["cash held in the money fund"] * (2 - cash_rows)


def test_several_accounts_keep_their_own_rows():
    text = sgml(
        investments(traded("BUYSTOCK", "1", "-2"), account="A"),
        bank(moved("CREDIT", "5"), account="B", kind="SAVINGS"),
        bank(moved("CREDIT", "6"), account="C"),
    )
    statement = read(text)
    assert [(one.id, one.kind) for one in statement.accounts] == [
        ("A", "investment"),
        ("B", "savings"),
        ("C", "bank"),
    ]
    assert [row.account for row in statement.transactions] == ["A", "B", "C"]
    assert statement.kinds == (StatementKind.POSITIONS, StatementKind.TRANSACTIONS)
    assert statement.as_of == date(2024, 1, 31)


def test_positions_of_a_401k_by_source_stay_apart():
    rows = "".join(
        held("POSMF", units, "10", "921909818").replace("<UNITPRICE>", f"<INV401KSOURCE>{source}")
        for units, source in (("1", "PRETAX"), ("2", "MATCH"))
    )
    plan = "<INV401K><EMPLOYERNAME>Us</INV401K><INV401KBAL><TOTAL>20</INV401KBAL>"
    statement = read(sgml(investments(positions=rows, balances=plan), SECURITIES))
    assert [str(found.quantity) for found in statement.positions] == ["1", "2"]
    assert "plan balances" in {row.rule for row in statement.ignored}


@pytest.mark.parametrize(
    ("organisation", "number", "broker_id", "broker"),
    [
        ("fidelity.com", "7776", "fidelity.com", "fidelity"),
        ("The Vanguard Group", "", "", "vanguard"),
        ("", "15103", "", "vanguard"),
        ("Charles Schwab &amp; Co., INC.", "5104", "", "schwab"),
        ("fldProv_mProvId", "", "etrade.com", "etrade"),
        ("JPMorgan Chase Bank", "", "", "jpmorgan"),
        ("Credit Union of Nowhere", "9", "", "ofx"),
    ],
)
def test_the_sender_is_known_by_name_else_by_number(
    organisation: str, number: str, broker_id: str, broker: str
):
    text = sgml(signed_on(organisation, number), investments(broker_id=broker_id))
    row = traded("BUYMF", "1", "-1")
    text = text.replace("</INVTRANLIST>", f"{row}</INVTRANLIST>")
    assert read(text).broker == broker


def closed(text: str) -> str:
    """The same file as XML: every value with its end."""
    lines = []
    for part in text.replace("<", "\n<").split("\n"):
        tag, _, value = part.partition(">")
        is_value = part.startswith("<") and not part.startswith(("</", "<?")) and value
        lines.append(f"{part}</{tag[1:]}>" if is_value else part)
    return "".join(lines)


def test_xml_and_sgml_of_the_same_statement_read_the_same():
    parts = (
        signed_on(),
        investments(
            traded("BUYSTOCK", "1", "-2") + happened("SPLIT", "<OLDUNITS>1<NEWUNITS>2"),
            held("POSSTOCK", "2", "5", "037833100"),
        ),
        bank(moved("FEE", "-1", "Fee")),
        SECURITIES,
    )
    plain = read(sgml(*parts))
    xml = read(closed(sgml(*parts, head="")).join((XML_HEAD, "")))
    assert len(plain.transactions) == 3
    for field in ("accounts", "broker", "as_of"):
        assert getattr(plain, field) == getattr(xml, field)
    assert [(row.action, row.amount, row.text) for row in plain.transactions] == [
        (row.action, row.amount, row.text) for row in xml.transactions
    ]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a header run together with the body", lambda text: text.replace("\n\n<OFX>", "\n<OFX>")),
        ("no header", lambda text: text.removeprefix(SGML_HEAD)),
        ("lines before the header", lambda text: "\n\n\n" + text),
        ("a comment", lambda text: text.replace("<OFX>", "<!-- <STMTTRN> --><OFX>")),
        ("a list never closed", lambda text: text.replace("</BANKTRANLIST>", "")),
        ("rows never closed", lambda text: text.replace("</STMTTRN>", "")),
        ("a value without text", lambda text: text.replace("<FITID>", "<CHECKNUM><FITID>")),
        ("small letters", lambda text: text.replace("STMTTRN", "stmttrn")),
        ("old line ends", lambda text: text.replace("\n", "\r")),
        ("a mark of byte order", lambda text: "\ufeff" + text),
        ("unknown elements", lambda text: text.replace("<FITID>", "<X.Y><Z>1</X.Y><FITID>")),
    ],
)
def test_what_institutions_do_to_the_dialect_changes_nothing(what: str, change):
    text = sgml(signed_on(), bank(moved("CREDIT", "1", "a") + moved("DEBIT", "-2", "b")))
    found = read(change(text)).transactions
    assert [(str(row.amount), row.text) for row in found] == [("1", "a"), ("-2", "b")], what


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A &amp; B &#38; C", "A & B & C"),
        ("<![CDATA[shop <b> & co]]>", "shop <b> & co"),
        ("3 < 4", "3 < 4"),
        ("AT&T", "AT&T"),
        ("&#0;&#xD800;", "&#0;&#xD800;"),
    ],
)
def test_words_are_read_as_they_were_meant(written: str, text: str):
    (found,) = read(sgml(bank(moved("CREDIT", "1", written)))).transactions
    assert found.text == text


@pytest.mark.parametrize(
    ("charset", "encoding"), [("1252", "cp1252"), ("1251", "cp1251"), ("1252", "utf-8")]
)
def test_names_survive_the_encodings_that_banks_use(charset: str, encoding: str):
    name = "Ёлка" if charset == "1251" else "Café"
    text = sgml(bank(moved("CREDIT", "1", name))).replace("CHARSET:1252", f"CHARSET:{charset}")
    (found,) = read(text.encode(encoding)).transactions
    assert found.text == name


@pytest.mark.parametrize(
    ("row", "reason", "text"),
    [
        (moved("DEBIT", "$120"), "bad_number", "TRNAMT '$120' is not a number"),
        (moved("DEBIT", "1e999"), "bad_number", "TRNAMT '1e999' is not a number"),
        (moved("DEBIT", "9" * 40), "bad_number", "too large or too fine"),
        (moved("DEBIT", ""), "no_amount", "TRNAMT is empty"),
        (moved("DEBIT", "1", day="201120000000"), "bad_date", "'201120000000' is not a day"),
        (moved("DEBIT", "1", day="20120231"), "bad_date", "DTPOSTED '20120231' is not a day"),
        (moved("DEBIT", "1", day="00010101"), "bad_date", "DTPOSTED '00010101' is not a day"),
        (moved("DEBIT", "1", day=""), "no_date", "STMTTRN has no day"),
        (traded("BUYSTOCK", "ten", "-1"), "bad_number", "UNITS 'ten' is not a number"),
        (traded("BUYSTOCK", "1", "-1", ""), "no_instrument", "BUYSTOCK names no security"),
        (happened("TRANSFER", "<UNITS>0"), "no_sign", "which way it went"),
    ],
)
def test_a_row_that_cannot_be_read_breaks_alone_at_its_line(row: str, reason: str, text: str):
    good = moved("CREDIT", "1")
    statement = read(sgml(bank(good + row + good)))
    (found,) = statement.breaks
    assert (found.reason, found.line) == (reason, 15)
    assert text in found.text
    assert found.remedy
    assert len(statement.transactions) == 2


def test_a_row_outside_any_account_is_a_break():
    text = sgml("<BANKTRANLIST>" + moved("DEBIT", "-1") + "</BANKTRANLIST>")
    assert [found.reason for found in read(text).breaks] == ["no_account"]


def test_an_empty_balance_says_nothing_and_is_no_zero():
    statement = read(sgml(bank(moved("DEBIT", "-1"), balance="")))
    assert statement.positions == ()
    assert [row.rule for row in statement.ignored] == ["empty balance"]


def test_the_institutions_own_error_is_a_break():
    failed = "<STMTTRNRS><STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>General error</STATUS>"
    statement = read(sgml(signed_on(), f"<BANKMSGSRSV1>{failed}</STMTTRNRS></BANKMSGSRSV1>"))
    (found,) = statement.breaks
    assert (found.reason, found.text) == (
        "refused_by_sender",
        "the institution answered 2000: General error",
    )


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (sgml(bank(moved("DEBIT", "-1"))).split("<BALAMT>")[0], "it ends inside <LEDGERBAL>"),
        (sgml(bank(moved("DEBIT", "-1") * 3)).split("<FITID>")[0], "it ends inside <STMTTRN>"),
        (sgml(signed_on()), "without a statement"),
        (sgml(), "without a statement"),
        ("<!DOCTYPE OFX [<!ENTITY a 'b'>]>" + sgml(), "declares a document type"),
        (sgml("<A>" * 100_000), "more than 64 elements are open"),
        (sgml(bank("\0")), "NUL"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused(text: str, fact: str):
    with pytest.raises(InputError, match=fact) as refusal:
        read(text)
    assert refusal.value.file == "statement.ofx"


def test_a_file_beyond_the_limits_is_refused(monkeypatch):
    with pytest.raises(InputError, match="the limit is"):
        read(b"<OFX>" + b" " * FILE_BYTES_MAX)
    monkeypatch.setattr(_row_book, "ROWS_MAX", 1_000)
    with pytest.raises(InputError, match="more than 1,000 rows"):
        read(sgml(bank("<STMTTRN>" * 1_002)))


@pytest.mark.parametrize(
    ("head", "is_ofx"),
    [
        (b"OFXHEADER:100\n", True),
        (b"\n\n  <?xml version='1.0'?>\n<?OFX OFXHEADER='200'?>", True),
        (b"<ofx>", True),
        ("<OFX>".encode("utf-16"), True),
        (b"Symbol,Quantity\nOFX,1", False),
        (b"<FlexQueryResponse>", False),
    ],
)
def test_the_kind_of_file_is_told_by_its_content(head: bytes, is_ofx: bool):
    assert Ofx().recognises(head) is is_ofx
    assert PLUGIN is Ofx


WHOLE = sgml(
    signed_on(),
    investments(
        traded("BUYSTOCK", "1", "-2") + happened("INCOME", "<TOTAL>1"),
        held("POSSTOCK", "2", "5", "037833100"),
        "<INVBAL><AVAILCASH>1</INVBAL>",
    ),
    bank(moved("FEE", "-1", "Fee")),
    SECURITIES,
).encode()
TAGS = WHOLE.split(b"<")
JUNK = st.sampled_from(
    [
        b"\0",
        b"\xff\xfe",
        b"<",
        b">",
        b"</OFX>",
        b"<OFX>",
        b"<![CDATA[",
        b"<!--",
        b"&#x110000;",
        b"9" * 60,
    ]
)


@given(
    st.lists(
        st.one_of(st.sampled_from(TAGS), JUNK, st.binary(max_size=6)), min_size=1, max_size=120
    )
)
def test_shuffled_and_doubled_pieces_are_accounted_for_or_refused(pieces: list[bytes]):
    accounted_or_refused(b"<OFX>" + b"<".join(pieces))


@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)), JUNK)
def test_a_cut_or_overwritten_file_is_accounted_for_or_refused(begin: int, end: int, junk: bytes):
    accounted_or_refused(WHOLE[:begin])
    accounted_or_refused(WHOLE[:begin] + junk + WHOLE[end:])
    accounted_or_refused(WHOLE[begin:] + WHOLE[:end])


def accounted_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read(data)  # which checks that every row is accounted for


@pytest.mark.parametrize("piece", [b"<![CDATA[", b"<!--", b"<A", b"<a>&", b"< "])
def test_no_file_takes_long_however_it_is_damaged(piece: bytes):
    accounted_or_refused(b"<OFX>" + piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize(
    ("file", "broker", "positions", "transactions", "breaks"),
    [
        ("fidelity/jbms_fidelity.ofx", "fidelity", 7, 17, 0),
        ("vanguard/jbms_vanguard.ofx", "vanguard", 2, 1, 0),
        ("ofx_other/ofxparse_bad_decimal_error.ofx", "ofx", 1, 0, 1),
    ],
)
def test_real_files_are_read_whole(
    shared_dir, file: str, broker: str, positions: int, transactions: int, breaks: int
):
    path = shared_dir / "imports" / file
    if not path.is_file():
        pytest.skip(f"{file} is not among the reference files")
    statement = read(path.read_bytes())
    assert statement.broker == broker
    counted = (statement.positions, statement.transactions, statement.breaks)
    assert tuple(map(len, counted)) == (positions, transactions, breaks)
