"""Learned models with their evidence.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trimtab.client._transport import Transport, place

__all__ = [
    "CoverageKept",
    "Evidence",
    "FeatureRange",
    "Model",
    "ModelAct",
    "ModelCard",
    "ModelFile",
    "ModelLine",
    "ModelPage",
    "ModelsResource",
    "Provenance",
    "Recipe",
]


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A version in a list."""

    label: str  # `name@version`.
    status: str | None  # proposed, promoted or retired.
    kind: str | None
    digest: str | None  # SHA-256 over all of it.
    trained_until: date | None
    is_better: bool | None  # Whether its evidence says that it helps.
    problem: str | None  # Why it is refused; null where it is not.


@dataclass(frozen=True, slots=True)
class ModelPage:
    """Versions, the newest of each model first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[ModelLine, ...]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model was made from."""

    package: str
    data: str
    code: str
    configuration: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FeatureRange:
    """Within what a model learned; outside of it, the rule decides."""

    feature: str
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a model fared against a rule, on what it never saw."""

    world: str
    rule: str
    difference: float  # In `unit`; positive is better.
    low: float  # The interval's lower end.
    high: float
    level: float  # Of the interval, a fraction.
    seeds: tuple[int, ...]
    trials: int
    years: float
    unit: str
    is_better: bool


@dataclass(frozen=True, slots=True)
class CoverageKept:
    """Whether a forecast's intervals hold as often as they promise."""

    level: float
    share: float
    low: float
    high: float
    cases: int
    first: date
    last: date
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train it again."""

    purpose: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is for, learned from, and must not be used for."""

    purpose: str
    data: str
    trained_until: date
    instruments: tuple[str, ...]
    seeds: tuple[int, ...]
    ranges: tuple[FeatureRange, ...]
    evidence: tuple[Evidence, ...]
    coverage: CoverageKept | None
    beside: str | None
    beside_evidence: tuple[Evidence, ...]
    recipe: Recipe | None
    limits: tuple[str, ...]
    retrain_after_days: int | None
    stale_after_days: int | None


@dataclass(frozen=True, slots=True)
class ModelAct:
    """Who changed a model's status, and why."""

    at: datetime
    status: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """A version with its card."""

    label: str
    status: str
    kind: str
    digest: str
    made_at: datetime
    files: tuple[ModelFile, ...]
    provenance: Provenance
    card: ModelCard
    acts: tuple[ModelAct, ...]


@dataclass(frozen=True, slots=True)
class ModelsResource:
    """Learned models with their evidence."""

    transport: Transport

    def list_models(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> ModelPage:
        """Every version of every model, the newest of each first.

        Needs the right `view`.
        """
        return self.transport.ask(
            ModelPage,
            "GET",
            place("/api/v1/households/{}/models", household),
            query={"cursor": cursor, "limit": limit},
        )

    def get_model(self, household: str, model: str) -> Model:
        """A version (`name@1`) with its card, its evidence, its hashes, and who let it in.

        Needs the right `view`.
        """
        return self.transport.ask(
            Model, "GET", place("/api/v1/households/{}/models/{}", household, model)
        )
