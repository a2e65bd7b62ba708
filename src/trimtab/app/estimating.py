"""The estimators that a mandate chooses, built from its settings.

A plug-in is held against what it was chosen for: `state = "factor"` is a mistake that is told with
the names that would do.

Errors: `InputError` for an unknown estimator, one of another kind, and settings that do not fit.
"""

from __future__ import annotations

from typing import Any

from trimtab.estimators._base import (
    CovarianceEstimator,
    DriftEstimator,
    MeanEstimator,
    StateEstimator,
    TrendEstimator,
)
from trimtab.estimators._forecasts import Estimators
from trimtab.model.errors import InputError
from trimtab.model.mandate import EstimateRules, PlugInChoice
from trimtab.model.snapshots import Snapshot
from trimtab.plugins import configure, load, names

__all__ = ["estimators_of", "weights_of"]


def estimators_of(rules: EstimateRules) -> Estimators:
    """The chosen estimators with their settings.

    Refuses: an estimator that is not known, is of another kind, or has no such setting.
    """
    return Estimators(
        covariance=_chosen("covariance", rules.covariance, CovarianceEstimator),
        mean=_chosen("mean", rules.mean, MeanEstimator),
        state=_chosen("state", rules.state, StateEstimator),
        drift=_chosen("drift", rules.drift, DriftEstimator),
        trend=_chosen("trend", rules.trend, TrendEstimator),
    )


def weights_of(snapshot: Snapshot) -> dict[str, float]:
    """Today's weight of each instrument, from which drift is forecast."""
    whole = snapshot.value
    found: dict[str, float] = {}
    if whole > 0:
        for lot in snapshot.lots:
            share = float(snapshot.lot_value(lot) / whole)
            found[lot.instrument] = found.get(lot.instrument, 0.0) + share
    return found


def _chosen(what: str, choice: PlugInChoice | None, kind: type[Any]) -> Any:
    """The plug-in of a choice, none where there is none."""
    if choice is None:
        return None
    plugin = load("estimators", choice.name)
    if not _is(plugin, kind):
        fit = ", ".join(name for name in names("estimators") if _is(load("estimators", name), kind))
        raise InputError(
            f"estimates.{what}",
            f"{choice.name!r} does not estimate that",
            f"there are {fit}",
            f"set [estimates] {what} to one of them",
        )
    return configure("estimators", choice.name, choice.settings)


def _is(plugin: type[Any], kind: type[Any]) -> bool:
    """Whether a plug-in has the methods of a protocol."""
    return issubclass(plugin, kind)
