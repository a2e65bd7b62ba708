"""What the paper broker refuses, and why: every reason as real brokers have it.

Errors: none; a refusal is a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trimtab.brokers.paper.book import PaperBook, PaperRequest
from trimtab.brokers.paper.funds import available_units, buying_power, wanted_cash, wanted_units
from trimtab.brokers.paper.sessions import Sessions
from trimtab.brokers.paper.tape import price_step
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.money import ZERO
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

__all__ = ["Refusal", "Refused", "Rules", "refusal_of", "step_of"]


AMOUNT_MAX = 10**9
"""More than any order is; below it, units times price keep every digit."""


class Refused(StrEnum):
    """Why an order, a change or a cancel is not taken."""

    DUPLICATE = "duplicate"
    BLOCKED = "account blocked"
    UNKNOWN_INSTRUMENT = "unknown instrument"
    NOT_TRADABLE = "not tradable"
    NOT_FRACTIONABLE = "not fractionable"
    AMOUNT = "amount"
    PRICE = "price"
    TIME_IN_FORCE = "time in force"
    MARKET_CLOSED = "market closed"
    NO_PRICE = "no price"
    SHORT_SALE = "short sale"
    BUYING_POWER = "buying power"
    OPPOSITE_SIDE = "opposite side"
    NOT_FOUND = "not found"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The broker says no, and nothing stands."""

    why: Refused
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """All that orders are checked against but the account itself."""

    terms: PaperTerms
    sessions: Sessions
    instruments: Mapping[str, BrokerInstrument]


def step_of(instrument: BrokerInstrument, terms: PaperTerms) -> Decimal:
    """The least difference between two quantities of an instrument."""
    has_fractions = terms.fractional and instrument.fractionable
    return terms.quantity_step if has_fractions else instrument.quantity_step


def refusal_of(
    request: PaperRequest, book: PaperBook, rules: Rules, at: datetime, *, replaces: str = ""
) -> Refusal | None:
    """The first reason to refuse an order; `replaces` names the open order that goes for it."""
    if request.order_id in book.names:
        return Refusal(Refused.DUPLICATE, "client_order_id must be unique")
    if book.blocked:
        return Refusal(Refused.BLOCKED, "account is not allowed to trade")
    instrument = rules.instruments.get(request.instrument)
    if instrument is None:
        text = f"asset {request.instrument!r} not found"
        return Refusal(Refused.UNKNOWN_INSTRUMENT, text)
    if not instrument.tradable:
        return Refusal(Refused.NOT_TRADABLE, f"asset {request.instrument} is not tradable")
    reason = next(_wrong_amounts(request, instrument, rules.terms), None)
    reason = reason or next(_wrong_times(request, instrument, rules, at), None)
    if reason is not None:
        return reason
    if request.instrument not in book.marks:
        return Refusal(Refused.NO_PRICE, f"no price of {request.instrument} yet")
    return next(_wrong_for_account(request, book, rules.terms, replaces), None)


def _wrong_amounts(
    request: PaperRequest, instrument: BrokerInstrument, terms: PaperTerms
) -> Iterator[Refusal]:
    step, name = step_of(instrument, terms), request.instrument
    amounts = (request.quantity, request.notional, request.limit)
    if any(one is not None and not (one.is_finite() and one > ZERO) for one in amounts):
        yield Refusal(Refused.AMOUNT, "quantities and prices must be above zero")
    elif any(one is not None and one > AMOUNT_MAX for one in amounts):
        yield Refusal(Refused.AMOUNT, f"quantities and prices must not be above {AMOUNT_MAX:,}")
    elif (request.quantity is None) is (request.notional is None):
        yield Refusal(Refused.AMOUNT, "one of qty and notional is required, and only one")
    elif request.notional is not None and not (terms.notional and step < 1):
        yield Refusal(Refused.NOT_FRACTIONABLE, f"{name} is not traded by amount")
    elif request.notional is not None and request.notional < terms.minimum_notional:
        yield Refusal(Refused.AMOUNT, f"notional must be at least {terms.minimum_notional}")
    elif request.quantity is not None and request.quantity % step:
        if request.quantity % 1 and step >= 1:
            yield Refusal(Refused.NOT_FRACTIONABLE, f"asset {name} is not fractionable")
        else:
            yield Refusal(Refused.AMOUNT, f"quantity of {name} must be a multiple of {step}")
    elif request.quantity is not None and request.quantity < instrument.minimum:
        yield Refusal(Refused.AMOUNT, f"quantity of {name} must be at least {instrument.minimum}")
    elif request.limit is not None and request.limit % price_step(request.limit):
        step = price_step(request.limit)
        yield Refusal(Refused.PRICE, f"limit price {request.limit} is no multiple of {step}")


def _wrong_times(
    request: PaperRequest, instrument: BrokerInstrument, rules: Rules, at: datetime
) -> Iterator[Refusal]:
    kind, terms = request.time_in_force, rules.terms
    quantity = request.quantity
    is_fraction = quantity is None or quantity % instrument.quantity_step != ZERO
    if is_fraction and kind is not TimeInForce.DAY:
        yield Refusal(Refused.TIME_IN_FORCE, "fractional orders must be DAY orders")
    session = rules.sessions.current(at)
    if session is None and kind is TimeInForce.IMMEDIATE_OR_CANCEL:
        yield Refusal(Refused.MARKET_CLOSED, "the market is closed: nothing is immediate")
    if session is None and not terms.queues_when_closed and kind is not TimeInForce.AT_OPEN:
        yield Refusal(Refused.MARKET_CLOSED, "the market is closed")
    if kind is TimeInForce.AT_OPEN and not _may_open(rules, at):
        yield Refusal(Refused.TIME_IN_FORCE, "orders for the open are not taken now")
    if kind is TimeInForce.AT_CLOSE and not _may_close(rules, at):
        yield Refusal(Refused.TIME_IN_FORCE, "orders for the close are not taken now")


def _may_open(rules: Rules, at: datetime) -> bool:
    """Not in a session, not within its last minutes before, and not right after one."""
    if rules.sessions.current(at) is not None or _is_pause(rules, at):
        return False
    return at < rules.sessions.coming(at).opens - rules.terms.open_orders_before


def _may_close(rules: Rules, at: datetime) -> bool:
    session = rules.sessions.current(at)
    if session is None:
        return not _is_pause(rules, at)
    return at < session.closes - rules.terms.close_orders_before


def _is_pause(rules: Rules, at: datetime) -> bool:
    """Whether a session closed so short a time ago that the next auctions are not open yet."""
    last = rules.sessions.hours(rules.sessions.day_of(at))
    return last is not None and last.closes <= at < last.closes + rules.terms.auction_pause


def _wrong_for_account(
    request: PaperRequest, book: PaperBook, terms: PaperTerms, replaces: str
) -> Iterator[Refusal]:
    if terms.refuses_opposite and _has_opposite(request, book, replaces):
        yield Refusal(
            Refused.OPPOSITE_SIDE,
            f"potential wash trade detected: an order of the other side of {request.instrument} "
            "is open",
        )
    if request.side is Side.SELL:
        available = available_units(book, request.instrument, replaces)
        wanted = wanted_units(request, book)
        if wanted > available:
            yield Refusal(
                Refused.SHORT_SALE,
                f"insufficient qty available for order (requested: {_plain(wanted)}, "
                f"available: {_plain(max(ZERO, available))})",
            )
    else:
        power, wanted = buying_power(book, terms, replaces), wanted_cash(request, book, terms)
        if wanted > power:
            text = f"insufficient buying power (needed: {wanted:f}, available: {power:f})"
            yield Refusal(Refused.BUYING_POWER, text)


def _has_opposite(request: PaperRequest, book: PaperBook, replaces: str) -> bool:
    return any(
        one.request.instrument == request.instrument
        and one.request.side is not request.side
        and one.id != replaces
        for one in book.open_orders
    )


def _plain(number: Decimal) -> str:
    """Without an exponent, and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
