"""What a household lacks before anything can be shown of it: pages lead on instead of refusing.

Errors: none; what else may be wrong with its files is for the page of a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.web.households import ServedHousehold
from trimtab.model.errors import InputError, InputErrors

__all__ = ["Lacking", "cannot_be_shown", "lacking"]


class Lacking(StrEnum):
    """What is not there yet."""

    MANDATE = "mandate"
    HOLDINGS = "holdings"


def lacking(household: ServedHousehold, errors: Sequence[InputError]) -> Lacking | None:
    """What a refusal of a household's files comes to where they have only been begun.

    None where something is wrong with what is there.
    """
    if not errors:
        return None
    if not (household.folder / MANDATE_NAME).exists():
        return Lacking.MANDATE
    lots = household.folder / LOTS_NAME
    if not lots.exists():
        return Lacking.HOLDINGS if all(one.file == str(lots) for one in errors) else None
    try:
        snapshot = household.loaded().snapshot
    except (InputError, InputErrors):
        return None
    return None if snapshot.lots or snapshot.value > 0 else Lacking.HOLDINGS


def cannot_be_shown(household: ServedHousehold) -> bool:
    """Whether it is the household's files that stand in the way, and not what was asked."""
    try:
        household.view()
    except (InputError, InputErrors):
        return True
    return False
