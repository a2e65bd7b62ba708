"""Every policy through the same invented histories, household by household, and what each cost.

    costs = simulate(drawn.returns, household, [Bands.never(), Bands.threshold(0.05, n)])
    costs[1].total.mean(), (costs[1].total - costs[0].total).std()

A session has three steps: what was decided `lag` sessions ago is traded, the policy looks and
decides where it looks, returns arrive.  The difference from the target's return is squared and
summed, so that storms, fat tails and moods count as they came.

Errors: `InputError` for returns of another number of instruments, and for sessions below one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import PERIODS_A_YEAR, Floats
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.lot_book import LotBook, LotTerms, price_levels
from trimtab.quant.worlds.path_books import AverageBook

__all__ = ["Holdings", "PathCosts", "PathPolicy", "PathTerms", "simulate"]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a policy sees at a look.

    Shape: `weights` and `gains` (paths, n).
    Unit: `gains` gain ÷ value, negative for a loss; `day` sessions since the beginning.
    """

    day: int
    weights: Floats
    gains: Floats


class PathPolicy(Protocol):
    """A policy over many households at once."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    def looks(self, day: int) -> bool:
        """Whether it looks on a session."""
        ...

    def destinations(self, holdings: Holdings, household: Household) -> Floats:
        """The weights to trade to; where they are those held, nothing is traded.

        Shape: (paths, n), each summing to one.
        """
        ...


@dataclass(frozen=True, slots=True)
class PathTerms:
    """How a simulation is run.

    Unit: `review` sessions between looks that are possible at all; `lag` sessions from a decision
    to its trades; `record` sessions summed in each entry of `PathCosts.by_time`, 0 for none;
    `lots` where lots are told apart, otherwise each instrument has one average basis.
    """

    review: int = 1
    lag: int = 0
    record: int = 0
    sessions_a_year: int = PERIODS_A_YEAR
    lots: LotTerms | None = None


@dataclass(frozen=True, slots=True)
class PathCosts:
    """What a policy cost each household.

    Shape: (paths,); `by_time` (paths, entries) where asked for, totals of each stretch.
    Unit: fraction of value a year; `by_time` a fraction of value, not a year; `turnover` what was
    sold, `trades` times a year; `deferred` the tax of selling all at the end, a fraction of value.
    """

    name: str
    trading: Floats
    tax: Floats
    tracking: Floats
    turnover: Floats
    trades: Floats
    deferred: Floats
    by_time: Floats

    @property
    def total(self) -> Floats:
        """Trading cost + tax + ½γ × tracking variance."""
        return np.asarray(self.trading + self.tax + self.tracking)


def simulate(
    returns: npt.ArrayLike,
    household: Household,
    policies: Sequence[PathPolicy],
    terms: PathTerms | None = None,
) -> list[PathCosts]:
    """Run each policy through the same histories.

    Shape: `returns` (paths, sessions, n), simple.
    Refuses: another number of instruments than the household's, no sessions, a review below one or
    a lag as long as a review or longer.
    """
    table = np.asarray(returns, dtype=np.float64)
    how = terms or PathTerms()
    if table.ndim != 3 or table.shape[2] != len(household.target) or not table.size:
        bound = f"paths of sessions of {len(household.target)} instruments are meant"
        raise InputError("returns", f"have the shape {table.shape}", bound)
    if how.review < 1 or not 0 <= how.lag <= how.review or how.record < 0:
        fact = f"review {how.review}, lag {how.lag}, record {how.record} sessions"
        bound = "a review is at least 1, a lag from 0 to a review, a record at least 0"
        raise InputError("terms", fact, bound)
    by_session = np.ascontiguousarray(table.transpose(1, 0, 2))
    opened = _opening(by_session, household, how)
    return [_run(by_session, opened(), policy, how) for policy in policies]


def _opening(returns: Floats, household: Household, terms: PathTerms) -> Callable[[], AverageBook]:
    """A maker of books for one policy after another."""
    sessions, paths, _ = returns.shape
    lots = terms.lots
    if lots is None:
        return lambda: AverageBook(household, paths, sessions, terms.record)
    if household.losses_kept < 1.0:
        fact = f"keeps {household.losses_kept:g} of its losses"
        raise InputError("household", fact, "with lots wash sales are found, not assumed", "keep 1")
    prices = price_levels(returns)
    calendar = lots.calendar(sessions, terms.sessions_a_year)
    return lambda: LotBook(household, prices, terms.record, lots, calendar)


def _run(returns: Floats, book: AverageBook, policy: PathPolicy, terms: PathTerms) -> PathCosts:
    sessions = len(returns)
    looks = [day for day in range(0, sessions, terms.review) if policy.looks(day)]
    now = 0
    for day in looks:
        book.live(returns, now, day)
        book.settle(day)
        seen = Holdings(day, *book.observe())
        book.order(seen.weights, policy.destinations(seen, book.household))
        now = min(day + terms.lag, sessions)
        book.live(returns, day, now)
        if terms.lag < terms.review:
            book.settle(now)
    book.live(returns, now, sessions)
    return _costs(policy.name, book, sessions / terms.sessions_a_year)


def _costs(name: str, book: AverageBook, years: float) -> PathCosts:
    """All that was charged, a year."""
    # The charge is ½γ times a *yearly* variance: squares of sessions summed over a year.
    each = [np.array(column) for column in book.sums.T / years]
    return PathCosts(
        name, each[0], each[1], each[2], each[3], each[4], book.deferred(), book.by_time
    )
