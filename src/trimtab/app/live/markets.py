"""How much of an instrument is traded in a day, and how its price moves, for slicing large orders.

What the household's own estimates say; where they say nothing of its volume, what the mandate
assumes (`costs.daily_volume`).

Errors: those of the estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.requests import Observation
from trimtab.model.plans import Trade

__all__ = ["Activity", "activity_of"]

UNITS = Decimal(1)


@dataclass(frozen=True, slots=True)
class Activity:
    """Unit: `daily_volume` units a day, `volatility` of a day's return a fraction."""

    daily_volume: Decimal | None = None
    volatility: float | None = None


def activity_of(loaded: LoadedHousehold, trades: Sequence[Trade]) -> dict[str, Activity]:
    """The activity in every instrument that is traded."""
    if not trades:
        return {}
    snapshot, mandate = loaded.snapshot, loaded.mandate
    history, _ = history_of(loaded, snapshot.as_of)
    estimates = estimates_of(Observation(snapshot, history), mandate, loaded.folder)
    found = {}
    for name in sorted({one.instrument for one in trades}):
        money = estimates.daily_volume.get(name)
        volume = mandate.costs.daily_volume if money is None else Decimal(str(money))
        units = (volume / snapshot.unit_value(name)).quantize(UNITS)
        found[name] = Activity(units, estimates.daily_volatility.get(name))
    return found
