"""From a source and a question to the weights that are used: blended, and always an answer.

Errors: a missing package passes through; anything else is a finding of the answer.
"""

import numpy as np

from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion, TargetSource

__all__ = ["blended_weights", "bounds"]


def bounds(
    stated: Floats, minimum: Floats, maximum: Floats, distance_max: float | None
) -> tuple[Floats, Floats]:
    """The least and the most weight of each class.

    Shape: (n,) each.
    Unit: all of the same whole; `distance_max` from the stated weight.
    """
    lower, upper = np.maximum(minimum, 0.0), np.minimum(maximum, 1.0)
    if distance_max is not None:
        lower = np.maximum(lower, stated - distance_max)
        upper = np.minimum(upper, stated + distance_max)
    return np.asarray(lower), np.asarray(upper)


def blended_weights(source: TargetSource, question: TargetQuestion, blend: float) -> TargetAnswer:
    """What a source answers, taken to the share `blend`, and the stated weights for the rest."""
    answer = source.weights(question)
    if blend >= 1.0 or answer.findings:
        return answer
    mixed = blend * answer.weights + (1.0 - blend) * question.stated
    words = f"{blend * 100:.0f} % of the way from the stated weights: {answer.words}"
    return TargetAnswer(mixed / mixed.sum(), words, answer.findings)
