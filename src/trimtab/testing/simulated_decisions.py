"""Random decisions for simulations: exact trades that an account could carry out.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random

from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents
from trimtab.model.plans import Decision, LotSale, Plan, Trade, TradeCost, Verdict
from trimtab.model.proposals import Action, CostParts, Proposal, ProposalStatus
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill

__all__ = ["random_decision"]

SELL_SHARE, BUY_SHARE = 0.5, 0.8
"""The chances that an instrument that is held is sold, and that another is bought."""


def random_decision(
    chance: Random,
    cycle_id: str,
    on: date,
    held: Mapping[str, tuple[Decimal, Sequence[Lot]]],
    prices: Mapping[str, Decimal],
) -> Decision:
    """A decision to trade; `held` are the cash and the lots of every account."""
    trades: list[Trade] = []
    for account, (cash, lots) in held.items():
        trades += _trades(chance, account, cash, lots, prices, len(trades))
    return Decision(
        cycle_id,
        on,
        Verdict.TRADE,
        f"{len(trades)} trades",
        Proposal(Action.NONE, ProposalStatus.SOLVED, "simulated"),
        _plan(tuple(trades)),
    )


def _trades(
    chance: Random,
    account: str,
    cash: Decimal,
    lots: Sequence[Lot],
    prices: Mapping[str, Decimal],
    count: int,
) -> list[Trade]:
    trades: list[Trade] = []
    for name, price in prices.items():
        mine = [lot for lot in lots if lot.instrument == name and lot.quantity >= 1]
        if mine and chance.random() < SELL_SHARE:
            chance.shuffle(mine)
            sales = tuple(_sale(lot, Decimal(chance.randint(1, int(lot.quantity)))) for lot in mine)
            trade = _trade(f"t{count + len(trades) + 1}", account, name, Side.SELL, price, sales)
            cash += trade.amount
        elif chance.random() < BUY_SHARE and cash > price:
            most = int(cash / price)
            name_of = f"t{count + len(trades) + 1}"
            quantity = Decimal(chance.randint(1, most))
            trade = _trade(name_of, account, name, Side.BUY, price, (), quantity)
            cash -= trade.amount
        else:
            continue
        trades.append(trade)
    return trades


def _sale(lot: Lot, quantity: Decimal) -> LotSale:
    return LotSale(lot.id, quantity, ZERO, None, lot.acquired, None)


def _trade(
    name: str,
    account: str,
    instrument: str,
    side: Side,
    price: Decimal,
    lots: tuple[LotSale, ...],
    bought: Decimal = ZERO,
) -> Trade:
    quantity = sum((sale.quantity for sale in lots), ZERO) if side is Side.SELL else bought
    amount = cents(quantity * price)
    where = (name, account, instrument, side)
    return Trade(*where, quantity, price, amount, TradeCost(), "simulated", "simulated", lots)


def _plan(trades: tuple[Trade, ...]) -> Plan:
    bill = TaxBill(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
    return Plan(trades, {}, bill, bill, CostParts(), CostParts(), {}, {})
