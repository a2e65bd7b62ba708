"""What `plan` and `explain` share: load the folder and decide, with a sign of life meanwhile."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trimtab.model.errors import InputError, InputErrors
from trimtab.model.toml_lines import Path as KeyPath

if TYPE_CHECKING:
    from trimtab.app.household import LoadedHousehold
    from trimtab.model.plans import Decision

__all__ = ["HasPlaces", "load_and_decide", "mandate_places", "tell_notes"]

SECTIONS = {
    "policies": "policy",
    "guards": "guards",
    "taxes": "tax",
    "tax": "tax",
    "targets": "target_source",
}
"""The section of the mandate that chooses the plug-ins of a family, or that holds the key."""
WITHOUT_NAME = frozenset({"guards", "tax"})
"""Families whose subject goes on with a key of the section; the others name a plug-in first."""


class HasPlaces(Protocol):
    """A folder whose mandate was read, with the line of each key: a `LoadedHousehold` is one."""

    @property
    def folder(self) -> Path:
        """Where the mandate lies."""
        ...

    @property
    def lines(self) -> Mapping[KeyPath, int]:
        """The line of each key of the mandate."""
        ...


@contextmanager
def mandate_places(loaded: HasPlaces, policy: str | None = None) -> Iterator[None]:
    """Give file and line to mistakes that a plug-in finds in its part of the mandate.

    A `policy` that was asked for on the command line does not stand in the file.
    """
    elsewhere = frozenset({"policies"} if policy is not None else ())
    try:
        yield
    except InputErrors as several:
        raise InputErrors(_placed(loaded, error, elsewhere) for error in several.errors) from None
    except InputError as error:
        raise InputErrors([_placed(loaded, error, elsewhere)]) from None


def _placed(loaded: HasPlaces, error: InputError, elsewhere: frozenset[str]) -> InputError:
    """The error at its line: `policies.threshold.destination` stands under [policy]."""
    from trimtab.app.config import MANDATE_NAME

    family, *rest = error.subject.split(".")
    if error.file is not None or family not in SECTIONS or family in elsewhere:
        return error
    section = SECTIONS[family]
    path = (section, *rest) if family in WITHOUT_NAME else (section, *rest[1:])
    if not rest:
        path = (section, "regime" if family == "taxes" else "name")
    while path and path not in loaded.lines:
        path = path[:-1]
    return error.at(str(loaded.folder / MANDATE_NAME), loaded.lines.get(path))


def tell_notes(loaded: "LoadedHousehold") -> None:
    """Say on stderr what looked odd in the files, for a person beside a program that reads JSON."""
    for note in loaded.notes:
        print(f"{note.severity.name.lower()}: {note}.", file=sys.stderr)


def load_and_decide(
    folder: Path,
    as_of: date | None,
    deposit: Decimal,
    withdraw: Decimal,
    account: str | None,
    policy: str | None,
) -> "tuple[LoadedHousehold, Decision]":
    """The household in a folder, and what to do about it.

    Refuses: files that cannot be used, and a household that has nothing to plan with.
    """
    from trimtab.app.household import load_folder
    from trimtab.app.lots_file import LOTS_NAME
    from trimtab.app.screens.words import progress, warn_of_compiling
    from trimtab.app.solver_start import start_solver

    with progress("Reading the household ..."):
        loaded = load_folder(folder, as_of)
    if loaded.snapshot.value + deposit <= 0:
        raise InputError(
            "household",
            "it holds neither lots nor cash",
            "there is nothing to plan with",
            "write what you hold into it, or plan a --deposit",
            file=str(folder / LOTS_NAME),
        )
    start_solver()
    warn_of_compiling()
    with progress("Working out the trades ..."):
        from trimtab.app.api import decide

        with mandate_places(loaded, policy):
            decision = decide(
                loaded, policy=policy, deposit=deposit, withdraw=withdraw, account=account
            )
    return loaded, decision
