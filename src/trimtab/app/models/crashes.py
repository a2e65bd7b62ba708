"""A training that crashes, told as one sentence; the models are as they were before it.

Errors: `InputError` in place of whatever a training raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trimtab.model.errors import InputError, InputErrors
from trimtab.model.models import ModelManifest, StatusChange
from trimtab.ports import ModelRegistry

__all__ = ["recorded", "told_as_failed"]

SPEAKS_FOR_ITSELF = (RuntimeError, ArithmeticError, ValueError)
"""Kinds of errors whose words say enough; of others the kind is told too."""


@contextmanager
def told_as_failed(remedy: str) -> Iterator[None]:
    """Tell any crash inside as a training that failed; what was refused in words stays as it is."""
    try:
        yield
    except (InputError, InputErrors):
        raise
    except Exception as error:  # learned code may fail in any way
        words = str(error).rstrip(".")
        if not words or not isinstance(error, SPEAKS_FOR_ITSELF):
            words = f"{type(error).__name__}{': ' if words else ''}{words}"
        fact, bound = f"it failed: {words}", "no model was registered"
        raise InputError("training", fact, bound, remedy) from error


def recorded(registry: ModelRegistry, manifest: ModelManifest, act: StatusChange) -> None:
    """Note an act on a version that was just registered.

    Refuses: a log that cannot be written, with where that leaves the version.
    """
    try:
        registry.record([act])
    except InputError as error:
        raise InputError(
            f"model {manifest.label}",
            f"it is registered, but its proposal is not in the log: {error.subject}: {error.fact}",
            "it counts as proposed all the same",
            error.remedy,
            file=error.file,
        ) from error
