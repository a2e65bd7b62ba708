"""Estimates that several runs of one market share: each is worked out once.

All policies of a comparison meet the same days, and their risk is estimated on the same sessions:
what it is does not depend on who asks.  Taxes and flows, in which their mandates come to differ,
are no part of an estimate; what is held is one only where drift is forecast from it.

Errors: those of the estimator.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from trimtab.cycle.flow import Estimator
from trimtab.cycle.requests import Observation
from trimtab.cycle.situate import instruments_of
from trimtab.model.estimates import Estimates
from trimtab.model.lots import Lot
from trimtab.model.mandate import Mandate
from trimtab.model.taxes import TaxProfile

__all__ = ["EstimatesOnce"]

NO_TAX = TaxProfile()
Key = tuple[date | None, int, tuple[str, ...], tuple[Lot, ...]]


class EstimatesOnce:
    """An estimator that remembers its answers; for one market history only."""

    def __init__(self, estimator: Estimator) -> None:
        self.estimator = estimator
        self._known: dict[Key, list[tuple[Mandate, Estimates]]] = {}

    def __call__(self, seen: Observation, mandate: Mandate) -> Estimates:
        """The estimates of a day for a mandate."""
        days = seen.history.dates
        held = seen.snapshot.lots if mandate.estimates.drift else ()
        key = days[-1] if days else None, len(days), instruments_of(seen.snapshot, mandate), held
        rules = replace(mandate, tax=NO_TAX, flows=())
        answers = self._known.setdefault(key, [])
        for known, answer in answers:
            if known == rules:
                return answer
        answer = self.estimator(seen, mandate)
        answers.append((rules, answer))
        return answer
