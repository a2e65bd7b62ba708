"""Read and write `lots.csv`: one row a lot, cash as the instrument `CASH`.

    account,instrument,quantity,basis,acquired
    joint,VTI,120.5,24310.00,2021-03-04
    joint,CASH,3500,,

An empty basis or day, or the word `unknown`, is unknown and never zero.  Numbers may carry a
dollar sign and thousands commas (in quotes).  Further columns: id, holding_start, order,
reinvested, inherited, unsettled (of a cash row), note.

Errors: `InputErrors` with every broken row of the file, each with line, value, bound and remedy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.csv_rows import Row, csv_rows
from trimtab.app.text_files import Collector, read_text
from trimtab.app.values import read_day, read_number, read_word
from trimtab.model.errors import InputError, InputErrors, nearest
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.snapshots import CashBalance

__all__ = ["LOTS_NAME", "Known", "LotsFile", "parse_lots", "read_lots"]

LOTS_NAME = "lots.csv"
CASH = "CASH"
REQUIRED = ("account", "instrument", "quantity", "basis", "acquired")
OPTIONAL = ("id", "holding_start", "order", "reinvested", "inherited", "unsettled", "note")
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
UNKNOWN = ("", "unknown", "?")
OLDEST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Known:
    """What the mandate declares, against which rows are checked.

    `currencies` gives the currency of each account; `menus` what an account with a fixed menu can
    hold.
    """

    currencies: Mapping[str, str]
    instruments: Collection[str]
    menus: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class LotsFile:
    """The lots and cash of a file, and the line of each lot."""

    lots: tuple[Lot, ...]
    cash: tuple[CashBalance, ...]
    lines: Mapping[str, int]


def read_lots(path: Path, known: Known | None, as_of: date | None) -> LotsFile:
    """The lots and cash in a file.

    Where `known` is `None` (the mandate could not be read), names are not checked; where `as_of`
    is, days are not held against it.
    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    try:
        text = read_text(path, "lots", "make one with `trimtab init`; it holds one row a lot")
    except InputError as error:
        raise InputErrors([error]) from None
    return parse_lots(text, str(path), known, as_of)


def parse_lots(text: str, file: str, known: Known | None, as_of: date | None) -> LotsFile:
    """The lots and cash in a text; `file` is the place that errors name.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    errors = Collector(file)
    reader = _Reader(known, as_of, errors)
    for row in csv_rows(text, "lots", REQUIRED, OPTIONAL, errors):
        reader.row(row)
        if errors.is_full:
            break
    errors.raise_any()
    return LotsFile(tuple(reader.lots), tuple(reader.cash), reader.lines)


class _Reader:
    """Turns rows into lots and cash, keeping what is wrong."""

    def __init__(self, known: Known | None, as_of: date | None, errors: Collector) -> None:
        self.known, self.as_of, self.errors = known, as_of, errors
        self.lots: list[Lot] = []
        self.cash: list[CashBalance] = []
        self.lines: dict[str, int] = {}
        self.seen_rows: dict[tuple[tuple[str, str], ...], int] = {}
        self.cash_lines: dict[tuple[str, str], int] = {}
        self.line = 0

    def row(self, row: Row) -> None:
        """One row of the file."""
        self.line = row.line
        before = len(self.errors.errors)
        content = tuple(sorted(row.cells.items()))
        if content in self.seen_rows:
            self.refuse(
                f"row {row.get('account')}, {row.get('instrument')}",
                f"it is the same as line {self.seen_rows[content]}",
                "no two rows may be equal",
                "remove one, or give each an id if they are two lots",
            )
            return
        self.seen_rows[content] = row.line
        account = self.account(row.get("account"))
        instrument = row.get("instrument")
        if instrument == CASH or instrument.startswith(f"{CASH}:"):
            self.cash_row(row, account, instrument)
            return
        lot = self.lot(row, account)
        if len(self.errors.errors) == before and lot is not None:
            self.lots.append(lot)
            self.lines[lot.id] = row.line

    def refuse(self, subject: str, fact: str, bound: str = "", remedy: str = "") -> None:
        """Note an error at the row in hand."""
        self.errors.refuse(self.line, subject, fact, bound, remedy)

    def account(self, account: str) -> str:
        """An account that the mandate knows."""
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

    def lot(self, row: Row, account: str) -> Lot | None:
        """The lot of a row, if its quantity can be read."""
        name = row.get("instrument")
        self.instrument(name, account)
        quantity = self.number(row, "quantity")
        if quantity is not None and quantity <= 0:
            remedy = "remove the row if it was sold; a short position is not supported"
            self.refuse(
                "quantity", f"{row.get('quantity')} of {name}", "it must be above 0", remedy
            )
        basis: Decimal | None = None
        if row.get("basis").lower() not in UNKNOWN:
            basis = self.number(row, "basis")
            if basis is not None and basis < 0:
                remedy = "write what the whole lot cost; leave it empty where unknown"
                self.refuse("basis", f"{row.get('basis')}", "it must be at least 0", remedy)
        acquired, start = self.day(row, "acquired"), self.day(row, "holding_start")
        if row.get("unsettled"):
            self.refuse("unsettled", "only a cash row can have it", "", "leave it empty")
        if quantity is None:
            return None
        lot_id = self.lot_id(row, account, name, acquired)
        return Lot(
            id=lot_id,
            account=account,
            instrument=name,
            quantity=quantity,
            basis=basis,
            acquired=acquired,
            holding_start=start,
            order=row.get("order") or None,
            reinvested=self.flag(row, "reinvested"),
            inherited=self.flag(row, "inherited"),
        )

    def lot_id(self, row: Row, account: str, name: str, acquired: date | None) -> str:
        """The id in the file, or one that tells account, instrument and day."""
        given = row.get("id")
        if given:
            if given in self.lines:
                remedy = "give each lot its own id"
                fact = f"{given!r} is the id of line {self.lines[given]} too"
                self.refuse("id", fact, "ids are used once", remedy)
            return given
        plain = f"{account}/{name}/{acquired or 'unknown'}"
        lot_id, count = plain, 1
        while lot_id in self.lines:
            count += 1
            lot_id = f"{plain}#{count}"
        return lot_id

    def cash_row(self, row: Row, account: str, instrument: str) -> None:
        """A row of cash: `CASH` in the account's currency, `CASH:EUR` in another."""
        default = "USD" if self.known is None else self.known.currencies.get(account, "USD")
        currency = instrument.partition(":")[2] if ":" in instrument else default
        if len(currency) != 3 or not currency.isascii() or not currency.isupper():
            self.refuse("instrument", f"{instrument!r} names no currency", "", "write CASH:EUR")
            return
        amount = self.number(row, "quantity")
        unsettled = self.number(row, "unsettled") if row.get("unsettled") else ZERO
        if amount is None or unsettled is None:
            return
        if amount < 0:
            remedy = "a margin loan is not supported: settle it, or correct the amount"
            self.refuse(f"cash of {account}", f"{row.get('quantity')}", "at least 0", remedy)
        if not 0 <= unsettled <= max(amount, ZERO):
            bound = f"between 0 and the cash of {max(amount, ZERO)}"
            self.refuse("unsettled", f"{row.get('unsettled')}", bound, "correct it")
        if (account, currency) in self.cash_lines:
            self.refuse(
                f"cash of {account} in {currency}",
                f"line {self.cash_lines[account, currency]} gives it already",
                "one row an account and currency",
                "add them up in one row",
            )
        self.cash_lines[account, currency] = row.line
        self.cash.append(CashBalance(account, currency, amount, unsettled))


def _toml_key(name: str) -> str:
    """A name as it stands in a TOML heading."""
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else f'"{name}"'
