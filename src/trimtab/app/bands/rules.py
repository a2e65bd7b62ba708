"""What each rule costs a year, in one simulated world: trading, drift, turnover.

The world is that of the zone itself: weights move as the classes' returns do, every trade costs
what its classes cost, and drift costs half the risk aversion times its variance.  All rules see the
same returns, so that their differences are far surer than each figure.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trimtab.model.mandate import Band
from trimtab.policies._zone_problem import SESSIONS_A_YEAR
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.problem import Floats

__all__ = ["Rule", "RuleCost", "Simulated", "band_widths", "field_rules", "simulate_rules"]

REVIEWS_SIMULATED = 400_000
"""In all paths together: enough that a percent of a figure is noise."""
YEARS = 25
YEARS_BEFORE = 2
"""Simulated and not counted, so that no rule gains by beginning at its target."""
PATHS_MIN = 50
POINTS_SHOWN = 500
QUARTER = 63

FIVE = Band(absolute=Decimal("0.05"), relative=None)
FIVE_25 = Band(absolute=Decimal("0.05"), relative=Decimal("0.25"))
TWO = Band(absolute=Decimal("0.02"), relative=None)
KEPT_OF_TWO = 0.875
"""What may remain of 200 basis points: 175."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: where it goes from given weights, and at every how many reviews.

    Shape: `destination` takes and gives (B, n).
    """

    name: str
    destination: Callable[[Floats], Floats]
    every: int = 1


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What a rule costs in the simulated world.

    Unit: `trading`, `drift` and `error` (one standard error of their sum) fractions of value a
    year; `turnover` one-way, of value a year; `trades` reviews a year at which it trades.
    """

    name: str
    trading: float
    drift: float
    error: float
    turnover: float
    trades: float

    @property
    def total(self) -> float:
        """Trading and drift together."""
        return self.trading + self.drift


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the rules cost, in the order given, and weights that the first of them met.

    Shape: `met` (P, n): at reviews, before a trade.
    """

    costs: tuple[RuleCost, ...]
    met: Floats


def band_widths(bands: Sequence[Band], weights: Floats) -> Floats:
    """The width of each class's band; classes beyond the bands (cash) have none.

    Shape: (n,).
    """
    found = np.full(len(weights), np.inf)
    for at, (band, weight) in enumerate(zip(bands, weights.tolist(), strict=False)):
        found[at] = float(band.width(Decimal(str(round(weight, 12)))))
    return found


def field_rules(
    problem: TrackingProblem, own: Sequence[Band], review_days: int
) -> tuple[Rule, ...]:
    """The rules that a zone is held against; `own` are the mandate's bands, one for each target."""
    target, count = problem.target, len(own)
    mine, usual = (band_widths(bands, target) for bands in (own, [FIVE_25] * count))
    rules = [
        Rule("200/175", _banded(target, band_widths([TWO] * count, target), KEPT_OF_TWO)),
        Rule("5/25", _banded(target, usual, 0.0)),
        Rule("5 %", _banded(target, band_widths([FIVE] * count, target), 0.0)),
    ]
    if not np.allclose(mine[:count], usual[:count]):
        rules.insert(0, Rule("your bands", _banded(target, mine, 0.0)))
    rules.append(Rule("every review", _whole_way(target)))
    if review_days < QUARTER:
        rules.append(Rule("quarterly", _whole_way(target), round(QUARTER / review_days)))
    rules.append(Rule("annual", _whole_way(target), max(1, round(SESSIONS_A_YEAR / review_days))))
    rules.append(Rule("never", np.copy))
    return tuple(rules)


def _whole_way(target: Floats) -> Callable[[Floats], Floats]:
    return lambda weights: np.broadcast_to(target, weights.shape).copy()


def _banded(target: Floats, width: Floats, kept: float) -> Callable[[Floats], Floats]:
    """Where a breach of any band leads: to target, or to what is kept of each broken band."""

    def destination(weights: Floats) -> Floats:
        away = weights - target
        out = np.abs(away) > width
        if kept == 0.0:
            return np.where(out.any(axis=1, keepdims=True), target, weights)
        edge = np.where(np.isfinite(width), kept * width, 0.0)
        aim = np.where(out, target + np.sign(away) * edge, weights)
        missing = 1.0 - aim.sum(axis=1, keepdims=True)
        # The others give way towards their own targets, as far as they are from them.
        room = np.where(out, 0.0, np.maximum(-away * np.sign(missing), 0.0))
        whole = room.sum(axis=1, keepdims=True)
        part = np.divide(room, whole, out=np.zeros_like(room), where=whole > 0.0)
        share = np.where(whole > 0.0, part, target)
        return np.asarray(np.where(out.any(axis=1, keepdims=True), aim + missing * share, weights))

    return destination


def simulate_rules(problem: TrackingProblem, rules: Sequence[Rule], seed: int = 0) -> Simulated:
    """What each rule costs over the same returns, some years after it stood at the target.

    Unit: `seed` of the returns.
    """
    reviews = max(2, round(YEARS / problem.review_years))
    before = max(1, round(YEARS_BEFORE / problem.review_years))
    paths = max(PATHS_MIN, REVIEWS_SIMULATED // reviews)
    chance = np.random.default_rng(seed)
    root = _root(problem.covariance) * np.sqrt(problem.review_years)
    drift = problem.drift - 0.5 * np.diag(problem.covariance)
    weights = [np.tile(problem.target, (paths, 1)) for _ in rules]
    sums = np.zeros((len(rules), 4, paths))  # trading, drift, turnover, trades
    met: list[Floats] = []
    for review in range(-before, reviews):
        growth = np.exp(
            chance.standard_normal((paths, problem.instruments)) @ root.T
            + drift * problem.review_years
        )
        if review >= 0 and review % max(1, reviews // POINTS_SHOWN) == 0:
            met.append(weights[0][review % paths].copy())
        for at, rule in enumerate(rules):
            held = weights[at]
            after = rule.destination(held) if review % rule.every == 0 else held
            if review >= 0:
                _count(problem, held, after, sums[at])
            grown = after * growth
            weights[at] = grown / grown.sum(axis=1, keepdims=True)
    years = reviews * problem.review_years
    return Simulated(
        tuple(_cost(rule.name, sums[at] / years) for at, rule in enumerate(rules)), np.array(met)
    )


def _count(problem: TrackingProblem, held: Floats, after: Floats, sums: Floats) -> None:
    """Add one review to what each path has cost so far."""
    moved = np.abs(after - held)
    sums[0] += moved @ problem.cost
    sums[1] += problem.drift_cost(after) * problem.review_years
    turned = 0.5 * moved.sum(axis=1)
    sums[2] += turned
    sums[3] += turned > 1e-9


def _cost(name: str, yearly: Floats) -> RuleCost:
    trading, drift, turnover, trades = yearly.mean(axis=1).tolist()
    both = yearly[0] + yearly[1]
    error = float(both.std(ddof=1) / np.sqrt(len(both)))
    return RuleCost(name, trading, drift, error, turnover, trades)


def _root(covariance: Floats) -> Floats:
    """A square root of a covariance that may be singular (cash does not move)."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
