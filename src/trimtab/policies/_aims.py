"""Aims of the rule-based policies: wanted weights of classes, and the way there.

A rule measures drift class by class, in weights (`_metric`).  It goes to its aim whatever that
costs, by the least-taxed lots: a gain about to become long-term waits where something else can be
sold (`_waiting`), and money that is due comes from losses first (`_money_out`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.model.drift import Drift
from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.policies._base import as_proposal, solve_towards, without_harvest
from trimtab.policies._closed_form import closed_form
from trimtab.policies._metric import class_metric
from trimtab.policies._money_out import least_taxed_way
from trimtab.policies._waiting import with_waiting
from trimtab.policies._words import points
from trimtab.quant.problem import Floats
from trimtab.quant.simulate.one_decision import Way, aims_of
from trimtab.quant.situation import Situation

__all__ = ["TO_TARGET", "Way", "aims", "aims_between", "aims_within", "go_to", "to_target"]

RULE_AVERSION = 1_000.0
"""κ of rule-based policies in the metric of weights: a marginal tax of 25 % is outweighed by a
drift of 0.025 % of value, so a rule reaches its aim whatever it costs."""

Aims = tuple[float, ...]
"""An aimed-at weight for each target of the mandate, in their order; fractions of value."""


TO_TARGET = Way()
"""Every class to its target."""


def to_target(drift: Drift) -> Aims:
    """Every class at its target."""
    return aims(TO_TARGET, drift)


def aims_between(drift: Drift, fraction: float) -> Aims:
    """Every class the given fraction of the way from where it is to its target."""
    return aims(Way(fraction=fraction), drift)


def aims_within(drift: Drift, widths: Aims, kept: float) -> Aims:
    """Classes outside their bands go back to `kept` of the band; the rest give way as little as
    they can.

    What this moves is taken from, or given to, the other classes on their way to their own targets,
    in proportion to how far they are from them: no class moves away from its target.
    Unit: `widths` fractions of value; `kept` above 0, 1 at the band's edge.
    """
    return aims(Way(widths=widths, kept=kept), drift)


def aims(way: Way, drift: Drift) -> Aims:
    """Where a way leads from this drift, costs left aside."""
    wanted = np.array([target.weight for target in drift.targets])
    actual = np.array([target.actual for target in drift.targets])
    return tuple(aims_of(way, wanted, actual).tolist())


def go_to(
    situation: Situation,
    way: Way,
    action: Action,
    reason: str,
    clause: str,
    *,
    everything: bool = False,
) -> Proposal:
    """Go where a way leads by the least-taxed lots, whatever it costs.

    With `everything`, losses that pass the mandate's tests are taken on the way.
    """
    trades = None if everything else closed_form(situation, way)
    if trades is not None:
        proposal = as_proposal(situation, *trades, action, reason, clause)
    else:
        proposal = _searched(situation, way, action, reason, clause, everything)
    if proposal.status is ProposalStatus.HELD:
        return replace(proposal, reason=f"{reason}; {_why_held(situation, proposal.gap)}")
    return proposal


def _why_held(situation: Situation, gap: float) -> str:
    """Why nothing is traded: what is left is less than a trade, or the solver found no way.

    What the gap leaves open is a distance in weights, as the rule's metric measures it; trades that
    are too small explain one least trade of every instrument.
    Unit: `gap` dollars of the rule's objective.
    """
    problem = situation.problem
    least = np.maximum(problem.minimum_trade, problem.price * problem.quantity_step)
    left_open = float(np.sqrt(2.0 * gap / (RULE_AVERSION * problem.value)))
    if left_open <= least.max() / problem.value * np.sqrt(len(problem.target)):
        return "no trade of the least size comes closer"
    return (
        "the solver stopped without a trade that comes closer, and did not prove that there is"
        f" none: up to {points(left_open)} of drift are left open"
    )


def _searched(
    situation: Situation, way: Way, action: Action, reason: str, clause: str, everything: bool
) -> Proposal:
    """The same by the solver, where accounts, members of a class or limits leave a choice."""
    shaded = without_harvest(situation, everything=not everything)
    problem = replace(
        with_waiting(situation, shaded),
        covariance=class_metric(situation),
        target=_instrument_weights(situation, aims(way, situation.drift), way.loose_kept),
        kappa=RULE_AVERSION,
    )
    proposal = solve_towards(situation, problem, action, reason, clause)
    return least_taxed_way(situation, problem, proposal)


def _instrument_weights(situation: Situation, aims: Aims, loose_kept: float) -> Floats:
    """Weights of instruments from those of classes, each class split as the mandate says."""
    problem, mandate = situation.problem, situation.mandate
    n = len(problem.target)
    held = np.bincount(problem.position_instrument, problem.holdings(), n) / problem.value
    wanted = np.zeros(n)
    place = {name: i for i, name in enumerate(situation.index.instruments)}
    for i, name in enumerate(situation.index.instruments):
        if mandate.target_of(name) is None:
            wanted[i] = loose_kept * held[i]
    for target, aim in zip(mandate.targets, aims, strict=True):
        members = [place[name] for name in target.instruments]
        split = problem.target[members]
        if split.sum() > 0.0:
            wanted[members] = split * (aim / split.sum())
        else:
            wanted[members[0]] = aim
    return wanted
