"""What a month of trading came to, as far as two runs of it must agree, and what each must hold.

Errors: none; what does not hold is said in words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trimtab.app.journal_folder import FolderJournal
from trimtab.app.live.service import open_service
from trimtab.app.live.syncing import sync
from trimtab.app.live.wiring import paper_file
from trimtab.books.ledger import replay
from trimtab.books.order_states import fold
from trimtab.brokers.paper.book_file import BookFile
from trimtab.model.errors import InputError
from trimtab.model.orders import OrderState, Sent

__all__ = ["Evidence", "difference", "gathered", "on_the_way"]

FILES = ("lots.csv", "trades.csv")
SHOWN = 4
"""So many of what differs are shown."""
BROKERS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A month's books and trades.

    `books` are its lots, cash and gains; `executions` order, units and price of every one at the
    broker; `files` what the household's files say; `violations` what does not hold by itself.  A
    broker numbers executions as they come, and lots are named after them: here each is named after
    its order instead, so that the same trades have the same names in both runs.
    """

    books: tuple[str, ...]
    orders: frozenset[tuple[str, str]]
    executions: Counter[tuple[str, str, str]]
    files: tuple[tuple[str, ...], ...]
    entries: int
    attempts: int
    trading_days: int
    violations: tuple[str, ...]


def gathered(folder: Path, last: date) -> Evidence:
    """What a household's month came to."""
    with open_service(folder, last) as service:
        store, household = service.store, service.household
        entries = tuple(store.entries(household))
        books, errors = replay(entries, "USD")
        tickets = [fold(one, store.records(one.id)) for one in store.orders(household)]
        sent = [one for ticket in tickets for one in store.records(ticket.order.id)]
        told = [f"{one.subject}: {one.fact}" for one in errors]
        try:
            store.check_chain(household)
        except InputError as error:
            told.append(str(error))
        checked = FolderJournal(folder).verify()
        told += [str(one) for one in checked.findings]
        if {entry.id for entry in FolderJournal(folder).entries()} != {one.id for one in entries}:
            told.append("the folder's journal and the store's chain differ")
        with service.brokers() as brokers:
            looks = sync(service, brokers)
        told += [f"{one.account}: {one.problem or one.breaks}" for one in looks if not one.agrees]
        accounts = [link.account for link in service.settings.accounts]
    made = list(_executions(folder, accounts))
    executions = Counter(one[1:] for one in made)
    same = _Names(made)
    decided = {entry.details.get("cycle") for entry in entries}
    for ticket in tickets:
        if ticket.order.cycle_id not in decided:
            told.append(f"order {ticket.order.id} is explained by no decision")
        if not ticket.state.is_closed:
            told.append(f"order {ticket.order.id} is {ticket.state} after the month")
        there = sum(count for (name, *_), count in executions.items() if name == ticket.order.id)
        if there != len(ticket.fills):
            told.append(f"order {ticket.order.id}: {there} executions, {len(ticket.fills)} heard")
    filled_on = {fill.at.date() for ticket in tickets for fill in ticket.fills}
    return Evidence(
        books=tuple(
            sorted(same.of(f"{one}") for one in (*books.lots.values(), *books.cash.items()))
            + sorted(same.of(f"{one}") for one in books.realized)
        ),
        orders=frozenset((ticket.order.id, ticket.state.value) for ticket in tickets),
        executions=executions,
        files=tuple(
            tuple(sorted(same.of((folder / name).read_text("utf-8")).splitlines()))
            for name in FILES
            if (folder / name).exists()
        ),
        entries=len(entries),
        attempts=sum(isinstance(one, Sent) for one in sent),
        trading_days=len(filled_on),
        violations=tuple(told),
    )


class _Names:
    """Executions named after their orders, in the order in which each order had them."""

    def __init__(self, made: list[tuple[str, str, str, str]]) -> None:
        counts: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        for execution, order, *_ in made:
            counts[order] += 1
            self._names[execution] = f"{order}-{counts[order]}"

    def of(self, text: str) -> str:
        """A text with these names in place of the broker's."""
        return BROKERS_ID.sub(lambda found: self._names.get(found[0], found[0]), text)


def _executions(folder: Path, accounts: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """The broker's id, order, units and price of every execution, as they came."""
    for account in accounts:
        file = BookFile(paper_file(folder, account))
        with file.changing() as book:
            for one in book.executions.values():
                fill = one.fill
                yield fill.execution_id, fill.order_id, str(fill.quantity), str(fill.price)
        file.close()


def difference(whole: Evidence, killed: Evidence) -> tuple[str, ...]:
    """In what a run that was killed differs from the one that was not."""
    told = [f"after the kills: {one}" for one in killed.violations]
    told += [f"without a kill: {one}" for one in whole.violations]
    for name in ("books", "orders", "executions", "files"):
        theirs, ours = getattr(whole, name), getattr(killed, name)
        if theirs != ours:
            first = sorted(map(str, {*_parts(theirs)} ^ {*_parts(ours)}))[:SHOWN]
            told.append(f"{name} are not those of the run without a kill: {'; '.join(first)}")
    return tuple(told)


def _parts(found: Iterable[object]) -> Iterator[object]:
    """What two runs are compared by, one by one."""
    if isinstance(found, Counter):
        yield from found.items()
        return
    for one in found:
        if isinstance(one, tuple) and one and not isinstance(found, frozenset):
            yield from one  # a file's lines
        else:
            yield one


def on_the_way(folder: Path, day: date) -> tuple[int, int]:
    """What a kill left behind: orders whose outcome was open, executions that were not booked."""
    with open_service(folder, day) as service:
        store, accounts = service.store, [one.account for one in service.settings.accounts]
        orders = store.orders(service.household)
        tickets = [fold(one, store.records(one.id)) for one in orders]
    unknown = sum(one.state in (OrderState.UNKNOWN, OrderState.PLANNED) for one in tickets)
    booked = sum(len(one.fills) for one in tickets)
    return unknown, sum(1 for _ in _executions(folder, accounts)) - booked
