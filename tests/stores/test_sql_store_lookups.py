"""What the store is asked of single entries, so that nothing has to be read whole."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from trimtab.books.entries import decision
from trimtab.stores.sql.store import SqlStore, open_store

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NAMES = ("fill a x1", "fill a x1 #2", "fill a x10", "bust a x1", "bus", "valued 2026-03-02", "c")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    is_sqlite = request.param == "sqlite"
    url = tmp_path / "live.db" if is_sqlite else request.getfixturevalue("postgres_url")
    made = open_store(url)
    for household in ("home", "other"):
        lease = made.lease(household, "me", NOW, 60)
        assert lease is not None
        made.append([decision(name, date(2026, 3, 2), {}) for name in NAMES], lease)
    yield made
    made.close()


def test_an_entry_is_found_by_its_whole_name(store: SqlStore) -> None:
    found = store.entry_named("home", "fill a x1")
    assert found is not None
    assert found.id == "fill a x1"
    assert store.entry_named("home", "fill a x") is None
    assert store.entry_named("nobody", "fill a x1") is None


@pytest.mark.parametrize(
    ("beginning", "names"),
    [
        ("bust ", ["bust a x1"]),
        ("fill a x1", ["fill a x1", "fill a x1 #2", "fill a x10"]),
        ("valued ", ["valued 2026-03-02"]),
        ("BUST ", []),
        ("bust_", []),
    ],
)
def test_entries_are_found_by_how_their_names_begin(
    store: SqlStore, beginning: str, names: list[str]
) -> None:
    assert [one.id for one in store.entries_beginning("home", beginning)] == names


def test_the_chain_is_not_walked_for_a_beginning(tmp_path: Path) -> None:
    made, asked = open_store(tmp_path / "live.db"), list[tuple[str, Any]]()

    def heard(_: object, __: object, statement: str, given: Any, *___: object) -> None:
        asked.append((statement, given))

    event.listen(made.engine, "before_cursor_execute", heard)
    made.entries_beginning("home", "bust ")
    [(statement, given)] = [one for one in asked if one[0].startswith("SELECT")]
    with made.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    assert "id>? AND id<?" in str(plan)
    made.close()


def test_entries_behind_a_number_are_what_came_since(store: SqlStore) -> None:
    assert [one.id for one in store.entries_after("home", len(NAMES) - 2)] == list(NAMES[-2:])
    assert store.entries_after("home", len(NAMES)) == ()


def test_the_hash_at_the_end_is_the_heads(store: SqlStore) -> None:
    head = store.head("home")
    assert store.hash_at("home", head.count) == head.hash
    assert store.hash_at("home", head.count + 1) == ""
