"""A throw-away PostgreSQL for tests: a cluster of its own, and a database a test."""

from collections.abc import Iterator
from itertools import count

import pytest

from benchmarks._postgres import NoPostgresError, made_database, throw_away_server

_NUMBERS = count(1)


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


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty database."""
    import psycopg

    name = f"live{next(_NUMBERS)}"
    yield made_database(postgres_server, name)
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
