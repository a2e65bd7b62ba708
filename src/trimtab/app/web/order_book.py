"""What became of orders, as tables: orders, blocks and their shares, executions, refusals.

It reads what the live store recorded and asks no broker.

Errors: those of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.books.order_states import Ticket, fold
from trimtab.cycle.blocks import BLOCK
from trimtab.cycle.orders import Block
from trimtab.drivers.live.durable import orders_kept
from trimtab.model.live import OrdersAsked
from trimtab.model.money import ZERO, total
from trimtab.model.orders import OrderRecord, OrderState, Sent

if TYPE_CHECKING:
    from trimtab.stores.sql.store import SqlStore

__all__ = ["ORDERS_MAX", "OrderBook", "book_tables", "merged", "order_book"]

ORDERS_MAX = 100
"""So many orders of a household are shown at once, the latest or those before one."""
REFUSED = (OrderState.REJECTED, OrderState.DENIED)
WHOSE = Column("household", "Household")


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Some orders of a household, the latest first; `has_earlier` tells of those before them.

    `sent` has when each was first sent, `part_of` the block that an order left in.
    """

    household: str
    name: str
    tickets: tuple[Ticket, ...]
    sent: dict[str, datetime]
    blocks: tuple[Block, ...]
    has_earlier: bool = False

    @property
    def part_of(self) -> dict[str, str]:
        """The block of every order that left in one."""
        return {part: block.id for block in self.blocks for part in block.parts}

    def ticket(self, order_id: str) -> Ticket | None:
        """An order by its id, none where it is not shown."""
        return next((one for one in self.tickets if one.order.id == order_id), None)


def order_book(
    store: SqlStore,
    known_as: str,
    household: str,
    name: str,
    most: int = ORDERS_MAX,
    before: str = "",
) -> OrderBook:
    """The latest orders of a household that the store knows under a name, `most` of them at once.

    `household` is in addresses; with the id of an order in `before` they are those before it.
    """
    orders = store.some_orders(known_as, OrdersAsked(latest=most + 1, before=before))
    shown = orders[-most:]
    kept = store.records_of_each([order.id for order in shown])
    tickets, sent = list[Ticket](), dict[str, datetime]()
    for order in reversed(shown):
        records = kept.get(order.id, ())
        tickets.append(fold(order, records))
        if (at := _first_sent(records)) is not None:
            sent[order.id] = at
    cycles = dict.fromkeys(one.order.cycle_id for one in tickets if one.order.trade == BLOCK)
    planned = (orders_kept(cycle, store) for cycle in cycles)
    blocks = tuple(block for one in planned if one is not None for block in one.blocks)
    return OrderBook(household, name, tuple(tickets), sent, blocks, len(orders) > len(shown))


def book_tables(books: Sequence[OrderBook], names: bool) -> dict[str, Table]:
    """The tables of some households' orders; with `names` each row says whose it is."""
    return {
        "orders": _orders(books, names),
        "blocks": _blocks(books, names),
        "fills": _fills(books, names),
        "refused": _refused(books, names),
    }


def merged(tables: Iterable[Table]) -> list[Table]:
    """The tables that hold anything, and the first in any case."""
    first, *rest = tables
    return [first, *(one for one in rest if one.rows)]


def _orders(books: Sequence[OrderBook], names: bool) -> Table:
    columns = (
        Column("instrument", "Instrument"),
        *_whose(names),
        Column("account", "Account"),
        Column("side", "Side"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("limit", "Limit", Kind.CENTS),
        Column("filled", "Filled", Kind.QUANTITY),
        Column("average", "Average price", Kind.CENTS),
        Column("state", "State"),
        Column("sent", "Sent", Kind.MOMENT),
        Column("order", "Order"),
        Column("block", "In block"),
    )
    rows = []
    for book in books:
        part_of = book.part_of
        for one in book.tickets:
            order = one.order
            cells = (
                order.instrument,
                *_who(book, names),
                order.account,
                order.side.value,
                order.quantity,
                order.limit,
                one.filled,
                _average(one),
                one.state.value,
                book.sent.get(order.id),
                order.id,
                part_of.get(order.id, ""),
            )
            look = "alert" if one.state in (*REFUSED, OrderState.UNKNOWN) else ""
            rows.append(Row(cells, look))
    return Table("orders", "Orders", columns, tuple(rows), "No order was made yet.")


def _blocks(books: Sequence[OrderBook], names: bool) -> Table:
    """Each block with the share that every order in it wanted and got."""
    columns = (
        Column("block", "Block"),
        *_whose(names),
        Column("instrument", "Instrument"),
        Column("account", "Account"),
        Column("order", "Order"),
        Column("wanted", "Wanted", Kind.QUANTITY),
        Column("share", "Share", Kind.QUANTITY),
        Column("price", "At", Kind.CENTS),
        Column("fee", "Fee", Kind.CENTS),
        Column("state", "State"),
    )
    rows = []
    for book in books:
        for block in book.blocks:
            whole = book.ticket(block.id)
            if whole is None:
                continue
            rows.append(_share_row(book, names, block.id, whole, "all of them", "sum"))
            for part in block.parts:
                one = book.ticket(part)
                if one is not None:
                    rows.append(_share_row(book, names, block.id, one, one.order.account, ""))
    return Table("blocks", "Blocks and how they were shared out", columns, tuple(rows))


def _share_row(
    book: OrderBook, names: bool, block: str, one: Ticket, account: str, look: str
) -> Row:
    order = one.order
    fee = total(fill.fee for fill in one.fills)
    cells = (
        *(block, *_who(book, names), order.instrument, account, order.id, order.quantity),
        *(one.filled, _average(one), fee, one.state.value),
    )
    return Row(cells, look)


def _fills(books: Sequence[OrderBook], names: bool) -> Table:
    columns = (
        Column("instrument", "Instrument"),
        *_whose(names),
        Column("account", "Account"),
        Column("side", "Side"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("price", "Price", Kind.CENTS),
        Column("fee", "Fee", Kind.CENTS),
        Column("at", "At", Kind.MOMENT),
        Column("order", "Order"),
        Column("execution", "Execution"),
    )
    found = [
        (fill, one.order, book)
        for book in books
        for one in book.tickets
        if one.order.trade != BLOCK
        for fill in one.fills
    ]
    found.sort(key=lambda row: row[0].at, reverse=True)
    rows = tuple(
        Row(
            (
                fill.instrument,
                *_who(book, names),
                order.account,
                fill.side.value,
                fill.quantity,
                fill.price,
                fill.fee,
                fill.at,
                order.id,
                fill.execution_id,
            )
        )
        for fill, order, book in found
    )
    return Table("fills", "Executions", columns, rows)


def _refused(books: Sequence[OrderBook], names: bool) -> Table:
    columns = (
        Column("instrument", "Instrument"),
        *_whose(names),
        Column("account", "Account"),
        Column("side", "Side"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("by", "By"),
        Column("reason", "Reason"),
        Column("order", "Order"),
    )
    rows = tuple(
        Row(
            (
                one.order.instrument,
                *_who(book, names),
                one.order.account,
                one.order.side.value,
                one.order.quantity,
                "our own checks" if one.state is OrderState.DENIED else "the broker",
                one.text or "no reason was given",
                one.order.id,
            ),
            "alert",
        )
        for book in books
        for one in book.tickets
        if one.state in REFUSED
    )
    return Table("refused", "Refused", columns, rows)


def _whose(names: bool) -> tuple[Column, ...]:
    return (WHOSE,) if names else ()


def _who(book: OrderBook, names: bool) -> tuple[str, ...]:
    return (book.name,) if names else ()


def _first_sent(records: Sequence[OrderRecord]) -> datetime | None:
    return next((one.at for one in records if isinstance(one, Sent)), None)


def _average(one: Ticket) -> Decimal | None:
    filled = one.filled
    if filled <= ZERO:
        return None
    return total(fill.quantity * fill.price for fill in one.fills) / filled
