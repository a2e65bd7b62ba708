"""Whether our stand-ins for cvxportfolio decide as the package does, on one history.

Errors: `MissingPeer` with one sentence where it is not installed.
"""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks._ai_panel import Panel
from benchmarks._ai_policies import Knowledge, optimised
from benchmarks._ai_worlds import RISK_AVERSION
from trimtab.quant.worlds._base import compounded
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import Holdings

__all__ = ["Agreement", "MissingPeer", "agreement", "has_peer", "peers"]

Floats = npt.NDArray[np.float64]

START_VALUE = 1e6
MONTHS = 24


class MissingPeer(Exception):  # noqa: N818  (said to the user, not a defect)
    """The peer is not installed."""


CHECKED = ((6, False), (24, False), (6, True))
"""Months of risk, and whether they are planned ahead."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far our decision is from the package's on the same holdings.

    Unit: `apart` largest difference of any weight; `traded` part of the months with a trade.
    """

    name: str
    version: str
    apart: float
    traded: float
    seconds_a_decision: float


def has_peer() -> bool:
    """Whether cvxportfolio is there."""
    return find_spec("cvxportfolio") is not None


def peers(panel: Panel) -> list[dict[str, Any]]:
    """Some decisions of both, on the panel's own first months."""
    covariance = 252.0 * np.cov(np.log1p(panel.returns), rowvar=False)
    drift = 252.0 * panel.returns.mean(axis=0)
    known = Knowledge(panel.target, panel.cost, drift, covariance, RISK_AVERSION, 0.0, 0.0, 1)
    months = compounded(panel.returns[None], 21)[0]
    return [asdict(agreement(known, months, count, planned=plan)) for count, plan in CHECKED]


def agreement(known: Knowledge, returns: Floats, periods: int, *, planned: bool) -> Agreement:
    """One history of months: at each, the package's trade against ours from its own holdings.

    Unit: `periods` the months of risk: a multiple of one month's, or planned ahead.
    Refuses: a Python without cvxportfolio.
    """
    if not has_peer():
        raise MissingPeer("cvxportfolio is not installed: pip install cvxportfolio")
    started = process_time()
    before, after = _package(known, returns[:MONTHS], periods, planned=planned)
    seconds = (process_time() - started) / len(before)
    zone = optimised(known, "ours", periods)
    none = np.zeros_like(before)
    gain = np.zeros(len(known.target))
    household = Household(known.target, known.cost, 0.0, known.risk_aversion, gain)
    ours = zone.destinations(Holdings(0, before, none), household)
    traded = float((np.abs(after - before).max(axis=1) > 1e-4).mean())
    name = f"{'multi' if planned else 'single'}-period, {periods} months of risk"
    apart = float(np.abs(ours - after).max())
    return Agreement(name, version("cvxportfolio"), apart, traded, seconds)


def _package(
    known: Knowledge, returns: Floats, periods: int, *, planned: bool
) -> tuple[Floats, Floats]:
    """Weights before and after each trade of the package, cash left out."""
    import cvxportfolio as cvx
    import pandas as pd

    names = [f"i{i}" for i in range(len(known.target))]
    days = pd.date_range("2000-01-31", periods=len(returns), freq="ME")
    table = pd.DataFrame(returns, index=days, columns=names).assign(cash=0.0)
    monthly = pd.DataFrame(known.covariance / 12.0, index=names, columns=names)
    target = pd.Series([*known.target, 0.0], index=[*names, "cash"])
    cost = pd.Series(known.cost, index=names)
    risk = 0.5 * known.risk_aversion * (1 if planned else periods)
    objective = -risk * cvx.FullCovariance(monthly) - cvx.TransactionCost(a=cost, b=None)
    limits = [cvx.LongOnly(), cvx.NoCash()]
    if planned:
        policy = cvx.MultiPeriodOptimization(
            objective, limits, planning_horizon=periods, benchmark=target, include_cash_return=False
        )
    else:
        policy = cvx.SinglePeriodOptimization(
            objective, limits, benchmark=target, include_cash_return=False
        )
    market = cvx.UserProvidedMarketData(
        returns=table, cash_key="cash", min_history=pd.Timedelta("0d")
    )
    simulator = cvx.MarketSimulator(market_data=market, costs=[], round_trades=False)
    found = simulator.backtest(policy, start_time=days[0], h=START_VALUE * target)
    held = found.h.iloc[: len(found.u) - 1].to_numpy()[:, :-1]
    moved = found.u.iloc[:-1].to_numpy()[:, :-1]
    value = held.sum(axis=1, keepdims=True)
    return held / value, (held + moved) / value
