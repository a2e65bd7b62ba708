"""Orders and their records in a database.

An order's row says whether it is open, so that a start does not read every order there ever was; it
is folded again from the order's records with every record that comes.

Errors: `InvariantError` for an order that changed and for a record without an order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from trimtab.books.order_states import fold
from trimtab.model.live import OrdersAsked
from trimtab.model.orders import Fill, Order, OrderRecord
from trimtab.stores._promises import agree_order, is_open, no_order
from trimtab.stores._record_json import kind_of, record_from, record_text
from trimtab.stores.sql._tables import ORDER_RECORDS, ORDERS

__all__ = ["add_orders", "add_records", "orders_of", "records_of", "records_of_each", "some_orders"]

NAMES_AT_ONCE = 500
"""Names in one question; databases bound how many values a statement may have."""

_NAMES: BindParameter[str] = bindparam("names", expanding=True)
_ORDER_FIELDS = (
    *(ORDERS.c.id, ORDERS.c.cycle_id, ORDERS.c.account, ORDERS.c.instrument, ORDERS.c.side),
    *(ORDERS.c.quantity, ORDERS.c.notional, ORDERS.c.limit_price, ORDERS.c.time_in_force),
    *(ORDERS.c.trade, ORDERS.c.part),
)
_BY_ID = (
    select(*_ORDER_FIELDS, ORDERS.c.household, ORDERS.c.is_open)
    .where(ORDERS.c.id.in_(_NAMES))
    .order_by(ORDERS.c.number)
)
_RECORDED = (
    select(ORDER_RECORDS.c.order_id, ORDER_RECORDS.c.kind, ORDER_RECORDS.c.data)
    .where(ORDER_RECORDS.c.order_id.in_(_NAMES))
    .order_by(ORDER_RECORDS.c.order_id, ORDER_RECORDS.c.place)
)
_ADD_ORDERS, _ADD_RECORDS = insert(ORDERS), insert(ORDER_RECORDS)
_PUT_OPEN = update(ORDERS).where(ORDERS.c.id == bindparam("of"))


class _There(NamedTuple):
    """An order that is recorded."""

    household: str
    order: Order
    is_open: bool


def orders_of(connection: Connection, household: str, open_only: bool) -> tuple[Order, ...]:
    """A household's orders, in the order of their intents."""
    asked = select(*_ORDER_FIELDS).where(ORDERS.c.household == household)
    if open_only:
        asked = asked.where(ORDERS.c.is_open)
    return tuple(Order(*row) for row in connection.execute(asked.order_by(ORDERS.c.number)))


def some_orders(connection: Connection, household: str, asked: OrdersAsked) -> tuple[Order, ...]:
    """Those of a household's orders that are asked for, in the order of their intents."""
    if asked.named:
        there = _by_id(connection, asked.named)
        return tuple(one.order for one in there.values() if one.household == household)
    wanted = select(*_ORDER_FIELDS).where(ORDERS.c.household == household)
    if not asked.latest:
        wanted = wanted.where(ORDERS.c.cycle_id == asked.cycle).order_by(ORDERS.c.number)
        return tuple(Order(*row) for row in connection.execute(wanted))
    if asked.before:
        number = select(ORDERS.c.number).where(ORDERS.c.id == asked.before).scalar_subquery()
        wanted = wanted.where(ORDERS.c.number < number)
    found: dict[int, Order] = {}
    for stands in (True, False):  # the index leads with it: each part is read from its end
        part = wanted.add_columns(ORDERS.c.number).where(ORDERS.c.is_open.is_(stands))
        newest_first = part.order_by(ORDERS.c.number.desc()).limit(asked.latest)
        found |= {row[-1]: Order(*row[:-1]) for row in connection.execute(newest_first)}
    return tuple(found[number] for number in sorted(found)[-asked.latest :])


def add_orders(connection: Connection, orders: Sequence[Order], household: str) -> None:
    """Record intents; one that is there must be the same."""
    there = _by_id(connection, [order.id for order in orders])
    rows = []
    for order in orders:
        known = there.setdefault(order.id, _There(household, order, True))
        agree_order(known.household, known.order, household, order)
        if known.order is order:
            rows.append(_row(order, household))
    if rows:
        connection.execute(_ADD_ORDERS, rows)


def _row(order: Order, household: str) -> dict[str, object]:
    return {
        "id": order.id,
        "household": household,
        "cycle_id": order.cycle_id,
        "account": order.account,
        "instrument": order.instrument,
        "side": order.side,
        "quantity": order.quantity,
        "notional": order.notional,
        "limit_price": order.limit,
        "time_in_force": order.time_in_force,
        "trade": order.trade,
        "part": order.part,
        "is_open": True,
    }


def add_records(connection: Connection, records: Sequence[OrderRecord], household: str) -> int:
    """Add records, without fills that are known; answers how many were new."""
    names = list(dict.fromkeys(record.order_id for record in records))
    orders = _by_id(connection, names)
    for name in names:
        if name not in orders or orders[name].household != household:
            raise no_order(name, household)
    past = _records_by_order(connection, names)
    rows: list[dict[str, object]] = []
    for record in records:
        known = past[record.order_id]
        if isinstance(record, Fill) and any(_is_same(record, one) for one in known):
            continue
        known.append(record)
        rows.append(_record_row(record, len(known)))
    if rows:
        connection.execute(_ADD_RECORDS, rows)
    for name in names:
        stands = is_open(fold(orders[name].order, past[name]))
        if stands is not orders[name].is_open:
            connection.execute(_PUT_OPEN, {"of": name, "is_open": stands})
    return len(rows)


def _is_same(fill: Fill, record: OrderRecord) -> bool:
    return isinstance(record, Fill) and record.execution_id == fill.execution_id


def _record_row(record: OrderRecord, place: int) -> dict[str, object]:
    execution = record.execution_id if isinstance(record, Fill) else None
    return {
        "order_id": record.order_id,
        "place": place,
        "kind": kind_of(record),
        "execution_id": execution,
        "data": record_text(record),
    }


def records_of(connection: Connection, order_id: str) -> tuple[OrderRecord, ...]:
    """What was recorded of an order, in that order."""
    return tuple(_records_by_order(connection, [order_id])[order_id])


def records_of_each(
    connection: Connection, names: Sequence[str]
) -> Mapping[str, Sequence[OrderRecord]]:
    """What was recorded of some orders, in that order; nothing for one without a record."""
    return _records_by_order(connection, names)


def _records_by_order(
    connection: Connection, names: Sequence[str]
) -> defaultdict[str, list[OrderRecord]]:
    found: defaultdict[str, list[OrderRecord]] = defaultdict(list)
    for start in range(0, len(names), NAMES_AT_ONCE):
        some = {"names": names[start : start + NAMES_AT_ONCE]}
        for order_id, kind, data in connection.execute(_RECORDED, some):
            found[order_id].append(record_from(kind, data))
    return found


def _by_id(connection: Connection, names: Sequence[str]) -> dict[str, _There]:
    found: dict[str, _There] = {}
    for start in range(0, len(names), NAMES_AT_ONCE):
        some = {"names": names[start : start + NAMES_AT_ONCE]}
        for *order, household, is_open_now in connection.execute(_BY_ID, some):
            found[order[0]] = _There(household, Order(*order), is_open_now)
    return found
