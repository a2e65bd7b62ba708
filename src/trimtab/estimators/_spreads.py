"""Bid-ask spreads from daily bars, where no quotes are at hand.

A day's high is mostly bought and its low mostly sold, so that the range holds the spread beside the
volatility; two days hold twice the variance but the same spread, which tells them apart.  Both
estimators are noisy: a month of bars is the least, and a fund of one basis point is beyond them.

Errors: none; bars that tell nothing give `nan`.

Source: Corwin & Schultz (2012), A Simple Way to Estimate Bid-Ask Spreads from Daily High and Low
Prices, Journal of Finance 67; Abdi & Ranaldo (2017), A Simple Estimation of Bid-Ask Spreads from
Daily Close, High, and Low Prices, Review of Financial Studies 30.
"""

import numpy as np

from trimtab.estimators._base import Floats

__all__ = ["abdi_ranaldo", "corwin_schultz"]

PAIRS_MIN = 10


def abdi_ranaldo(high: Floats, low: Floats, close: Floats) -> float:
    """Half the spread, a fraction of the price, from a window of bars.

    Shape: (sessions,) each, `nan` where a bar is missing.
    """
    middle = (np.log(high) + np.log(low)) / 2.0
    closes = np.log(close)
    squares = 4.0 * (closes[:-1] - middle[:-1]) * (closes[:-1] - middle[1:])
    known = squares[np.isfinite(squares)]
    if len(known) < PAIRS_MIN:
        return float("nan")
    return float(np.sqrt(max(0.0, known.mean()))) / 2.0


def corwin_schultz(high: Floats, low: Floats, close: Floats) -> float:
    """Half the spread, a fraction of the price, from a window of bars; gaps overnight are closed.

    Shape: (sessions,) each, `nan` where a bar is missing.
    """
    gap = np.maximum(0.0, low[1:] - close[:-1]) - np.maximum(0.0, close[:-1] - high[1:])
    high_next, low_next = high[1:] - gap, low[1:] - gap
    range_of = 3.0 - 2.0 * np.sqrt(2.0)
    one = np.log(high[:-1] / low[:-1]) ** 2 + np.log(high_next / low_next) ** 2
    both = np.log(np.maximum(high[:-1], high_next) / np.minimum(low[:-1], low_next)) ** 2
    alpha = (np.sqrt(2.0 * one) - np.sqrt(one)) / range_of - np.sqrt(both / range_of)
    spread = 2.0 * (np.exp(alpha) - 1.0) / (1.0 + np.exp(alpha))
    known = spread[np.isfinite(spread)]
    if len(known) < PAIRS_MIN:
        return float("nan")
    return float(np.maximum(known, 0.0).mean()) / 2.0
