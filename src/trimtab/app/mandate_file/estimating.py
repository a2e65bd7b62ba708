"""The section of `mandate.toml` on estimates: which plug-in makes what."""

from decimal import Decimal

from trimtab.app.mandate_file.keys import Key, Kind, Section
from trimtab.estimators._base import SESSIONS_MIN
from trimtab.model.mandate import EstimateRules

__all__ = ["ESTIMATES", "LEARNED", "LEARNED_COST"]

LEARNED, LEARNED_COST = "learned:", "quantile_cost"
"""How a model of the registry is named, and the estimator whose settings one of costs has."""

SESSIONS_MAX = 12_600
"""Fifty years."""

ESTIMATES = Section(
    "estimates",
    "Which estimator makes what; settings of one go under [estimates.ITS_NAME].",
    (
        Key(
            "covariance",
            Kind.WORD,
            "risk: ledoit_wolf, ewma, factor, normal_inverse_wishart or sample",
            EstimateRules().covariance.name,
        ),
        Key(
            "mean",
            Kind.WORD,
            "expected returns: black_litterman or normal_inverse_wishart",
            example='"black_litterman"',
        ),
        Key(
            "state",
            Kind.WORD,
            "calm, trending or crisis: markov_switching or jump_model",
            example='"jump_model"',
        ),
        Key(
            "drift",
            Kind.WORD,
            "drift until the next review: lognormal_drift or bootstrap_drift",
            example='"lognormal_drift"',
        ),
        Key(
            "trend",
            Kind.WORD,
            "trend with its confidence, instead of last month's return: momentum",
            example='"momentum"',
        ),
        Key(
            "cost",
            Kind.WORD,
            "trading cost from a model of your fills (`trimtab train cost`): learned:NAME",
            example='"learned:costs"',
        ),
        Key(
            "sessions",
            Kind.WHOLE,
            "daily closes that estimates rest on at most; expected returns want ten years, 2520",
            EstimateRules().sessions,
            minimum=Decimal(SESSIONS_MIN + 1),
            maximum=Decimal(SESSIONS_MAX),
        ),
    ),
    open=True,
)
