"""Programs' tokens in a database, by their hashes.

Errors: none of their own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert, select, update

from trimtab.model.web import ApiToken, Person
from trimtab.stores.sql._web_people import PEOPLE_ROWS
from trimtab.stores.sql._web_tables import API_TOKENS, PEOPLE
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Tokens"]

_T = API_TOKENS.c
_TOKENS = select(
    *(_T.id, _T.hash, _T.person, _T.label, _T.right, _T.households, _T.made_at, _T.ends_at),
    *(_T.is_local, _T.used_at, _T.revoked_at),
)


class Tokens:
    """What programs sign in with."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, token: ApiToken) -> None:
        """Keep a token's hash and what it may."""
        row = {column.name: getattr(token, column.name) for column in API_TOKENS.columns}
        with writing(self.engine) as connection:
            connection.execute(insert(API_TOKENS), row)

    def find(self, hashed: str) -> tuple[ApiToken, Person | None] | None:
        """The token of a hash, revoked or not, with its person as the account is now."""
        with reading(self.engine) as connection:
            row = connection.execute(_TOKENS.where(_T.hash == hashed)).one_or_none()
            if row is None:
                return None
            token = ApiToken(*row)
            person = connection.execute(
                PEOPLE_ROWS.where(PEOPLE.c.name == token.person)
            ).one_or_none()
        return token, None if person is None else Person(*person)

    def of(self, person: str) -> tuple[ApiToken, ...]:
        """A person's tokens, the newest first."""
        with reading(self.engine) as connection:
            asked = _TOKENS.where(_T.person == person).order_by(_T.made_at.desc())
            return tuple(ApiToken(*row) for row in connection.execute(asked))

    def used(self, token: str, at: datetime) -> None:
        """Note when a token was last used."""
        with writing(self.engine) as connection:
            connection.execute(update(API_TOKENS).where(_T.id == token).values(used_at=at))

    def revoke(self, person: str, token: str, at: datetime) -> bool:
        """Make a token of a person good for nothing; whether there was one that was good."""
        mine = (_T.id == token) & (_T.person == person) & _T.revoked_at.is_(None)
        with writing(self.engine) as connection:
            put = update(API_TOKENS).where(mine).values(revoked_at=at)
            return connection.execute(put).rowcount == 1
