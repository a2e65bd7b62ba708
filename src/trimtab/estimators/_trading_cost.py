"""What trading an instrument costs: its own spread where known, the mandate's default elsewhere.

Closes carry no spreads and no volumes, so nothing is guessed from them: a spread stands with the
instrument, a volume is given, or the mandate's `[costs]` says what to assume, and `sources` says
which it was.
"""

from collections.abc import Mapping

from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CostRules

__all__ = ["daily_volumes", "half_spreads", "spread_source", "volume_source"]


def half_spreads(instruments: Mapping[str, Instrument], costs: CostRules) -> dict[str, float]:
    """Half the bid-ask spread of each instrument, as a fraction of its price."""
    return {
        name: float(costs.half_spread if one.half_spread is None else one.half_spread)
        for name, one in instruments.items()
    }


def daily_volumes(
    instruments: Mapping[str, Instrument], costs: CostRules, known: Mapping[str, float]
) -> dict[str, float]:
    """The value traded in a day, in base currency; what is not known is the mandate's default."""
    return {name: known.get(name, float(costs.daily_volume)) for name in instruments}


def spread_source(instruments: Mapping[str, Instrument], costs: CostRules) -> str:
    """What the half-spreads rest on, in words."""
    own = sum(one.half_spread is not None for one in instruments.values())
    default = f"the mandate's default of {float(costs.half_spread) * 1e4:.1f} bps"
    if own == 0:
        return default
    return f"known for {own}, {default} for the other {len(instruments) - own}"


def volume_source(
    instruments: Mapping[str, Instrument], costs: CostRules, known: Mapping[str, float]
) -> str:
    """What the daily volumes rest on, in words."""
    measured = sum(name in known for name in instruments)
    default = f"the mandate's default of {costs.daily_volume:,.0f} a day"
    if measured == 0:
        return default
    return f"known for {measured}, {default} for the other {len(instruments) - measured}"
