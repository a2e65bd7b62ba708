"""The kernel of the ear: beliefs carried from session to session, for many markets at once.

Errors: none; shapes and positive likelihoods are the caller's promise (`hearing`).
"""

import numpy as np
import numpy.typing as npt

from trimtab.quant.compile import entry

__all__ = ["filter_forward"]

Floats = npt.NDArray[np.float64]


@entry
def filter_forward(start: Floats, change: Floats, likely: Floats, belief: Floats) -> None:
    """Probability of each mood before each session, from the sessions before it.

    Shape: `start` (K,), `change` (K, K), `likely` and `belief` (T, B, K), the latter written.
    """
    sessions, rows, moods = likely.shape
    belief[0] = start
    for t in range(1, sessions):
        for row in range(rows):
            total = 0.0
            for k in range(moods):
                total += belief[t - 1, row, k] * likely[t - 1, row, k]
            for k in range(moods):
                reached = 0.0
                for j in range(moods):
                    reached += belief[t - 1, row, j] * likely[t - 1, row, j] * change[j, k]
                belief[t, row, k] = reached / total
