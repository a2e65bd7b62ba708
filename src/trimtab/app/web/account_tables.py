"""Who has an account, where somebody is signed in, and what programs may: as tables.

No secret is in them, nor what one is made from.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trimtab.app.web.security.accounts import scope_words
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.web import ApiToken, Person, WebSession

__all__ = ["people_table", "session_table", "token_table"]


def people_table(people: Sequence[Person]) -> Table:
    """Every account and what it may."""
    columns = (
        Column("name", "Signs in as"),
        Column("shown", "Name"),
        Column("right", "May"),
        Column("households", "Households"),
        Column("password", "Password"),
        Column("authenticator", "Authenticator"),
        Column("email", "E-mail"),
        Column("state", "State"),
        Column("made_at", "Since", Kind.MOMENT),
    )
    rows = tuple(
        Row(
            (
                *(one.name, one.shown, one.right.value, scope_words(one.households)),
                *("set" if one.password else "none", "set up" if one.totp else "none"),
                *(one.email, "off" if one.is_off else "on", one.made_at),
            ),
            "quiet" if one.is_off else "",
        )
        for one in people
    )
    return Table("people", "Every account", columns, rows, "There are no accounts.")


def session_table(sessions: Sequence[WebSession], current: str) -> Table:
    """Where somebody is signed in; `current` is the hash of the session that asks."""
    columns = (
        Column("since", "Since", Kind.MOMENT),
        Column("last_used", "Last used", Kind.MOMENT),
        Column("by", "By"),
        Column("from", "From"),
        Column("browser", "Browser"),
        Column("which", "Which"),
    )
    rows = tuple(
        Row(
            (
                *(one.started_at, one.seen_at, one.via.value, one.address, one.agent),
                "this one" if one.hash == current else "another",
            )
        )
        for one in sessions
    )
    return Table("sessions", "Your sessions", columns, rows, "You are signed in nowhere.")


def token_table(tokens: Sequence[ApiToken], now: datetime) -> Table:
    """Tokens for programs that are not revoked."""
    columns = (
        Column("for", "For"),
        Column("id", "Id"),
        Column("may", "May"),
        Column("households", "Households"),
        Column("until", "Until", Kind.MOMENT),
        Column("state", "State"),
        Column("last_used", "Last used", Kind.MOMENT),
    )
    rows = tuple(
        Row(
            (
                *(one.label, one.id, one.right.value, scope_words(one.households), one.ends_at),
                *("over" if one.ends_at <= now else "good", one.used_at),
            )
        )
        for one in tokens
    )
    return Table("tokens", "Your tokens", columns, rows, "There are none.")
