"""Corporate actions in a paper account: dividends in cash, splits with cash for what is left over.

Open orders of an instrument that is split are canceled: neither their quantity nor their limit
means what it meant.

Errors: none of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trimtab.brokers.paper.book import (
    Activity,
    ActivityKind,
    PaperBook,
    PaperEventKind,
    PaperPosition,
    PaperStatus,
)
from trimtab.brokers.paper.checks import Rules, step_of
from trimtab.brokers.paper.matching import announce, close_order, next_id
from trimtab.brokers.paper.tape import Tick, price_step
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.money import ZERO, cents, step_down

__all__ = ["apply_action"]


def apply_action(book: PaperBook, rules: Rules, action: CorporateAction, at: datetime) -> None:
    """Book a corporate action of whoever holds the instrument on the eve of its ex-date."""
    if action.kind is ActionKind.DIVIDEND:
        _pay_dividend(book, action, at)
    else:
        _split(book, rules, action, at)


def _pay_dividend(book: PaperBook, action: CorporateAction, at: datetime) -> None:
    held, rate = book.held(action.instrument), action.amount or ZERO
    if held == ZERO:
        return
    amount = cents(held * rate)
    book.cash += amount
    _keep(book, ActivityKind.DIVIDEND, action, held, amount, rate)
    text = f"dividend of {rate} a unit on {held:f} {action.instrument}"
    announce(book, PaperEventKind.ACTION, at, action.instrument, text=text)


def _split(book: PaperBook, rules: Rules, action: CorporateAction, at: datetime) -> None:
    ratio = action.ratio
    if ratio is None:
        return
    name, factor = action.instrument, Decimal(ratio.numerator) / Decimal(ratio.denominator)
    for order in book.open_orders:
        if order.request.instrument == name:
            close_order(book, order, PaperStatus.CANCELED, at, f"{name} is split {ratio} for 1")
    if name in book.marks:
        book.marks[name] = _split_tick(book.marks[name], factor)
        book.closes[name] = book.marks[name].last
    position = book.positions.get(name)
    if position is None:
        return
    exact = position.quantity * ratio.numerator / ratio.denominator
    instrument = rules.instruments.get(name) or BrokerInstrument(name, "")
    whole = step_down(exact, step_of(instrument, rules.terms))
    rest = exact - whole
    cost = position.cost
    if rest and name in book.marks:
        paid = cents(rest * book.marks[name].last)
        book.cash += paid
        cost = None if cost is None else cost - cents(cost * rest / exact)
        _keep(book, ActivityKind.CASH_IN_LIEU, action, -rest, paid, book.marks[name].last)
    if whole == ZERO:
        book.positions.pop(name)
    else:
        book.positions[name] = PaperPosition(name, whole, cost)
    _keep(book, ActivityKind.SPLIT, action, whole - position.quantity, ZERO, factor)
    text = f"{name} is split {ratio} for 1: {position.quantity:f} became {whole:f}"
    announce(book, PaperEventKind.ACTION, at, name, text=text)


def _split_tick(tick: Tick, factor: Decimal) -> Tick:
    """The last prices as they are after a split, until new ones come."""
    bid, ask, last = (
        max(price_step(price / factor), (price / factor).quantize(price_step(price / factor)))
        for price in (tick.bid, tick.ask, tick.last)
    )
    return replace(tick, bid=bid, ask=ask, last=last)


def _keep(
    book: PaperBook,
    kind: ActivityKind,
    action: CorporateAction,
    quantity: Decimal,
    amount: Decimal,
    rate: Decimal,
) -> None:
    activity_id, number = next_id(book, "activity")
    book.activities.append(
        Activity(activity_id, number, kind, action.on, action.instrument, quantity, amount, rate)
    )
