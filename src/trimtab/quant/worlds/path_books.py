"""What simulated households hold at average basis, have ordered, and were charged so far.

Errors: none; `policy_paths` has checked what it passes.
"""

from __future__ import annotations

import numpy as np

from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._household_kernels import SUMS, advance, observe, orders, trade
from trimtab.quant.worlds.household import Household

__all__ = ["AverageBook"]


class AverageBook:
    """Many households, with one average basis per instrument of each.

    Shape: `values`, `basis` (paths, n); `sums` (paths, SUMS); `by_time` (paths, entries).
    """

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

    def observe(self) -> tuple[Floats, Floats]:
        """What is held of each instrument as parts of the whole, and its gain ÷ value."""
        weights, gains = np.empty_like(self.values), np.empty_like(self.values)
        observe(self.values, self.basis, weights, gains)
        return weights, gains

    def order(self, weights: Floats, wanted: Floats) -> None:
        """Keep a decision as shares of holdings to sell, and of their proceeds to buy."""
        self.has_orders = orders(weights, np.ascontiguousarray(wanted), self.sold, self.bought) > 0

    def settle(self, session: int) -> None:
        """Trade what was decided, at the prices of now."""
        if self.has_orders:
            self.trade(session, session // self.record if self.record else 0)
            self.has_orders = False

    def trade(self, session: int, place: int) -> None:
        """Trade, and charge it to an entry of `by_time`."""
        one = self.household
        trade(
            *(self.values, self.basis, self.sold, self.bought, one.cost),
            *(one.tax_rate, one.losses_kept, self.losses, self.sums, self.by_time, place),
        )

    def live(self, returns: Floats, start: int, stop: int) -> None:
        """Let sessions pass."""
        if stop > start:
            one = self.household
            charge = 0.5 * one.risk_aversion
            advance(
                *(returns[start:stop], self.values, one.target, charge),
                *(self.sums, self.by_time, self.record, start),
            )

    def deferred(self) -> Floats:
        """The tax of selling all now, a fraction of value."""
        gain = (self.values - self.basis).sum(axis=1) - self.losses
        return np.asarray(self.household.tax_rate * gain / self.values.sum(axis=1))
