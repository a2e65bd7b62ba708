"""What every live store promises: one suite, run over memory, SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.stores.live_parts import (
    ABSENT,
    ACK,
    ASKED,
    AT,
    DENIED,
    FILL,
    HALT,
    ORDER,
    REPORT,
    SENT,
    YES,
    answer,
    entry,
    order,
)
from trimtab.books.chain import EMPTY, verify
from trimtab.model.errors import InputError, InvariantError, LeaseLost
from trimtab.model.live import ApprovalStatus, ApprovalWord, HaltKind, Lease, OrdersAsked
from trimtab.model.orders import OrderState
from trimtab.ports import LiveStore
from trimtab.stores._memory_live import MemoryStore
from trimtab.stores.sql.store import SqlStore, open_store

SOON = AT + timedelta(seconds=10)
LATER = AT + timedelta(seconds=61)
YEARS = 3650 * 86400.0


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SqlStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = tmp_path / "live.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def lease(store: LiveStore) -> Lease:
    return got(store.lease("smith", "service-1", AT, YEARS))


def got(lease: Lease | None) -> Lease:
    assert lease is not None
    return lease


# Leases


def test_the_first_to_ask_works_the_household_and_the_second_does_not(store):
    first = got(store.lease("smith", "service-1", AT, 60))
    assert first == Lease("smith", "service-1", 1, AT + timedelta(seconds=60))
    assert store.lease("smith", "service-2", SOON, 60) is None
    assert store.holder("smith") == first


def test_another_household_is_free(store):
    store.lease("smith", "service-1", AT, 60)
    assert got(store.lease("jones", "service-2", AT, 60)).fence == 1


def test_its_holder_renews_a_lease_and_keeps_its_fence(store):
    first = got(store.lease("smith", "service-1", AT, 60))
    renewed = got(store.lease("smith", "service-1", SOON, 60))
    assert renewed == replace(first, until=SOON + timedelta(seconds=60))
    store.put_orders([ORDER], first)


def test_a_shorter_renewal_takes_no_time_away(store):
    first = got(store.lease("smith", "service-1", AT, 60))
    assert got(store.lease("smith", "service-1", SOON, 1)).until == first.until


def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_fence(store):
    store.lease("smith", "service-1", AT, 60)
    assert got(store.lease("smith", "service-2", LATER, 60)).fence == 2


def test_a_lease_that_ran_out_comes_back_to_its_own_holder_with_a_higher_fence_too(store):
    store.lease("smith", "service-1", AT, 60)
    assert got(store.lease("smith", "service-1", LATER, 60)).fence == 2


def test_a_released_household_is_free_at_once_and_its_old_lease_writes_no_more(store):
    first = got(store.lease("smith", "service-1", AT, 60))
    store.release(first)
    assert store.holder("smith") is None
    with pytest.raises(LeaseLost, match="nobody works it since; nothing was written"):
        store.append([entry("e1")], first)
    assert got(store.lease("smith", "service-2", SOON, 60)).fence == 2


def test_who_was_overtaken_can_release_nothing(store):
    first = got(store.lease("smith", "service-1", AT, 60))
    second = got(store.lease("smith", "service-2", LATER, 60))
    store.release(first)
    assert store.holder("smith") == second


WRITES = [
    ("an answer", lambda store, lease: store.put_answer(answer(1), lease)),
    ("orders", lambda store, lease: store.put_orders([ORDER], lease)),
    ("records", lambda store, lease: store.put_records([SENT], lease)),
    ("entries", lambda store, lease: store.append([entry("e1")], lease)),
    ("a request", lambda store, lease: store.put_request(ASKED, lease)),
]


@pytest.mark.parametrize(("write"), [w[1] for w in WRITES], ids=[w[0] for w in WRITES])
def test_who_was_overtaken_writes_nothing(store, write):
    first = got(store.lease("smith", "service-1", AT, 60))
    store.put_orders([replace(ORDER, id="earlier")], first)
    store.lease("smith", "service-2", LATER, 60)
    with pytest.raises(LeaseLost, match="service-1 came with fence 1, the last is 2: service-2"):
        write(store, first)
    assert store.answers("c-1") == ()
    assert [one.id for one in store.orders("smith")] == ["earlier"]
    assert list(store.entries("smith")) == []
    assert store.requests() == ()


def test_a_lease_that_was_never_given_writes_nothing(store):
    with pytest.raises(LeaseLost, match="none was ever given"):
        store.append([entry("e1")], Lease("smith", "service-1", 1, AT))


# Answers of a cycle


def test_answers_come_back_by_step_as_they_were(store, lease):
    for step in (2, 1, 10):
        store.put_answer(answer(step), lease)
    assert store.answers("c-1") == (answer(1), answer(2), answer(10))
    assert store.answers("c-2") == ()


def test_the_same_answer_again_changes_nothing(store, lease):
    store.put_answer(answer(1), lease)
    store.put_answer(replace(answer(1), at=SOON), lease)
    assert store.answers("c-1") == (answer(1),)


@pytest.mark.parametrize("other", [{"data": '{"n":2}'}, {"kind": "propose"}])
def test_a_step_that_was_answered_refuses_another_answer(store, lease, other):
    store.put_answer(answer(1), lease)
    with pytest.raises(InvariantError, match="step 1 of cycle c-1 has one answer"):
        store.put_answer(replace(answer(1), **other), lease)
    assert store.answers("c-1") == (answer(1),)


def test_a_cycle_belongs_to_one_household(store, lease):
    store.put_answer(answer(1), lease)
    other = got(store.lease("jones", "service-1", AT, 60))
    with pytest.raises(InvariantError, match="cycle c-1 is of household smith"):
        store.put_answer(answer(2), other)


# Orders and their records


def test_orders_come_back_in_the_order_of_their_intents(store, lease):
    store.put_orders([order("b"), order("a")], lease)
    store.put_orders([order("c"), order("a")], lease)
    assert store.orders("smith") == (order("b"), order("a"), order("c"))
    assert store.orders("jones") == ()


def test_every_field_of_an_order_comes_back(store, lease):
    amounts = {"quantity": None, "notional": Decimal("1000.10"), "limit": Decimal("0.000000001")}
    full = replace(order("full"), **amounts, trade="t-9", part=3)
    store.put_orders([ORDER, full], lease)
    assert store.orders("smith") == (ORDER, full)


def test_an_order_never_changes(store, lease):
    store.put_orders([ORDER], lease)
    changed = replace(ORDER, quantity=Decimal(11))
    with pytest.raises(InvariantError, match=f"order {ORDER.id} is recorded as"):
        store.put_orders([order("new"), changed], lease)
    assert store.orders("smith") == (ORDER,)


def test_an_orders_id_is_no_other_households(store, lease):
    store.put_orders([ORDER], lease)
    other = got(store.lease("jones", "service-1", AT, 60))
    with pytest.raises(InvariantError, match=r"is recorded as .* of smith"):
        store.put_orders([ORDER], other)


def test_records_come_back_in_the_order_in_which_they_were_made(store, lease):
    store.put_orders([ORDER], lease)
    assert store.put_records([SENT, ACK, ABSENT], lease) == 3
    assert store.put_records([REPORT, FILL, DENIED], lease) == 3
    assert store.records(ORDER.id) == (SENT, ACK, ABSENT, REPORT, FILL, DENIED)
    assert store.records("unknown") == ()


def test_a_fill_is_counted_once_by_its_execution(store, lease):
    store.put_orders([ORDER], lease)
    second = replace(FILL, execution_id="x-2")
    assert store.put_records([FILL, FILL], lease) == 1
    again = replace(FILL, at=SOON)  # told again over another way, with another clock
    assert store.put_records([again, second], lease) == 1
    assert store.records(ORDER.id) == (FILL, second)


def test_two_orders_may_have_executions_of_one_name(store, lease):
    store.put_orders([order("a"), order("b")], lease)
    fills = [replace(FILL, order_id="a"), replace(FILL, order_id="b")]
    assert store.put_records(fills, lease) == 2


def test_a_report_that_says_the_same_again_is_kept_again(store, lease):
    store.put_orders([ORDER], lease)
    assert store.put_records([REPORT, REPORT], lease) == 2


def test_a_record_of_an_order_that_nobody_intended_is_refused_with_all_beside_it(store, lease):
    store.put_orders([ORDER], lease)
    with pytest.raises(InvariantError, match="'foreign'"):
        store.put_records([SENT, replace(SENT, order_id="foreign")], lease)
    assert store.records(ORDER.id) == ()


def test_amounts_that_a_broker_tells_are_kept_to_the_last_digit(store, lease):
    store.put_orders([ORDER], lease)
    odd = Decimal("0.333333333333333333333333")
    told = replace(REPORT, average_price=odd), replace(FILL, price=odd, fee=Decimal("-0.00"))
    store.put_records(told, lease)
    assert store.records(ORDER.id) == told
    assert str(store.records(ORDER.id)[1].fee) == "-0.00"


STANDING = [
    # (what was recorded, whether the order still wants looking after)
    ([], True),
    ([SENT], True),
    ([SENT, ACK], True),
    ([SENT, ACK, FILL], True),
    ([SENT, ACK, replace(FILL, quantity=Decimal(10))], False),
    ([DENIED], False),
    ([SENT, replace(REPORT, state=OrderState.CANCELED, filled=Decimal(0))], False),
    ([SENT, replace(REPORT, state=OrderState.CANCELED, filled=Decimal(4))], True),
    ([SENT, replace(REPORT, state=OrderState.CANCELED, filled=Decimal(4)), FILL], False),
]


@pytest.mark.parametrize(("records", "is_open"), STANDING)
def test_open_orders_are_those_that_still_want_looking_after(store, lease, records, is_open):
    store.put_orders([ORDER, order("other")], lease)
    store.put_records(records, lease)
    found = {one.id for one in store.orders("smith", open_only=True)}
    assert found == ({ORDER.id, "other"} if is_open else {"other"})


def test_orders_are_asked_for_by_id_by_cycle_and_from_the_latest_back(store, lease):
    """Whoever works a household for years reads a few of its orders, not all."""
    orders = [replace(order(f"o-{number}"), cycle_id=f"c-{number // 3}") for number in range(9)]
    store.put_orders(orders, lease)
    other = store.lease("jones", "p", AT, 60.0)
    store.put_orders([replace(order("theirs"), cycle_id="c-1")], other)

    def asked(**which):
        return [one.id for one in store.some_orders("smith", OrdersAsked(**which))]

    assert asked(named=("o-7", "o-2", "theirs", "nobody's")) == ["o-2", "o-7"]
    assert asked(cycle="c-1") == ["o-3", "o-4", "o-5"]
    assert asked(cycle="c-9") == []
    assert asked(latest=2) == ["o-7", "o-8"]
    assert asked(latest=3, before="o-7") == ["o-4", "o-5", "o-6"]
    assert asked(latest=5, before="o-2") == ["o-0", "o-1"]
    assert asked(latest=5, before="o-0") == []
    for name in ("o-4", "o-8"):  # whether an order is closed is no matter
        filled = replace(FILL, order_id=name, execution_id=f"x-{name}", quantity=Decimal(10))
        store.put_records([replace(SENT, order_id=name), filled], lease)
    assert len(store.orders("smith", open_only=True)) == 7
    assert asked(latest=2) == ["o-7", "o-8"]
    assert asked(latest=3, before="o-7") == ["o-4", "o-5", "o-6"]


def test_a_bust_opens_a_filled_order_again(store, lease):
    whole = replace(FILL, quantity=Decimal(10))
    store.put_orders([ORDER], lease)
    store.put_records([SENT, ACK, whole], lease)
    assert store.orders("smith", open_only=True) == ()
    bust = replace(whole, execution_id="x-2", quantity=Decimal(0), busts=whole.execution_id)
    store.put_records([bust], lease)
    assert store.orders("smith", open_only=True) == (ORDER,)


# The journal


def test_an_empty_journal_is_whole(store):
    assert list(store.entries("smith")) == []
    assert store.head("smith") == EMPTY
    assert verify(tuple(store.lines("smith")), store.head("smith")) == ()


def test_entries_are_chained_by_household(store, lease):
    other = got(store.lease("jones", "service-1", AT, 60))
    store.append([entry("e1"), entry("e2")], lease)
    store.append([entry("e1")], other)
    store.append([entry("e3")], lease)
    assert [one.id for one in store.entries("smith")] == ["e1", "e2", "e3"]
    assert list(store.entries("jones")) == [entry("e1")]
    for household, count in (("smith", 3), ("jones", 1)):
        assert store.head(household).count == count
        assert verify(tuple(store.lines(household)), store.head(household)) == ()


def test_entries_that_are_there_are_left_out(store, lease):
    store.append([entry("e1"), entry("e1"), entry("e2")], lease)
    store.append([entry("e2"), entry("e3"), entry("e1")], lease)
    store.append([], lease)
    assert [one.id for one in store.entries("smith")] == ["e1", "e2", "e3"]
    assert verify(tuple(store.lines("smith")), store.head("smith")) == ()


def test_an_entry_comes_back_as_it_was(store, lease):
    odd = replace(entry('odd – ’"\\\n\U0001f980'), on=date(1999, 12, 31), details={"a": "ß"})
    store.append([odd], lease)
    assert list(store.entries("smith")) == [odd]


# Questions to people, and halts


def test_questions_come_back_the_oldest_first(store, lease):
    second = replace(ASKED, id="r-2", household="jones")
    store.put_request(ASKED, lease)
    store.put_request(second, None)
    assert store.requests() == (ASKED, second)
    assert store.requests("smith") == (ASKED,)


def test_what_became_of_a_question_is_remembered_in_its_place(store, lease):
    store.put_request(ASKED, lease)
    store.put_request(replace(ASKED, id="r-2"), lease)
    lapsed = replace(ASKED, status=ApprovalStatus.LAPSED, reason="VTI moved 2.1 %")
    store.put_request(lapsed, None)
    assert store.requests() == (lapsed, replace(ASKED, id="r-2"))


@pytest.mark.parametrize("change", [{"bound_to": "x"}, {"seen": "{}"}, {"needed": 1}])
def test_what_was_asked_never_changes(store, lease, change):
    store.put_request(ASKED, lease)
    with pytest.raises(InvariantError, match="request r-1 asks what it asked"):
        store.put_request(replace(ASKED, **change), lease)
    assert store.requests() == (ASKED,)


def test_every_word_of_every_person_is_remembered(store, lease):
    store.put_request(ASKED, lease)
    second = replace(YES, person="bob", word=ApprovalWord.HOLD, note="wait for the report")
    for word in (YES, second, YES):
        store.put_approval(word)
    assert store.approvals("r-1") == (YES, second)
    assert store.approvals("r-2") == ()


def test_a_word_on_a_question_that_was_never_asked_is_refused(store):
    with pytest.raises(InputError, match="'r-1': no such question was asked"):
        store.put_approval(YES)


def test_a_halt_stands_until_it_is_lifted(store):
    store.put_halt(HALT)
    other = replace(HALT, subject="smith")
    store.put_halt(other)
    assert store.halts() == (HALT, other)
    assert store.lift_halt("*", "bob", SOON) is True
    assert store.lift_halt("*", "bob", SOON) is False
    assert store.halts() == (other,)


def test_a_halt_after_a_lifted_one_stands(store):
    store.put_halt(HALT)
    store.lift_halt("*", "bob", SOON)
    store.put_halt(HALT)
    assert store.halts() == (HALT,)


def test_a_weaker_halt_takes_nothing_back(store):
    weaker = replace(HALT, kind=HaltKind.NEW, by="drawdown guard")
    store.put_halt(HALT)
    store.put_halt(weaker)
    store.put_halt(replace(weaker, at=SOON))
    assert store.halts() == (HALT, weaker)
    store.lift_halt("*", "bob", SOON)
    assert store.halts() == ()


def test_times_come_back_to_the_microsecond(store, lease):
    exact = datetime(2026, 3, 2, 15, 0, 0, 123457, tzinfo=UTC)
    store.put_answer(replace(answer(1), at=exact), lease)
    assert store.answers("c-1")[0].at == exact
