"""Whether a model can be used, is due for training, is stale, or no longer meets its own world.

Nothing here changes a model: what is due is trained again and *proposed*; a person promotes it.

Errors: none for a model that cannot be used; its health says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trimtab.app.models.watch import WATCH_NAME, WATCH_SESSIONS, kept_series, series_of
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate, ModelRules
from trimtab.model.models import ModelManifest, ModelStatus
from trimtab.model.snapshots import PriceHistory
from trimtab.ports import ModelRegistry
from trimtab.quant.monitoring.shift import LEVEL, Floats, Shift, Verdict, shifts
from trimtab.quant.monitoring.window import has_river, last_change

__all__ = ["Condition", "Health", "age_findings", "drift_findings", "health_of", "unusable"]

SEED = 20_261_121
"""Of KSWIN's draws: the same history gives the same answer."""


class Condition(StrEnum):
    """What became of a check, the worst first."""

    UNUSABLE = "unusable"
    STALE = "stale"
    DRIFTING = "drifting"
    DUE = "due"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Health:
    """One version as it stands today.

    `tests` names the tests that watched its inputs; `shifts` are what they found.
    """

    label: str
    status: ModelStatus
    condition: Condition
    findings: tuple[Finding, ...]
    age_days: int = 0
    shifts: tuple[Shift, ...] = ()
    tests: str = ""

    @property
    def needs_attention(self) -> bool:
        """Whether a person should act: something is wrong with it while it runs, or is refused."""
        runs = self.status is ModelStatus.PROMOTED
        return self.condition is Condition.UNUSABLE or (
            runs and self.condition is not Condition.GOOD
        )


def health_of(
    registry: ModelRegistry,
    manifest: ModelManifest,
    mandate: Mandate,
    history: PriceHistory | None,
    today: date,
    watched: Mapping[str, Floats] | None = None,
) -> Health:
    """Check a version: its files, its age, and the series it was trained on.

    `watched` are the series of today where they are no prices.
    """
    status = registry.status(manifest)
    age = manifest.card.age_days(today)
    try:
        stored = registry.load(manifest.name, manifest.version)
        kept = stored.files.get(WATCH_NAME)
        reference = {} if kept is None else kept_series(kept, f"model {manifest.label}")
    except InputError as error:
        return Health(manifest.label, status, Condition.UNUSABLE, (unusable(error),), age)
    findings = list(age_findings(manifest, today, mandate.models))
    found: tuple[Shift, ...] = ()
    tests = "nothing: it keeps no series" if kept is None else "no prices to watch"
    if reference and (watched is not None or history is not None):
        recent = dict(watched or {})
        if watched is None and history is not None:
            recent = _newest(series_of(history, mandate, after=manifest.card.trained_until))
        found = shifts(reference, recent)
        tests = "KS and KSWIN" if has_river() else "KS alone (river is not installed)"
        findings += drift_findings(manifest, found)
        if has_river():
            findings += _changes(manifest, recent)
    return Health(manifest.label, status, _worst(findings), tuple(findings), age, found, tests)


def age_findings(manifest: ModelManifest, today: date, rules: ModelRules) -> tuple[Finding, ...]:
    """A word on a model that is due for training, or too old to be used."""
    card, age = manifest.card, manifest.card.age_days(today)
    due_after = rules.retrain_after_days or card.retrain_after_days
    if age > card.stale_after_days:
        message = f"what it learned is {age} days old"
        bound = f"at most {card.stale_after_days}"
        return (_finding(manifest, "model_stale", message, f"{age} days", bound),)
    if age > due_after:
        message = f"it is due for training: what it learned is {age} days old"
        bound = f"{due_after} days"
        return (_finding(manifest, "model_due", message, f"{age} days", bound, Severity.NOTE),)
    return ()


def drift_findings(manifest: ModelManifest, found: tuple[Shift, ...]) -> tuple[Finding, ...]:
    """A word on every series that is no longer what the model was trained on."""
    return tuple(
        _finding(
            manifest,
            "model_drifting",
            f"{one.subject} no longer look as in training: the chance of such a difference is "
            f"{one.p_value:.1e}",
            f"{one.p_value:.1e}",
            f"at least {one.bound:.1e}",
        )
        for one in found
        if one.verdict is Verdict.DRIFTING
    )


def unusable(error: InputError) -> Finding:
    """Why a model is not loaded, as a finding."""
    return Finding(
        "model_unusable",
        Severity.WARNING,
        error.subject,
        error.fact,
        bound=error.bound,
        remedy=error.remedy,
    )


def _changes(manifest: ModelManifest, recent: dict[str, Floats]) -> list[Finding]:
    """A word on every series that changed on the way since training."""
    findings = []
    for name, values in recent.items():
        change = last_change(values, LEVEL / len(recent), SEED)
        if change.at is not None:
            ago = len(values) - 1 - change.at
            message = f"{name} changed {ago} sessions ago, as a sliding window shows (KSWIN)"
            findings.append(_finding(manifest, "model_drifting", message, "", ""))
    return findings


def _newest(series: dict[str, Floats]) -> dict[str, Floats]:
    return {name: values[-WATCH_SESSIONS:] for name, values in series.items()}


def _worst(findings: list[Finding]) -> Condition:
    codes = {finding.code.removeprefix("model_") for finding in findings}
    return next((one for one in Condition if one.value in codes), Condition.GOOD)


def _finding(
    manifest: ModelManifest,
    code: str,
    message: str,
    actual: str,
    bound: str,
    severity: Severity = Severity.WARNING,
) -> Finding:
    remedy = "train it again with `trimtab train`, look at the evidence, and promote it"
    return Finding(code, severity, f"model {manifest.label}", message, actual, bound, remedy)
