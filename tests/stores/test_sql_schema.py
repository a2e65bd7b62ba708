"""Migrations lead to the tables that the code uses, and back, in every database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import trimtab.stores.sql
from trimtab.model.errors import InputError
from trimtab.model.web import AuditRecord, Outcome
from trimtab.stores.sql import schema
from trimtab.stores.sql._tables import ADD_ONLY
from trimtab.stores.sql._web_tables import TABLES, WEB_ADD_ONLY
from trimtab.stores.sql.engine import engine_of, url_of, writing
from trimtab.stores.sql.migrations.versions import (
    r0001_live_service,
    r0002_web,
    r0003_audit_chain,
)
from trimtab.stores.sql.store import open_store
from trimtab.stores.sql.web_store import WebStore

MIGRATIONS = Path(trimtab.stores.sql.__file__).parent / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path):
    url = tmp_path / "live.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres_url")
    opened = open_store(url)
    yield opened
    opened.close()


def is_told(difference: object) -> bool:
    """Comments are for readers of the code; the database need not have them."""
    return not (isinstance(difference, tuple) and "comment" in str(difference[0]))


def test_the_migrated_database_has_the_tables_of_the_code(store):
    with writing(store.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = [one for one in compare_metadata(context, TABLES) if is_told(one)]
    assert differences == []


DATABASE = {
    # what tells everything that a database was told to hold, by kind
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master",),
    "postgresql": (
        "SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, "
        "character_maximum_length FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger",
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        "SELECT sequence_name, data_type FROM information_schema.sequences",
    ),
}


def held(connection: Connection) -> list[list[tuple[object, ...]]]:
    """All that the database says of itself, and its form."""
    asked = (*DATABASE[connection.dialect.name], "SELECT version_num FROM alembic_version")
    told = [connection.exec_driver_sql(statement).all() for statement in asked]
    assert all(told)
    return [sorted(tuple(row) for row in rows) for rows in told]


def test_a_new_database_is_what_the_migrations_lead_to_to_the_letter(store):
    with writing(store.engine) as connection:
        made = held(connection)
        migrations_back(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        schema.migrate(connection)
        assert held(connection) == made


def migrations_back(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def test_every_migration_can_be_taken_back(store):
    with writing(store.engine) as connection:
        migrations_back(connection)
    with writing(store.engine) as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def test_the_newest_migration_is_the_form_that_is_read():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [schema.FORM]
    assert {one.revision for one in script.walk_revisions()} == set(schema.FORMS)


def test_the_rule_that_nothing_changes_covers_the_same_tables_in_code_and_migration():
    migrations = (r0001_live_service, r0002_web, r0003_audit_chain)
    kept = {table.name for table in (*ADD_ONLY, *WEB_ADD_ONLY)}
    assert kept == {name for one in migrations for name in one.ADD_ONLY}
    assert set(TABLES.tables) == {name for one in migrations for name in one.TABLES}


OLD_AUDIT = (
    "INSERT INTO audit (at, who, what, subject, outcome, household, address, details, number) "
    "VALUES (1772463600000000, '{who}', 'login', 'password', 'done', '', '10.0.0.1', "
    '\'{{"why": "ünï"}}\', {number})'
)


def test_an_older_audit_is_chained_and_goes_on(tmp_path, request):
    for url in (tmp_path / "old.db", request.getfixturevalue("empty_postgres_url")):
        engine = engine_of(url_of(url))
        with writing(engine) as connection:
            schema.migrate(connection, "r0002")
            for who, number in (("ada", 1), ("bo", 3), ("eve", 7)):  # a server leaves numbers out
                connection.exec_driver_sql(OLD_AUDIT.format(who=who, number=number))
        assert schema.upgrade(engine) == ("r0002", schema.FORM)
        store = WebStore(engine)
        store.audit.add(AuditRecord(datetime.now(UTC), "zoe", "login", "x", Outcome.DONE))
        check = store.audit.check()
        assert check.is_whole
        assert [(one.number, one.who) for one in store.audit.page(9)] == [
            *((4, "zoe"), (3, "eve"), (2, "bo"), (1, "ada"))
        ]
        assert store.audit.page(9)[1].details == {"why": "ünï"}
        engine.dispose()


def test_an_older_database_comes_to_the_newest_form_with_what_it_holds(tmp_path, request):
    for url in (tmp_path / "old.db", request.getfixturevalue("empty_postgres_url")):
        engine = engine_of(url_of(url))
        with writing(engine) as connection:
            schema.migrate(connection, "r0001")
            connection.exec_driver_sql("INSERT INTO books VALUES ('smith', 1, '{}')")
        with pytest.raises(InputError, match=r"older Trimtab.*`trimtab journal upgrade [^`]+`"):
            schema.check_form(engine)
        assert schema.upgrade(engine) == ("r0001", schema.FORM)
        schema.check_form(engine)
        with writing(engine) as connection:
            kept = connection.exec_driver_sql("SELECT household FROM books").scalar_one()
        engine.dispose()
        assert kept == "smith"
