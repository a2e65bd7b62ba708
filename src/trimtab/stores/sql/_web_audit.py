"""The audit in a database: only ever added to, which the database itself enforces, and chained.

Each record's hash covers the hash before it (`books.audit_chain`).  The chain's end is a row of its
own, moved in the same transaction, so that records cut off it show; writers take turns at it.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, or_, select, update

from trimtab.books.audit_chain import AuditCheck, AuditChecker, SealedRecord, sealed_after
from trimtab.books.chain import EMPTY, Head
from trimtab.model.web import AuditRecord, Outcome
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._web_tables import AUDIT, AUDIT_END
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Audit"]

ROWS_AT_ONCE = 2_000
CHAIN = "audit"
_A = AUDIT.c
_FIELDS = (
    *(_A.at, _A.who, _A.what, _A.subject, _A.outcome, _A.household, _A.address),
    *(_A.details, _A.number),
)
_BEFORE = AUDIT.alias("before")
_END = select(AUDIT_END.c.count, AUDIT_END.c.hash).where(AUDIT_END.c.chain == CHAIN)
_ADD = insert(AUDIT)
_MOVE_END = update(AUDIT_END).where(AUDIT_END.c.chain == CHAIN)


class Audit:
    """Who did or asked what."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, record: AuditRecord) -> None:
        """Record something; it gets the next number and the hash that chains it."""
        with writing(self.engine) as connection:
            take_turn(connection, CHAIN)
            before = _end(connection)
            after = sealed_after(record, before)
            row = {column.name: getattr(record, column.name) for column in _FIELDS}
            sealed = bytes.fromhex(after.hash)
            connection.execute(_ADD, row | {"number": after.count, "hash": sealed})
            values = {"count": after.count, "hash": sealed}
            if before == EMPTY:
                connection.execute(insert(AUDIT_END), {"chain": CHAIN} | values)
            else:
                connection.execute(_MOVE_END, values)

    def page(
        self,
        limit: int,
        *,
        before: int | None = None,
        who: str = "",
        what: str = "",
        outcome: Outcome | None = None,
        among: frozenset[str] | None = None,
    ) -> tuple[AuditRecord, ...]:
        """Records before a number, the newest first.

        `what` is the beginning of what was done; `among` leaves out those of other households, and
        those of none.
        """
        asked = _filtered(select(*_FIELDS), who, what, outcome, among)
        asked = asked.order_by(_A.number.desc()).limit(limit)
        if before is not None:
            asked = asked.where(_A.number < before)
        with reading(self.engine) as connection:
            return tuple(AuditRecord(*row) for row in connection.execute(asked))

    def count(self, among: frozenset[str] | None = None) -> int:
        """How many records there are."""
        asked = _filtered(select(_A.number), among=among).subquery()
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(asked)).scalar_one()

    @contextmanager
    def chained(
        self, among: frozenset[str] | None = None
    ) -> Iterator[tuple[Head, Iterator[SealedRecord]]]:
        """Where the chain ends, and every record with its hashes, the oldest first; of one moment.

        `among` as in `page`; the hashes are those of the whole chain.
        """
        with reading(self.engine) as connection:
            yield _end(connection), _sealed(connection, among)

    def check(self, noted: str = "") -> AuditCheck:
        """Compute every hash again and hold the end against what was recorded of it.

        `noted` is a hash that was seen earlier and must still be there.
        """
        checker = AuditChecker(noted=noted)
        with self.chained() as (recorded, records):
            for one in records:
                checker.take(one)
            return checker.end(recorded)


def _end(connection: Connection) -> Head:
    row = connection.execute(_END).one_or_none()
    return EMPTY if row is None else Head(row[0], row[1].hex())


def _sealed(connection: Connection, among: frozenset[str] | None) -> Iterator[SealedRecord]:
    """Every record with its hash and the one before it, as far as that is there."""
    with_before = select(*_FIELDS, _A.hash, _BEFORE.c.hash).join(
        _BEFORE, _BEFORE.c.number == _A.number - 1, isouter=True
    )
    asked = _filtered(with_before, among=among).order_by(_A.number)
    for row in connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}):
        *told, sealed, previous = row
        record = AuditRecord(*told)
        first = EMPTY.hash if record.number == 1 else ""
        yield SealedRecord(record, first if previous is None else previous.hex(), sealed.hex())


def _filtered(
    asked: Select[Any],
    who: str = "",
    what: str = "",
    outcome: Outcome | None = None,
    among: frozenset[str] | None = None,
) -> Select[Any]:
    if who:
        asked = asked.where(_A.who == who)
    if what:
        asked = asked.where(or_(_A.what == what, _A.what.startswith(what, autoescape=True)))
    if outcome is not None:
        asked = asked.where(_A.outcome == outcome)
    if among is not None:
        asked = asked.where(_A.household.in_(sorted(among)))
    return asked
