"""What every plug-in must be, whatever its family: checks to run over a folder, or over your own.

    from trimtab.testing import conform

    @pytest.mark.parametrize(("name", "plugin"), conform.cases("policies"))
    def test_a_policy_conforms(name, plugin):
        assert conform.faults("policies", name) == ()

A new file in a family's folder, or an entry point of another package, is a new case with no other
edit. What only one family can promise (a policy never oversells, a guard never edits a plan) is
tested beside that family, over the same cases; that no estimator sees past the day, with
`conform_estimators`.

Errors: none of its own; faults are sentences.
"""

import ast
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from trimtab import plugins
from trimtab.model.errors import InputError, InputErrors, InvariantError

__all__ = ["PURE_FAMILIES", "cases", "example", "faults", "protocols", "repeats", "same"]

PURE_FAMILIES = frozenset({"estimators", "targets", "taxes", "policies", "guards"})
"""Families whose answer depends on nothing but their arguments and settings."""

PORTS = {"feeds": "Feed", "stores": "Journal"}
"""Families whose protocol is a port, not a class of the family's `_base`."""

WORLDLY_MODULES = frozenset(
    {"http", "httpx", "os", "random", "requests", "secrets", "shutil", "socket", "sqlite3", "ssl"}
    | {"subprocess", "tempfile", "threading", "time", "urllib", "uuid"}
)
"""Modules that reach the world, the clock or chance: no pure plug-in imports them."""


def cases(family: str) -> list[tuple[str, type[Any]]]:
    """Every plug-in of a family, as (name, configuration class)."""
    return [(name, plugins.load(family, name)) for name in plugins.names(family)]


def example(plugin: type[Any]) -> Any:
    """An instance to test with: the defaults, or the `EXAMPLE` of the plug-in's module.

    Refuses: a class that has neither, with `TypeError`.
    """
    module = sys.modules[plugin.__module__]
    return module.EXAMPLE if hasattr(module, "EXAMPLE") else plugin()


def protocols(family: str) -> tuple[type[Any], ...]:
    """The protocols of a family: those its `_base` defines, or its port."""
    if family in PORTS:
        port = getattr(import_module("trimtab.ports"), PORTS[family], None)
        return () if port is None else (port,)
    name = f"trimtab.{family}._base"
    if find_spec(name) is None:
        return ()
    found = vars(import_module(name)).values()
    return tuple(
        item
        for item in found
        if isinstance(item, type)
        and item.__module__ == name
        and getattr(item, "_is_protocol", False)
    )


def faults(family: str, name: str) -> tuple[str, ...]:
    """All that one plug-in breaks of what every plug-in promises; empty where it conforms."""
    plugin = plugins.load(family, name)
    checks = [_shape_faults(plugin), _protocol_faults(family, plugin)]
    if family in PURE_FAMILIES:
        checks += [_example_faults(plugin), _import_faults(plugin)]
        checks += [_settings_faults(family, name, plugin)]
    return tuple(fault for check in checks for fault in check)


def repeats(answer: Callable[[], object]) -> bool:
    """Whether two calls give the same answer, arrays compared by value."""
    return same(answer(), answer())


def same(left: object, right: object) -> bool:
    """Equality that looks into dataclasses, sequences and arrays, and holds nan equal to nan."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return bool(np.array_equal(left, right, equal_nan=left.dtype.kind == "f"))
    if is_dataclass(left) and not isinstance(left, type):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in fields(left))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, Sequence) and isinstance(right, Sequence) and not isinstance(left, str):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or (left != left and right != right)


def _shape_faults(plugin: type[Any]) -> Iterator[str]:
    """Its file and class are documented, and the file ends in its PLUGIN line."""
    module = sys.modules[plugin.__module__]
    if not (module.__doc__ or "").strip():
        yield "its module has no docstring"
    if (plugin.__doc__ or "").startswith(f"{plugin.__name__}("):  # what @dataclass puts in
        yield "its class has no docstring"
    last = ast.parse(inspect.getsource(module)).body[-1]
    if not (isinstance(last, ast.Assign) and ast.unparse(last.targets[0]) == "PLUGIN"):
        yield "its file does not end in `PLUGIN = TheFrozenDataclass`"


def _example_faults(plugin: type[Any]) -> Iterator[str]:
    """It can be built without asking anybody, and travel to another process."""
    try:
        instance = example(plugin)
    except TypeError as error:
        yield f"it has neither defaults nor a module-level EXAMPLE: {error}"
        return
    again = pickle.loads(pickle.dumps(instance))  # what was pickled a moment ago  # nosec B301
    if not same(again, instance):
        yield "its example does not survive the way to another process"


def _import_faults(plugin: type[Any]) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[plugin.__module__]))):
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported = [node.module or ""]
        else:
            continue
        for module in imported:
            if module.split(".")[0] in WORLDLY_MODULES:
                yield f"line {node.lineno} imports {module}; take what it gives as an argument"


def _settings_faults(family: str, name: str, plugin: type[Any]) -> Iterator[str]:
    """Each field has a type that a mandate's settings can fill, or refuse in words."""
    for field in fields(plugin):
        if not field.init:
            continue
        try:
            plugins.configure(family, name, {field.name: object()})
        except (InputError, InputErrors):
            continue
        except (InvariantError, NameError, TypeError) as error:
            yield f"settings cannot fill its field {field.name}: {error}"
        else:
            yield f"its field {field.name} takes anything; give it a type"


def _protocol_faults(family: str, plugin: type[Any]) -> Iterator[str]:
    """It has every member of one of the family's protocols, with the same parameters."""
    known = protocols(family)
    if not known:
        yield f"{family} has no protocol to hold it against"
        return
    lacks = {protocol.__name__: _lacking(protocol, plugin) for protocol in known}
    if all(lacks.values()):
        closest = min(lacks, key=lambda protocol: len(lacks[protocol]))
        yield f"it is no {closest}: " + "; ".join(lacks[closest])


def _lacking(protocol: type[Any], plugin: type[Any]) -> list[str]:
    missing = []
    own_fields = {field.name for field in fields(plugin)}
    for member, declared in _members(protocol).items():
        present = getattr(plugin, member, None)
        if present is None and member not in own_fields:
            missing.append(f"lacks {member}")
        elif inspect.isfunction(declared):
            wanted = _parameters(declared)
            takes = _parameters(present, wanted)
            if takes != wanted:
                missing.append(f"{member} takes ({', '.join(takes)}), not ({', '.join(wanted)})")
    return missing


def _members(protocol: type[Any]) -> dict[str, object]:
    found: dict[str, object] = {}
    for owner in reversed(protocol.__mro__):
        if getattr(owner, "_is_protocol", False):
            found |= dict.fromkeys(inspect.get_annotations(owner))
            found |= {key: item for key, item in vars(owner).items() if inspect.isfunction(item)}
            found |= {key: item for key, item in vars(owner).items() if isinstance(item, property)}
    return {
        key: item for key, item in found.items() if not key.startswith("_") or key == "__call__"
    }


def _parameters(function: Any, known: Sequence[str] | None = None) -> tuple[str, ...]:
    """Names of its parameters; beside the `known` ones, only those that have no default."""
    if not callable(function):
        return ()
    named = inspect.signature(function).parameters.values()
    return tuple(
        one.name for one in named if known is None or one.name in known or one.default is one.empty
    )
