"""The probability of backtest overfitting: does what was best on one half stay good on the other?

History is cut into blocks, and every half of them once serves for choosing and the other half for
judging.  If the choice is skill, the chosen trial stays above the median; if it is luck, it falls
below about as often as not.

Errors: fewer than two trials, an odd number of blocks or one that the days do not fill, and more
combinations than `COMBINATIONS_MAX`, are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, Ints, return_series
from trimtab.quant.performance.criteria import (
    Criterion,
    DaySums,
    daily_values,
    score,
    sums_of_days,
)

__all__ = ["Overfitting", "probability_of_overfitting"]

BLOCKS = 16
BLOCK_SESSIONS_MIN = 2
COMBINATIONS_MAX = 200_000
SCORES_AT_ONCE = 4_000_000
"""Scores held at the same time: 32 MB an array."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What became of the best trial in every split of history into halves.

    Shape: (C,) each, one entry a split.
    Unit: `in_sample` and `out_of_sample` scores of the trial chosen there, `rank` its place among
    all out-of-sample scores, a fraction in (0, 1) with 1 the best.
    """

    chosen: Ints
    in_sample: Floats
    out_of_sample: Floats
    rank: Floats
    criterion: Criterion

    @property
    def probability(self) -> float:
        """Share of splits in which the chosen trial was in the lower half out of sample (PBO).

        A split in which it was the middle one counts as half of one: an odd number of trials has a
        middle, and worthless ones shall come to one half however many they are.
        """
        return float((self.rank < 0.5).mean() + (self.rank == 0.5).mean() / 2.0)

    @property
    def logits(self) -> Floats:
        """log(rank ÷ (1 − rank)): zero at the median."""
        return np.asarray(np.log(self.rank / (1.0 - self.rank)))

    @property
    def probability_of_loss(self) -> float:
        """Share of splits in which the chosen trial lost out of sample."""
        return float((self.out_of_sample < 0.0).mean())

    @property
    def degradation(self) -> float:
        """Slope of out-of-sample on in-sample scores of the chosen; NaN where one is chosen alone.

        Negative: the better it looked, the worse it did.
        """
        away = self.in_sample - self.in_sample.mean()
        spread = float(away @ away)
        return float(away @ self.out_of_sample) / spread if spread > 0 else float("nan")


def probability_of_overfitting(
    returns: npt.ArrayLike, blocks: int = BLOCKS, criterion: Criterion = Criterion.SHARPE
) -> Overfitting:
    """Combinatorially symmetric cross-validation of a table of trials.

    Shape: `returns` (T, N), N trials side by side on the same days.
    Unit: `blocks` an even number of stretches of equal length, to a day; 16 give 12,870 splits.
    Refuses: see the module.
    Source: Bailey, Borwein, López de Prado and Zhu (2017), Journal of Computational Finance 20(4).
    """
    table = return_series(returns, least=2)
    _check(table, blocks)
    parts = _sums_by_block(daily_values(table, criterion), blocks)
    splits = np.array(list(combinations(range(blocks), blocks // 2)))
    # In dictionary order a split's complement stands as far from the end as it from the start, so
    # that each set of blocks is scored once and serves both for choosing and for judging.
    count = len(splits)
    chosen = np.empty(count, dtype=np.int64)
    inside, outside, rank = np.empty(count), np.empty(count), np.empty(count)
    at_once = max(1, SCORES_AT_ONCE // table.shape[1])
    for start in range(0, count // 2, at_once):
        stop = min(start + at_once, count // 2)
        one, other = _scores_of_halves(parts, splits[start:stop], blocks, criterion)
        mirrored = slice(count - 1 - start, count - 1 - stop, -1)
        for rows, learnt, judged in ((slice(start, stop), one, other), (mirrored, other, one)):
            chosen[rows], inside[rows], outside[rows], rank[rows] = _judge(learnt, judged)
    return Overfitting(chosen, inside, outside, rank, criterion)


def _check(table: Floats, blocks: int) -> None:
    if table.ndim != 2 or table.shape[1] < 2:
        raise InputError("returns", f"shape {table.shape}", "(T, N) with at least two trials")
    if blocks < 2 or blocks % 2:
        raise InputError("blocks", f"{blocks}", "an even number, so that halves are equal")
    if len(table) < blocks * BLOCK_SESSIONS_MIN:
        raise InputError(
            "blocks",
            f"{blocks} blocks of {len(table)} returns",
            f"a block has at least {BLOCK_SESSIONS_MIN} returns",
            "take fewer blocks or a longer history",
        )
    if comb(blocks, blocks // 2) > COMBINATIONS_MAX:
        raise InputError(
            "blocks",
            f"{blocks} blocks give {comb(blocks, blocks // 2):,} splits",
            f"at most {COMBINATIONS_MAX:,} are tried",
            f"{BLOCKS} blocks are usual",
        )


def _sums_by_block(values: Floats, blocks: int) -> DaySums:
    """Sums of each block, one row a block."""
    centre = values.mean(axis=0)
    each = [sums_of_days(part, centre) for part in np.array_split(values, blocks)]
    return DaySums(
        np.stack([one.count for one in each]),
        np.stack([one.total for one in each]),
        np.stack([one.square for one in each]),
        centre,
    )


def _scores_of_halves(
    parts: DaySums, splits: Ints, blocks: int, criterion: Criterion
) -> tuple[Floats, Floats]:
    """Scores of all trials on the blocks of each split, and on the blocks left out."""
    member = np.zeros((len(splits), blocks))
    np.put_along_axis(member, splits, 1.0, axis=1)
    one, other = (
        score(
            DaySums(
                chosen @ parts.count, chosen @ parts.total, chosen @ parts.square, parts.centre
            ),
            criterion,
        )
        for chosen in (member, 1.0 - member)
    )
    return one, other


def _judge(learnt: Floats, judged: Floats) -> tuple[Ints, Floats, Floats, Floats]:
    """Of each split the chosen trial, its scores in and out of sample, and its rank there.

    Trials with the same score share their places.
    """
    chosen = learnt.argmax(axis=1)
    row = np.arange(len(learnt))
    own = judged[row, chosen]
    below = np.count_nonzero(judged < own[:, None], axis=1)
    up_to = np.count_nonzero(judged <= own[:, None], axis=1)  # itself among them
    rank = (below + up_to + 1) / 2.0 / (judged.shape[1] + 1)
    return chosen, learnt[row, chosen], own, rank
