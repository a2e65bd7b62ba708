"""Stopping a household's trading and going on: what stands, and what a person may lift.

A halt counts from the moment that it is in the store, for every process on it; it works although
the household's own files cannot be read.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.live.service import household_of, open_settings, opened_store
from trimtab.drivers.live.sending import account_subject
from trimtab.model.live import Halt, HaltKind

if TYPE_CHECKING:
    from trimtab.app.live.settings import LiveSettings

__all__ = ["EVERYTHING", "halt_household", "resume_household", "standing_halts"]

EVERYTHING = "*"


def standing_halts(folder: Path) -> tuple[Halt, ...]:
    """What stops the household of a folder; nothing where it was never traded live.

    Refuses: settings that cannot be used.
    """
    settings = open_settings(folder)
    if "://" not in settings.store and not Path(settings.store_place).exists():
        return ()
    subjects = {*_own(settings), *_wide(settings)}
    with opened_store(settings) as store:
        return tuple(halt for halt in store.halts() if halt.subject in subjects)


def halt_household(folder: Path, kind: HaltKind, by: str, at: datetime, reason: str) -> None:
    """Stop the household of a folder; others that share its store go on."""
    settings = open_settings(folder)
    with opened_store(settings) as store:
        store.put_halt(Halt(household_of(settings), kind, by, at, reason.strip()))


def resume_household(folder: Path, by: str, at: datetime, sees_all: bool) -> tuple[str, ...]:
    """Lift what stops the household of a folder; the subjects that were stopped.

    A halt of everything in a store that others share is lifted only by those who see them all.
    """
    settings = open_settings(folder)
    subjects = list(_own(settings))
    if sees_all or not settings.is_shared:
        subjects += _wide(settings)
    with opened_store(settings) as store:
        return tuple(one for one in subjects if store.lift_halt(one, by, at))


def _own(settings: LiveSettings) -> Iterable[str]:
    """Under which names this household and its accounts, and no others, are stopped."""
    yield household_of(settings)
    for link in settings.accounts:
        if settings.household:
            yield account_subject(settings.household, link.account)


def _wide(settings: LiveSettings) -> Iterable[str]:
    """Names that stop others of the store, too: everything, and accounts by their names alone."""
    yield EVERYTHING
    for link in settings.accounts:
        yield link.account
