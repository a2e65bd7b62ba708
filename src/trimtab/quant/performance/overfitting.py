"""The probability of backtest overfitting: does what was best on one half stay good on the other?

History is cut into blocks, and every half of them once serves for choosing and the other half for
judging.  If the choice is skill, the chosen trial stays above the median; if it is luck, it falls
below about as often as not.

Errors: fewer than two trials, an odd number of blocks or one that the days do not fill, and more
combinations than `COMBINATIONS_MAX`, are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, Ints, return_series
from trimtab.quant.performance.criteria import Criterion, DaySums, score, sums_of_days

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
        """Share of splits in which the chosen trial was in the lower half out of sample (PBO)."""
        return float((self.rank <= 0.5).mean())

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
    parts = _sums_by_block(table, blocks)
    splits = np.array(list(combinations(range(blocks), blocks // 2)))
    at_once = max(1, SCORES_AT_ONCE // table.shape[1])
    found = [
        _judge(parts, splits[start : start + at_once], blocks, criterion)
        for start in range(0, len(splits), at_once)
    ]
    chosen, inside, outside, rank = (np.concatenate(column) for column in zip(*found, strict=True))
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


def _sums_by_block(table: Floats, blocks: int) -> DaySums:
    """Sums of each block, one row a block."""
    centre = table.mean(axis=0)
    each = [sums_of_days(part, centre) for part in np.array_split(table, blocks)]
    return DaySums(
        np.stack([one.count for one in each]),
        np.stack([one.total for one in each]),
        np.stack([one.square for one in each]),
        np.stack([one.log_growth for one in each]),
        centre,
    )


def _judge(
    parts: DaySums, splits: Ints, blocks: int, criterion: Criterion
) -> tuple[Ints, Floats, Floats, Floats]:
    """Choose on the blocks of each split, judge on the others."""
    inside = np.zeros((len(splits), blocks))
    np.put_along_axis(inside, splits, 1.0, axis=1)
    learnt = score(_added(parts, inside), criterion)
    judged = score(_added(parts, 1.0 - inside), criterion)
    chosen = learnt.argmax(axis=1)
    row = np.arange(len(splits))
    own = judged[row, chosen]
    below = (judged < own[:, None]).sum(axis=1)
    equal = (judged == own[:, None]).sum(axis=1)  # itself among them: ties share their places
    rank = (below + (equal + 1) / 2.0) / (judged.shape[1] + 1)
    return chosen, learnt[row, chosen], own, rank


def _added(parts: DaySums, member: Floats) -> DaySums:
    """The sums over the member blocks of each split."""
    return replace(
        parts,
        count=member @ parts.count,
        total=member @ parts.total,
        square=member @ parts.square,
        log_growth=member @ parts.log_growth,
    )
