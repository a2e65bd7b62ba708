"""Where a household's no-trade zone ends, class by class, and what it costs beside other bands.

Errors: `InputError` where no zone can be worked out, with the reason; input errors of the folder as
for a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from trimtab.app.api import regime_of, targets_of
from trimtab.app.bands.rules import (
    FIVE,
    FIVE_25,
    TWO,
    Rule,
    RuleCost,
    band_widths,
    field_rules,
    simulate_rules,
)
from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.flows import allocate_flows
from trimtab.cycle.requests import Observation
from trimtab.cycle.situate import situate
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.policies._zone import Place, Zone
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["REVIEWS", "Bands", "ClassBands", "bands_of"]

REVIEWS = {"daily": 1, "weekly": 5, "monthly": 21, "quarterly": 63}
"""Sessions between two reviews, by their name."""
ZONE = "no-trade zone"


@dataclass(frozen=True, slots=True)
class ClassBands:
    """One class: its target, where it is, its zone, and the bands of the field.

    Unit: fractions of what is invested; `five`, `five_25`, `two` and `own` distances from the
    target, `None` for cash, which has no band; `trading` and `tax` per dollar traded and sold.
    """

    name: str
    weight: float
    actual: float
    centre: float
    lower: float
    upper: float
    five: float | None
    five_25: float | None
    two: float | None
    own: float | None
    trading: float
    tax: float

    @property
    def is_outside(self) -> bool:
        """Whether it is outside its zone, the others aside."""
        return not self.lower <= self.actual <= self.upper


@dataclass(frozen=True, slots=True)
class Bands:
    """All that `trimtab bands` shows.

    Shape: `destination` (n,): where a trade of the zone would lead, costs as the zone knows them;
    `met` (P, n): weights that the zone would live with.
    """

    household: str
    as_of: date
    review_days: int
    risk_aversion: float
    classes: tuple[ClassBands, ...]
    rules: tuple[RuleCost, ...]
    region: NoTradeRegion
    place: Place
    destination: Floats
    met: Floats
    source: str

    @property
    def best_rule(self) -> RuleCost:
        """The cheapest of the rules besides the zone."""
        return min(self.rules[1:], key=lambda rule: rule.total)

    @property
    def zone_cost(self) -> RuleCost:
        """What the zone costs."""
        return self.rules[0]


def bands_of(
    loaded: LoadedHousehold, review_days: int | None = None, risk_aversion: float | None = None
) -> Bands:
    """The zone of a household as it stands, and what rules cost in its world.

    Unit: `review_days` sessions, `risk_aversion` κ; where they are left out, those of the
    mandate's policy if it is the zone, else its defaults.
    Refuses: a household for which no zone can be worked out, with the reason.
    """
    targets = targets_of(loaded)
    if targets is not None:
        loaded = replace(loaded, mandate=targets.applied_to(loaded.mandate))
    snapshot, mandate = loaded.snapshot, loaded.mandate
    history, _ = history_of(loaded, snapshot.as_of)
    estimates = estimates_of(Observation(snapshot, history), mandate, loaded.folder)
    flows = allocate_flows(snapshot, mandate, ())
    situation = situate(snapshot, mandate, estimates, regime_of(mandate), flows)
    settings = _settings(loaded, review_days, risk_aversion)
    zone = household_zone(
        situation, settings.review_days, settings.risk_aversion, settings.calibrated
    )
    if isinstance(zone, Finding):
        fact = zone.message.partition(": ")[2] or zone.message
        raise InputError(zone.subject, f"no zone can be worked out: {fact}", zone.bound)
    return _bands(loaded, situation, zone, settings.review_days)


def _settings(
    loaded: LoadedHousehold, review_days: int | None, risk_aversion: float | None
) -> NoTradeZone:
    """The policy whose zone is shown."""
    from trimtab.app.api import policy_of

    own = policy_of(loaded.mandate) if loaded.mandate.policy.name == NoTradeZone.name else None
    stated = own if isinstance(own, NoTradeZone) else NoTradeZone()
    return NoTradeZone(
        review_days or stated.review_days,
        stated.risk_aversion if risk_aversion is None else risk_aversion,
        stated.calibrated,
    )


def _bands(loaded: LoadedHousehold, situation: Situation, zone: Zone, review_days: int) -> Bands:
    problem, place = zone.classes.problem, zone.place(situation.drift)
    own = [target.band for target in loaded.mandate.targets]
    rules = (Rule(ZONE, zone.region.destination), *field_rules(problem, own, review_days))
    simulated = simulate_rules(problem, rules)
    return Bands(
        loaded.household.name or loaded.household.id,
        loaded.snapshot.as_of,
        review_days,
        problem.risk_aversion,
        _classes(loaded, zone, place),
        simulated.costs,
        zone.region,
        place,
        zone.region.destination(place.weights),
        simulated.met,
        situation.estimates.sources.get("covariance", ""),
    )


def _classes(loaded: LoadedHousehold, zone: Zone, place: Place) -> tuple[ClassBands, ...]:
    classes, targets = zone.classes, zone.classes.targets
    weight = classes.problem.target
    lower, upper = zone.edges()
    bands = [target.band for target in loaded.mandate.targets]
    sets = ([FIVE] * targets, [FIVE_25] * targets, [TWO] * targets, bands)
    five, five_25, two, own = (_known(band_widths(one, weight)) for one in sets)
    nothing = np.zeros(len(weight) - targets)
    trading, tax = (np.append(one, nothing) for one in (classes.trading, classes.tax))
    return tuple(
        ClassBands(
            name=name,
            weight=float(weight[at]),
            actual=float(place.weights[at]),
            centre=float(zone.region.centre[at]),
            lower=float(lower[at]),
            upper=float(upper[at]),
            five=five[at],
            five_25=five_25[at],
            two=two[at],
            own=own[at],
            trading=float(trading[at]),
            tax=float(tax[at]),
        )
        for at, name in enumerate(classes.names)
    )


def _known(widths: Floats) -> list[float | None]:
    return [width if np.isfinite(width) else None for width in widths.tolist()]
