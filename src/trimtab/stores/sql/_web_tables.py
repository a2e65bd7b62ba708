"""The tables of the web, as they are after the last migration; they lie beside the live service's.

The audit is only ever added to; everything else here changes, and the audit says who changed it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from trimtab.model.web import OneTimeKind, Outcome, Right, Via
from trimtab.model.web_board import BoardFlag, DeliveryState
from trimtab.stores.sql._tables import TABLES
from trimtab.stores.sql._types import Amount, Details, Moment, Scope, Word

__all__ = [
    "API_TOKENS",
    "AUDIT",
    "AUDIT_END",
    "DELIVERIES",
    "KEPT_ANSWERS",
    "LOGIN_ATTEMPTS",
    "ONE_TIMES",
    "PASSKEYS",
    "PEOPLE",
    "SUMMARIES",
    "TABLES",
    "WEBHOOKS",
    "WEB_ADD_ONLY",
    "WEB_SESSIONS",
]

_COUNTED = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=key)


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


PEOPLE = Table(
    "people", TABLES,
    _text("name", key=True), _text("shown"), Column("right", Word(Right), nullable=False),
    Column("households", Scope, nullable=False), Column("made_at", Moment, nullable=False),
    _text("email"), _flag("is_off"), _text("password"), _text("totp"), _whole("totp_step"),
    _text("issued"), Index(None, "issued"), Index(None, "email"),
    comment="accounts; passwords as argon2 hashes, authenticators' secrets sealed",
)  # fmt: skip

PASSKEYS = Table(
    "passkeys", TABLES,
    _text("id", key=True), _text("person"), _text("public_key"), _whole("sign_count"),
    _text("label"), Column("made_at", Moment, nullable=False), Column("used_at", Moment),
    Index(None, "person"),
    comment="public keys of people's devices",
)  # fmt: skip

WEB_SESSIONS = Table(
    "web_sessions", TABLES,
    _text("hash", key=True), _text("person"), Column("via", Word(Via), nullable=False),
    Column("started_at", Moment, nullable=False), Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False), Column("fresh_until", Moment, nullable=False),
    _flag("strong"), _text("address"), _text("agent"), Index(None, "person"),
    comment="who is signed in, by the hash of the cookie's token",
)  # fmt: skip

API_TOKENS = Table(
    "api_tokens", TABLES,
    _text("id", key=True), _text("hash"), _text("person"), _text("label"),
    Column("right", Word(Right), nullable=False), Column("households", Scope, nullable=False),
    Column("made_at", Moment, nullable=False), Column("ends_at", Moment, nullable=False),
    _flag("is_local"), Column("used_at", Moment), Column("revoked_at", Moment),
    UniqueConstraint("hash"), Index(None, "person"),
    comment="programs' rights, by the hash of the token",
)  # fmt: skip

ONE_TIMES = Table(
    "one_times", TABLES,
    _text("hash", key=True), Column("kind", Word(OneTimeKind), nullable=False), _text("person"),
    Column("ends_at", Moment, nullable=False), _text("data"),
    comment="links and ceremonies that are good once; gone when used",
)  # fmt: skip

LOGIN_ATTEMPTS = Table(
    "login_attempts", TABLES,
    Column("number", _COUNTED, primary_key=True, autoincrement=True), _text("subject"),
    Column("at", Moment, nullable=False), Index(None, "subject", "at"),
    comment="tries to sign in, of a name and of an address; old ones are removed",
)  # fmt: skip

AUDIT = Table(
    "audit", TABLES,
    Column("at", Moment, nullable=False), _text("who"), _text("what"), _text("subject"),
    Column("outcome", Word(Outcome), nullable=False), _text("household"), _text("address"),
    Column("details", Details, nullable=False),
    Column("number", _COUNTED, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Index(None, "household", "number"),
    comment="who did or asked what, each with the hash that chains it; only ever added to",
)  # fmt: skip

AUDIT_END = Table(
    "audit_end", TABLES,
    _text("chain", key=True), _whole("count"), Column("hash", LargeBinary, nullable=False),
    comment="where the audit's chain ends; moved with every record",
)  # fmt: skip

SUMMARIES = Table(
    "summaries", TABLES,
    _text("household", key=True), _text("name"), Column("updated_at", Moment, nullable=False),
    Column("value", Amount, nullable=False), _text("currency"),
    Column("drift", Double, nullable=False), Column("band", Double, nullable=False),
    _text("farthest"), Column("cash", Double, nullable=False),
    Column("harvest", Amount, nullable=False), _text("words"), _text("waits"),
    *(_flag(flag.value) for flag in BoardFlag),
    Index(None, "name", "household"), Index("ix_summaries_drift", "drift", "household"),
    Index("ix_summaries_value", "value", "household"),
    comment="a household in a row; computed from its files and its journal at any time",
)  # fmt: skip

WEBHOOKS = Table(
    "webhooks", TABLES,
    _text("id", key=True), _text("person"), _text("url"), _text("secret"),
    Column("events", Scope, nullable=False), Column("households", Scope, nullable=False),
    Column("made_at", Moment, nullable=False), _flag("is_off"),
    comment="where events are sent; the secrets that sign them are sealed",
)  # fmt: skip

DELIVERIES = Table(
    "deliveries", TABLES,
    Column("number", _COUNTED, primary_key=True, autoincrement=True), _text("webhook"),
    _text("event"), _text("body"), Column("made_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("state", Word(DeliveryState), nullable=False), _whole("attempts"), _text("answer"),
    Index(None, "state", "next_at"), Index("ix_deliveries_webhook", "webhook", "number"),
    comment="events on their way to webhooks",
)  # fmt: skip

KEPT_ANSWERS = Table(
    "kept_answers", TABLES,
    _text("principal", key=True), _text("key", key=True), _text("request_hash"),
    Column("at", Moment, nullable=False), _whole("status"), _text("body"), Index(None, "at"),
    comment="what requests with an idempotency key were answered; old ones are removed",
)  # fmt: skip

WEB_ADD_ONLY = (AUDIT,)
"""Rows of these are never changed or removed; the database itself refuses it."""
