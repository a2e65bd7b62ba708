"""What the plug-ins of a family are, for screens: name, summary, settings with defaults.

Errors: `InputError` for a family that does not exist.
"""

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from inspect import getdoc
from typing import Any

from trimtab.plugins import load, names, settings_of

__all__ = ["PlugInLine", "SettingLine", "plug_ins", "written"]


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: its name, type, and default as a mandate would write it."""

    name: str
    kind: str
    default: str


@dataclass(frozen=True, slots=True)
class PlugInLine:
    """One plug-in and the first paragraph of what it says about itself."""

    name: str
    summary: str
    settings: tuple[SettingLine, ...]


def plug_ins(family: str) -> tuple[PlugInLine, ...]:
    """All plug-ins of a family."""
    return tuple(_line(name, load(family, name)) for name in names(family))


def _line(name: str, plug_in: type[Any]) -> PlugInLine:
    summary = " ".join((getdoc(plug_in) or "").split("\n\n")[0].split())
    settings = tuple(map(_setting, settings_of(plug_in)))
    return PlugInLine(name, summary, settings)


def _setting(field: "Field[Any]") -> SettingLine:
    kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", "")
    if field.default is not MISSING:
        default = written(field.default)
    elif field.default_factory is not MISSING:
        default = written(field.default_factory())
    else:
        default = "required"
    return SettingLine(field.name, str(kind), default)


def written(value: object) -> str:
    """A default as a person would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(written, value)) + "]"
    if is_dataclass(value) and not isinstance(value, type):
        pairs = (f"{field.name} = {written(getattr(value, field.name))}" for field in fields(value))
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, str):
        return f'"{value}"'
    return "not set" if value is None else str(value)
