"""What binds and what clashes: multipliers and shortfalls turned into named limits."""

import numpy as np
import numpy.typing as npt

from trimtab.quant.figures import PRICED
from trimtab.quant.problem import BindingLimit, Conflict, HouseholdProblem, LimitKind

__all__ = ["binding_limits", "conflicts_of"]

Floats = npt.NDArray[np.float64]

CENT = 0.01
WORTH = 1e-9  # dollars per dollar from which a price is one


def binding_limits(
    problem: HouseholdProblem, trades: Floats, cash_prices: Floats, figures: Floats
) -> tuple[BindingLimit, ...]:
    """Limits that bind at a solution, with what one more dollar of room would save."""
    found = []
    for account, price in enumerate(cash_prices):
        if price < -WORTH:
            found.append(BindingLimit(LimitKind.ACCOUNT_CASH, account, float(-price)))
    budgets = (LimitKind.BUY_TURNOVER, LimitKind.SELL_TURNOVER, LimitKind.TAX_BUDGET)
    for kind, price in zip(budgets, figures[PRICED : PRICED + 3], strict=True):
        if price > WORTH:
            found.append(BindingLimit(kind, -1, float(price)))
    return (*found, *_binding_bounds(problem, trades, cash_prices))


def _binding_bounds(
    problem: HouseholdProblem, trades: Floats, cash_prices: Floats
) -> list[BindingLimit]:
    """Post-trade bounds that hold a position back."""
    after = problem.holdings() + trades
    exposure = np.bincount(problem.position_instrument, after, len(problem.target))
    d = exposure / problem.value - problem.target
    slope = problem.kappa * (problem.covariance @ d)[problem.position_instrument]
    slope += problem.location_cost
    price = cash_prices[problem.position_account]
    found = []
    impact = 1.5 * problem.impact * np.sqrt(np.abs(trades))
    for p in np.flatnonzero((after >= problem.upper - CENT) & (trades >= 0)):
        cost = problem.buy_cost[p] + impact[p]
        saving = -(slope[p] + cost * (1 - price[p]) - price[p])
        if saving > WORTH:
            found.append(BindingLimit(LimitKind.UPPER_BOUND, int(p), float(saving)))
    for p in np.flatnonzero((after <= problem.lower + CENT) & (trades > 0)):
        cost = problem.buy_cost[p] + impact[p]
        saving = slope[p] + cost * (1 - price[p]) - price[p]
        if saving > WORTH:
            found.append(BindingLimit(LimitKind.LOWER_BOUND, int(p), float(saving)))
    return found


def conflicts_of(
    problem: HouseholdProblem, wanted: Floats, cash_left: Floats
) -> tuple[Conflict, ...]:
    """What cannot be met together: bounds out of reach, accounts short of cash, budgets.

    `wanted` are the relaxed trades, which sell all that may be sold where cash is short.
    """
    held = problem.holdings()
    sellable = np.bincount(
        problem.lot_position, problem.lot_value * problem.lot_sellable, len(held)
    )
    found = []
    barred = problem.group_buy_blocked[problem.group[problem.position_instrument]]
    for p in range(len(held)):
        if problem.upper[p] < held[p] - sellable[p] - CENT:
            short = held[p] - sellable[p] - problem.upper[p]
            found.append(Conflict(LimitKind.UPPER_BOUND, p, float(short)))
        if problem.lower[p] > held[p] + CENT and barred[p]:
            found.append(Conflict(LimitKind.LOWER_BOUND, p, float(problem.lower[p] - held[p])))
    for account, cash in enumerate(cash_left):
        if cash < problem.reserve[account] - CENT / 10:
            short = float(problem.reserve[account] - cash)
            found.append(Conflict(LimitKind.ACCOUNT_CASH, account, short))
    if not found:
        found.extend(_budget_conflicts(problem, wanted))
    return tuple(found)


def _budget_conflicts(problem: HouseholdProblem, wanted: Floats) -> list[Conflict]:
    """Budgets that the trades which are needed for all else would break."""
    limit = problem.turnover_max * problem.value
    found = []
    for kind, total in (
        (LimitKind.BUY_TURNOVER, float(np.maximum(wanted, 0).sum())),
        (LimitKind.SELL_TURNOVER, float(np.maximum(-wanted, 0).sum())),
    ):
        if total > limit:
            found.append(Conflict(kind, -1, total - limit))
    if np.isfinite(problem.tax_max):
        found.append(Conflict(LimitKind.TAX_BUDGET, -1, 0.0))
    return found or [Conflict(LimitKind.MINIMUM_TRADE, -1, 0.0)]
