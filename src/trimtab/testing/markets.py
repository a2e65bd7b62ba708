"""Market worlds for tests: tables that read like the newspaper, and seeded random histories.

    market_of('''
        date        VTI  BND
        2020-01-02  100  50
        2020-01-03  101  .
    ''', '''
        date        instrument  dividend  volume
        2020-01-03  VTI         0.5       1,000
    ''')

    random_market(7, MarketShape(instruments=("VTI", "BND"), sessions=750, gap_chance=0.01))

Random ones are as traded: prices fall by what is paid and by what is split, so that the total
return of every day is one draw of correlated returns.

Errors: `InputError` naming the row for a cell that cannot be read, and for a shape that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import nan

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.model.market import MarketHistory
from trimtab.policies._schedule import next_session
from trimtab.testing.tables import rows

__all__ = ["MarketShape", "market_of", "random_market", "sessions_from"]

Floats = npt.NDArray[np.float64]

EVENT_FIELDS = ("open", "vwap", "volume", "half_spread", "dividend", "split")
ONE_DAY = timedelta(days=1)
SESSIONS_A_YEAR = 252
SESSIONS_A_QUARTER = 63
SPLITS = (2.0, 2.0, 3.0, 1.5, 0.1)
"""New units for each old one that random markets draw from."""
PRICE_DECIMALS = 4
PRICE_MIN = 0.01


def market_of(
    closes: str, events: str = "", *, volume: float = nan, half_spread: float = nan
) -> MarketHistory:
    """The history of a table of closes, one column an instrument, `.` for no price.

    `events` has a row a day and instrument with any of open, vwap, volume, half_spread, dividend
    and split; `volume` and `half_spread` are those of all other days.
    Refuses: a row of events whose day or instrument the closes do not have.
    """
    lines = (line for line in map(str.strip, closes.splitlines()) if line and line[0] != "#")
    instruments = tuple(next(lines, "date").split()[1:])
    table = rows(closes, ("date", *instruments))
    dates = tuple(date.fromisoformat(row.need("date")) for row in table)
    close = np.array(
        [[float(nan if (n := row.number(name)) is None else n) for name in instruments]
         for row in table]
    ).reshape(len(dates), len(instruments))  # fmt: skip
    grids = {name: np.full_like(close, nan) for name in EVENT_FIELDS}
    grids["volume"][:], grids["half_spread"][:] = volume, half_spread
    grids["dividend"][:], grids["split"][:] = 0.0, 1.0
    for row in rows(events, ("date", "instrument", *EVENT_FIELDS)):
        on, name = date.fromisoformat(row.need("date")), row.need("instrument")
        if on not in dates or name not in instruments:
            raise InputError(f"row {row.text!r}", "the closes have no such day or instrument")
        for field in EVENT_FIELDS:
            number = row.number(field)
            if number is not None:
                grids[field][dates.index(on), instruments.index(name)] = float(number)
    return MarketHistory(
        dates,
        instruments,
        close,
        open=grids["open"],
        vwap=grids["vwap"],
        volume=grids["volume"],
        half_spread=grids["half_spread"],
        dividend=grids["dividend"],
        split=grids["split"],
        source="a table",
    )


@dataclass(frozen=True, slots=True)
class MarketShape:
    """What a random market looks like.

    Unit: returns, volatility and dividends fractions a year, `correlation` of daily returns;
    `splits_a_year`, `gap_chance` (a day and instrument) and the two shares (of instruments) are
    chances.  Gaps are one to `gap_sessions_max` sessions long.
    Refuses: no instruments, fewer than two sessions, chances outside 0 to 1.
    """

    instruments: tuple[str, ...] = ("VTI", "VXUS", "BND", "VNQ")
    sessions: int = 500
    opens: date = date(2015, 1, 2)
    yearly_return: float = 0.06
    yearly_volatility: float = 0.16
    correlation: float = 0.4
    dividend_yield: float = 0.02
    splits_a_year: float = 0.05
    gap_chance: float = 0.0
    gap_sessions_max: int = 3
    late_share: float = 0.0
    ended_share: float = 0.0
    half_spread: float = 0.0002
    daily_volume: float = 1_000_000.0

    def __post_init__(self) -> None:
        if not self.instruments or self.sessions < 2:
            size = f"has {len(self.instruments)} instruments and {self.sessions} sessions"
            raise InputError("random market", size, "at least 1 and 2")
        for chance in (self.correlation, self.gap_chance, self.late_share, self.ended_share):
            if not 0 <= chance <= 1:
                raise InputError("random market", f"has a chance of {chance}", "from 0 to 1")


def sessions_from(day: date, count: int) -> tuple[date, ...]:
    """The first sessions of the New York Stock Exchange on or after a day."""
    found: list[date] = []
    while len(found) < count:
        day = next_session(day)
        found.append(day)
        day += ONE_DAY
    return tuple(found)


def random_market(seed: int, shape: MarketShape | None = None) -> MarketHistory:
    """A market drawn from a seed: the same seed and shape, the same history to the last bit."""
    shape = shape or MarketShape()
    chance = np.random.default_rng(seed)
    size = shape.sessions, len(shape.instruments)
    returns = _returns(chance, shape)
    split = np.where(
        chance.random(size) < shape.splits_a_year / SESSIONS_A_YEAR,
        chance.choice(SPLITS, size),
        1.0,
    )
    split[0] = 1.0
    paid = _dividend_fractions(chance, shape)
    # Worth of what one unit of the eve has become: units after the split, and the dividend.
    growth = (1.0 + returns - paid) / split
    close = chance.uniform(20, 200, size[1]) * np.cumprod(growth, axis=0)
    close = np.maximum(np.round(close, PRICE_DECIMALS), PRICE_MIN)
    eve = np.vstack([close[:1], close[:-1]])
    dividend = np.round(paid * eve, PRICE_DECIMALS)
    overnight = chance.uniform(0, 1, size)
    open_price = np.round(eve / split * (close * split / eve) ** overnight, PRICE_DECIMALS)
    open_price = np.maximum(open_price, PRICE_MIN)
    volume: Floats = shape.daily_volume * np.exp(0.5 * chance.standard_normal(size))
    half_spread: Floats = shape.half_spread * chance.uniform(0.5, 1.5, size)
    life = _life(chance, shape)
    missing = _gaps(chance, shape, life)

    def known(values: Floats) -> Floats:
        return np.where(missing | ~life, nan, values)

    return MarketHistory(
        sessions_from(shape.opens, shape.sessions),
        shape.instruments,
        known(close),
        open=known(open_price),
        vwap=known(np.round((open_price + close) / 2, PRICE_DECIMALS)),
        volume=known(np.round(volume)),
        half_spread=known(half_spread),
        dividend=np.where(life, dividend, 0.0),
        split=np.where(life, split, 1.0),
        source=f"random market {seed}",
    )


def _returns(chance: np.random.Generator, shape: MarketShape) -> Floats:
    """Correlated daily total returns: one draw that all share, and one of each its own."""
    size = shape.sessions, len(shape.instruments)
    shared = chance.standard_normal((shape.sessions, 1)) * np.sqrt(shape.correlation)
    own = chance.standard_normal(size) * np.sqrt(1 - shape.correlation)
    daily = shape.yearly_volatility / np.sqrt(SESSIONS_A_YEAR)
    drift = shape.yearly_return / SESSIONS_A_YEAR - daily**2 / 2
    return np.asarray(np.expm1(drift + daily * (shared + own)))


def _dividend_fractions(chance: np.random.Generator, shape: MarketShape) -> Floats:
    """What is paid each day as a fraction of the close before: once a quarter, each on its day."""
    size = shape.sessions, len(shape.instruments)
    first = chance.integers(1, SESSIONS_A_QUARTER, size[1])
    is_day = (np.arange(size[0])[:, None] - first) % SESSIONS_A_QUARTER == 0
    is_day[0] = False
    return np.where(is_day, shape.dividend_yield / 4 * chance.uniform(0.8, 1.2, size), 0.0)


def _life(chance: np.random.Generator, shape: MarketShape) -> npt.NDArray[np.bool_]:
    """Where an instrument is listed.  The first always is: every day is one of the history."""
    count, width = shape.sessions, len(shape.instruments)
    third = max(1, count // 3)
    late = chance.integers(1, third + 1, width) * (chance.random(width) < shape.late_share)
    early = chance.integers(1, third + 1, width) * (chance.random(width) < shape.ended_share)
    late[0] = early[0] = 0
    row = np.arange(count)[:, None]
    return np.asarray((row >= late) & (row < count - early))


def _gaps(
    chance: np.random.Generator, shape: MarketShape, life: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where a listed instrument has no price; never on the first and the last day of its life."""
    missing = np.zeros((shape.sessions, len(shape.instruments)), dtype=np.bool_)
    for row, at in np.argwhere(chance.random(missing.shape) < shape.gap_chance):
        missing[row : row + int(chance.integers(1, shape.gap_sessions_max + 1)), at] = True
    outside = np.pad(~life, ((1, 1), (0, 0)), constant_values=True)
    missing[outside[:-2] | outside[2:]] = False
    return missing
