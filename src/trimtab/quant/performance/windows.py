"""Windows that walk forward: learn on the past, judge on what came next, never the other way.

A gap between the two keeps what was learnt from touching what is judged: *purge* drops the last
days of training whose outcome reaches into the test, *embargo* drops as many more days as memory
in the returns may last.  Since training always lies before its test, both widen the same gap.

Errors: lengths below one, negative gaps, and histories too short for one window are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trimtab.model.errors import InputError

__all__ = ["Training", "Window", "walk_forward_windows"]


class Training(StrEnum):
    """What each window learns from."""

    EXPANDING = "expanding"
    """All of the past."""
    ROLLING = "rolling"
    """As many of the last days as the first window had."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days to learn from and days to judge on.

    Unit: indices of daily returns; `train.stop` + gap ≤ `test.start`.
    """

    train: slice
    test: slice


def walk_forward_windows(
    days: int,
    train: int,
    test: int,
    *,
    training: Training = Training.EXPANDING,
    purge: int = 0,
    embargo: int = 0,
) -> tuple[Window, ...]:
    """Consecutive test stretches, each with the past that may be learnt from.

    The tests follow each other without gap or overlap, so that their returns can be stitched
    together; the last one ends with the history and may be shorter.

    Unit: daily returns; `train` is the length of the first training stretch (and of every one where
    it rolls), `test` of each test.
    Refuses: see the module.
    Source: Pardo (2008), The Evaluation and Optimization of Trading Strategies, ch. 11; López de
    Prado (2018), Advances in Financial Machine Learning, section 7.4, for purge and embargo.
    """
    if train < 1 or test < 1:
        raise InputError("windows", f"train {train}, test {test} days", "each is at least one")
    if purge < 0 or embargo < 0:
        raise InputError("windows", f"purge {purge}, embargo {embargo}", "neither is negative")
    first = train + purge + embargo
    if first >= days:
        raise InputError(
            "windows",
            f"the first test would begin on day {first + 1} of {days}",
            "at least one day must be left to judge on",
            "shorten the training or the gap, or take a longer history",
        )
    rolling = training is Training.ROLLING
    return tuple(
        Window(
            slice(start - first if rolling else 0, start - purge - embargo),
            slice(start, min(start + test, days)),
        )
        for start in range(first, days, test)
    )
