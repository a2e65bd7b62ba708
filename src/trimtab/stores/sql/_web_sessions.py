"""Sessions, one-time secrets and tries to sign in, in a database.

Tokens are known by their hashes alone: who reads the database cannot sign in with it.

Errors: none of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Engine, bindparam, delete, func, insert, select, update

from trimtab.model.web import OneTime, OneTimeKind, Person, WebSession
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._web_tables import LOGIN_ATTEMPTS, ONE_TIMES, PEOPLE, WEB_SESSIONS
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Attempts", "OneTimes", "Sessions"]

LONGEST_WINDOW = timedelta(days=1)
"""Tries that are older count in no window, and are removed."""

_S = WEB_SESSIONS.c
_FIELDS: tuple[Column[Any], ...] = (
    *(_S.hash, _S.person, _S.via, _S.started_at, _S.seen_at, _S.ends_at, _S.fresh_until),
    *(_S.strong, _S.address, _S.agent),
)
_P = PEOPLE.c
_PERSON = (
    *(_P.name, _P.shown, _P.right, _P.households, _P.made_at, _P.email, _P.is_off),
    *(_P.password, _P.totp, _P.totp_step, _P.issued),
)
_WITH_PERSON = select(*_FIELDS, *_PERSON).join(
    PEOPLE, PEOPLE.c.name == WEB_SESSIONS.c.person, isouter=True
)
_FOUND = _WITH_PERSON.where(_S.hash == bindparam("hashed"))
"""Made once: every request asks it."""


class Sessions:
    """Who is signed in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, session: WebSession) -> None:
        """Begin a session."""
        row = {column.name: getattr(session, column.name) for column in WEB_SESSIONS.columns}
        with writing(self.engine) as connection:
            connection.execute(insert(WEB_SESSIONS), row)

    def find(self, hashed: str) -> tuple[WebSession, Person | None] | None:
        """The session of a token's hash, with the account as it is now."""
        with reading(self.engine) as connection:
            row = connection.execute(_FOUND, {"hashed": hashed}).one_or_none()
        if row is None:
            return None
        whole: tuple[Any, ...] = tuple(row)
        person = whole[len(_FIELDS) :]
        found = None if person[0] is None else Person(*person)
        return WebSession(*whole[: len(_FIELDS)]), found

    def of(self, person: str) -> tuple[WebSession, ...]:
        """A person's sessions, the last seen first."""
        with reading(self.engine) as connection:
            asked = select(*_FIELDS).where(_S.person == person).order_by(_S.seen_at.desc())
            return tuple(WebSession(*row) for row in connection.execute(asked))

    def seen(self, hashed: str, at: datetime) -> None:
        """Note that a session was used."""
        with writing(self.engine) as connection:
            put = update(WEB_SESSIONS).where(_S.hash == hashed).values(seen_at=at)
            connection.execute(put)

    def renew(self, before: str, after: str, fresh_until: datetime, strong: bool) -> bool:
        """Give a session another token, and freshness; false where it ended meanwhile."""
        values = {"hash": after, "fresh_until": fresh_until, "strong": strong}
        with writing(self.engine) as connection:
            put = update(WEB_SESSIONS).where(_S.hash == before).values(values)
            return connection.execute(put).rowcount == 1

    def end(self, hashed: str) -> bool:
        """End a session; whether there was one."""
        with writing(self.engine) as connection:
            gone = connection.execute(delete(WEB_SESSIONS).where(_S.hash == hashed))
            return gone.rowcount == 1

    def end_all(self, person: str, but: str = "") -> int:
        """End a person's sessions, but for one; answers how many."""
        mine = (_S.person == person) & (_S.hash != but)
        with writing(self.engine) as connection:
            return connection.execute(delete(WEB_SESSIONS).where(mine)).rowcount

    def clear(self, now: datetime) -> None:
        """Forget sessions that are over."""
        with writing(self.engine) as connection:
            connection.execute(delete(WEB_SESSIONS).where(_S.ends_at <= now))


class OneTimes:
    """What is good once: links, and the challenges of ceremonies."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, one: OneTime, now: datetime) -> None:
        """Keep one, and forget those whose time is over."""
        row = {column.name: getattr(one, column.name) for column in ONE_TIMES.columns}
        with writing(self.engine) as connection:
            connection.execute(delete(ONE_TIMES).where(ONE_TIMES.c.ends_at <= now))
            connection.execute(insert(ONE_TIMES), row)

    def look(self, hashed: str, kind: OneTimeKind, now: datetime) -> OneTime | None:
        """One that is still good, without using it."""
        mine = (ONE_TIMES.c.hash == hashed) & (ONE_TIMES.c.kind == kind)
        with reading(self.engine) as connection:
            row = connection.execute(select(ONE_TIMES).where(mine)).one_or_none()
        found = None if row is None else OneTime(*row)
        return found if found is not None and now < found.ends_at else None

    def take(self, hashed: str, kind: OneTimeKind, now: datetime) -> OneTime | None:
        """Use one up, for one caller alone; none where it is not there, used already, or over."""
        mine = (ONE_TIMES.c.hash == hashed) & (ONE_TIMES.c.kind == kind)
        with writing(self.engine) as connection:
            row = connection.execute(select(ONE_TIMES).where(mine)).one_or_none()
            taken = connection.execute(delete(ONE_TIMES).where(mine)).rowcount == 1
        found = None if row is None or not taken else OneTime(*row)
        return found if found is not None and now < found.ends_at else None

    def forget(self, person: str, kind: OneTimeKind) -> None:
        """Make what a person holds of a kind good for nothing."""
        mine = (ONE_TIMES.c.person == person) & (ONE_TIMES.c.kind == kind)
        with writing(self.engine) as connection:
            connection.execute(delete(ONE_TIMES).where(mine))


class Attempts:
    """Tries to sign in, counted over a window of time, for every process on the store."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def note(self, subject: str, now: datetime, window: timedelta, most: int | None = None) -> int:
        """Count a try, and answer how many of the subject the window holds.

        Where it holds more than `most` already, another is not written: who goes on trying costs
        the database nothing.
        """
        old = LOGIN_ATTEMPTS.c.at <= now - LONGEST_WINDOW
        mine = (LOGIN_ATTEMPTS.c.subject == subject) & (LOGIN_ATTEMPTS.c.at > now - window)
        counted = select(func.count()).select_from(LOGIN_ATTEMPTS).where(mine)
        if most is not None:
            with reading(self.engine) as connection:
                if (known := connection.execute(counted).scalar_one()) > most:
                    return known
        with writing(self.engine) as connection:
            take_turn(connection, f"attempts {subject}")
            connection.execute(delete(LOGIN_ATTEMPTS).where(old))
            connection.execute(insert(LOGIN_ATTEMPTS), {"subject": subject, "at": now})
            return connection.execute(counted).scalar_one()

    def take_back(self, subject: str) -> None:
        """Forget the last try of a subject: it came in, and was none at guessing."""
        mine = LOGIN_ATTEMPTS.c.subject == subject
        last = select(func.max(LOGIN_ATTEMPTS.c.number)).where(mine).scalar_subquery()
        with writing(self.engine) as connection:
            connection.execute(delete(LOGIN_ATTEMPTS).where(LOGIN_ATTEMPTS.c.number == last))

    def forget(self, subject: str) -> None:
        """Begin counting anew: the subject has proven itself."""
        with writing(self.engine) as connection:
            mine = LOGIN_ATTEMPTS.c.subject == subject
            connection.execute(delete(LOGIN_ATTEMPTS).where(mine))
