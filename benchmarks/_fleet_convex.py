"""The convex part of a household: what is left once the discrete choices are made.

Discrete are the side of each wash-sale group, the region of the netting rules, and which positions
trade in which direction.  Two convex parts are taken from an answer:

* `fixed_rates`: sides and marginal rates as the answer has them, everything else free.  It is an
  ordinary `HouseholdProblem` again, so that all solvers can be timed on the very same problem.
* `choices_held`: every discrete choice held, the region as a polyhedron.  Its optimum is what the
  answer itself can be measured against.

Both are stated without any solver's conventions in `ConvexPart`, in fractions of the household's
value.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_regions import Region, regions_at
from trimtab.model.taxes import TaxCurve
from trimtab.quant.problem import HouseholdProblem, WashRule

__all__ = [
    "ConvexPart",
    "choices_held",
    "convex_part",
    "fixed_rates",
    "misses",
    "objective_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DUST = 1e-6  # dollars below which nothing was traded
NEAR = 1.0  # dollars within which an answer lies on the edge of a region as well


@dataclass(frozen=True, slots=True)
class ConvexPart:
    """A convex program in purchases b and sales s.

    minimise κ/2·dᵀΣd + (buy_cost + location)·b + Σ(sell_cost + lot_cost − location)·s
             + impact·|trade|^1.5 + constant,   d = drift + exposure of (b − s),
    subject to boxes on b and s, a band on each position's sales, cash per account, and rows on the
    net gains.

    Shape: n instruments, m positions, l lots, A accounts.
    Unit: fractions of the household's value; the objective too.
    """

    value: float
    kappa: float
    covariance: Floats
    drift: Floats
    position_account: Ints
    position_instrument: Ints
    buy_cost: Floats
    sell_cost: Floats
    location: Floats
    impact: Floats
    """(m,) per |trade|^1.5 with the trade a fraction of value."""
    buy_low: Floats
    buy_high: Floats
    sale_low: Floats
    """(m,) least and most total sales of a position."""
    sale_high: Floats
    lot_position: Ints
    lot_cost: Floats
    lot_low: Floats
    lot_high: Floats
    budget: Floats
    """(A,) cash that may be spent."""
    gain_rows: Floats
    """(r, l) coefficients of sales in the region's limits."""
    gain_limits: Floats
    constant: float


def _sum(where: Ints, amounts: Floats, size: int) -> Floats:
    """Sums of amounts by index, as floats even where there is nothing to sum."""
    return np.bincount(where, amounts, size).astype(np.float64)


def objective_of(part: ConvexPart, bought: Floats, sold: Floats) -> float:
    """What trades cost in a convex part.

    Unit: dollars in, a fraction of value out.
    """
    b, s = bought / part.value, sold / part.value
    sale = np.bincount(part.lot_position, s, len(b))
    d = part.drift + np.bincount(part.position_instrument, b - sale, len(part.drift))
    linear = part.buy_cost @ b + part.sell_cost @ sale + part.location @ (b - sale)
    bent = part.impact @ (np.maximum(b, sale) ** 1.5)
    drift = 0.5 * part.kappa * d @ part.covariance @ d
    return float(drift + linear + bent + part.lot_cost @ s + part.constant)


def misses(part: ConvexPart, bought: Floats, sold: Floats) -> float:
    """The largest amount by which trades miss a limit of a convex part.

    Unit: dollars.
    """
    sale = np.bincount(part.lot_position, sold, len(bought))
    cost = part.buy_cost * bought + part.sell_cost * sale
    cost += part.impact / np.sqrt(part.value) * np.maximum(bought, sale) ** 1.5
    spent = np.bincount(part.position_account, bought - sale + cost, len(part.budget))
    over = (
        spent - part.value * part.budget,
        bought - part.value * part.buy_high,
        part.value * part.buy_low - bought,
        sale - part.value * part.sale_high,
        part.value * part.sale_low - sale,
        sold - part.value * part.lot_high,
        part.value * part.lot_low - sold,
    )
    return float(max(excess.max() for excess in over))


def _sides(problem: HouseholdProblem, bought: Floats, sold: Floats) -> tuple[Floats, Floats]:
    """(G,) dollars bought of each group, and sold at a loss in taxable accounts."""
    groups = len(problem.group_buy_blocked)
    position_group = problem.group[problem.position_instrument]
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    lost = _sum(position_group[problem.lot_position], np.where(loss, sold, 0.0), groups)
    return _sum(position_group, bought, groups), lost


def _washed(problem: HouseholdProblem, sold: Floats) -> Floats:
    """(l,) dollars of each sale that are washed, the deepest losses first."""
    group = problem.group[problem.position_instrument][problem.lot_position]
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    washed = np.zeros(len(sold))
    for g in np.flatnonzero(problem.group_recent_value > 0):
        left = problem.group_recent_value[g]
        members = np.flatnonzero(loss & (group == g) & (sold > DUST))
        for at in members[np.argsort(problem.lot_gain[members], kind="stable")]:
            washed[at] = min(sold[at], left)
            left -= washed[at]
    return washed


def _net_gains(problem: HouseholdProblem, sold: Floats) -> tuple[float, float]:
    counted = np.where(problem.lot_taxable, problem.lot_gain, 0.0)
    counted = counted * (sold - _washed(problem, sold))
    long = float(counted @ problem.lot_long_term)
    return problem.tax.net_short + float(counted.sum()) - long, problem.tax.net_long + long


def fixed_rates(problem: HouseholdProblem, bought: Floats, sold: Floats) -> HouseholdProblem:
    """The household with sides and marginal rates as an answer has them, and no least trades."""
    group_bought, group_lost = _sides(problem, bought, sold)
    blocked = problem.group_buy_blocked | ((group_lost > DUST) & (group_bought <= DUST))
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    position_blocked = blocked[problem.group[problem.position_instrument]]
    held = problem.holdings()
    region = regions_at(problem.tax, *_net_gains(problem, sold), NEAR)[0]
    return replace(
        problem,
        upper=np.where(position_blocked, np.minimum(problem.upper, held), problem.upper),
        lot_sellable=problem.lot_sellable & (~loss | position_blocked[problem.lot_position]),
        group_buy_blocked=np.zeros_like(problem.group_buy_blocked),
        group_recent_value=np.zeros_like(problem.group_recent_value),
        minimum_trade=np.zeros_like(problem.minimum_trade),
        tax=TaxCurve(region.rate_short, region.rate_long, netting=False),
        wash_rule=WashRule.NONE,
    )


def convex_part(problem: HouseholdProblem) -> ConvexPart:
    """A household without discrete choices as a convex program."""
    held, value = problem.holdings(), problem.value
    tax = problem.tax
    rate = np.where(problem.lot_long_term, tax.long_rate, tax.short_rate)
    rate = np.where(problem.lot_taxable, rate * problem.lot_gain, 0.0)
    sellable = np.where(problem.lot_sellable, problem.lot_value, 0.0)
    exposure = np.bincount(problem.position_instrument, held, len(problem.target))
    return ConvexPart(
        value=value,
        kappa=problem.kappa,
        covariance=problem.covariance,
        drift=exposure / value - problem.target,
        position_account=problem.position_account,
        position_instrument=problem.position_instrument,
        buy_cost=problem.buy_cost,
        sell_cost=problem.sell_cost,
        location=problem.location_cost,
        impact=problem.impact * np.sqrt(value),
        buy_low=np.zeros(len(held)),
        buy_high=np.maximum(problem.upper - held, 0.0) / value,
        sale_low=np.maximum(held - problem.upper, 0.0) / value,
        sale_high=(held - problem.lower) / value,
        lot_position=problem.lot_position,
        lot_cost=rate,
        lot_low=np.zeros(len(rate)),
        lot_high=sellable / value,
        budget=(problem.cash + problem.flow - problem.reserve) / value,
        gain_rows=np.zeros((0, len(rate))),
        gain_limits=np.zeros(0),
        constant=float(problem.location_cost @ held) / value,
    )


def choices_held(problem: HouseholdProblem, bought: Floats, sold: Floats) -> tuple[ConvexPart, ...]:
    """The convex parts with every discrete choice of an answer held, one per region it lies in.

    A position that does not trade stays so, one that does keeps direction and least size; a group's
    losses are washed to the dollar as in the answer.
    """
    base = convex_part(problem)
    value, least = problem.value, problem.minimum_trade / problem.value
    sales = np.bincount(problem.lot_position, sold, len(bought))
    buys, sells = bought > DUST, sales > DUST
    group_bought, _ = _sides(problem, bought, sold)
    group = problem.group[problem.position_instrument][problem.lot_position]
    loss = problem.lot_taxable & (problem.lot_gain < 0)
    shut = (loss & (group_bought > DUST)[group]) | ~sells[problem.lot_position]
    held = replace(
        base,
        buy_low=np.where(buys, np.minimum(least, base.buy_high), 0.0),
        buy_high=np.where(buys, base.buy_high, 0.0),
        sale_low=np.where(sells, np.maximum(base.sale_low, least), 0.0),
        sale_high=np.where(sells, base.sale_high, 0.0),
        lot_high=np.where(shut, 0.0, base.lot_high),
    )
    washed, full = _washed(problem, sold), _fully_washed(problem, sold)
    tax = problem.tax
    before = tax.tax(0.0, 0.0) / value
    parts = []
    for region in regions_at(tax, *_net_gains(problem, sold), NEAR):
        parts.append(_held_in(problem, held, region, washed, full, before))
    return tuple(parts)


def _fully_washed(problem: HouseholdProblem, sold: Floats) -> npt.NDArray[np.bool_]:
    """(l,) lots of groups whose loss sales do not exceed what was bought lately."""
    _, lost = _sides(problem, np.zeros(len(problem.position_account)), sold)
    under = lost < problem.group_recent_value - DUST
    return under[problem.group[problem.position_instrument][problem.lot_position]]


def _held_in(
    problem: HouseholdProblem,
    held: ConvexPart,
    region: Region,
    washed: Floats,
    full: npt.NDArray[np.bool_],
    before: float,
) -> ConvexPart:
    """One region's program; washed dollars are sold without benefit, the rest at its rates."""
    value = problem.value
    gain = np.where(problem.lot_taxable, problem.lot_gain, 0.0)
    gain = np.where(full & (gain < 0), 0.0, gain)
    pinned = np.where(full, 0.0, washed) / value
    rate = np.where(problem.lot_long_term, region.rate_long, region.rate_short)
    short, long = gain * ~problem.lot_long_term, gain * problem.lot_long_term
    # The first `pinned` dollars of a lot are sold and do not count.
    base_short = problem.tax.net_short / value - float(short @ pinned)
    base_long = problem.tax.net_long / value - float(long @ pinned)
    rows = np.array([(a, b) for a, b, _ in region.rows]).reshape(-1, 2)
    limits = np.array([limit for _, _, limit in region.rows]) / value
    bill = region.bill(base_short * value, base_long * value) / value - before
    return replace(
        held,
        lot_cost=rate * gain,
        lot_low=pinned,
        gain_rows=rows @ np.stack((short, long)),
        gain_limits=limits - rows @ np.array((base_short, base_long)),
        constant=held.constant + bill,
    )
