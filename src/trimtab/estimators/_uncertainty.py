"""How far an estimated variance may be off, whatever estimator it comes from.

Normal, independent returns would give √(2/T).  Daily returns are neither: tails are fat and
volatility comes in waves, so that the same number of sessions says much less.  The error is read
off the data: squared returns are averaged over blocks of a month, and the spread of those blocks
gives the error of their mean.

Errors: none; with fewer than three blocks the normal figure stands.

Source: non-overlapping batch means, Law & Carson (1979), Operations Research 27.
"""

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._pairwise import VARIANCE_FLOOR, centred

__all__ = ["BLOCK_SESSIONS", "relative_error_of_variance"]

BLOCK_SESSIONS = 21
BLOCKS_MIN = 3


def relative_error_of_variance(returns: Floats) -> float:
    """The standard error of a variance as a share of it: the median over the instruments.

    Shape: `returns` sessions × n, `nan` where there is none.
    """
    if not returns.shape[1]:
        return 0.0
    squares = np.where(np.isfinite(returns), centred(returns) ** 2, np.nan)
    errors = [_of_one(column[np.isfinite(column)]) for column in squares.T]
    return float(np.median(errors))


def _of_one(squares: Floats) -> float:
    """The same of one instrument, from its squared deviations."""
    level = float(squares.mean()) if len(squares) else 0.0
    if level <= VARIANCE_FLOOR:
        return 0.0  # what never moves has a variance that is known
    blocks = len(squares) // BLOCK_SESSIONS
    plain = float(np.sqrt(2.0 / len(squares)))
    if blocks < BLOCKS_MIN:
        return plain
    means = squares[-blocks * BLOCK_SESSIONS :].reshape(blocks, BLOCK_SESSIONS).mean(axis=1)
    return max(plain, float(means.std(ddof=1) / (np.sqrt(blocks) * level)))
