"""The figures of an explanation, worked out a second time from lots, prices and trades.

Nothing of the solver, the situation or the plan's own sums is used: weights come from lots and
prices in exact decimals, risk from the covariance by plain sums, tax by asking the regime for the
year with and without what the lots sold realise.  What the two computations share is the data.

Errors: none; what cannot be worked out is left out, and a sentence that needs it is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import sqrt

from trimtab.app.explaining.asking import Asked, Question
from trimtab.app.explaining.recount_heard import heard_again
from trimtab.cycle.flows import flows_due
from trimtab.model.lots import Term
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Plan
from trimtab.model.snapshots import PriceHistory, Side, Snapshot
from trimtab.quant.situation import Situation

__all__ = ["TREND_SESSIONS", "recount"]

TREND_SESSIONS = 20
RECENT_SESSIONS = 63
SESSIONS_A_YEAR = 252
ZERO = Decimal(0)


def recount(question: Question, asked: Asked) -> dict[str, float]:
    """Every figure by name: of the household as it stands, and as it would stand after the plan."""
    snapshot, mandate = asked.situation.snapshot, question.mandate
    plan = asked.decision.plan
    flows = sum((flow.amount for flow in _flows(question)), ZERO)
    value = snapshot.value + flows
    aversion = float(mandate.costs.drift_aversion)
    truth = {"value": float(value), "aversion": aversion}
    orders = () if plan is None else plan.trades
    truth["trades"] = float(len(orders))
    truth["accounts"] = float(len({order.account for order in orders}))
    truth |= _standing("now", question, asked.situation, value, {})
    truth |= _trends(question.observation.history)
    truth |= _volatility(question)
    heard = asked.situation.estimates.heard
    if heard is not None:
        truth |= heard_again(question.observation.history, mandate, heard.cost_factors)
    if plan is not None:
        moved = _moved(snapshot, plan)
        truth |= _standing("after", question, asked.situation, value, moved)
        truth["cost"] = float(_cost(asked.situation, plan))
        truth["tax"] = float(_tax(question, snapshot, plan))
        truth["saved"] = truth["drift_cost.now"] - truth["drift_cost.after"]
        truth["added"], truth["tax.saved"] = -truth["saved"], -truth["tax"]
    return truth


def _flows(question: Question) -> Sequence[CashFlow]:
    """All the money that the cycle counts with."""
    return (*flows_due(question.mandate, question.as_of), *question.flows)


def _standing(
    when: str,
    question: Question,
    situation: Situation,
    value: Decimal,
    moved: Mapping[str, Decimal],
) -> dict[str, float]:
    """Weights and drift of the classes, tracking error and its cost."""
    snapshot, mandate = situation.snapshot, question.mandate
    held: dict[str, Decimal] = dict(moved)
    for lot in snapshot.lots:
        held[lot.instrument] = held.get(lot.instrument, ZERO) + snapshot.lot_value(lot)
    weights = {name: float(amount / value) for name, amount in held.items()}
    truth = {}
    wanted = dict(zip(situation.index.instruments, situation.problem.target.tolist(), strict=True))
    for target in mandate.targets:
        members = mandate.members_of(target)
        actual = sum(weights.get(name, 0.0) for name in members)
        aim = sum(wanted.get(name, 0.0) for name in members)
        truth[f"weight.{target.name}.{when}"] = actual
        truth[f"target.{target.name}"] = aim
        truth[f"drift.{target.name}.{when}"] = actual - aim
    error = _tracking_error(weights, wanted, situation)
    truth[f"tracking_error.{when}"] = error
    truth[f"drift_cost.{when}"] = (
        float(value) * float(mandate.costs.drift_aversion) / 2.0 * error * error
    )
    return truth


def _tracking_error(
    weights: Mapping[str, float], wanted: Mapping[str, float], situation: Situation
) -> float:
    names, covariance = situation.estimates.instruments, situation.estimates.covariance
    away = [weights.get(name, 0.0) - wanted.get(name, 0.0) for name in names]
    variance = sum(
        away[i] * away[j] * float(covariance[i][j])
        for i in range(len(names))
        for j in range(len(names))
    )
    return sqrt(max(variance, 0.0))


def _moved(snapshot: Snapshot, plan: Plan) -> dict[str, Decimal]:
    """Money that the trades move into each instrument, out of it where negative."""
    moved: dict[str, Decimal] = {}
    for trade in plan.trades:
        amount = trade.quantity * snapshot.unit_value(trade.instrument)
        signed = amount if trade.side is Side.BUY else -amount
        moved[trade.instrument] = moved.get(trade.instrument, ZERO) + signed
    return moved


def _cost(situation: Situation, plan: Plan) -> Decimal:
    """Spread by the half-spread of each instrument, impact by the square-root law, tickets."""
    snapshot, costs = situation.snapshot, situation.mandate.costs
    whole = ZERO
    for trade in plan.trades:
        amount = trade.quantity * snapshot.unit_value(trade.instrument)
        known = situation.estimates.half_spread.get(trade.instrument, float(costs.half_spread))
        spread = Decimal(str(known))
        usual = float(costs.daily_volume)
        volume = Decimal(str(situation.estimates.daily_volume.get(trade.instrument, usual)))
        daily = Decimal(str(situation.estimates.daily_volatility.get(trade.instrument, 0.0)))
        impact = ZERO
        if volume > 0:
            impact = costs.impact * daily * (amount / volume).sqrt() * amount
        ticket = snapshot.household.account(trade.account).commission
        whole += spread * amount + impact + ticket
    return whole


def _tax(question: Question, snapshot: Snapshot, plan: Plan) -> Decimal:
    """The year's bill with what the sold lots realise, less the bill without."""
    lots = {lot.id: lot for lot in snapshot.lots}
    gains = {Term.SHORT: ZERO, Term.LONG: ZERO}
    for trade in plan.trades:
        if not snapshot.household.account(trade.account).wrapper.is_taxable:
            continue
        for sale in trade.lots:
            lot = lots[sale.lot]
            term = lot.term(snapshot.as_of)
            if lot.basis is None or term is None or sale.basis is None:
                continue
            gains[term] += sale.proceeds - sale.basis + sale.disallowed
    for loss in plan.earlier_losses:
        if loss.sold.year == snapshot.as_of.year:
            gains[loss.term] += loss.disallowed
    profile = question.mandate.tax
    assess = question.regime.assess
    after = assess(profile, gains[Term.SHORT], gains[Term.LONG], snapshot.as_of).tax
    return after - assess(profile, ZERO, ZERO, snapshot.as_of).tax


def _trends(history: PriceHistory) -> dict[str, float]:
    """The return of each instrument over the last sessions in which it has a close."""
    truth = {"sessions.trend": float(TREND_SESSIONS)}
    for place, name in enumerate(history.instruments):
        closes = [row[place] for row in history.closes if row[place] == row[place]]
        if len(closes) > TREND_SESSIONS:
            moved = closes[-1] / closes[-1 - TREND_SESSIONS] - 1.0
            truth[f"trend.{name}"], truth[f"fall.{name}"] = moved, -moved
    return truth


def _volatility(question: Question) -> dict[str, float]:
    """Yearly deviation of the wanted mix, lately and over all of the history, by plain sums."""
    history, mandate = question.observation.history, question.mandate
    weights = []
    for place, name in enumerate(history.instruments):
        target = mandate.target_of(name)
        first = target is not None and target.instruments[0] == name
        weights.append((place, float(target.weight) if target is not None and first else 0.0))
    returns = []
    for before, now in zip(history.closes[:-1], history.closes[1:], strict=True):
        moves = [(now[k] / before[k] - 1.0) * weight for k, weight in weights if weight]
        if moves and all(move == move for move in moves):
            returns.append(sum(moves))
    if len(returns) <= RECENT_SESSIONS:
        return {}
    return {
        "volatility.recent": _deviation(returns[-RECENT_SESSIONS:]),
        "volatility.usual": _deviation(returns),
        "sessions.recent": float(RECENT_SESSIONS),
        "sessions.usual": float(len(returns)),
    }


def _deviation(returns: Sequence[float]) -> float:
    mean = sum(returns) / len(returns)
    variance = sum((one - mean) ** 2 for one in returns) / (len(returns) - 1)
    return sqrt(variance * SESSIONS_A_YEAR)
