"""Expected returns after Black and Litterman: what the targets imply, moved by the owner's views.

Without views the expected returns are those for which the wanted weights would be the best ones,
π = δΣw; they are believed as if with error τΣ.  A view says what one instrument will earn, or by
how much one will beat another, and how sure that is; the answer is the Bayesian posterior:

    μ = π + τΣPᵀ (PτΣPᵀ + Ω)⁻¹ (q − Pπ)        M = τΣ − τΣPᵀ (PτΣPᵀ + Ω)⁻¹ PτΣ

M is the error of μ that is left; whoever optimises with μ uses the predictive covariance Σ + M.
A view of confidence c has Ω = (1 − c)/c · PτΣPᵀ, so that by itself it moves its own expectation by
the share c of the way.

Errors: `InputError` for a view on an instrument that is not there.

Source: Black & Litterman (1992), Financial Analysts Journal 48(5); He & Litterman (1999), The
Intuition Behind Black-Litterman Model Portfolios; confidence, Idzorek (2005), A step-by-step guide
to the Black-Litterman model; M, Meucci (2010), The Black-Litterman Approach.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import Floats, Market, MeanEstimate
from trimtab.model.errors import InputError, nearest

__all__ = ["BlackLitterman", "View"]


@dataclass(frozen=True, slots=True)
class View:
    """What an owner expects of an instrument, or of it `over` another.

    Unit: `expected` a year, fraction of one: a return, or with `over` a difference of returns;
    `confidence` above 0 and below 1.
    """

    instrument: str
    expected: float
    over: str = ""
    confidence: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.confidence < 1.0:
            raise ValueError(f"confidence is {self.confidence}; must be above 0 and below 1")
        if self.instrument == self.over:
            raise ValueError(f"a view compares {self.instrument!r} with itself")


@dataclass(frozen=True, slots=True)
class BlackLitterman:
    """What the wanted weights imply, moved by `views`.

    Unit: `risk_aversion` is δ, the excess return a year that one unit of variance must pay;
    `prior_error` is τ; `cash_rate` a year, added to what the weights imply.
    """

    views: tuple[View, ...] = ()
    risk_aversion: float = 2.5
    prior_error: float = 0.05
    cash_rate: float = 0.0

    def __post_init__(self) -> None:
        for setting in ("risk_aversion", "prior_error"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")

    def mean(self, market: Market) -> MeanEstimate:
        """The expected return a year after the views, and its posterior covariance.

        Refuses: a view on an instrument that is not estimated.
        """
        prior = self.risk_aversion * market.covariance @ market.weights + self.cash_rate
        error = self.prior_error * market.covariance
        if not self.views:
            return MeanEstimate(prior, error)
        picks = np.array([_row(view, market.instruments) for view in self.views])
        expected = np.array([view.expected for view in self.views])
        sure = np.array([view.confidence for view in self.views])
        told = picks @ error @ picks.T
        noise = np.diag((1.0 - sure) / sure * np.diag(told))
        gain = np.linalg.solve(told + noise, picks @ error).T
        mean = prior + gain @ (expected - picks @ prior)
        left = error - gain @ picks @ error
        return MeanEstimate(mean, (left + left.T) / 2)


def _row(view: View, instruments: tuple[str, ...]) -> Floats:
    """The view as a row of P."""
    row = np.zeros(len(instruments))
    for name, sign in ((view.instrument, 1.0), (view.over, -1.0)):
        if not name:
            continue
        if name not in instruments:
            raise InputError(
                f"a view of black_litterman on {name!r}",
                "no return of it is estimated",
                "a view needs an instrument of the household with enough price history",
                nearest(name, instruments),
            )
        row[instruments.index(name)] += sign
    return row


PLUGIN = BlackLitterman
