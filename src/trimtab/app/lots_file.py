"""Read `lots.csv`: one row a lot, cash as the instrument `CASH`.

    account,instrument,quantity,basis,acquired
    joint,VTI,120.5,24310.00,2021-03-04
    joint,CASH,3500,,

An empty basis or day, or the word `unknown`, is unknown and never zero.  Numbers may carry a
dollar sign and thousands commas (in quotes).  Further columns: id, holding_start, order,
reinvested, gift, inherited, loss_basis (the lower basis of a gift that had lost value),
washed_quantity (units that have replaced others in a wash sale), unsettled (of a cash row), note.

Errors: `InputErrors` with every broken row of the file, each with line, value, bound and remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.csv_rows import Row, csv_rows
from trimtab.app.row_checks import UNKNOWN, Known, RowChecks
from trimtab.app.text_files import Collector, read_text
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.snapshots import CashBalance

__all__ = ["LOTS_NAME", "LotsFile", "parse_lots", "read_lots"]

LOTS_NAME = "lots.csv"
CASH = "CASH"
ROW_SHOWN_MAX = 60
REQUIRED = ("account", "instrument", "quantity", "basis", "acquired")
OPTIONAL = (
    *("id", "holding_start", "order", "reinvested", "gift", "inherited"),
    *("loss_basis", "washed_quantity", "unsettled", "note"),
)


@dataclass(frozen=True, slots=True)
class LotsFile:
    """The lots and cash of a file, the line of each lot, and what looks odd in it."""

    lots: tuple[Lot, ...]
    cash: tuple[CashBalance, ...]
    lines: Mapping[str, int]
    findings: tuple[Finding, ...] = ()


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
    reader = _Reader(RowChecks(known, as_of, errors))
    for row in csv_rows(text, "lots", REQUIRED, OPTIONAL, errors):
        reader.row(row)
        if errors.is_full:
            break
    errors.raise_any()
    return LotsFile(tuple(reader.lots), tuple(reader.cash), reader.lines, _cut_off(text, file))


def _cut_off(text: str, file: str) -> tuple[Finding, ...]:
    """A last row that ends with a comma and no line end: whole rows may follow in the original."""
    if not text.endswith(","):
        return ()
    line, row = text.count("\n") + 1, text.rsplit("\n", 1)[-1]
    return (
        Finding(
            "cut_off",
            Severity.WARNING,
            f"{file}:{line}",
            f"the file ends without a line end, and its last row {row[:ROW_SHOWN_MAX]!r} with an "
            "empty cell; it may have been cut off",
            remedy="complete it, or end it with a line end",
        ),
    )


class _Reader:
    """Turns rows into lots and cash, keeping what is wrong."""

    def __init__(self, checks: RowChecks) -> None:
        self.checks = checks
        self.lots: list[Lot] = []
        self.cash: list[CashBalance] = []
        self.lines: dict[str, int] = {}
        self.cash_lines: dict[tuple[str, str], int] = {}

    def row(self, row: Row) -> None:
        """One row of the file."""
        if not self.checks.begin(row, "remove one, or give each an id if they are two lots"):
            return
        account = self.checks.account(row)
        instrument = row.get("instrument")
        if instrument == CASH or instrument.startswith(f"{CASH}:"):
            self.cash_row(row, account, instrument)
            return
        if self.means_cash(instrument):
            fact = f"the mandate knows no instrument {instrument!r}"
            remedy = "cash is written as CASH, in another currency than the account's as CASH:EUR"
            self.checks.refuse("instrument", fact, "", remedy)
            return
        lot = self.lot(row, account)
        if lot is not None and self.checks.is_clean:
            self.lots.append(lot)
            self.lines[lot.id] = row.line

    def means_cash(self, instrument: str) -> bool:
        """Whether a name that the mandate does not know is another word for cash."""
        known = self.checks.known
        if known is None or instrument in known.instruments:
            return False
        return instrument.upper() in {CASH, *known.currencies.values()}

    def lot(self, row: Row, account: str) -> Lot | None:
        """The lot of a row, if its quantity can be read."""
        checks, name = self.checks, row.get("instrument")
        checks.instrument(name, account)
        quantity = checks.positive(
            row,
            "quantity",
            f"{row.get('quantity')} of {name}",
            "remove the row if it was sold; a short position is not supported",
        )
        basis, loss_basis = self.basis(row, "basis"), self.basis(row, "loss_basis")
        washed = self.washed(row, quantity)
        acquired, start = checks.day(row, "acquired"), checks.day(row, "holding_start")
        if row.get("unsettled"):
            checks.refuse("unsettled", "only a cash row can have it", "", "leave it empty")
        inherited = checks.flag(row, "inherited")
        by_purchase = not checks.flag(row, "gift") and not inherited
        if quantity is None:
            return None
        return Lot(
            id=self.lot_id(row, account, name, acquired),
            account=account,
            instrument=name,
            quantity=quantity,
            basis=basis,
            acquired=acquired,
            holding_start=start,
            order=row.get("order") or None,
            reinvested=checks.flag(row, "reinvested"),
            inherited=inherited,
            washed_quantity=washed,
            loss_basis=loss_basis,
            by_purchase=by_purchase,
        )

    def basis(self, row: Row, column: str) -> Decimal | None:
        """What a whole lot cost, or nothing where the cell says unknown."""
        if row.get(column).lower() in UNKNOWN:
            return None
        basis = self.checks.number(row, column)
        if basis is not None and basis < 0:
            remedy = "write what the whole lot cost; leave it empty where unknown"
            self.checks.refuse(column, row.get(column), "it must be at least 0", remedy)
        return basis

    def washed(self, row: Row, quantity: Decimal | None) -> Decimal:
        """Units that have served as replacement already, at most the lot's own."""
        text = row.get("washed_quantity")
        washed = self.checks.number(row, "washed_quantity") if text else ZERO
        if text and washed is not None and quantity and not 0 <= washed <= quantity:
            bound = f"between 0 and the lot's {quantity}"
            self.checks.refuse("washed_quantity", text, bound, "correct it")
        return washed or ZERO

    def lot_id(self, row: Row, account: str, name: str, acquired: date | None) -> str:
        """The id in the file, or one that tells account, instrument and day."""
        given = row.get("id")
        if given:
            if given in self.lines:
                remedy = "give each lot its own id"
                fact = f"{given!r} is the id of line {self.lines[given]} too"
                self.checks.refuse("id", fact, "ids are used once", remedy)
            return given
        plain = f"{account}/{name}/{acquired or 'unknown'}"
        lot_id, count = plain, 1
        while lot_id in self.lines:
            count += 1
            lot_id = f"{plain}#{count}"
        return lot_id

    def cash_row(self, row: Row, account: str, instrument: str) -> None:
        """A row of cash: `CASH` in the account's currency, `CASH:EUR` in another."""
        default = self.checks.currency(account)
        currency = instrument.partition(":")[2] if ":" in instrument else default
        if len(currency) != 3 or not currency.isascii() or not currency.isupper():
            self.checks.refuse(
                "instrument", f"{instrument!r} names no currency", "", "write CASH:EUR"
            )
            return
        amount = self.checks.number(row, "quantity")
        unsettled = self.checks.number(row, "unsettled") if row.get("unsettled") else ZERO
        if amount is None or unsettled is None:
            return
        if amount < 0:
            remedy = "a margin loan is not supported: settle it, or correct the amount"
            self.checks.refuse(f"cash of {account}", f"{row.get('quantity')}", "at least 0", remedy)
        if not 0 <= unsettled <= max(amount, ZERO):
            bound = f"between 0 and the cash of {max(amount, ZERO)}"
            self.checks.refuse("unsettled", f"{row.get('unsettled')}", bound, "correct it")
        if (account, currency) in self.cash_lines:
            self.checks.refuse(
                f"cash of {account} in {currency}",
                f"line {self.cash_lines[account, currency]} gives it already",
                "one row an account and currency",
                "add them up in one row",
            )
        self.cash_lines[account, currency] = row.line
        self.cash.append(CashBalance(account, currency, amount, unsettled))
