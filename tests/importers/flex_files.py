"""Small Flex reports of our own making."""

from trimtab.importers.ibkr_flex import IbkrFlex
from trimtab.model.statements import Statement

STOCK = 'assetCategory="STK" subCategory="COMMON" symbol="ACME" description="ACME CORP" '
FUND = 'assetCategory="STK" subCategory="ETF" symbol="WRLD" description="WORLD UCITS ETF" '
OPTION = (
    'assetCategory="OPT" subCategory="C" symbol="ACME  260220C00200000" multiplier="100" '
    'description="ACME 20FEB26 200 C" '
)
PAIR = 'assetCategory="CASH" symbol="EUR.USD" description="EUR.USD" '


def report(*statements: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<FlexQueryResponse queryName="All" type="AF">\n'
        f'<FlexStatements count="{len(statements)}">\n'
        + "\n".join(statements)
        + "\n</FlexStatements>\n</FlexQueryResponse>\n"
    )


def statement(*sections: str, account: str = "U1", to: str = "20251231") -> str:
    return (
        f'<FlexStatement accountId="{account}" fromDate="20250101" toDate="{to}" period="">\n'
        + "\n".join(sections)
        + "\n</FlexStatement>"
    )


def section(name: str, *rows: str) -> str:
    return f"<{name}>\n" + "\n".join(rows) + f"\n</{name}>"


def row(tag: str, attributes: str, *, account: str = "U1", currency: str = "USD") -> str:
    return f'<{tag} accountId="{account}" currency="{currency}" {attributes}/>'


def held(attributes: str, level: str = "SUMMARY") -> str:
    return row("OpenPosition", f'levelOfDetail="{level}" {attributes}')


def traded(attributes: str, level: str = "EXECUTION", tag: str = "Trade") -> str:
    day = "" if "tradeDate" in attributes else 'tradeDate="20250115" '
    return row(tag, f'{day}levelOfDetail="{level}" {attributes}')


def paid(kind: str, amount: str, more: str = "", level: str = "DETAIL") -> str:
    said = f'type="{kind}" amount="{amount}" levelOfDetail="{level}"'
    return row("CashTransaction", f'{said} dateTime="20250301;202000" {more}')


def cash(currency: str, ending: str, level: str = "Currency") -> str:
    return row(
        "CashReportCurrency", f'levelOfDetail="{level}" endingCash="{ending}"', currency=currency
    )


def read(text: str | bytes, file: str = "report.xml") -> Statement:
    data = text.encode() if isinstance(text, str) else text
    found = IbkrFlex().read(file, data, "digest")
    accounted = found.taken + len(found.ignored) + len(found.breaks)
    assert accounted == found.rows, "every row is taken, ignored by a rule, or a break"
    return found
