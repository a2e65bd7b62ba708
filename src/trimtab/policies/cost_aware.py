"""Trade only where it pays: drift, trading cost and tax weighed in dollars, lot by lot.

The household problem is solved as it stands: drift costs what its tracking variance is worth, every
trade its spread, impact and commission, every lot its tax, and a loss that passes the mandate's
tests is worth what it saves.  The answer is used only if it lowers the total by enough, so that
small and doubtful gains do not trade.
The risk of drift is an estimate.  With `doubt` above zero its price is counted lower by so many of
its own standard errors, so that what the data cannot tell does not trade: trades become smaller and
fewer, the more so the less is known.

Source: the trade-off of drift against cost, Masters (2003), "Rebalancing", J. Portfolio Management,
and Sun et al. (2006), "Optimal Rebalancing for Institutional Portfolios"; the trend-aware delay,
Rattray, Granger, Harvey and Van Hemert (2020), "Strategic Rebalancing", J. Portfolio Management;
a lower bound in place of an uncertain risk, Garlappi, Uppal and Wang (2007), "Portfolio Selection
with Parameter and Model Uncertainty", Review of Financial Studies 20.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from trimtab.model.proposals import Action, CostParts, Proposal, ProposalStatus
from trimtab.policies._base import hold, solve_towards, without_harvest
from trimtab.policies._duties import duties_of, only_duties
from trimtab.policies._words import dollars, farthest_words
from trimtab.quant.problem import HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "CostAware"]

TREND_DELAY_MAX = 0.02
"""The most, per dollar, that keeping what rises may be worth: more would be a bet, not a delay."""

COUNTED_MIN = 0.1
"""The least share of the price of drift that any doubt leaves: what is not known well is not
nothing."""


@dataclass(frozen=True, slots=True)
class CostAware:
    """Trades where drift cost, trading cost and tax together fall by enough.

    Unit: `minimum_benefit` dollars after all costs; `benefit_per_cost` dollars of benefit asked for
    each dollar of trading cost and tax; `trend_delay` is how much of an overweight instrument's
    recent rise counts as a reason to wait with its sale, 0 for not at all; where the trend has a
    confidence, so much of it counts as exceeds chance.  `doubt` is how many standard errors of the
    estimated risk drift is counted lower by, 0 for as estimated.
    Refuses: negative settings.
    """

    name: ClassVar[str] = "cost_aware"
    minimum_benefit: float = 10.0
    benefit_per_cost: float = 0.25
    trend_delay: float = 0.0
    doubt: float = 0.0

    def __post_init__(self) -> None:
        for setting in ("minimum_benefit", "benefit_per_cost", "trend_delay", "doubt"):
            if getattr(self, setting) < 0.0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; it must be at least 0")

    def propose(self, situation: Situation) -> Proposal:
        """The trades that lower the total by enough, else nothing but the duties."""
        problem = without_harvest(situation, everything=False)
        if self.trend_delay > 0.0:
            problem = _delaying(situation, problem, self.trend_delay)
        counted = self._counted(situation)
        if counted < 1.0:
            problem = replace(problem, kappa=problem.kappa * counted)
        wanted = solve_towards(situation, problem, Action.FULL, "")
        if wanted.status is ProposalStatus.INFEASIBLE:
            return wanted
        least = _least(situation)
        benefit = least.after.total - wanted.after.total
        benefit -= (1.0 - counted) * (least.after.drift - wanted.after.drift)
        asked = max(self.minimum_benefit, self.benefit_per_cost * _extra_cost(least, wanted))
        if wanted.status is ProposalStatus.HELD or benefit < asked:
            reason = _waiting_words(least.after, wanted, benefit, asked) + _doubt_words(counted)
            return only_duties(situation, reason, "policy")
        clause, where = farthest_words(situation)
        duties = duties_of(situation)
        words = _benefit_words(least.after, wanted.after, benefit) + _doubt_words(counted)
        words += f"; {where}"
        if duties.any:
            return replace(wanted, reason=f"{duties.words}; {words}", clause=duties.clause)
        if _mostly_harvest(least.after, wanted.after):
            clause = "harvest"
        return replace(wanted, reason=words, clause=clause)

    def _counted(self, situation: Situation) -> float:
        """The share of the price of drift that is left after doubt."""
        return max(COUNTED_MIN, 1.0 - self.doubt * situation.estimates.risk_uncertainty)


def _least(situation: Situation) -> Proposal:
    """What would be done in any case: the duties, or nothing."""
    return only_duties(situation, "") if duties_of(situation).any else hold(situation, "")


def _extra_cost(least: Proposal, wanted: Proposal) -> float:
    """Trading cost and tax beyond what the duties cost in any case."""
    trading = wanted.after.trading - least.after.trading
    return max(0.0, trading + max(0.0, wanted.after.tax - least.after.tax))


def _mostly_harvest(before: CostParts, after: CostParts) -> bool:
    """Whether what is saved is tax rather than drift."""
    return before.tax - after.tax > max(0.0, before.drift - after.drift)


def _benefit_words(before: CostParts, after: CostParts, benefit: float) -> str:
    words = f"lowers a year's drift cost from {dollars(before.drift)} to {dollars(after.drift)}"
    words += f" for {dollars(after.trading - before.trading)} of trading cost"
    tax = after.tax - before.tax
    words += f" and {dollars(tax)} of tax" if tax >= 0 else f" and saves {dollars(-tax)} of tax"
    return f"{words}: {dollars(benefit)} in all"


def _waiting_words(before: CostParts, wanted: Proposal, benefit: float, asked: float) -> str:
    stands = (
        f"drift costs {dollars(before.drift)} a year "
        f"(tracking error {before.tracking_error * 1e4:,.0f} bp)"
    )
    if wanted.status is ProposalStatus.HELD:
        return f"{stands} and no trade lowers that by more than it costs"
    return f"{stands}; trading would gain {dollars(benefit)}, less than the {dollars(asked)} asked"


def _doubt_words(counted: float) -> str:
    """What doubt took off, where it did."""
    return "" if counted == 1.0 else f", less drift counted at {counted * 100:.0f} % for doubt"


def _delaying(situation: Situation, problem: HouseholdProblem, weight: float) -> HouseholdProblem:
    """The problem in which keeping an overweight instrument that rises is worth something.

    It is a yearly benefit of holding, bounded, and such an instrument is not bought either: a
    delay, never a bet.
    """
    index, n = situation.index, len(problem.target)
    estimates = situation.estimates
    trend = np.array([estimates.trend.get(name, 0.0) for name in index.instruments])
    sure = np.array([estimates.trend_confidence.get(name, 1.0) for name in index.instruments])
    trend = trend * np.maximum(0.0, 2.0 * sure - 1.0)
    held = problem.holdings()
    weights = np.bincount(problem.position_instrument, held, n) / problem.value
    rising = np.where(weights > problem.target, np.maximum(trend, 0.0), 0.0)
    worth = np.minimum(weight * rising, TREND_DELAY_MAX)[problem.position_instrument]
    return replace(
        problem,
        location_cost=problem.location_cost - worth,
        upper=np.where(worth > 0.0, np.minimum(problem.upper, held), problem.upper),
    )


PLUGIN = CostAware
