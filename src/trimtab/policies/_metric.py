"""The metric of rules that measure drift class by class, in weights.

It counts a class as one thing: members of a class that is split `first` stand in for each other, so
that the cheapest of them is traded; where the split is a rule of its own (`equal`, `held`) each
member's weight counts as well.
"""

from __future__ import annotations

import numpy as np

from trimtab.model.mandate import Split
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation

__all__ = ["class_metric"]

MEMBER_VARIANCE = 1e-7
"""Variance of a member within its class where members stand in for each other: with the κ of the
rules it is worth less than any spread, so it decides ties (for the preferred member) and nothing
else."""

LENT_VARIANCE = 1e-3
"""Variance of a member where a split of its own may be lent to save tax: with the κ of the rules a
deviation of one point costs half a basis point of value, about what its own risk costs a year."""


def class_metric(situation: Situation, *, members_alike: bool = False) -> Floats:
    """The covariance under which drift is distance in weights, target by target.

    With `members_alike` a member may stand in for another of its class at a small price, whatever
    the split.
    Shape: (n, n).
    """
    mandate = situation.mandate
    place = {name: i for i, name in enumerate(situation.index.instruments)}
    own = np.full(len(place), MEMBER_VARIANCE)
    metric = np.zeros((len(place), len(place)))
    untargeted = set(place)
    for target in mandate.targets:
        names = [name for name in mandate.members_of(target) if name in untargeted]
        members = [place[name] for name in names]
        untargeted.difference_update(names)
        metric[np.ix_(members, members)] += 1.0
        if target.split is not Split.FIRST:
            own[members] = LENT_VARIANCE if members_alike else 1.0
    rest = [place[name] for name in untargeted]
    own[rest] = 1.0
    return np.asarray(metric + np.diag(own))
