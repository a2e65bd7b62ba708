"""What a section of the backtest benchmark is given, and what it answers.

A section is a module `benchmarks/_backtest_NAME.py` with `run(setting) -> Section`; it is entered
in the table `SECTIONS` of `benchmarks/backtest.py`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks._backtest_data import BacktestData

__all__ = ["Figure", "Section", "Setting", "median_seconds"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every section may use.

    `peers` is an interpreter that has other programs installed, or `None`.
    """

    data: BacktestData
    repeats: int
    cores: int
    peers: Path | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, and the bound it is to keep where there is one."""

    name: str
    value: float
    unit: str
    digits: int = 2
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the bound is kept; `None` where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


@dataclass(frozen=True, slots=True)
class Section:
    """What one section measured."""

    title: str
    measured: str
    """What was done and what of it was timed, in a sentence or two."""
    figures: tuple[Figure, ...]
    absent: tuple[str, ...] = ()
    """What could not be measured here, and what would have to be there."""


def median_seconds(call: Callable[[], object], repeats: int) -> float:
    """The median wall time of a call that has been made once before."""
    call()
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return median(spent)
