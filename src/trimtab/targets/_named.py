"""Weights that a person wrote by the names of classes.

Errors: `ValueError` for weights that are negative or do not sum to one, which the reader of
settings turns into an `InputError`; `NoWeightsError` for a name that is no class of the household.
"""

from collections.abc import Mapping

import numpy as np

from trimtab.model.errors import nearest
from trimtab.targets._answers import NoWeightsError
from trimtab.targets._base import Floats, TargetQuestion

__all__ = ["check_whole", "named_weights"]

SUM_TOLERANCE = 1e-6


def check_whole(mix: Mapping[str, float], what: str) -> None:
    """Check weights by name.

    Refuses: a negative one, and a sum that is not one.
    """
    negative = [name for name, weight in mix.items() if weight < 0.0]
    if negative:
        raise ValueError(f"{what} gives {negative[0]} a weight below zero")
    whole = sum(mix.values())
    if abs(whole - 1.0) > SUM_TOLERANCE:
        raise ValueError(f"the weights of {what} sum to {whole:g}; they must sum to 1")


def named_weights(mix: Mapping[str, float], question: TargetQuestion) -> Floats:
    """The weights in the order of the question's classes; a class that is not named has none.

    Shape: (n,).
    Refuses: a name that is none of the classes.
    """
    for name in mix:
        if name not in question.classes:
            raise NoWeightsError(f"there is no target {name!r}", nearest(name, question.classes))
    found = np.array([mix.get(name, 0.0) for name in question.classes])
    return np.asarray(found / found.sum())
