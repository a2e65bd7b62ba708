"""What a source of targets is: a question in, weights with the words they rest on out.

A file of this folder is one source.  It is asked about classes, never about what is held: what a
way to new weights costs is for the decision to weigh, and targets that depended on holdings would
depend on who asked before.

Errors: a source answers bad data with the stated weights and a finding; it raises only where the
package is missing that it needs.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import must
from trimtab.model.findings import Finding

__all__ = ["WEIGHT_TOLERANCE", "Floats", "TargetAnswer", "TargetQuestion", "TargetSource"]

Floats = npt.NDArray[np.float64]
WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class TargetQuestion:
    """What a source may look at: classes, and data up to `as_of`.

    `covariance` is none where risk could not be estimated, and `risk_words` say why; else they say
    what it rests on.
    Shape: `stated`, `lower` and `upper` (n,) over `classes`; `returns` sessions × n, simple and
    daily, oldest first, `nan` where there is none; `covariance` n × n, yearly; `mean` (n,) expected
    returns a year, and `mean_covariance` n × n that of their error.
    Unit: weights are fractions of what is invested.
    Refuses: stated weights that do not sum to one, with `InvariantError`.
    """

    as_of: date
    classes: tuple[str, ...]
    stated: Floats
    lower: Floats
    upper: Floats
    returns: Floats
    covariance: Floats | None
    risk_words: str
    mean: Floats | None = None
    mean_covariance: Floats | None = None
    mean_words: str = ""

    def __post_init__(self) -> None:
        whole = float(self.stated.sum())
        must(abs(whole - 1.0) <= WEIGHT_TOLERANCE, f"stated weights sum to one, not {whole}")


@dataclass(frozen=True, slots=True, eq=False)
class TargetAnswer:
    """Weights, the words that say what they rest on, and what a person should know.

    Shape: `weights` (n,) over the classes of the question.
    Unit: fractions of what is invested.
    Refuses: weights that are negative or do not sum to one, with `InvariantError`.
    """

    weights: Floats
    words: str
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        whole = float(self.weights.sum())
        sums = abs(whole - 1.0) <= WEIGHT_TOLERANCE and bool((self.weights >= 0.0).all())
        must(sums, f"target weights are not negative and sum to one, not {whole}")


@runtime_checkable
class TargetSource(Protocol):
    """Where target weights come from; `package` is what it needs besides the core, or empty."""

    package: ClassVar[str]

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The weights of a day, within the question's bounds.

        Refuses: to answer without the package that it needs, as `InputError`; nothing else.
        """
        ...
