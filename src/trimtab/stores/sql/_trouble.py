"""What a database says when it cannot, in words that name the remedy.

A full disk, a lock that does not come free, a file that is none, a server that does not answer:
each becomes an `InputError`, and what was under way is rolled back by the database.  Only where the
answer to a commit was lost is its outcome not known; every write may be told again.  Anything else
that a database says is a defect and passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import DatabaseError as SqliteError

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from trimtab.model.errors import InputError

__all__ = ["WAIT_SECONDS", "told"]

WAIT_SECONDS = 10
"""How long a write waits for another process to finish its own."""

_NOTHING = "nothing of this was written"
_NOT_KNOWN = "whether this was written is not known; told again, it counts once"
_FULL = ("there is no space left for it", _NOTHING, "free some space, then try again")
_BUSY = (
    f"another process has been writing for {WAIT_SECONDS} seconds",
    _NOTHING,
    "see whether a second service or a backup holds it, then try again",
)
_READ_ONLY = ("it may not be written", _NOTHING, "check who owns the file and its folder")
_BROKEN = ("it is damaged", "it is not used further", "restore it from a backup")
_NO_ANSWER = ("the server cannot be reached", _NOT_KNOWN, "check that it runs and the URL's host")
_NO_ENTRY = ("the server refuses the user or the password", "", "check the URL's user")

_NO_DATABASE = ("the server has no database of this name", "", "create it with `createdb`")
_NO_TEXT = ("a text holds a character that it cannot store", _NOTHING, "remove the character")

_SQLITE: Mapping[int, tuple[str, str, str]] = {
    5: _BUSY,
    6: _BUSY,
    8: _READ_ONLY,
    10: ("the disk cannot be read or written", _NOT_KNOWN, "check the disk, then try again"),
    11: _BROKEN,
    13: _FULL,
    14: ("it cannot be opened", "", "check that its folder exists and may be written"),
    26: ("it is no SQLite database", "it is left as it is", "name another file"),
}
"""By SQLite's primary result code (sqlite.org/rescode.html)."""
_POSTGRES: Mapping[str, tuple[str, str, str]] = {
    "08": _NO_ANSWER,
    "28": _NO_ENTRY,
    "3D": _NO_DATABASE,
    "40": _BUSY,
    "42501": ("the user may not do this", _NOTHING, "grant it the rights on this database"),
    "53100": _FULL,
    "53300": ("the server takes no more connections", _NOTHING, "raise its max_connections"),
    "55P03": _BUSY,
    "57": ("the server is stopping or starting", _NOT_KNOWN, "try again when it runs"),
    "22": _NO_TEXT,
}
"""By SQLSTATE, else by its class (PostgreSQL documentation, appendix A)."""

_NO_CONNECTION: Mapping[str, tuple[str, str, str]] = {
    'FATAL:  database "': _NO_DATABASE,
    'FATAL:  role "': _NO_ENTRY,
    "authentication": _NO_ENTRY,
    "no password supplied": _NO_ENTRY,
}
"""By a sign in what the client library says, which has no code for it."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what a database cannot do into an error of the family; `name` is shown."""
    try:
        yield
    except DBAPIError as error:
        words = _words(error.orig)
        if words is None:
            raise
        raise InputError(f"store {name}", *words) from None
    except StatementError as error:  # what our own column types say of a value
        if isinstance(error.orig, InputError):
            raise error.orig from None
        raise
    except PoolTimeout:
        raise InputError(f"store {name}", *_BUSY) from None
    except NoSuchModuleError:
        bound = "it is kept in SQLite or PostgreSQL"
        raise InputError(f"store {name}", "this kind of database is not known", bound) from None
    except UnicodeEncodeError:
        raise InputError(f"store {name}", *_NO_TEXT) from None


def _words(error: BaseException | None) -> tuple[str, str, str] | None:
    if isinstance(error, SqliteError):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", "")
    if state is None:  # psycopg's own word: nothing was sent, or no connection came about
        if type(error).__name__ == "DataError":
            return _NO_TEXT
        said = str(error)
        return next((words for sign, words in _NO_CONNECTION.items() if sign in said), _NO_ANSWER)
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
