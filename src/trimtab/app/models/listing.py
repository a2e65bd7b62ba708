"""The models of a household as lists for screens and programs: what there is, and how it fares.

Errors: `InputError` for a registry whose log was edited; a version that cannot be trusted stands in
the list with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.models.health import Condition, Health, health_of, unusable
from trimtab.app.models.registry import registry_of
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.models import ModelManifest, ModelStatus
from trimtab.ports import ModelRegistry

__all__ = ["ModelLine", "checked", "listed", "problem_of"]


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One version in a list, with the problem where it cannot be trusted.

    Then it has no manifest where that itself cannot be read.
    """

    label: str
    manifest: ModelManifest | None
    status: ModelStatus | None
    problem: InputError | None = None

    @property
    def needs_attention(self) -> bool:
        """Whether it is refused, and no person has retired it."""
        return self.problem is not None and self.status is not ModelStatus.RETIRED


def listed(registry: ModelRegistry) -> tuple[ModelLine, ...]:
    """Every version of every model, the newest of each first."""
    lines = []
    for name in registry.names():
        for version in reversed(registry.versions(name)):
            lines.append(_line(registry, name, version))
    return tuple(lines)


def _line(registry: ModelRegistry, name: str, version: int) -> ModelLine:
    label = f"{name}@{version}"
    try:
        manifest = registry.manifest(name, version)
    except InputError as error:
        return ModelLine(label, None, None, error)
    return ModelLine(label, manifest, registry.status(manifest), problem_of(registry, manifest))


def problem_of(registry: ModelRegistry, manifest: ModelManifest) -> InputError | None:
    """Why a version is refused, none where it is what was registered."""
    try:
        registry.load(manifest.name, manifest.version)
    except InputError as error:
        return error
    return None


def checked(folder: Path, as_of: date | None) -> tuple[Health, ...]:
    """The health of every version that is not retired; prices are watched where there are some.

    Refuses: a household that cannot be read.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.models.retraining import watched_fills

    registry = registry_of(folder)
    if not registry.names():
        return ()
    loaded = load_folder(folder, as_of)
    history = None
    try:
        from trimtab.app.estimating import history_of

        history, _ = history_of(loaded, loaded.snapshot.as_of)
    except (InputError, InputErrors):  # too little of it: the check says that nothing was watched
        pass
    found = []
    for line in listed(registry):
        if line.manifest is None:
            problem = line.problem
            notes = () if problem is None else (unusable(problem),)
            found.append(Health(line.label, ModelStatus.PROPOSED, Condition.UNUSABLE, notes))
        elif line.status is not ModelStatus.RETIRED:
            today = loaded.snapshot.as_of
            fills = watched_fills(loaded, line.manifest)
            found.append(health_of(registry, line.manifest, loaded.mandate, history, today, fills))
    return tuple(found)
