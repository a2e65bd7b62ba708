"""Policies that weigh drift against cost and tax, simulated with lots: the policy itself is asked.

What the rules of the field want stands in a kernel; cost_aware has to solve a household.  So the
simulator stops at each review, its columns become the household's problem, and the policy that
plans live proposes on it.  What needs the household's books (a withdrawal, lots by name) is not
there; a policy that looks at more than problem, drift and estimates cannot be asked so.

Errors: `InputError` for a policy that cannot be asked so, and for terms as `simulate_lots` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from trimtab.model.accounts import Account, Household, Wrapper
from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.mandate import Mandate
from trimtab.model.proposals import ProposalStatus
from trimtab.model.snapshots import Snapshot
from trimtab.model.taxes import TaxCurve
from trimtab.policies._base import Policy
from trimtab.policies._two_steps import trades_of
from trimtab.policies.cost_aware import CostAware
from trimtab.quant.drift import tracking_error
from trimtab.quant.problem import Floats, HouseholdProblem
from trimtab.quant.simulate.lot_market import LotMarket
from trimtab.quant.simulate.lot_rules import calendar, every, together
from trimtab.quant.simulate.lots_run import LotsResult, simulate_decisions
from trimtab.quant.simulate.lots_stop import Stop
from trimtab.quant.simulate.lots_terms import AccountTerms
from trimtab.quant.situation import ProblemIndex, Situation

__all__ = ["Review", "simulate_asked"]

ACCOUNT = "account"
ROUNDS_MAX = 3
"""Proposals of one review; see `cycle.flow`."""
RATE_TOLERANCE = 1e-6
WORTH_ANOTHER = 0.005
"""Dollars by which a later proposal must be cheaper."""

EstimatesOf = Callable[[date, tuple[str, ...]], Estimates]


@dataclass(frozen=True, slots=True)
class Review:
    """What a review knows beside the account: the mandate's prices, and estimates of the day.

    Shape: `location_cost` (N,), a year's tax drag per dollar held, none where it is not given.
    `estimates` is asked with the day and the instruments that are listed.
    """

    mandate: Mandate
    estimates: EstimatesOf
    every_sessions: int = 21
    location_cost: tuple[float, ...] = ()
    known: dict[tuple[date, tuple[str, ...]], Estimates] = field(default_factory=dict)

    def estimated(self, on: date, names: tuple[str, ...]) -> Estimates:
        """The day's estimates, the same for every member."""
        if (on, names) not in self.known:
            self.known[on, names] = self.estimates(on, names)
        return self.known[on, names]


def simulate_asked(
    market: LotMarket,
    policies: Sequence[Policy],
    accounts: Sequence[AccountTerms],
    review: Review,
    *,
    with_values: bool = False,
    with_lots: bool = False,
) -> LotsResult:
    """Every policy in every account, asked each `every_sessions` sessions from the first on.

    Refuses: policies other than cost_aware.
    """
    for policy in policies:
        if not isinstance(policy, CostAware):
            fact = f"the simulator with lots cannot ask {policy.name!r}"
            raise InputError("policy", fact, "cost_aware alone is asked at reviews")
    looks = every(review.every_sessions, market.days)
    rules = together(*(calendar(looks) for _ in policies))
    scheduled = replace(rules, catch_up=np.zeros_like(rules.catch_up))

    def decide(which: int, where: int, stop: Stop) -> None:
        situation = _situation(market, accounts[where], review, stop)
        best = _best(policies[which], situation, stop)
        if best is None:
            stop.hold()
        else:
            stop.trade(*best)

    return simulate_decisions(
        market, scheduled, accounts, decide, with_values=with_values, with_lots=with_lots
    )


def _best(policy: Policy, situation: Situation, stop: Stop) -> tuple[Floats, Floats] | None:
    """What the policy proposes, asked again where its gains reach other rates: the cheapest.

    Shape: dollars bought (n,) and sold of each lot (l,).
    """
    best: tuple[float, Floats, Floats] | None = None
    for _ in range(ROUNDS_MAX):
        proposal = policy.propose(situation)
        if proposal.status is ProposalStatus.INFEASIBLE:
            break
        problem = situation.problem
        bought, sold = trades_of(situation, proposal)
        cost = problem.sell_cost[problem.lot_position] * problem.lot_taxable
        gains = (problem.lot_gain - cost) * sold  # what a sale costs lowers what it brings
        short, long = (
            float(gains[at].sum()) for at in (~problem.lot_long_term, problem.lot_long_term)
        )
        curve, tax = stop.priced(short, long)
        price = proposal.after.total - proposal.after.tax + tax
        if best is None or price < best[0] - WORTH_ANOTHER:
            best = price, bought, sold
        if _moved(curve, problem.tax) <= RATE_TOLERANCE:
            break
        situation = replace(situation, problem=replace(problem, tax=curve))
    return None if best is None else best[1:]


def _moved(one: TaxCurve, other: TaxCurve) -> float:
    """The largest change of a rate."""
    return max(
        abs(one.short_rate - other.short_rate),
        abs(one.long_rate - other.long_rate),
        abs(one.ordinary_rate - other.ordinary_rate),
    )


def _situation(market: LotMarket, account: AccountTerms, review: Review, stop: Stop) -> Situation:
    """The columns of a stop as a situation without books."""
    names = tuple(market.instruments[column] for column in stop.columns.tolist())
    estimates = review.estimated(stop.on, names)
    problem = _problem(review, stop, estimates, account)
    held = problem.holdings() / problem.value
    scale = float(problem.target.sum()) / stop.weight.sum() if stop.weight.sum() > 0.0 else 1.0
    error = float(tracking_error(held - problem.target, problem.covariance))
    drift = Drift(
        tuple(
            TargetDrift(name, scale * weight, now, 0.0)
            for name, weight, now in zip(names, stop.weight.tolist(), held.tolist(), strict=True)
        ),
        error,
        0.0,
        1.0 - float(held.sum()),
    )
    wrapper = Wrapper.TAXABLE if account.tax is not None else Wrapper.TRADITIONAL
    household = Household("simulated", (Account(ACCOUNT, wrapper=wrapper, fractional=True),))
    snapshot = Snapshot(stop.on, household, {}, (), (), {})
    lots = tuple(map(str, range(len(problem.lot_value))))
    index = ProblemIndex(
        names, (ACCOUNT,), tuple((ACCOUNT, name) for name in names), lots, stop.harvestable
    )
    return Situation(snapshot, review.mandate, drift, estimates, problem, index)


def _problem(
    review: Review, stop: Stop, estimates: Estimates, account: AccountTerms
) -> HouseholdProblem:
    n, lots = len(stop.columns), len(stop.lot_value)
    none, every = np.zeros(n), np.arange(n)
    location = np.array(review.location_cost)[stop.columns] if review.location_cost else none
    stated, left = float(stop.weight.sum()), 1.0 - account.reserve / stop.value
    scale = min(1.0, max(left, 0.0) / stated) if stated > 0.0 else 1.0
    is_taxed = account.tax is not None
    return HouseholdProblem(
        value=stop.value,
        covariance=np.ascontiguousarray(estimates.covariance, dtype=np.float64),
        target=scale * stop.weight,
        kappa=float(review.mandate.costs.drift_aversion),
        position_account=np.zeros(n, dtype=np.int64),
        position_instrument=every,
        buy_cost=stop.cost,
        sell_cost=stop.cost,
        impact=none,
        lower=stop.lower,
        upper=stop.upper,
        location_cost=location,
        minimum_trade=none,
        fixed_cost=none,
        price=stop.price,
        quantity_step=none,
        lot_position=stop.lot_place,
        lot_value=stop.lot_value,
        lot_gain=stop.lot_gain,
        lot_long_term=stop.lot_long,
        lot_taxable=np.full(lots, is_taxed),
        lot_sellable=np.ones(lots, dtype=np.bool_),
        lot_recent=stop.lot_recent,
        cash=np.array([stop.cash]),
        flow=np.zeros(1),
        reserve=np.array([account.reserve]),
        group=every,
        group_buy_blocked=stop.barred,
        group_recent_value=stop.recent,
        tax=stop.curve,
    )
