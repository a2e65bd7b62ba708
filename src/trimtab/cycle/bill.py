"""The bill: what each sale realises lot by lot, what wash sales take back, and the year's tax."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.wash_planning import (
    PlannedPurchase,
    PlannedSale,
    WashEffects,
    plan_wash_effects,
)
from trimtab.cycle.legs import Leg
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, cents, total
from trimtab.model.plans import EarlierLoss, LotSale, Trade
from trimtab.model.snapshots import Side, Snapshot
from trimtab.model.taxes import TaxBill
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = [
    "allowed_gains",
    "bills",
    "disallowed_by",
    "is_taxable",
    "lot_sales",
    "tax_shares",
    "wash_effects",
]


def lot_sales(situation: Situation, leg: Leg, wash: WashEffects) -> tuple[LotSale, ...]:
    """The leg's proceeds, net of its costs, shared out over its lots to the cent."""
    if leg.side is Side.BUY:
        return ()
    snapshot = situation.snapshot
    lots = {lot.id: lot for lot in snapshot.lots}
    sales = []
    left_quantity, left_proceeds = leg.quantity, leg.amount - leg.cost.total
    for lot_id, quantity in leg.lots.items():
        lot = lots[lot_id]
        proceeds = (
            left_proceeds
            if quantity == left_quantity
            else cents(left_proceeds * quantity / left_quantity)
        )
        left_quantity, left_proceeds = left_quantity - quantity, left_proceeds - proceeds
        basis = None if lot.basis is None else cents(lot.basis * quantity / lot.quantity)
        if basis is not None:
            basis += wash.basis_added.get(lot_id, ZERO)
        sales.append(
            LotSale(
                lot_id,
                quantity,
                proceeds,
                basis,
                lot.acquired,
                lot.term(snapshot.as_of),
                wash.disallowed.get(lot_id, ZERO),
            )
        )
    return tuple(sales)


def wash_effects(situation: Situation, legs: Sequence[Leg]) -> WashEffects:
    """What wash sales disallow if these legs are done, over every account that is loaded."""
    snapshot = situation.snapshot
    sales = [
        PlannedSale(lot, quantity, cents((leg.amount - leg.cost.total) * quantity / leg.quantity))
        for leg in legs
        for lot, quantity in leg.lots.items()
    ]
    purchases = [
        PlannedPurchase(leg.account, leg.instrument, leg.quantity)
        for leg in legs
        if leg.side is Side.BUY
    ]
    reading = situation.mandate.wash_sales.reading
    return plan_wash_effects(snapshot, sales, purchases, snapshot.as_of, reading)


def disallowed_by(
    account: str, instrument: str, side: Side, earlier: Iterable[EarlierLoss]
) -> tuple[EarlierLoss, ...]:
    """The earlier losses that one trade would disallow."""
    place = (account, instrument)
    return tuple(
        loss for loss in earlier if side is Side.BUY and (loss.buyer, loss.bought) == place
    )


def _allowed(sales: tuple[LotSale, ...], term: Term) -> Decimal:
    return total(
        sale.gain + sale.disallowed for sale in sales if sale.gain is not None and sale.term is term
    )


def allowed_gains(
    sales: Iterable[LotSale], earlier: Iterable[EarlierLoss], as_of: date
) -> Mapping[Term, Decimal]:
    """What a plan adds to the year's gains by term, disallowed losses taken out again.

    A loss of an earlier year that a purchase disallows belongs to that year's return and is no
    part of this year's bill (26 USC 1091(a)); the wash-sale guard names it.
    """
    sold, undone = tuple(sales), [loss for loss in earlier if loss.sold.year == as_of.year]
    return {
        term: _allowed(sold, term) + total(loss.disallowed for loss in undone if loss.term is term)
        for term in Term
    }


def is_taxable(snapshot: Snapshot, account: str) -> bool:
    """Whether a sale in this account is a taxable event."""
    return snapshot.household.account(account).wrapper.is_taxable


def bills(
    situation: Situation, regime: TaxRegime, gains: Mapping[Term, Decimal]
) -> tuple[TaxBill, TaxBill]:
    """The year's bill without and with these gains, by the regime that the solver's curve is of."""
    profile, as_of = situation.mandate.tax, situation.snapshot.as_of
    before = regime.assess(profile, ZERO, ZERO, as_of)
    after = regime.assess(profile, gains[Term.SHORT], gains[Term.LONG], as_of)
    return before, after


def tax_shares(
    situation: Situation, trades: list[Trade], earlier: Sequence[EarlierLoss], tax: Decimal
) -> list[Trade]:
    """Each trade's share of the bill, by its gains at marginal rates; the shares add up exactly.

    A purchase answers for the losses of this year that it disallows, in whatever account it is.
    """
    curve = situation.problem.tax
    rates = {Term.SHORT: Decimal(curve.short_rate), Term.LONG: Decimal(curve.long_rate)}
    marginal = []
    for trade in trades:
        taxed = trade.lots if is_taxable(situation.snapshot, trade.account) else ()
        undone = disallowed_by(trade.account, trade.instrument, trade.side, earlier)
        gains = allowed_gains(taxed, undone, situation.snapshot.as_of)
        marginal.append(total(gains[term] * rates[term] for term in Term))
    weight = total(abs(share) for share in marginal)
    if weight == 0:
        return trades
    correction = tax - total(marginal)
    shares = [cents(share + correction * abs(share) / weight) for share in marginal]
    largest = max(range(len(shares)), key=lambda k: abs(marginal[k]))
    shares[largest] += tax - total(shares)
    return [replace(trade, tax=share) for trade, share in zip(trades, shares, strict=True)]
