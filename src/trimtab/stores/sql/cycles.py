"""The cycles that a store remembers, for those who look back.

Errors: those of the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from trimtab.stores.sql._tables import ANSWERS, ORDER_RECORDS, ORDERS
from trimtab.stores.sql.engine import reading
from trimtab.stores.sql.store import SqlStore

__all__ = ["CycleBegun", "OrdersCounted", "cycle_ids", "cycles_begun", "orders_counted"]

AUTHORISE = "authorise"


@dataclass(frozen=True, slots=True)
class CycleBegun:
    """A cycle by its first answer; `authorised` is what it came to, none while it is under way."""

    cycle_id: str
    began: datetime
    authorised: str | None


@dataclass(frozen=True, slots=True)
class OrdersCounted:
    """How many orders a cycle came to, and how many of them were executed, if only in part."""

    orders: int
    executed: int


def orders_counted(store: SqlStore, household: str) -> dict[str, OrdersCounted]:
    """The orders of each of a household's cycles, counted; busted executions count as well."""
    executed = (
        select(ORDER_RECORDS.c.order_id)
        .where(ORDER_RECORDS.c.execution_id.is_not(None))
        .distinct()
        .subquery()
    )
    wanted = (
        select(ORDERS.c.cycle_id, func.count(ORDERS.c.id), func.count(executed.c.order_id))
        .outerjoin(executed, executed.c.order_id == ORDERS.c.id)
        .where(ORDERS.c.household == household)
        .group_by(ORDERS.c.cycle_id)
    )
    with reading(store.engine) as connection:
        found = connection.execute(wanted)
        return {cycle: OrdersCounted(orders, filled) for cycle, orders, filled in found}


def cycle_ids(store: SqlStore, household: str) -> tuple[str, ...]:
    """The ids of all of a household's cycles, in no order."""
    wanted = select(ANSWERS.c.cycle_id).where(ANSWERS.c.household == household).distinct()
    with reading(store.engine) as connection:
        return tuple(connection.execute(wanted).scalars())


def cycles_begun(
    store: SqlStore, household: str, most: int | None, skip: int = 0, only: str | None = None
) -> tuple[CycleBegun, ...]:
    """A household's cycles, the youngest first: at most so many after some, or `only` one of them.

    `most` None: all.
    """
    first = (
        select(ANSWERS.c.cycle_id, func.min(ANSWERS.c.step).label("step"))
        .where(ANSWERS.c.household == household)
        .group_by(ANSWERS.c.cycle_id)
        .subquery()
    )
    last = ANSWERS.alias()
    wanted = (
        select(ANSWERS.c.cycle_id, ANSWERS.c.at, last.c.data)
        .join(first, and_(ANSWERS.c.cycle_id == first.c.cycle_id, ANSWERS.c.step == first.c.step))
        .outerjoin(last, and_(last.c.cycle_id == ANSWERS.c.cycle_id, last.c.kind == AUTHORISE))
        .order_by(ANSWERS.c.at.desc(), ANSWERS.c.cycle_id.desc())
        .limit(most)
        .offset(skip)
    )
    if only is not None:
        wanted = wanted.where(ANSWERS.c.cycle_id == only)
    with reading(store.engine) as connection:
        return tuple(CycleBegun(*row) for row in connection.execute(wanted))
