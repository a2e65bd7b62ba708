"""How a source answers where it cannot: with the stated weights, and a finding that says why.

Errors: `MissingPackageError`, an `InputError` whose remedy installs what is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.targets._base import Floats, TargetAnswer, TargetQuestion
from trimtab.targets._bounds import projected

__all__ = [
    "MissingPackageError",
    "NoWeightsError",
    "answered",
    "demand_package",
    "expected_returns",
    "in_percent",
    "risk",
]

ACCOUNTS_FOR = 1e-8
"""The least share of the largest correlation eigenvalue that the smallest must reach: below it,
some mix of classes has no risk at all, and weights are whatever rounding makes of them."""
SUM_TOLERANCE = 1e-12
VARIANCE_MIN = 1e-8
"""A class that moves by less than a basis point a year has a price that never changes."""


class NoWeightsError(Exception):
    """A source has no weights for a question; the message says why and what would help."""

    def __init__(self, fact: str, remedy: str = "") -> None:
        super().__init__(fact)
        self.fact, self.remedy = fact, remedy


class MissingPackageError(InputError):
    """A source was chosen whose package is not installed: never replaced by another."""


@dataclass(frozen=True, slots=True)
class Found:
    """Weights as a source found them, before its bounds are held to the last digit."""

    weights: Floats
    words: str


def in_percent(fraction: float) -> str:
    """A fraction as sentences say it."""
    return f"{fraction * 100:.1f} %"


def demand_package(source: str, package: str) -> None:
    """Check that a package is there.

    Refuses: a package that is not installed.
    """
    if package and find_spec(package) is None:
        raise MissingPackageError(
            f"target source {source}",
            f"it needs the package {package}, which is not installed",
            "",
            'pip install "trimtab[ai]"',
        )


def answered(source: str, question: TargetQuestion, find: Callable[[], Found]) -> TargetAnswer:
    """What `find` finds, brought within the bounds to the last digit, or the stated weights."""
    try:
        _check_bounds(question)
        found = find()
        if not np.isfinite(found.weights).all():
            raise NoWeightsError("its weights are no finite numbers")
        return TargetAnswer(projected(found.weights, question.lower, question.upper), found.words)
    except NoWeightsError as error:
        finding = Finding(
            "targets_not_estimated",
            Severity.WARNING,
            "targets",
            f"{source} has no weights for {question.as_of}, so the stated ones stand: {error.fact}",
            remedy=error.remedy,
            clause="target_source",
        )
        return TargetAnswer(question.stated, "as stated", (finding,))


def _check_bounds(question: TargetQuestion) -> None:
    lower, upper, names = question.lower, question.upper, question.classes
    for name, low, high in zip(names, lower.tolist(), upper.tolist(), strict=True):
        if low > high:
            raise NoWeightsError(
                f"{name} may be no less than {in_percent(low)} and no more than {in_percent(high)}",
                "loosen minimum, maximum or distance_max",
            )
    least, most = float(lower.sum()), float(upper.sum())
    if least > 1.0 + SUM_TOLERANCE or most < 1.0 - SUM_TOLERANCE:
        raise NoWeightsError(
            f"the bounds allow {in_percent(least)} to {in_percent(most)} in all, never the whole",
            "loosen minimum, maximum or distance_max",
        )


def risk(question: TargetQuestion) -> Floats:
    """The covariance, where weights can be found from it.

    Refuses: none, one with holes, a class that never moves, a mix of classes without any risk.
    """
    covariance = question.covariance
    if covariance is None:
        raise NoWeightsError(
            question.risk_words, "give longer prices, or take [target_source] out of the mandate"
        )
    if not np.isfinite(covariance).all():
        raise NoWeightsError("the covariance of the classes has holes", "mend the prices")
    variance = np.diag(covariance)
    still = [name for name, v in zip(question.classes, variance, strict=True) if v < VARIANCE_MIN]
    if still:
        raise NoWeightsError(
            f"the price of {', '.join(still)} never changed, so that no risk can be read off it",
            "mend the prices, or hold its weight fixed with minimum and maximum",
        )
    scale = np.sqrt(variance)
    spectrum = np.linalg.eigvalsh(covariance / np.outer(scale, scale))
    if spectrum[0] < ACCOUNTS_FOR * spectrum[-1]:
        raise NoWeightsError(
            "the covariance of the classes is singular: some of them move exactly as others do",
            'join classes that are the same, or set [estimates] covariance = "ledoit_wolf"',
        )
    return covariance


def expected_returns(question: TargetQuestion) -> tuple[Floats, Floats]:
    """Expected returns, and the covariance that whoever optimises with them faces: that of returns
    and that of the error of the mean together, so that what is uncertain gets less weight.

    Refuses: what `risk` refuses, and a mandate that names no estimator of expected returns.
    """
    covariance = risk(question)
    if question.mean is None:
        raise NoWeightsError(
            "it needs expected returns, and the mandate estimates none",
            'set [estimates] mean = "black_litterman" or "normal_inverse_wishart"',
        )
    if not np.isfinite(question.mean).all():
        raise NoWeightsError("an expected return is no finite number", "mend the prices")
    if question.mean_covariance is None:
        return question.mean, covariance
    return question.mean, covariance + question.mean_covariance
