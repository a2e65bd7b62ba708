"""The account behind a FIX session: as a dialect tells it, or marked as not told."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from trimtab.brokers._fix_desk import Desk
from trimtab.model.brokers import BrokerCash, BrokerPosition, BrokerState
from trimtab.model.money import ZERO, cents
from trimtab.model.orders import Fill
from trimtab.model.snapshots import Side

__all__ = ["Names", "shown_state", "told_state", "untold_state"]

UNTOLD = "FIX tells orders, not the account: name another source of its positions"


class Names(Protocol):
    """What is known of an account beforehand."""

    @property
    def account(self) -> str:
        """Its number."""
        ...

    @property
    def currency(self) -> str:
        """Its currency."""
        ...

    def instrument(self, symbol: str) -> str:
        """Our name of a symbol."""
        ...


def untold_state(names: Names, desk: Desk, now: datetime) -> BrokerState:
    """The orders alone, marked as incomplete: what is absent is not flat."""
    return BrokerState(
        names.account,
        now,
        desk.broker_clock,
        names.currency,
        cash=(),
        positions=(),
        open_orders=desk.book.open_reports(),
        is_complete=False,
        notes=(UNTOLD,),
    )


def told_state(names: Names, desk: Desk, now: datetime) -> BrokerState:
    """The account as the broker told it: money that may be used, and positions by pair."""
    said = desk.account
    usable = said.usable or ZERO
    power = usable * said.leverage if said.leverage is not None else usable
    positions = tuple(
        BrokerPosition(names.instrument(symbol), symbol, amount, amount)
        for symbol, amount in sorted(said.positions.items())
        if amount != ZERO
    )
    return BrokerState(
        names.account,
        now,
        desk.broker_clock,
        said.currency,
        cash=(BrokerCash(said.currency, usable, ZERO, power),),
        positions=positions,
        open_orders=desk.book.open_reports(),
    )


def shown_state(names: Names, desk: Desk, shown: BrokerState, now: datetime) -> BrokerState:
    """The account as another source shows it, with this session's orders and later executions.

    What was executed after the moment of the source is added: units at once, money of sales as not
    settled.
    """
    held = {one.instrument: one.quantity for one in shown.positions}
    kept = {one.instrument: one for one in shown.positions}
    cash = {one.currency: one for one in shown.cash}
    for fill in _live(desk.book.fills.copy().values()):
        if fill.at <= shown.at:
            continue
        sign = 1 if fill.side is Side.BUY else -1
        held[fill.instrument] = held.get(fill.instrument, ZERO) + sign * fill.quantity
        before = cash.get(names.currency, BrokerCash(names.currency, ZERO))
        cash[names.currency] = _traded(before, fill)
    positions = tuple(
        replace(kept[name], quantity=units, available=units)
        if name in kept
        else BrokerPosition(name, name, units, units)
        for name, units in sorted(held.items())
        if units
    )
    return replace(
        shown,
        account=names.account,
        at=now,
        broker_clock=desk.broker_clock or shown.broker_clock,
        cash=tuple(cash.values()),
        positions=positions,
        open_orders=desk.book.open_reports(),
    )


def _live(fills: Iterable[Fill]) -> list[Fill]:
    """Executions that count: not taken back."""
    told = list(fills)
    busted = {one.busts for one in told if one.busts}
    return [one for one in told if one.execution_id not in busted and one.quantity > ZERO]


def _traded(cash: BrokerCash, fill: Fill) -> BrokerCash:
    amount = cents(fill.quantity * fill.price)
    if fill.side is Side.SELL:
        return replace(cash, unsettled=cash.unsettled + amount - fill.fee)
    paid = amount + fill.fee
    return replace(cash, settled=cash.settled - paid, buying_power=cash.buying_power - paid)
