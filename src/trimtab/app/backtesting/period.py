"""The days of a backtest: those that are named, else the last ten years that the data can carry.

Errors: `InputError` for days in the wrong order and data that carry no period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trimtab.app.backtesting.world import instruments_needed
from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import InputError

__all__ = ["Period", "period_of"]

YEARS_USUAL = 10


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included."""

    start: date
    end: date


def period_of(loaded: LoadedHousehold, start: date | None, end: date | None) -> Period:
    """The period to look at.

    Where no start is named: ten years before the end, or the first day from which every target can
    be held, whichever is later.
    Refuses: an end that is not after the start.
    """
    last = end or loaded.snapshot.as_of
    if start is None:
        wanted = last.replace(year=last.year - YEARS_USUAL, day=min(last.day, 28))
        start = max(wanted, _first_whole_day(loaded, last) or wanted)
    if last <= start:
        raise InputError(
            "backtest",
            f"it would run from {start} to {last}",
            "the last day must be after the first",
            "name other days with --from and --to",
        )
    return Period(start, last)


def _first_whole_day(loaded: LoadedHousehold, last: date) -> date | None:
    """The first day on which every target has an instrument with a price, as far as that is known.

    Only the feed's own series are looked at, so that nothing is loaded twice.
    """
    names = instruments_needed(loaded)
    sessions = 252 * (YEARS_USUAL + 1)
    history = loaded.feed.history(names, last, sessions)
    column = {name: at for at, name in enumerate(history.instruments)}
    waiting = [set(target.instruments) for target in loaded.mandate.targets]
    for row, day in enumerate(history.dates):
        closes = history.closes[row]
        priced = {name for name, at in column.items() if closes[at] == closes[at]}
        waiting = [names for names in waiting if not names & priced]
        if not waiting:
            return day
    return None
