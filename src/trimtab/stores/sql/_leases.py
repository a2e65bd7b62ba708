"""Leases in a database: one row a household, and the fence that every write is held against.

A writer's transaction holds the household's row until it ends, so that between its check and its
commit nobody can take the household over.

Errors: `LeaseLost`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, text, update

from trimtab.model.live import Lease
from trimtab.stores._promises import lost
from trimtab.stores.sql._tables import LEASES

__all__ = ["check_lease", "last_lease", "release", "take_lease", "take_turn"]

_READ = select(LEASES.c.household, LEASES.c.holder, LEASES.c.fence, LEASES.c.until).where(
    LEASES.c.household == bindparam("of")
)
_HOLD = _READ.with_for_update()
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def take_turn(connection: Connection, name: str) -> None:
    """Wait for others that work on the same name; SQLite's writers take turns anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN, {"name": name})


def last_lease(connection: Connection, household: str, *, hold: bool = False) -> Lease | None:
    """The last lease of a household, given back or not; `hold` it to the transaction's end."""
    row = connection.execute(_HOLD if hold else _READ, {"of": household}).one_or_none()
    return None if row is None else Lease(*row)


def take_lease(
    connection: Connection, household: str, holder: str, now: datetime, seconds: float
) -> Lease | None:
    """Give a household to a holder, unless another has it; its own holder renews."""
    take_turn(connection, f"lease {household}")
    until = now + timedelta(seconds=seconds)
    last = last_lease(connection, household, hold=True)
    if last is None:
        given = Lease(household, holder, 1, until)
        values = {"household": household, "holder": holder, "fence": 1, "until": until}
        connection.execute(insert(LEASES), values)
        return given
    if last.holder and now < last.until:
        if last.holder != holder:
            return None
        given = replace(last, until=max(until, last.until))
    else:
        given = Lease(household, holder, last.fence + 1, until)
    _put(connection, given)
    return given


def release(connection: Connection, lease: Lease) -> None:
    """Give a household back, if it is still this lease's."""
    last = last_lease(connection, lease.household, hold=True)
    if last is not None and (last.fence, last.holder) == (lease.fence, lease.holder):
        _put(connection, replace(last, holder=""))


def check_lease(connection: Connection, lease: Lease) -> None:
    """Hold a writer's lease against the household's last, and nobody takes over meanwhile.

    Refuses: another fence, with `LeaseLost`.
    """
    last = last_lease(connection, lease.household, hold=True)
    if last is None or (last.fence, last.holder) != (lease.fence, lease.holder):
        raise lost(lease, last)


def _put(connection: Connection, lease: Lease) -> None:
    values = {"holder": lease.holder, "fence": lease.fence, "until": lease.until}
    put = update(LEASES).where(LEASES.c.household == lease.household)
    connection.execute(put.values(values))
