"""The registry of a household's models, and the acts that a person may do on it.

Models lie in the folder `models` of the household; the key that signs them lies in the user's own
configuration folder, so that a folder that was sent, synchronised or restored brings no model along
that this user did not register.

Errors: `InputError` as the registry raises them, and for acts that make no sense.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from getpass import getuser
from importlib.metadata import version
from pathlib import Path

from trimtab.model.errors import InputError
from trimtab.model.models import ModelManifest, ModelStatus, StatusChange
from trimtab.ports import ModelRegistry
from trimtab.stores._model_folders import ModelFolders
from trimtab.stores._signing import signing_key

__all__ = [
    "CONFIG_VARIABLE",
    "MODELS_FOLDER",
    "Person",
    "config_folder",
    "labelled",
    "promote",
    "registry_of",
    "retire",
    "this_person",
]

MODELS_FOLDER = "models"
CONFIG_VARIABLE = "TRIMTAB_CONFIG"


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, and when."""

    name: str
    at: datetime


def config_folder() -> Path:
    """Where the user's configuration lies: as `TRIMTAB_CONFIG` says, else as the system has it."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    from click import get_app_dir

    return Path(get_app_dir("trimtab"))


def registry_of(household: Path) -> ModelFolders:
    """The models of a household's folder.

    Refuses: a signing key that cannot be used.
    """
    key = signing_key(config_folder())
    return ModelFolders(household / MODELS_FOLDER, key, version("trimtab"))


def this_person() -> Person:
    """The user at this machine, now."""
    try:
        name = getuser()
    except (KeyError, OSError):  # a container whose user has no name
        name = "unknown"
    return Person(name, datetime.now().astimezone())


def labelled(registry: ModelRegistry, label: str) -> ModelManifest:
    """The version that a label names: `band@2`, or the newest of `band`.

    Refuses: a label that names none, and a version that cannot be trusted.
    """
    name, at, number = label.partition("@")
    versions = registry.versions(name)
    if not at:
        return registry.manifest(name, versions[-1])
    if not number.isdecimal():
        bound = "a version is written NAME@NUMBER"
        raise InputError(f"model {label!r}", f"{number!r} is no version", bound, f"as {name}@1")
    return registry.manifest(name, int(number))


def promote(
    registry: ModelRegistry, manifest: ModelManifest, by: Person, reason: str, despite: bool = False
) -> tuple[StatusChange, ...]:
    """Let a version run; the one that ran before it is retired.  Returns the acts recorded.

    Refuses: a version whose files are not as they were registered, that runs already, or whose
    evidence does not show that it beats the rule, unless that is wanted `despite` it.
    """
    registry.load(manifest.name, manifest.version)
    if registry.status(manifest) is ModelStatus.PROMOTED:
        raise InputError(f"model {manifest.label}", "it is promoted already")
    if not manifest.card.is_better and not despite:
        raise _unproven(manifest)
    before = registry.promoted(manifest.name)
    acts = []
    if before is not None:
        acts.append(_act(before, ModelStatus.RETIRED, by, f"replaced by {manifest.label}"))
    acts.append(_act(manifest, ModelStatus.PROMOTED, by, reason))
    registry.record(acts)
    return tuple(acts)


def retire(
    registry: ModelRegistry, manifest: ModelManifest, by: Person, reason: str
) -> StatusChange:
    """Let a version run no more.

    Refuses: one that is retired already.
    """
    if registry.status(manifest) is ModelStatus.RETIRED:
        raise InputError(f"model {manifest.label}", "it is retired already")
    act = _act(manifest, ModelStatus.RETIRED, by, reason)
    registry.record([act])
    return act


def _act(manifest: ModelManifest, status: ModelStatus, by: Person, reason: str) -> StatusChange:
    return StatusChange(
        by.at, manifest.name, manifest.version, status, by.name, reason, manifest.digest
    )


def _unproven(manifest: ModelManifest) -> InputError:
    """Why the evidence is not enough, with the world in which it fails the most."""
    evidence, coverage = manifest.card.evidence, manifest.card.coverage
    if coverage is not None and not coverage.is_kept:
        fact = (
            f"its interval of {coverage.level * 100:.0f} % held {coverage.share * 100:.1f} % of "
            f"{coverage.cases} later cases"
        )
    elif not evidence:
        fact = "its card has no evidence that it beats a rule"
    else:
        worst = max(evidence, key=lambda one: one.high)
        fact = (
            f"in {worst.world} it may cost up to {worst.high * 1e4:+.2f} bp {worst.unit} against "
            f"{worst.rule} ({worst.level * 100:.0f} % interval {worst.low * 1e4:+.2f} to "
            f"{worst.high * 1e4:+.2f})"
        )
    return InputError(
        f"model {manifest.label}",
        fact,
        "a model is promoted where even the worse end of every interval is below zero",
        "keep the rule, or promote it --despite-evidence",
    )
