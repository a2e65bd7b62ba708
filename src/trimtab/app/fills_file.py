"""Read `fills.csv`: what orders were filled at, and what the price was when they were decided.

    date,time,instrument,side,quantity,price,decision_price,commission
    2022-09-24,10:45,VTI,buy,10,183.05,183.00,0

`price` is what was paid or received, `decision_price` the middle of bid and ask when the order was
decided (or the last trade then); what lies between, and the commission, is what the order cost.
Further columns: time (of the exchange, 09:30 to 16:00; midday where left out), commission,
half_spread (of the price, as quoted then), daily_volume (traded in a day, in its currency),
account, note.

Errors: `InputErrors` with every broken row of the file, each with line, value, bound and remedy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.csv_rows import Row, csv_rows
from trimtab.app.row_checks import UNKNOWN, Known, RowChecks
from trimtab.app.text_files import Collector, read_text
from trimtab.model.errors import InputError, InputErrors

__all__ = ["Fill", "read_fills"]

REQUIRED = ("date", "instrument", "side", "quantity", "price", "decision_price")
OPTIONAL = ("time", "commission", "half_spread", "daily_volume", "account", "note")
SIDES = {"buy": True, "bought": True, "sell": False, "sold": False}
OPEN_MINUTES, CLOSE_MINUTES = 9 * 60 + 30, 16 * 60
MIDDAY = 0.5


@dataclass(frozen=True, slots=True)
class Fill:
    """One order that was filled.

    Unit: `day_fraction` of the session; prices, `value` and `commission` in the instrument's
    currency; where stated, `half_spread` fraction of the price, `daily_volume` as `value`.
    """

    line: int
    on: date
    day_fraction: float
    instrument: str
    is_buy: bool
    quantity: float
    price: float
    decision_price: float
    commission: float
    half_spread: float | None
    daily_volume: float | None

    @property
    def value(self) -> float:
        """What was traded, at the price when it was decided."""
        return self.quantity * self.decision_price

    @property
    def cost(self) -> float:
        """What it cost, as a fraction of what was traded; below zero where the price came to it."""
        slip = self.price / self.decision_price - 1.0
        return (slip if self.is_buy else -slip) + self.commission / self.value


def read_fills(path: Path, instruments: Collection[str], as_of: date) -> tuple[Fill, ...]:
    """The fills of a file up to a day, the oldest first.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    try:
        text = read_text(path, "fills")
    except InputError as error:
        raise InputErrors([error]) from None
    errors = Collector(str(path))
    checks = RowChecks(Known({}, instruments, {}, ()), as_of, errors)
    fills: list[Fill] = []
    for row in csv_rows(text, "fills", REQUIRED, OPTIONAL, errors):
        fill = _fill(row, checks)
        if fill is not None:
            fills.append(fill)
        if errors.is_full:
            break
    errors.raise_any()
    return tuple(sorted(fills, key=lambda fill: fill.on))


def _fill(row: Row, checks: RowChecks) -> Fill | None:
    """The fill of a row, where it is clean."""
    if not checks.begin(row, "remove one, or add up their quantities"):
        return None
    checks.instrument(row.get("instrument"), "")
    is_buy = SIDES.get(row.get("side").lower())
    if is_buy is None:
        checks.refuse("side", f"{row.get('side')!r} is neither buy nor sell", "", "write one")
    on = checks.day(row, "date")
    if on is None and row.get("date").lower() in UNKNOWN:
        checks.refuse("date", "it is empty", "", "write the day like 2022-10-03")
    found = {name: _number(row, name, checks) for name in REQUIRED[3:]}
    half_spread = _number(row, "half_spread", checks) if row.get("half_spread") else None
    if half_spread is not None and half_spread >= 1.0:
        checks.refuse("half_spread", row.get("half_spread"), "below 1: a share of the price")
    volume = _number(row, "daily_volume", checks) if row.get("daily_volume") else None
    commission = float(checks.number(row, "commission") or 0) if row.get("commission") else 0.0
    time = _day_fraction(row, checks)
    if not checks.is_clean or is_buy is None or on is None:
        return None
    return Fill(
        row.line, on, time, row.get("instrument"), is_buy,
        found["quantity"], found["price"], found["decision_price"],
        commission, half_spread, volume,
    )  # fmt: skip


def _number(row: Row, column: str, checks: RowChecks) -> float:
    """A number above zero; zero where it could not be read, which is noted."""
    remedy = "write what was bought or sold as a positive number; side says which"
    return float(checks.positive(row, column, row.get(column), remedy) or 0)


def _day_fraction(row: Row, checks: RowChecks) -> float:
    """How much of the session had passed; what lies outside counts as its open or close."""
    text = row.get("time")
    if not text:
        return MIDDAY
    hours, _, rest = text.partition(":")
    minutes = rest.partition(":")[0]
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        checks.refuse("time", f"{text!r} is no time of day", "", "write it like 10:45")
        return MIDDAY
    passed = int(hours) * 60 + int(minutes) - OPEN_MINUTES
    return min(1.0, max(0.0, passed / (CLOSE_MINUTES - OPEN_MINUTES)))
