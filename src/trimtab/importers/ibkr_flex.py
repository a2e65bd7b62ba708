"""Interactive Brokers Flex reports in XML: activity statements and trade confirmations.

Positions and their lots, cash by currency, trades, conversions, dividends, taxes, fees, transfers
and corporate actions, for all accounts of a report.  `_flex_stream` reads the XML,
`_flex_statement` decides which of several levels of detail counts, `_flex_holdings` and
`_flex_activity` take the rows.

Errors: `InputError` for XML that is damaged or cut off, declares entities, or is no report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.importers._flex_statement import FlexStatement
from trimtab.importers._flex_stream import STATEMENT, FlexElement, flex_elements
from trimtab.importers._flex_values import FlexValues, day_order_of
from trimtab.importers._tally import Tally
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError
from trimtab.model.statements import StatedAccount, Statement

__all__ = ["PLUGIN", "IbkrFlex"]

HEAD_BYTES = 8192
"""Where a report says what it is."""
_HEAD = re.compile(rb"<FlexQueryResponse|<FlexStatement")


@dataclass(frozen=True, slots=True)
class IbkrFlex:
    """Reads Flex reports of type AF and TCF."""

    def recognises(self, data: bytes) -> bool:
        """Whether the file says that it is a Flex report; damaged ones too."""
        return bool(_HEAD.search(data[:HEAD_BYTES].replace(b"\0", b"")))

    def read(self, file: str, data: bytes, digest: str) -> Statement:
        """The report as a statement.

        Refuses: XML that is not well-formed or declares entities, and a report without a statement.
        """
        if len(data) > FILE_BYTES_MAX:
            fact, limit = f"it has {len(data):,} bytes", f"the limit is {FILE_BYTES_MAX:,}"
            raise InputError("file", fact, limit, "run the query for a shorter period", file=file)
        values, tally = FlexValues(day_order_of(data)), Tally()
        accounts: dict[str, StatedAccount] = {}
        parts: list[FlexStatement] = []
        for row in flex_elements(data, file):
            if row.tag == STATEMENT:
                account = row.get("accountId")
                parts.append(FlexStatement(file, account, values, tally, accounts))
                if account and "," not in account:  # several in one: their rows say which
                    accounts.setdefault(account, StatedAccount(account))
                tally.note_day(_day_or_none(row, values))
            else:
                parts[-1].enter(row)
        if not parts:
            raise InputError(
                "file",
                "it is a Flex report without a statement",
                "",
                "run the Flex query for an account and a period that have one",
                file=file,
            )
        for part in parts:
            part.finish()
        statement = tally.statement(file, "ibkr", "ibkr_flex", digest)
        return replace(
            statement,
            accounts=tuple(accounts.values()),
            positions=tuple(sorted(statement.positions, key=lambda row: row.line)),
            transactions=tuple(sorted(statement.transactions, key=lambda row: row.line)),
            ignored=tuple(sorted(statement.ignored, key=lambda row: row.line)),
            breaks=tuple(sorted(statement.breaks, key=lambda row: row.line)),
            rates=_rates(parts),
        )


def _day_or_none(row: FlexElement, values: FlexValues) -> date | None:
    """The last day of a statement; an unreadable one is no reason to break a row."""
    try:
        return values.day(row, "toDate")
    except CellError:
        return None


def _rates(parts: list[FlexStatement]) -> dict[str, Decimal]:
    """What a unit of each currency is in the base currency, where all accounts have the same."""
    bases = {part.base_currency for part in parts if part.rates}
    if len(bases) != 1:
        return {}
    base = bases.pop()
    rates = {currency: rate for part in parts for currency, rate in part.rates.items()}
    return {**rates, base: Decimal(1)} if base else rates


PLUGIN = IbkrFlex
