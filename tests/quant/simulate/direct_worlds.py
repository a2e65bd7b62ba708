"""Small markets for direct indexing: drawn at random, or written out as tables."""

from datetime import date, timedelta

import numpy as np

from trimtab.quant.simulate.direct_market import DirectMarket

__all__ = ["random_market", "table_market"]


def sessions(first: date, count: int) -> tuple[date, ...]:
    """Weekdays from a day on."""
    days = (first + timedelta(days=k) for k in range(2 * count + 7))
    return tuple(day for day in days if day.weekday() < 5)[:count]


def random_market(
    seed: int, names: int = 6, count: int = 300, sectors: int = 2, pairs: int = 0
) -> DirectMarket:
    """Volatile names, some of which join or leave the index; the last `pairs` are twins."""
    rng = np.random.default_rng(seed)
    moves = rng.normal(0.0, 0.01, (count, 1)) + rng.normal(0.0, 0.03, (count, names))
    prices = 50.0 * np.exp(np.cumsum(moves, axis=0))
    pays = rng.random((count, names)) < 0.02
    size = rng.uniform(0.2, 3.0, names) * prices
    own = names - pairs
    twins = np.full(names, -1)
    twins[own - pairs : own] = np.arange(own, names)
    size[:, own:] = 0.0
    for name in range(1, own):
        if rng.random() < 0.3:  # joins late, or leaves early
            cut = int(rng.integers(1, count))
            size[slice(0, cut) if rng.random() < 0.5 else slice(cut, count), name] = 0.0
    return DirectMarket(
        names=tuple(f"n{k}" for k in range(names)),
        dates=sessions(date(2015, 6, 1), count),
        prices=prices,
        dividends=np.where(pays, 0.01 * prices, 0.0),
        weights=size / size.sum(axis=1, keepdims=True),
        sectors=rng.integers(0, sectors, names),
        twins=twins,
    )


def table_market(
    days: list[date],
    prices: dict[str, list[float]],
    weights: dict[str, list[float]] | None = None,
    dividends: dict[str, list[float]] | None = None,
    sectors: dict[str, int] | None = None,
    twins: dict[str, str] | None = None,
) -> DirectMarket:
    """A market from columns by name; equal constant weights unless given."""
    names = tuple(prices)
    table = np.array([prices[name] for name in names]).T
    stand_in = {one: names.index(other) for one, other in (twins or {}).items()}
    own = [name for name in names if names.index(name) not in stand_in.values()]
    plain = {name: [1.0 / len(own) if name in own else 0.0] * len(days) for name in names}
    empty = {name: [0.0] * len(days) for name in names}
    return DirectMarket(
        names=names,
        dates=tuple(days),
        prices=table,
        dividends=np.array([(empty | (dividends or {}))[name] for name in names]).T,
        weights=np.array([(plain | (weights or {}))[name] for name in names]).T,
        sectors=np.array([(sectors or {}).get(name, 0) for name in names]),
        twins=np.array([stand_in.get(name, -1) for name in names]),
    )
