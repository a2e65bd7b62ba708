"""A glide path: weights that change with the calendar or with an owner's age.

Between two points weights change in a straight line, day by day as reviews come; before the first
and after the last they stand still.

Errors: `ValueError` for points that are out of order, have no place or two, or do not sum to one.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from trimtab.targets._answers import Found, answered
from trimtab.targets._base import TargetAnswer, TargetQuestion
from trimtab.targets._named import check_whole, named_weights

__all__ = ["GlidePath", "GlidePoint"]

DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True)
class GlidePoint:
    """The weights of one day, or of one age.

    Unit: `age` years; `mix` by class, fractions of what is invested.
    """

    mix: Mapping[str, float]
    on: date | None = None
    age: float | None = None

    def __post_init__(self) -> None:
        if (self.on is None) == (self.age is None):
            raise ValueError("a point of a glide path has either `on`, a day, or `age`, in years")
        check_whole(self.mix, f"the point at {self.on or self.age}")


@dataclass(frozen=True, slots=True)
class GlidePath:
    """Weights that go in straight lines from point to point, by day or, with `born`, by age."""

    package: ClassVar[str] = ""
    points: tuple[GlidePoint, ...]
    born: date | None = None

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("a glide path has at least one point")
        by_age = [point.age is not None for point in self.points]
        if any(by_age) != all(by_age):
            raise ValueError("the points of a glide path all have a day, or all have an age")
        if any(by_age) and self.born is None:
            raise ValueError("a glide path by age needs `born`, the owner's birthday")
        places = [self._place(point) for point in self.points]
        if any(later <= earlier for earlier, later in itertools.pairwise(places)):
            raise ValueError("the points of a glide path stand in order, each after the one before")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of the day, on the line between the points around it."""
        return answered("glide_path", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        places = [self._place(point) for point in self.points]
        mixes = np.array([named_weights(point.mix, question) for point in self.points])
        day = float(question.as_of.toordinal())
        found = np.array([np.interp(day, places, column) for column in mixes.T])
        return Found(found / found.sum(), f"{self._where(question.as_of)} of the glide path")

    def _place(self, point: GlidePoint) -> float:
        """The day of a point, as days go on a line."""
        if point.on is not None:
            return float(point.on.toordinal())
        born = self.born.toordinal() if self.born is not None else 0
        return born + (point.age or 0.0) * DAYS_A_YEAR

    def _where(self, as_of: date) -> str:
        if self.born is None or self.points[0].age is None:
            return str(as_of)
        return f"age {(as_of.toordinal() - self.born.toordinal()) / DAYS_A_YEAR:.1f}"


EXAMPLE = GlidePath(
    (
        GlidePoint({"A": 0.7, "B": 0.1, "C": 0.1, "D": 0.1}, on=date(2020, 1, 1)),
        GlidePoint({"A": 0.1, "B": 0.1, "C": 0.1, "D": 0.7}, on=date(2040, 1, 1)),
    )
)

PLUGIN = GlidePath
