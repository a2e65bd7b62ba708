"""The market state by Markov switching: volatility that jumps between two levels.

The average of all instruments, each in units of its own volatility, is taken to come from one of
two normal distributions, between which a hidden Markov chain switches.  The parameters are fitted
by maximum likelihood to the sessions up to the day, and the *filtered* probability of the wilder
one on the last session counts, never the smoothed one.  Two levels that hardly differ, or a wild
one that does not last, are no regimes but tails: the volatility then counts as ordinary.

Errors: `InputError` where there is too little history, or no fit is found; `MissingPackageError`
where statsmodels is not installed.

Source: Hamilton (1989), Econometrica 57; the switching variance, Hamilton & Susmel (1994), Journal
of Econometrics 64; Kim & Nelson (1999), State-Space Models with Regime Switching, ch. 4.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._market_state import (
    Reading,
    forecast_of,
    market_factor,
    moving,
    percent,
    probability_of_breakdown,
    probability_of_trend,
)
from trimtab.estimators._packages import missing
from trimtab.model.errors import InputError
from trimtab.model.estimates import StateForecast

__all__ = ["MarkovSwitching"]

EM_ROUNDS = 20
ROUNDS_MAX = 200


@dataclass(frozen=True, slots=True)
class MarkovSwitching:
    """Two levels of volatility, fitted up to the day.

    Unit: `volatility_ratio_min` how many times the calm volatility the wild one must be;
    `stay_min` the least probability that a wild session follows a wild one.
    """

    volatility_ratio_min: float = 1.5
    stay_min: float = 0.8

    def __post_init__(self) -> None:
        if not self.volatility_ratio_min > 1.0:
            raise ValueError(f"volatility_ratio_min is {self.volatility_ratio_min}; must exceed 1")
        if not 0.0 <= self.stay_min < 1.0:
            raise ValueError(f"stay_min is {self.stay_min}; must be at least 0 and below 1")

    def state(self, returns: Floats) -> StateForecast:
        """How probable each state is on the last session.

        Refuses: less than a year of returns that move, and data to which nothing can be fitted.
        """
        scaled = moving(returns)
        factor = market_factor(scaled)
        turbulent, volatility_words = self._turbulent(factor)
        concentrated, correlation_words = probability_of_breakdown(scaled)
        trending, trend_words = probability_of_trend(factor)
        words = f"{volatility_words}; {correlation_words}; {trend_words}"
        return forecast_of(Reading(turbulent, concentrated, trending, words))

    def _turbulent(self, factor: Floats) -> tuple[float, str]:
        """The filtered probability of the wild level on the last session, with words."""
        variances, stay, filtered = _fitted(factor)
        wild = int(np.argmax(variances))
        ratio = float(np.sqrt(variances[wild] / variances[1 - wild]))
        if ratio < self.volatility_ratio_min or stay[wild] < self.stay_min:
            return 0.0, "one level of volatility"
        probability = float(np.clip(filtered[wild], 0.0, 1.0))
        words = (
            f"with probability {percent(probability)} volatility is {ratio:.1f} times the calm one"
        )
        return probability, words


def _fitted(factor: Floats) -> tuple[Floats, Floats, Floats]:
    """Each regime's variance, probability to stay, and filtered probability on the last session.

    Shape: (2,) each.
    """
    try:
        from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression
    except ImportError:
        raise missing("markov_switching", "statsmodels") from None
    model = MarkovRegression(factor, k_regimes=2, trend="c", switching_variance=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fit that did not converge is judged by its figures
            fit = model.fit(em_iter=EM_ROUNDS, maxiter=ROUNDS_MAX, disp=False)
        variances = fit.params[-2:]
        stay = np.diag(fit.regime_transition[:, :, 0])
        filtered = fit.filtered_marginal_probabilities[-1]
    except (np.linalg.LinAlgError, ValueError):
        variances = stay = filtered = np.full(2, np.nan)
    figures = tuple(np.asarray(one, dtype=np.float64) for one in (variances, stay, filtered))
    if not all(np.isfinite(one).all() for one in figures) or (figures[0] <= 0.0).any():
        raise InputError(
            "the state of the market",
            f"no two levels of volatility can be fitted to {len(factor)} sessions",
            "",
            'give a longer price history, or set [estimates] state = "jump_model"',
        )
    return figures[0], figures[1], figures[2]


PLUGIN = MarkovSwitching
