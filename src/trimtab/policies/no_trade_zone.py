"""Trade only outside the no-trade zone of stochastic control, and then only to its edge.

Where trading costs are proportional, it pays to leave a drift alone until it reaches a boundary,
and to go back no further than that.  The boundary follows from what the household's own trades
cost (spread, impact, tickets, the tax on what would be sold), from how its classes move against
each other, from its risk aversion and from how often it looks; nobody has to choose a width.
Returns are those of `[estimates] mean` where the mandate names one, else those at which the targets
themselves would be wanted.
Source: Davis and Norman (1990), "Portfolio Selection with Transaction Costs", Mathematics of
Operations Research; Leland (1999), "Optimal Portfolio Management with Transactions Costs and
Capital Gains Taxes"; Sun et al. (2006) for reviews at intervals; Mei, DeMiguel and Nogales (2016),
"Multiperiod Portfolio Optimization with Multiple Risky Assets and General Transaction Costs";
Black and Litterman (1992), "Global Portfolio Optimization", Financial Analysts Journal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from trimtab.model.findings import Finding
from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.policies._base import solve_towards
from trimtab.policies._duties import duties_of, only_duties
from trimtab.policies._zone import Place, Zone, zone_of
from trimtab.policies._zone_metric import (
    IDLE_CASH_MAX,
    idle_cash,
    loose_worth_selling,
    zone_problem,
)
from trimtab.policies._zone_problem import SESSIONS_A_YEAR, class_problem
from trimtab.policies.harvest import with_losses
from trimtab.policies.threshold import Threshold
from trimtab.quant.situation import Situation

__all__ = ["PLUGIN", "NoTradeZone", "household_zone", "propose_in_zone"]

SAME_WEIGHT = 0.0005
"""Weights that differ by less read the same."""


@dataclass(frozen=True, slots=True)
class NoTradeZone:
    """Leaves the household alone inside its no-trade zone, and goes to the edge from outside.

    Unit: `review_days` sessions between two looks; `risk_aversion` what a variance of one costs,
    the mandate's `costs.drift_aversion` where it is `None`; `calibrated` whether the zone is sought
    by simulation, which takes up to seconds and saves some tenths of a percent of what it costs;
    `harvests` whether losses that pass the mandate's tests are taken besides, where the mandate
    harvests at all.
    Refuses: a review of less than a day or more than two years, and an aversion that is not
    positive.
    """

    name: ClassVar[str] = "no_trade_zone"
    review_days: int = 21
    risk_aversion: float | None = None
    calibrated: bool = False
    harvests: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.review_days <= 2 * SESSIONS_A_YEAR:
            bound = f"it must be from 1 to {2 * SESSIONS_A_YEAR}"
            raise ValueError(f"review_days is {self.review_days}; {bound}")
        if self.risk_aversion is not None and self.risk_aversion <= 0.0:
            raise ValueError(f"risk_aversion is {self.risk_aversion}; it must be above 0")

    def propose(self, situation: Situation) -> Proposal:
        """To the zone's edge from outside, else nothing but the duties and losses to take."""
        return with_losses(situation, self._in_zone) if self.harvests else self._in_zone(situation)

    def _in_zone(self, situation: Situation) -> Proposal:
        zone = household_zone(situation, self.review_days, self.risk_aversion, self.calibrated)
        if isinstance(zone, Finding):
            ruled = Threshold().propose(situation)
            return replace(ruled, findings=(*ruled.findings, zone))
        return propose_in_zone(situation, zone)


def propose_in_zone(situation: Situation, zone: Zone) -> Proposal:
    """What a household does about a zone, whoever drew it."""
    place = zone.place(situation.drift)
    why = _why_act(situation, zone, place)
    if not why:
        return only_duties(situation, _inside_words(situation, zone, place), "policy")
    wanted = solve_towards(situation, zone_problem(situation, zone, place), Action.PARTIAL, "")
    if wanted.status is ProposalStatus.INFEASIBLE:
        return wanted
    if wanted.status is ProposalStatus.HELD:
        reason = f"{why}; no trade costs less than it brings"
        return only_duties(situation, reason, "policy")
    why += _goes_words(situation, zone, place, wanted)
    duties = duties_of(situation)
    if duties.any:
        return replace(wanted, reason=f"{duties.words}; {why}", clause=duties.clause)
    return replace(wanted, reason=why, clause=_clause(zone, place))


def household_zone(
    situation: Situation,
    review_days: int,
    risk_aversion: float | None,
    calibrated: bool = False,
) -> Zone | Finding:
    """The zone of a household, or why it has none; settings as `NoTradeZone` has them."""
    stated = float(situation.mandate.costs.drift_aversion)
    aversion = stated if risk_aversion is None else risk_aversion
    classes = class_problem(situation, review_days / SESSIONS_A_YEAR, aversion)
    return classes if isinstance(classes, Finding) else zone_of(classes, calibrated)


def _why_act(situation: Situation, zone: Zone, place: Place) -> str:
    """What asks for a trade beside the duties; empty where nothing does."""
    told = []
    if place.is_outside:
        told.append(_outside_words(situation, zone, place))
    if loose := loose_worth_selling(situation, zone):
        told.append(f"{', '.join(loose)} belong{'s' if len(loose) == 1 else ''} to no target")
    idle = idle_cash(situation, zone)
    if idle > IDLE_CASH_MAX:
        told.append(f"{idle * 100:.1f} % of the household lies idle in cash")
    return "; ".join(told)


def _farthest(zone: Zone, place: Place) -> int:
    """The class that is most of its own zone away from its centre."""
    lower, upper = zone.edges()
    away = place.weights - zone.region.centre
    width = np.where(away > 0.0, upper - zone.region.centre, zone.region.centre - lower)
    used = np.abs(away) / np.maximum(width, 1e-12)
    return int(np.argmax(np.round(used, 9)))  # of two that are alike, the first named


def _clause(zone: Zone, place: Place) -> str:
    at = _farthest(zone, place)
    return f"targets.{zone.classes.names[at]}" if at < zone.classes.targets else "cash"


def _place_words(zone: Zone, place: Place) -> tuple[str, float, float, float]:
    at = _farthest(zone, place)
    name = zone.classes.names[at]
    return name, float(place.weights[at]), float(place.lower[at]), float(place.upper[at])


def _outside_words(situation: Situation, zone: Zone, place: Place) -> str:
    name, weight, lower, upper = _place_words(zone, place)
    side, edge = ("above", upper) if weight > upper else ("below", lower)
    return (
        f"{name} at {weight * 100:.1f} %{_of_words(situation, zone, place)}, "
        f"{side} the edge {edge * 100:.1f} % of its no-trade zone "
        f"({lower * 100:.1f}–{upper * 100:.1f} %)"
    )


def _of_words(situation: Situation, zone: Zone, place: Place) -> str:
    """What the weight is a share of, where that is not the household's value after its flows."""
    at = _farthest(zone, place)
    if at >= zone.classes.targets:
        return ""
    is_other = abs(situation.drift.targets[at].actual - place.weights[at]) > SAME_WEIGHT
    return " of what is invested" if is_other else ""


def _goes_words(situation: Situation, zone: Zone, place: Place, wanted: Proposal) -> str:
    """Where the class that is farthest away is after the trades."""
    at = _farthest(zone, place)
    if not place.is_outside or at >= zone.classes.targets:
        return ""
    index, problem = situation.index, situation.problem
    of_lot = dict(
        zip(index.lots, problem.position_instrument[problem.lot_position].tolist(), strict=True)
    )
    moved = np.zeros(len(index.instruments))
    for sale in wanted.sales:
        moved[of_lot[sale.lot]] -= sale.amount
    for buy in wanted.buys:
        moved[index.instruments.index(buy.instrument)] += buy.amount
    change = zone.classes.members @ moved / problem.value
    after = situation.drift.targets[at].actual + float(change[at])
    return f"; trades take it to {after * 100:.1f} % of the household"


def _inside_words(situation: Situation, zone: Zone, place: Place) -> str:
    name, weight, lower, upper = _place_words(zone, place)
    return (
        f"every class is inside the no-trade zone; the nearest to its edge: {name} at "
        f"{weight * 100:.1f} %{_of_words(situation, zone, place)} "
        f"({lower * 100:.1f}–{upper * 100:.1f} %)"
    )


PLUGIN = NoTradeZone
