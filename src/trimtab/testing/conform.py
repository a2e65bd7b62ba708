"""What every plug-in must be, whatever its family: checks to run over a folder, or over your own.

    from trimtab.testing import conform

    @pytest.mark.parametrize(("name", "plugin"), conform.cases("policies"))
    def test_a_policy_conforms(name, plugin):
        assert conform.faults("policies", name) == ()

A new file in a family's folder, or an entry point of another package, is a new case with no other
edit. What only one family can promise (a policy never oversells, a guard never edits a plan) is
tested beside that family, over the same cases.

Errors: none of its own; faults are sentences.
"""

import ast
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from trimtab import plugins
from trimtab.estimators import _base as estimating
from trimtab.model.errors import InputError, InputErrors, InvariantError

__all__ = [
    "PURE_FAMILIES",
    "cases",
    "estimator_cases",
    "example",
    "faults",
    "future_faults",
    "protocols",
    "repeats",
    "same",
    "simulated_fills",
    "simulated_returns",
]

PURE_FAMILIES = frozenset({"estimators", "targets", "taxes", "policies", "guards"})
"""Families whose answer depends on nothing but their arguments and settings."""

PORTS = {"feeds": "Feed", "stores": "Journal", "brokers": "Broker"}
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
    if not same(pickle.loads(pickle.dumps(instance)), instance):
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
        elif inspect.isfunction(declared) and _parameters(present) != _parameters(declared):
            wanted = ", ".join(_parameters(declared))
            missing.append(f"{member} takes ({', '.join(_parameters(present))}), not ({wanted})")
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


def _parameters(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters) if callable(function) else ()


# Estimators: each kind is asked in its own way, and none may see past the day.

PAST_SESSIONS = 500
FUTURE_SESSIONS = 120
FILLS = 1_200


def estimator_cases(kind: type[Any]) -> list[tuple[str, type[Any]]]:
    """Every estimator that keeps one protocol, as (name, configuration class)."""
    return [(name, plugin) for name, plugin in cases("estimators") if issubclass(plugin, kind)]


def simulated_returns(
    seed: int, instruments: int, sessions: int, missing: float = 0.0
) -> estimating.Floats:
    """Returns with one common factor, calm but for a wild stretch, some of them missing."""
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(sessions) % 250 > 200, 0.02, 0.007)[:, None]
    common = level * chance.normal(0, 1, (sessions, 1))
    returns = common + chance.normal(0, 0.006, (sessions, instruments))
    returns[chance.random(returns.shape) < missing] = np.nan
    return returns


def simulated_fills(seed: int, count: int, last: date, session_fills: int = 10) -> estimating.Fills:
    """Fills whose cost is half a spread and the square-root law, with noise that grows with both.

    The last `session_fills` of them were made on `last`.
    """
    chance = np.random.default_rng(seed)
    half_spread = np.exp(chance.normal(np.log(3e-4), 0.6, count))
    volatility = np.exp(chance.normal(np.log(0.012), 0.4, count))
    participation = np.exp(chance.normal(np.log(1e-3), 1.2, count))
    day_fraction = chance.random(count)
    is_buy = chance.random(count) < 0.5
    busy = 1.0 + 0.6 * (np.abs(day_fraction - 0.5) * 2) ** 3
    expected = half_spread * busy + 0.1 * volatility * np.sqrt(participation)
    noise = 0.3 * expected + 0.05 * volatility * np.sqrt(participation)
    cost = expected + noise * chance.standard_t(5, count)
    ages = (np.arange(count)[::-1] // session_fills).tolist()
    on = tuple(last - timedelta(days=age) for age in ages)
    orders = estimating.Orders(half_spread, volatility, participation, day_fraction, is_buy)
    return estimating.Fills(on, orders, cost)


def future_faults(estimator: object) -> tuple[str, ...]:
    """Where an estimator's answer about a day changes with what comes after it.

    It is asked about the past, about a longer history, and about the past again with another
    future behind it in memory: what it learned from the longer history, and what it could find
    beyond the end of its argument, must not show.  A cost estimator gets the later fills outright,
    since the day is its argument.
    """
    whole = simulated_returns(11, 4, PAST_SESSIONS + FUTURE_SESSIONS, 0.01)
    past = whole[:PAST_SESSIONS]
    found = []
    for what, ask in _questions(estimator):
        before = ask(past)
        ask(whole)
        kept = whole[PAST_SESSIONS:].copy()
        whole[PAST_SESSIONS:] = -3.0 * kept[::-1]
        after = ask(past)
        whole[PAST_SESSIONS:] = kept
        if not same(before, after):
            found.append(f"its {what} changes with what comes after the day")
    if isinstance(estimator, estimating.CostEstimator) and _sees_later_fills(estimator):
        found.append("its cost model changes with fills that come after the day")
    return tuple(found)


def _questions(
    estimator: object,
) -> Iterator[tuple[str, Callable[[estimating.Floats], object]]]:
    """What this estimator can be asked, each question as a function of returns."""
    weights = np.array([0.4, 0.3, 0.2, 0.05])
    if isinstance(estimator, estimating.CovarianceEstimator):
        yield "covariance", estimator.covariance
    if isinstance(estimator, estimating.UncertainCovariance):
        yield "uncertainty", estimator.risk_uncertainty
    if isinstance(estimator, estimating.MeanEstimator):
        mean, risk = estimator.mean, np.diag([0.04, 0.03, 0.02, 0.01])
        names = ("A", "B", "C", "D")
        yield "mean", lambda returns: mean(estimating.Market(names, returns, risk, weights))
    if isinstance(estimator, estimating.StateEstimator):
        yield "state", estimator.state
    if isinstance(estimator, estimating.DriftEstimator):
        drift = estimator.drift
        yield "drift", lambda returns: drift(returns, weights)
    if isinstance(estimator, estimating.TrendEstimator):
        yield "trend", estimator.trend


def _sees_later_fills(estimator: estimating.CostEstimator) -> bool:
    last = date(2024, 6, 28)
    fills = simulated_fills(12, FILLS, last)
    day = fills.on[2 * FILLS // 3]
    later = np.array([on > day for on in fills.on])
    changed = replace(fills, cost=np.where(later, -5.0 * fills.cost, fills.cost))
    asked = fills.orders
    before, after = (estimator.fit(one, day).forecast(asked) for one in (fills, changed))
    return not same(before, after)
