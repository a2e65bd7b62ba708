"""From trades to the answer: lots sold, gains realised, and the objective with the real bill."""

import math

from trimtab.quant.certificate import TRADED, curve_tax, linear_objective
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.figures import (
    ANSWER,
    CONVEX_GAP,
    CURRENT,
    DRIFT,
    IDLE,
    IDLE_FEASIBLE,
    LONG,
    NO_ANSWER,
    NO_TRADE,
    OBJECTIVE,
    PRICED,
    SHORT,
    SOLVED,
    STATUS,
    TAX_COST,
)
from trimtab.quant.layout import (
    BEST_MULTIPLIER,
    BUDGET,
    BUY_COST,
    FIXED,
    HELD,
    IMPACT,
    INSTRUMENT,
    KAPPA,
    LEAST_CASH,
    LOCATION,
    MODE_HIGH,
    MODE_LOW,
    MULTIPLIER,
    NET_LONG,
    NET_SHORT,
    NO,
    PARTS,
    PRICES,
    SELL_COST,
    SHARE,
    TAX_MAX,
    TURNOVER_MAX,
    VALUE,
    Z_HIGH,
    Z_LOW,
    Floats,
    Household,
    Work,
    Z,
    word,
)
from trimtab.quant.netting import tax_bill
from trimtab.quant.quotes import cash_use
from trimtab.quant.sold import extract_sold, realised
from trimtab.quant.trades import is_small

TAX_PART = TAX_COST - DRIFT
FIRST_COLUMN = word(0)  # of the best trades
CASH_CLOSE = 2e-6  # dollars below the reserve that rounding explains
BOUND_CLOSE = 1e-4  # dollars
BUDGET_CLOSE = 1e-6  # relative


@inlined
def true_objective(h: Household, w: Work) -> tuple[float, float, float]:
    """The objective with the real bill instead of marginal rates, and the net gains.

    Leaves the lots sold in the current row of `w.sold`.
    """
    extract_sold(h, w, CURRENT)
    short, long = realised(h, w, CURRENT)
    total = linear_objective(h, w)
    for p in range(h.positions):
        z = w.node[p, Z]
        total -= curve_tax(p, w.node, w.at, w.segment)
        total -= w.price[0] * z if z > 0.0 else -w.price[1] * z
    before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
    return total + tax_bill(h.scalar, short, long) - before, short, long


@kernel
def objective_parts(h: Household, w: Work, trades: Floats, column: int, parts: Floats) -> None:
    """Drift, spread, impact, location and tickets of trades; tax is the caller's to add.

    Shape: trades (m, columns), the trade in `column`; parts (6,): drift, spread, impact, tax,
    location, fixed.
    """
    drift = w.drift
    for i in range(h.instruments):
        drift[i] = -h.scalar[VALUE] * h.target[i]
    for k in range(PARTS):
        parts[k] = 0.0
    for p in range(h.positions):
        z = trades[p, column]
        size = abs(z)
        after = h.position[p, HELD] + z
        drift[h.place[p, INSTRUMENT]] += after
        parts[1] += size * (h.position[p, BUY_COST] if z > 0.0 else h.position[p, SELL_COST])
        parts[2] += h.position[p, IMPACT] * size * math.sqrt(size)
        parts[4] += h.position[p, LOCATION] * after
        if size > TRADED:
            parts[5] += h.position[p, FIXED]
    for i in range(h.instruments):
        row = 0.5 * h.covariance[i, i] * drift[i]
        for j in range(i):  # each pair once
            row += h.covariance[i, j] * drift[j]
        parts[0] += h.scalar[KAPPA] / h.scalar[VALUE] * drift[i] * row


@kernel
def keeps_limits(h: Household, trades: Floats, column: int, added_tax: float, shares: bool) -> bool:
    """Whether trades keep cash, bounds, least trades, budgets and, where asked, whole shares."""
    bought = sold = 0.0
    for a in range(h.accounts):
        cash = h.account[a, BUDGET]
        for p in range(h.account_start[a], h.account_start[a + 1]):
            z = trades[p, column]
            cash -= cash_use(h.position, p, z)
            bought += max(z, 0.0)
            sold += max(-z, 0.0)
            if z < h.position[p, Z_LOW] - BOUND_CLOSE or z > h.position[p, Z_HIGH] + BOUND_CLOSE:
                return False
            if is_small(h, p, z):
                return False
            if abs(z) > TRADED:
                cash -= h.position[p, FIXED]
            share = h.position[p, SHARE]
            if shares and share > 0.0 and abs(z + h.position[p, HELD]) > BOUND_CLOSE:
                steps = z / share
                if abs(steps - round(steps)) > 1e-6:
                    return False
        if cash < h.account[a, LEAST_CASH] - CASH_CLOSE:
            return False
    limit = h.scalar[TURNOVER_MAX] * h.scalar[VALUE] * (1.0 + BUDGET_CLOSE) + BUDGET_CLOSE
    if max(bought, sold) > limit:
        return False
    return added_tax <= h.scalar[TAX_MAX] + BUDGET_CLOSE * (1.0 + abs(h.scalar[TAX_MAX]))


@kernel
def sum_of(parts: Floats) -> float:
    """The sum of a few numbers."""
    total = 0.0
    for part in range(PARTS):
        total += parts[part]
    return total


@inlined
def write_figures(
    figures: Floats, parts: Floats, objective: float, short: float, long: float
) -> None:
    """Make an answer's objective, its parts and the year's net gains the household's figures."""
    figures[OBJECTIVE] = objective
    for part in range(PARTS):
        figures[DRIFT + part] = parts[part]
    figures[SHORT] = short
    figures[LONG] = long


@kernel
def consider_sold(
    h: Household, w: Work, figures: Floats, gap: float, shares: bool
) -> tuple[float, float]:
    """Keep the trades in `w.node`, lots sold in the current row, if they are the best so far.

    Returns the net gains that they lead to, short and long.
    """
    parts = w.parts
    objective_parts(h, w, w.node, Z, parts)
    short, long = realised(h, w, CURRENT)
    before = tax_bill(h.scalar, h.scalar[NET_SHORT], h.scalar[NET_LONG])
    parts[TAX_PART] = tax_bill(h.scalar, short, long) - before
    objective = sum_of(parts)
    if figures[STATUS] != NO_ANSWER and objective >= figures[OBJECTIVE]:
        return short, long
    if not keeps_limits(h, w.node, Z, parts[TAX_PART], shares):
        return short, long
    for p in range(h.positions):
        w.best_z[p, 0] = w.node[p, Z]
        w.best_z[p, 1] = w.node[p, MODE_LOW]
        w.best_z[p, 2] = w.node[p, MODE_HIGH]
    for group in range(h.groups):
        w.best_side[group] = w.side[group]
    for at in range(h.lots):
        w.sold[ANSWER, at] = w.sold[CURRENT, at]
    figures[STATUS] = SOLVED
    figures[CONVEX_GAP] = gap
    write_figures(figures, parts, objective, short, long)
    if not shares:
        for kind in range(PRICES):
            figures[PRICED + kind] = w.price[kind]
        for a in range(h.accounts):
            w.purse[a, BEST_MULTIPLIER] = w.purse[a, MULTIPLIER]
    return short, long


@inlined
def consider(
    h: Household, w: Work, figures: Floats, gap: float, shares: bool
) -> tuple[float, float]:
    """Keep the current trades along the lot curves if they are the best acceptable ones so far."""
    extract_sold(h, w, CURRENT)
    return consider_sold(h, w, figures, gap, shares)


@kernel
def start_with_no_trade(h: Household, w: Work, figures: Floats) -> None:
    """Make doing nothing the answer to beat, where it is allowed."""
    parts, still = w.parts, w.best_z
    for p in range(h.positions):
        still[p, 0] = 0.0
    objective_parts(h, w, still, FIRST_COLUMN, parts)
    figures[IDLE] = sum_of(parts)
    write_figures(figures, parts, figures[IDLE], h.scalar[NET_SHORT], h.scalar[NET_LONG])
    figures[IDLE_FEASIBLE] = keeps_limits(h, still, FIRST_COLUMN, 0.0, NO)
    figures[STATUS] = NO_TRADE if figures[IDLE_FEASIBLE] else NO_ANSWER
    for group in range(h.groups):
        w.best_side[group] = 0
    for at in range(h.lots):
        w.sold[ANSWER, at] = 0.0
