"""A throw-away PostgreSQL for tests: a cluster of its own, whose databases are as new for each."""

from collections.abc import Iterator
from itertools import count

import pytest

from benchmarks._postgres import NoPostgresError, made_database, throw_away_server

_NUMBERS = count(1)
_SHAPE = """\
SELECT md5(string_agg(told, ' ' ORDER BY told)) FROM (
    SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnum, attnotnull)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
    UNION ALL SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) AS shape (told)"""
"""What tells that tables, rules and form are those that a new database would have."""
_EMPTY = """\
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;  -- else what is only added to would stay
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        IF name <> 'alembic_version' THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$"""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of our own, without a database's name."""
    server = throw_away_server()
    try:
        url = server.__enter__()
    except NoPostgresError as error:
        pytest.skip(str(error))
    try:
        yield url
    finally:
        server.__exit__(None, None, None)


def _removed(server: str, name: str) -> None:
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new database without a table."""
    name = f"empty{next(_NUMBERS)}"
    yield made_database(postgres_server, name)
    _removed(postgres_server, name)


class _Stores:
    """Databases with a store's tables: one after another test, as long as each leaves it whole."""

    def __init__(self, server: str) -> None:
        self.server, self._url, self._shape = server, "", ""

    def url(self) -> str:
        """The URL of a store that is empty."""
        from trimtab.stores.sql.store import open_store

        if not self._url:
            self._url = made_database(self.server, f"live{next(_NUMBERS)}")
            open_store(self._url).close()
            self._shape = self._asked(_SHAPE)
        return self._url

    def empty(self) -> None:
        """Remove what a test wrote; where it changed more than rows, the next has another."""
        self._asked(_EMPTY)
        if self._asked(_SHAPE) != self._shape:
            _removed(self.server, self._url.rpartition("/")[2])
            self._url = ""

    def _asked(self, statement: str) -> str:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as admin:
            answered = admin.execute(statement)
            return str(answered.fetchall())


@pytest.fixture(scope="session")
def _stores(postgres_server: str) -> _Stores:
    return _Stores(postgres_server)


@pytest.fixture
def postgres_url(_stores: _Stores) -> Iterator[str]:
    """The URL of a database that holds a store's tables and nothing in them."""
    yield _stores.url()
    _stores.empty()
