"""Learned models as the API answers them; the keys are those of `app.models.as_json`.

Errors: none.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from trimtab.app.web.api.values import Answer, PageOf

__all__ = ["Model", "ModelLine", "ModelPage"]


class ModelLine(Answer):
    """A version in a list."""

    label: str = Field(description="`name@version`.")
    status: str | None = Field(description="proposed, promoted or retired.")
    kind: str | None
    digest: str | None = Field(description="SHA-256 over all of it.")
    trained_until: date | None
    is_better: bool | None = Field(description="Whether its evidence says that it helps.")
    problem: str | None = Field(description="Why it is refused; null where it is not.")


class ModelPage(PageOf):
    """Versions, the newest of each model first."""

    items: list[ModelLine]


class ModelFile(Answer):
    """A file of a model."""

    name: str
    bytes: int
    sha256: str


class Provenance(Answer):
    """What a model was made from."""

    package: str
    data: str
    code: str
    configuration: str
    settings: dict[str, str]


class FeatureRange(Answer):
    """Within what a model learned; outside of it, the rule decides."""

    feature: str
    low: float
    high: float
    unit: str


class Evidence(Answer):
    """How a model fared against a rule, on what it never saw."""

    world: str
    rule: str
    difference: float = Field(description="In `unit`; positive is better.")
    low: float = Field(description="The interval's lower end.")
    high: float
    level: float = Field(description="Of the interval, a fraction.")
    seeds: list[int]
    trials: int
    years: float
    unit: str
    is_better: bool


class CoverageKept(Answer):
    """Whether a forecast's intervals hold as often as they promise."""

    level: float
    share: float
    low: float
    high: float
    cases: int
    first: date
    last: date
    is_kept: bool


class Recipe(Answer):
    """How to train it again."""

    purpose: str
    settings: dict[str, str]


class ModelCard(Answer):
    """What a model is for, learned from, and must not be used for."""

    purpose: str
    data: str
    trained_until: date
    instruments: list[str]
    seeds: list[int]
    ranges: list[FeatureRange]
    evidence: list[Evidence]
    coverage: CoverageKept | None
    beside: str | None
    beside_evidence: list[Evidence]
    recipe: Recipe | None
    limits: list[str]
    retrain_after_days: int | None
    stale_after_days: int | None


class ModelAct(Answer):
    """Who changed a model's status, and why."""

    at: datetime
    status: str
    by: str
    reason: str


class Model(Answer):
    """A version with its card."""

    label: str
    status: str
    kind: str
    digest: str
    made_at: datetime
    files: list[ModelFile]
    provenance: Provenance
    card: ModelCard
    acts: list[ModelAct]
