"""All that is held against an order at the moment it leaves, as the household's files say.

Quotes first, then the owner's caps, the fall from the highest value, and the guards once more on
what is known now.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from trimtab.app import api
from trimtab.app.household import LoadedHousehold
from trimtab.app.live.overrides import overrides
from trimtab.app.live.quoting import feeds_of, quote_looks
from trimtab.app.live.service import Service
from trimtab.books.order_states import fold
from trimtab.cycle.orders import OrdersPlanned
from trimtab.cycle.requests import Observation
from trimtab.drivers.live.answer_json import from_text
from trimtab.drivers.live.guards_again import Drawdown, GuardsAgain
from trimtab.drivers.live.sending import AtSending, Caps, EveryLook, LetGo
from trimtab.guards._base import Guard
from trimtab.model.brokers import BrokerError
from trimtab.model.live import OrdersAsked
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, cents
from trimtab.model.orders import Order
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Price, Snapshot
from trimtab.ports import Broker, QuoteFeed

__all__ = ["last_look"]


def last_look(
    service: Service,
    loaded: LoadedHousehold,
    brokers: Mapping[str, Broker],
    decision: Decision | None,
    planned: OrdersPlanned,
) -> AtSending:
    """What an order of a decision must pass; nothing where there is no decision to send for.

    A rule that a person has overridden today is left out.
    """
    if decision is None or decision.plan is None:
        return LetGo()
    feeds = feeds_of(service, loaded, brokers)
    lifted, rules = overrides(service).keys(), service.settings.sending
    market = _Market(_planned_on(service, loaded, decision), feeds)
    worth = _Worth(loaded.snapshot, planned)
    looks: list[AtSending] = [
        quote_looks(service, feeds, decision),
        Caps(
            worth.of,
            None if "trade_max" in lifted else rules.trade_max,
            None if "day_max" in lifted else rules.day_max,
            worth.of_trade,
        ),
    ]
    if rules.drawdown_max is not None and "drawdown_max" not in lifted:
        looks.append(
            Drawdown(
                lambda: market.at(service.clock()).value,
                lambda: loaded.snapshot.high_water,
                rules.drawdown_max,
            )
        )
    guards = tuple(one for one in _guards(loaded.mandate) if one.name not in lifted)
    looks.append(GuardsAgain(decision, guards, loaded.mandate, market.at))
    return EveryLook(tuple(looks))


def _guards(mandate: Mandate) -> tuple[Guard, ...]:
    return api.guards_of(mandate)


def _planned_on(service: Service, loaded: LoadedHousehold, decision: Decision) -> Snapshot:
    """The household as it is; where a part of the plan has left, as the plan found it.

    The guards judge whole plans: half of one beside what the other half has left is none.
    """
    store, cycle = service.store, decision.cycle_id
    orders = store.some_orders(service.household, OrdersAsked(cycle=cycle))
    if not any(fold(one, store.records(one.id)).attempts for one in orders):
        return loaded.snapshot
    observed = next(one for one in store.answers(cycle) if one.kind == "observe")
    return from_text(observed.data, Observation).snapshot


@dataclass(slots=True)
class _Market:
    """A snapshot at the quotes of a moment; asked for once a moment."""

    snapshot: Snapshot
    feeds: Mapping[str, QuoteFeed]
    _last: tuple[datetime, Snapshot] | None = None

    def at(self, now: datetime) -> Snapshot:
        """The snapshot with what is quoted now; what nobody quotes keeps its price."""
        if self._last is None or self._last[0] != now:
            self._last = now, self._quoted(now)
        return self._last[1]

    def _quoted(self, now: datetime) -> Snapshot:
        prices = dict(self.snapshot.prices)
        for account, feed in self.feeds.items():
            held = {one.instrument for one in self.snapshot.lots if one.account == account}
            try:
                quotes = feed.quotes(sorted(held & prices.keys()), now)
            except BrokerError:
                continue  # orders of this account are refused for want of a quote
            for name, quote in quotes.items():
                on = max(prices[name].on, quote.at.date())
                is_same = quote.currency == prices[name].currency
                if is_same and on <= self.snapshot.as_of:
                    prices[name] = Price(name, quote.middle, quote.currency, on, quote.source)
        return replace(self.snapshot, prices=prices)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What orders are worth at most, in base currency."""

    snapshot: Snapshot
    planned: OrdersPlanned

    def of(self, order: Order) -> Decimal | None:
        """One order, at its limit or the price that is known."""
        known = self.snapshot.instruments.get(order.instrument)
        seen = self.snapshot.prices.get(order.instrument)
        price = order.limit or (None if seen is None else seen.amount)
        if known is None or price is None:
            return None
        amount = order.notional or (order.quantity or ZERO) * price
        return cents(amount * self.snapshot.rate(known.currency))

    def of_trade(self, order: Order) -> Decimal | None:
        """All parts of an order's trade."""
        parts = [one.order for one in self.planned.slices if one.order.trade == order.trade]
        amounts = [self.of(one) for one in parts or [order]]
        known = [one for one in amounts if one is not None]
        return sum(known, ZERO) if len(known) == len(amounts) else None
