"""What a set of trades costs in the situation's own terms, whatever problem it was found with.

A policy may decide under a stand-in (weights instead of risk, losses shaded); what it reports is
risk, real spreads and real gains.  The exact bill is `cycle.plan`'s; this is the solver's view.
"""

from __future__ import annotations

import numpy as np

from trimtab.model.proposals import CostParts
from trimtab.quant.drift import tracking_error
from trimtab.quant.problem import Floats, HouseholdProblem, WashRule

__all__ = ["DUST", "price_trades"]

DUST = 0.005
"""Dollars below which a leg of a solution is rounding, not a trade."""


def price_trades(problem: HouseholdProblem, bought: Floats, sold: Floats) -> CostParts:
    """The objective's parts after these trades.

    Shape: `bought` (m,), `sold` (l,).
    Unit: dollars.
    """
    given_up = np.bincount(problem.lot_position, sold, len(problem.position_account))
    held = problem.holdings() - given_up + bought
    weights = np.bincount(problem.position_instrument, held, len(problem.target)) / problem.value
    error = float(tracking_error(weights - problem.target, problem.covariance))
    traded = bought + given_up
    return CostParts(
        drift=problem.value * problem.kappa / 2.0 * error**2,
        spread=float(problem.buy_cost @ bought + problem.sell_cost @ given_up),
        impact=float(problem.impact @ (bought**1.5 + given_up**1.5)),
        commission=float(problem.fixed_cost[traded > DUST].sum()),
        tax=_tax(problem, bought, sold),
        location=float(problem.location_cost @ held),
        tracking_error=error,
    )


def _tax(problem: HouseholdProblem, bought: Floats, sold: Floats) -> float:
    """The tax that the sales add, losses that purchases wash left out."""
    gains = np.where(problem.lot_taxable, problem.lot_gain * sold, 0.0)
    gains = np.where(gains < 0.0, gains * _allowed(problem, bought, sold, gains), gains)
    short = float(gains[~problem.lot_long_term].sum())
    long = float(gains[problem.lot_long_term].sum())
    return problem.tax.tax(short, long) - problem.tax.tax(0.0, 0.0)


def _allowed(problem: HouseholdProblem, bought: Floats, sold: Floats, gains: Floats) -> Floats:
    """The part of each lot's loss that counts, the same for all loss sales of a group.

    Shape: (l,).
    Source: 26 USC 1091(a) and (b): as many shares are disallowed as were bought.
    """
    groups = len(problem.group_buy_blocked)
    if problem.wash_rule is WashRule.NONE:
        return np.ones(len(sold))
    lot_group = problem.group[problem.position_instrument[problem.lot_position]]
    losing = np.bincount(lot_group, np.where(gains < 0.0, sold, 0.0), groups)
    bought_now = np.bincount(problem.group[problem.position_instrument], bought, groups)
    replaced = bought_now + problem.group_recent_value
    washed = np.divide(replaced, losing, out=np.zeros(groups), where=losing > 0.0)
    return np.asarray(1.0 - np.minimum(washed, 1.0)[lot_group])
