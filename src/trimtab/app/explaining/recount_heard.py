"""What a listening model was told, worked out a second time: the filter by plain sums.

Closes are read anew and the beliefs carried from session to session by Hamilton's recursion, in
plain numbers.  What the two computations share is the data and the fitted levels of volatility.

Errors: none; where nothing can be worked out, the sentence is withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np

from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.quant.learned.hearing import MEMORY, Ear

__all__ = ["heard_again"]


def heard_again(
    history: PriceHistory, mandate: Mandate, cost_factors: Sequence[float]
) -> dict[str, float]:
    """The figures of the signals by name."""
    rows = _returns(history, mandate)
    try:
        ear = Ear.fitted(np.array(rows))
    except InputError:
        return {}
    scale, change = ear.scale.tolist(), ear.change.tolist()
    calm, loud = ear.start.tolist()
    levels = list(zip(ear.mean.tolist(), ear.deviation.tolist(), strict=True))
    usual = (calm, loud)
    for row in rows:
        factor = sum(move / size for move, size in zip(row, scale, strict=True)) / len(row)
        first, second = (exp(-0.5 * ((factor - m) / s) ** 2) / s for m, s in levels)
        whole = calm * first + loud * second
        before = calm * first / whole, loud * second / whole
        calm, loud = (before[0] * change[0][k] + before[1] * change[1][k] for k in (0, 1))
    variance = [s * s for _, s in levels]
    expected = calm * variance[0] + loud * variance[1]
    ordinary = usual[0] * variance[0] + usual[1] * variance[1]
    remembered = 0.0
    for cost in cost_factors:
        remembered = MEMORY * remembered + (1.0 - MEMORY) * log(cost)
    return {
        "heard.storm": loud - usual[1],
        "heard.volatility": sqrt(expected / ordinary),
        "heard.cost": exp(remembered),
        "heard.sessions": float(len(rows)),
    }


def _returns(history: PriceHistory, mandate: Mandate) -> list[list[float]]:
    """Log returns of the first instrument of each target, of those that move, on the sessions on
    which all have one."""
    first = dict.fromkeys(target.instruments[0] for target in mandate.targets)
    places = [history.instruments.index(name) for name in first if name in history.instruments]
    pairs = list(zip(history.closes[:-1], history.closes[1:], strict=True))
    moving = [k for k in places if any(now[k] != before[k] for before, now in pairs)]
    rows = [[log(now[k] / before[k]) for k in moving] for before, now in pairs]
    return [row for row in rows if all(move == move for move in row)]
