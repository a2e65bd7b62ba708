"""The account behind a FIX session: as a dialect tells it, or marked as not told."""

from datetime import datetime
from typing import Protocol

from trimtab.brokers._fix_desk import Desk
from trimtab.model.brokers import BrokerCash, BrokerPosition, BrokerState
from trimtab.model.money import ZERO

__all__ = ["Names", "told_state", "untold_state"]

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
