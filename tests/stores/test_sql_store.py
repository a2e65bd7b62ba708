"""The store in a database: what processes, crashes, disks and other versions do to it."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.stores.live_parts import ASKED, AT, FILL, HALT, ORDER, SENT, YES, answer, entry, order
from trimtab.books.chain import verify
from trimtab.model.errors import InputError, LeaseLost
from trimtab.model.live import Lease
from trimtab.stores.sql import _trouble, schema
from trimtab.stores.sql import engine as engines
from trimtab.stores.sql.engine import engine_of, reading, url_of, writing
from trimtab.stores.sql.store import SqlStore, open_store

DAY = 86400.0


def leased(store: SqlStore, household: str = "smith", holder: str = "service-1") -> Lease:
    lease = store.lease(household, holder, AT, DAY)
    assert lease is not None
    return lease


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live.db"


@pytest.fixture
def store(path: Path) -> SqlStore:
    return open_store(path)


def fill_everything(store: SqlStore) -> None:
    """A row in every table that is only added to."""
    lease = leased(store)
    store.put_answer(answer(1), lease)
    store.put_orders([ORDER], lease)
    store.put_records([SENT, FILL], lease)
    store.append([entry("e1"), entry("e2")], lease)
    store.put_request(ASKED, lease)
    store.put_approval(YES)
    store.put_halt(HALT)


# What is written stays


def test_another_process_finds_everything_again(path, store):
    fill_everything(store)
    store.close()
    again = open_store(path)
    assert again.answers("c-1") == (answer(1),)
    assert again.orders("smith") == (ORDER,)
    assert again.records(ORDER.id) == (SENT, FILL)
    assert list(again.entries("smith")) == [entry("e1"), entry("e2")]
    assert again.requests() == (ASKED,)
    assert again.approvals("r-1") == (YES,)
    assert again.halts() == (HALT,)
    assert again.holder("smith").fence == 1


ADDED_ONLY = ["answers", "order_records", "entries", "requests", "request_states", "approvals"]


@pytest.mark.parametrize("table", ADDED_ONLY)
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_database_itself_refuses_to_change_what_happened(
    table, act, database, tmp_path, request
):
    is_sqlite = database == "sqlite"
    url = tmp_path / "live.db" if is_sqlite else request.getfixturevalue("postgres_url")
    store = open_store(url)
    fill_everything(store)
    column = {"entries": "data", "approvals": "note"}.get(table, "household")
    column = {"order_records": "data", "request_states": "reason"}.get(table, column)
    change = text(act.format(table, column, column))
    refused = pytest.raises(DBAPIError, match=f"{table} are only ever added")
    with refused, writing(store.engine) as connection:
        connection.execute(change)
    store.close()


def test_who_lifted_a_halt_and_what_became_of_a_question_stay_on_record(store):
    fill_everything(store)
    store.lift_halt("*", "bob", AT + timedelta(hours=1))
    store.put_request(replace(ASKED, reason="waits for bob"), None)
    with reading(store.engine) as connection:
        assert connection.execute(text("SELECT subject, lifted_by FROM halts")).all() == [
            ("*", "bob")
        ]
        states = connection.execute(text("SELECT place, reason FROM request_states"))
        assert states.all() == [(1, ""), (2, "waits for bob")]


def test_an_amount_that_no_column_holds_is_refused_before_anything_is_sent(store):
    lease = leased(store)
    odd = replace(order("odd"), quantity=Decimal("0.0000000001"))
    with pytest.raises(InputError, match=r"1E-10 cannot be stored; .* at most 9 decimals"):
        store.put_orders([ORDER, odd], lease)
    assert store.orders("smith") == ()


# Several processes


def _append_many(url: str, holder: str, turns: int) -> None:
    """Take the household again and again, and add an entry each time, as two services would."""
    store, now, done = open_store(url), AT, 0
    while done < turns:
        lease = store.lease("smith", holder, now, 0.001)
        now += timedelta(seconds=1)
        if lease is None:
            continue
        try:
            store.append([entry(f"{holder} {done}")], lease)
        except LeaseLost:
            continue
        done += 1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_processes_that_take_turns_keep_one_whole_chain(database, tmp_path, request):
    url = str(tmp_path / "live.db")
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    context = multiprocessing.get_context("spawn")
    names = ("service-1", "service-2", "service-3")
    workers = [context.Process(target=_append_many, args=(url, name, 20)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    store = open_store(url)
    assert sorted(one.id for one in store.entries("smith")) == sorted(
        f"{name} {number}" for name in names for number in range(20)
    )
    assert verify(tuple(store.lines("smith")), store.head("smith")) == ()
    store.close()


def _append_until_killed(path: str) -> None:
    store = open_store(path)
    lease = leased(store, holder=str(os.getpid()))
    start = store.head("smith").count
    for number in range(start, 10**9, 3):
        store.append([entry(f"e{number + part}") for part in range(3)], lease)


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_batches_and_a_whole_chain(path):
    context = multiprocessing.get_context("spawn")
    count = 0
    for turn in range(3):
        store = open_store(path)
        held = store.holder("smith")
        if held is not None:
            store.release(held)
        worker = context.Process(target=_append_until_killed, args=(str(path),))
        worker.start()
        while store.head("smith").count < count + 30:
            worker.join(0.05)
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        count = store.head("smith").count
        assert count % 3 == 0, f"turn {turn}"
        assert [one.id for one in store.entries("smith")] == [f"e{n}" for n in range(count)]
        assert verify(tuple(store.lines("smith")), store.head("smith")) == ()
        store.close()


def test_threads_share_a_store(store):
    def work(household: str) -> None:
        lease = leased(store, household)
        for number in range(10):
            store.append([entry(f"e{number}")], lease)

    names = [f"household {number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(work, names))
    for name in names:
        assert [one.id for one in store.entries(name)] == [f"e{number}" for number in range(10)]


# A database that cannot


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.1)


def test_a_locked_database_is_named_and_nothing_is_written(impatient, path):
    store = open_store(path)
    lease = leased(store)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(InputError, match=r"live\.db: another process has been writing for 10 sec"):
        store.append([entry("e1")], lease)
    other.execute("ROLLBACK")
    assert list(store.entries("smith")) == []
    store.append([entry("e1")], lease)


def test_readers_never_wait_for_a_writer(impatient, path):
    store = open_store(path)
    store.append([entry("e1")], leased(store))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert list(store.entries("smith")) == [entry("e1")]


def test_a_full_disk_is_named_and_nothing_is_left_half_written(path, store):
    lease = leased(store)
    store.append([entry("e1")], lease)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    before = store.head("smith")
    full = [entry(f"e{number} {'x' * 500}") for number in range(2, 200)]
    with pytest.raises(InputError, match=r"no space left for it; nothing of this was written"):
        store.append(full, lease)
    with pytest.raises(InputError, match="Free some space"):
        store.put_orders([order(f"o{number}") for number in range(1000)], lease)
    assert store.head("smith") == before
    assert list(store.entries("smith")) == [entry("e1")]
    assert store.orders("smith") == ()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.append(full, lease)
    assert store.head("smith").count == 199
    assert verify(tuple(store.lines("smith")), store.head("smith")) == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("this user may not mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_keeps_every_acknowledged_entry(small_disk):
    store, acknowledged = open_store(small_disk / "live.db"), 0

    def fill() -> None:
        nonlocal acknowledged
        lease = leased(store)
        for first in range(0, 10_000, 20):
            store.append([entry(f"e{first + part} {'x' * 300}") for part in range(20)], lease)
            acknowledged += 20

    with pytest.raises(InputError, match="no space left for it"):
        fill()
    store.close()
    again = open_store(small_disk / "live.db")
    assert again.head("smith").count == acknowledged > 0
    assert verify(tuple(again.lines("smith")), again.head("smith")) == ()
    again.close()
    with pytest.raises(InputError, match="no space left for it"):
        open_store(small_disk / "another.db")


BAD_URLS = [
    # (what was given, what the refusal says)
    ("mysql://host/live", "'mysql' is no database that it can be kept in"),
    ("sqlite://", "a database in memory would forget"),
    ("sqlite:///:memory:", "a database in memory would forget"),
    ("sqlite+aiosqlite:///live.db", "is no database that it can be kept in"),
    ("://", "its URL cannot be read"),
]


@pytest.mark.parametrize(("url", "refusal"), BAD_URLS)
def test_a_url_of_no_store_is_refused(url, refusal):
    with pytest.raises(InputError, match=refusal):
        open_store(url)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none/live\.db: it cannot be opened"):
        open_store(tmp_path / "none" / "live.db")


def test_a_file_that_is_no_database_is_left_as_it_is(path):
    path.write_text("these are my notes " * 100)
    with pytest.raises(InputError, match="it is no SQLite database; it is left as it is"):
        open_store(path)
    assert path.read_text().startswith("these are my notes")


def test_a_database_of_something_else_is_left_as_it_is(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(InputError, match=r"it holds tables of something else \(recipes\)"):
        open_store(path)


def test_a_server_that_does_not_answer_is_named_without_the_password():
    pytest.importorskip("psycopg")
    with pytest.raises(InputError, match="the server cannot be reached") as refused:
        open_store("postgresql://me:secret@127.0.0.1:1/live")
    assert "secret" not in str(refused.value)
    assert "me:***@127.0.0.1:1/live" in str(refused.value)


def test_a_database_that_the_server_has_not_is_named(postgres_server):
    with pytest.raises(InputError, match="the server has no database of this name"):
        open_store(f"{postgres_server}/nowhere")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_text_that_no_database_stores_is_refused_whole(database, tmp_path, request):
    is_sqlite = database == "sqlite"
    url = tmp_path / "live.db" if is_sqlite else request.getfixturevalue("postgres_url")
    store = open_store(url)
    with pytest.raises(InputError, match="a text holds a character that it cannot store"):
        store.append([entry("e1"), entry("e\ud800")], leased(store))
    assert list(store.entries("smith")) == []
    store.close()


# Forms


def put_form(path: Path, form: str) -> None:
    other = sqlite3.connect(path)
    other.execute("UPDATE alembic_version SET version_num = ?", (form,))
    other.commit()
    other.close()


def test_a_newer_database_is_not_touched(path, store):
    store.close()
    put_form(path, "r9999")
    with pytest.raises(InputError, match=r"newer Trimtab made it, in form r9999.*[Uu]pdate"):
        open_store(path)
    with pytest.raises(InputError, match="newer Trimtab"):
        schema.upgrade(engine_of(url_of(path)))


def test_an_older_database_waits_for_somebody_to_upgrade_it(path, store, monkeypatch):
    fill_everything(store)
    store.close()
    monkeypatch.setattr(schema, "FORM", "r9999")
    monkeypatch.setattr(schema, "FORMS", (*schema.FORMS, "r9999"))
    with pytest.raises(InputError, match=r"older Trimtab made it.*`trimtab journal upgrade [^`]+`"):
        open_store(path)


def test_upgrading_what_is_up_to_date_changes_nothing(path, store):
    fill_everything(store)
    assert schema.upgrade(store.engine) == (schema.FORM, schema.FORM)
    assert store.orders("smith") == (ORDER,)


def _open(url: str) -> None:
    open_store(url).close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_services_that_start_on_an_empty_database_both_find_it_made(
    database, tmp_path, request
):
    url = str(tmp_path / "live.db")
    if database == "postgresql":
        url = request.getfixturevalue("empty_postgres_url")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open, args=(url,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]


def test_every_code_of_trouble_names_what_to_do():
    for words in (*_trouble._SQLITE.values(), *_trouble._POSTGRES.values()):
        fact, _, remedy = words
        assert fact
        assert remedy


def test_a_connection_that_the_server_ended_between_two_writes_is_made_anew(postgres_url):
    import psycopg

    store = open_store(postgres_url)
    lease = leased(store)
    store.append([entry("e1")], lease)
    with store.engine.connect() as held:
        (own,) = held.exec_driver_sql("SELECT pg_backend_pid()").one()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (own,))
    store.append([entry("e1"), entry("e2")], lease)
    assert [one.id for one in store.entries("smith")] == ["e1", "e2"]
    store.close()


def test_a_row_that_another_server_process_holds_is_waited_for_and_named(postgres_url, monkeypatch):
    monkeypatch.setattr(engines, "_POSTGRES_OPTIONS", "-c lock_timeout=100ms")
    store = open_store(postgres_url)
    lease = leased(store)
    with writing(store.engine) as other:
        other.execute(text("SELECT * FROM leases FOR UPDATE"))
        with pytest.raises(InputError, match="another process has been writing for 10 seconds"):
            store.append([entry("e1")], lease)
    store.append([entry("e1")], lease)
    store.close()
