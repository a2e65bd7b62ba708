"""What reports mean, by version and dialect, as tables of fields."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.brokers.fake_fix import NOW, FakeExchange
from trimtab.brokers._fix_book import Book
from trimtab.brokers._fix_profiles import DUKASCOPY, FIX42, FIX44, Profile
from trimtab.brokers._fix_reports import Heard, Reading, Totals, read_report
from trimtab.brokers._fix_wire import Malformed, Message
from trimtab.model.brokers import Notice
from trimtab.model.orders import Fill, OrderReport, OrderState, PendingChange
from trimtab.model.snapshots import Side

D = Decimal
BASE = {
    37: "B1", 11: "tt-a", 17: "E1", 39: "0", 150: "0", 55: "VTI", 54: "1", 38: "10", 14: "0",
    6: "0", 60: "20261120-15:00:00.000",
}  # fmt: skip


def heard(profile: Profile, before: Totals | None = None, **changes: str) -> Heard:
    fields = BASE | {int(name.removeprefix("t")): value for name, value in changes.items()}
    message = Message.of("8", [(tag, value) for tag, value in fields.items() if value])
    reading = Reading(profile, str, lambda one: one.get(11))
    return read_report(message, reading, before or Totals())


@pytest.mark.parametrize(
    ("status", "filled", "state", "pending"),
    [
        ("A", "0", OrderState.WORKING, PendingChange.NONE),
        ("0", "0", OrderState.WORKING, PendingChange.NONE),
        ("1", "4", OrderState.PARTIAL, PendingChange.NONE),
        ("2", "10", OrderState.FILLED, PendingChange.NONE),
        ("3", "0", OrderState.WORKING, PendingChange.NONE),
        ("4", "4", OrderState.CANCELED, PendingChange.NONE),
        ("6", "4", OrderState.PARTIAL, PendingChange.CANCEL),
        ("8", "0", OrderState.REJECTED, PendingChange.NONE),
        ("9", "0", OrderState.WORKING, PendingChange.NONE),
        ("C", "0", OrderState.EXPIRED, PendingChange.NONE),
        ("E", "0", OrderState.WORKING, PendingChange.REPLACE),
    ],
)
def test_the_status_of_the_standard_is_one_of_our_states(
    status: str, filled: str, state: OrderState, pending: PendingChange
) -> None:
    report = heard(FIX44, t39=status, t14=filled, t6="100").report
    assert (report.state, report.pending, report.filled) == (state, pending, D(filled))


TRADE = {"t32": "4", "t31": "100.5", "t14": "4", "t6": "100.5", "t39": "1"}


@pytest.mark.parametrize(
    ("profile", "changes", "quantity", "busts"),
    [
        (FIX42, {"t150": "1", "t20": "0", **TRADE}, "4", ""),
        (FIX42, {"t150": "1", "t20": "1", "t19": "E0", **TRADE}, "0", "E0"),
        (FIX42, {"t150": "1", "t20": "2", "t19": "E0", **TRADE}, "4", "E0"),
        (FIX42, {"t150": "1", "t20": "3", **TRADE}, None, ""),
        (FIX44, {"t150": "F", **TRADE}, "4", ""),
        (FIX44, {"t150": "1", **TRADE}, "4", ""),
        (FIX44, {"t150": "H", "t19": "E0", **TRADE}, "0", "E0"),
        (FIX44, {"t150": "G", "t19": "E0", **TRADE}, "4", "E0"),
        (FIX44, {"t150": "I", **TRADE}, None, ""),
        (FIX44, {"t150": "0", **TRADE}, None, ""),
        (FIX44, {"t150": "4", "t39": "4", "t14": "4"}, None, ""),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_an_execution_is_what_the_version_says_is_one(
    profile: Profile, changes: dict[str, str], quantity: str | None, busts: str
) -> None:
    fill = heard(profile, **changes).fill
    if quantity is None:
        assert fill is None
        return
    assert fill is not None
    assert (fill.execution_id, fill.quantity, fill.price) == ("E1", D(quantity), D("100.5"))
    assert (fill.busts, fill.side) == (busts, Side.BUY)


def test_running_totals_become_executions_by_their_differences() -> None:
    first = heard(DUKASCOPY, t150="1", t39="1", t14="4000", t6="1.1").fill
    second = heard(
        DUKASCOPY, Totals(D(4000), D(4400)), t150="2", t39="2", t14="10000", t6="1.13", t17="E2"
    ).fill
    assert first is not None and second is not None
    assert (first.quantity, first.price) == (D(4000), D("1.1"))
    assert (second.quantity, second.price) == (D(6000), D("1.15"))  # 11300 - 4400 over 6000
    again = heard(DUKASCOPY, Totals(D(10000), D(11300)), t150="2", t39="2", t14="10000", t6="1.13")
    assert again.fill is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"t39": "Z"}, "status is 'Z'"),
        ({"t39": ""}, "no field 39"),
        ({"t14": "-1"}, "below zero"),
        ({"t38": "1e3"}, "no plain number"),
        ({"t60": "yesterday"}, "no time"),
        ({"t150": "F", **TRADE, "t32": "-4"}, "above zero"),
        ({"t150": "F", **TRADE, "t31": "0"}, "above zero"),
        ({"t150": "F", **TRADE, "t17": ""}, "no field 17"),
        ({"t150": "F", **TRADE, "t54": "Q"}, "side is 'Q'"),
        ({"t150": "H", **TRADE}, "no field 19"),
    ],
)
def test_a_report_that_cannot_be_understood_is_refused_and_told(
    changes: dict[str, str], complaint: str
) -> None:
    with pytest.raises(Malformed, match=complaint):
        heard(FIX44, **changes)
    fields = BASE | {int(name.removeprefix("t")): value for name, value in changes.items()}
    message = Message.of("8", [(tag, value) for tag, value in fields.items() if value])
    (told,) = Book(FIX44, str, str).heard(message, NOW)
    assert isinstance(told, Notice)
    assert told.code == "unreadable"


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"t150": "I", "t39": "8", "t103": "5"}, True),
        ({"t150": "I", "t39": "8", "t37": "NONE"}, True),
        ({"t150": "I", "t39": "8", "t103": "3"}, False),  # it knows it, and had refused it
        ({"t150": "8", "t39": "8", "t103": "5"}, False),  # no answer to a question: a rejection
        ({"t150": "I", "t39": "4"}, False),
    ],
)
def test_absence_is_proven_only_by_an_answer_that_knows_no_such_order(
    changes: dict[str, str], absent: bool
) -> None:
    assert heard(FIX44, **changes).is_absent is absent


@pytest.mark.parametrize("version", ["FIX.4.2", "FIX.4.4"])
@given(parts=st.lists(st.integers(1, 5), min_size=1, max_size=6), data=st.data())
def test_reports_that_come_twice_and_out_of_order_make_the_same_fills(
    version: str, parts: list[int], data: st.DataObject
) -> None:
    exchange = FakeExchange(version)
    exchange.plan.append("rest")
    order = Message.of("D", [(11, "tt-a"), (55, "VTI"), (54, "1"), (38, str(sum(parts)))])
    told = exchange.take(order) + [exchange.fill("tt-a", str(one)) for one in parts]
    shuffled = data.draw(st.permutations(told + data.draw(st.lists(st.sampled_from(told)))))
    book = Book(FIX42 if version == "FIX.4.2" else FIX44, str, str)
    book.sent(order)
    events = [event for message in shuffled for event in book.heard(message, NOW)]
    fills = [event for event in events if isinstance(event, Fill)]
    assert sum(one.quantity for one in fills) == sum(parts)
    assert len({one.execution_id for one in fills}) == len(fills) == len(parts)
    assert book.reports["tt-a"].state is OrderState.FILLED
    assert all(one.order_id == "tt-a" for one in events if isinstance(one, OrderReport | Fill))
