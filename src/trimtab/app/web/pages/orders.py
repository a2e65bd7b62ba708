"""`/orders` and `/h/{household}/orders`: what became of orders, and whether brokers agree.

A page reads what was recorded; brokers are asked only when a person asks for it.

Errors: those of stores and brokers, account by account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from trimtab.app.importing.open_breaks import open_breaks, open_since
from trimtab.app.live.looks import KeptLook, keep_looks, read_looks
from trimtab.app.web.halts import standing_halts
from trimtab.app.web.households import ServedHousehold, by_latest_news, told_apart
from trimtab.app.web.order_book import ORDERS_MAX, OrderBook, book_tables, merged, order_book
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing, ViewingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.errors import InputError, InputErrors

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER = 303
PAGE_HOUSEHOLDS = 12
ORDERS_EACH = 20
"""So many orders of each household where several are shown."""
PAGE_MAX = 10_000
DAY_SECONDS = 86_400

Before = Annotated[str, Query(max_length=100, pattern="^[A-Za-z0-9-]*$")]


@ROUTER.get("/orders")
def all_orders(
    seen: ViewingAll, at: Annotated[int, Query(alias="page", ge=1, le=PAGE_MAX)] = 1
) -> Response:
    """Orders of the households that somebody may see, those with the latest news first."""
    live = by_latest_news(seen.world.households.visible(seen.principal))
    start = (at - 1) * PAGE_HOUSEHOLDS
    return _shown(seen, live[start : start + PAGE_HOUSEHOLDS], at, len(live))


@ROUTER.get("/h/{household}/orders")
def orders(seen: Viewing, before: Before = "") -> Response:
    """Orders of one household, the last look at its brokers, and what does not agree."""
    return _shown(seen, [seen.one], 1, 1, before)


@ROUTER.post("/h/{household}/orders/reconcile")
def reconcile(seen: Running) -> Response:
    """Hold the brokers against the books now, and keep what was found.

    Refuses: a household without linked accounts, and files that cannot be used.
    """
    from trimtab.app.live.reconciling import reconcile_household

    with seen.one.service() as service, service.brokers() as brokers:
        found = reconcile_household(service, brokers)
        now = seen.world.clock()
    keep_looks(seen.one.folder, found.accounts, now)
    breaks = sum(len(one.breaks) for one in found.accounts)
    audit(
        *(seen.world, seen.principal.name, "reconcile", found.books, Outcome.DONE),
        {"agrees": "yes" if found.agrees else "no", "breaks": str(breaks)},
        household=seen.one.id,
        address=seen.address,
    )
    seen.world.hub.publish("live", seen.one.id)
    return RedirectResponse(f"/h/{seen.one.id}/orders#brokers", SEE_OTHER)


def _shown(
    seen: Seen, shown: Sequence[ServedHousehold], at: int, count: int, before: str = ""
) -> Response:
    names = seen.household is None
    named = told_apart(shown)
    books, troubles, now = list[OrderBook](), list[str](), seen.world.clock()
    for one in shown:
        try:
            books += _books(one, named[one.id], ORDERS_EACH if names else ORDERS_MAX, before)
        except (InputError, InputErrors) as error:
            troubles.append(f"{named[one.id]}: {error}")
    made = book_tables(books, names)
    made["brokers"] = _brokers(shown, named if names else {})
    made["breaks"] = _breaks(shown, named if names else {}, now)
    if (text := csv_of(seen, list(made.values()))) is not None:
        return text
    context = {
        "tables": merged([made[name] for name in ("orders", "refused", "blocks", "fills")]),
        "brokers": made["brokers"],
        "breaks": made["breaks"],
        "troubles": troubles,
        "halts": [] if names else standing_halts(seen.one.folder),
        "may_trade": seen.may(Right.TRADE),
        "earlier": [(book.name, _before(book)) for book in books if book.has_earlier],
        "before": before,
        "at": at,
        "pages": max(1, -(-count // PAGE_HOUSEHOLDS)),
        "count": count,
    }
    return page(seen, "orders.html", context)


def _before(book: OrderBook) -> str:
    """Where the orders before those of a book are."""
    return f"/h/{book.household}/orders?before={book.tickets[-1].order.id}"


def _books(one: ServedHousehold, name: str, most: int, before: str) -> list[OrderBook]:
    """Some orders of a household; none where it was never traded live."""
    from trimtab.app.live.service import household_of, open_settings
    from trimtab.stores.sql.store import existing_store

    settings = open_settings(one.folder)
    if "://" not in settings.store and not Path(settings.store_place).exists():
        return []
    store = existing_store(settings.store_place)
    try:
        return [order_book(store, household_of(settings), one.id, name, most, before)]
    finally:
        store.close()


def _brokers(shown: Sequence[ServedHousehold], named: Mapping[str, str]) -> Table:
    columns = (
        Column("account", "Account"),
        *((Column("household", "Household"),) if named else ()),
        Column("broker", "Broker"),
        Column("at", "Last look", Kind.MOMENT),
        Column("agrees", "Agrees"),
        Column("problem", "Why not compared"),
    )
    rows = []
    for one in shown:
        for look in read_looks(one.folder):
            who = (named[one.id],) if named else ()
            cells = (look.account, *who, look.broker, look.at, _agrees(look), look.problem)
            rows.append(Row(cells, "" if look.agrees else "alert"))
    empty = "Nobody has held the brokers against the books yet."
    return Table("brokers", "The last look at each broker", columns, tuple(rows), empty)


def _agrees(look: KeptLook) -> str:
    if look.agrees:
        return "yes"
    return "not proven" if look.problem else f"no, {len(look.breaks)} open"


def _breaks(shown: Sequence[ServedHousehold], named: Mapping[str, str], now: datetime) -> Table:
    columns = (
        Column("break", "Break"),
        *((Column("household", "Household"),) if named else ()),
        Column("between", "Between"),
        Column("account", "Account"),
        Column("instrument", "Instrument"),
        Column("message", "What disagrees"),
        Column("since", "Since", Kind.MOMENT),
        Column("age", "Age in days", Kind.NUMBER),
        Column("remedy", "What to do"),
    )
    rows = []
    for one in shown:
        who = (named[one.id],) if named else ()
        for look in read_looks(one.folder):
            for found in look.breaks:
                cells = (
                    *(found.id, *who, "broker and books", look.account, found.instrument),
                    *(found.message, found.since, _age(now, found.since), found.remedy),
                )
                rows.append(Row(cells, "alert", f"/h/{one.id}/orders#brokers"))
        since = open_since(one.folder)
        for told in open_breaks(one.folder):
            day = since.get(told.id)
            cells = (
                *(told.id, *who, "imported records", told.account, told.instrument),
                *(told.message, _at(day), _age(now, _at(day)), told.remedy),
            )
            rows.append(Row(cells, "alert", f"/h/{one.id}/import"))
    return Table("breaks", "Open breaks", columns, tuple(rows), "No break is open.")


def _at(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _age(now: datetime, since: datetime | None) -> int | None:
    """Whole days; none where nobody noted since when."""
    return None if since is None else max(0, int((now - since).total_seconds() // DAY_SECONDS))
