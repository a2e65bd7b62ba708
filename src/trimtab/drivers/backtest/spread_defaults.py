"""Half-spreads by kind and traded value: what is assumed where no data says what a spread was.

The more of an instrument is traded, the narrower its spread.  The table is an assumption, rounded
from the quoted spreads of US exchanges in market statistics of the last decade; it stands in where
neither the data nor the instrument has a spread, the mandate says no other than its default, and
the traded value is known.  Mutual funds are traded at net asset value and have none.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping

from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import CostRules

__all__ = ["HALF_SPREADS", "half_spread_by_liquidity", "spreads_by_liquidity", "states_spread"]

HALF_SPREADS: Mapping[InstrumentKind, tuple[tuple[float, float], ...]] = {
    InstrumentKind.ETF: (
        *((500e6, 0.00005), (100e6, 0.0001), (10e6, 0.00025), (1e6, 0.00075)),
        (0.0, 0.0020),
    ),
    InstrumentKind.STOCK: (
        *((500e6, 0.0001), (100e6, 0.0002), (10e6, 0.0005), (1e6, 0.0015)),
        (0.0, 0.0040),
    ),
    InstrumentKind.MUTUAL_FUND: ((0.0, 0.0),),
}
"""Of a kind: the value traded in a day from which on, and half the spread as a fraction of price.

Unit: dollars a day.
"""


def half_spread_by_liquidity(kind: InstrumentKind, traded: float) -> float | None:
    """Half the spread of what is traded so much; none of kinds for which nothing is assumed.

    Unit: `traded` dollars a day, the answer a fraction of price.
    """
    for least, half_spread in HALF_SPREADS.get(kind, ()):
        if traded >= least:
            return half_spread
    return None


def states_spread(costs: CostRules) -> bool:
    """Whether a mandate says its own half-spread: one that is not the default."""
    return costs.half_spread != CostRules().half_spread


def spreads_by_liquidity(
    instruments: Mapping[str, Instrument], costs: CostRules, traded: Mapping[str, float]
) -> dict[str, float]:
    """The half-spreads that are assumed by what is traded, of instruments without their own.

    Unit: `traded` dollars a day, where it is known.
    """
    if states_spread(costs):
        return {}
    found = {}
    for name, one in instruments.items():
        is_fund = one.kind is InstrumentKind.MUTUAL_FUND
        value = traded.get(name, 0.0 if is_fund else None)
        if value is not None and one.half_spread is None:
            assumed = half_spread_by_liquidity(one.kind, value)
            if assumed is not None:
                found[name] = assumed
    return found
