"""Take losses for their tax value and put substitutes in their place; change nothing else.

Sells only lots that pass the mandate's dollar and percent tests and its least holding time, and
buys what moves alike: the covariance decides how much of which.  Today's exposure is the aim, so
the household's drift stays about what it was.  A loss without a substitute is left alone, and so
is one that recent purchases in any account would wash for the most part.
Source: 26 USC 1091 (the 61 days); Chaudhuri, Burnham and Lo (2020), "An Empirical Evaluation of
Tax-Loss-Harvesting Alpha", Financial Analysts Journal, for substitutes held by their risk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.policies._base import solve_towards, without_harvest
from trimtab.policies._duties import duties_of, only_duties
from trimtab.policies._solving import washed_lots
from trimtab.policies._substitutes import substitutes_of
from trimtab.policies._two_steps import situation_after, together
from trimtab.policies._words import dollars
from trimtab.quant.drift import drift_cost_dollars
from trimtab.quant.problem import HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "Harvest", "with_losses"]

INVESTED_VARIANCE = 1.0
"""Variance of what is invested in all, beside the instruments' own: proceeds are put back to work
in full, although a substitute that moves a little less alike would ask for a little less of it."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """Sells losses that pass the tests and buys substitutes.

    Unit: `minimum_benefit` dollars of tax saved after trading cost and new drift;
    `correlation_min` is how alike an instrument must be to stand in, where the mandate names no
    substitute; `risk_aversion` prices the tracking error between what is sold and what is bought.
    Refuses: a negative benefit or aversion, a correlation outside 0 to 1.
    """

    name: ClassVar[str] = "harvest"
    minimum_benefit: float = 50.0
    correlation_min: float = 0.9
    risk_aversion: float = 15.0

    def __post_init__(self) -> None:
        for setting in ("minimum_benefit", "risk_aversion"):
            if getattr(self, setting) < 0.0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; it must be at least 0")
        if not 0.0 <= self.correlation_min <= 1.0:
            raise ValueError(
                f"correlation_min is {self.correlation_min}; it must be between 0 and 1"
            )

    def propose(self, situation: Situation) -> Proposal:
        """The losses worth taking with their substitutes, else nothing but the duties."""
        if not situation.mandate.harvest.enabled:
            return only_duties(situation, "the mandate switches harvesting off", "harvest")
        if duties_of(situation).must_trade:
            return self._besides(situation, only_duties(situation, "", "harvest"))
        return self._taken(situation)

    def beside(self, situation: Situation, rule: Callable[[Situation], Proposal]) -> Proposal:
        """What a rule proposes, and the losses that are worth taking in what it leaves.

        The rule buys nothing of what would be harvested on its own: its purchase would wash the
        loss.
        """
        met = rule(self._spared(situation))
        if met.status is ProposalStatus.INFEASIBLE:
            return met
        is_idle = not (met.sales or met.buys)
        taken = self._taken(situation if is_idle else situation_after(situation, met))
        if not (taken.sales or taken.buys):
            return met
        reason = f"{met.reason}; {taken.reason}"
        findings = (*met.findings, *taken.findings)
        if is_idle:
            return replace(taken, reason=reason, findings=findings)
        both = together(situation, met, taken)
        return replace(both, reason=reason, clause=met.clause, findings=findings)

    def _spared(self, situation: Situation) -> Situation:
        """The situation in which groups whose losses would be taken may not be bought."""
        problem, index = situation.problem, situation.index
        lots = [index.lots.index(sale.lot) for sale in self._taken(situation).sales]
        losing = [at for at in lots if problem.lot_gain[at] < 0.0]
        barred = problem.group_buy_blocked.copy()
        barred[problem.group[problem.position_instrument[problem.lot_position[losing]]]] = True
        return replace(situation, problem=replace(problem, group_buy_blocked=barred))

    def _besides(self, situation: Situation, met: Proposal) -> Proposal:
        """What must be done, and the losses worth taking in what it leaves."""
        if met.status in (ProposalStatus.INFEASIBLE, ProposalStatus.HELD):
            return met
        taken = self._taken(situation_after(situation, met))
        reason = f"{met.reason}; {taken.reason}"
        if not (taken.sales or taken.buys):
            return replace(met, reason=reason)
        return replace(together(situation, met, taken), reason=reason, clause=met.clause)

    def _taken(self, situation: Situation) -> Proposal:
        """The losses worth taking with their substitutes, else why there are none."""
        if not situation.index.harvestable.any():
            return only_duties(situation, _no_loss_words(situation), "harvest")
        problem = self._problem(situation)
        if not problem.lot_sellable.any():
            return only_duties(situation, _barred_words(situation), "harvest")
        found = solve_towards(situation, problem, Action.PARTIAL, "", "harvest")
        if found.status is ProposalStatus.INFEASIBLE:
            return found
        saved = found.before.tax - found.after.tax
        strayed = self._strayed(situation, found)
        benefit = saved - found.after.trading - strayed
        if found.status is ProposalStatus.HELD or benefit < self.minimum_benefit:
            passing = _lots(int(problem.lot_sellable.sum()))
            reason = (
                f"losses in {passing} pass the tests, but taking them would save "
                f"{dollars(max(benefit, 0.0))} after all costs, "
                f"asked are {dollars(self.minimum_benefit)}"
            )
            return only_duties(situation, reason, "harvest")
        reason = (
            f"takes losses in {_lots(len(found.sales))}, which saves {dollars(saved)} of tax for "
            f"{dollars(found.after.trading)} of trading cost and {dollars(strayed)} a year of "
            "tracking error"
        )
        return replace(found, reason=reason)

    def _problem(self, situation: Situation) -> HouseholdProblem:
        """Only harvestable lots with a substitute may go, only substitutes may come, and today's
        exposure is the aim.
        """
        problem = without_harvest(situation, everything=False)
        held, n = problem.holdings(), len(problem.target)
        exposure = np.bincount(problem.position_instrument, held, n) / problem.value
        substitutes = substitutes_of(situation, self.correlation_min)
        replaceable = np.asarray(substitutes.any(axis=1))[problem.lot_position]
        harvestable = situation.index.harvestable & problem.lot_sellable & replaceable
        harvestable &= ~washed_lots(situation.problem)
        losing = np.where(harvestable, problem.lot_value, 0.0)
        leaving = np.bincount(problem.lot_position, losing, len(held))
        open_to_buy = np.asarray(substitutes[leaving > 0.0].any(axis=0))
        return replace(
            problem,
            kappa=self.risk_aversion,
            covariance=problem.covariance + INVESTED_VARIANCE,
            target=exposure,
            lot_sellable=harvestable,
            lower=np.maximum(problem.lower, np.minimum(held - leaving, problem.upper)),
            upper=np.where(open_to_buy, problem.upper, np.minimum(held, problem.upper)),
        )

    def _strayed(self, situation: Situation, found: Proposal) -> float:
        """A year's cost of the tracking error between what is sold and what is bought."""
        problem, index = situation.problem, situation.index
        moved = np.zeros(len(problem.target))
        for sale in found.sales:
            position = problem.lot_position[index.lots.index(sale.lot)]
            moved[problem.position_instrument[position]] -= sale.amount / problem.value
        for buy in found.buys:
            moved[index.instruments.index(buy.instrument)] += buy.amount / problem.value
        return float(
            drift_cost_dollars(moved, problem.covariance, problem.value, self.risk_aversion)
        )


def with_losses(situation: Situation, rule: Callable[[Situation], Proposal]) -> Proposal:
    """What a rule proposes, with the losses worth taking beside it where the mandate wants that."""
    if not situation.mandate.harvest.enabled or not situation.index.harvestable.any():
        return rule(situation)
    return Harvest().beside(situation, rule)


def _lots(count: int) -> str:
    return f"{count} lot{'' if count == 1 else 's'}"


def _barred_words(situation: Situation) -> str:
    """Why none of the losses that pass the tests may be taken today."""
    if (situation.index.harvestable & ~washed_lots(situation.problem)).any():
        return "losses pass the tests, but nothing may be bought in their place today"
    return "losses pass the tests, but purchases of the last 30 days would wash them"


def _no_loss_words(situation: Situation) -> str:
    """How far the largest loss is from the mandate's tests."""
    problem, rules = situation.problem, situation.mandate.harvest
    losses = np.where(problem.lot_taxable, -problem.lot_gain * problem.lot_value, 0.0)
    if not (losses > 0.0).any():
        return "no lot in a taxable account stands at a loss"
    k = int(losses.argmax())
    fraction = losses[k] / (problem.lot_value[k] + losses[k])
    return (
        f"no loss passes the tests: the largest is {dollars(losses[k])} "
        f"({fraction * 100:.1f} % of basis), "
        f"asked are {dollars(float(rules.minimum_loss))}, "
        f"{rules.minimum_loss_fraction * 100:.1f} % and {rules.days_held_min} days held"
    )


PLUGIN = Harvest
