"""What a learned model hears of the market: which of it, in which words, and when it may not.

A model that listens was trained in worlds without taxes.  In a storm it widens a zone because
trading gets dearer, and a tax does not: of a household whose sales are taxed it knows nothing, and
the rule decides there.

Errors: none; why a model is not asked is said in words.
"""

from __future__ import annotations

from math import exp

import numpy as np

from trimtab.model.estimates import HeardMarket
from trimtab.policies._zone import Zone
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.hearing import SIGNALS
from trimtab.quant.learned.models import LearnedModel

__all__ = ["TAX_MIN", "heard_words", "listens", "not_asked", "signals_for"]

TAX_MIN = 1e-7
"""Tax per dollar sold below which a sale counts as untaxed."""
USUAL = 0.005
"""Of a factor or a probability: what is nearer to the usual than this is called usual."""


def listens(model: LearnedModel) -> bool:
    """Whether a model wants to be told of the market in the way a household can be."""
    return model.signals == SIGNALS


def signals_for(model: LearnedModel, heard: HeardMarket | None) -> Floats:
    """The market's part of a model's state, in its order; empty for one that does not listen."""
    if heard is None or not listens(model):
        return np.empty(0)
    return np.array(heard.signals)


def not_asked(rule: Zone, model: LearnedModel, heard: HeardMarket | None) -> tuple[str, str] | None:
    """Why a model that listens is not asked: a code and words; none where it may be."""
    if not listens(model):
        return None
    if heard is None:
        return "model_unheard", "it listens to the market, of which nothing could be heard"
    tax = rule.classes.tax
    if float(tax.max(initial=0.0)) > TAX_MIN:
        at = int(np.argmax(tax))
        words = (
            f"it was trained without taxes, and selling {rule.classes.names[at]} is taxed with "
            f"{tax[at] * 100:.2f} % of what is sold"
        )
        return "model_taxed", words
    return None


def heard_words(heard: HeardMarket) -> str:
    """The signals in words."""
    points = heard.storm_excess * 100.0
    storm = "a storm as likely as usual"
    if abs(heard.storm_excess) >= USUAL:
        storm = (
            f"a storm {abs(points):.0f} points {'more' if points > 0 else 'less'} likely than usual"
        )
    volatility = f"volatility {exp(heard.log_expected_volatility):.2f} times the usual"
    if heard.cost_reviews:
        cost = f"trading {exp(heard.log_recent_cost):.2f} times as dear as usual"
    else:
        cost = "trading counted at its usual cost, as no recent orders are known"
    return f"heard of the market: {storm}, {volatility}, {cost}"
