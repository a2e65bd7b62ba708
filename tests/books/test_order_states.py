"""An order's state is what its records add up to, in whatever order and however often they come."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.order_states import TRANSITIONS, fold
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.orders import (
    Absent,
    Ack,
    AckVerdict,
    Denied,
    Fill,
    Order,
    OrderRecord,
    OrderReport,
    OrderState,
    Sent,
)
from trimtab.model.snapshots import Side

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ORDER = Order("tt-1", "c-1", "ira", "VTI", Side.BUY, Decimal(10))


def sent(attempt: int = 1) -> Sent:
    return Sent("tt-1", AT, attempt)


def ack(verdict: AckVerdict) -> Ack:
    return Ack(verdict, "tt-1", AT)


def report(state: OrderState, filled: int = 0) -> OrderReport:
    return OrderReport("tt-1", "b-1", state, AT, Decimal(10), Decimal(filled))


def fill(name: str, quantity: int, busts: str = "") -> Fill:
    price = Decimal(100)
    return Fill(name, "tt-1", "b-1", "VTI", Side.BUY, Decimal(quantity), price, AT, busts=busts)


def absent() -> Absent:
    return Absent("tt-1", AT)


S, V = OrderState, AckVerdict
STORIES: list[tuple[str, list[OrderRecord], OrderState, int]] = [
    ("nothing happened", [], S.PLANNED, 0),
    ("our own check refused it", [Denied("tt-1", AT, "stale price")], S.DENIED, 0),
    ("sent, and not a word", [sent()], S.UNKNOWN, 0),
    ("a time-out proves nothing", [sent(), ack(V.UNKNOWN)], S.UNKNOWN, 0),
    ("a duplicate is no rejection", [sent(), ack(V.DUPLICATE)], S.UNKNOWN, 0),
    ("a question leaves it open", [sent(), ack(V.QUESTION)], S.UNKNOWN, 0),
    ("too fast: it never arrived", [sent(), ack(V.THROTTLED)], S.PLANNED, 0),
    ("proven absent, it may go again", [sent(), ack(V.UNKNOWN), absent()], S.PLANNED, 0),
    ("absence was overtaken", [sent(), absent(), report(S.WORKING)], S.WORKING, 0),
    ("taken", [sent(), ack(V.ACCEPTED)], S.WORKING, 0),
    ("refused", [sent(), ack(V.REJECTED)], S.REJECTED, 0),
    ("some of it", [sent(), ack(V.ACCEPTED), fill("e1", 4)], S.PARTIAL, 4),
    ("told twice, counted once", [sent(), fill("e1", 4), fill("e1", 4)], S.PARTIAL, 4),
    ("all of it", [sent(), ack(V.ACCEPTED), fill("e1", 4), fill("e2", 6)], S.FILLED, 10),
    ("a fill before its acknowledgement", [sent(), fill("e1", 10), ack(V.ACCEPTED)], S.FILLED, 10),
    ("a late fill beats a cancel", [sent(), report(S.CANCELED), fill("e1", 10)], S.FILLED, 10),
    ("a late part of a cancel counts", [sent(), report(S.CANCELED), fill("e1", 4)], S.CANCELED, 4),
    ("old news changes nothing", [sent(), report(S.CANCELED), report(S.WORKING)], S.CANCELED, 0),
    ("a bust subtracts", [sent(), fill("e1", 10), fill("e2", 0, busts="e1")], S.UNKNOWN, 0),
    (
        "a correction counts in its place",
        [sent(), ack(V.ACCEPTED), fill("e1", 10), fill("e2", 7, busts="e1")],
        S.PARTIAL,
        7,
    ),
    (
        "busted after its end, and the broker calls it filled all the same",
        [sent(), fill("e1", 10), report(S.FILLED, 10), fill("e2", 0, "e1"), report(S.FILLED, 10)],
        S.FILLED,
        0,
    ),
    ("filled is the word, the fills are missing", [sent(), report(S.FILLED, 10)], S.WORKING, 0),
]


@pytest.mark.parametrize(
    ("records", "state", "filled"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_a_story_ends_in_its_state(records, state, filled):
    ticket = fold(ORDER, records)
    assert (ticket.state, ticket.filled) == (state, filled)


BY_AMOUNT = Order("tt-1", "c-1", "ira", "VTI", Side.BUY, notional=Decimal(1000))
STORIES_BY_AMOUNT: list[tuple[str, list[OrderRecord], OrderState, Decimal | None]] = [
    ("taken", [sent(), ack(V.ACCEPTED)], S.WORKING, None),
    ("nobody knows what is left", [sent(), fill("e1", 4)], S.PARTIAL, None),
    ("filled is the word", [sent(), fill("e1", 4), report(S.FILLED, 4)], S.FILLED, Decimal(0)),
    ("the word comes first", [sent(), report(S.FILLED, 4), fill("e1", 4)], S.FILLED, Decimal(0)),
    ("half is missing", [sent(), report(S.FILLED, 4), fill("e1", 2)], S.PARTIAL, None),
    ("a word without units", [sent(), ack(V.ACCEPTED), report(S.FILLED, 0)], S.WORKING, None),
    (
        "taken back: the broker is asked anew",
        [sent(), ack(V.ACCEPTED), fill("e1", 4), report(S.FILLED, 4), fill("e2", 0, "e1")],
        S.WORKING,
        None,
    ),
    (
        "a correction, and the broker's new word",
        [sent(), fill("e1", 4), report(S.FILLED, 4), fill("e2", 3, "e1"), report(S.FILLED, 3)],
        S.FILLED,
        Decimal(0),
    ),
    ("canceled in part", [sent(), fill("e1", 2), report(S.CANCELED, 2)], S.CANCELED, Decimal(0)),
]


@pytest.mark.parametrize(
    ("records", "state", "left"),
    [s[1:] for s in STORIES_BY_AMOUNT],
    ids=[s[0] for s in STORIES_BY_AMOUNT],
)
def test_an_order_by_amount_is_filled_when_its_executions_come_to_what_the_broker_calls_filled(
    records, state, left
):
    ticket = fold(BY_AMOUNT, records)
    assert (ticket.state, ticket.left) == (state, left)


def test_fills_that_the_broker_counts_and_nobody_heard_of_are_missing():
    ticket = fold(ORDER, [sent(), fill("e1", 4), report(OrderState.PARTIAL, 7)])
    assert (ticket.filled, ticket.missing, ticket.left) == (4, 3, 6)
    busted = fold(
        ORDER, [sent(), fill("e1", 7), report(OrderState.PARTIAL, 7), fill("e2", 0, "e1")]
    )
    assert (busted.filled, busted.missing) == (0, 0)


def test_a_record_of_another_order_is_refused():
    with pytest.raises(InvariantError, match="is not of tt-1"):
        fold(ORDER, [Sent("tt-2", AT, 1)])


def test_what_is_closed_opens_no_more():
    for (before, _), after in TRANSITIONS.items():
        assert not (before.is_closed and not after.is_closed)


@given(st.lists(st.sampled_from(["e1", "e2", "e3"]), max_size=12), st.randoms())
def test_fills_add_up_the_same_in_any_order_and_number(names, chance):
    quantities = {"e1": 2, "e2": 3, "e3": 5}
    records: list[OrderRecord] = [fill(name, quantities[name]) for name in names]
    shuffled = [*records]
    chance.shuffle(shuffled)
    one, other = fold(ORDER, [sent(), *records]), fold(ORDER, [sent(), *shuffled])
    assert one.filled == other.filled == sum(quantities[name] for name in set(names))
    assert one.state is other.state


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": "x" * 33}, "no broker takes its id"),
        ({"id": "a b"}, "no broker takes its id"),
        ({"quantity": None}, "both quantity and notional, or neither"),
        ({"notional": Decimal(5)}, "both quantity and notional, or neither"),
        ({"quantity": Decimal(-1)}, "above zero"),
        ({"limit": Decimal("NaN")}, "above zero"),
    ],
)
def test_an_order_that_no_broker_could_take_is_refused(changes, complaint):
    usual = {"id": "tt-1", "quantity": Decimal(10)}
    rest = ("c-1", "ira", "VTI", Side.BUY)
    made = usual | changes
    with pytest.raises(InputError, match=complaint):
        Order(made["id"], *rest, made["quantity"], made.get("notional"), made.get("limit"))
