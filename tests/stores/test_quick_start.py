"""A quick start comes to the books of a full replay, or does not happen."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks.journal_speed import trading
from tests.stores.live_parts import AT, entry
from trimtab.books import books_json
from trimtab.books.chain import sealed_texts, verify
from trimtab.books.entries import decision
from trimtab.books.ledger import replay
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, LeaseLost
from trimtab.model.live import Lease
from trimtab.stores.sql import _chains
from trimtab.stores.sql.engine import writing
from trimtab.stores.sql.quick_start import BooksAtStart, books_at_start, save_books
from trimtab.stores.sql.store import SqlStore, open_store

ENTRIES = list(islice(trading(7), 300))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    url = tmp_path / "live.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def lease(store: SqlStore) -> Lease:
    found = store.lease("smith", "service-1", AT, 86400.0)
    assert found is not None
    return found


def start(store: SqlStore) -> BooksAtStart:
    return books_at_start(store, "smith")


def saved(store: SqlStore, lease: Lease, entries: list[Entry]) -> None:
    store.append(entries, lease)
    assert save_books(store, "smith", start(store), lease)


def alter(store: SqlStore, statement: str, **values: object) -> None:
    """What somebody does who owns the database, and so may drop its rules."""
    with writing(store.engine) as connection:
        if store.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER IF EXISTS entries_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS entries_no_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement), values)


def test_an_empty_journal_has_empty_books(store):
    found = start(store)
    assert (found.head.count, found.replayed, found.books.lots) == (0, 0, {})


def test_without_saved_books_every_entry_is_booked(store, lease):
    store.append(ENTRIES, lease)
    found = start(store)
    assert (found.saved_at, found.replayed, found.refused) == (0, 300, ())
    assert (found.books, ()) == replay(ENTRIES)
    assert found.head == store.head("smith")


def test_saved_books_and_what_came_since_are_the_books_of_a_full_replay(store, lease):
    saved(store, lease, ENTRIES[:200])
    store.append(ENTRIES[200:], lease)
    found = start(store)
    assert (found.saved_at, found.replayed, found.note) == (200, 101, "")
    assert found.books == replay(store.entries("smith"))[0]
    assert verify(tuple(store.lines("smith")), store.head("smith")) == ()


def test_books_are_saved_again_over_the_old_ones(store, lease):
    saved(store, lease, ENTRIES[:100])
    saved(store, lease, ENTRIES[100:])
    found = start(store)
    assert (found.saved_at, found.replayed) == (301, 1)
    assert found.books == replay(store.entries("smith"))[0]


def test_nothing_new_is_not_saved_again(store, lease):
    assert not save_books(store, "smith", start(store), lease)


def test_books_that_others_added_to_since_are_not_saved(store, lease):
    store.append(ENTRIES[:10], lease)
    found = start(store)
    store.append(ENTRIES[10:20], lease)
    assert not save_books(store, "smith", found, lease)
    assert start(store).saved_at == 0


def test_who_was_overtaken_saves_nothing(store, lease):
    store.append(ENTRIES[:10], lease)
    found = start(store)
    store.lease("smith", "service-2", AT + timedelta(days=2), 60)
    with pytest.raises(LeaseLost):
        save_books(store, "smith", found, lease)


def test_a_refused_entry_shows_at_every_start(store, lease):
    refused = entry("unbalanced")
    refused = Entry(refused.id, refused.kind, refused.on, refused.postings[:1])
    store.append([*ENTRIES[:10], refused], lease)
    found = start(store)
    assert [error.subject for error in found.refused] == ["entry 'unbalanced'"]
    assert not save_books(store, "smith", found, lease)


def test_the_base_currency_is_the_one_that_the_journal_was_opened_with(store, lease):
    opened = decision("journal opened", ENTRIES[0].on, {"base_currency": "CHF"})
    saved(store, lease, [opened, entry("e1")])
    assert start(store).books.base_currency == "CHF"
    assert start(store).saved_at == 2


def test_saved_books_that_were_altered_do_not_count(store, lease):
    saved(store, lease, ENTRIES[:100])
    alter(store, "UPDATE books SET data = replace(data, 'joint', 'thief')")
    found = start(store)
    assert (found.saved_at, found.replayed) == (0, 101)
    assert "no entry of the journal vouches for the saved books" in found.note
    assert found.books == replay(store.entries("smith"))[0]


def test_saved_books_of_another_moment_do_not_count(store, lease):
    saved(store, lease, ENTRIES[:100])
    alter(store, "UPDATE books SET count = 99")
    assert "every entry was replayed" in start(store).note


def test_saved_books_of_other_rules_do_not_count(store, lease, monkeypatch):
    saved(store, lease, ENTRIES[:100])
    monkeypatch.setattr(books_json, "RULES", 2)
    found = start(store)
    assert (found.saved_at, found.replayed) == (0, 101)
    assert found.note.startswith("saved books: they were made by rules 1; every entry was")


ALTERED = [
    # (what somebody did to the rows, the entry at which it shows)
    ("UPDATE entries SET data = replace(data, 'joint', 'thief') WHERE sequence = 50", "entry 50"),
    ("UPDATE entries SET id = 'other' WHERE sequence = 50", "entry 50"),
    ("UPDATE entries SET hash = (SELECT hash FROM chains) WHERE sequence = 50", "entry 50"),
    ("DELETE FROM entries WHERE sequence = 50", "entry 50"),
    ("UPDATE entries SET sequence = 1000 WHERE sequence = 50", "entry 50"),
    ("DELETE FROM entries WHERE sequence > 101", "101 are there, its recorded end says 111"),
    ("DELETE FROM entries WHERE sequence > 0", "0 are there, its recorded end says 111"),
    ("DELETE FROM chains", "111 are there, its recorded end says 0"),
]


@pytest.mark.parametrize(("statement", "place"), ALTERED)
def test_nothing_starts_on_a_chain_that_was_altered(store, lease, statement, place):
    saved(store, lease, ENTRIES[:100])
    store.append(ENTRIES[100:110], lease)
    alter(store, statement)
    with pytest.raises(InputError, match=place):
        start(store)


@pytest.mark.parametrize("rows_at_once", [1, 7, 100, 101])
def test_it_is_the_same_however_many_rows_are_fetched_together(
    store, lease, monkeypatch, rows_at_once
):
    monkeypatch.setattr(_chains, "ROWS_AT_ONCE", rows_at_once)
    saved(store, lease, ENTRIES[:100])
    store.append(ENTRIES[100:200], lease)
    found = start(store)
    assert (found.saved_at, found.replayed, found.head) == (100, 101, store.head("smith"))
    assert found.books == replay(store.entries("smith"))[0]
    alter(store, "UPDATE entries SET data = replace(data, 'joint', 'thief') WHERE sequence = 150")
    with pytest.raises(InputError, match="entry 150"):
        start(store)


def test_saved_books_forged_with_their_entry_break_the_chain(store, lease):
    """Who replaces books and the entry that vouches for them must seal that entry anew."""
    saved(store, lease, ENTRIES[:100])
    store.append(ENTRIES[100:110], lease)
    forged = json.dumps({"forged": True})
    alter(store, "UPDATE books SET data = :data", data=forged)
    (told,) = sealed_texts([forged])
    alter(store, "UPDATE entries SET hash = :hash WHERE sequence = 101", hash=bytes.fromhex(told))
    with pytest.raises(InputError, match="entry 101"):
        start(store)
