"""People and their passkeys in a database.

Errors: `InputError` for a name that is taken.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, update

from trimtab.model.errors import InputError
from trimtab.model.web import Passkey, Person, Right
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._web_tables import (
    API_TOKENS,
    DELIVERIES,
    KEPT_ANSWERS,
    ONE_TIMES,
    PASSKEYS,
    PEOPLE,
    WEB_SESSIONS,
    WEBHOOKS,
)
from trimtab.stores.sql.engine import reading, writing

__all__ = ["PEOPLE_ROWS", "Passkeys", "People", "person_row"]

PEOPLE_ROWS = select(
    *(PEOPLE.c.name, PEOPLE.c.shown, PEOPLE.c.right, PEOPLE.c.households, PEOPLE.c.made_at),
    *(PEOPLE.c.email, PEOPLE.c.is_off, PEOPLE.c.password, PEOPLE.c.totp, PEOPLE.c.totp_step),
    PEOPLE.c.issued,
)
_KEYS = select(
    *(PASSKEYS.c.id, PASSKEYS.c.person, PASSKEYS.c.public_key, PASSKEYS.c.sign_count),
    *(PASSKEYS.c.label, PASSKEYS.c.made_at, PASSKEYS.c.used_at),
)


def person_row(person: Person) -> dict[str, object]:
    """A person as a row."""
    return {column.name: getattr(person, column.name) for column in PEOPLE.columns}


class People:
    """Accounts by name."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with reading(self.engine) as connection:
            rows = connection.execute(PEOPLE_ROWS.order_by(PEOPLE.c.name))
            return tuple(Person(*row) for row in rows)

    def any(self) -> bool:
        """Whether there is an account at all, switched off or not."""
        with reading(self.engine) as connection:
            return connection.execute(select(PEOPLE.c.name).limit(1)).first() is not None

    def named(self, name: str) -> Person | None:
        """The account of a name."""
        with reading(self.engine) as connection:
            row = connection.execute(PEOPLE_ROWS.where(PEOPLE.c.name == name)).one_or_none()
        return None if row is None else Person(*row)

    def issued(self, identity: str) -> Person | None:
        """The account that is bound to an identity at an OpenID issuer."""
        with reading(self.engine) as connection:
            row = connection.execute(PEOPLE_ROWS.where(PEOPLE.c.issued == identity)).first()
        return None if row is None or not identity else Person(*row)

    def with_email(self, email: str) -> tuple[Person, ...]:
        """Accounts of an address, whatever the case of its letters."""
        with reading(self.engine) as connection:
            asked = PEOPLE_ROWS.where(func.lower(PEOPLE.c.email) == email.lower())
            return tuple(Person(*row) for row in connection.execute(asked))

    def add(self, person: Person) -> None:
        """Make an account.

        Refuses: a name that somebody has.
        """
        with writing(self.engine) as connection:
            take_turn(connection, f"person {person.name}")
            taken = select(PEOPLE.c.name).where(PEOPLE.c.name == person.name)
            if connection.execute(taken).first() is not None:
                fact = "there is one of this name already"
                raise InputError(f"account {person.name!r}", fact, "", "choose another name")
            connection.execute(insert(PEOPLE), person_row(person))

    def set_scope(
        self, name: str, right: Right, households: frozenset[str] | None, is_off: bool
    ) -> None:
        """Say what a person may, from now on."""
        self._set(name, {"right": right, "households": households, "is_off": is_off})

    def set_password(self, name: str, hashed: str) -> None:
        """Keep the hash of a password."""
        self._set(name, {"password": hashed})

    def set_totp(self, name: str, sealed: str, step: int = 0) -> None:
        """Keep an authenticator's sealed secret; an empty one takes it away."""
        self._set(name, {"totp": sealed, "totp_step": step})

    def set_issued(self, name: str, identity: str) -> None:
        """Bind an account to an identity at an OpenID issuer."""
        self._set(name, {"issued": identity})

    def use_totp_step(self, name: str, step: int) -> bool:
        """Use up the codes to a time step; false where that step or a later one was used."""
        mine = (PEOPLE.c.name == name) & (PEOPLE.c.totp_step < step)
        with writing(self.engine) as connection:
            used = connection.execute(update(PEOPLE).where(mine).values(totp_step=step))
            return used.rowcount == 1

    def remove(self, name: str) -> bool:
        """Remove an account with its keys, sessions, tokens and webhooks; whether there was one.

        Nothing is left that another of the same name would have.
        """
        hooks = select(WEBHOOKS.c.id).where(WEBHOOKS.c.person == name)
        with writing(self.engine) as connection:
            connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook.in_(hooks)))
            connection.execute(delete(KEPT_ANSWERS).where(KEPT_ANSWERS.c.principal == name))
            for table in (PASSKEYS, WEB_SESSIONS, API_TOKENS, ONE_TIMES, WEBHOOKS):
                connection.execute(delete(table).where(table.c.person == name))
            return connection.execute(delete(PEOPLE).where(PEOPLE.c.name == name)).rowcount == 1

    def _set(self, name: str, values: dict[str, object]) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(PEOPLE).where(PEOPLE.c.name == name).values(values))


class Passkeys:
    """People's passkeys."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def of(self, person: str) -> tuple[Passkey, ...]:
        """The passkeys of a person, the oldest first."""
        with reading(self.engine) as connection:
            asked = _KEYS.where(PASSKEYS.c.person == person).order_by(PASSKEYS.c.made_at)
            return tuple(Passkey(*row) for row in connection.execute(asked))

    def find(self, key: str) -> Passkey | None:
        """The passkey of an id."""
        with reading(self.engine) as connection:
            row = connection.execute(_KEYS.where(PASSKEYS.c.id == key)).one_or_none()
        return None if row is None else Passkey(*row)

    def add(self, key: Passkey) -> None:
        """Keep a passkey.

        Refuses: one that is kept already, whoever has it.
        """
        with writing(self.engine) as connection:
            take_turn(connection, f"passkey {key.id}")
            there = select(PASSKEYS.c.id).where(PASSKEYS.c.id == key.id)
            if connection.execute(there).first() is not None:
                raise InputError("passkey", "it is registered already", "", "use another device")
            row = {column.name: getattr(key, column.name) for column in PASSKEYS.columns}
            connection.execute(insert(PASSKEYS), row)

    def used(self, key: str, before: int, sign_count: int, at: datetime) -> bool:
        """Note a use, if the count is still the one that was verified against; else false."""
        mine = (PASSKEYS.c.id == key) & (PASSKEYS.c.sign_count == before)
        values = {"sign_count": sign_count, "used_at": at}
        with writing(self.engine) as connection:
            return connection.execute(update(PASSKEYS).where(mine).values(values)).rowcount == 1

    def remove(self, person: str, key: str) -> bool:
        """Forget a passkey of a person's own; whether there was one."""
        mine = (PASSKEYS.c.person == person) & (PASSKEYS.c.id == key)
        with writing(self.engine) as connection:
            return connection.execute(delete(PASSKEYS).where(mine)).rowcount == 1
