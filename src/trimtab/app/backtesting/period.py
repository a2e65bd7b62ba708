"""The days of a backtest: those that are named, else as many as the data can carry.

Errors: `InputError` for days in the wrong order, and data that carry no period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from trimtab.app.backtesting.opening import StartFrom
from trimtab.app.backtesting.own_start import own_history
from trimtab.app.backtesting.world import instruments_needed
from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import InputError

__all__ = ["Period", "period_of"]

YEARS_USUAL = 10
YEARS_MOST = 50
SESSIONS_A_YEAR = 253


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both included."""

    start: date
    end: date


def period_of(
    loaded: LoadedHousehold,
    start: date | None,
    end: date | None,
    start_from: StartFrom = StartFrom.TARGETS,
) -> Period:
    """The period to look at.

    Where no start is named: with targets, ten years before the end, or the first day on which every
    target can be held, whichever is later; with the household's own holdings, the day from which
    its past can be told, or that first day.
    Refuses: an end that is not after the start.
    """
    last = end or loaded.snapshot.as_of
    if start is None:
        start = _usual_start(loaded, last, start_from)
    if last <= start:
        raise InputError(
            "backtest",
            f"it would run from {start} to {last}",
            "the last day must be after the first",
            "name other days with --from and --to",
        )
    return Period(start, last)


def _usual_start(loaded: LoadedHousehold, last: date, start_from: StartFrom) -> date:
    """The first day where nobody names one.

    Refuses: prices that begin on the last day or never.
    """
    wanted = last.replace(year=last.year - YEARS_USUAL, day=min(last.day, 28))
    if start_from is StartFrom.OWN:
        wanted = own_history(loaded).begins or wanted
    years = min(YEARS_MOST, last.year - wanted.year + 1)
    whole = next(_whole_days(loaded, last, max(1, years) * SESSIONS_A_YEAR), None)
    if whole is None or whole >= last:
        names = ", ".join(target.name for target in loaded.mandate.targets)
        raise InputError(
            "backtest",
            f"before {last} there is no day on which every target ({names}) has a price",
            "a period that nobody names begins on such a day",
            "give a longer history of prices, or name a first day with --from",
        )
    return max(wanted, whole)


def _whole_days(loaded: LoadedHousehold, last: date, sessions: int) -> Iterator[date]:
    """The days from which on every target has had a price of one of its instruments.

    Only the feed's own series are looked at, so that nothing is loaded twice.
    """
    history = loaded.feed.history(instruments_needed(loaded), last, sessions)
    column = {name: at for at, name in enumerate(history.instruments)}
    waiting = [
        [column[name] for name in target.instruments]
        for target in loaded.mandate.targets
        if target.weight > 0
    ]
    for day, closes in zip(history.dates, history.closes, strict=True):
        waiting = [ats for ats in waiting if all(closes[at] != closes[at] for at in ats)]
        if not waiting:
            yield day
