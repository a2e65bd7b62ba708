"""What a fleet's trades cost and which limits they break, worked out from the trades alone.

Kept apart from the solver on purpose: nothing here reads a figure that the solver reports, and no
formula is shared with it.  Washed dollars are laid on the deepest of the losses sold (the statute
leaves open which of several sold at once is matched first; this is the careful reading).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_arrays import KAPPA, Fleet
from benchmarks._fleet_market import INSTRUMENTS

__all__ = ["RULES", "Score", "score", "tax_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CENT = 0.01  # dollars by which a limit may be missed: rounding, not a breach
DUST = 1e-6  # dollars below which nothing was traded
RULES = (
    "oversold",
    "cash_below_reserve",
    "below_lower_bound",
    "above_upper_bound",
    "bought_and_sold",
    "bought_after_loss_sale",
    "loss_sale_and_purchase",
    "below_minimum_trade",
    "not_finite",
)


@dataclass(frozen=True, slots=True)
class Score:
    """What each household's trades come to.

    Shape: (B,) each; `violations` (B, len(RULES)) counts.
    Unit: dollars.
    """

    drift: Floats
    spread: Floats
    impact: Floats
    tax: Floats
    location: Floats
    violations: Ints
    realised_short: Floats
    realised_long: Floats

    @property
    def objective(self) -> Floats:
        """All parts together."""
        return self.drift + self.spread + self.impact + self.tax + self.location


def tax_of(curve: Floats, short: Floats, long: Floats) -> Floats:
    """The year's tax on net gains on top of the year-to-date figures, losses at their worth.

    Losses absorb gains of their own term first and of the other next, then ordinary income up to
    the limit, short-term losses first; the rest is carried forward.
    Shape: `curve` (B, 8), the others (B,).
    Source: 26 USC 1(h), 1211(b), 1212(b), 1222.
    """
    rate_short, rate_long, ordinary, limit, carry_short, carry_long, ytd_short, ytd_long = curve.T
    total = np.stack((ytd_short + short, ytd_long + long))
    gain, loss = np.maximum(total, 0.0), np.maximum(-total, 0.0)
    absorbed = np.minimum(gain, loss[::-1])  # gains that losses of the other term take away
    gain, loss = gain - absorbed, loss - absorbed[::-1]
    deducted_short = np.minimum(loss[0], limit)
    deducted_long = np.minimum(loss[1], limit - deducted_short)
    saved = ordinary * (deducted_short + deducted_long)
    carried = carry_short * (loss[0] - deducted_short) + carry_long * (loss[1] - deducted_long)
    return np.asarray(rate_short * gain[0] + rate_long * gain[1] - saved - carried)


def _washed(fleet: Fleet, sold: Floats, owner: Ints) -> Floats:
    """(L,) dollars of each lot's sale whose loss does not count."""
    group = owner * INSTRUMENTS + fleet.position_instrument[fleet.lot_position]
    loss = fleet.lot_taxable & (fleet.lot_gain < 0) & (sold > 0)
    amount = np.where(loss, sold, 0.0)
    order = np.lexsort((fleet.lot_gain, group))
    upto = np.cumsum(amount[order])
    first = np.searchsorted(group[order], group[order])
    before = upto - amount[order] - (upto[first] - amount[order][first])
    left = np.maximum(fleet.recent_value.ravel()[group[order]] - before, 0.0)
    washed = np.empty_like(amount)
    washed[order] = np.minimum(amount[order], left)
    return washed


def _violations(fleet: Fleet, bought: Floats, sold: Floats, owner: Ints, costs: Floats) -> Ints:
    """(B, rules) how often each rule is broken."""
    size, positions = len(fleet), len(bought)
    place, home = fleet.lot_position, fleet.position_household
    held = np.bincount(place, fleet.lot_value, positions)
    sales = np.bincount(place, sold, positions)
    after = held + bought - sales
    account = fleet.account_start[home] + fleet.position_account
    cash = fleet.cash + fleet.flow + np.bincount(account, sales - bought - costs, len(fleet.cash))
    account_home = np.repeat(np.arange(size), np.diff(fleet.account_start))
    group = home * INSTRUMENTS + fleet.position_instrument
    lost = fleet.lot_taxable & (fleet.lot_gain < 0) & (sold > DUST)
    loss_sold = np.bincount(group[place], lost, size * INSTRUMENTS) > 0
    group_bought = np.bincount(group, bought > DUST, size * INSTRUMENTS) > 0
    group_home = np.repeat(np.arange(size), INSTRUMENTS)
    trade = np.maximum(bought, sales)
    found = (
        (owner, (sold < -DUST) | (sold > fleet.lot_value + CENT)),
        (account_home, cash < fleet.reserve - CENT),
        (home, after < fleet.lower - CENT),
        (home, (after > fleet.upper + CENT) | (bought < -DUST)),
        (home, (bought > DUST) & (sales > DUST)),
        (group_home, group_bought & fleet.buy_blocked.ravel()),
        (group_home, group_bought & loss_sold),
        (home, (trade > CENT) & (trade < fleet.minimum_trade - CENT)),
        (home, ~np.isfinite(after)),
    )
    return np.column_stack([np.bincount(where, bad, size) for where, bad in found]).astype(np.int64)


def _sum(where: Ints, amounts: Floats, size: int) -> Floats:
    """Sums of amounts by index."""
    return np.bincount(where, amounts, size).astype(np.float64)


def score(fleet: Fleet, bought: Floats, sold: Floats) -> Score:
    """Work out what these trades cost every household.

    Shape: `bought` (M,) dollars per position, `sold` (L,) dollars per lot.
    """
    size, market = len(fleet), fleet.market
    place, home, instrument = (
        fleet.lot_position,
        fleet.position_household,
        fleet.position_instrument,
    )
    owner = np.repeat(np.arange(size), np.diff(fleet.lot_start))
    sales = _sum(place, sold, len(bought))
    after = _sum(place, fleet.lot_value, len(bought)) + bought - sales
    spread = market.half_spread[instrument] * (bought + sales)
    impact = market.impact[instrument] * np.maximum(bought, sales) ** 1.5
    exposure = _sum(home * INSTRUMENTS + instrument, after, size * INSTRUMENTS)
    d = exposure.reshape(size, INSTRUMENTS) / fleet.value[:, None] - fleet.target
    drift = 0.5 * KAPPA * fleet.value * np.einsum("bi,ij,bj->b", d, market.covariance, d)
    counted = np.where(fleet.lot_taxable, fleet.lot_gain, 0.0)
    counted = counted * (sold - _washed(fleet, sold, owner))
    short = _sum(owner, np.where(fleet.lot_long_term, 0.0, counted), size)
    long = _sum(owner, np.where(fleet.lot_long_term, counted, 0.0), size)
    nothing = np.zeros(size)
    return Score(
        drift=drift,
        spread=_sum(home, spread, size),
        impact=_sum(home, impact, size),
        tax=tax_of(fleet.tax, short, long) - tax_of(fleet.tax, nothing, nothing),
        location=_sum(home, fleet.location_cost * after, size),
        violations=_violations(fleet, bought, sold, owner, spread + impact),
        realised_short=short,
        realised_long=long,
    )
