"""Every policy of the evidence, each as a family of candidates with the same tuning budget.

A family is tuned by running all its candidates through training worlds and keeping the cheapest.
Rules that people name (5 %, 5/25, quarterly ...) are families of one: nothing is tuned there, and
beside each stands the same rule with its parameter tuned.

Errors: none of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.policies._zone_problem import equilibrium_returns
from trimtab.policies._zone_region import zone_region
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.worlds.bands import Bands
from trimtab.quant.worlds.policy_paths import PathPolicy
from trimtab.quant.worlds.zone import Zone

__all__ = ["BUDGET", "NO_RETURNS", "ROLES", "Family", "Knowledge", "families", "optimised", "zone"]

Floats = npt.NDArray[np.float64]

BUDGET = 9
"""Trials of every tuned family."""
MONTHS_A_YEAR = 12

NAMED, RULE, CONTROL, LEARNED, PEER = "named rule", "tuned rule", "control", "learned", "peer"
NO_RETURNS = "no_trade_zone, no returns known"
"""The zone of a mandate that has no returns estimated."""
ROLES = (NAMED, RULE, CONTROL, LEARNED, PEER)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a policy may know: the household, and a market as believed from training years.

    Shape: `target`, `cost`, `drift` (n,), `covariance` (n, n).
    Unit: `cost` one way; `drift`, `covariance` a year; `gain` ÷ value as is usual in the household;
    `month` sessions.
    """

    target: Floats
    cost: Floats
    drift: Floats
    covariance: Floats
    risk_aversion: float
    tax_rate: float
    gain: float
    month: int


@dataclass(frozen=True, slots=True)
class Family:
    """Candidates of one idea; `role` says what a verdict may compare it with."""

    name: str
    role: str
    candidates: tuple[PathPolicy, ...]

    @property
    def trials(self) -> int:
        """How many were tried; a family of one was not tuned."""
        return len(self.candidates) if len(self.candidates) > 1 else 0


def families(known: Knowledge) -> tuple[Family, ...]:
    """All families that need nothing but NumPy and Numba."""
    return (
        *_named(known),
        *_tuned(known),
        *_tax_aware(known),
        *_peers(known),
        *_zones(known),
    )


def _named(known: Knowledge) -> list[Family]:
    month, wide = known.month, np.ones_like(known.target)
    rules = [
        Bands("never", wide, 0),
        Bands("monthly", 0.0 * wide, month),
        Bands("quarterly", 0.0 * wide, 3 * month),
        Bands("annual", 0.0 * wide, 12 * month),
        Bands("5 %", 0.05 * wide),
        Bands("5/25", np.minimum(0.05, 0.25 * known.target)),
        Bands("quarterly + 5 %", 0.05 * wide, 3 * month),
        Bands("200/175", 0.02 * wide, 1, 0.875),
        Bands("cube-root band", _cube_root_width(known), 1, 1.0),
        one_year_ahead(known),
    ]
    return [Family(rule.name, NAMED, (rule,)) for rule in rules]


def one_year_ahead(known: Knowledge) -> Zone:
    """What the policy `cost_aware` weighs: a year of drift against costs, tax in full on sales."""
    return Zone(
        "one year ahead (cost_aware)",
        known.target,
        known.risk_aversion * known.covariance,
        known.cost,
        tax_weight=1.0,
        on_sale=1.0,
        every=known.month,
        power=0.0,
    )


def _tuned(known: Knowledge) -> list[Family]:
    month, wide = known.month, np.ones_like(known.target)
    cube = _cube_root_width(known)
    widths = (0.02, 0.03, 0.04, 0.05, 0.07, 0.09, 0.12, 0.16, 0.22)
    months = (1, 2, 3, 6, 12, 18, 24, 36, 60)
    scales = (0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.2, 3.0, 4.0)
    return [
        _family("calendar", [Bands(f"every {m} months", 0.0 * wide, m * month) for m in months]),
        _family("tolerance", [Bands(f"{w:.0%}", w * wide) for w in widths]),
        _family(
            "relative tolerance",
            [Bands(f"5/25 x {s:g}", s * np.minimum(0.05, 0.25 * known.target)) for s in scales],
        ),
        _family(
            "quarterly + tolerance",
            [Bands(f"quarterly + {w:.0%}", w * wide, 3 * month) for w in widths],
        ),
        _family(
            "destination band",
            [Bands(f"{w:.1%} back to 7/8", w * wide, 1, 0.875) for w in widths],
        ),
        _family(
            "cube-root band, tuned", [Bands(f"cube root x {s:g}", s * cube, 1, 1.0) for s in scales]
        ),
    ]


def _tax_aware(known: Knowledge) -> list[Family]:
    """The same bands, wider where an instrument has gained."""
    wide, cube = np.ones_like(known.target), _cube_root_width(known)
    return [
        _family(
            "tolerance, tax-aware",
            _grid(
                (0.015, 0.03, 0.05),
                (0.3, 1.0, 2.0),
                lambda w, t: Bands(f"{w:.1%}, tax x {t:g}", w * wide, 1, 0.0, t),
            ),
        ),
        _family(
            "destination band, tax-aware",
            _grid(
                (0.01, 0.015, 0.03),
                (0.3, 1.0, 2.0),
                lambda w, t: Bands(f"{w:.1%} back to 7/8, tax x {t:g}", w * wide, 1, 0.875, t),
            ),
        ),
        _family(
            "cube-root band, tax-aware",
            _grid(
                (0.6, 1.0, 1.6),
                (0.3, 1.0, 2.0),
                lambda s, t: Bands(f"cube root x {s:g}, tax x {t:g}", s * cube, 1, 1.0, t),
            ),
        ),
    ]


def _peers(known: Knowledge) -> list[Family]:
    """What cvxportfolio's optimisations decide, solved by our exchange kernel.

    Single-period: min ½γ·m·(y − w)ᵀΣ(y − w)·period + costs, whose risk is multiplied by m.  Multi-
    period with constant forecasts trades at once or not at all, because waiting brings nothing: H
    periods are one with its risk H times; its costs are multiplied as its users do to trade less.
    `_ai_peers` holds both against the package itself, which takes a tenth of a second a decision
    and knows no tax.
    """
    risks = (0.03, 0.06, 0.1, 0.17, 0.3, 0.5, 0.8, 1.5, 3.0)
    return [
        Family(
            "single-period (cvxportfolio)",
            PEER,
            tuple(optimised(known, f"risk x {risk:g}", risk) for risk in risks),
        ),
        Family(
            "multi-period (cvxportfolio)",
            PEER,
            _grid(
                (3, 12, 36),
                (3, 20, 100),
                lambda ahead, cost: optimised(
                    known, f"{ahead:g} months ahead, costs x {cost:g}", ahead / cost
                ),
            ),
        ),
    ]


def optimised(known: Knowledge, name: str, periods: float) -> Zone:
    """The one-step problem of so many months of risk, without tax."""
    metric = periods / MONTHS_A_YEAR * known.risk_aversion * known.covariance
    return Zone(name, known.target, metric, known.cost, every=known.month)


def _zones(known: Knowledge) -> list[Family]:
    return [
        Family("no_trade_zone", CONTROL, (zone(known, 1.0, 1.0),)),
        Family(NO_RETURNS, CONTROL, (zone(known, 1.0, 0.0),)),
        Family(
            "no_trade_zone, tuned",
            CONTROL,
            _grid((0.7, 1.0, 1.4), (0.0, 0.5, 1.0), lambda tax, drift: zone(known, tax, drift)),
        ),
    ]


def zone(known: Knowledge, tax_weight: float, drift_share: float) -> Zone:
    """The region that the policy `no_trade_zone` has, for what exchanges cost at the usual gain.

    Half of a gain's tax is charged on each side of an exchange.  `drift_share` is how much of the
    measured differences of return is believed, as a mandate that names an estimator of the mean
    believes all of them; the rest is the policy's own, the drift that leaves weights alone.
    The metric is brought back to where nothing has gained, because `Zone` widens it from there, by
    the law of the cube root.
    """
    taxed = known.cost + 0.5 * known.tax_rate * known.gain
    neutral = equilibrium_returns(known.covariance, known.target)
    problem = TrackingProblem(
        target=known.target,
        drift=neutral + drift_share * (known.drift - neutral),
        covariance=known.covariance,
        cost=taxed,
        risk_aversion=known.risk_aversion,
        review_years=1.0 / MONTHS_A_YEAR,
    )
    region = zone_region(problem, is_taxed=known.tax_rate > 0.0)
    back = np.cbrt(known.cost / taxed)
    name = f"tax x {tax_weight:g}, measured returns x {drift_share:g}"
    metric = region.metric * np.outer(back, back)
    return Zone(name, region.centre, metric, known.cost, tax_weight, every=known.month)


def _cube_root_width(known: Knowledge) -> Floats:
    """Half-widths of trading cost alone."""
    spread = known.target * (1.0 - known.target)
    exchange = known.cost + float(known.target @ known.cost)
    return np.cbrt(3.0 * exchange * spread**2 / (2.0 * known.risk_aversion))


def _family(name: str, candidates: Sequence[PathPolicy]) -> Family:
    return Family(name, RULE, tuple(candidates))


def _grid(
    first: Sequence[float], second: Sequence[float], make: Callable[[float, float], PathPolicy]
) -> tuple[PathPolicy, ...]:
    return tuple(make(one, other) for one in first for other in second)
