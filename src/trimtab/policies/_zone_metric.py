"""The household problem that trades to the edge of a no-trade zone, as the solver takes it.

The solver weighs V·(κ/2)·(y−w)ᵀΣ(y−w) against what trades cost; with the region's centre for w, its
metric for Σ and κ = 1 it trades where the region does, and finds the lots and accounts.  Three
things are added to the region: members of a class stand in for each other, what belongs to no
target is a year's risk that is sold where it pays, and money that lies idle is invested.

Errors: none.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.model.mandate import Split
from trimtab.policies._base import without_harvest
from trimtab.policies._waiting import with_waiting
from trimtab.policies._zone import Place, Zone
from trimtab.policies._zone_problem import TAX_EACH_WAY, tax_per_dollar
from trimtab.quant.problem import Floats, HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["IDLE_CASH_MAX", "idle_cash", "loose_worth_selling", "zone_problem"]

IDLE_CASH_MAX = 0.01
"""Money beyond what is wanted in cash, of the household's value, that waits for the next trade."""

IDLE_CASH_LEFT = 0.0005
"""What may stay idle where a trade is made anyway."""

LOCATION_SHARE = 0.003
"""Of the yearly drag of where something is held: it chooses among accounts, but must not decide how
much of a class is held, which its whole would where a zone is worth a few basis points."""

MEMBER_VARIANCE = 1e-4
"""A member's own curvature where members stand in for each other: it decides ties, and a deviation
of ten points is worth a tenth of a basis point."""


def zone_problem(situation: Situation, zone: Zone, place: Place) -> HouseholdProblem:
    """The situation's problem with the zone in the place of drift.

    Losses are no motive, a gain about to become long-term waits where something else can go, and a
    gain counts with the part of its tax that the zone's edge was worked out with, on the way out
    and on the way back.
    """
    classes, problem = zone.classes, situation.problem
    curvature = _class_curvature(zone)
    idle = _idle_curvature(zone, curvature)
    everything = np.ones(classes.members.shape[1])
    metric = classes.members.T @ curvature @ classes.members + idle * np.outer(
        everything, everything
    )
    metric += np.diag(_own_curvature(situation, zone))
    problem = with_waiting(situation, without_harvest(situation, everything=True))
    centre = classes.split.T @ _solver_centre(zone, place, curvature + idle)
    return replace(
        problem,
        covariance=np.ascontiguousarray(0.5 * (metric + metric.T)),
        target=centre,
        kappa=1.0,
        location_cost=LOCATION_SHARE * problem.location_cost,
        lot_gain=TAX_EACH_WAY * problem.lot_gain,
    )


def _class_curvature(zone: Zone) -> Floats:
    """The region's metric over targets, in which only what they are apart from each other counts.

    Shape: (K, K).
    """
    metric, centre = zone.region.metric, zone.region.centre
    known = zone.classes.targets
    if zone.classes.has_cash:  # cash is what is left: its row goes into the others
        with_rest = np.vstack([np.eye(known), -np.ones(known)])
        return np.asarray(with_rest.T @ metric @ with_rest)
    alone = np.eye(known) - np.outer(centre, np.ones(known))  # what lacks in all lacks pro rata
    return np.asarray(alone.T @ metric @ alone)


def _idle_curvature(zone: Zone, curvature: Floats) -> float:
    """What one unit of idle money costs: enough that little of it stays where a trade is made."""
    if zone.classes.has_cash:
        return 0.0
    usual = float(np.trace(curvature)) / len(curvature)
    return max(usual, float(zone.classes.trading.max()) / IDLE_CASH_LEFT)


def _solver_centre(zone: Zone, place: Place, curvature: Floats) -> Floats:
    """The centre that makes purchases stop at the zone's edge too.

    The zone counts half of a sale's tax each way, but the solver asks nothing of a purchase and
    would go on to the centre.  So the classes to buy are centred lower, by what half of their tax
    weighs: buying pays until the edge, and selling them does not pay before.
    Shape: `curvature` (K, K), the answer (K,).
    """
    known = zone.classes.targets
    centre = zone.region.centre[:known]
    buys = (zone.region.destination(place.weights) > place.weights)[:known]
    dearer = np.where(buys, TAX_EACH_WAY * zone.classes.tax, 0.0)
    if not zone.classes.has_cash:  # all classes alike would make cash of them
        dearer = dearer - float(centre @ dearer)
    return np.asarray(centre - np.linalg.lstsq(curvature, dearer, rcond=1e-12)[0])


def _own_curvature(situation: Situation, zone: Zone) -> Floats:
    """Each instrument's curvature beside its class: a trace, or a year's risk where a split or the
    lack of a target makes it one.

    Shape: (n,).
    """
    problem, members = situation.problem, zone.classes.members
    aversion = zone.classes.problem.risk_aversion
    own = np.full(members.shape[1], MEMBER_VARIANCE)
    for row, target in enumerate(situation.mandate.targets):
        if target.split is not Split.FIRST:
            among = np.flatnonzero(members[row] > 0.0)
            apart = np.eye(members.shape[1])[among] - zone.classes.split[row]
            risk = np.einsum("ij,jk,ik->i", apart, problem.covariance, apart)
            own[among] = np.maximum(MEMBER_VARIANCE, aversion * risk)
    loose = members.sum(axis=0) == 0.0
    own[loose] = np.maximum(MEMBER_VARIANCE, aversion * np.diag(problem.covariance)[loose])
    return own


def idle_cash(situation: Situation, zone: Zone) -> float:
    """Money beyond the cash that is wanted, of the household's value."""
    if zone.classes.has_cash:
        return 0.0
    wanted = sum(target.weight for target in situation.drift.targets)
    return situation.drift.cash - max(0.0, 1.0 - wanted)


def loose_worth_selling(situation: Situation, zone: Zone) -> tuple[str, ...]:
    """Holdings of no target whose risk over a year is worth more than their sale costs."""
    problem, members = situation.problem, zone.classes.members
    n = members.shape[1]
    held = np.bincount(problem.position_instrument, problem.holdings(), n) / problem.value
    loose = np.flatnonzero((members.sum(axis=0) == 0.0) & (held > 0.0))
    if not len(loose):
        return ()
    tax = tax_per_dollar(problem, np.eye(n)[loose], held[loose])
    spread = np.zeros(n)
    spread[problem.position_instrument] = problem.sell_cost
    paid = spread[loose] + tax + zone.classes.trading.min()
    risk = zone.classes.problem.risk_aversion * np.diag(problem.covariance)[loose] * held[loose]
    return tuple(situation.index.instruments[i] for i in loose[risk > paid].tolist())
