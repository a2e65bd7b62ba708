"""Quotes for orders, account by account: where they come from, how old they may be.

A link may name a file of quotes; a paper account quotes what its market shows; a real broker is
asked.  A quote that is missing, old or crossed makes a finding and no order.

Errors: `InputError` for a file of quotes that is none; `BrokerError` where no source answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.markets import Activity
from trimtab.app.live.service import Service
from trimtab.app.live.wiring import quotes_of
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.cycle.orders import Tradable
from trimtab.drivers.live.sending import AtSending, FreshQuotes, Refused
from trimtab.model.brokers import BrokerError, Quote
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO
from trimtab.model.orders import Order
from trimtab.model.plans import Decision, Trade
from trimtab.ports import Broker, QuoteFeed

__all__ = ["AccountLooks", "PaperQuotes", "Quoted", "feeds_of", "quote_looks", "tradables_of"]

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


@dataclass(frozen=True, slots=True)
class Quoted:
    """What can be ordered, by account and instrument, and why the rest cannot.

    `findings` tell the quotes that orders are made from, each with its age.
    """

    tradables: dict[tuple[str, str], Tradable] = field(default_factory=dict)
    why_not: dict[tuple[str, str], str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def _feed(
    service: Service, loaded: LoadedHousehold, account: str, broker: Broker
) -> QuoteFeed | None:
    """Its file, its market, its broker, or a service of its broker's."""
    link = service.settings.linked(account)
    if not link.quotes and isinstance(broker, PaperBroker):
        known = loaded.snapshot.instruments
        return PaperQuotes(broker, {name: one.currency for name, one in known.items()})
    if not link.quotes and isinstance(broker, QuoteFeed):
        return broker
    return quotes_of(link, loaded, service.clock)


def _age_max(service: Service, feed: QuoteFeed) -> float:
    """How old a quote of a feed may be, in seconds."""
    if isinstance(feed, PaperQuotes):
        return PAPER_AGE_SECONDS_MAX
    return float(service.settings.orders.quote_seconds_max)


def _trouble(quote: Quote | None, at: datetime, age_max: float) -> str:
    """Why nothing is ordered on a quote; empty where it is sound."""
    if quote is None:
        return "there is no quote"
    if not ZERO < quote.bid <= quote.ask:
        return f"its quote makes no sense: bid {quote.bid}, ask {quote.ask}"
    age = (at - quote.at).total_seconds()
    if age > age_max:
        bound = f"{age_max:,.0f} s are the bound"
        return f"its quote is {age:,.0f} s old, and {bound} (orders.quote_seconds_max)"
    return ""


def tradables_of(
    service: Service,
    loaded: LoadedHousehold,
    brokers: Mapping[str, Broker],
    trades: Sequence[Trade],
    at: datetime,
    activity: Mapping[str, Activity],
) -> Quoted:
    """Each traded instrument as its account's broker trades and quotes it now.

    Refuses: where nothing can be ordered because a source cannot be asked, with `BrokerError`.
    """
    quoted, feeds = Quoted(), feeds_of(service, loaded, brokers)
    trouble: BrokerError | None = None
    for account, broker in brokers.items():
        names = sorted({one.instrument for one in trades if one.account == account})
        if not names:
            continue
        source = feeds.get(account)
        if source is None:
            why = "its broker has no source of quotes; name a file of them (quotes)"
            quoted.why_not.update({(account, name): why for name in names})
            continue
        try:
            quotes = source.quotes(names, at)
            age_max = _age_max(service, source)
            for name in names:
                why = _trouble(quotes.get(name), at, age_max)
                listed = None if why else broker.instrument(name)
                if why or listed is None:
                    quoted.why_not[account, name] = why or "the broker does not trade it"
                    continue
                busy, quote = activity.get(name, Activity()), quotes[name]
                quoted.tradables[account, name] = Tradable(
                    listed, quote, busy.daily_volume, busy.volatility
                )
                if not isinstance(source, PaperQuotes):
                    quoted.findings.append(_told(account, quote, at))
        except BrokerError as error:
            trouble = error
            why = f"there is no quote: {error}"
            quoted.why_not.update({(account, name): why for name in names})
    if trouble is not None and not quoted.tradables:
        raise trouble  # nothing at all can be ordered: the next run asks again
    return quoted


def _told(account: str, quote: Quote, at: datetime) -> Finding:
    age = max(0.0, (at - quote.at).total_seconds())
    return Finding(
        "quote",
        Severity.NOTE,
        f"{quote.instrument} in {account}",
        f"bid {quote.bid:f}, ask {quote.ask:f} {quote.currency}, {age:,.1f} s old"
        + (f", from {quote.source}" if quote.source else ""),
    )


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
    return AccountLooks(
        {
            account: FreshQuotes(feed, planned, _age_max(service, feed), moved)
            for account, feed in feeds.items()
        }
    )
