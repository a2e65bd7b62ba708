"""Rows of lots files for tests."""

from datetime import date

from trimtab.app.lots_file import LotsFile, parse_lots
from trimtab.app.row_checks import Known

KNOWN = Known(
    currencies={"joint": "USD", "plan": "EUR"},
    instruments=("VTI", "BND", "BRK.B"),
    menus={"plan": frozenset({"BND"})},
    taxable=("joint",),
)


AS_OF = date(2022, 10, 11)


HEAD = "account,instrument,quantity,basis,acquired\n"


def read(text: str) -> LotsFile:
    return parse_lots(text, "lots.csv", KNOWN, AS_OF)
