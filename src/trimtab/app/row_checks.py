"""Checks that the cells of every household file share: accounts, instruments, numbers, days.

Each takes a row, notes what is wrong in the collector with the row's line, and gives back what
could be read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.app.csv_rows import Row
from trimtab.app.text_files import Collector
from trimtab.app.values import read_day, read_number, read_word
from trimtab.model.errors import InputError, nearest

__all__ = ["UNKNOWN", "Known", "RowChecks"]

FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
UNKNOWN = ("", "unknown", "?")
OLDEST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Known:
    """What the mandate declares, against which rows are checked.

    `currencies` gives the currency of each account; `menus` what an account with a fixed menu can
    hold; `taxable` names the accounts in which a sale is a taxable event.
    """

    currencies: Mapping[str, str]
    instruments: Collection[str]
    menus: Mapping[str, Collection[str]]
    taxable: Collection[str]


class RowChecks:
    """Checks one row after the other; `known` of `None` leaves names unchecked, `as_of` days."""

    def __init__(self, known: Known | None, as_of: date | None, errors: Collector) -> None:
        self.known, self.as_of, self.errors = known, as_of, errors
        self.line = 0
        self._errors_before = 0
        self._seen: dict[tuple[tuple[str, str], ...], int] = {}

    def begin(self, row: Row, remedy: str) -> bool:
        """Take a row in hand; false where the same row stood before."""
        self.line, self._errors_before = row.line, len(self.errors.errors)
        content = tuple(sorted(row.cells.items()))
        first = self._seen.setdefault(content, row.line)
        if first != row.line:
            subject = f"row {row.get('account')}, {row.get('instrument')}"
            fact = f"it is the same as line {first}"
            self.refuse(subject, fact, "no two rows may be equal", remedy)
        return first == row.line

    @property
    def is_clean(self) -> bool:
        """Whether nothing was wrong in the row in hand."""
        return len(self.errors.errors) == self._errors_before

    def refuse(self, subject: str, fact: str, bound: str = "", remedy: str = "") -> None:
        """Note an error at the row in hand."""
        self.errors.refuse(self.line, subject, fact, bound, remedy)

    def currency(self, account: str) -> str:
        """The currency of an account's cash."""
        return "USD" if self.known is None else self.known.currencies.get(account, "USD")

    def account(self, row: Row) -> str:
        """An account that the mandate knows."""
        account = row.get("account")
        if not account:
            self.refuse("account", "it is empty", "", "name an account of the mandate")
        elif self.known is not None and account not in self.known.currencies:
            fact = f"the mandate has no account {account!r}"
            self.refuse("account", fact, "", nearest(account, self.known.currencies))
        return account

    def instrument(self, name: str, account: str) -> None:
        """An instrument that the mandate knows and the account can hold."""
        try:
            read_word(name, "instrument")
        except InputError as error:
            self.errors.add(error, self.line)
            return
        if self.known is None:
            return
        if name not in self.known.instruments:
            remedy = nearest(name, self.known.instruments)
            close = f"{remedy} If not, " if remedy.startswith("did you mean") else ""
            remedy = f"{close}declare it in the mandate as [instruments.{_toml_key(name)}]"
            self.refuse("instrument", f"the mandate does not know {name!r}", "", remedy)
        menu = self.known.menus.get(account)
        if menu is not None and name not in menu:
            self.refuse(
                f"account {account!r}",
                f"it cannot hold {name!r}",
                f"its can_hold lists {', '.join(sorted(menu))}",
                "correct the row, or add it to can_hold in the mandate",
            )

    def number(self, row: Row, column: str) -> Decimal | None:
        """A number, or nothing where it could not be read."""
        try:
            return read_number(row.get(column), column)
        except InputError as error:
            self.errors.add(error, self.line)
            return None

    def positive(self, row: Row, column: str, fact: str, remedy: str) -> Decimal | None:
        """A number above zero, or nothing where it could not be read."""
        number = self.number(row, column)
        if number is not None and number <= 0:
            self.refuse(column, fact, "it must be above 0", remedy)
        return number

    def day(self, row: Row, column: str) -> date | None:
        """A day that is not after `as_of`, or nothing where the cell says unknown."""
        text = row.get(column)
        if text.lower() in UNKNOWN:
            return None
        try:
            day = read_day(text, column)
        except InputError as error:
            self.errors.add(error, self.line)
            return None
        if self.as_of is not None and day > self.as_of:
            remedy = "correct the day, or plan for a later one with --as-of"
            self.refuse(column, f"{day} has not come yet", f"the day is {self.as_of}", remedy)
        elif day < OLDEST_DAY:
            self.refuse(column, f"{day} is too early", f"not before {OLDEST_DAY}", "correct it")
        return day

    def flag(self, row: Row, column: str) -> bool:
        """Yes or no."""
        text = row.get(column).lower()
        if text not in FLAGS:
            self.refuse(column, f"{text!r} is neither yes nor no", "", "write yes or no")
        return FLAGS.get(text, False)


def _toml_key(name: str) -> str:
    """A name as it stands in a TOML heading."""
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else f'"{name}"'
