"""A paper account on disk: it survives, it is one for all processes, and damage is told."""

import multiprocessing
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.brokers.paper.paper_parts import Market, at, request, tick
from trimtab.brokers.paper.book_file import BookFile
from trimtab.model.errors import InputError
from trimtab.model.orders import AckVerdict, Order
from trimtab.model.snapshots import Side

D = Decimal
ROOT = Path(__file__).resolve().parents[3]
TICKS = [tick(at(4, 9, 30), "100.00", "100.10", "60"), tick(at(4, 12), "101", "101.1", "900")]


def order(name: str) -> Order:
    return Order(name, "c-1", "taxable", "VTI", Side.BUY, D(1))


def lived_in() -> Market:
    """A market whose account has some of everything."""
    market = Market(TICKS, cash="5000", held={"VTI": "50", "BND": "3"})
    market.engine.halt("BND", at(4))
    market.taken(at(4), request("a", "sell", "20"))
    market.taken(at(4), request("b", "buy", "1", limit="90", instrument="BND"))
    market.engine.bust(next(iter(market.book.executions)), at(4, 11))
    market.engine.advance(at(4, 17))
    return market


def test_a_book_comes_back_from_disk_as_it_was(tmp_path: Path):
    market = lived_in()
    BookFile(tmp_path / "paper.db", market.book).close()
    with BookFile(tmp_path / "paper.db").changing() as book:
        assert book == market.book
        assert list(book.open_ids) == list(market.book.open_ids)


def test_a_change_that_fails_half_way_leaves_the_account_as_it_was(tmp_path: Path):
    market = lived_in()
    file = BookFile(tmp_path / "paper.db", market.book)

    def fail_half_way() -> None:
        with file.changing() as book:
            book.cash -= 1
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        fail_half_way()
    with file.changing() as book:
        assert book.cash == lived_in().book.cash


def test_looking_at_an_account_writes_nothing_until_something_happens(tmp_path: Path):
    path = tmp_path / "paper.db"
    market = Market(TICKS)
    market.clock = at(4)
    broker = market.broker(path)
    broker.submit(order("tt-1"))
    watcher = sqlite3.connect(path)
    before = watcher.execute("PRAGMA data_version").fetchone()
    market.clock = at(4, 11)
    assert broker.state().broker_clock == at(4, 11)
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    market.clock = at(4, 12)  # a tick
    broker.state()
    assert watcher.execute("PRAGMA data_version").fetchone() != before
    watcher.close()


def test_two_connections_see_each_others_orders(tmp_path: Path):
    market = Market(TICKS)
    market.clock = at(4)
    first, second = market.broker(tmp_path / "paper.db"), market.broker(tmp_path / "paper.db")
    first.submit(order("tt-1"))
    assert second.find("tt-1") is not None
    assert second.submit(order("tt-1")).verdict is AckVerdict.DUPLICATE
    second.submit(order("tt-2"))
    assert len(first.fills(at(4))) == 2


def _send_many(path: Path, process: int) -> None:
    market = Market(TICKS)
    market.clock = at(4)
    broker = market.broker(path)
    for count in range(20):
        broker.submit(order(f"tt-{process}-{count}"))


def test_processes_that_trade_one_account_at_once_lose_nothing(tmp_path: Path):
    path = tmp_path / "paper.db"
    market = Market(TICKS)
    market.clock = at(4)
    broker = market.broker(path)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_send_many, args=(path, one)) for one in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with broker.desk.now() as (engine, _):
        assert len(engine.book.orders) == 40
        assert engine.book.cash == 100000 - 6 * D("100.10")  # a tenth of the tick's 60


def _trade_until_killed(path: Path, life: int) -> None:
    """Trade for ever: orders, cancels, a clock that goes on, and a word after each call."""
    market = Market(TICKS, cash="5000", held={"VTI": "50", "BND": "3"})
    market.clock = at(4)
    broker = market.broker(path)
    for count in range(100_000):
        market.clock = at(4, 10, count // 60 % 60, count % 60)
        side = Side.SELL if (count // 7) % 2 else Side.BUY
        broker.submit(Order(f"tt-{life}-{count}", "c-1", "taxable", "VTI", side, D("0.01")))
        if count % 5 == 0:
            broker.cancel(f"tt-{life}-{count}")
        print(count, flush=True)


@pytest.mark.slow
def test_an_account_that_is_killed_while_it_trades_is_whole_every_time(tmp_path: Path):
    path = tmp_path / "paper.db"
    market = Market(TICKS, cash="5000", held={"VTI": "50", "BND": "3"})
    BookFile(path, market.new_book()).close()
    seen = 0
    for life in range(5):
        code = (
            "from pathlib import Path; from tests.brokers.paper.test_book_file import "
            f"_trade_until_killed; _trade_until_killed(Path({str(path)!r}), {life})"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        for _ in range(5 + 4 * life):
            process.stdout.readline()
        process.kill()  # in the middle of whatever it does
        said = process.stdout.read().splitlines()
        process.stdout.close()
        process.wait(10)
        with BookFile(path).changing() as book:
            acknowledged = 5 + 4 * life + len(said)
            assert len(book.orders) >= seen + acknowledged
            seen = len(book.orders)
            standing = [one for one in book.executions.values() if not one.busted]
            assert book.cash == 5000 + sum(one.amount for one in standing)
            signed = (
                one.fill.quantity if one.fill.side is Side.BUY else -one.fill.quantity
                for one in standing
            )
            assert book.held("VTI") == 50 + sum(signed)
            assert {one.id for one in book.open_orders} == {
                one.id for one in book.orders.values() if one.status.is_open
            }


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("PRAGMA user_version = 9", "its version is 9"),
        ("UPDATE record SET json = '{' WHERE kind = 'order'", "cannot be read"),
        ("UPDATE record SET json = replace(json, '5000', '5e3')", None),
        ("UPDATE record SET json = replace(json, '\"cash\":', '\"cash2\":')", "its fields"),
        ('UPDATE record SET json = replace(json, \'"at":"2\', \'"at":"x\')', "stands where"),
        ("UPDATE record SET json = replace(json, '\"sell\"', '\"sel\"')", "Side"),
        ("DELETE FROM record WHERE kind = 'account'", "it has no account"),
    ],
)
def test_a_damaged_or_foreign_file_is_told(tmp_path: Path, damage: str, says: str | None):
    path = tmp_path / "paper.db"
    BookFile(path, lived_in().book).close()
    with sqlite3.connect(path) as connection:
        connection.execute(damage)
    connection.close()
    if says is None:
        with BookFile(path).changing() as book:
            assert book.cash == lived_in().book.cash
        return
    with pytest.raises(InputError, match=says), BookFile(path).changing():
        pass


def test_a_file_that_is_no_account_and_one_that_is_missing_are_told(tmp_path: Path):
    (tmp_path / "notes.db").write_text("not a database at all, " * 50)
    with pytest.raises(InputError, match="not a database"):
        BookFile(tmp_path / "notes.db")
    with pytest.raises(InputError, match="no such file"):
        BookFile(tmp_path / "paper.db")
    BookFile(tmp_path / "paper.db", lived_in().book).close()
    with pytest.raises(InputError, match="there is one already"):
        BookFile(tmp_path / "paper.db", lived_in().book)
