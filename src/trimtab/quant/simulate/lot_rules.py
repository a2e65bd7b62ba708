"""Rules of rebalancing with lots, many at once: when they look, what makes them act, how far.

A rule looks on scheduled sessions, and on later ones while a scheduled session waits for its trades
(`catch_up` days at most); it acts on every look, or only where a target is outside its band; and it
goes to target, a fraction of the way, or back to what is kept of the band.

    rules = together(calendar(every(63, days)), threshold([0.03, 0.05], every(1, days)))

Errors: `InputError` for parameters that make no sense or do not fit each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = [
    "LotRules",
    "calendar",
    "every",
    "hold",
    "hybrid",
    "latest_of",
    "no_trade_zone",
    "partial",
    "threshold",
    "together",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_LOOK = -1
UNTIL_TRADED = 1_000_000
"""Days within which a calendar makes a session up: as long as it takes."""
NONE_YET = -1
"""The latest look where none has been."""


@dataclass(frozen=True, slots=True)
class LotRules:
    """B rules over T sessions.

    Shape: `looks` (S, T) the day (proleptic ordinal) of the latest scheduled look by each session,
    `NONE_YET` before the first; the rest (B,), but `width` (B, 1) or (B, N).
    Unit: `look` a row of `looks` or `NO_LOOK`; `catch_up` calendar days; `width` fractions of
    value; `fraction` of every drift, `kept` of the band, `loose_kept` of what has no target.
    """

    looks: Integers
    look: Integers
    catch_up: Integers
    on_breach: Flags
    width: Floats
    fraction: Floats
    kept: Floats
    loose_kept: Floats

    def __len__(self) -> int:
        return len(self.look)

    def part(self, start: int, stop: int) -> LotRules:
        """Rules from `start` up to `stop`, as one share of a sweep."""
        chosen = slice(start, stop)
        return LotRules(
            self.looks,
            self.look[chosen],
            self.catch_up[chosen],
            self.on_breach[chosen],
            self.width[chosen],
            self.fraction[chosen],
            self.kept[chosen],
            self.loose_kept[chosen],
        )


def every(sessions: int, days: Sequence[date]) -> Integers:
    """A look on the first day and every so many sessions after.

    Shape: (T,) for T days.
    Refuses: fewer than one session.
    """
    if sessions < 1:
        raise InputError("every", f"is {sessions}", "must be at least 1 session")
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    at = np.arange(len(ordinals))
    return ordinals[at - at % sessions]


def latest_of(scheduled: Sequence[date], days: Sequence[date]) -> Integers:
    """The latest scheduled day by each session, which need not be a session itself.

    Shape: (T,).
    """
    known = np.array(sorted(day.toordinal() for day in scheduled), dtype=np.int64)
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    place = np.searchsorted(known, ordinals, side="right")
    return np.where(place > 0, np.append(known, NONE_YET)[place - 1], NONE_YET)


def hold() -> LotRules:
    """One rule that never trades."""
    return _rules(np.zeros((0, 0), dtype=np.int64), 0.0)


def calendar(looks: npt.ArrayLike) -> LotRules:
    """To target on each scheduled session, made up until it is traded on.

    Shape: `looks` (T,) for one rule, (B, T) for B of them.
    """
    return _rules(looks, 0.0, catch_up=UNTIL_TRADED)


def partial(looks: npt.ArrayLike, fraction: npt.ArrayLike) -> LotRules:
    """A fraction of every drift on each scheduled session."""
    part = np.asarray(fraction, dtype=np.float64)
    _check("fraction", part, (part > 0.0) & (part <= 1.0), "must be above 0 and at most 1")
    return _rules(looks, 0.0, catch_up=UNTIL_TRADED, fraction=part, loose_kept=1.0 - part)


def threshold(width: npt.ArrayLike, looks: npt.ArrayLike) -> LotRules:
    """All to target where one is outside its band.

    Shape: `width` (B,), or (B, N) with a band for each instrument; `looks` (T,) or (B, T).
    Unit: `width` fractions of value.
    """
    return _banded(looks, width, 0.0, 0)


def no_trade_zone(
    width: npt.ArrayLike, looks: npt.ArrayLike, kept: npt.ArrayLike = 1.0
) -> LotRules:
    """What left its band goes back to `kept` of it (1: its edge), and the rest gives way."""
    return _banded(looks, width, kept, 0)


def hybrid(
    width: npt.ArrayLike,
    looks: npt.ArrayLike,
    kept: npt.ArrayLike = 0.0,
    catch_up_days: int = 7,
) -> LotRules:
    """A threshold that looks on a calendar; a look that was missed is made up for some days."""
    return _banded(looks, width, kept, catch_up_days)


def together(*parts: LotRules) -> LotRules:
    """Several sets of rules as one batch, in the order given.

    Refuses: no rules, looks over different numbers of sessions, bands for different numbers of
    instruments.
    """
    if not parts:
        raise InputError("rules", "none were given", remedy="give at least one")
    lengths = {part.looks.shape[1] for part in parts if len(part.looks)}
    widths = {part.width.shape[1] for part in parts} - {1}
    if len(lengths) > 1 or len(widths) > 1:
        fact = f"are for {sorted(lengths)} sessions and {sorted(widths or {1})} instruments"
        raise InputError("rules", fact, "must all be for the same")
    width = max(widths, default=1)
    before = np.cumsum([0, *(len(part.looks) for part in parts)])
    some = [part.looks for part in parts if len(part.looks)]
    return LotRules(
        np.concatenate(some) if some else parts[0].looks,
        np.concatenate(
            [
                np.where(part.look == NO_LOOK, NO_LOOK, part.look + start)
                for part, start in zip(parts, before, strict=False)
            ]
        ),
        np.concatenate([part.catch_up for part in parts]),
        np.concatenate([part.on_breach for part in parts]),
        np.concatenate([np.broadcast_to(p.width, (len(p), width)) for p in parts]),
        np.concatenate([part.fraction for part in parts]),
        np.concatenate([part.kept for part in parts]),
        np.concatenate([part.loose_kept for part in parts]),
    )


def _banded(
    looks: npt.ArrayLike, width: npt.ArrayLike, kept: npt.ArrayLike, catch_up: int
) -> LotRules:
    wide, part = np.asarray(width, dtype=np.float64), np.asarray(kept, dtype=np.float64)
    _check("band", wide, wide >= 0.0, "must be at least 0")
    _check("kept", part, (part >= 0.0) & (part <= 1.0), "must be from 0 to 1")
    if catch_up < 0:
        raise InputError("catch_up_days", f"is {catch_up}", "must be at least 0")
    return _rules(looks, wide, catch_up=catch_up, kept=part, on_breach=True)


def _check(name: str, values: Floats, good: Flags, bound: str) -> None:
    if not good.all():
        raise InputError(f"{name} of a rule", f"is {values[~good].ravel()[0]:g}", bound)


def _rules(
    looks: npt.ArrayLike,
    width: npt.ArrayLike,
    *,
    catch_up: int = 0,
    fraction: npt.ArrayLike = 1.0,
    kept: npt.ArrayLike = 0.0,
    loose_kept: npt.ArrayLike = 0.0,
    on_breach: bool = False,
) -> LotRules:
    """Columns of the same length from parameters given once or for each rule."""
    table = np.atleast_2d(np.asarray(looks, dtype=np.int64))
    wide = np.asarray(width, dtype=np.float64)
    wide = wide if wide.ndim == 2 else np.atleast_1d(wide)[:, np.newaxis]
    columns = [np.atleast_1d(np.asarray(one, float)) for one in (fraction, kept, loose_kept)]
    sizes = {len(wide), *map(len, columns), max(1, len(table))} - {1}
    if len(sizes) > 1:
        fact = f"have parameters for {', '.join(map(str, sorted(sizes)))} of them"
        raise InputError("rules", fact, remedy="give each parameter once, or once for each rule")
    count = max(sizes, default=1)
    rows = np.arange(len(table)) if table.size else np.array([NO_LOOK])
    fractions, kepts, loose = (np.array(np.broadcast_to(one, count)) for one in columns)
    return LotRules(
        table if table.size else np.zeros((0, 0), dtype=np.int64),
        np.array(np.broadcast_to(rows, count), dtype=np.int64),
        np.full(count, catch_up, dtype=np.int64),
        np.full(count, on_breach),
        np.array(np.broadcast_to(wide, (count, wide.shape[1]))),
        fractions,
        kepts,
        loose,
    )
