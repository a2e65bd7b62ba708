"""What a row of an OFX file is: something held, something that happened, or nothing to take.

Errors: `CellError` for a row that cannot be taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trimtab.importers._ofx_activity import OfxActivity
from trimtab.importers._ofx_holdings import balances, ledger_balance, position
from trimtab.importers._ofx_securities import Securities
from trimtab.importers._ofx_stream import INFOS, ORDERS, POSITIONS, OfxRow
from trimtab.importers._take import Taken
from trimtab.importers._values import CellError

__all__ = ["OfxRows"]

IGNORED: Mapping[str, str] = {
    **dict.fromkeys(INFOS, "security list"),
    **dict.fromkeys(ORDERS, "open order"),
    "AVAILBAL": "available balance",
    "INV401KBAL": "plan balances",
    "ACCTINFO": "account list",
    "STMTTRNP": "pending transaction",
}
"""Rows that hold nothing to take, and the rule that says so."""


@dataclass(frozen=True, slots=True)
class OfxRows:
    """Takes the rows of one file, whose securities are known."""

    securities: Securities

    def take(self, row: OfxRow) -> tuple[Taken | str, ...]:
        """What a row holds: mostly one thing; a balance with a margin loan holds two.

        Refuses: rows that lack what their kind needs, and values that cannot be read.
        """
        if row.tag in IGNORED:
            return (IGNORED[row.tag],)
        if row.tag == "STATUS":
            fact = f"the institution answered {row.get('CODE')}: {row.get('MESSAGE')}"
            raise CellError("refused_by_sender", fact, "download the statement again")
        if row.place.account is None:
            fact = f"{row.tag} stands in no account (ACCTID)"
            raise CellError("no_account", fact, "download the file again")
        if row.tag == "INVBAL":
            return balances(row)
        if row.tag == "LEDGERBAL":
            return ledger_balance(row)
        if row.tag in POSITIONS:
            return (position(row, self.securities.of(row)),)
        return (OfxActivity(self.securities).take(row),)
