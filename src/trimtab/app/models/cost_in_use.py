"""The model of trading cost that a mandate names, from the registry, or why the rule stands.

A model that cannot be used is no error of the person who asks for a plan: the stated spread stands,
and a finding says why.  On days before the end of its fills it is not used at all: it has seen what
trading would cost.

Errors: `MissingPackageError` where LightGBM is not installed.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from trimtab.app.models.in_use import chosen
from trimtab.app.models.registry import registry_of
from trimtab.estimators._packages import MissingPackageError
from trimtab.estimators.quantile_cost import QuantileCost, QuantileCostModel
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.models import StoredModel

__all__ = ["LEARNED", "learned_cost"]

LEARNED = "learned:"
"""Before the name of a model in the registry."""
INSTEAD = "instead: the spread that is stated or assumed"


def learned_cost(
    folder: Path, label: str, settings: QuantileCost, as_of: date | None
) -> tuple[QuantileCostModel | None, tuple[Finding, ...]]:
    """The promoted model of a name, or none and why."""
    try:
        stored, notes = chosen(registry_of(folder), label)
        if stored is None:
            return None, tuple(_fell_back(label, note.message, note.remedy) for note in notes)
        if as_of is not None and (doubt := _doubt(stored, label, as_of)):
            return None, (doubt,)
        return _read(settings, tuple(stored.files.items())), ()
    except MissingPackageError:
        raise
    except InputError as error:
        words = f"{error.fact}; {error.bound}" if error.bound else error.fact
        return None, (_fell_back(label, words, error.remedy),)


def _doubt(stored: StoredModel, label: str, as_of: date) -> Finding | None:
    """Why a model that is whole is not used on a day."""
    card = stored.manifest.card
    if as_of < card.trained_until:
        words = f"it learned from fills up to {card.trained_until}, after {as_of}"
        return _fell_back(label, words, "", Severity.NOTE)
    age = card.age_days(as_of)
    if age > card.stale_after_days:
        words = f"it is stale: its last fill is {age} days old, at most {card.stale_after_days}"
        return _fell_back(label, words, "train it again with `trimtab train cost`")
    return None


def _fell_back(label: str, why: str, remedy: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(
        "estimate_fell_back", severity, f"trading cost by model {label}", f"{why}; {INSTEAD}",
        remedy=remedy, clause="estimates.cost",
    )  # fmt: skip


@lru_cache(maxsize=8)
def _read(settings: QuantileCost, files: tuple[tuple[str, bytes], ...]) -> QuantileCostModel:
    """Trees are read once in a process: a backtest asks on every day."""
    return settings.read(dict(files))
