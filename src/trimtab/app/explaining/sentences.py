"""Sentences whose every number is checked against a second computation before they are shown.

A sentence is a text with the figures that stand in it, each under a name.  Whoever shows it works
the figures out again by another road (`recount`) and asks `shown`: a figure that differs from the
second computation, or any number in the text that is none of its figures, withholds the sentence.
A sentence that is withheld is counted, so that a reader knows that something is missing.

Errors: none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trimtab.app.screens.words import money, percent, points

__all__ = ["Figure", "Sentence", "Shown", "Unit", "is_true", "numbers_in", "shown", "told"]


class Unit(StrEnum):
    """What a figure is, and so how it is written."""

    MONEY = "money"
    WEIGHT = "weight"
    CHANGE = "change"
    BASIS_POINTS = "bp"
    COUNT = "count"
    TIMES = "times"
    AVERSION = "aversion"


HALF_DIGIT = {
    Unit.MONEY: 0.5,
    Unit.WEIGHT: 0.0005,
    Unit.CHANGE: 0.0005,
    Unit.BASIS_POINTS: 0.00005,
    Unit.COUNT: 0.0,
    Unit.TIMES: 0.05,
    Unit.AVERSION: 0.05,
}
"""Half of the last digit that is written: two computations may differ by so much and no more."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number under the name by which it is worked out again.

    Unit: fractions for weights, changes and basis points; base currency for money.
    """

    name: str
    value: float
    unit: Unit
    currency: str = "USD"

    def __str__(self) -> str:
        match self.unit:
            case Unit.MONEY:
                return money(self.value, self.currency)
            case Unit.WEIGHT:
                return percent(self.value)
            case Unit.CHANGE:
                return points(self.value)
            case Unit.BASIS_POINTS:
                return f"{self.value * 1e4:,.0f} bp"
            case Unit.COUNT:
                return f"{self.value:,.0f}"
            case Unit.TIMES | Unit.AVERSION:
                return f"{self.value:,.1f}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text, and the figures that are its numbers; `topic` says what it is about."""

    topic: str
    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The sentences that may be shown, and what is wrong with the others."""

    sentences: tuple[Sentence, ...]
    withheld: tuple[str, ...]


def told(topic: str, text: str, *figures: Figure) -> Sentence:
    """A sentence from a text with one `{}` for each figure."""
    return Sentence(topic, text.format(*figures), figures)


_NUMBER = re.compile(r"[−+-]?[$€£]?\d[\d,]*(?:\.\d+)?(?: ?(?:%|bp))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number of a text as it is written, days left out, with a sign, currency or unit."""
    found = _NUMBER.findall(_DAY.sub("", text))
    return tuple(one.rstrip(",") for one in found)


def is_true(sentence: Sentence, truth: Mapping[str, float]) -> str:
    """What is wrong with a sentence; empty where every number is as the second computation has it.

    Unit: `truth` as figures, by their names.
    """
    for figure in sentence.figures:
        if figure.name not in truth:
            return f"{figure.name} was not worked out again"
        again = truth[figure.name]
        if not abs(figure.value - again) <= HALF_DIGIT[figure.unit] * (1.0 + 1e-9):
            return f"{figure.name} is {figure}, worked out again {again:g}"
    left = [part for figure in sentence.figures for part in numbers_in(str(figure))]
    for number in numbers_in(sentence.text):
        if number not in left:
            return f"{number} is none of its figures"
        left.remove(number)
    return ""


def shown(sentences: Iterable[Sentence], truth: Mapping[str, float]) -> Shown:
    """The sentences that are true, and for each of the others its topic and what is wrong."""
    kept, withheld = [], []
    for sentence in sentences:
        wrong = is_true(sentence, truth)
        if wrong:
            withheld.append(f"{sentence.topic}: {wrong}")
        else:
            kept.append(sentence)
    return Shown(tuple(kept), tuple(withheld))
