"""Models as JSON, for dashboards; `docs/guides/models.md` lists the keys.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.app.as_json import finding_json
from trimtab.app.json_text import Json
from trimtab.app.models.health import Health
from trimtab.app.models.listing import ModelLine
from trimtab.app.models.outcomes import Outcome
from trimtab.model.models import (
    CoverageEvidence,
    Evidence,
    ModelManifest,
    ModelStatus,
    StatusChange,
)

__all__ = ["health_json", "line_json", "manifest_json", "outcome_json"]


def line_json(line: ModelLine) -> Json:
    """One line of the list."""
    manifest = line.manifest
    return {
        "label": line.label,
        "status": None if line.status is None else line.status.value,
        "kind": None if manifest is None else manifest.kind,
        "digest": None if manifest is None else manifest.digest,
        "trained_until": None if manifest is None else manifest.card.trained_until.isoformat(),
        "is_better": None if manifest is None else manifest.card.is_better,
        "problem": None if line.problem is None else str(line.problem),
    }


def manifest_json(
    manifest: ModelManifest, status: ModelStatus, acts: Sequence[StatusChange]
) -> Json:
    """A model with its card, hashes and acts."""
    card, made = manifest.card, manifest.provenance
    return {
        "schema": 1,
        "label": manifest.label,
        "status": status.value,
        "kind": manifest.kind,
        "digest": manifest.digest,
        "made_at": manifest.made_at.isoformat(),
        "files": [
            {"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in manifest.files
        ],
        "provenance": {
            "package": made.package,
            "data": made.data,
            "code": made.code,
            "configuration": made.configuration,
            "settings": {name: str(value) for name, value in made.settings.items()},
        },
        "card": {
            "purpose": card.purpose,
            "data": card.data,
            "trained_until": card.trained_until.isoformat(),
            "instruments": list(card.instruments),
            "seeds": list(card.seeds),
            "ranges": [
                {"feature": one.feature, "low": one.low, "high": one.high, "unit": one.unit}
                for one in card.ranges
            ],
            "evidence": [_evidence(one) for one in card.evidence],
            "coverage": None if card.coverage is None else _coverage(card.coverage),
            "beside": card.beside or None,
            "beside_evidence": [_evidence(one) for one in card.beside_evidence],
            "recipe": None
            if card.recipe is None
            else {
                "purpose": card.recipe.purpose,
                "settings": {name: str(value) for name, value in card.recipe.settings.items()},
            },
            "limits": list(card.limits),
            "retrain_after_days": card.retrain_after_days,
            "stale_after_days": card.stale_after_days,
        },
        "acts": [
            {
                "at": act.at.isoformat(),
                "status": act.status.value,
                "by": act.by,
                "reason": act.reason,
            }
            for act in acts
        ],
    }


def _evidence(one: Evidence) -> Json:
    return {
        "world": one.world,
        "rule": one.rule,
        "difference": one.difference,
        "low": one.low,
        "high": one.high,
        "level": one.level,
        "seeds": list(one.seeds),
        "trials": one.trials,
        "years": one.years,
        "unit": one.unit,
        "is_better": one.is_better,
    }


def _coverage(one: CoverageEvidence) -> Json:
    return {
        "level": one.level,
        "share": one.share,
        "low": one.low,
        "high": one.high,
        "cases": one.cases,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "is_kept": one.is_kept,
    }


def outcome_json(outcome: Outcome) -> Json:
    """What became of one model that runs."""
    successor = outcome.successor
    return {
        "label": outcome.label,
        "became": outcome.became.value,
        "reasons": list(outcome.reasons),
        "successor": None if successor is None else successor.label,
        "is_better": None if successor is None else successor.card.is_better,
        "evidence": [] if successor is None else [_evidence(e) for e in successor.card.evidence],
        "beside_evidence": []
        if successor is None
        else [_evidence(one) for one in successor.card.beside_evidence],
        "problem": outcome.problem or None,
    }


def health_json(health: Health) -> Json:
    """What a check found of one version."""
    return {
        "label": health.label,
        "status": health.status.value,
        "condition": health.condition.value,
        "age_days": health.age_days,
        "tests": health.tests,
        "series": [
            {
                "subject": one.subject,
                "verdict": one.verdict.value,
                "distance": one.distance,
                "p_value": one.p_value,
                "bound": one.bound,
                "effective": one.effective,
            }
            for one in health.shifts
        ],
        "findings": [finding_json(finding) for finding in health.findings],
    }
