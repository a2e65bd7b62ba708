"""Blocks at the paper broker: one order for several accounts, carried out by an account of its own.

The block account buys and sells for the others and keeps nothing: each of them has an order of its
own that holds back cash or units, that no market fills, and that is given its share once the block
has ended.  Units go pro rata in whole steps by largest remainder, equal remainders by the part's
id; money and fees to the cent, so that all have one price.  What changes a block afterwards (a late
fill, a bust) makes the shares anew.

Shares are made whenever somebody looks, from what the accounts have by then: a process that dies in
between leaves the rest to the next look.

Errors: as `BookFile`; what is refused comes back as an `Ack`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from trimtab.brokers.paper.book import (
    PART,
    Execution,
    PaperBook,
    PaperOrder,
    PaperRequest,
    PaperStatus,
)
from trimtab.brokers.paper.checks import Refused, refusal_of, step_of
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.matching import book_execution, bust, close_order
from trimtab.brokers.paper.views import report_of
from trimtab.model.money import ZERO, cents, share_out, total
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport

__all__ = ["PaperBlocks", "is_part"]

PRICE_PLACES = Decimal("1e-12")
"""So fine that units times price come to the cent that was shared out."""


def is_part(order_id: str) -> bool:
    """Whether an order of an account only holds back what a block wants for it."""
    return order_id.startswith(PART)


@dataclass(frozen=True, slots=True)
class _Share:
    """What an account is due of a block."""

    units: Decimal
    money: Decimal
    fee: Decimal


class PaperBlocks:
    """The blocks of some accounts; `omnibus` is the account that carries them out."""

    def __init__(self, omnibus: PaperDesk, desks: Mapping[str, PaperDesk]) -> None:
        self._omnibus, self._desks = omnibus, dict(sorted(desks.items()))
        self._settled: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def submit(self, block: Order, parts: Sequence[Order]) -> Ack:
        """Take a block, once, if every account can do its part."""
        with self._omnibus.now() as (engine, at):
            if known := engine.book.names.get(block.id, ""):
                text = "the id is taken"
                return Ack(AckVerdict.DUPLICATE, block.id, at, known, Refused.DUPLICATE, text)
        if refused := self._hold(block, parts):
            self._let_go(block.id)
            return replace(refused, order_id=block.id)
        with self._omnibus.now() as (engine, at):
            answer = engine.submit(_request(block.id, block), at)
        if isinstance(answer, PaperOrder):
            self.settle()
            return Ack(AckVerdict.ACCEPTED, block.id, at, answer.id)
        self._let_go(block.id)
        return Ack(AckVerdict.REJECTED, block.id, at, "", answer.why.value, answer.text)

    def find(self, order_id: str) -> OrderReport | None:
        """The block of this id; none where there is none."""
        self.settle()
        with self._omnibus.now() as (engine, _):
            broker_id = engine.book.names.get(order_id)
            return report_of(engine.book.orders[broker_id]) if broker_id else None

    def cancel(self, order_id: str) -> Ack | None:
        """Cancel a block; what filled until then is shared out.  None where there is none."""
        with self._omnibus.now() as (engine, at):
            broker_id = engine.book.names.get(order_id)
            if broker_id is None:
                return None
            answer = engine.cancel(broker_id, at)
        self.settle()
        if isinstance(answer, PaperOrder):
            return Ack(AckVerdict.ACCEPTED, order_id, at, answer.id)
        return Ack(AckVerdict.REJECTED, order_id, at, broker_id, answer.why.value, answer.text)

    def fills(self, since: datetime, account: str) -> list[Fill]:
        """Every execution and bust of the blocks that an account sent, from a moment on."""
        self.settle()
        with self._omnibus.now() as (engine, _):
            made = [one.fill for one in engine.book.executions.values()]
        recent = [one for one in made if one.at >= since]
        sent = [one for one in recent if self._is_sent_by(account, one.order_id)]
        return [replace(one, account=account) for one in sent]

    def open_orders(self, account: str) -> tuple[OrderReport, ...]:
        """The blocks of an account that stand."""
        self.settle()
        with self._omnibus.now() as (engine, _):
            standing = [report_of(one) for one in engine.book.open_orders]
        return tuple(one for one in standing if self._is_sent_by(account, one.order_id))

    def close(self) -> None:
        """End the connection; blocks stand."""
        self._omnibus.close()

    def settle(self) -> None:
        """Give every account its share of the blocks that have ended."""
        with self._omnibus.now() as (engine, _):
            ended = [one for one in engine.book.orders.values() if not one.status.is_open]
            told = Counter(one.fill.broker_id for one in engine.book.executions.values())
            ended = [one for one in ended if self._settled.get(one.id) != told[one.id]]
            made = {one.id: _standing(engine.book, one) for one in ended}
        for order in ended:
            self._share(order, made[order.id])
            self._settled[order.id] = told[order.id]

    def _is_sent_by(self, account: str, block: str) -> bool:
        """Whether an account is the first of a block, which is the one that sends it."""
        if block not in self._first:
            accounts = (name for name, desk in self._desks.items() if _parts(desk, block))
            self._first[block] = next(accounts, "")
        return self._first[block] == account

    def _hold(self, block: Order, parts: Sequence[Order]) -> Ack | None:
        """Have each account keep what its part may take; the refusal of the first that cannot."""
        for part in sorted(parts, key=lambda one: one.id):
            desk = self._desks.get(part.account)
            if desk is None:
                text = f"{part.account} is none of the block's accounts"
                return Ack(AckVerdict.REJECTED, "", self._omnibus.clock(), text=text)
            name = f"{PART}{block.id} {part.id}"
            with desk.now() as (engine, at):
                if (known := engine.book.names.get(name)) is not None:
                    if engine.book.orders[known].status.is_open:
                        continue  # a process died before the block itself was taken
                    text = f"{part.account}: its part was refused before"
                    return Ack(AckVerdict.REJECTED, "", at, known, text=text)
                wanted = _request(name, replace(part, limit=block.limit))
                refusal = refusal_of(wanted, engine.book, engine.rules, at)
                if refusal is not None:
                    text = f"{part.account}: {refusal.text}"
                    return Ack(AckVerdict.REJECTED, "", at, "", refusal.why.value, text)
                engine.submit(wanted, at)
        return None

    def _let_go(self, block: str) -> None:
        """Free what accounts kept for a block that was not taken."""
        for desk in self._desks.values():
            with desk.now() as (engine, at):
                for order in _of_block(engine.book, block):
                    if order.status.is_open:
                        close_order(engine.book, order, PaperStatus.CANCELED, at, "no block")

    def _share(self, block: PaperOrder, fills: Sequence[Execution]) -> None:
        parts = sorted(
            ((order, desk) for desk in self._desks.values() for order in _parts(desk, block.name)),
            key=lambda one: one[0].name,
        )
        if not parts:
            return
        with parts[0][1].now() as (engine, _):
            listing = engine.listing(block.request.instrument)
            step = Decimal(1) if listing is None else step_of(listing, engine.rules.terms)
        shares = _shares([order for order, _ in parts], [one.fill for one in fills], step)
        for (order, desk), share in zip(parts, shares, strict=True):
            with desk.now() as (engine, at):
                _give(engine, engine.book.orders[order.id], share, at)


def _request(name: str, order: Order) -> PaperRequest:
    return PaperRequest(
        name, order.instrument, order.side, order.quantity, None, order.limit, order.time_in_force
    )


def _parts(desk: PaperDesk, block: str) -> list[PaperOrder]:
    with desk.now() as (engine, _):
        return list(_of_block(engine.book, block))


def _of_block(book: PaperBook, block: str) -> Iterator[PaperOrder]:
    beginning = f"{PART}{block} "
    return (book.orders[one] for name, one in book.names.items() if name.startswith(beginning))


def _standing(book: PaperBook, order: PaperOrder) -> list[Execution]:
    """The executions of an order that were not taken back."""
    made = (one for one in book.executions.values() if one.fill.broker_id == order.id)
    return [one for one in made if not one.busted and not one.fill.busts]


def _shares(parts: Sequence[PaperOrder], fills: Sequence[Fill], step: Decimal) -> Sequence[_Share]:
    """What each part is due: units by largest remainder, money and fees to the cent."""
    wanted = [one.request.quantity or ZERO for one in parts]
    filled, whole = total(one.quantity for one in fills), total(wanted)
    quotas = [filled * one / whole for one in wanted]
    units = [(one / step).to_integral_value(rounding=ROUND_DOWN) * step for one in quotas]
    left = filled - total(units)
    for at in sorted(range(len(parts)), key=lambda at: (units[at] - quotas[at], parts[at].name)):
        more = min(step, left, wanted[at] - units[at])
        units[at] += more
        left -= more
    if not filled:
        return [_Share(ZERO, ZERO, ZERO) for _ in parts]
    money = share_out(total(cents(one.quantity * one.price) for one in fills), units)
    fees = share_out(total(one.fee for one in fills), units)
    return [_Share(*share) for share in zip(units, money, fees, strict=True)]


def _give(engine: PaperEngine, order: PaperOrder, share: _Share, at: datetime) -> None:
    """Bring what an account has of a block to what it is due, and free what it kept for it."""
    book, has = engine.book, _standing(engine.book, order)
    given = [_Share(one.fill.quantity, cents(one.fill.quantity * one.fill.price), one.fill.fee)
             for one in has]  # fmt: skip
    if given != ([share] if share.units else []):
        for one in has:
            bust(book, engine.rules, one, at)
        order = book.orders[order.id]
        if share.units:
            price = (share.money / share.units).quantize(PRICE_PLACES)
            is_whole = share.units == order.request.quantity
            told = (book, engine.rules, order, share.units, price, at)
            order = book_execution(*told, done=is_whole, fee=share.fee)
    if order.status.is_open:
        close_order(book, order, PaperStatus.CANCELED, at, "its block has ended")
