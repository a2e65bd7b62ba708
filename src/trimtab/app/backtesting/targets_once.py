"""Targets that several runs of one market share: each review is estimated once.

What the targets of a review are depends on prices and on the mandate's own rules; taxes, flows and
harvesting, in which the mandates of a comparison come to differ, play no part in it.

Errors: those of the source of targets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from trimtab.drivers.backtest.target_days import TargetEstimator
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import CurrentTargets

__all__ = ["targets_once"]


def targets_once(mandate: Mandate, instruments: Mapping[str, Instrument]) -> TargetEstimator | None:
    """The mandate's source of targets, which remembers its answers; for one market history only.

    Refuses: a source that is not known or lacks its package, and settings that it does not have.
    """
    if mandate.target_source is None:
        return None
    from trimtab.app.targeting import targeting_of

    targeting = targeting_of(mandate, instruments)
    if targeting is None:
        return None
    known: dict[tuple[date, int], CurrentTargets] = {}

    def once(day: date, history: PriceHistory, rules: Mandate) -> CurrentTargets:
        key = day, len(history.dates)
        if key not in known:
            known[key] = targeting(day, history, rules)
        return known[key]

    return once
