"""Whether a dividend is qualified: the holding period around the ex-dividend date, lot by lot.

A dividend is taxed at long-term rates only on units held for more than 60 days of the 121 that
begin 60 days before the ex-date.  Units held that long by the ex-date are safe; others are safe
once their days are full, at the latest 60 days after the ex-date.  A sale before that turns their
dividend into ordinary income, of the year in which it was paid, even if that year is over:
`dividend_years` keeps the books of what is still open.

Source: 26 USC 1(h)(11)(B)(iii)(I), 246(c)(3).  Not covered: days on which the risk of loss was
diminished by an option or a short sale (246(c)(4)), and the longer period of preferred stock.
Errors: `InputError` for units and fractions that cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, share_out, total

__all__ = [
    "DividendSplit",
    "HeldUnits",
    "able_to_qualify",
    "days_held_in_window",
    "first_sale_that_keeps_it",
    "held_units",
    "is_qualified",
    "split_dividend",
    "window_closes",
]

DAYS_BEFORE_EX_DATE = 60
WINDOW_DAYS = 121
DAYS_HELD_MIN = 61


def window_closes(ex_date: date) -> date:
    """The last day that counts; sales after it change nothing."""
    return ex_date + timedelta(WINDOW_DAYS - 1 - DAYS_BEFORE_EX_DATE)


def days_held_in_window(acquired: date, sold: date | None, ex_date: date) -> int:
    """Days of the 121-day window on which the share was held.

    The day of disposition counts, the day of acquisition does not; `None` means still held at the
    window's end.
    Source: 26 USC 246(c)(3)(A).
    """
    opens = ex_date - timedelta(DAYS_BEFORE_EX_DATE)
    closes = window_closes(ex_date)
    first = max(opens, acquired + timedelta(1))
    last = closes if sold is None else min(closes, sold)
    return max(0, (last - first).days + 1)


def is_qualified(acquired: date, sold: date | None, ex_date: date) -> bool:
    """Whether the holding period is met; without a sale, whether it will be if held on."""
    if acquired >= ex_date:
        return False  # bought on or after the ex-date: the dividend went to the seller
    return days_held_in_window(acquired, sold, ex_date) >= DAYS_HELD_MIN


def first_sale_that_keeps_it(acquired: date, ex_date: date) -> date:
    """The earliest day of sale on which the dividend is qualified."""
    opens = ex_date - timedelta(DAYS_BEFORE_EX_DATE)
    return max(opens, acquired + timedelta(1)) + timedelta(DAYS_HELD_MIN - 1)


@dataclass(frozen=True, slots=True)
class HeldUnits:
    """Units of one lot held at the close before an ex-date.

    Unit: `quantity` in units of the instrument; `sold` is the day of a later sale, `None` while
    there is none.  `acquired` is `None` where it is not known: such units prove no holding period.
    """

    lot: str
    quantity: Decimal
    acquired: date | None
    sold: date | None = None


def held_units(lot: Lot) -> HeldUnits:
    """A lot as this test sees it.

    A gift's days include the giver's; those of a share whose wash sale lent it a longer holding
    period do not.
    Source: 26 USC 1223(2); 246(c)(3)(B), which sets 1223(3) aside.
    """
    return HeldUnits(lot.id, lot.quantity, lot.acquired if lot.by_purchase else lot.starts)


@dataclass(frozen=True, slots=True)
class DividendSplit:
    """A dividend by character.

    Unit: base currency; `provisional` is the part of `qualified` that a sale before `settled_on`
    can turn into ordinary income.
    """

    qualified: Decimal
    ordinary: Decimal
    provisional: Decimal
    settled_on: date


def split_dividend(
    amount: Decimal,
    ex_date: date,
    held: Sequence[HeldUnits],
    as_of: date,
    qualified_fraction: Decimal = Decimal(1),
) -> DividendSplit:
    """A dividend's qualified and ordinary part as far as sales up to `as_of` tell.

    Units that are still held count as qualified.  `qualified_fraction` is what the payer reports
    as able to be qualified; the rest is ordinary whoever held it.
    Unit: `amount` base currency, paid on all of `held`.
    Refuses: no units, a fraction outside 0 to 1.
    """
    parts = able_to_qualify(amount, ex_date, held, qualified_fraction)
    qualified = provisional = ZERO
    settled = ex_date
    for units, part in zip(held, parts, strict=True):
        sold = units.sold if units.sold is not None and units.sold <= as_of else None
        if units.acquired is None or not is_qualified(units.acquired, sold, ex_date):
            continue
        qualified += part
        safe = first_sale_that_keeps_it(units.acquired, ex_date)
        if sold is None and as_of < safe:
            provisional += part
            settled = max(settled, safe)
    return DividendSplit(qualified, amount - qualified, provisional, settled)


def able_to_qualify(
    amount: Decimal, ex_date: date, held: Sequence[HeldUnits], fraction: Decimal
) -> tuple[Decimal, ...]:
    """The part of a dividend that can be qualified, lot by lot, in cents.

    Refuses: no units, a fraction outside 0 to 1.
    """
    subject = f"the dividend of {ex_date}"
    if not 0 <= fraction <= 1:
        raise InputError(subject, f"its qualified fraction is {fraction}", "it lies in 0 to 1")
    if total(units.quantity for units in held) <= 0 or any(u.quantity < 0 for u in held):
        raise InputError(subject, f"{amount} is paid on no units", "units held are above zero")
    return share_out(cents(amount * fraction), [units.quantity for units in held])
