"""When a backtest rebalances and how far: many rules at once, as columns of parameters.

Every rule here has the same three parts: the days on which it looks, the band that must be left
before it acts, and how much of the band may remain afterwards.  A calendar acts on every look, a
threshold looks every so many days, a hybrid looks on a calendar and acts on a threshold, a
no-trade zone goes back to the band's edge only, and hold never looks.  The first purchase, on day
0, is no part of a rule.

    rules = together(calendar(first_days(days, Period.QUARTERLY)), threshold([0.03, 0.05]))

Errors: parameters that make no sense are `InputError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = [
    "Period",
    "Rules",
    "calendar",
    "first_days",
    "hold",
    "hybrid",
    "no_trade",
    "threshold",
    "together",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ANY_DRIFT = -np.inf
"""The band of a rule that acts on every look: no drift is inside it."""
NEVER = 0
"""The `every` of a rule that does not look."""
ALL_DAYS = -1
"""The `mask` of a rule that no calendar restricts."""


@dataclass(frozen=True, slots=True)
class Rules:
    """B rules over T days: rule b looks on day t > 0 where t % every[b] == 0 and its mask allows.

    It acts where any |weight − target| is above its band; then, with kept 0, everything goes to
    target, else what left its band goes back to `kept` of it and the rest gives way on its way to
    target, in proportion to how far it is from there.
    Shape: `every`, `mask` and `kept` (B,); `band` (B, 1) or (B, N); `masks` (M, T), M may be zero.
    Unit: `band` fractions of value, `kept` a fraction of the band, `mask` a row of `masks`.
    """

    every: Integers
    mask: Integers
    masks: Flags
    band: Floats
    kept: Floats

    def __len__(self) -> int:
        return len(self.every)

    def part(self, start: int, stop: int) -> Rules:
        """Rules from `start` up to `stop`, as one share of a sweep."""
        chosen = slice(start, stop)
        return Rules(
            self.every[chosen], self.mask[chosen], self.masks, self.band[chosen], self.kept[chosen]
        )


class Period(StrEnum):
    """Calendar periods, the first trading day of which a rule may look on."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"


_MONTHS = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.SEMIANNUAL: 6, Period.ANNUAL: 12}


def first_days(days: npt.ArrayLike, period: Period) -> Flags:
    """Which days are the first of their period; the very first day always is.

    Shape: `days` (T,), anything NumPy reads as dates, ascending; the answer (T,).
    Refuses: days that do not ascend.
    """
    dates = np.asarray(days, dtype="datetime64[D]")
    number = dates.astype(np.int64)
    if dates.ndim != 1 or (number[1:] <= number[:-1]).any():
        raise InputError("days", "do not ascend", remedy="sort them and drop duplicates")
    first = np.zeros(len(dates), dtype=np.bool_)
    if len(dates):
        # A period without a trading day points at the first of a later one, which is marked anyway.
        at = np.searchsorted(dates, _starts(dates[0], dates[-1], period))
        first[0] = True
        first[at] = True
    return first


def _starts(
    earliest: np.datetime64, latest: np.datetime64, period: Period
) -> npt.NDArray[np.datetime64]:
    """The calendar days, after the earliest, on which periods up to the latest begin."""
    if period is Period.WEEKLY:
        unit, step, offset = "datetime64[D]", 7, -3  # day 0, 1970-01-01, was a Thursday
    else:
        unit, step, offset = "datetime64[M]", _MONTHS[period], 0
    low, high = (int(day.astype(unit).astype(np.int64)) - offset for day in (earliest, latest))
    numbers = np.arange(low // step + 1, high // step + 1) * step + offset
    return numbers.astype(unit).astype("datetime64[D]")


def hold() -> Rules:
    """One rule that buys on day 0 and never trades again."""
    return _rules(every=NEVER, band=ANY_DRIFT)


def calendar(mask: npt.ArrayLike) -> Rules:
    """Everything to target on each day of a mask, whatever the drift.

    Shape: `mask` (T,) for one rule, (M, T) for M of them.
    """
    return _rules(masks=mask, band=ANY_DRIFT)


def threshold(band: npt.ArrayLike, every: npt.ArrayLike = 1) -> Rules:
    """Everything to target once any weight is more than `band` from it, looked at `every` so often.

    Shape: both (B,) or broadcast to it; `band` may be (B, N), one width per instrument.
    Unit: `band` fractions of value, `every` trading days.
    """
    return _checked(_rules(every=every, band=band))


def hybrid(mask: npt.ArrayLike, band: npt.ArrayLike, kept: npt.ArrayLike = 0.0) -> Rules:
    """A threshold (or, with `kept`, a no-trade zone) that looks on the days of a mask only.

    Shape: `mask` (T,) or (B, T); `band` and `kept` as in `no_trade`.
    """
    return _checked(_rules(masks=mask, band=band, kept=kept))


def no_trade(band: npt.ArrayLike, every: npt.ArrayLike = 1, kept: npt.ArrayLike = 1.0) -> Rules:
    """What left its band goes back to `kept` of it, and only what has to give way for that moves.

    Shape: `band`, `every` and `kept` (B,) or broadcast to it; `band` may be (B, N).
    Unit: `kept` 1 stops at the band's edge, 0.5 half-way, 0 is `threshold`.
    Source: Leland (1999) for the edge under proportional costs; Vanguard (2024) "The Rebalancing
    Edge" for stopping short of the target (200/175: band 0.02, kept 0.875).
    """
    return _checked(_rules(every=every, band=band, kept=kept))


def together(*parts: Rules) -> Rules:
    """Several sets of rules as one batch, in the order given.

    Refuses: no rules, masks over different numbers of days, bands for different numbers of
    instruments.
    """
    if not parts:
        raise InputError("rules", "none were given", remedy="give at least one")
    lengths = {part.masks.shape[1] for part in parts if len(part.masks)}
    if len(lengths) > 1:
        raise InputError("masks", f"cover {sorted(lengths)} days", "must all cover the same days")
    widths = {part.band.shape[1] for part in parts} - {1}
    if len(widths) > 1:
        raise InputError("bands", f"are for {sorted(widths)} instruments", "must all be for one N")
    width = max(widths, default=1)
    before = np.cumsum([0, *(len(part.masks) for part in parts)])
    shifted = [
        np.where(part.mask == ALL_DAYS, ALL_DAYS, part.mask + start)
        for part, start in zip(parts, before, strict=False)
    ]
    masks: Sequence[Flags] = [part.masks for part in parts if len(part.masks)]
    return Rules(
        every=np.concatenate([part.every for part in parts]),
        mask=np.concatenate(shifted),
        masks=np.concatenate(masks) if masks else _NO_MASKS,
        band=np.concatenate([np.broadcast_to(p.band, (len(p), width)) for p in parts]),
        kept=np.concatenate([part.kept for part in parts]),
    )


_NO_MASKS: Flags = np.zeros((0, 0), dtype=np.bool_)


def _rules(
    *,
    band: npt.ArrayLike,
    every: npt.ArrayLike = 1,
    masks: npt.ArrayLike | None = None,
    kept: npt.ArrayLike = 0.0,
) -> Rules:
    """Columns of the same length from parameters given once or for each rule."""
    table = _NO_MASKS if masks is None else np.atleast_2d(np.asarray(masks, dtype=np.bool_))
    wide = np.asarray(band, dtype=np.float64)
    wide = wide if wide.ndim == 2 else np.atleast_1d(wide)[:, np.newaxis]
    days = np.atleast_1d(np.asarray(every, dtype=np.int64))
    share = np.atleast_1d(np.asarray(kept, dtype=np.float64))
    sizes = {len(wide), len(days), len(share), max(1, len(table))} - {1}
    if len(sizes) > 1:
        raise InputError(
            "rules",
            f"have parameters for {', '.join(map(str, sorted(sizes)))} of them",
            remedy="give each parameter once, or once for each rule",
        )
    count = max(sizes, default=1)
    rows = ALL_DAYS if not len(table) else np.arange(len(table))
    return Rules(
        every=np.array(np.broadcast_to(days, count)),
        mask=np.array(np.broadcast_to(rows, count), dtype=np.int64),
        masks=table,
        band=np.array(np.broadcast_to(wide, (count, wide.shape[1]))),
        kept=np.array(np.broadcast_to(share, count)),
    )


def _checked(rules: Rules) -> Rules:
    """The rules, unless a parameter makes no sense: the first such is refused by name."""
    for name, values, good, bound in (
        ("every", rules.every, rules.every >= 1, "must be at least 1 day"),
        ("band", rules.band, rules.band >= 0.0, "must be at least 0"),
        ("kept", rules.kept, (rules.kept >= 0.0) & (rules.kept <= 1.0), "must be from 0 to 1"),
    ):
        if not good.all():
            raise InputError(f"{name} of a rule", f"is {values[~good][0]:g}", bound)
    return rules
