"""The days that a report is about.

Errors: `InputError` for days in the wrong order, or after the day that the household is seen on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from trimtab.app.report.words import day
from trimtab.model.errors import InputError

__all__ = ["Period", "period_of"]

WEEK = timedelta(days=6)
"""From the first day of seven to the last."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day until another, both included."""

    since: date
    until: date

    @property
    def words(self) -> str:
        """The days as people write them."""
        if self.since == self.until:
            return day(self.until)
        return f"{day(self.since)} to {day(self.until)}"

    def holds(self, on: date) -> bool:
        """Whether a day is among them."""
        return self.since <= on <= self.until


def period_of(as_of: date, since: date | None = None, until: date | None = None) -> Period:
    """The days from one until another; the week that ends on `as_of` where nobody says.

    Refuses: an end before the beginning, and one after `as_of`, of which nothing is known.
    """
    end = as_of if until is None else until
    if end > as_of:
        fact, bound = f"{end} is after {as_of}", "the day that the household is seen on"
        raise InputError("--until", fact, bound, "name a day up to it, or another --as-of")
    begin = end - WEEK if since is None else since
    if begin > end:
        raise InputError("--from", f"{begin} is after {end}", "the end", "swap the two days")
    return Period(begin, end)
