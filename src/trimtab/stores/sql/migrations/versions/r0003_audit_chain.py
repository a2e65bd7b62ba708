"""The audit is chained by hashes: every record that there is gets its number and its hash anew.

A migration is frozen: how a record is written and sealed stands here as it was then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None

ADD_ONLY: tuple[str, ...] = ()  # the audit is the migration's before it
TABLES = ("audit_end",)
ROWS_AT_ONCE = 2_000
GENESIS = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = ("at", "who", "what", "subject", "outcome", "household", "address", "details")
PUT_ASIDE = (
    "CREATE TABLE audit_before AS SELECT "
    "at, who, what, subject, outcome, household, address, details, number FROM audit"
)
SOME = (
    "SELECT at, who, what, subject, outcome, household, address, details, number "
    "FROM audit_before WHERE number > :last ORDER BY number LIMIT :rows"
)
CHAINED = (
    "INSERT INTO audit "
    "(at, who, what, subject, outcome, household, address, details, number, hash) VALUES "
    "(:at, :who, :what, :subject, :outcome, :household, :address, :details, :number, :hash)"
)
UNCHAINED = (
    "INSERT INTO audit (at, who, what, subject, outcome, household, address, details, number) "
    "SELECT at, who, what, subject, outcome, household, address, details, number FROM audit_before"
)


def upgrade() -> None:
    """Make the table anew with its chain, and put every record into it."""
    _put_aside()
    _make(sa.Column("hash", sa.LargeBinary, nullable=False), is_counted=False)
    op.create_table(
        "audit_end",
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_end"),
    )
    number, previous = 0, GENESIS
    for row in _kept():
        number += 1
        previous = _sealed(row, number, previous)
        values = {**row, "number": number, "hash": bytes.fromhex(previous)}
        op.get_bind().execute(sa.text(CHAINED), values)
    if number:
        end = sa.text("INSERT INTO audit_end VALUES ('audit', :count, :hash)")
        op.get_bind().execute(end, {"count": number, "hash": bytes.fromhex(previous)})
    _finish()


def downgrade() -> None:
    """Take the chain back; the records stay, with their new numbers."""
    op.drop_table("audit_end")
    _put_aside()
    _make(is_counted=True)
    op.execute(UNCHAINED)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('audit_number_seq', (SELECT max(number) FROM audit))")
    _finish()


def _put_aside() -> None:
    """Move the records to a table for the time being; the old one goes with its rules."""
    op.execute(PUT_ASIDE)
    op.drop_table("audit")


def _make(*more: sa.Column[Any], is_counted: bool) -> None:
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "audit",
        sa.Column("at", sa.BigInteger, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in NAMES[1:]),
        sa.Column("number", kind, autoincrement=is_counted, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_household", "audit", ["household", "number"])


def _kept() -> Iterator[Mapping[str, Any]]:
    """The records that there were, by their old numbers."""
    last = -(2**62)
    while rows := op.get_bind().execute(sa.text(SOME), {"last": last, "rows": ROWS_AT_ONCE}).all():
        last = rows[-1].number
        yield from (dict(row._mapping) for row in rows)


def _sealed(row: Mapping[str, Any], number: int, previous: str) -> str:
    """The hash of a record, as the chain of the journal's entries has it."""
    told = {name: row[name] for name in NAMES}
    told["at"] = (EPOCH + timedelta(microseconds=row["at"])).isoformat()
    told["details"] = json.loads(row["details"]) if row["details"] else {}
    whole = {"entry": told, "previous": previous, "sequence": number}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _finish() -> None:
    """Drop what was put aside, and let the database refuse to change or remove what happened."""
    op.drop_table("audit_before")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit is only ever added to'); END"
            )
        return
    op.execute(  # the function is the first migration's
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
    )
