"""What a feed is asked for when it is to give a market history, and which rows that takes.

Errors: `InputError` for an interval that ends before it begins, and for no instruments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trimtab.feeds._series import quote_currency
from trimtab.model.errors import InputError

__all__ = ["EPOCH", "RATE_AGE_DAYS_MAX", "MarketQuestion", "question_of"]

EPOCH = date(1970, 1, 1).toordinal()
RATE_AGE_DAYS_MAX = 5
"""How long an FX rate stands for the days after it: Good Friday to Easter Monday, and one more."""


@dataclass(frozen=True, slots=True)
class MarketQuestion:
    """Instruments, the days from `since` to `until`, both included, and the currency to answer in.

    Refuses: what the module's docstring says.
    """

    instruments: tuple[str, ...]
    since: date
    until: date
    currency: str

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise InputError("market history", f"was asked from {self.since} to {self.until}")
        if not self.instruments:
            raise InputError("market history", "was asked of no instrument")

    def is_asked(self, name: str) -> bool:
        """Whether rows of this name are needed: an instrument, or an FX rate."""
        return name in self.instruments or quote_currency(name, "") != ""

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last day that are needed, in days since 1970; no other is read.

        It opens a little before `since`: a rate stands for the days after it.
        """
        opens = self.since.toordinal() - RATE_AGE_DAYS_MAX
        return opens - EPOCH, self.until.toordinal() - EPOCH


def question_of(
    instruments: Sequence[str], since: date, until: date, currency: str
) -> MarketQuestion:
    """The question, each instrument once."""
    return MarketQuestion(tuple(dict.fromkeys(instruments)), since, until, currency)
