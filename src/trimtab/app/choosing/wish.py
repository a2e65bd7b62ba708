"""From what a person asked for to the policy that a mandate would name, checked.

A policy of another name starts without the settings of the one before, which were not meant for it;
the same name keeps them.  A learned policy is taken only where its model exists, is whole and was
promoted: a plan would fall back to the rule otherwise, but a choice for good deserves a refusal.

Errors: `InputError` for a name that is none, with the nearest, for settings that the policy does
not have, and for a model that may not decide.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.mandate_file.values import check_setting
from trimtab.app.policy_choice import policy_from
from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate, PlugInChoice, Setting
from trimtab.model.models import ModelManifest, ModelStatus
from trimtab.policies._aliases import resolve

__all__ = ["check_choice", "model_of", "read_settings", "wished"]

LEARNED = "learned"
Removed = None
"""What a setting is given as where it is to be left to its default."""


def read_settings(pairs: Sequence[str]) -> dict[str, Setting | None]:
    """Settings written as `key=value`, the value as in the mandate; an empty one means its default.

    Refuses: what is no such pair, and a key that is given twice.
    """
    found: dict[str, Setting | None] = {}
    for pair in pairs:
        key, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not key:
            remedy = "for example --set review_days=63"
            raise InputError(f"--set {pair}", "is no setting", "write it as key=value", remedy)
        if key in found:
            raise InputError(f"--set {key}", "is given twice", remedy="give it once")
        found[key] = _value(key, value) if value else Removed
    return found


def _value(key: str, text: str) -> Setting:
    """A value as TOML has it; what is none is a word."""
    try:
        read = tomllib.loads(f"value = {text}", parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ArithmeticError):
        return text
    return check_setting(f"--set {key}", read["value"]) if len(read) == 1 else text


def wished(
    name: str | None, changes: Mapping[str, Setting | None], mandate: Mandate
) -> PlugInChoice:
    """The policy that the mandate would name; settings of a policy that stays are kept.

    Refuses: settings in the name that cannot be read.
    """
    before = mandate.policy
    chosen = before if name is None else _named(name, mandate)
    is_same = chosen.name == before.name
    settings = {**(before.settings if is_same else {}), **chosen.settings}
    for key, value in changes.items():
        settings.pop(key, None)
        if value is not Removed:
            settings[key] = value
    return PlugInChoice(chosen.name, settings)


def _named(name: str, mandate: Mandate) -> PlugInChoice:
    """A name with the settings that stand in it; a model's name stays a part of the name."""
    choice = read_choice(name, mandate)
    if choice.name != LEARNED or "model" not in choice.settings:
        return choice
    rest = {key: value for key, value in choice.settings.items() if key != "model"}
    return PlugInChoice(f"{LEARNED}:{choice.settings['model']}", rest)


def check_choice(choice: PlugInChoice, folder: Path) -> None:
    """Check that the policy exists, takes its settings, and has a model that may decide.

    Refuses: whatever does not.
    """
    policy_from(choice)
    model_of(choice, folder)


def model_of(choice: PlugInChoice, folder: Path) -> ModelManifest | None:
    """The model of a learned policy; none where another policy is meant.

    Refuses: a model that is not there, is not promoted, was altered, or draws no zone.
    """
    resolved = resolve(choice)
    if resolved.name != LEARNED:
        return None
    from trimtab.app.models.in_use import WEIGHTS_NAME
    from trimtab.app.models.registry import labelled, registry_of

    label = str(resolved.settings.get("model", ""))
    if not label:
        remedy = "write learned:NAME; `trimtab models list` lists the names"
        raise InputError("policy learned", "no model is named", "", remedy)
    registry = registry_of(folder)
    manifest = labelled(registry, label)
    running = manifest if "@" in label else registry.promoted(label) or manifest
    status = registry.status(running)
    if status is not ModelStatus.PROMOTED:
        raise InputError(
            f"model {running.label}",
            f"it is {status}, not promoted",
            "a mandate names a model that a person has let decide",
            f"look at its evidence and run `trimtab models promote {running.label}`",
        )
    stored = registry.load(running.name, running.version)
    if WEIGHTS_NAME not in stored.files:
        remedy = "`trimtab models list` shows what each model is for"
        raise InputError(f"model {running.label}", f"it is a {running.kind}", "no zone", remedy)
    return running
