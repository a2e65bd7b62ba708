"""Small OFX files of our own making, in both dialects."""

from decimal import Decimal

from trimtab.importers.ofx import Ofx
from trimtab.model.statements import Statement

SGML_HEAD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
XML_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
"""
SECURITIES = """
<SECLISTMSGSRSV1><SECLIST>
<STOCKINFO><SECINFO><SECID><UNIQUEID>037833100<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>Apple &amp; Co<TICKER>AAPL</SECINFO><STOCKTYPE>COMMON</STOCKINFO>
<STOCKINFO><SECINFO><SECID><UNIQUEID>922908769<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>Vanguard Total Stock Market ETF<TICKER>VTI</SECINFO></STOCKINFO>
<MFINFO><SECINFO><SECID><UNIQUEID>922906300<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>Federal Money Market Fund<TICKER>VMFXX</SECINFO></MFINFO>
<MFINFO><SECINFO><SECID><UNIQUEID>921909818<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>Total Intl Stock Index<TICKER>VTIAX</SECINFO></MFINFO>
<DEBTINFO><SECINFO><SECID><UNIQUEID>912796XY1<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>US TREASURY BILL<TICKER>912796XY1</SECINFO></DEBTINFO>
<OPTINFO><SECINFO><SECID><UNIQUEID>1234567AB<UNIQUEIDTYPE>CUSIP</SECID>
<SECNAME>CALL AAPL<TICKER>AAPL240621C200</SECINFO><SECID><UNIQUEID>037833100</SECID></OPTINFO>
</SECLIST></SECLISTMSGSRSV1>"""


def signed_on(organisation: str = "Some Broker", number: str = "1") -> str:
    return (
        "<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240201"
        f"<LANGUAGE>ENG<FI><ORG>{organisation}<FID>{number}</FI></SONRS></SIGNONMSGSRSV1>\n"
    )


def investments(
    activity: str = "",
    positions: str = "",
    balances: str = "",
    *,
    account: str = "12-345",
    currency: str = "USD",
    broker_id: str = "broker.example",
) -> str:
    return (
        "<INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>\n"
        f"<INVSTMTRS><DTASOF>20240131160000.000[-5:EST]<CURDEF>{currency}\n"
        f"<INVACCTFROM><BROKERID>{broker_id}<ACCTID>{account}</INVACCTFROM>\n"
        f"<INVTRANLIST><DTSTART>20240101<DTEND>20240131\n{activity}</INVTRANLIST>\n"
        f"<INVPOSLIST>{positions}</INVPOSLIST>{balances}\n"
        "</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>\n"
    )


def bank(activity: str, balance: str = "100.00", account: str = "999", kind: str = "") -> str:
    kind = f"<ACCTTYPE>{kind}" if kind else ""
    return (
        "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n"
        f"<BANKACCTFROM><BANKID>1<ACCTID>{account}{kind}</BANKACCTFROM>\n"
        f"<BANKTRANLIST>\n{activity}</BANKTRANLIST>\n"
        f"<LEDGERBAL><BALAMT>{balance}<DTASOF>20240131</LEDGERBAL>\n"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1>\n"
    )


def sgml(*parts: str, head: str = SGML_HEAD) -> str:
    return f"{head}<OFX>{''.join(parts)}</OFX>\n"


def security(number: str) -> str:
    return f"<SECID><UNIQUEID>{number}<UNIQUEIDTYPE>CUSIP</SECID>"


def traded(tag: str, units: str, total: str, number: str = "037833100", more: str = "") -> str:
    """A purchase or sale of one security, as its tag says."""
    inner = "INVBUY" if tag.startswith("BUY") else "INVSELL"
    return (
        f"<{tag}><{inner}><INVTRAN><FITID>{tag}1<DTTRADE>20240115120000<DTSETTLE>20240117</INVTRAN>"
        f"{security(number)}<UNITS>{units}<UNITPRICE>10.5{more}<TOTAL>{total}"
        f"<SUBACCTSEC>CASH<SUBACCTFUND>CASH</{inner}></{tag}>\n"
    )


def happened(tag: str, fields: str, number: str = "037833100", memo: str = "") -> str:
    """Another row about one security."""
    return (
        f"<{tag}><INVTRAN><FITID>{tag}1<DTTRADE>20240115<MEMO>{memo}</INVTRAN>"
        f"{security(number) if number else ''}{fields}</{tag}>\n"
    )


def held(tag: str, units: str, value: str, number: str, side: str = "LONG") -> str:
    return (
        f"<{tag}><INVPOS>{security(number)}<HELDINACCT>CASH<POSTYPE>{side}<UNITS>{units}"
        f"<UNITPRICE>1<MKTVAL>{value}<DTPRICEASOF>20240131</INVPOS></{tag}>\n"
    )


def moved(kind: str, amount: str, name: str = "", day: str = "20240110") -> str:
    return (
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>7<NAME>{name}</STMTTRN>\n"
    )


def read(text: str | bytes, file: str = "statement.ofx") -> Statement:
    data = text.encode() if isinstance(text, str) else text
    statement = Ofx().read(file, data, "digest")
    accounted = statement.taken + len(statement.ignored) + len(statement.breaks)
    assert accounted == statement.rows, "every row is taken, ignored by a rule, or a break"
    return statement


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
