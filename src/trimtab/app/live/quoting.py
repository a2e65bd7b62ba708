"""Quotes for orders, account by account, and the last look at an order before it leaves.

A paper account quotes what its market shows; a real broker is asked for live quotes where its
adapter has them, and where it has not nothing is ordered there.

Errors: `BrokerError` of a source of quotes that cannot be asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.service import Service
from trimtab.app.live.wiring import quotes_of
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.cycle.orders import Tradable
from trimtab.drivers.live.sending import AtSending, FreshQuotes, Refused
from trimtab.model.brokers import Quote
from trimtab.model.orders import Order
from trimtab.model.plans import Decision, Trade
from trimtab.ports import Broker, QuoteFeed

__all__ = ["AccountLooks", "PaperQuotes", "feeds_of", "quote_looks", "tradables_of"]

PAPER_AGE_SECONDS_MAX = 10 * 86_400.0
"""A paper account's prices are as old as the household's feed; guards on the plan judge that."""


@dataclass(frozen=True, slots=True)
class PaperQuotes:
    """The quotes of a paper account's own market."""

    broker: PaperBroker
    currencies: Mapping[str, str]

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """The last tick of each instrument."""
        with self.broker.desk.now() as (engine, _):
            marks = dict(engine.book.marks)
        return {
            name: Quote(
                name, marks[name].bid, marks[name].ask, marks[name].at,
                self.currencies.get(name, "USD"), source="paper",
            )
            for name in instruments
            if name in marks
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountLooks:
    """The look that an order's account has; an account without one lets nothing go."""

    by_account: Mapping[str, AtSending]

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order as it may leave, or why it may not."""
        own = self.by_account.get(order.account)
        if own is None:
            return Refused("quote", "its broker has no source of quotes")
        return own.look(order, at, sent_today)


def _feed(
    service: Service, loaded: LoadedHousehold, account: str, broker: Broker
) -> QuoteFeed | None:
    if isinstance(broker, PaperBroker):
        known = loaded.snapshot.instruments
        return PaperQuotes(broker, {name: one.currency for name, one in known.items()})
    return quotes_of(service.settings.linked(account), loaded, service.clock)


def tradables_of(
    service: Service,
    loaded: LoadedHousehold,
    brokers: Mapping[str, Broker],
    trades: Sequence[Trade],
    at: datetime,
) -> dict[tuple[str, str], Tradable]:
    """Each traded instrument as its account's broker trades and quotes it now."""
    found: dict[tuple[str, str], Tradable] = {}
    for account, broker in brokers.items():
        names = sorted({one.instrument for one in trades if one.account == account})
        feed = _feed(service, loaded, account, broker) if names else None
        quotes = {} if feed is None else feed.quotes(names, at)
        for name in names:
            listed = broker.instrument(name)
            if listed is not None and name in quotes:
                found[account, name] = Tradable(listed, quotes[name])
    return found


def feeds_of(
    service: Service, loaded: LoadedHousehold, brokers: Mapping[str, Broker]
) -> dict[str, QuoteFeed]:
    """The source of quotes of each account that has one."""
    found = {name: _feed(service, loaded, name, broker) for name, broker in brokers.items()}
    return {name: feed for name, feed in found.items() if feed is not None}


def quote_looks(
    service: Service, feeds: Mapping[str, QuoteFeed], decision: Decision
) -> AccountLooks:
    """No order on an old quote, and none that the market has moved away from."""
    plan = decision.plan
    prices = {} if plan is None else {one.id: one.price for one in plan.trades}

    def planned(order: Order) -> Decimal | None:
        return prices.get(order.trade)

    moved = service.settings.approvals.price_move
    looks: dict[str, AtSending] = {}
    for account, feed in feeds.items():
        if isinstance(feed, PaperQuotes):
            looks[account] = FreshQuotes(feed, planned, PAPER_AGE_SECONDS_MAX, moved)
        else:
            looks[account] = FreshQuotes(feed, planned, moved_max=moved)
    return AccountLooks(looks)
