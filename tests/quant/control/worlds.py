"""Tracking problems that several tests use."""

import numpy as np

from trimtab.quant.control.tracking import TrackingProblem


def stocks_and_bonds(cost: float = 0.003, years: float = 1 / 12) -> TrackingProblem:
    deviation = np.array([0.18, 0.06])
    return TrackingProblem(
        target=np.array([0.6, 0.4]),
        drift=np.array([0.07, 0.03]),
        covariance=np.outer(deviation, deviation) * np.array([[1.0, 0.1], [0.1, 1.0]]),
        cost=np.array([cost, cost]),
        risk_aversion=4.0,
        review_years=years,
    )


def many(n: int, seed: int = 0, years: float = 1 / 12) -> TrackingProblem:
    chance = np.random.default_rng(seed)
    loads = np.column_stack([np.full(n, 0.6), 0.4 * chance.standard_normal((n, 2))])
    covariance = loads @ loads.T + 0.5 * np.eye(n)
    scale = chance.uniform(0.06, 0.2, n) / np.sqrt(np.diag(covariance))
    return TrackingProblem(
        target=chance.dirichlet(np.full(n, 4.0)),
        drift=chance.uniform(0.02, 0.09, n),
        covariance=covariance * np.outer(scale, scale),
        cost=chance.uniform(0.0005, 0.004, n),
        risk_aversion=4.0,
        review_years=years,
    )
