"""The guide's table of defaults is held against the code."""

import re
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from trimtab.plugins import settings_of
from trimtab.testing import conform

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "choosing-a-policy.md"
SETTING = re.compile(r"^\| `([a-z_]+\.[a-z_.]+)` \| `([^`]*)` \| (.+) \|$", re.MULTILINE)


def settings(prefix: str, instance: Any) -> dict[str, str]:
    """Every setting of a policy with its default, nested ones by path."""
    found: dict[str, str] = {}
    for field in settings_of(type(instance)):
        value, name = getattr(instance, field.name), f"{prefix}.{field.name}"
        if is_dataclass(value):
            found |= settings(name, value)
        else:
            found[name] = str(value.value if isinstance(value, Enum) else value)
    return found


def test_every_setting_stands_in_the_guide_with_its_default_and_a_source():
    code: dict[str, str] = {}
    for name, plugin in conform.cases("policies"):
        code |= settings(name, plugin())
    rows = SETTING.findall(GUIDE.read_text(encoding="utf-8"))
    assert {name: default for name, default, _ in rows} == code
    assert all(len(source) > 10 for _, _, source in rows)


def test_every_policy_stands_in_the_guides_overview():
    text = GUIDE.read_text(encoding="utf-8")
    for name, _ in conform.cases("policies"):
        assert f"\n| `{name}` |" in text
