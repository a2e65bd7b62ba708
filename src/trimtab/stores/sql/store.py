"""The live service's memory in a database; the promises of `ports.LiveStore`, across processes.

Every write is one transaction: it holds the household, checks the writer's fence, writes, and is on
the disk when the method returns.  A crash before that leaves nothing of it, a crash after it all.

Errors: `LeaseLost` for a fence that is not the last, `InvariantError` for what is there already and
says something else, `InputError` for a database that is full, locked, damaged or of another form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, insert, select

from trimtab.books.chain import EMPTY, Head
from trimtab.model.entries import Entry
from trimtab.model.live import Approval, ApprovalRequest, Halt, Lease, OrdersAsked, StoredAnswer
from trimtab.model.orders import Order, OrderRecord
from trimtab.stores._promises import agree, agree_cycle
from trimtab.stores.sql import _chains, _leases, _orders, _people
from trimtab.stores.sql._tables import ANSWERS, CHAINS, CHECKPOINTS
from trimtab.stores.sql.engine import engine_of, existing_engine, name_of, reading, url_of, writing
from trimtab.stores.sql.schema import check_form, upgrade

__all__ = ["SqlStore", "existing_store", "open_store", "upgrade_store"]

_OF_CYCLE = ANSWERS.c.cycle_id == bindparam("cycle")
_ANSWERED = (
    select(ANSWERS.c.cycle_id, ANSWERS.c.step, ANSWERS.c.kind, ANSWERS.c.data, ANSWERS.c.at)
    .where(_OF_CYCLE)
    .order_by(ANSWERS.c.step)
)
_STEP = _ANSWERED.where(ANSWERS.c.step == bindparam("step"))
_OWNER = select(ANSWERS.c.household).where(_OF_CYCLE).limit(1)
_ANSWER = insert(ANSWERS)


def open_store(url: str | Path) -> SqlStore:
    """The store at a URL or a path, made where there is none yet.

    Refuses: what cannot be opened, and a database that an older or newer Trimtab made.
    """
    engine = engine_of(url_of(url))
    check_form(engine)
    return SqlStore(engine)


def existing_store(url: str | Path) -> SqlStore:
    """The store at a URL or a path, which must be there: for those who only read.

    Refuses: as `open_store`, and where there is none.
    """
    engine = existing_engine(url)
    check_form(engine, may_make=False)
    return SqlStore(engine)


def upgrade_store(url: str | Path) -> tuple[str, str | None, str]:
    """Bring a store that is there to this Trimtab's form: its name, the form it had, and has.

    Refuses: as `existing_store`, and a newer form.
    """
    engine = existing_engine(url)
    return name_of(engine.url), *upgrade(engine)


class SqlStore:
    """A store in SQLite or PostgreSQL; implements `ports.LiveStore`.

    Threads and processes may share it: each call takes a connection of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def name(self) -> str:
        """The store for people: its file, or its URL without a password."""
        return name_of(self.engine.url)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _leased(self, lease: Lease) -> Iterator[Connection]:
        """A transaction of the lease's holder; nobody else works the household until it ends."""
        with writing(self.engine) as connection:
            _leases.check_lease(connection, lease)
            yield connection

    def lease(self, household: str, holder: str, now: datetime, seconds: float) -> Lease | None:
        """The right to work a household, or none while another holds it; renewed by its holder."""
        with writing(self.engine) as connection:
            return _leases.take_lease(connection, household, holder, now, seconds)

    def release(self, lease: Lease) -> None:
        """Give the right back; what was taken over since stays with its holder."""
        with writing(self.engine) as connection:
            _leases.release(connection, lease)

    def holder(self, household: str) -> Lease | None:
        """The last lease of a household, whether or not it has run out; none after a release."""
        with reading(self.engine) as connection:
            last = _leases.last_lease(connection, household)
        return last if last is not None and last.holder else None

    def answers(self, cycle_id: str) -> tuple[StoredAnswer, ...]:
        """What a cycle was answered so far, by step."""
        with reading(self.engine) as connection:
            rows = connection.execute(_ANSWERED, {"cycle": cycle_id})
            return tuple(StoredAnswer(*row) for row in rows)

    def put_answer(self, answer: StoredAnswer, lease: Lease) -> None:
        """Remember an answer before the cycle goes on; a step that has another refuses it."""
        where = {"cycle": answer.cycle_id, "step": answer.step}
        with self._leased(lease) as connection:
            owner = connection.execute(_OWNER, where).scalar_one_or_none()
            agree_cycle(answer.cycle_id, owner or lease.household, lease.household)
            row = connection.execute(_STEP, where).one_or_none()
            if row is not None:
                agree(StoredAnswer(*row), answer)
                return
            values = {"cycle_id": answer.cycle_id, "household": lease.household}
            values |= {"kind": answer.kind, "data": answer.data}
            connection.execute(_ANSWER, values | {"step": answer.step, "at": answer.at})

    def put_orders(self, orders: Sequence[Order], lease: Lease) -> None:
        """Record intents before anything is sent; an order that is there changes nothing."""
        with self._leased(lease) as connection:
            _orders.add_orders(connection, orders, lease.household)

    def put_records(self, records: Sequence[OrderRecord], lease: Lease) -> int:
        """Add records of orders; fills that are known are left out.  Answers how many were new."""
        with self._leased(lease) as connection:
            return _orders.add_records(connection, records, lease.household)

    def orders(self, household: str, *, open_only: bool = False) -> tuple[Order, ...]:
        """Orders in the order of their intents.

        Open is what is not closed, and what is closed with executions that were not heard of.
        """
        with reading(self.engine) as connection:
            return _orders.orders_of(connection, household, open_only)

    def some_orders(self, household: str, asked: OrdersAsked) -> tuple[Order, ...]:
        """Those asked for, in the order of their intents."""
        with reading(self.engine) as connection:
            return _orders.some_orders(connection, household, asked)

    def records(self, order_id: str) -> tuple[OrderRecord, ...]:
        """What was recorded of an order, in that order."""
        with reading(self.engine) as connection:
            return _orders.records_of(connection, order_id)

    def records_of_each(self, order_ids: Sequence[str]) -> Mapping[str, Sequence[OrderRecord]]:
        """What was recorded of some orders, in one reading; nothing for one without a record."""
        with reading(self.engine) as connection:
            return _orders.records_of_each(connection, order_ids)

    def append(self, entries: Sequence[Entry], lease: Lease) -> None:
        """Add entries to the household's chain; those whose ids are there already are left out."""
        with self._leased(lease) as connection:
            _chains.add_entries(connection, entries, lease.household)

    def entries(self, household: str) -> Iterator[Entry]:
        """The household's entries in order, all as of one moment.

        Refuses: a row that holds no entry, naming it.
        """
        with reading(self.engine) as connection:
            yield from _chains.entries_of(connection, household)

    def entries_beginning(self, household: str, beginning: str) -> tuple[Entry, ...]:
        """The household's entries whose ids begin so, in order; plain letters and spaces alone.

        Refuses: as `entries`.
        """
        with reading(self.engine) as connection:
            return tuple(_chains.entries_of(connection, household, beginning))

    def entries_after(
        self, household: str, number: int, until: int | None = None
    ) -> tuple[Entry, ...]:
        """The household's entries behind the one of a number, up to that of another, in order.

        Refuses: as `entries`.
        """
        with reading(self.engine) as connection:
            return tuple(_chains.entries_of(connection, household, after=number, until=until))

    def entry_ids(self, household: str) -> frozenset[str]:
        """The ids of all entries of a household."""
        with reading(self.engine) as connection:
            return _chains.ids_of(connection, household)

    def entry_named(self, household: str, name: str) -> Entry | None:
        """An entry by its id, none where there is none."""
        with reading(self.engine) as connection:
            return _chains.entry_named(connection, household, name)

    def hash_at(self, household: str, number: int) -> str:
        """The hash of the entry of a number, empty where there is none."""
        with reading(self.engine) as connection:
            return _chains.hash_at(connection, household, number)

    def head(self, household: str) -> Head:
        """How many entries the household's chain has, and the hash of its last."""
        with reading(self.engine) as connection:
            return _chains.head_of(connection, household)

    def households(self) -> tuple[str, ...]:
        """Households that have a journal here."""
        with reading(self.engine) as connection:
            return tuple(
                connection.execute(select(CHAINS.c.household).order_by("household")).scalars()
            )

    def check_chain(self, household: str) -> Head:
        """Compute every hash of a household's chain again; answers its end.

        Refuses: a chain that is not as it was written, naming the entry.
        """
        head = EMPTY
        with reading(self.engine) as connection:
            for chunk in _chains.checked_chunks(connection, household):
                head = Head(chunk[-1][0], chunk[-1][2].hex())
        return head

    def lines(self, household: str, after: int = 0, until: int | None = None) -> Iterator[str]:
        """The household's chain as `books.chain` checks it, a line a record, or a part of it."""
        with reading(self.engine) as connection:
            yield from _chains.lines_of(connection, household, after, until)

    def put_checkpoint(self, household: str, count: int, note: str) -> None:
        """Keep a checkpoint that was handed out; one of that many entries is kept already."""
        row = {"household": household, "count": count, "note": note}
        there = (CHECKPOINTS.c.household == household) & (CHECKPOINTS.c.count == count)
        with writing(self.engine) as connection:
            _leases.take_turn(connection, f"checkpoint {household}")
            if connection.execute(select(CHECKPOINTS.c.count).where(there)).first() is None:
                connection.execute(insert(CHECKPOINTS), row)

    def checkpoints(self, household: str) -> tuple[str, ...]:
        """The checkpoints that were handed out, the oldest first."""
        kept = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.household == household)
        with reading(self.engine) as connection:
            return tuple(connection.execute(kept.order_by(CHECKPOINTS.c.count)).scalars())

    def put_request(self, request: ApprovalRequest, lease: Lease | None) -> None:
        """Remember a question to people, or what became of it."""
        with writing(self.engine) if lease is None else self._leased(lease) as connection:
            _people.put_request(connection, request)

    def requests(self, household: str | None = None) -> tuple[ApprovalRequest, ...]:
        """Questions to people, the oldest first."""
        with reading(self.engine) as connection:
            return _people.requests_of(connection, household)

    def put_approval(self, approval: Approval) -> None:
        """Remember a person's word; it needs no lease.

        Refuses: a word on a question that was never asked.
        """
        with writing(self.engine) as connection:
            _people.add_approval(connection, approval)

    def approvals(self, request: str) -> tuple[Approval, ...]:
        """What people said to a question."""
        with reading(self.engine) as connection:
            return _people.approvals_of(connection, request)

    def put_halt(self, halt: Halt) -> None:
        """Stop; it needs no lease and counts from its return.

        A second halt of a subject stands beside the first: a weaker one takes nothing back.
        """
        with writing(self.engine) as connection:
            _people.add_halt(connection, halt)

    def lift_halt(self, subject: str, by: str, at: datetime) -> bool:
        """Go on: every halt of the subject is lifted; false where nothing was stopped."""
        with writing(self.engine) as connection:
            return _people.lift_halts(connection, subject, by, at)

    def halts(self) -> tuple[Halt, ...]:
        """What is stopped now."""
        with reading(self.engine) as connection:
            return _people.standing_halts(connection)
