"""A fleet of households as flat arrays, and one of them as the solver's own kind of problem."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_market import INSTRUMENTS, Market
from trimtab.model.taxes import TaxCurve
from trimtab.quant.problem import HouseholdProblem, WashRule

__all__ = ["AXES", "KAPPA", "Fleet"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KAPPA = 15.0  # risk aversion of every household


@dataclass(frozen=True, slots=True)
class Fleet:
    """Households one after the other; each array is that of `HouseholdProblem` laid end to end.

    Shape: B households, M positions (by household, account, instrument), L lots (by position),
    K accounts; groups are the instruments themselves, 20 per household.
    """

    market: Market
    position_start: Ints
    lot_start: Ints
    account_start: Ints
    value: Floats
    target: Floats
    tax: Floats
    """(B, 8) in the order of `TaxCurve`: rates, limit, carry rates, year-to-date nets."""
    position_household: Ints
    position_account: Ints
    position_instrument: Ints
    lower: Floats
    upper: Floats
    location_cost: Floats
    minimum_trade: Floats
    lot_position: Ints
    """(L,) counted from the first position of the fleet."""
    lot_value: Floats
    lot_gain: Floats
    lot_long_term: Flags
    lot_taxable: Flags
    lot_recent: Flags
    cash: Floats
    flow: Floats
    reserve: Floats
    buy_blocked: Flags
    """(B, 20)."""
    recent_value: Floats
    """(B, 20)."""

    def __len__(self) -> int:
        """Number of households."""
        return len(self.value)

    def first(self, count: int) -> "Fleet":
        """The first households alone."""
        positions, lots = self.position_start[count], self.lot_start[count]
        accounts = self.account_start[count]
        ends = {"M": positions, "L": lots, "K": accounts, "B": count, "S": count + 1}
        cut = {name: getattr(self, name)[: ends[axis]] for name, axis in AXES.items()}
        return Fleet(market=self.market, **cut)

    def problem(self, b: int) -> HouseholdProblem:
        """Household b as the library states it."""
        p0, p1 = self.position_start[b], self.position_start[b + 1]
        l0, l1 = self.lot_start[b], self.lot_start[b + 1]
        a0, a1 = self.account_start[b], self.account_start[b + 1]
        positions, lots, accounts = slice(p0, p1), slice(l0, l1), slice(a0, a1)
        instrument = self.position_instrument[positions]
        half_spread = self.market.half_spread[instrument]
        zero = np.zeros(p1 - p0)
        return HouseholdProblem(
            value=float(self.value[b]),
            covariance=self.market.covariance,
            target=self.target[b],
            kappa=KAPPA,
            position_account=self.position_account[positions],
            position_instrument=instrument,
            buy_cost=half_spread,
            sell_cost=half_spread,
            impact=self.market.impact[instrument],
            lower=self.lower[positions],
            upper=self.upper[positions],
            location_cost=self.location_cost[positions],
            minimum_trade=self.minimum_trade[positions],
            fixed_cost=zero,
            price=zero + 1.0,
            quantity_step=zero,
            lot_position=self.lot_position[lots] - p0,
            lot_value=self.lot_value[lots],
            lot_gain=self.lot_gain[lots],
            lot_long_term=self.lot_long_term[lots],
            lot_taxable=self.lot_taxable[lots],
            lot_sellable=np.ones(l1 - l0, dtype=np.bool_),
            lot_recent=self.lot_recent[lots],
            cash=self.cash[accounts],
            flow=self.flow[accounts],
            reserve=self.reserve[accounts],
            group=np.arange(INSTRUMENTS),
            group_buy_blocked=self.buy_blocked[b],
            group_recent_value=self.recent_value[b],
            tax=TaxCurve(*self.tax[b].tolist()),
            wash_rule=WashRule.PROPORTIONAL,
        )


AXES = {
    **dict.fromkeys(("position_start", "lot_start", "account_start"), "S"),
    **dict.fromkeys(("value", "target", "tax", "buy_blocked", "recent_value"), "B"),
    **dict.fromkeys(("position_household", "position_account", "position_instrument"), "M"),
    **dict.fromkeys(("lower", "upper", "location_cost", "minimum_trade"), "M"),
    **dict.fromkeys(("lot_position", "lot_value", "lot_gain"), "L"),
    **dict.fromkeys(("lot_long_term", "lot_taxable", "lot_recent"), "L"),
    **dict.fromkeys(("cash", "flow", "reserve"), "K"),
}
"""What each array runs over: starts, households, positions, lots or accounts."""
