"""Duties: what must be met even where no rule calls for a rebalance.

A withdrawal, a cash reserve, an overdrawn account or a restriction that is broken today is met by
every policy, with the least tax and nothing sold beyond the need.  A deposit goes to what is
underweight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trimtab.model.proposals import Action, Proposal, ProposalStatus
from trimtab.policies._base import hold, solve_towards, without_harvest
from trimtab.policies._metric import class_metric
from trimtab.policies._waiting import with_waiting
from trimtab.policies._words import dollars
from trimtab.quant.problem import Flags, Floats, HouseholdProblem, SolverOptions
from trimtab.quant.situation import Situation

__all__ = ["Duties", "duties_of", "only_duties"]

CENT = 0.01

INVESTED_AVERSION = 100.0
"""Price of selling more than is needed, or leaving new money idle: a deviation of 0.1 % of value
costs 10 bp of it, far above any spread."""

CLASS_SHARE = 2e-7
"""Weight of the classes' own drift beside that: it says where new money goes and breaks ties among
equally taxed lots, and is worth less than any tax."""

LOSS_TRACE = 2e-3
"""What the deepest loss of an account that must sell is worth per dollar: enough to sell losses
before anything taxed, the deepest first, and not enough to sell more than is needed."""

FINE = SolverOptions(tolerance=1e-10)
"""Traces are told apart only by a solver that looks this closely."""


@dataclass(frozen=True, slots=True)
class Duties:
    """What today asks for, whatever the policy.

    Shape: `missing`, `fresh` (A,), dollars per account: cash to raise, and new money to place;
    `broken` (m,): positions outside their bounds.
    """

    missing: Floats
    fresh: Floats
    broken: Flags
    clause: str
    words: str

    @property
    def must_trade(self) -> bool:
        """Whether doing nothing is not allowed."""
        return bool((self.missing > CENT).any() or self.broken.any())

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return self.must_trade or bool((self.fresh > CENT).any())


def duties_of(situation: Situation, *, invest_deposits: bool = True) -> Duties:
    """The duties of a situation, with the clause of the first and all of them in words."""
    problem, index = situation.problem, situation.index
    spare = problem.cash + problem.flow - problem.reserve
    missing = np.maximum(-spare, 0.0)
    fresh = np.minimum(np.maximum(problem.flow, 0.0), np.maximum(spare, 0.0))
    if not invest_deposits:
        fresh = np.zeros_like(fresh)
    held = problem.holdings()
    broken = (held > problem.upper + CENT) | (held < problem.lower - CENT)
    told: list[tuple[str, str]] = []
    for a, account in enumerate(index.accounts):
        told += _cash_words(problem, a, account, missing[a], fresh[a])
    told += _broken_words(situation, broken)
    clause = told[0][0] if told else ""
    return Duties(missing, fresh, broken, clause, "; ".join(dict.fromkeys(w for _, w in told)))


def _broken_words(situation: Situation, broken: Flags) -> list[tuple[str, str]]:
    """Each clause that a holding breaks today, with the holdings that do."""
    index, problem = situation.index, situation.problem
    held = problem.holdings()
    places: dict[tuple[str, str, str], list[str]] = {}
    for k in np.flatnonzero(broken).tolist():
        account, name = index.positions[k]
        side = "less" if held[k] > problem.upper[k] else "more"
        clause = index.bound_clauses.get(k, "restrictions")
        places.setdefault((clause, side, name), []).append(account)
    return [
        (clause, f"{clause} asks for {side} {name} in {', '.join(accounts)}")
        for (clause, side, name), accounts in places.items()
    ]


def _cash_words(
    problem: HouseholdProblem, a: int, account: str, missing: float, fresh: float
) -> list[tuple[str, str]]:
    flow, cash, reserve = problem.flow[a], problem.cash[a], problem.reserve[a]
    if missing > CENT and flow < 0.0:
        words = f"{account} pays out {dollars(-flow)} and lacks {dollars(missing)} for it"
        return [("flows", words)]
    if missing > CENT:
        words = f"{account} holds {dollars(cash)} of cash where {dollars(reserve)} is the least"
        return [("cash", words)]
    if fresh > CENT:
        return [
            ("flows", f"{dollars(fresh)} of new money in {account} goes to what is underweight")
        ]
    return []


def only_duties(
    situation: Situation, reason: str, clause: str = "", *, invest_deposits: bool = True
) -> Proposal:
    """Meet the duties and nothing else; where there are none, hold for the reason given.

    Money out comes from the lots with the least tax; new money goes to what is underweight, in the
    account that it came into.
    """
    duties = duties_of(situation, invest_deposits=invest_deposits)
    if not duties.any:
        return hold(situation, reason, clause)
    words = f"{duties.words}; {reason}" if reason else duties.words
    problem = _duty_problem(situation, duties)
    met = solve_towards(situation, problem, Action.PARTIAL, words, duties.clause, FINE)
    if met.status is ProposalStatus.HELD and not duties.must_trade:
        return replace(met, reason=_idle_words(duties, reason))
    return met


def _idle_words(duties: Duties, reason: str) -> str:
    """Why new money stays where it is."""
    words = f"{dollars(float(duties.fresh.sum()))} of new money stays in cash: nothing may be "
    words += "bought with it, or it is less than the least trade"
    return f"{words}; {reason}" if reason else words


def _duty_problem(situation: Situation, duties: Duties) -> HouseholdProblem:
    """The problem whose answer meets the duties: only accounts with a duty trade, and what is
    invested in the end is what was invested, less the need, plus the new money."""
    problem = with_waiting(situation, without_harvest(situation, everything=True))
    held, account = problem.holdings(), problem.position_account
    repairing = np.zeros(len(problem.cash), dtype=np.bool_)
    repairing[account[duties.broken]] = True
    selling = ((duties.missing > CENT) | repairing)[account]
    buying = ((duties.fresh > CENT) | repairing)[account]
    kept_within = np.clip(held, problem.lower, problem.upper)
    invested = (held.sum() - duties.missing.sum() + duties.fresh.sum()) / problem.value
    wanted = problem.target.sum()
    blocks = class_metric(situation)
    return replace(
        problem,
        covariance=np.ones_like(blocks) + CLASS_SHARE * blocks,
        kappa=INVESTED_AVERSION,
        lot_gain=_traced(situation, problem, (selling & ~buying)[problem.lot_position]),
        target=problem.target * (invested / wanted) if wanted > 0.0 else problem.target,
        lower=np.where(selling, problem.lower, kept_within),
        upper=np.where(buying, problem.upper, kept_within),
        buy_cost=_even_buy_cost(problem, duties),
        impact=np.where(buying & ~selling, 0.0, problem.impact),
        # Where something is held best must not decide what is underweight: all new money of a
        # taxable account went into the one stock that pays no dividend.
        location_cost=np.where(buying & ~selling, 0.0, problem.location_cost),
    )


def _traced(situation: Situation, shaded: HouseholdProblem, selling: Flags) -> Floats:
    """Gains as they are; losses of lots that must sell scaled to a trace, in their order.

    Shape: `selling` and the answer (l,).
    """
    gain = situation.problem.lot_gain
    deepest = max(1e-12, float(-gain.min(initial=0.0)))
    return np.where(selling & (gain < 0.0), gain * (LOSS_TRACE / deepest), shaded.lot_gain)


def _even_buy_cost(problem: HouseholdProblem, duties: Duties) -> Floats:
    """The dearest purchase's cost for all of an account: new money is placed whatever it costs, so
    that a basis point of spread does not decide what is underweight."""
    size = duties.fresh[problem.position_account]
    dearest = np.zeros(len(problem.cash))
    np.maximum.at(
        dearest, problem.position_account, problem.buy_cost + problem.impact * np.sqrt(size)
    )
    return np.asarray(np.where(size > CENT, dearest[problem.position_account], problem.buy_cost))
