"""Market history: what the world did day by day, as a backtest replays it.

Prices are as they were traded, with dividends and splits beside them, or adjusted for either, as
`source` says: a feed never mixes the two.  A day on which an instrument had no price is `nan`,
never the price of the day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from trimtab.model.errors import InputError, nearest
from trimtab.model.findings import Finding

__all__ = ["Grid", "MarketHistory"]


class Grid(Protocol):
    """A table of `float64`, one row a day and one column an instrument, such as a NumPy array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        ...

    def __getitem__(self, key: Any, /) -> Any:
        """A cell, a row or a part."""
        ...


@dataclass(frozen=True, slots=True)
class MarketHistory:
    """Daily bars of several instruments over the sessions of a period.

    Shape: every grid is (T, N), rows in the order of `dates`, columns in that of `instruments`.
    Unit: prices in the household's base currency per unit, `volume` units a day, `half_spread` a
    fraction of price, `dividend` base currency per unit held on the eve (zero on most days),
    `split` new units for each old one at the open (one on most days).  `nan` where nothing is
    known: a missing `close` is a day without a price, a missing `open`, `vwap`, `volume` or
    `half_spread` is merely not known.
    """

    dates: tuple[date, ...]
    instruments: tuple[str, ...]
    close: Grid
    open: Grid
    vwap: Grid
    volume: Grid
    half_spread: Grid
    dividend: Grid
    split: Grid
    source: str
    findings: tuple[Finding, ...] = ()

    def column(self, instrument: str) -> int:
        """Where an instrument stands.

        Refuses: one that the history does not have.
        """
        if instrument not in self.instruments:
            raise InputError(
                f"instrument {instrument!r}",
                "the market history has no column for it",
                remedy=nearest(instrument, self.instruments),
            )
        return self.instruments.index(instrument)
