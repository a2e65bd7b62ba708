"""Find plug-ins by family and name, and build them from a person's settings.

A plug-in is one file of a family's folder that ends in `PLUGIN = TheFrozenDataclass`; the class's
fields are its whole configuration. There is no registry to edit: the folder is the list, and other
packages add to it through entry points of the group `trimtab.<family>`. A built-in name wins over
an entry point of the same name. Nothing is imported but what is asked for, and a process looks
once: what is added while it runs is found by the next.

Errors: `InputError` for a family, name or setting that does not exist or does not fit, and
`InputErrors` where several settings are wrong; `InvariantError` for a file that breaks the rule.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from math import isfinite
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from trimtab.model.errors import InputError, InputErrors, must, nearest

__all__ = ["FAMILIES", "configure", "load", "names", "settings_of"]

FAMILIES = (
    "estimators",
    "targets",
    "taxes",
    "policies",
    "guards",
    "brokers",
    "feeds",
    "importers",
    "stores",
)


def names(family: str) -> tuple[str, ...]:
    """The names of all plug-ins of a family, sorted; imports none of them."""
    return tuple(sorted({*_built_in(family), *_third_party(family)}))


def load(family: str, name: str) -> type[Any]:
    """The configuration class of one plug-in; `cost-aware` finds `cost_aware`.

    Refuses: an unknown family or name, with the nearest known one.
    """
    module_name = name.replace("-", "_")
    if module_name in _built_in(family):
        module = import_module(f"trimtab.{family}.{module_name}")
        plugin = getattr(module, "PLUGIN", None)
    else:
        other = _third_party(family)
        found = other.get(name) or other.get(module_name)
        if found is None:
            raise _unknown(family, name, names(family))
        plugin = found.load()
    must(
        isinstance(plugin, type) and is_dataclass(plugin) and _is_frozen(plugin),
        f"{family}.{module_name} ends in `PLUGIN = TheFrozenDataclass`",
    )
    return plugin  # type: ignore[return-value]


def configure(family: str, name: str, settings: Mapping[str, object]) -> Any:
    """Build a plug-in from settings as TOML, JSON or a command line give them.

    Refuses: unknown keys, missing keys and values that do not fit, all of them in one pass.
    """
    return _build(load(family, name), settings, f"{family}.{name}")


def settings_of(plugin: type[Any]) -> tuple[Field[Any], ...]:
    """The fields that a person may set: all but those that the application itself fills in."""
    return tuple(
        field for field in fields(plugin) if field.init and not field.metadata.get("filled_in")
    )


def _built_in(family: str) -> frozenset[str]:
    if family not in FAMILIES:
        raise _unknown("plug-in families", family, FAMILIES)
    spec = find_spec(f"trimtab.{family}")
    folders = spec.submodule_search_locations if spec else None
    return _files_of(tuple(folders or ()))


@cache
def _files_of(folders: tuple[str, ...]) -> frozenset[str]:
    """The plug-ins of some folders; a process lists each once."""
    found = (one.name for one in pkgutil.iter_modules(folders) if not one.ispkg)
    return frozenset(name for name in found if not name.startswith("_"))


@cache
def _third_party(family: str) -> Mapping[str, EntryPoint]:
    """The plug-ins of other packages; a process asks each installed package once."""
    points = entry_points(group=f"trimtab.{family}")
    return MappingProxyType({point.name: point for point in points})


def _unknown(subject: str, word: str, known: Iterable[str]) -> InputError:
    listed = tuple(known)
    return InputError(
        subject,
        f"there is no {word!r}",
        "there are " + (", ".join(listed) or "none"),
        _near(word, listed),
    )


def _near(word: str, known: Iterable[str]) -> str:
    """The remedy where the message lists what is known already: a near word or nothing."""
    remedy = nearest(word, known)
    return remedy if remedy.startswith("did you mean") else ""


def _is_frozen(plugin: type[Any]) -> bool:
    return bool(plugin.__dataclass_params__.frozen)


def _build(plugin: type[Any], settings: Mapping[str, object], subject: str) -> Any:
    """Build a dataclass, nested ones included; collect every error before refusing."""
    given = {field.name: field for field in settings_of(plugin)}
    hints = get_type_hints(plugin, include_extras=True)
    errors: list[InputError] = []
    values: dict[str, object] = {}
    for key, value in settings.items():
        where = f"{subject}.{key}"
        if key not in given:
            errors.append(InputError(where, "unknown key", "", nearest(key, given)))
            continue
        try:
            values[key] = _fit(hints[key], value, where)
        except InputError as error:
            errors.append(error)
        except InputErrors as several:
            errors.extend(several.errors)
    for key, field in given.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and key not in settings:
            errors.append(InputError(f"{subject}.{key}", "missing", "it has no default", "set it"))
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors)
    try:
        return plugin(**values)
    except ValueError as error:  # a bound that the class itself checks
        raise InputError(subject, str(error)) from error


def _fit(kind: Any, value: object, where: str) -> Any:
    """The value as the field's type, or an `InputError` that says what would fit."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _fit(arguments[0], value, where)
    if origin in (Union, UnionType):
        return _fit_union(arguments, value, where)
    if origin is Literal:
        return _one_of({str(choice): choice for choice in arguments}, value, where)
    if origin in (tuple, list, frozenset):
        return _fit_items(origin, arguments, value, where)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _fit_table(arguments, value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return value if isinstance(value, kind) else _one_of(_choices(kind), value, where)
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, Mapping):
        return _build(kind, value, where)
    if kind in _SCALARS:
        wanted, convert = _SCALARS[kind]
        try:
            return convert(value)
        except (ValueError, InvalidOperation):
            raise _misfit(where, value, wanted) from None
    fillable = isinstance(kind, type) and not getattr(kind, "_is_protocol", False)
    must(fillable, f"{where} has a type that settings can fill, not {kind}")
    if isinstance(value, kind):
        return value
    raise _misfit(where, value, f"a {kind.__name__}")


def _misfit(where: str, value: object, wanted: str) -> InputError:
    return InputError(where, f"is {value!r}", f"it must be {wanted}")


def _fit_union(kinds: tuple[Any, ...], value: object, where: str) -> Any:
    if value is None and NoneType in kinds:
        return None
    refusals: list[InputError] = []
    for kind in kinds:
        if kind is not NoneType:
            try:
                return _fit(kind, value, where)
            except InputError as error:
                refusals.append(error)
    if len(refusals) == 1:
        raise refusals[0]
    raise _misfit(where, value, " or ".join(r.bound.removeprefix("it must be ") for r in refusals))


def _fit_items(origin: Any, kinds: tuple[Any, ...], value: object, where: str) -> Any:
    if isinstance(value, str) or not isinstance(value, list | tuple | frozenset | set):
        raise _misfit(where, value, "a list")
    if origin is tuple and kinds[-1] is not Ellipsis:
        if len(value) != len(kinds):
            raise _misfit(where, value, f"a list of {len(kinds)}")
    else:
        kinds = (kinds[0],) * len(value)
    pairs = zip(kinds, value, strict=True)
    return origin(_fit(kind, item, f"{where}[{at}]") for at, (kind, item) in enumerate(pairs))


def _fit_table(kinds: tuple[Any, ...], value: object, where: str) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise _misfit(where, value, "a table of keys and values")
    key_kind, item_kind = kinds
    return {
        _fit(key_kind, key, where): _fit(item_kind, item, f"{where}.{key}")
        for key, item in value.items()
    }


def _choices(kind: type[Enum]) -> dict[str, Enum]:
    return {str(member.value): member for member in kind}


def _one_of(choices: Mapping[str, Any], value: object, where: str) -> Any:
    word = str(value)
    if word not in choices:
        bound = "it must be one of " + ", ".join(choices)
        raise InputError(where, f"is {value!r}", bound, _near(word, choices))
    return choices[word]


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError


def _real(value: object) -> float:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    raise ValueError


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError
    number = Decimal(str(value))  # 0.1 as a person wrote it, not as binary rounds it
    if not number.is_finite():
        raise ValueError
    return number


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(_text(value))


_SCALARS: Mapping[Any, tuple[str, Callable[[object], object]]] = {
    bool: ("true or false", _truth),
    int: ("a whole number", _whole),
    float: ("a finite number", _real),
    Decimal: ("a finite decimal number", _exact),
    str: ("text in quotes", _text),
    date: ("a date, as in 2022-10-14", _day),
}
