"""What an order must pass at the moment it leaves, and what a household may send in a day.

The plan passed its guards when it was made; between that and the sending, prices move and people
stop things.  Whoever looks here answers with the order as it may leave, or with the reason why not.

Errors: none; a reason is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from trimtab.model.brokers import BrokerError
from trimtab.model.live import Halt, HaltKind
from trimtab.model.money import ZERO, total
from trimtab.model.orders import Order
from trimtab.ports import QuoteFeed

__all__ = [
    "AtSending",
    "Caps",
    "EveryLook",
    "FreshQuotes",
    "LetGo",
    "Refused",
    "Worth",
    "account_subject",
    "halted",
]

Worth = Callable[[Order], Decimal | None]
"""What an order is worth at most, in base currency; none where nobody knows."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an order may not leave: the rule by its name, the fact, and what to do about it."""

    rule: str
    fact: str
    remedy: str = ""


class AtSending(Protocol):
    """A last look at an order that is about to leave."""

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order as it may leave, or why it may not."""
        ...


@dataclass(frozen=True, slots=True)
class LetGo:
    """No look at all: the order as it was planned."""

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order itself."""
        return order


@dataclass(frozen=True, slots=True)
class EveryLook:
    """Several looks, one after the other; the first that refuses decides."""

    looks: tuple[AtSending, ...]

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order as the last left it, or the first refusal."""
        for one in self.looks:
            answer = one.look(order, at, sent_today)
            if isinstance(answer, Refused):
                return answer
            order = answer
        return order


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a trade may be, and all that leaves in a day.

    Unit: base currency; none sets no cap.  `whole` is the worth of all parts of an order's trade;
    without it an order is taken for the whole of its trade.
    """

    worth: Worth
    trade_max: Decimal | None = None
    day_max: Decimal | None = None
    whole: Worth | None = None

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order, unless it or the day with it passes a cap."""
        if self.trade_max is None and self.day_max is None:
            return order
        worth, trade = self.worth(order), (self.whole or self.worth)(order)
        if worth is None or trade is None:
            return Refused("trade_max", "nobody knows what it is worth, so that no cap can be held")
        if self.trade_max is not None and trade > self.trade_max:
            fact = f"its trade is worth {trade:,.2f}, and one may be worth {self.trade_max:,.2f}"
            return Refused("trade_max", fact, "look whether the trade is a slip")
        sent = total(self.worth(one) or ZERO for one in sent_today if one.id != order.id)
        if self.day_max is not None and sent + worth > self.day_max:
            fact = (
                f"{sent:,.2f} went out today, {worth:,.2f} more would pass the day's "
                f"{self.day_max:,.2f}"
            )
            return Refused("day_max", fact, "the next day's cycle goes on")
        return order


@dataclass(frozen=True, slots=True)
class FreshQuotes:
    """No order on an old quote, and none whose limit the market has left behind.

    Unit: `age_seconds_max` of a quote; `moved_max` how far, as a fraction, the middle may have
    moved from the price that the order was planned at.
    """

    quotes: QuoteFeed
    planned_price: Callable[[Order], Decimal | None]
    age_seconds_max: float = 60.0
    moved_max: Decimal = Decimal("0.02")

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order, unless its quote is missing, old, or far from where it was planned."""
        again = "the next cycle looks again"
        try:
            quote = self.quotes.quotes([order.instrument], at).get(order.instrument)
        except BrokerError as error:
            return Refused("quote", f"its quote cannot be asked for: {error.fact}", error.remedy)
        if quote is None:
            return Refused("quote", f"there is no quote of {order.instrument}", again)
        if not ZERO < quote.bid <= quote.ask:
            fact = f"its quote makes no sense: bid {quote.bid}, ask {quote.ask}"
            return Refused("quote", fact, again)
        age = (at - quote.at).total_seconds()
        if age > self.age_seconds_max:
            fact = f"its quote is {age:,.0f} s old, and {self.age_seconds_max:,.0f} s are the bound"
            return Refused("quote", fact, again)
        planned = self.planned_price(order)
        if planned is None:
            return order
        moved = abs(quote.middle / planned - 1)
        if moved > self.moved_max:
            fact = (
                f"the market moved from {planned} to {quote.middle}, by {float(moved) * 100:.2f} %,"
                f" and {float(self.moved_max) * 100:.2f} % are the bound"
            )
            return Refused("price_move", fact, again)
        return order


def account_subject(household: str, account: str) -> str:
    """What a halt of an account names: in a store of many households, whose account it is."""
    return f"{household}/{account}" if household else account


def halted(halts: Iterable[Halt], household: str, *accounts: str) -> HaltKind | None:
    """The strongest halt of a household, of any of these accounts of it, or of all."""
    own = (account_subject(household, one) for one in accounts)
    subjects = {"*", household, *accounts, *own}
    found = {halt.kind for halt in halts if halt.subject in subjects}
    if HaltKind.ALL in found:
        return HaltKind.ALL
    return HaltKind.NEW if found else None
