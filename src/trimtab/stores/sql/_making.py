"""An empty database becomes one of today's form at once, without the way that older ones came.

The tables are the code's own; a test holds that the migrations lead to the same database, to the
letter.  The rule that what happened is only added to is the database's own, here as there.

Errors: none of its own; what the database cannot do is said by `_trouble`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, Dialect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from trimtab.stores.sql._tables import ADD_ONLY
from trimtab.stores.sql._web_tables import TABLES, WEB_ADD_ONLY

__all__ = ["make_tables"]

_FORM_TABLE = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)
_WRITE_FORM = text("INSERT INTO alembic_version VALUES (:form)")
_REFUSAL = (
    "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% are only ever added', TG_TABLE_NAME; END $$"
)


def make_tables(connection: Connection, form: str) -> None:
    """Make every table of an empty database, with its indexes and rules, and write its form."""
    statements = _statements(connection.dialect)
    if connection.dialect.name != "sqlite":  # a server is told all of it at once
        statements = (";\n".join(statements),)
    for statement in statements:
        connection.execute(text(statement))
    connection.execute(_WRITE_FORM, {"form": form})


@cache
def _statements(dialect: Dialect) -> tuple[str, ...]:
    """What makes an empty database, in the words of its kind."""
    return (_FORM_TABLE, *_tables(dialect), *_rules(dialect.name))


def _tables(dialect: Dialect) -> Iterator[str]:
    for table in TABLES.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))


def _rules(database: str) -> Iterator[str]:
    """Let the database itself refuse to change or remove what happened."""
    if database != "sqlite":
        yield _REFUSAL
        for table in (*ADD_ONLY, *WEB_ADD_ONLY):
            yield (
                f"CREATE TRIGGER {table.name}_only_added "
                f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
                "FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
            )
        return
    said = dict.fromkeys(ADD_ONLY, "are only ever added")
    said |= dict.fromkeys(WEB_ADD_ONLY, "is only ever added to")
    for table, words in said.items():
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table.name}_no_{act.lower()} BEFORE {act} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{table.name} {words}'); END"
            )
