"""A learned policy with its model: loaded from the registry, checked, or left out with the reason.

A model that cannot be used is no error of the person who asked for a plan: the rule decides, and a
finding says why.  What is watched is the household's own prices since the training; a backtest,
whose days a check would look beyond, is spared that.

Errors: none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from trimtab.app.models.health import drift_findings, unusable
from trimtab.app.models.registry import labelled, registry_of
from trimtab.app.models.watch import WATCH_NAME, WATCH_SESSIONS, kept_series, series_of
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.models import ModelManifest, ModelStatus, StoredModel
from trimtab.model.snapshots import PriceHistory
from trimtab.policies._base import Policy
from trimtab.policies._learned_region import ModelInUse
from trimtab.policies.learned import Learned
from trimtab.ports import ModelRegistry
from trimtab.quant.learned.files import from_bytes
from trimtab.quant.monitoring.shift import shifts

__all__ = ["WEIGHTS_NAME", "chosen", "drift_of", "with_model"]

WEIGHTS_NAME = "weights.npz"


def with_model(policy: Policy, household: Path | None) -> Policy:
    """The policy with its model and the doubts about it; another policy as it is."""
    if not isinstance(policy, Learned) or household is None or not policy.model:
        return policy
    try:
        registry = registry_of(household)
        stored, notes = chosen(registry, policy.model)
        if stored is None:
            return cast(Policy, replace(policy, doubts=notes))
        card, manifest = stored.manifest.card, stored.manifest
        model = from_bytes(_weights(stored))
    except InputError as error:
        code = "model_missing" if error.fact == "there is no such model" else "model_unusable"
        return cast(Policy, replace(policy, doubts=(replace(unusable(error), code=code),)))
    used = ModelInUse(
        model,
        manifest.label,
        manifest.digest,
        card.trained_until,
        card.stale_after_days,
        card.instruments,
    )
    return cast(Policy, replace(policy, in_use=used, doubts=notes))


def drift_of(
    policy: Policy, household: Path, mandate: Mandate, history: PriceHistory, today: date
) -> Policy:
    """The policy, with a doubt for every watched series that left what its model was trained on."""
    if not isinstance(policy, Learned) or policy.in_use is None or policy.doubts:
        return policy
    manifest = labelled(registry_of(household), policy.in_use.label)
    stored = registry_of(household).load(manifest.name, manifest.version)
    kept = stored.files.get(WATCH_NAME)
    if kept is None:
        return policy
    recent = {
        name: values[-WATCH_SESSIONS:]
        for name, values in series_of(history, mandate, manifest.card.trained_until).items()
    }
    found = shifts(kept_series(kept, f"model {manifest.label}"), recent)
    return cast(Policy, replace(policy, doubts=drift_findings(manifest, found)))


def chosen(registry: ModelRegistry, label: str) -> tuple[StoredModel | None, tuple[Finding, ...]]:
    """The version that a policy's words mean: the promoted one, or the one with that number."""
    if "@" in label:
        manifest = labelled(registry, label)
        status = registry.status(manifest)
        if status is ModelStatus.RETIRED:
            return None, (_not_promoted(manifest, "it is retired"),)
        return registry.load(manifest.name, manifest.version), ()
    running = registry.promoted(label)
    if running is not None:
        return registry.load(running.name, running.version), ()
    newest = labelled(registry, label)
    return None, (_not_promoted(newest, f"it is {registry.status(newest)}, not promoted"),)


def _not_promoted(manifest: ModelManifest, fact: str) -> Finding:
    remedy = f"look at its evidence and run `trimtab models promote {manifest.label}`"
    subject = f"model {manifest.label}"
    return Finding("model_not_promoted", Severity.WARNING, subject, fact, remedy=remedy)


def _weights(stored: StoredModel) -> bytes:
    data = stored.files.get(WEIGHTS_NAME)
    if data is None:
        subject, fact = f"model {stored.manifest.label}", f"it has no {WEIGHTS_NAME}"
        raise InputError(subject, fact, "a learned policy needs one")
    return data
