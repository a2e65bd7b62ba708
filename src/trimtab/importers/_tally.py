"""The account of a file's rows, kept while it is read."""

from __future__ import annotations

from datetime import date

from trimtab.importers._take import Taken
from trimtab.model.errors import must
from trimtab.model.statements import (
    IgnoredRow,
    RowBreak,
    StatedAccount,
    StatedGain,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

__all__ = ["Tally"]


class Tally:
    """Rows so far, by what became of them."""

    def __init__(self) -> None:
        self.rows = 0
        self.as_of: date | None = None
        self.accounts: dict[str, str] = {}
        self.positions: list[StatedPosition] = []
        self.days: dict[int, date] = {}
        self.lots: list[StatedLot] = []
        self.transactions: list[StatedTransaction] = []
        self.gains: list[StatedGain] = []
        self.ignored: list[IgnoredRow] = []
        self.breaks: list[RowBreak] = []

    def note_day(self, day: date | None) -> None:
        """Keep the latest day that the file says it describes."""
        if day is not None and (self.as_of is None or day > self.as_of):
            self.as_of = day

    def take(self, row: Taken, account_name: str = "", day: date | None = None) -> None:
        """A row that is taken, and the name of its account.

        A position of a `day` counts only where its account has none of a later one.
        """
        if row.account and not self.accounts.get(row.account):
            self.accounts[row.account] = account_name
        if isinstance(row, StatedPosition):
            self.positions.append(row)
            if day is not None:
                self.days[row.line] = day
        elif isinstance(row, StatedLot):
            self.lots.append(row)
        elif isinstance(row, StatedTransaction):
            self.transactions.append(row)
        else:
            self.gains.append(row)

    def ignore(self, line: int, rule: str) -> None:
        """A row that holds nothing to take, by the rule of this name."""
        self.ignored.append(IgnoredRow(line, rule))

    def broken(self, line: int, reason: str, text: str, remedy: str = "") -> None:
        """A row that cannot be taken."""
        self.breaks.append(RowBreak(line, reason, text, remedy))

    def statement(self, file: str, broker: str, form: str, digest: str) -> Statement:
        """The whole file; every row must be accounted for."""
        self._leave_earlier_days()
        statement = Statement(
            file=file,
            broker=broker,
            format=form,
            digest=digest,
            rows=self.rows,
            as_of=self.as_of,
            accounts=tuple(StatedAccount(id, name) for id, name in self.accounts.items()),
            positions=tuple(self.positions),
            lots=tuple(self.lots),
            transactions=tuple(self.transactions),
            gains=tuple(self.gains),
            ignored=tuple(sorted(self.ignored, key=lambda row: row.line)),
            breaks=tuple(self.breaks),
        )
        accounted = statement.taken + len(self.ignored) + len(self.breaks)
        must(accounted == self.rows, "every row is taken, ignored by a rule, or a break")
        return statement

    def _leave_earlier_days(self) -> None:
        """Of positions that several days were written for, only the last day's are held now."""
        latest: dict[str, date] = {}
        for row in self.positions:
            day = self.days.get(row.line)
            if day is not None:
                latest[row.account] = max(day, latest.get(row.account, day))
        held = [
            row
            for row in self.positions
            if self.days.get(row.line, latest.get(row.account)) == latest.get(row.account)
        ]
        kept = {row.line for row in held}
        for row in self.positions:
            if row.line not in kept:
                self.ignore(row.line, "an earlier day")
        self.positions = held
