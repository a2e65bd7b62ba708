"""The one way from a numeric proposal to an exact plan.

Dollars become whole shares (or the account's smallest fraction) of named lots, cash is counted to
the cent, wash sales and the tax bill are worked out exactly, and every trade says which clause it
serves.  Nothing outside this module turns numbers back into money.

Errors: a proposal that names an unknown lot or sells more than a lot holds breaks a promise of the
policy and is an `InvariantError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from trimtab.books.wash_planning import WashEffects
from trimtab.cycle.bill import (
    allowed_gains,
    bills,
    disallowed_by,
    is_taxable,
    lot_sales,
    tax_shares,
    wash_effects,
)
from trimtab.cycle.legs import Draft, Leg, cash_after, settle, step_of
from trimtab.cycle.reasons import explain_trade, undone_words
from trimtab.model.errors import must
from trimtab.model.lots import Lot
from trimtab.model.money import CENT, ZERO, step_down, total
from trimtab.model.plans import Plan, Trade
from trimtab.model.proposals import CostParts, Proposal
from trimtab.model.snapshots import Side
from trimtab.quant.drift import tracking_error
from trimtab.quant.problem import Floats
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["make_plan", "plan_of_legs"]

ROUNDING_SLACK = Decimal("0.000001")
"""How far, in steps, a float may fall short of a whole step and still mean it."""


def _rounded_sale(lot: Lot, wanted: Decimal, step: Decimal) -> Decimal:
    """Whole steps nearest to what is wanted; a lot's odd remainder only with the whole lot."""
    if wanted >= lot.quantity - ROUNDING_SLACK * step:
        return lot.quantity
    steps = (wanted / step).to_integral_value(rounding=ROUND_HALF_EVEN)
    return min(steps * step, lot.quantity)


def _draft(situation: Situation, proposal: Proposal) -> Draft:
    snapshot = situation.snapshot
    lots = {lot.id: lot for lot in snapshot.lots}
    sold: dict[str, Decimal] = {}
    for sale in proposal.sales:
        must(sale.lot in lots, f"proposal sells lot {sale.lot!r}, which the household holds")
        lot = lots[sale.lot]
        value = snapshot.lot_value(lot)
        fraction = Decimal(sale.amount) / value
        must(fraction <= 1 + ROUNDING_SLACK, f"proposal sells at most all of lot {lot.id!r}")
        step = step_of(situation, lot.account, lot.instrument)
        quantity = _rounded_sale(lot, lot.quantity * min(fraction, Decimal(1)), step)
        if quantity > 0:
            sold[lot.id] = quantity
    bought: dict[tuple[str, str], Decimal] = {}
    for buy in proposal.buys:
        step = step_of(situation, buy.account, buy.instrument)
        units = Decimal(buy.amount) / snapshot.unit_value(buy.instrument)
        quantity = step_down(units + ROUNDING_SLACK * step, step)
        if quantity > 0:
            bought[buy.account, buy.instrument] = quantity
    return Draft(sold, bought)


def _weights(situation: Situation, legs: Sequence[Leg]) -> Floats:
    """Instrument weights after the legs, of the value that the problem was stated for."""
    problem, index = situation.problem, situation.index
    held = np.bincount(
        problem.position_instrument, weights=problem.holdings(), minlength=len(problem.target)
    )
    for leg in legs:
        sign = 1.0 if leg.side is Side.BUY else -1.0
        held[index.instruments.index(leg.instrument)] += sign * float(leg.amount)
    return np.asarray(held / problem.value)


def _parts(situation: Situation, weights: Floats, legs: Sequence[Leg], tax: Decimal) -> CostParts:
    problem = situation.problem
    error = float(tracking_error(weights - problem.target, problem.covariance))
    position = {pair: k for k, pair in enumerate(situation.index.positions)}
    held = problem.holdings()
    for leg in legs:
        sign = 1.0 if leg.side is Side.BUY else -1.0
        held[position[leg.account, leg.instrument]] += sign * float(leg.amount)
    return CostParts(
        drift=problem.value * problem.kappa / 2.0 * error**2,
        spread=float(total(leg.cost.spread for leg in legs)),
        impact=float(total(leg.cost.impact for leg in legs)),
        commission=float(total(leg.cost.commission for leg in legs)),
        tax=float(tax),
        location=float(problem.location_cost @ held),
        tracking_error=error,
    )


def _target_weights(situation: Situation, weights: Floats) -> dict[str, float]:
    of = dict(zip(situation.index.instruments, weights.tolist(), strict=True))
    return {
        target.name: sum(of[name] for name in target.instruments)
        for target in situation.mandate.targets
    }


def make_plan(situation: Situation, proposal: Proposal, regime: TaxRegime) -> Plan:
    """The exact plan of a proposal: named lots, whole shares, cash and tax that add up.

    What was left alone is told of the plan that is chosen, by the cycle.
    Unit: base currency, in cents; quantities in units of each instrument.
    """
    legs = settle(situation, _draft(situation, proposal))
    order = {account: k for k, account in enumerate(situation.index.accounts)}
    legs.sort(key=lambda leg: (leg.side is Side.BUY, order[leg.account], -leg.amount))
    named = {f"T{number}": leg for number, leg in enumerate(legs, start=1)}
    plan = plan_of_legs(situation, named, regime)
    return replace(plan, bindings=proposal.bindings, gap=proposal.gap)


def plan_of_legs(situation: Situation, named: Mapping[str, Leg], regime: TaxRegime) -> Plan:
    """The plan of settled legs by the ids of their trades: reasons, wash sales and the year's bill.

    Unit: base currency, in cents.
    """
    legs, as_of = list(named.values()), situation.snapshot.as_of
    wash = wash_effects(situation, legs)
    trades = [_trade(situation, name, leg, legs, wash) for name, leg in named.items()]
    taxed = tuple(
        sale
        for trade in trades
        if is_taxable(situation.snapshot, trade.account)
        for sale in trade.lots
    )
    gains = allowed_gains(taxed, wash.earlier, as_of)
    bill_before, bill_after = bills(situation, regime, gains)
    tax = bill_after.tax - bill_before.tax
    carried = bill_after.carry_worth - bill_before.carry_worth
    trades = tax_shares(situation, trades, wash.earlier, tax)
    now, then = _weights(situation, []), _weights(situation, legs)
    return Plan(
        tuple(trades),
        {account: cash.quantize(CENT) for account, cash in cash_after(situation, legs).items()},
        bill_before,
        bill_after,
        _parts(situation, now, [], ZERO),
        _parts(situation, then, legs, tax - carried),
        _target_weights(situation, now),
        _target_weights(situation, then),
        coverage=wash.coverage,
        earlier_losses=wash.earlier,
    )


def _trade(
    situation: Situation, name: str, leg: Leg, legs: Sequence[Leg], wash: WashEffects
) -> Trade:
    snapshot, place = situation.snapshot, (leg.account, leg.instrument)
    lots = lot_sales(situation, leg, wash)
    clause, reason = explain_trade(situation, *place, leg.side, lots, legs)
    reason += undone_words(disallowed_by(*place, leg.side, wash.earlier), snapshot.as_of)
    return Trade(
        name,
        leg.account,
        leg.instrument,
        leg.side,
        leg.quantity,
        snapshot.prices[leg.instrument].amount,
        leg.amount,
        leg.cost,
        clause,
        reason,
        lots,
    )
