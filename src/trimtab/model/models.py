"""Learned models as nouns: what one is, what it was trained on, how good it was, who let it in.

A model is a few files and a manifest that holds their hashes, the hashes of the data, the code and
the configuration that made them, and a card: its purpose, training ranges, seeds, evidence and
limits.  It is *proposed* by training, *promoted* by a person, and *retired* by a person or by its
successor.  Nothing here reads or writes a file.

Errors: `InvariantError` for a card or an interval that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from trimtab.model.errors import must
from trimtab.model.mandate import Setting

__all__ = [
    "CoverageEvidence",
    "Evidence",
    "FileHash",
    "ModelCard",
    "ModelManifest",
    "ModelStatus",
    "Provenance",
    "StatusChange",
    "StoredModel",
    "TrainingRange",
    "TrainingRecipe",
]


class ModelStatus(StrEnum):
    """Where a version of a model stands."""

    PROPOSED = "proposed"
    PROMOTED = "promoted"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class TrainingRange:
    """The least and the most of a feature that training has seen; outside it nothing is known.

    Unit: that of the feature, in which `unit` names it for readers (`fraction`, `years` …).
    """

    feature: str
    low: float
    high: float
    unit: str = ""

    def __post_init__(self) -> None:
        must(self.low <= self.high, f"the training range of {self.feature} is not empty")

    def holds(self, value: float) -> bool:
        """Whether training has seen such a value; not-a-number was never seen."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a model did against the best rule in one world, as a paired difference.

    Unit: `difference`, `low` and `high` in fractions of value a year, or as `unit` says, model less
    rule: below zero is better; the interval has the stated `level`.  `trials` is how many
    candidates the winner was chosen from, the rule's own included.
    """

    world: str
    rule: str
    difference: float
    low: float
    high: float
    level: float = 0.95
    seeds: tuple[int, ...] = ()
    trials: int = 1
    years: float = 0.0
    unit: str = "a year"

    def __post_init__(self) -> None:
        must(self.low <= self.high, f"the interval of {self.world} has its ends in order")

    @property
    def is_better(self) -> bool:
        """Whether even the interval's worse end costs less than the rule."""
        return self.high < 0.0


@dataclass(frozen=True, slots=True)
class CoverageEvidence:
    """How often a forecast's interval held what came, on cases later than its training.

    Unit: `level` how often it should; `share` how often it did, `low` and `high` the 95 % interval
    of that; `cases` from `first` to `last`.
    """

    level: float
    share: float
    low: float
    high: float
    cases: int
    first: date
    last: date

    @property
    def is_kept(self) -> bool:
        """Whether the interval may well keep its word, to within two points of a hundred."""
        return self.low <= self.level + COVERAGE_OFF and self.high >= self.level - COVERAGE_OFF


COVERAGE_OFF = 0.02


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """How a model was trained, so that it can be trained again: what for, and with which settings.

    `purpose` is `zone` or `cost`.
    """

    purpose: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a person should know before a model is let near a household.

    Unit: `stale_after_days` and `retrain_after_days` count from `trained_until`, the last day of
    the data it learned from (the day of training where its data were simulated).  `instruments` are
    those it was trained for, empty where any will do.  `coverage` is a forecast's.  Where it was
    trained to succeed a version, `beside` names that one and `beside_evidence` is its evidence on
    the same data.
    """

    purpose: str
    data: str
    trained_until: date
    ranges: tuple[TrainingRange, ...]
    seeds: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    limits: tuple[str, ...]
    instruments: tuple[str, ...] = ()
    retrain_after_days: int = 180
    stale_after_days: int = 365
    recipe: TrainingRecipe | None = None
    coverage: CoverageEvidence | None = None
    beside: str = ""
    beside_evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        must(
            0 < self.retrain_after_days <= self.stale_after_days,
            "a model is due for training before it is stale",
        )

    def age_days(self, on: date) -> int:
        """How old what it learned is."""
        return (on - self.trained_until).days

    @property
    def is_better(self) -> bool:
        """Whether it beat the rule in every world in which it was tried, and keeps its word."""
        keeps = self.coverage is None or self.coverage.is_kept
        return keeps and bool(self.evidence) and all(one.is_better for one in self.evidence)


@dataclass(frozen=True, slots=True)
class FileHash:
    """A file of a model: its name, size and SHA-256 in hexadecimal digits."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model was made from, by SHA-256: its data, the code that trained it, its settings.

    `package` is the version of Trimtab, which must agree with the one that loads it.
    """

    package: str
    data: str
    code: str
    configuration: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """One version of a model: who it is, what it consists of, what is known about it.

    `digest` is the SHA-256 of the manifest as it is signed, and stands for the whole model.
    """

    name: str
    version: int
    kind: str
    made_at: datetime
    files: tuple[FileHash, ...]
    provenance: Provenance
    card: ModelCard
    digest: str = ""

    @property
    def label(self) -> str:
        """The model and its version as a person writes them: `band@2`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A version as a registry gives it: checked, with the bytes of its files."""

    manifest: ModelManifest
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One act on a version: by whom, when and why; the log of these is only ever added to.

    `digest` is the manifest's, so that what was promoted is what runs.
    """

    at: datetime
    name: str
    version: int
    status: ModelStatus
    by: str
    reason: str
    digest: str
