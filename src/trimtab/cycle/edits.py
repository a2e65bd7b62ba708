"""What a person's edits make of a plan: the same exact trades without some, counted anew.

The quantities that stay go the way of every plan (`cycle.legs`, `cycle.plan`): purchases that an
account cannot pay any more shrink in whole steps; wash sales, bill and reasons are worked out
again, and trades keep their ids.  Nothing is sold that the plan did not sell.

Errors: `InputError` for an edit of a trade or lot that the plan does not have, for more than it
trades, for parts of a step, and for edits that leave nothing to trade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from trimtab.cycle.legs import Draft, settle, step_of
from trimtab.cycle.plan import plan_of_legs
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError, nearest
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Plan, Trade
from trimtab.model.snapshots import Side
from trimtab.model.taxes import ReliefOrder
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["edit_findings", "edited_plan", "in_plan_order"]

NAMED_LOTS = frozenset({ReliefOrder.LEAST_TAX, ReliefOrder.SPECIFIC})
"""Orders under which a person may choose among the lots of a sale."""


def in_plan_order(plan: Plan, edits: Edits) -> Edits:
    """The edits in the order of the plan's trades and lots, those that change nothing left out.

    Refuses: a trade or lot that the plan does not have, two edits of one, more than is planned.
    """
    trades = {trade.id: trade for trade in plan.trades}
    asked: dict[tuple[str, str], Decimal] = {}
    for edit in edits.trades:
        planned = _planned(trades, edit)
        if (edit.trade, edit.lot) in asked:
            raise InputError(
                _subject(edit), "it is edited twice", "", "say once what is to be left"
            )
        if not ZERO <= edit.quantity <= planned:
            bound = f"the plan has {planned.normalize():f}, and an edit only takes away"
            raise InputError(_subject(edit), f"{edit.quantity:f} are to be left", bound)
        asked[edit.trade, edit.lot] = edit.quantity
    kept = []
    for trade in plan.trades:
        for lot in ("", *(sale.lot for sale in trade.lots)):
            edit = TradeEdit(trade.id, asked.get((trade.id, lot), ZERO).normalize(), lot)
            if (trade.id, lot) in asked and edit.quantity != _planned(trades, edit):
                kept.append(edit)
    whole = {edit.trade for edit in kept if not edit.lot}
    for edit in kept:
        if edit.lot and edit.trade in whole:
            fact = "the trade is edited, and one of its lots, too"
            raise InputError(_subject(edit), fact, "", "edit the trade or its lots")
    return Edits(tuple(kept))


def edited_plan(situation: Situation, plan: Plan, edits: Edits, regime: TaxRegime) -> Plan:
    """The plan with the edits done, its cash, wash sales, bill, weights and reasons counted anew.

    Refuses: as `in_plan_order`; parts of a step; edits that leave nothing to trade.
    """
    kept = in_plan_order(plan, edits)
    left = _quantities(situation, plan, kept, regime)
    draft = Draft({}, {})
    for trade in plan.trades:
        if trade.side is Side.SELL:
            draft.sold.update({lot: units for lot, units in left[trade.id].items() if units > ZERO})
        elif left[trade.id][""] > ZERO:
            draft.bought[trade.account, trade.instrument] = left[trade.id][""]
    legs = settle(situation, draft, sells_more=False)
    places = {(leg.account, leg.instrument, leg.side): leg for leg in legs}
    named = {
        trade.id: places[place]
        for trade in plan.trades
        if (place := (trade.account, trade.instrument, trade.side)) in places
    }
    if not named:
        raise InputError("edit", "it leaves nothing to trade", "", "reject the plan instead")
    made = plan_of_legs(situation, named, regime)
    dearer = max(0.0, made.after.total - plan.after.total)
    return replace(made, gap=plan.gap + dearer)


def edit_findings(plan: Plan, edited: Plan, edits: Edits) -> tuple[Finding, ...]:
    """What a person took out, and which purchases shrank because their account lacks the cash."""
    after = {trade.id: trade.quantity for trade in edited.trades}
    by_hand = {edit.trade for edit in edits.trades}
    found = []
    for trade in plan.trades:
        left = after.get(trade.id, ZERO)
        if left == trade.quantity:
            continue
        subject = f"{trade.id} {trade.side.value} {trade.instrument} in {trade.account}"
        told = (
            f"{left.normalize():f} of {trade.quantity.normalize():f} stay" if left else "left out"
        )
        why = "by a person" if trade.id in by_hand else "the edits leave no cash for it"
        figures = (f"{left.normalize():f}", f"{trade.quantity.normalize():f}")
        found.append(Finding("edited", Severity.NOTE, subject, f"{told}: {why}", *figures))
    return tuple(found)


def _subject(edit: TradeEdit) -> str:
    return f"edit of {edit.trade}" + (f" lot {edit.lot}" if edit.lot else "")


def _planned(trades: Mapping[str, Trade], edit: TradeEdit) -> Decimal:
    """What the plan has of what an edit is about."""
    if edit.trade not in trades:
        fact = "the plan has no such trade"
        raise InputError(_subject(edit), fact, "", nearest(edit.trade, trades))
    if not edit.quantity.is_finite():
        raise InputError(_subject(edit), f"{edit.quantity} are to be left", "it is no quantity")
    trade = trades[edit.trade]
    lots = {sale.lot: sale.quantity for sale in trade.lots}
    if edit.lot and edit.lot not in lots:
        fact = "the trade does not sell such a lot"
        raise InputError(_subject(edit), fact, "", nearest(edit.lot, lots))
    return lots[edit.lot] if edit.lot else trade.quantity


def _quantities(
    situation: Situation, plan: Plan, edits: Edits, regime: TaxRegime
) -> dict[str, dict[str, Decimal]]:
    """What stays of each trade, lot by lot of a sale."""
    left = {
        trade.id: {sale.lot: sale.quantity for sale in trade.lots} or {"": trade.quantity}
        for trade in plan.trades
    }
    trades = {trade.id: trade for trade in plan.trades}
    for edit in edits.trades:
        trade = trades[edit.trade]
        if edit.lot:
            _check_named(situation, edit)
            left[trade.id][edit.lot] = edit.quantity
        elif trade.lots:
            left[trade.id] = _first_lots(situation, trade, edit.quantity, regime)
        else:
            left[trade.id] = {"": edit.quantity}
    for name in dict.fromkeys(edit.trade for edit in edits.trades):
        _check_steps(situation, trades[name], left[name])
    return left


def _check_named(situation: Situation, edit: TradeEdit) -> None:
    relief = situation.mandate.tax.relief
    if relief not in NAMED_LOTS:
        bound = f"the mandate sells lots in the order {relief.value}"
        raise InputError(_subject(edit), "its lot cannot be chosen", bound, "edit the whole trade")


def _check_steps(situation: Situation, trade: Trade, left: Mapping[str, Decimal]) -> None:
    """Whole steps of the account, or whole lots of the plan."""
    step, units = step_of(situation, trade.account, trade.instrument), total(left.values())
    planned = {sale.lot: sale.quantity for sale in trade.lots} or {"": trade.quantity}
    are_whole = all(part in (ZERO, planned[name]) for name, part in left.items())
    if units % step and not are_whole:
        bound = f"{trade.account} trades {trade.instrument} in steps of {step.normalize():f}"
        raise InputError(f"edit of {trade.id}", f"{units:f} are to be left", bound)


def _first_lots(
    situation: Situation, trade: Trade, quantity: Decimal, regime: TaxRegime
) -> dict[str, Decimal]:
    """A smaller sale takes its lots in the order in which the mandate sells them."""
    snapshot = situation.snapshot
    planned = {sale.lot: sale.quantity for sale in trade.lots}
    lots: Iterable[Lot] = [lot for lot in snapshot.lots if lot.id in planned]
    if snapshot.household.account(trade.account).wrapper.is_taxable:
        value = snapshot.unit_value(trade.instrument)
        lots = regime.relief_order(situation.mandate.tax, [*lots], value, snapshot.as_of)
    kept, rest = {}, quantity
    for lot in lots:
        kept[lot.id] = min(rest, planned[lot.id])
        rest -= kept[lot.id]
    return kept
