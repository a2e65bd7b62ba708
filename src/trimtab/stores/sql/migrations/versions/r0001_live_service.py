"""The tables of the live service, and the rule that what happened is never changed.

A migration is frozen: it names plain types, not those of today's tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

ADD_ONLY = (
    *("answers", "approvals", "checkpoints", "entries", "order_records"),
    *("request_states", "requests"),
)
TABLES = (
    *("answers", "approvals", "books", "chains", "checkpoints", "entries", "halts", "leases"),
    *("order_records", "orders", "request_states", "requests"),
)


def text(name: str, *, lacks: bool = False) -> sa.Column[str]:
    """A column of text."""
    return sa.Column(name, sa.Text, nullable=lacks)


def whole(name: str, *, lacks: bool = False) -> sa.Column[int]:
    """A column of 64-bit integers: numbers, amounts in 10⁻⁹, times in microseconds."""
    return sa.Column(name, sa.BigInteger, nullable=lacks, autoincrement=False)


def yes_or_no(name: str) -> sa.Column[bool]:
    """A column of yes and no."""
    return sa.Column(name, sa.Boolean, nullable=False)


def counted() -> sa.Column[int]:
    """A number that the database gives."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("number", kind, autoincrement=True, nullable=False)


def key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    """A table's primary key."""
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def upgrade() -> None:
    """Make the tables."""
    _work()
    _orders()
    _journal()
    _people()
    for table in ADD_ONLY:
        _only_add(table)


def _work() -> None:
    op.create_table(
        "leases",
        *(text("household"), text("holder"), whole("fence"), whole("until")),
        key("leases", "household"),
    )
    op.create_table(
        "answers",
        *(text("cycle_id"), whole("step"), text("household"), text("kind"), text("data")),
        *(whole("at"), key("answers", "cycle_id", "step")),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        *(counted(), text("id"), text("household"), text("cycle_id"), text("account")),
        *(text("instrument"), text("side"), whole("quantity", lacks=True)),
        *(whole("notional", lacks=True), whole("limit_price", lacks=True)),
        *(text("time_in_force"), text("trade"), whole("part"), yes_or_no("is_open")),
        *(key("orders", "number"), sa.UniqueConstraint("id", name="uq_orders_id")),
    )
    op.create_index("ix_orders_household", "orders", ["household", "is_open", "number"])
    op.create_table(
        "order_records",
        *(text("order_id"), whole("place"), text("kind"), text("execution_id", lacks=True)),
        *(text("data"), key("order_records", "order_id", "place")),
        sa.UniqueConstraint("order_id", "execution_id", name="uq_order_records_order_id"),
    )


def _journal() -> None:
    sealed = sa.Column("hash", sa.LargeBinary, nullable=False)
    op.create_table(
        "entries",
        *(text("household"), whole("sequence"), text("id"), sealed, text("data")),
        key("entries", "household", "sequence"),
        sa.UniqueConstraint("household", "id", name="uq_entries_household"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chains",
        *(text("household"), whole("count"), sealed.copy(), key("chains", "household")),
    )
    op.create_table(
        "books",
        *(text("household"), whole("count"), text("data")),
        key("books", "household", "count"),
    )
    op.create_table(
        "checkpoints",
        *(text("household"), whole("count"), text("note")),
        key("checkpoints", "household", "count"),
    )


def _people() -> None:
    op.create_table(
        "requests",
        *(counted(), text("id"), text("household"), text("cycle_id"), whole("asked_at")),
        *(whole("lapses_at"), text("bound_to"), whole("needed"), yes_or_no("note_required")),
        *(
            text("seen"),
            key("requests", "number"),
            sa.UniqueConstraint("id", name="uq_requests_id"),
        ),
    )
    op.create_table(
        "request_states",
        *(text("request"), whole("place"), text("status"), text("reason")),
        key("request_states", "request", "place"),
    )
    op.create_table(
        "approvals",
        *(counted(), text("request"), text("person"), text("word"), whole("at")),
        *(text("bound_to"), text("note"), key("approvals", "number")),
    )
    op.create_index("ix_approvals_request", "approvals", ["request"])
    op.create_table(
        "halts",
        *(counted(), text("subject"), text("kind"), text("by"), whole("at"), text("reason")),
        *(text("lifted_by", lacks=True), whole("lifted_at", lacks=True), key("halts", "number")),
    )


def _only_add(table: str) -> None:
    """Let the database itself refuse to change or remove what happened."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are only ever added'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% are only ever added', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
    )


def downgrade() -> None:
    """Take it back, with everything that was recorded."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION only_added")
