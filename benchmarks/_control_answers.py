"""Control problems as the files of cases state them, answered by `trimtab.quant.control`.

A case has an id, a kind and parameters, either under `params` or beside the kind.  Answers carry
the keys that cases of the kind have.  Answers that a file may hold already are never looked at.

Errors: `CaseError` for an unknown kind or a missing parameter; problems without a solution raise
what the library raises.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from trimtab.quant.control import (
    almgren_chriss,
    arithmetic_tracking,
    consumption,
    fixed_cost,
    garleanu_pedersen,
    long_run_growth,
    track_target,
)
from trimtab.quant.control.bid_ask import BidAsk
from trimtab.quant.control.monthly_three_assets import solve_three_assets
from trimtab.quant.control.monthly_two_assets import myopic_weight, solve_two_assets
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.control.two_asset_policies import (
    PolicyCost,
    band_cost,
    calendar_cost,
    tolerance,
)

BPS = 1e4
PERIOD = "dt"
REVIEWS_A_YEAR = 12
ROUNDING = 1e-12
GIVEN_ANSWERS = {
    *("answer", "tolerance", "check", "baselines_bps_year"),
    *("baselines_bps_year_mean_se_turnover",),
}
"""What a case may hold beside its problem."""
ANSWERS_BESIDE = {"n", "a", "trading_rate", "aim_matrix", "kappa", "holdings"}
"""Answers that stand beside the parameters where a case has no `params`."""


class CaseError(Exception):
    """A case that cannot be read."""


class Parameters:
    """The parameters of a case, and which of them were asked for."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        given = case.get("params", case)
        if not isinstance(given, Mapping):
            raise CaseError(f"its params are {given!r}, not names with values")
        apart = GIVEN_ANSWERS | {"id", "kind"} | (set() if "params" in case else ANSWERS_BESIDE)
        self.values = {
            k: v for k, v in given.items() if k not in apart and not k.startswith("check")
        }
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        if name not in self.values:
            raise CaseError(f"the parameter {name!r} is missing")
        return number(name, self.values[name])

    def get(self, *names: str, default: Any = None) -> Any:
        """The first of some names that is there."""
        self.asked.update(names)
        return next(
            (number(name, self.values[name]) for name in names if name in self.values), default
        )

    def ignored(self) -> list[str]:
        """Parameters that nothing asked for."""
        return sorted(set(self.values) - self.asked)


def number(name: str, value: Any) -> Any:
    """A parameter, if it is a number or lists of numbers; `dt` may be a fraction, or left open.

    Refuses: anything else, by `CaseError`.
    """
    if value is None or name == PERIOD:
        return value
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, list):
            number(name, one)
        elif isinstance(one, bool) or not isinstance(one, int | float):
            raise CaseError(f"the parameter {name!r} holds {one!r}, which is no number")
    return value


def long_run(p: Parameters) -> dict[str, Any]:
    """A1."""
    prices = BidAsk(p["buy_cost"], p["sell_cost"])
    answer = long_run_growth.solve_long_run(
        long_run_growth.LongRunProblem(p["mu_excess"], p["sigma"], p["gamma"], prices)
    )
    return {
        "pi_star": answer.merton_weight,
        "eps": answer.spread,
        "buy_at_ask": answer.buy_at_ask,
        "sell_at_bid": answer.sell_at_bid,
        "buy_mid": answer.buy_at_mid,
        "sell_mid": answer.sell_at_mid,
        "half_gap": answer.half_gap,
        "asym_half_gap": answer.small_cost_half_gap,
        "esr_minus_r": answer.equivalent_safe_rate,
    }


def consuming(p: Parameters) -> dict[str, Any]:
    """A2."""
    prices = BidAsk(p["buy_cost"], p["sell_cost"])
    answer = consumption.solve_consumption(
        consumption.ConsumptionProblem(p["r"], p["alpha"], p["sigma"], p["rra"], p["delta"], prices)
    )
    return {
        "pi_star": answer.merton_weight,
        "buy_at_ask": answer.buy_at_ask,
        "sell_at_bid": answer.sell_at_bid,
        "buy_mid": answer.buy_at_mid,
        "sell_mid": answer.sell_at_mid,
        "asym_half_gap": answer.small_cost_half_gap,
    }


def tracking(p: Parameters) -> dict[str, Any]:
    """A3."""
    answer = track_target.solve_exact_tracking(
        track_target.ExactTrackingProblem(
            target=p["wstar"],
            cost=p["kappa"],
            penalty=p["q"],
            first_volatility=p["sig1"],
            second_volatility=p.get("sig2", default=0.0),
            correlation=p.get("rho", default=0.0),
            drift_difference=p.get("dmu"),
            discount=p.get("disc", "discount", default=0.0),
        )
    )
    return {
        "lower": answer.lower,
        "upper": answer.upper,
        "asym_half_width": answer.small_cost_half_width,
        "dmu": answer.drift_difference,
        "avg_running": answer.average_drift_cost,
        "avg_turnover": answer.average_turnover,
        "avg_cost": answer.average_cost,
    }


def arithmetic(p: Parameters) -> dict[str, Any]:
    """A3lin."""
    discount = p.get("disc", "discount", default=0.0)
    answer = arithmetic_tracking.solve_arithmetic_tracking(
        arithmetic_tracking.ArithmeticTrackingProblem(p["kappa"], p["q"], p["s"], discount)
    )
    return {"half_width": answer.half_width}


def fixed(p: Parameters) -> dict[str, Any]:
    """A4; the check prices the answer anew, by renewal."""
    problem = fixed_cost.FixedCostProblem(p["fixed"], p["kappa"], p["q"], p["s"])
    answer = fixed_cost.solve_fixed_cost(problem)
    check = answer.average_cost
    if answer.destination < answer.trigger:
        check = fixed_cost.average_cost_of(problem, answer.trigger, answer.destination)
    return {
        "trigger": answer.trigger,
        "destination": answer.destination,
        "avg_cost": answer.average_cost,
        "avg_cost_check": check,
    }


def two_asset_problem(p: Parameters) -> TrackingProblem:
    """The problem of a case of kind B."""
    sigma = np.diag(np.asarray(p["sigma"], dtype=np.float64))
    covariance = sigma @ np.array([[1.0, p["rho"]], [p["rho"], 1.0]]) @ sigma
    weight = p.get("wstar")
    if weight is None:
        weight = myopic_weight(p["mu"], covariance, p["gamma"])
        if not 0.0 < weight < 1.0:
            raise CaseError(
                f"the myopic weight is {weight:.6g}: without leverage nothing is traded"
            )
    return TrackingProblem(
        target=np.array([weight, 1.0 - weight]),
        drift=np.asarray(p["mu"], dtype=np.float64),
        covariance=covariance,
        cost=np.full(2, 0.5 * p["cost_per_unit_weight"]),
        risk_aversion=p["gamma"],
        review_years=years(p.get("dt")),
    )


def two_assets(p: Parameters) -> dict[str, Any]:
    """B."""
    answer = solve_two_assets(two_asset_problem(p))
    return {
        "lower": answer.lower,
        "upper": answer.upper,
        "w_star": answer.target,
        "avg_cost_bps_year": BPS * answer.cost.total,
        "iters": answer.steps,
        "err": answer.error,
        "asym_half_width": answer.small_cost_half_width,
        "sd": answer.return_deviation,
    }


def usual_rules(p: Parameters) -> dict[str, float]:
    """What the usual rules cost in the world of a case of kind B, in bps a year."""
    problem = two_asset_problem(p)
    costs: dict[str, PolicyCost] = {
        f"tol_{percent}pct_full": band_cost(problem, tolerance(problem, percent / 100.0))
        for percent in (2, 5)
        if percent / 100.0 < min(problem.target) - ROUNDING  # 0.02 about 0.98 would reach 1
    }
    for name, reviews_a_year in (("monthly", 12), ("quarterly", 4), ("annual", 1)):
        reviews = round(1.0 / (reviews_a_year * problem.review_years))
        if reviews >= 1:
            costs[name] = calendar_cost(problem, reviews)
    return {name: BPS * cost.total for name, cost in costs.items()}


def three_assets(p: Parameters) -> dict[str, Any]:
    """E."""
    sigma = np.diag(np.asarray(p["sig"], dtype=np.float64))
    answer = solve_three_assets(
        TrackingProblem(
            target=np.asarray(p["wstar"], dtype=np.float64),
            drift=np.asarray(p["mu"], dtype=np.float64),
            covariance=sigma @ np.asarray(p["corr"], dtype=np.float64) @ sigma,
            cost=np.asarray(p["c"], dtype=np.float64),
            risk_aversion=p["g"],
            review_years=years(p.get("dt")),
        )
    )
    extents = ("a1_up", "a1_dn", "a2_up", "a2_dn", "a1up_a2dn", "a1dn_a2up", "area")
    return {
        "cost_bps_year": BPS * answer.cost,
        "no_trade_extents_from_target": {name: getattr(answer, name) for name in extents},
    }


def predictable(p: Parameters) -> dict[str, Any]:
    """C."""
    answer = garleanu_pedersen.solve_predictable_returns(
        garleanu_pedersen.PredictableReturns(
            np.atleast_2d(p["Sigma"]),
            np.atleast_2d(p["B"]),
            np.atleast_2d(p["Phi"]),
            p["gamma"],
            p["lam"],
            p["rho"],
        )
    )
    return {
        "a": answer.value_curvature,
        "trading_rate": answer.trading_rate,
        "aim_matrix": answer.aim_matrix.tolist(),
    }


def execution(p: Parameters) -> dict[str, Any]:
    """D."""
    names = ("X", "T", "N", "sig", "eps", "gam", "eta", "lam")
    answer = almgren_chriss.solve_execution(almgren_chriss.Execution(*(p[name] for name in names)))
    return {"kappa": answer.urgency, "holdings": answer.holdings.tolist()}


def years(stated: str | float | None) -> float:
    """A review period: a number of years, a fraction as text, or a month."""
    try:
        return 1.0 / REVIEWS_A_YEAR if stated is None else float(Fraction(stated))
    except (TypeError, ValueError, ZeroDivisionError) as error:
        fact = f"the parameter {PERIOD!r} is {stated!r}; it is years, as 0.25 or '1/12'"
        raise CaseError(fact) from error


KINDS: dict[str, Callable[[Parameters], dict[str, Any]]] = {
    "longrun_CRRA": long_run,
    "consumption_CRRA": consuming,
    "track_target_exact_diffusion": tracking,
    "track_target_arithmetic": arithmetic,
    "track_target_fixed_plus_proportional": fixed,
    "monthly_DP_two_assets": two_assets,
    "monthly_DP_three_assets": three_assets,
    "C_garleanu_pedersen": predictable,
    "D_almgren_chriss": execution,
}


def solver_of(case: Mapping[str, Any]) -> Callable[[Parameters], dict[str, Any]]:
    """What answers a case."""
    kind = str(case.get("kind"))
    for known, solver in KINDS.items():
        if kind == known or known.endswith(f"_{kind}"):
            return solver
    raise CaseError(f"the kind {kind!r} is none of {', '.join(KINDS)}")
