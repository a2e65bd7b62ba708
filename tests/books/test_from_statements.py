"""Whatever files come, in whatever order: what is held is the truth, or a break says it is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books.broker_histories import ACCOUNTS, History, histories
from tests.books.statement_parts import booked, breaks, held, journal, lists, lots, rows
from trimtab.books.ledger import replay
from trimtab.model.entries import EntryKind, balance_of
from trimtab.model.statements import Statement

JUNE = "2024-06-28"


def with_rows(files: list[Statement]) -> list[Statement]:
    return [one for one in files if one.rows]


def final_lists(history: History) -> list[Statement]:
    last = history.days[-1]
    files = [history.positions_of(one, last) for one in ACCOUNTS]
    return with_rows(files + [history.lots_of(one, last) for one in ACCOUNTS])


@st.composite
def windows(draw: st.DrawFn, days: list[date]) -> tuple[date, date]:
    first = draw(st.integers(0, len(days) - 1))
    return days[first], days[draw(st.integers(first, len(days) - 1))]


@given(histories())
def test_the_whole_history_alone_gives_the_lots_and_the_cash(history: History) -> None:
    done = booked(*with_rows([history.rows_of(history.days[0], history.days[-1])]))
    assert held(done) == history.held()
    assert breaks(done) == []


@given(histories(), st.data())
def test_lists_of_the_last_day_count_whatever_older_rows_come_with_them(
    history: History, data: st.DataObject
) -> None:
    spans = data.draw(st.lists(windows(history.days), max_size=3))
    files = final_lists(history) + with_rows([history.rows_of(*span) for span in spans])
    done = booked(*data.draw(st.permutations(files)))
    assert held(done) == history.held()
    assert breaks(done) == []


@given(histories(), st.data())
def test_rows_lead_from_an_opening_to_the_last_day_also_where_files_overlap(
    history: History, data: st.DataObject
) -> None:
    days = history.days
    at = data.draw(st.integers(0, len(days) - 1))
    opening = [history.positions_of(one, days[at]) for one in ACCOUNTS]
    imports = [opening + [history.lots_of(one, days[at]) for one in ACCOUNTS]]
    while at < len(days) - 1:
        first, last = data.draw(st.integers(0, at)), data.draw(st.integers(at + 1, len(days) - 1))
        imports.append([history.rows_of(days[first], days[last])])
        at = last
    _, done = journal(*map(with_rows, imports), final_lists(history))
    assert held(done) == history.held()
    assert breaks(done) == []


@given(histories(), st.data())
def test_what_is_held_is_the_truth_or_a_break_says_that_it_is_not(
    history: History, data: st.DataObject
) -> None:
    days = st.lists(st.sampled_from(history.days), max_size=2, unique=True)
    files = [history.positions_of(one, day) for one in ACCOUNTS for day in data.draw(days)]
    files += [history.lots_of(one, day) for one in ACCOUNTS for day in data.draw(days)]
    files += [history.rows_of(*span) for span in data.draw(st.lists(windows(history.days)))]
    imports = [[one] for one in data.draw(st.permutations(with_rows(files)))]
    last = history.days[-1]
    lists_of_the_end = [history.positions_of(one, last) for one in ACCOUNTS]
    past, done = journal(*imports, lists_of_the_end)
    told = {(one.account, one.instrument) for one in done.breaks}
    for (account, name), bought in history.lots[last].items():
        ours = sum(lot.quantity for lot in done.ledger.lots_of(name, account))
        assert ours == sum(units for units, _, _ in bought) or (account, name) in told
    for account in ACCOUNTS:
        ours = done.ledger.cash.get((account, "USD"), 0)
        assert ours == history.cash[last].get(account, 0) or (account, "CASH") in told
    again = booked(*[one for some in imports for one in some], *lists_of_the_end, past=past)
    assert again.entries == []


@given(histories(), st.data())
def test_every_entry_balances_and_the_journal_replays_to_the_books(
    history: History, data: st.DataObject
) -> None:
    span = data.draw(windows(history.days))
    past, done = journal(with_rows([history.rows_of(*span)]), final_lists(history))
    assert not any(balance_of(entry) for entry in past)
    assert len({entry.id for entry in past}) == len(past)
    books, refused = replay(past)
    assert refused == ()
    assert books.lots == done.ledger.lots
    assert books.cash == {place: sum_ for place, sum_ in done.ledger.cash.items() if sum_}


POSITIONS = lists(JUNE, "joint VTI 10 2600.00 2100.00")
LOTS = lots(JUNE, "joint VTI 6 1200.00 2020-01-02", "joint VTI 4 900.00 2021-01-04")


@pytest.mark.parametrize("imports", [[[POSITIONS, LOTS]], [[POSITIONS], [LOTS]]])
def test_lots_that_come_after_the_positions_end_like_both_together(
    imports: list[list[Statement]],
) -> None:
    _, done = journal(*imports)
    assert held(done) == ["joint VTI 4 900 2021-01-04", "joint VTI 6 1200 2020-01-02"]
    assert breaks(done) == []


def test_older_transactions_make_up_a_lot_of_unknown_day() -> None:
    older = rows(
        "2020-01-02 joint buy VTI 6 -1200.00",
        "2021-01-04 joint buy VTI 6 -1350.00",
        "2022-01-04 joint sell VTI -2 500.00",
    )
    past, done = journal([lists(JUNE, "joint VTI 10 2600.00")], [older])
    assert held(done) == ["joint VTI 4 800 2020-01-02", "joint VTI 6 1350 2021-01-04"]
    kinds = [one.kind for one in past if one.postings]
    assert kinds == [EntryKind.OPENING, EntryKind.CORRECTION, EntryKind.OPENING, EntryKind.OPENING]


@pytest.mark.parametrize(
    ("position", "why"),
    [
        ("joint VTI 11 2860.00", "units are missing"),
        ("joint VTI 10 2600.00 1500.00", "they cost more than the broker shows"),
    ],
)
def test_transactions_that_do_not_make_up_the_lot_change_nothing(position: str, why: str) -> None:
    older = rows("2020-01-02 joint buy VTI 10 -2100.00")
    _, done = journal([lists(JUNE, position)], [older])
    assert [row.rsplit(" ", 1)[1] for row in held(done)] == ["-"], why


def test_rows_of_the_day_of_the_lists_are_in_the_lists() -> None:
    _, done = journal([POSITIONS], [rows(f"{JUNE} joint buy VTI 1 -260.00")])
    assert held(done) == ["joint VTI 10 2100 -"]


def test_a_list_older_than_the_opening_says_nothing() -> None:
    _, done = journal([POSITIONS], [lists("2024-05-31", "joint VTI 7 1800.00")])
    assert (held(done), breaks(done)) == (["joint VTI 10 2100 -"], [])


def test_lists_are_held_against_the_books_of_their_own_day() -> None:
    later = rows("2024-08-15 joint buy VTI 5 -1300.00", file="august.csv")
    july = lists("2024-07-31", "joint VTI 10 2650.00")
    _, done = journal([POSITIONS], [later], [july])
    assert breaks(done) == []
    assert held(done)[:2] == ["joint VTI 10 2100 -", "joint VTI 5 1300 2024-08-15"]


def test_an_account_of_transactions_alone_is_booked_from_its_first() -> None:
    done = booked(rows("2024-01-02 joint deposit - - 500.00"))
    (opened,) = (one for one in done.entries if not one.postings)
    assert dict(opened.details) == {"account opened": "joint", "by": "transactions"}


def test_a_list_after_transactions_is_compared_and_opens_nothing() -> None:
    _, done = journal(
        [rows("2024-01-02 joint buy VTI 3 -700.00")],
        [lists(JUNE, "joint VTI 10 2600.00", "joint CASH - 0.00")],
    )
    assert breaks(done) == ["quantity joint VTI: 10 | – | 3", "cash joint CASH: 0.00 | -700.00"]


def test_an_older_list_of_lots_does_not_bring_back_what_was_sold_since() -> None:
    sold = rows("2024-07-05 joint sell VTI -5 1300.00", file="july.csv")
    _, done = journal([POSITIONS], [sold], [LOTS])
    assert held(done) == ["joint VTI 5 1050 -", "joint USD 1300"]
    assert breaks(done) == ["lots joint VTI"]
    assert not done.breaks[0].blocks
