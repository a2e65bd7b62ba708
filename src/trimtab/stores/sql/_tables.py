"""The tables of the live service, as they are after the last migration.

What happened is only ever added: entries, answers, records of orders, people's words.  What changes
is said so below: a lease, a chain's end, whether an order is open, a halt that was lifted.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from trimtab.model.live import ApprovalStatus, ApprovalWord, HaltKind
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side
from trimtab.stores.sql._types import Amount, Moment, Word

__all__ = [
    "ADD_ONLY",
    "ANSWERS",
    "APPROVALS",
    "BOOKS",
    "CHAINS",
    "CHECKPOINTS",
    "ENTRIES",
    "HALTS",
    "LEASES",
    "ORDERS",
    "ORDER_RECORDS",
    "REQUESTS",
    "REQUEST_STATES",
    "TABLES",
]

TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
_COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives, in the order in which rows came."""


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=key)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=False, primary_key=key, autoincrement=False)


def _counted() -> Column[int]:
    return Column("number", _COUNTED, primary_key=True, autoincrement=True)


LEASES = Table(
    "leases", TABLES,
    _text("household", key=True), _text("holder"), _number("fence"),
    Column("until", Moment, nullable=False),
    comment="who works a household; changed by taking, renewing and releasing it",
)  # fmt: skip

ANSWERS = Table(
    "answers", TABLES,
    _text("cycle_id", key=True), _number("step", key=True), _text("household"), _text("kind"),
    _text("data"), Column("at", Moment, nullable=False),
    comment="what a cycle was answered",
)  # fmt: skip

ORDERS = Table(
    "orders", TABLES,
    _counted(), _text("id"), _text("household"), _text("cycle_id"), _text("account"),
    _text("instrument"), Column("side", Word(Side), nullable=False),
    Column("quantity", Amount), Column("notional", Amount), Column("limit_price", Amount),
    Column("time_in_force", Word(TimeInForce), nullable=False), _text("trade"), _number("part"),
    Column("is_open", Boolean, nullable=False),
    UniqueConstraint("id"), Index(None, "household", "is_open", "number"),
    comment="intents; `is_open` follows from an order's records",
)  # fmt: skip

ORDER_RECORDS = Table(
    "order_records", TABLES,
    _text("order_id", key=True), _number("place", key=True), _text("kind"),
    Column("execution_id", Text), _text("data"),
    UniqueConstraint("order_id", "execution_id"),
    comment="sendings, answers, reports and fills, as they were said",
)  # fmt: skip

ENTRIES = Table(
    "entries", TABLES,
    _text("household", key=True), _number("sequence", key=True), _text("id"),
    Column("hash", LargeBinary, nullable=False), _text("data"),
    UniqueConstraint("household", "id"),
    sqlite_with_rowid=False,
    comment="the journal: an entry's canonical JSON and the hash that chains it",
)  # fmt: skip

CHAINS = Table(
    "chains", TABLES,
    _text("household", key=True), _number("count"), Column("hash", LargeBinary, nullable=False),
    comment="where a household's journal ends; moved with every entry",
)  # fmt: skip

BOOKS = Table(
    "books", TABLES,
    _text("household", key=True), _number("count", key=True), _text("data"),
    comment="books as they were after an entry, for a quick start; they can be computed again",
)  # fmt: skip

CHECKPOINTS = Table(
    "checkpoints", TABLES,
    _text("household", key=True), _number("count", key=True), _text("note"),
    comment="signed statements of what the journal was, as they were handed out",
)  # fmt: skip

REQUESTS = Table(
    "requests", TABLES,
    _counted(), _text("id"), _text("household"), _text("cycle_id"),
    Column("asked_at", Moment, nullable=False), Column("lapses_at", Moment, nullable=False),
    _text("bound_to"), _number("needed"), Column("note_required", Boolean, nullable=False),
    _text("seen"), UniqueConstraint("id"),
    comment="questions to people, as they were shown",
)  # fmt: skip

REQUEST_STATES = Table(
    "request_states", TABLES,
    _text("request", key=True), _number("place", key=True),
    Column("status", Word(ApprovalStatus), nullable=False), _text("reason"),
    comment="what became of a question; the last place counts",
)  # fmt: skip

APPROVALS = Table(
    "approvals", TABLES,
    _counted(), _text("request"), _text("person"),
    Column("word", Word(ApprovalWord), nullable=False), Column("at", Moment, nullable=False),
    _text("bound_to"), _text("note"),
    Index(None, "request"),
    comment="what people said",
)  # fmt: skip

HALTS = Table(
    "halts", TABLES,
    _counted(), _text("subject"), Column("kind", Word(HaltKind), nullable=False), _text("by"),
    Column("at", Moment, nullable=False), _text("reason"),
    Column("lifted_by", Text), Column("lifted_at", Moment),
    comment="stops; one that was lifted stays, with who lifted it",
)  # fmt: skip

ADD_ONLY = (ANSWERS, ORDER_RECORDS, ENTRIES, CHECKPOINTS, REQUESTS, REQUEST_STATES, APPROVALS)
"""Rows of these are never changed or removed; the database itself refuses it."""
