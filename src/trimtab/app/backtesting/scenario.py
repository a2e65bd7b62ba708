"""A scenario: what asset classes or instruments become, session by session, and what moves as what.

Errors: `InputErrors` for instruments that a scenario says nothing about, all of them at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.stress import Knots, daily_path
from trimtab.estimators._asset_class import asset_classes
from trimtab.estimators._long_run import AssetClass
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate

__all__ = [
    "CLASS_WORDS",
    "MovesAs",
    "Others",
    "Scenario",
    "class_word",
    "instrument_returns",
    "moves_of",
]

Floats = npt.NDArray[np.float64]
Mix = Mapping[str, float]

NAMES_SHOWN_MAX = 6
CLASS_WORDS = {one.name.lower(): one for one in AssetClass}


def class_word(one: AssetClass) -> str:
    """The name of a class in scenario files, as `foreign_stocks`."""
    return one.name.lower()


class Others(StrEnum):
    """What becomes of instruments that a scenario says nothing about."""

    REFUSE = "refuse"
    STILL = "still"
    """They stay at their price, which a finding says."""


@dataclass(frozen=True, slots=True)
class MovesAs:
    """What an instrument moves as: columns of the path with their weights, times beta.

    `by` says how that is known: its own column, the shock file, its class, or a stand-in for it.
    """

    mix: Mix
    beta: float = 1.0
    by: str = "class"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A path of some columns, each an asset class or an instrument, from today on.

    `stand_ins` say what classes without a column of their own move as, `instruments` what single
    ones do; `file` is where it was read, for messages.
    """

    id: str
    title: str
    story: str
    source: str
    columns: tuple[str, ...]
    knots: Knots
    stand_ins: Mapping[AssetClass, Mix] = field(default_factory=dict)
    instruments: Mapping[str, MovesAs] = field(default_factory=dict)
    others: Others = Others.STILL
    file: str = ""

    @property
    def sessions(self) -> int:
        """How many sessions it lasts."""
        return self.knots.sessions[-1]


def moves_of(
    scenario: Scenario,
    names: Iterable[str],
    instruments: Mapping[str, Instrument],
    mandate: Mandate,
) -> tuple[dict[str, MovesAs], tuple[Finding, ...]]:
    """What each instrument moves as, and a word on what stands in for what.

    Refuses: instruments that the scenario says nothing about, where it wants to know; a scenario
    that moves nothing of the household, all at once.
    """
    classes = asset_classes(instruments, mandate)
    found: dict[str, MovesAs] = {}
    unknown: dict[str, AssetClass] = {}
    for name in names:
        moves = _move(scenario, name, classes[name])
        if moves is None:
            unknown[name] = classes[name]
        else:
            found[name] = moves
    if not found:
        raise _no_overlap(scenario, unknown)
    if unknown and scenario.others is Others.REFUSE:
        raise InputErrors([_no_path(scenario, name, one) for name, one in unknown.items()])
    return found, tuple(_words(scenario, found, unknown, classes))


def _move(scenario: Scenario, name: str, one: AssetClass) -> MovesAs | None:
    """One instrument: by its own column, as it was told, by its class, or by a stand-in."""
    if name in scenario.columns:
        return MovesAs({name: 1.0}, by="column")
    if name in scenario.instruments:
        told = scenario.instruments[name]
        return MovesAs(_expanded(scenario, told.mix), told.beta, "file")
    if class_word(one) in scenario.columns:
        return MovesAs({class_word(one): 1.0})
    if one in scenario.stand_ins:
        return MovesAs(scenario.stand_ins[one], by="stand-in")
    return None


def _expanded(scenario: Scenario, mix: Mix) -> Mix:
    """A mix in columns: what names a class without a column is what stands in for it."""
    told: dict[str, float] = defaultdict(float)
    for word, weight in mix.items():
        parts = {word: 1.0} if word in scenario.columns else scenario.stand_ins[CLASS_WORDS[word]]
        for column, part in parts.items():
            told[column] += weight * part
    return dict(told)


def instrument_returns(
    scenario: Scenario, moves: Mapping[str, MovesAs], names: Iterable[str]
) -> Floats:
    """The daily returns of instruments; those that nothing moves stay as they are.

    Shape: (S, N).
    """
    path = daily_path(scenario.knots)
    column = {name: path[:, at] for at, name in enumerate(scenario.columns)}
    still = np.zeros(len(path))
    return np.column_stack(
        [
            still
            if name not in moves
            else moves[name].beta
            * sum((weight * column[word] for word, weight in moves[name].mix.items()), still)
            for name in names
        ]
    )


def _no_path(scenario: Scenario, name: str, one: AssetClass) -> InputError:
    return InputError(
        f"instrument {name!r}",
        f"it is {one}, and scenario {scenario.id!r} has no path for that",
        "every holding needs one",
        f"say what it moves as in a shock file: [instruments] {name} = "
        '{ class = "stocks", beta = 1.5 }',
    )


def _no_overlap(scenario: Scenario, unknown: Mapping[str, AssetClass]) -> InputError:
    held = ", ".join(f"{name} ({one})" for name, one in list(unknown.items())[:NAMES_SHOWN_MAX])
    return InputError(
        f"scenario {scenario.id!r}",
        f"it moves {', '.join(scenario.columns[:NAMES_SHOWN_MAX])}, and the household has none of "
        "them",
        f"it has {held}",
        "name classes or instruments that the household has",
        file=scenario.file or None,
    )


def _words(
    scenario: Scenario,
    moves: Mapping[str, MovesAs],
    unknown: Mapping[str, AssetClass],
    classes: Mapping[str, AssetClass],
) -> Iterable[Finding]:
    """What stands in for what, and what stays still."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, one in moves.items():
        if one.by == "stand-in" or one.beta != 1.0 or one.by == "file":
            mix = " + ".join(f"{weight:g} × {word}" for word, weight in one.mix.items())
            words = mix.removeprefix("1 × ") if len(one.mix) == 1 else mix
            words += f", {one.beta:g} times" if one.beta != 1.0 else ""
            alike[words, str(classes[name]) if one.by == "stand-in" else "told"].append(name)
    for (words, why), names in alike.items():
        because = (
            "as the shock file says"
            if why == "told"
            else f"as {why}: {scenario.id} has no own path"
        )
        yield Finding("moves_as", Severity.NOTE, _listed(names), f"moves as {words}, {because}")
    if unknown:
        yield Finding(
            "stays_still",
            Severity.WARNING,
            _listed(list(unknown)),
            f"scenario {scenario.id!r} says nothing about it, so that its price stays as it is",
            remedy="give it a column, or say under [instruments] what it moves as",
        )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN_MAX])
    left = len(names) - NAMES_SHOWN_MAX
    return shown if left <= 0 else f"{shown} and {left} more"
