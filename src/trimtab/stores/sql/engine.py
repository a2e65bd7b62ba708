"""The database of a URL, set up so that what was committed is on the disk.

    sqlite:///folder/live.db              a file beside the household (a path alone means the same)
    postgresql://user@host/database       a server, for several machines

SQLite runs with a write-ahead log, so that readers never wait, and waits for the disk at every
commit; its writers take their turn before they read, so that none has to start over.  A file that
is made is its owner's alone.

Errors: `InputError` for a URL that is none, and for a package that is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from trimtab.model.errors import InputError
from trimtab.stores._disk import keep_private
from trimtab.stores.sql._trouble import WAIT_SECONDS, told

__all__ = ["engine_of", "existing_engine", "name_of", "reading", "url_of", "writing"]

WRITES = "trimtab_writes"
_POSTGRES_OPTIONS = f"-c lock_timeout={WAIT_SECONDS}s -c synchronous_commit=on"
_EXAMPLES = "write sqlite:///live.db or postgresql://user@host/database"


def url_of(text: str | Path) -> URL:
    """The URL of a store: SQLite or PostgreSQL, or the path of a file.

    Refuses: other databases, and a database in memory, which would forget.
    """
    if isinstance(text, Path) or "://" not in text:
        return URL.create("sqlite", database=str(text))
    try:
        url = make_url(text)
    except ArgumentError:
        raise InputError("store", "its URL cannot be read", "", _EXAMPLES) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        fact = f"{url.drivername!r} is no database that it can be kept in"
        raise InputError("store", fact, "", _EXAMPLES)
    if url.database in (None, "", ":memory:"):
        raise InputError("store", "a database in memory would forget", "", _EXAMPLES)
    return url


def name_of(url: URL) -> str:
    """A store's name for people: the file, or the URL without its password."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def engine_of(url: URL) -> Engine:
    """The engine of a URL; nothing is opened yet.  What rows hold is in no error and no log."""
    if url.drivername == "sqlite":
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True)
        event.listen(engine, "do_connect", lambda *_: keep_private(Path(str(url.database))))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        options = {"options": _POSTGRES_OPTIONS}
        return create_engine(url, connect_args=options, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        remedy = 'pip install "trimtab[postgres]"'
        raise InputError("store", f"{error.name} is not installed", "", remedy) from None


def existing_engine(text: str | Path) -> Engine:
    """The engine of a store that must be there, for those who make none.

    Refuses: a file that there is not.
    """
    engine = engine_of(url_of(text))
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        remedy = "`trimtab run` or `trimtab serve` makes it"
        raise InputError(f"store {name_of(engine.url)}", "there is none", "", remedy)
    return engine


def _prepare_sqlite(handle: SqliteConnection, _: ConnectionPoolEntry) -> None:
    """Begin transactions ourselves, log ahead, and wait for the disk."""
    handle.isolation_level = None
    handle.execute("PRAGMA journal_mode = WAL")
    handle.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: whole and on disk when it ends, or not at all.

    Refuses: as `_trouble.told`.
    """
    with told(name_of(engine.url)), engine.connect() as connection:
        connection = connection.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads, all of it as of one moment.

    Refuses: as `_trouble.told`.
    """
    with told(name_of(engine.url)), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection
