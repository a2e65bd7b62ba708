"""What a learned model may say: its region, held to the ranges of its training and to the rule's.

A model is a function somebody fitted.  Before its region decides about money it must be asked only
about what training has seen, answer with finite numbers, and stay near the region of control: every
half-width between half and twice the rule's, the centre no farther from the rule's than the rule's
own half-width.  What goes beyond is drawn back towards the rule until it is within, and said.

One that listens is told what is heard of the market up to the day (`_listening`).  A model that was
trained with gains is told the household's own: of each class, the gain on which a
sale would be taxed as it is.  It takes all tax for the seller's; a zone counts half of it each way,
so its region is turned into one of that kind.

Errors: none; what cannot be used is a `Finding` with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from trimtab.model.estimates import HeardMarket
from trimtab.model.findings import Finding, Severity
from trimtab.policies._listening import not_asked, signals_for
from trimtab.policies._zone import Zone, zone_of
from trimtab.policies._zone_problem import TAX_EACH_WAY, with_tax
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.models import (
    LearnedModel,
    Outside,
    knows_gains,
    out_of_range,
    reshaped,
)

__all__ = ["CENTRE_MAX", "WIDTH_RATIO_MAX", "ModelInUse", "bounded", "learned_zone"]

WIDTH_RATIO_MAX = 2.0
"""How many times wider, or narrower, than the rule's a learned region may be."""
CENTRE_MAX = 1.0
"""How far its centre may be from the rule's, in half-widths of the rule."""
BLEND_STEPS = 40
"""Halvings while the way back to the rule is sought: to a part in 10¹²."""
EDGE = 1e-9
WIDTH_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """A registered model as the application hands it over, its files checked.

    Unit: `stale_after_days` from `trained_until`; `instruments` are those of its training, empty
    where any will do; `digest` is the SHA-256 of its manifest.
    """

    model: LearnedModel
    label: str
    digest: str
    trained_until: date
    stale_after_days: int
    instruments: tuple[str, ...] = ()

    def doubts(
        self, on: date, held: tuple[str, ...], assumed: tuple[str, ...] = ()
    ) -> tuple[Finding, ...]:
        """Why it should not decide for these instruments on a day; empty where it may.

        `assumed` are those whose risk was not measured.
        """
        age = (on - self.trained_until).days
        if age > self.stale_after_days:
            message = f"it is stale: what it learned is {age} days old"
            bound = f"at most {self.stale_after_days} days"
            return (self.finding("model_stale", message, f"{age} days", bound),)
        unseen = [name for name in held if self.instruments and name not in self.instruments]
        if unseen:
            message = f"{', '.join(unseen)} was never seen in its training"
            bound = f"trained with {', '.join(self.instruments)}"
            return (self.finding("model_unseen_instrument", message, "", bound),)
        if assumed:
            message = f"the risk of {', '.join(assumed)} is assumed, for want of prices"
            bound = "it is asked only where all risk is measured"
            remedy = "give longer prices of them, or set another policy"
            return (replace(self.finding("model_risk_assumed", message, "", bound), remedy=remedy),)
        return ()

    def finding(self, code: str, message: str, actual: str = "", bound: str = "") -> Finding:
        """A word on this model."""
        remedy = "train one for this household with `trimtab train`, or set another policy"
        return Finding(
            code, Severity.WARNING, f"model {self.label}", message, actual, bound, remedy, "policy"
        )


def learned_zone(
    rule: Zone, used: ModelInUse, heard: HeardMarket | None = None
) -> tuple[Zone | None, tuple[Finding, ...]]:
    """The zone that the model draws where the rule draws another, or none, and why."""
    if why := not_asked(rule, used.model, heard):
        return None, (used.finding(*why),)
    try:
        problem, state, base = _question(rule, used.model, signals_for(used.model, heard))
        outside = out_of_range(used.model, problem, state, base)
        if outside:
            return None, (_outside_words(rule, used, outside),)
        region = used.model.region(problem, state, base)
        if knows_gains(used.model) and not _fault(region, rule.region):
            region = _tax_each_way(rule, region)
    except Exception as error:  # learned code may fail in any way, and none may stop a plan
        words = str(error).rstrip(".") or type(error).__name__
        return None, (used.finding("model_failed", f"it failed: {words}"),)
    if fault := _fault(region, rule.region):
        return None, (used.finding("model_failed", f"its region is of no use: {fault}"),)
    region = replace(region, cost=rule.region.cost)  # what trading costs is no matter of a model's
    kept, share = bounded(rule.region, region)
    findings = () if share >= 1.0 else (_clipped_words(rule, used, region, share),)
    return replace(rule, region=kept), findings


def _question(
    rule: Zone, model: LearnedModel, signals: Floats
) -> tuple[TrackingProblem, HouseholdState, NoTradeRegion]:
    """What a model is asked: with gains where it was trained with them, else tax as a cost."""
    classes = rule.classes
    n = classes.problem.instruments
    if not knows_gains(model):
        return classes.problem, HouseholdState(np.zeros(n), 0.0, signals), rule.region
    free = with_tax(classes, np.zeros(classes.targets))
    rate = max(classes.rate, float(classes.tax.max(initial=0.0)))  # short-term gains pay more
    gain = np.zeros(n)
    if rate > 0.0:
        gain[: classes.targets] = classes.tax / rate
    return free.problem, HouseholdState(gain, rate, signals), zone_of(free).region


def _tax_each_way(rule: Zone, region: NoTradeRegion) -> NoTradeRegion:
    """A region whose sellers pay all tax, as one in which both ways pay half."""
    classes = rule.classes
    half = np.zeros(classes.problem.instruments)
    half[: classes.targets] = TAX_EACH_WAY * classes.tax
    still = np.zeros_like(half)
    return reshaped(region, still, still, -half, classes.problem.target)


def bounded(rule: NoTradeRegion, proposed: NoTradeRegion) -> tuple[NoTradeRegion, float]:
    """The proposed region drawn back towards the rule's until it is within the limits.

    Unit: the second value is the part of the way from rule to proposal that is left, 1 for all.
    """
    if _is_near(rule, proposed):
        return proposed, 1.0
    within, beyond = 0.0, 1.0
    for _ in range(BLEND_STEPS):
        middle = 0.5 * (within + beyond)
        if _is_near(rule, _between(rule, proposed, middle)):
            within = middle
        else:
            beyond = middle
    return _between(rule, proposed, within), within


def _between(rule: NoTradeRegion, proposed: NoTradeRegion, share: float) -> NoTradeRegion:
    """The region a part of the way from one to the other."""
    return NoTradeRegion(
        (1.0 - share) * rule.centre + share * proposed.centre,
        (1.0 - share) * rule.metric + share * proposed.metric,
        rule.cost,
    )


def _ratios(rule: NoTradeRegion, proposed: NoTradeRegion) -> tuple[Floats, Floats]:
    """Half-widths against the rule's, and how far the centre moved in half-widths of the rule.

    Shape: (n,) each.
    """
    # Measured at one centre: how near a weight is to 0 or 1 is no matter of the model's.
    here = replace(proposed, centre=rule.centre)
    ours, theirs = (np.maximum(*one.half_widths()) for one in (here, rule))
    ratio = np.maximum(ours, WIDTH_LEAST) / np.maximum(theirs, WIDTH_LEAST)
    moved = np.abs(proposed.centre - rule.centre) / np.maximum(theirs, WIDTH_LEAST)
    return ratio, moved


def _is_near(rule: NoTradeRegion, proposed: NoTradeRegion) -> bool:
    ratio, moved = _ratios(rule, proposed)
    most = WIDTH_RATIO_MAX * (1.0 + EDGE)
    return bool((ratio <= most).all() and (ratio >= 1.0 / most).all()) and bool(
        (moved <= CENTRE_MAX * (1.0 + EDGE)).all()
    )


def _fault(region: object, rule: NoTradeRegion) -> str:
    """What makes a region useless; empty where nothing does."""
    if not isinstance(region, NoTradeRegion):
        return f"it is a {type(region).__name__}"
    if region.centre.shape != rule.centre.shape:
        return f"it is of {len(region.centre)} classes, the household has {len(rule.centre)}"
    for name in ("centre", "metric"):
        if not np.isfinite(getattr(region, name)).all():
            return f"its {name} is not a number everywhere"
    return ""


def _outside_words(rule: Zone, used: ModelInUse, outside: tuple[Outside, ...]) -> Finding:
    """The feature farthest outside what training has seen, and how many more there are."""
    worst = max(outside, key=lambda one: max(one.least - one.value, one.value - one.most))
    others = f"; {len(outside) - 1} more are outside" if len(outside) > 1 else ""
    words = worst.feature.replace("_", " ")
    return used.finding(
        "model_out_of_range",
        f"{words} of {rule.classes.names[worst.instrument]} is {worst.value:.4g}, which its "
        f"training has not seen{others}",
        f"{worst.value:.4g}",
        f"from {worst.least:.4g} to {worst.most:.4g}",
    )


def _clipped_words(rule: Zone, used: ModelInUse, proposed: NoTradeRegion, share: float) -> Finding:
    ratio, moved = _ratios(rule.region, proposed)
    apart = np.abs(np.log(ratio)) / np.log(WIDTH_RATIO_MAX)
    at = int(np.argmax(np.maximum(apart, moved / CENTRE_MAX)))
    message = (
        f"its zone of {rule.classes.names[at]} is {ratio[at]:.2f} times as wide as the rule's, its "
        f"centre {moved[at]:.2f} half-widths away; {share * 100:.0f} % of the way is used"
    )
    bound = f"{1 / WIDTH_RATIO_MAX:g} to {WIDTH_RATIO_MAX:g} times, {CENTRE_MAX:g} half-width"
    return used.finding("model_clipped", message, "", bound)
