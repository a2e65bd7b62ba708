"""What a household's plans estimate, by the estimators that its mandate chooses.

A plug-in is held against what it was chosen for: `state = "factor"` is a mistake that is told with
the names that would do.

Errors: `InputError` for an unknown estimator, one of another kind, and settings that do not fit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from trimtab.app.household import LoadedHousehold
from trimtab.cycle.requests import Observation
from trimtab.cycle.situate import instruments_of
from trimtab.estimators._base import (
    CostEstimator,
    CovarianceEstimator,
    DriftEstimator,
    MeanEstimator,
    StateEstimator,
    TrendEstimator,
)
from trimtab.estimators._forecasts import Estimators
from trimtab.estimators._gaps import odd_history
from trimtab.estimators._history import measurable
from trimtab.estimators._standard import estimate
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import EstimateRules, Mandate, PlugInChoice, WithoutHistory
from trimtab.model.snapshots import PriceHistory, Snapshot
from trimtab.plugins import configure, load, names

__all__ = ["estimates_if_any", "estimates_of", "estimators_of", "history_of", "weights_of"]


def estimators_of(
    rules: EstimateRules, folder: Path | None = None, as_of: date | None = None
) -> Estimators:
    """The chosen estimators with their settings.

    `folder` is where a cost model's own folder stands, the current one where none is given; on
    `as_of` a model from the registry must not have seen later fills.
    Refuses: an estimator that is not known, is of another kind, or has no such setting; a cost
    model that cannot be read.
    """
    chosen = Estimators(
        covariance=_chosen("covariance", rules.covariance, CovarianceEstimator),
        mean=_chosen("mean", rules.mean, MeanEstimator),
        state=_chosen("state", rules.state, StateEstimator),
        drift=_chosen("drift", rules.drift, DriftEstimator),
        trend=_chosen("trend", rules.trend, TrendEstimator),
    )
    cost = _chosen("cost", rules.cost, CostEstimator)
    return chosen if cost is None else _with_cost_model(chosen, cost, folder or Path(), as_of)


def _with_cost_model(chosen: Estimators, cost: Any, folder: Path, as_of: date | None) -> Estimators:
    """The estimators with the model that the settings of a cost estimator name."""
    from trimtab.app.cost_models import read_cost_model
    from trimtab.app.models.cost_in_use import LEARNED, learned_cost
    from trimtab.estimators.quantile_cost import QuantileCost

    if not isinstance(cost, QuantileCost) or not cost.model:
        raise InputError(
            "estimates.cost",
            "no model is named",
            "what trading costs is learned from fills first",
            'train one with `trimtab train cost`, and set [estimates] cost = "learned:costs"',
        )
    if cost.model.startswith(LEARNED):
        found, notes = learned_cost(folder, cost.model.removeprefix(LEARNED), cost, as_of)
        return replace(chosen, cost=found, order_value=cost.order_value, notes=notes)
    model = read_cost_model(folder / cost.model, cost)
    return replace(chosen, cost=model, order_value=cost.order_value)


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


def estimates_of(
    observation: Observation, mandate: Mandate, folder: Path | None = None
) -> Estimates:
    """Risk, trading cost and trend of every instrument that a plan looks at.

    `folder` is that of the household, from which the path of a cost model counts.
    """
    snapshot = observation.snapshot
    names = instruments_of(snapshot, mandate)
    return estimate(
        observation.history,
        mandate,
        {name: snapshot.instruments[name] for name in names},
        as_of=snapshot.as_of,
        estimators=estimators_of(mandate.estimates, folder, snapshot.as_of),
        weights=weights_of(snapshot) if mandate.estimates.drift else None,
    )


def history_of(
    loaded: LoadedHousehold, as_of: date, sessions: int | None = None
) -> tuple[PriceHistory, tuple[Finding, ...]]:
    """The closes that estimates rest on, and what is odd in them.

    Refuses: closes that no price can be, and too few where the mandate takes no long-run figures.
    """
    snapshot = loaded.snapshot
    names = instruments_of(snapshot, loaded.mandate)
    known = {name: snapshot.instruments[name] for name in names}
    wanted = loaded.mandate.estimates.sessions if sessions is None else sessions
    history = loaded.feed.history(names, as_of, wanted)
    if loaded.mandate.risk.without_history is WithoutHistory.ASSUME:
        names = measurable(history, names)
    return history, odd_history(history, names, known)


def estimates_if_any(loaded: LoadedHousehold) -> tuple[Estimates | None, tuple[Finding, ...]]:
    """The estimates of a household, or none and why: a status needs none of them."""
    snapshot, mandate = loaded.snapshot, loaded.mandate
    try:
        history, _ = history_of(loaded, snapshot.as_of)
        made = estimates_of(Observation(snapshot, history), mandate, loaded.folder)
    except (InputError, InputErrors) as error:
        return None, (Finding("no_estimates", Severity.NOTE, "estimates", str(error)),)
    return made, made.findings
