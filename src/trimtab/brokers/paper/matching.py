"""Executing an order on a tick: at which price, how many units, and what that does to the book.

Market and limit orders meet the other side's quote; orders of an auction meet its one price.  All
orders of an instrument share what a tick lets this account have of its volume.

Errors: none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID, uuid5

from trimtab.brokers.paper.book import (
    Execution,
    PaperBook,
    PaperEvent,
    PaperEventKind,
    PaperOrder,
    PaperPosition,
    PaperStatus,
    Settlement,
)
from trimtab.brokers.paper.checks import Rules, step_of
from trimtab.brokers.paper.funds import available_units, spendable
from trimtab.brokers.paper.tape import Tick, price_step
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.money import ZERO, cents, step_down, total
from trimtab.model.orders import Fill
from trimtab.model.snapshots import Side

__all__ = ["announce", "book_execution", "bust", "close_order", "execute", "next_id"]

EVENTS_KEPT = 4_096
"""Messages that are kept for listeners that ask late; older ones are in orders and executions."""
COST_STEP = Decimal("0.000001")


def next_id(book: PaperBook, kind: str) -> tuple[str, int]:
    """A new id, the same in every run of the same account, and its number."""
    book.sequence += 1
    return str(uuid5(UUID(book.id), f"{kind} {book.sequence}")), book.sequence


def announce(
    book: PaperBook,
    kind: PaperEventKind,
    at: datetime,
    instrument: str,
    order: PaperOrder | None = None,
    execution: Execution | None = None,
    text: str = "",
) -> None:
    """Keep a message for whoever listens."""
    _, number = next_id(book, "event")
    held = book.held(instrument)
    book.events.append(PaperEvent(number, kind, at, instrument, order, execution, held, text))
    if len(book.events) > 2 * EVENTS_KEPT:
        book.forgotten = book.events[-EVENTS_KEPT - 1].number
        del book.events[:-EVENTS_KEPT]


def close_order(
    book: PaperBook, order: PaperOrder, status: PaperStatus, at: datetime, text: str = ""
) -> PaperOrder:
    """End an order that is not filled, and say so."""
    done = replace(order, status=status, updated=at, closed=at, text=text or order.text)
    book.put(done)
    announce(book, PaperEventKind(status), at, order.request.instrument, done, text=text)
    return done


@dataclass(frozen=True, slots=True)
class _Offer:
    """What an order can have now, before asking what it can pay."""

    price: Decimal
    units: Decimal
    step: Decimal


def execute(
    book: PaperBook, rules: Rules, order: PaperOrder, tick: Tick, at: datetime, *, auction: bool
) -> PaperOrder:
    """The order after whatever of it can be executed on a tick."""
    offer = _offer(book, rules, order, tick, auction=auction)
    if offer is None or offer.units <= ZERO:
        return order
    units = offer.units
    if order.request.side is Side.BUY:
        units = min(units, _affordable(book, rules.terms, order, offer))
    if units > ZERO:
        if tick.volume is not None:
            book.taken[tick.instrument] = book.taken.get(tick.instrument, ZERO) + units
        is_done = _left_after(order, offer, units) <= ZERO
        order = book_execution(book, rules, order, units, offer.price, at, done=is_done)
    if units < offer.units:
        order = close_order(book, order, PaperStatus.CANCELED, at, "insufficient buying power")
    return order


def _offer(
    book: PaperBook, rules: Rules, order: PaperOrder, tick: Tick, *, auction: bool
) -> _Offer | None:
    request = order.request
    is_purchase = request.side is Side.BUY
    price = _rounded(tick.last) if auction else (tick.ask if is_purchase else tick.bid)
    limit = request.limit
    if limit is not None and (price > limit if is_purchase else price < limit):
        return None
    instrument = rules.instruments[request.instrument]
    wants_whole = request.quantity is not None and request.quantity % instrument.quantity_step == 0
    step = instrument.quantity_step if wants_whole else step_of(instrument, rules.terms)
    left = order.left
    if left is None:
        left = step_down(((request.notional or ZERO) - order.spent) / price, step)
        if not is_purchase:
            # The bid may have fallen since: what other orders sell is not this one's to sell.
            left = min(left, available_units(book, request.instrument, order.id))
    if tick.volume is not None:
        taken = book.taken.get(tick.instrument, ZERO)
        room = tick.volume * rules.terms.participation - taken
        left = min(left, max(ZERO, step_down(room, step)))
    return _Offer(price, left, step)


def _left_after(order: PaperOrder, offer: _Offer, units: Decimal) -> Decimal:
    """What is still to come after units at a price; of an order by amount, whole steps of it."""
    if order.left is not None:
        return order.left - units
    rest = (order.request.notional or ZERO) - order.spent - offer.price * units
    return step_down(max(ZERO, rest) / offer.price, offer.step)


def _affordable(book: PaperBook, terms: PaperTerms, order: PaperOrder, offer: _Offer) -> Decimal:
    """Units that the cash pays for, their fee included."""
    first, cash = order.filled == ZERO, spendable(book, terms)

    def cost(units: Decimal) -> Decimal:
        value = cents(units * offer.price)
        return value + terms.commission.of(units, value, first=first)

    if cost(offer.units) <= cash:
        return offer.units
    commission = terms.commission
    unit_cost = offer.price * (1 + commission.rate) + commission.per_unit
    flat = commission.per_order if first else ZERO
    units = max(ZERO, step_down((cash - flat) / unit_cost, offer.step))
    while units > ZERO and cost(units) > cash:  # half a cent of rounding, at most a step or two
        units -= max(offer.step, step_down(Decimal("0.01") / offer.price, offer.step))
    return max(ZERO, units)


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(price_step(price), rounding=ROUND_HALF_EVEN)


def book_execution(
    book: PaperBook,
    rules: Rules,
    order: PaperOrder,
    units: Decimal,
    price: Decimal,
    at: datetime,
    *,
    done: bool,
    fee: Decimal | None = None,
) -> PaperOrder:
    """Book a fill: cash, position, settlement, the order, and the message.

    `fee` is the account's commission where nobody says what it is.
    """
    request = order.request
    value = cents(units * price)
    if fee is None:
        fee = rules.terms.commission.of(units, value, first=order.filled == ZERO)
    amount = -value - fee if request.side is Side.BUY else value - fee
    day = rules.sessions.day_of(at)
    settles = rules.sessions.after(day, rules.terms.settlement_sessions).day
    _move_cash(book, amount, request.side, day, settles)
    _move_units(book, request.instrument, units, amount, request.side)
    is_open = order.status.is_open
    status = PaperStatus.FILLED if done else PaperStatus.PARTIALLY_FILLED
    order = replace(
        order,
        status=status if is_open or done else order.status,
        updated=at,
        closed=at if done else order.closed,
        filled=order.filled + units,
        spent=order.spent + units * price,
    )
    book.put(order)
    execution_id, number = next_id(book, "execution")
    fill = Fill(
        execution_id, request.order_id, order.id, request.instrument, request.side, units, price,
        at, fee, book.account,
    )  # fmt: skip
    left = order.left if order.left is not None else ZERO
    execution = Execution(number, fill, order.status, order.filled, left, amount, settles)
    book.executions[execution_id] = execution
    kind = PaperEventKind.FILL if done else PaperEventKind.PARTIAL_FILL
    announce(book, kind, at, request.instrument, order, execution)
    return order


def _move_cash(book: PaperBook, amount: Decimal, side: Side, day: date, settles: date) -> None:
    """Change cash; what a sale brings, and what takes that back, counts when it settles."""
    book.cash += amount
    if side is Side.SELL and settles > day:
        due = amount + total(one.amount for one in book.settlements if one.on == settles)
        others = tuple(one for one in book.settlements if one.on != settles)
        book.settlements = (*others, Settlement(settles, due))


def _move_units(
    book: PaperBook, instrument: str, units: Decimal, amount: Decimal, side: Side
) -> None:
    """Change a position; what is sold takes its share of the cost with it."""
    held = book.positions.get(instrument, PaperPosition(instrument, ZERO, ZERO))
    if side is Side.BUY:
        quantity = held.quantity + units
        cost = None if held.cost is None else held.cost - amount
    else:
        quantity = held.quantity - units
        cost = held.cost
        if cost is not None and held.quantity > ZERO:
            cost -= (cost * units / held.quantity).quantize(COST_STEP)
    if quantity == ZERO:
        book.positions.pop(instrument, None)
    else:
        book.positions[instrument] = PaperPosition(instrument, quantity, cost)


def bust(book: PaperBook, rules: Rules, execution: Execution, at: datetime) -> Execution:
    """Take an execution back: cash, units and the order as if it had not been.

    What was busted of a closed order stays unfilled; an open order goes on for it.
    """
    fill, day = execution.fill, rules.sessions.day_of(at)
    _move_cash(book, -execution.amount, fill.side, day, execution.settles)
    back = Side.SELL if fill.side is Side.BUY else Side.BUY
    _move_units(book, fill.instrument, fill.quantity, -execution.amount, back)
    order = book.orders[fill.broker_id]
    status = PaperStatus.CANCELED if order.status is PaperStatus.FILLED else order.status
    if status is PaperStatus.PARTIALLY_FILLED and order.filled == fill.quantity:
        status = PaperStatus.NEW
    order = replace(
        order,
        status=status,
        updated=at,
        filled=order.filled - fill.quantity,
        spent=order.spent - fill.quantity * fill.price,
        text="trade busted",
    )
    book.put(order)
    book.executions[fill.execution_id] = replace(execution, busted=True)
    execution_id, number = next_id(book, "execution")
    taken_back = replace(
        fill, execution_id=execution_id, quantity=ZERO, fee=ZERO, at=at, busts=fill.execution_id
    )
    left = order.left if order.left is not None else ZERO
    made = Execution(
        number, taken_back, status, order.filled, left, -execution.amount, execution.settles
    )
    book.executions[execution_id] = made
    announce(book, PaperEventKind.BUST, at, fill.instrument, order, made)
    return made
