"""The audit in a database: only ever added to, which the database itself enforces.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, func, insert, or_, select

from trimtab.model.web import AuditRecord, Outcome
from trimtab.stores.sql._web_tables import AUDIT
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Audit"]

ROWS_AT_ONCE = 2_000
_A = AUDIT.c
_FIELDS = (
    *(_A.at, _A.who, _A.what, _A.subject, _A.outcome, _A.household, _A.address),
    *(_A.details, _A.number),
)


class Audit:
    """Who did or asked what."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, record: AuditRecord) -> None:
        """Record something; the database gives it its number."""
        row = {
            column.name: getattr(record, column.name)
            for column in AUDIT.columns
            if column.name != "number"
        }
        with writing(self.engine) as connection:
            connection.execute(insert(AUDIT), row)

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
        asked = _filtered(who, what, outcome, among).order_by(_A.number.desc()).limit(limit)
        if before is not None:
            asked = asked.where(_A.number < before)
        with reading(self.engine) as connection:
            return tuple(AuditRecord(*row) for row in connection.execute(asked))

    def count(self, among: frozenset[str] | None = None) -> int:
        """How many records there are."""
        asked = _filtered("", "", None, among).subquery()
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(asked)).scalar_one()

    def all(
        self, since: datetime | None = None, among: frozenset[str] | None = None
    ) -> Iterator[AuditRecord]:
        """Every record since a moment, the oldest first, for exports."""
        asked = _filtered("", "", None, among).order_by(_A.number)
        if since is not None:
            asked = asked.where(_A.at >= since)
        with reading(self.engine) as connection:
            rows = connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE})
            for row in rows:
                yield AuditRecord(*row)


def _filtered(
    who: str, what: str, outcome: Outcome | None, among: frozenset[str] | None
) -> Select[Any]:
    asked = select(*_FIELDS)
    if who:
        asked = asked.where(_A.who == who)
    if what:
        asked = asked.where(or_(_A.what == what, _A.what.startswith(what, autoescape=True)))
    if outcome is not None:
        asked = asked.where(_A.outcome == outcome)
    if among is not None:
        asked = asked.where(_A.household.in_(sorted(among)))
    return asked
