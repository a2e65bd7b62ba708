"""The policy of a household, and what becomes of it when a person chooses another.

Nothing is written before the new mandate was read in full, as every command will read it.

Errors: `InputErrors` for a household that cannot be read, `InputError` for what cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from inspect import getdoc
from pathlib import Path

from trimtab.app.choosing.mandate_edit import with_policy
from trimtab.app.choosing.today import Today, today_of
from trimtab.app.choosing.wish import check_choice, wished
from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.household import LoadedHousehold
from trimtab.app.plug_in_list import written
from trimtab.app.policy_choice import policy_from
from trimtab.app.text_files import read_text, write_text
from trimtab.model.mandate import Mandate, PlugInChoice, Setting
from trimtab.plugins import settings_of
from trimtab.policies._aliases import resolve

__all__ = ["Change", "PolicyShown", "SettingShown", "change_of", "shown", "write"]

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SettingShown:
    """A setting as the policy has it; `is_given` where the mandate or the short name states it."""

    name: str
    value: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class PolicyShown:
    """A policy for screens: the name that was written, what it stands for, what it does."""

    name: str
    kind: str
    sentence: str
    settings: tuple[SettingShown, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Another policy for a household: before, after, today's decisions, and the new mandate's text.

    `removed` are settings of the policy before that the new one does not take over.
    """

    before: PolicyShown
    after: PolicyShown
    removed: tuple[str, ...]
    today: Today
    path: Path
    text: str
    is_new: bool


def shown(choice: PlugInChoice) -> PolicyShown:
    """What a choice comes to.

    Refuses: a policy that is none, and settings that it does not have.
    """
    resolved = resolve(choice)
    policy = policy_from(choice)
    known = {field.name for field in fields(policy)}  # type: ignore[arg-type]  # plug-ins are
    settings = tuple(
        SettingShown(one.name, written(getattr(policy, one.name)), one.name in resolved.settings)
        for one in settings_of(type(policy))
        if one.name in known
    )
    doc = " ".join((getdoc(type(policy)) or "").split("\n\n")[0].split())
    return PolicyShown(choice.name, policy.name, doc, settings)


def change_of(
    loaded: LoadedHousehold, name: str | None, changes: Mapping[str, Setting | None]
) -> Change:
    """What choosing a policy, or other settings of the one there is, would change; nothing is done.

    Refuses: what `wish` refuses, and a mandate that cannot be edited.
    """
    choice = wished(name, changes, loaded.mandate)
    check_choice(choice, loaded.folder)
    path = loaded.folder / MANDATE_NAME
    old = read_text(path, "mandate")
    text = with_policy(old, choice)
    mandate: Mandate = parse_mandate(text, path).mandate
    before = loaded.mandate.policy
    return Change(
        shown(before),
        shown(choice),
        tuple(key for key in before.settings if key not in choice.settings),
        today_of(loaded, mandate),
        path,
        text,
        text != old,
    )


def write(change: Change) -> None:
    """Put the new mandate in the old one's place, in one step.

    Refuses: a place that cannot be written; the old mandate is whole then.
    """
    has_mark = change.path.read_bytes().startswith(BYTE_ORDER_MARK.encode())
    write_text(change.path, BYTE_ORDER_MARK + change.text if has_mark else change.text)
