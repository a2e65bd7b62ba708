"""Every policy through the same invented histories, household by household, and what each cost.

    costs = simulate(drawn.returns, household, [Bands.never(), Bands.threshold(0.05, n)])
    costs[1].total.mean(), (costs[1].total - costs[0].total).std()

A session has three steps: what was decided `lag` sessions ago is traded, the policy looks and
decides where it looks, returns arrive.  The difference from the target's return is squared and
summed, so that storms, fat tails and moods count as they came.

Errors: `InputError` for returns of another number of instruments, and for sessions below one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import PERIODS_A_YEAR, Floats
from trimtab.quant.worlds._household_kernels import SUMS, advance, orders, trade
from trimtab.quant.worlds.household import Household

__all__ = ["Holdings", "PathCosts", "PathPolicy", "PathTerms", "simulate"]

LEAST_VALUE = 1e-300
"""So that what is not held has no gain, not none that is a number."""


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
    to its trades; `record` sessions summed in each entry of `PathCosts.by_time`, 0 for none.
    """

    review: int = 1
    lag: int = 0
    record: int = 0
    sessions_a_year: int = PERIODS_A_YEAR


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
    return [_run(by_session, household, policy, how) for policy in policies]


def _run(returns: Floats, household: Household, policy: PathPolicy, terms: PathTerms) -> PathCosts:
    sessions, paths, _ = returns.shape
    book = _Book(household, paths, sessions, terms.record)
    looks = [day for day in range(0, sessions, terms.review) if policy.looks(day)]
    now = 0
    for day in looks:
        book.live(returns, now, day)
        book.settle(day)
        seen = book.holdings(day)
        book.order(seen.weights, policy.destinations(seen, household))
        now = min(day + terms.lag, sessions)
        book.live(returns, day, now)
        if terms.lag < terms.review:
            book.settle(now)
    book.live(returns, now, sessions)
    return book.costs(policy.name, sessions / terms.sessions_a_year)


class _Book:
    """What all households hold, what they have ordered, and what they were charged so far."""

    def __init__(self, household: Household, paths: int, sessions: int, record: int) -> None:
        self.household = household
        self.values = np.tile(household.target, (paths, 1))
        self.basis = self.values * (1.0 - household.start_gain)
        self.sold = np.zeros_like(self.values)
        self.bought = np.zeros_like(self.values)
        self.has_orders = False
        self.losses = np.zeros(paths)
        self.sums = np.zeros((paths, SUMS))
        self.record = record
        self.by_time = np.zeros((paths, -(-sessions // record) if record else 0))

    def holdings(self, day: int) -> Holdings:
        weights = self.values / self.values.sum(axis=1, keepdims=True)
        return Holdings(day, weights, 1.0 - self.basis / np.maximum(self.values, LEAST_VALUE))

    def order(self, weights: Floats, wanted: Floats) -> None:
        """Keep a decision as shares of holdings to sell, and of their proceeds to buy."""
        self.has_orders = orders(weights, np.ascontiguousarray(wanted), self.sold, self.bought) > 0

    def settle(self, day: int) -> None:
        """Trade what was decided, at the prices of now."""
        if self.has_orders:
            one = self.household
            trade(
                *(self.values, self.basis, self.sold, self.bought, one.cost),
                *(one.tax_rate, one.losses_kept, self.losses),
                *(self.sums, self.by_time, day // self.record if self.record else 0),
            )
            self.has_orders = False

    def live(self, returns: Floats, start: int, stop: int) -> None:
        """Let sessions pass."""
        if stop > start:
            one = self.household
            charge = 0.5 * one.risk_aversion
            advance(
                *(returns[start:stop], self.values, one.target, charge),
                *(self.sums, self.by_time, self.record, start),
            )

    def costs(self, name: str, years: float) -> PathCosts:
        """All that was charged, a year."""
        gain = (self.values - self.basis).sum(axis=1) - self.losses
        deferred = self.household.tax_rate * gain / self.values.sum(axis=1)
        # The charge is ½γ times a *yearly* variance: squares of sessions summed over a year.
        each = [np.array(column) for column in self.sums.T / years]
        return PathCosts(name, each[0], each[1], each[2], each[3], each[4], deferred, self.by_time)
