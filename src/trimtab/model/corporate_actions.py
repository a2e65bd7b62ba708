"""Corporate actions: what happens to an instrument itself, dividends and splits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from trimtab.model.errors import InputError

__all__ = ["ActionKind", "CorporateAction"]


class ActionKind(StrEnum):
    """What happened to the instrument."""

    DIVIDEND = "dividend"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """One dividend or split; whoever held the instrument on the eve of `on` has part in it.

    Unit: `amount` in `currency` for one unit as it was traded that day; `ratio` new units for each
    old one, 4 for a split of 4 for 1, 1/20 for a reverse one.  `on` is the ex-date, `source` who
    said so.
    Refuses: a dividend without a positive amount, a split without a ratio other than 1.
    """

    instrument: str
    on: date
    kind: ActionKind
    amount: Decimal | None = None
    ratio: Fraction | None = None
    currency: str = "USD"
    source: str = ""

    def __post_init__(self) -> None:
        subject = f"{self.kind} of {self.instrument} on {self.on}"
        if self.kind is ActionKind.DIVIDEND and (self.amount is None or self.amount <= 0):
            raise InputError(subject, f"is {self.amount} a unit", "it must be above zero")
        if self.kind is ActionKind.SPLIT and (
            self.ratio is None or self.ratio <= 0 or self.ratio == 1
        ):
            raise InputError(
                subject, f"gives {self.ratio} for one", "it must be above zero and not 1"
            )
