"""The tables of the web: people, sessions, tokens, the audit, the board's rows, webhooks.

A migration is frozen: it names plain types, not those of today's tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

ADD_ONLY = ("audit",)
TABLES = (
    *("api_tokens", "audit", "deliveries", "kept_answers", "login_attempts", "one_times"),
    *("passkeys", "people", "summaries", "web_sessions", "webhooks"),
)
FLAGS = (
    *("out_of_band", "cash_high", "cash_low", "first_time", "loss_to_harvest"),
    *("broken", "waiting"),
)


def texts(*names: str) -> list[sa.Column[str]]:
    """Columns of text."""
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def wholes(*names: str, lack: bool = False) -> list[sa.Column[int]]:
    """Columns of 64-bit integers: numbers, amounts in 10⁻⁹, times in microseconds."""
    return [sa.Column(name, sa.BigInteger, nullable=lack, autoincrement=False) for name in names]


def flags(*names: str) -> list[sa.Column[bool]]:
    """Columns of yes and no."""
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names]


def doubles(*names: str) -> list[sa.Column[float]]:
    """Columns of floating-point numbers, which are only shown and sorted by."""
    return [sa.Column(name, sa.Double, nullable=False) for name in names]


def counted() -> sa.Column[int]:
    """A number that the database gives."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("number", kind, autoincrement=True, nullable=False)


def key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    """A table's primary key."""
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def index(table: str, *names: str) -> None:
    """An index of a table, named by its first column."""
    op.create_index(f"ix_{table}_{names[0]}", table, list(names))


def upgrade() -> None:
    """Make the tables."""
    _people()
    _signing_in()
    _audit()
    _board()
    _integration()


def _people() -> None:
    op.create_table(
        "people",
        *texts("name", "shown", "right", "households"),
        *wholes("made_at"),
        *texts("email"),
        *flags("is_off"),
        *texts("password", "totp"),
        *wholes("totp_step"),
        *texts("issued"),
        key("people", "name"),
    )
    index("people", "issued")
    index("people", "email")
    op.create_table(
        "passkeys",
        *texts("id", "person", "public_key"),
        *wholes("sign_count"),
        *texts("label"),
        *wholes("made_at"),
        *wholes("used_at", lack=True),
        key("passkeys", "id"),
    )
    index("passkeys", "person")


def _signing_in() -> None:
    op.create_table(
        "web_sessions",
        *texts("hash", "person", "via"),
        *wholes("started_at", "seen_at", "ends_at", "fresh_until"),
        *flags("strong"),
        *texts("address", "agent"),
        key("web_sessions", "hash"),
    )
    index("web_sessions", "person")
    op.create_table(
        "api_tokens",
        *texts("id", "hash", "person", "label", "right", "households"),
        *wholes("made_at", "ends_at"),
        *flags("is_local"),
        *wholes("used_at", "revoked_at", lack=True),
        key("api_tokens", "id"),
        sa.UniqueConstraint("hash", name="uq_api_tokens_hash"),
    )
    index("api_tokens", "person")
    op.create_table(
        "one_times",
        *texts("hash", "kind", "person"),
        *wholes("ends_at"),
        *texts("data"),
        key("one_times", "hash"),
    )
    op.create_table(
        "login_attempts",
        counted(),
        *texts("subject"),
        *wholes("at"),
        key("login_attempts", "number"),
    )
    index("login_attempts", "subject", "at")


def _audit() -> None:
    op.create_table(
        "audit",
        *wholes("at"),
        *texts("who", "what", "subject", "outcome", "household", "address", "details"),
        counted(),
        key("audit", "number"),
    )
    index("audit", "household", "number")
    for table in ADD_ONLY:
        _only_add(table)


def _board() -> None:
    op.create_table(
        "summaries",
        *texts("household", "name"),
        *wholes("updated_at", "value"),
        *texts("currency"),
        *doubles("drift", "band"),
        *texts("farthest"),
        *doubles("cash"),
        *wholes("harvest"),
        *texts("words", "waits"),
        *flags(*FLAGS),
        key("summaries", "household"),
    )
    for name in ("name", "drift", "value"):
        index("summaries", name, "household")


def _integration() -> None:
    op.create_table(
        "webhooks",
        *texts("id", "person", "url", "secret", "events", "households"),
        *wholes("made_at"),
        *flags("is_off"),
        key("webhooks", "id"),
    )
    op.create_table(
        "deliveries",
        counted(),
        *texts("webhook", "event", "body"),
        *wholes("made_at", "next_at"),
        *texts("state"),
        *wholes("attempts"),
        *texts("answer"),
        key("deliveries", "number"),
    )
    index("deliveries", "state", "next_at")
    index("deliveries", "webhook", "number")
    op.create_table(
        "kept_answers",
        *texts("principal", "key", "request_hash"),
        *wholes("at", "status"),
        *texts("body"),
        key("kept_answers", "principal", "key"),
    )
    index("kept_answers", "at")


def _only_add(table: str) -> None:
    """Let the database itself refuse to change or remove what happened."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
        return
    op.execute(  # the function is the first migration's
        f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
    )


def downgrade() -> None:
    """Take it back, with everything that was recorded."""
    for table in TABLES:
        op.drop_table(table)
