"""The reasons of a decision as sentences: drift, cost, tax, trend, market state.

Every number is a named figure, so that it can be worked out again before the sentence is shown.
Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from trimtab.app.explaining.asking import Asked, Question
from trimtab.app.explaining.sentences import Figure, Sentence, Unit, told
from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.estimates import HeardMarket
from trimtab.model.plans import Plan, Verdict
from trimtab.quant.problem import Floats

__all__ = ["farthest_of", "headline", "reasons"]

DIGITS = 9
"""Of weights that are told apart."""
RECENT_SESSIONS = 63
"""A quarter of a year."""
SESSIONS_A_YEAR = 252
TREND_SESSIONS = 20
"""What the estimates take a trend over."""
TURBULENT, QUIET = 1.25, 0.8
"""Recent volatility over the usual one, above and below which the market is called so."""


def farthest_of(drift: Drift) -> TargetDrift:
    """The target that is farthest from its weight; of equals, the one that is over it."""
    return max(drift.targets, key=lambda one: (round(abs(one.drift), DIGITS), one.drift))


def headline(asked: Asked) -> Sentence:
    """What is decided, in one line."""
    plan, verdict = asked.decision.plan, asked.decision.verdict
    if plan is None:
        return told("decision", "No set of trades meets the mandate, so that nothing is traded.")
    if not plan.trades:
        return told("decision", "It holds: nothing is traded.")
    lead = {
        Verdict.APPROVAL: "It would trade, and waits for approval",
        Verdict.REFUSED: "It would trade, and a guard refuses it",
    }.get(verdict, "It trades")
    count, accounts = len(plan.trades), len({trade.account for trade in plan.trades})
    return told(
        "decision",
        f"{lead}: {{}} trade{'s' if count != 1 else ''} in {{}} "
        f"account{'s' if accounts != 1 else ''}.",
        Figure("trades", count, Unit.COUNT),
        Figure("accounts", accounts, Unit.COUNT),
    )


def reasons(question: Question, asked: Asked) -> tuple[Sentence, ...]:
    """What the decision rests on, the most important first."""
    return tuple(_sentences(question, asked))


def _sentences(question: Question, asked: Asked) -> Iterator[Sentence]:
    currency = question.observation.snapshot.household.base_currency
    plan, drift = asked.decision.plan, asked.situation.drift
    if drift.targets:
        farthest = farthest_of(drift)
        yield _farthest(farthest)
        yield _whole(asked, currency)
        if plan is not None and plan.trades:
            yield _brings(plan, currency)
    if plan is not None:
        yield _costs(plan, currency)
        yield _taxes(plan, currency)
    if drift.targets:
        yield from _trend(question, asked, farthest)
    yield from _market(question, asked)


def _farthest(target: TargetDrift) -> Sentence:
    name = target.name
    return told(
        "drift",
        f"{name} is farthest from its target: {{}} of the household against {{}}, {{}} points.",
        Figure(f"weight.{name}.now", target.actual, Unit.WEIGHT),
        Figure(f"target.{name}", target.weight, Unit.WEIGHT),
        Figure(f"drift.{name}.now", target.drift, Unit.CHANGE),
    )


def _whole(asked: Asked, currency: str) -> Sentence:
    problem, error = asked.situation.problem, asked.situation.drift.tracking_error
    cost = problem.value * problem.kappa / 2.0 * error**2
    return told(
        "drift",
        "As a whole the household is {} of tracking error from its targets, which costs {} a year "
        "at the mandate's drift aversion of {}.",
        Figure("tracking_error.now", error, Unit.BASIS_POINTS),
        Figure("drift_cost.now", cost, Unit.MONEY, currency),
        Figure("aversion", problem.kappa, Unit.AVERSION),
    )


def _brings(plan: Plan, currency: str) -> Sentence:
    saved = plan.before.drift - plan.after.drift
    verb = "takes" if saved >= 0 else "adds"
    return told(
        "drift",
        f"Trading {verb} {{}} a year {'off' if saved >= 0 else 'to'} that: {{}} of tracking error "
        "are left.",
        Figure("saved", abs(saved), Unit.MONEY, currency)
        if saved >= 0
        else Figure("added", -saved, Unit.MONEY, currency),
        Figure("tracking_error.after", plan.after.tracking_error, Unit.BASIS_POINTS),
    )


def _costs(plan: Plan, currency: str) -> Sentence:
    if not plan.trades:
        return told("cost", "Nothing is traded, so that nothing is paid for trading.")
    count = len(plan.trades)
    return told(
        "cost",
        f"The {{}} trade{'s' if count != 1 else ''} cost{'' if count != 1 else 's'} {{}} in "
        "spreads, market impact and tickets.",
        Figure("trades", count, Unit.COUNT),
        Figure("cost", float(plan.cost), Unit.MONEY, currency),
    )


def _taxes(plan: Plan, currency: str) -> Sentence:
    tax = float(plan.tax)
    if abs(tax) < 0.5:
        return told("tax", "This year's tax stays as it is.")
    if tax > 0:
        text, figure = "It adds {} to this year's tax.", Figure("tax", tax, Unit.MONEY, currency)
    else:
        text = "It saves {} of this year's tax."
        figure = Figure("tax.saved", -tax, Unit.MONEY, currency)
    return told("tax", text, figure)


def _trend(question: Question, asked: Asked, target: TargetDrift) -> Iterator[Sentence]:
    """What the largest holding of the farthest class did lately."""
    members = next(
        question.mandate.members_of(one)
        for one in question.mandate.targets
        if one.name == target.name
    )
    trend = asked.situation.estimates.trend
    snapshot = asked.situation.snapshot
    held = [lot.instrument for lot in snapshot.lots if lot.instrument in members]
    worth = {name: sum(snapshot.lot_value(x) for x in snapshot.lots if x.instrument == name)
             for name in held}  # fmt: skip
    if not worth:
        return
    name = max(worth, key=lambda one: worth[one])
    moved = trend.get(name)
    if moved is None:
        return
    verb = "rose" if moved >= 0 else "fell"
    key = f"trend.{name}" if moved >= 0 else f"fall.{name}"
    yield told(
        "trend",
        f"{name}, the largest holding of it, {verb} {{}} over the last {{}} sessions.",
        Figure(key, abs(moved), Unit.WEIGHT),
        Figure("sessions.trend", TREND_SESSIONS, Unit.COUNT),
    )


def _market(question: Question, asked: Asked) -> Iterator[Sentence]:
    """How volatile the wanted mix was lately, against its usual."""
    heard = asked.situation.estimates.heard
    if heard is not None:
        yield _heard(heard)
    state = asked.situation.estimates.state
    if state is not None:
        text = f"The market is most likely {state.likeliest.value}, from data up to the day."
        yield told("market", text)
    returns = _mix_returns(question)
    if len(returns) <= RECENT_SESSIONS:
        return
    usual, recent = (
        float(np.std(part, ddof=1) * np.sqrt(SESSIONS_A_YEAR))
        for part in (returns, returns[-RECENT_SESSIONS:])
    )
    ratio = recent / usual if usual > 0 else 1.0
    word = "turbulent" if ratio > TURBULENT else "quiet" if ratio < QUIET else "ordinary"
    yield told(
        "market",
        f"Times are {word}: the wanted mix moved {{}} a year over the last {{}} sessions, {{}} "
        "over the last {}.",
        Figure("volatility.recent", recent, Unit.WEIGHT),
        Figure("sessions.recent", RECENT_SESSIONS, Unit.COUNT),
        Figure("volatility.usual", usual, Unit.WEIGHT),
        Figure("sessions.usual", len(returns), Unit.COUNT),
    )


def _heard(heard: HeardMarket) -> Sentence:
    """What a model that listens was told."""
    dear = "trading {} times as dear as usual"
    cost = [Figure("heard.cost", exp(heard.log_recent_cost), Unit.TIMES)]
    if not heard.cost_reviews:
        dear, cost = "trading as dear as usual, as no recent orders are known", []
    return told(
        "market",
        "The model hears the market: the probability of a storm is {} points off its usual share, "
        f"volatility {{}} times the usual, both from {{}} sessions; {dear}.",
        Figure("heard.storm", heard.storm_excess, Unit.CHANGE),
        Figure("heard.volatility", exp(heard.log_expected_volatility), Unit.TIMES),
        Figure("heard.sessions", heard.sessions, Unit.COUNT),
        *cost,
    )


def _mix_returns(question: Question) -> Floats:
    """Daily returns of the first instrument of each target, in the targets' weights.

    Shape: (t,), of the days on which all of them have a return.
    """
    history = question.observation.history
    first = {target.instruments[0]: float(target.weight) for target in question.mandate.targets}
    weights = np.array([first.get(name, 0.0) for name in history.instruments])
    closes = np.asarray(history.closes, dtype=np.float64).reshape(len(history.dates), -1)
    used = weights != 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = (closes[1:, used] / closes[:-1, used] - 1.0) @ weights[used]
    return np.asarray(returns[np.isfinite(returns)])
