"""The board's rows in a database: filtered, searched, sorted, paged and counted there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from trimtab.model.web_board import ANYBODY, NOT_THEM, BoardFlag, Summary
from trimtab.stores.sql._web_board import Board, BoardSort
from trimtab.stores.sql.web_store import open_web_store

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
OUT, BROKEN, WAITING = BoardFlag.OUT_OF_BAND, BoardFlag.BROKEN, BoardFlag.WAITING

ROWS = (
    Summary("adams", "Adams", AT, Decimal(300), "USD", 0.05, 0.03, "stocks", 0.10,
            flags=frozenset({OUT, WAITING}), waits=frozenset({"ann", "ben"})),
    Summary("baker", "Baker & 100%", AT, Decimal(100), "EUR", -0.08, 0.05, "bonds", 0.02,
            flags=frozenset({OUT})),
    Summary("clark", "Clark", AT, Decimal(200), "USD", 0.01, 0.03, "stocks", 0.30,
            flags=frozenset({WAITING}), waits=frozenset({ANYBODY, f"{NOT_THEM}ann"})),
    Summary("davis", "Davis", AT, words="it cannot be read", flags=frozenset({BROKEN})),
)  # fmt: skip


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    store = open_web_store(tmp_path / "web.db")
    store.board.put(ROWS)
    yield store.board
    store.close()


def test_a_row_comes_back_as_it_was_put_and_a_later_one_takes_its_place(board: Board) -> None:
    assert tuple(board.of(one.household) for one in ROWS) == ROWS
    board.put([Summary("adams", "Adams", AT)])
    assert board.of("adams") == Summary("adams", "Adams", AT)
    assert board.count() == 4


@pytest.mark.parametrize(
    ("sort", "descending", "order"),
    [
        (BoardSort.NAME, False, "abcd"),
        (BoardSort.VALUE, True, "acbd"),
        (BoardSort.DRIFT, True, "bacd"),
        (BoardSort.CASH, True, "cabd"),
    ],
)
def test_rows_are_sorted_as_asked(
    board: Board, sort: BoardSort, descending: bool, order: str
) -> None:
    found = board.page(10, sort=sort, descending=descending)
    assert "".join(one.household[0] for one in found) == order


@pytest.mark.parametrize(
    ("flags", "words", "among", "person", "found"),
    [
        ((OUT,), "", None, "", "ab"),
        ((OUT, WAITING), "", None, "", "a"),
        ((), "100%", None, "", "b"),
        ((), "_", None, "", ""),
        ((), "", frozenset({"clark", "davis"}), "", "cd"),
        ((), "", frozenset[str](), "", ""),
        ((WAITING,), "", None, "", "ac"),
        ((WAITING,), "", None, "ann", "a"),
        ((WAITING,), "", None, "ben", "ac"),
        ((WAITING,), "", None, "cas", "c"),
        ((WAITING,), "", None, "be", "c"),
    ],
)
def test_rows_are_filtered_as_asked(
    board: Board,
    flags: tuple[BoardFlag, ...],
    words: str,
    among: frozenset[str] | None,
    person: str,
    found: str,
) -> None:
    rows = board.page(10, flags=flags, words=words, among=among, person=person)
    assert "".join(one.household[0] for one in rows) == found
    assert board.count(flags=flags, words=words, among=among, person=person) == len(found)


def test_tiles_count_what_a_person_may_see_and_what_waits_for_them(board: Board) -> None:
    assert board.counts()[WAITING] == 2
    assert board.counts(person="ann")[WAITING] == 1
    seen = board.counts(frozenset({"baker", "davis"}))
    assert {flag for flag, count in seen.items() if count} == {OUT, BROKEN}


def test_households_that_are_no_more_leave_the_board(board: Board) -> None:
    board.remove(["adams", "clark", "nobody"])
    assert [one.household for one in board.page(10)] == ["baker", "davis"]
