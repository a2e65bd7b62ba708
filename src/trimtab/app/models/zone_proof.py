"""How a learned zone does against the rule's own, with the gains of today and with others.

Errors: as `quant.control` raises them for a problem that cannot be solved.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.app.models.proof import Trials, evidence_of
from trimtab.model.models import Evidence
from trimtab.model.snapshots import PriceHistory
from trimtab.policies._learned_region import bounded
from trimtab.policies._zone import Zone, zone_of
from trimtab.policies._zone_problem import COST_MIN, with_tax
from trimtab.policies.no_trade_zone import NoTradeZone
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.files import Stored

__all__ = ["gains_seen", "zone_evidence"]

GAIN_MOST = 0.5
"""The largest gain, of a holding's value, at which a model for a taxed household is tried."""


def zone_evidence(
    zone: Zone,
    history: PriceHistory,
    instruments: tuple[str, ...],
    model: Stored,
    seeds: tuple[int, ...],
) -> tuple[Evidence, ...]:
    """How the zone that would be used does against the rule's own."""
    state = HouseholdState.untaxed(zone.classes.problem.instruments)
    found: list[Evidence] = []
    for words, rule in gains_seen(zone).items():
        proposed = model.region(rule.classes.problem, state, rule.region)
        used, _ = bounded(rule.region, proposed)
        trials = Trials(seeds)
        for one in evidence_of(rule, used, history, instruments, trials, NoTradeZone.name):
            found.append(replace(one, world=f"{one.world}{words}"))
    return tuple(found)


def gains_seen(zone: Zone) -> dict[str, Zone]:
    """The household's zone with the gains of today, and where it is taxed with others, in words.

    Gains change with every price: a model that was good for those of one day only would be of use
    for weeks.
    """
    classes, seen = zone.classes, {"": zone}
    if classes.rate > 0.0:
        most = np.maximum(classes.tax, GAIN_MOST * classes.rate)
        for words, tax in ((", without gains", 0.0 * most), (", with large gains", most)):
            other = with_tax(classes, tax)
            if other.problem.cost.max() > COST_MIN:
                seen[words] = zone_of(other)
    return seen
