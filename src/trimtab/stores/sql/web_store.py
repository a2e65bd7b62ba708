"""What the web remembers, in a database: who may do what, who is signed in, what was recorded.

It lies in the same form as the live service's store, in a database of its own or in the same one.
Each part is a small class over the one engine; every write is a transaction of its own and on the
disk when the method returns.

Errors: `InputError` for a database that is full, locked, damaged or of another form.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from trimtab.stores.sql._web_audit import Audit
from trimtab.stores.sql._web_board import Board
from trimtab.stores.sql._web_hooks import Hooks, KeptAnswers
from trimtab.stores.sql._web_people import Passkeys, People
from trimtab.stores.sql._web_sessions import Attempts, OneTimes, Sessions
from trimtab.stores.sql._web_tokens import Tokens
from trimtab.stores.sql.engine import engine_of, existing_engine, name_of, url_of
from trimtab.stores.sql.schema import check_form

__all__ = ["WebStore", "existing_web_store", "open_web_store"]


def open_web_store(url: str | Path) -> WebStore:
    """The web's store at a URL or a path, made where there is none yet.

    Refuses: what cannot be opened, and a database that an older or newer Trimtab made.
    """
    engine = engine_of(url_of(url))
    check_form(engine)
    return WebStore(engine)


def existing_web_store(url: str | Path) -> WebStore:
    """The web's store at a URL or a path, which must be there: for those who only read.

    Refuses: as `open_web_store`, and where there is none.
    """
    engine = existing_engine(url)
    check_form(engine, may_make=False)
    return WebStore(engine)


class WebStore:
    """The parts of what the web remembers, over one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.people = People(engine)
        self.passkeys = Passkeys(engine)
        self.sessions = Sessions(engine)
        self.tokens = Tokens(engine)
        self.one_times = OneTimes(engine)
        self.attempts = Attempts(engine)
        self.audit = Audit(engine)
        self.board = Board(engine)
        self.hooks = Hooks(engine)
        self.kept_answers = KeptAnswers(engine)

    @property
    def name(self) -> str:
        """The store's name for people, without its password."""
        return name_of(self.engine.url)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
