"""Write another policy into the text of a mandate, and change nothing else in it.

Comments, the order of keys, spaces and line ends stay as the person has them.  What was written is
read again and held against what was meant before anything reaches the disk.

Errors: `InputError` for a text that cannot be edited so; nothing is written then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from trimtab.app.mandate_file.text import toml_value
from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice

__all__ = ["with_policy"]

SECTION = "policy"
BY_HAND = "write the section by hand; `trimtab keys` explains it"


def with_policy(text: str, choice: PlugInChoice) -> str:
    """The text with the policy of a choice in its section, which is added where there is none.

    Refuses: a text in which the section is written in a way that cannot be edited.
    """
    try:
        document = tomlkit.parse(text)
        _edit(document, choice)
        written = _line_ends(text, tomlkit.dumps(document))
    except (TOMLKitError, TypeError, AttributeError) as error:
        raise InputError("[policy]", f"it cannot be edited ({error})", "", BY_HAND) from None
    _check(text, written, choice)
    return written


def _edit(document: tomlkit.TOMLDocument, choice: PlugInChoice) -> None:
    """Set the name and the settings, and take away settings that are not the choice's."""
    if SECTION not in document:
        if document.body and not document.as_string().endswith("\n\n"):
            document.add(tomlkit.nl())
        document.add(SECTION, tomlkit.table())
    section: MutableMapping[str, Any] = document[SECTION]
    wanted = {"name": choice.name, **choice.settings}
    for key in [key for key in section if key not in wanted]:
        del section[key]
    known = _plain(document.as_string()).get(SECTION, {})
    for key, value in wanted.items():
        told = toml_value(value)  # type: ignore[arg-type]  # a setting is what TOML can hold
        if key not in known or known[key] != _plain(f"value = {told}")["value"]:
            section[key] = tomlkit.value(told)


def _line_ends(text: str, written: str) -> str:
    """The line ends that the file has."""
    return re.sub(r"(?<!\r)\n", "\r\n", written) if "\r\n" in text else written


def _check(text: str, written: str, choice: PlugInChoice) -> None:
    """Check that the policy is the one meant and all else is as it was."""
    before, after = _plain(text), _plain(written)
    meant = _plain("".join(f"{key} = {toml_value(value)}\n" for key, value in _pairs(choice)))
    before.pop(SECTION, None)
    if after.pop(SECTION, None) != meant or before != after:
        raise InputError("[policy]", "it cannot be edited without changing more", "", BY_HAND)


def _pairs(choice: PlugInChoice) -> list[tuple[str, Any]]:
    return [("name", choice.name), *choice.settings.items()]


def _plain(text: str) -> dict[str, Any]:
    read: Mapping[str, Any] = tomllib.loads(text)
    return dict(read)
