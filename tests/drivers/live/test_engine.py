"""Orders leave once, are asked for when unknown, wait for cash, and end with their session."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.drivers.live.live_parts import ACCOUNT, HOME, OPENS, SESSION, D, Live, buy, sell
from trimtab.cycle.orders import Slice, order_id
from trimtab.drivers.live.desk import Pace
from trimtab.model.brokers import Capabilities, Link, Trouble
from trimtab.model.errors import LeaseLost
from trimtab.model.live import Halt, HaltKind
from trimtab.model.orders import Absent, AckVerdict, OrderState, Sent, TimeInForce
from trimtab.model.snapshots import Side

PACE = Pace()


def test_an_order_is_recorded_before_it_leaves():
    live = Live(buy())
    seen = []
    submit = live.broker.submit

    def watched(order):
        seen.extend(live.store.records(order.id))
        return submit(order)

    live.broker.submit = watched
    live.step()
    assert [type(record) for record in seen] == [Sent]


def test_a_filled_order_is_in_the_books_to_the_cent_and_done():
    live = Live(buy(quantity="5"))
    live.step()
    live.broker.fill(live.broker.sent[0], "5", price=D("99.995"))
    progress = live.step(PACE.poll)
    assert progress.is_done
    assert live.state(live.slices[0]) is OrderState.FILLED
    assert (live.units("VTI"), live.cash) == (5, D("500.02"))  # 499.975 is 499.98, half to even


def test_what_the_stream_says_twice_counts_once():
    live = Live(buy(quantity="5"))
    live.step()
    fill = live.broker.fill(live.broker.sent[0], "2")
    live.broker.stream += [fill, fill]
    live.step()
    assert (live.units("VTI"), live.ticket(live.slices[0]).filled) == (2, 2)


def test_after_no_answer_the_broker_is_asked_and_nothing_is_sent_again():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN]
    live.step()
    live.broker.take(live.broker.sent[0])  # it had arrived all the same
    live.step()
    assert live.state(live.slices[0]) is OrderState.WORKING
    for _ in range(5):
        live.step(PACE.absence)
    assert len(live.broker.sent) == 1


def test_only_proven_absence_sends_the_same_id_again():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN]
    live.step()
    live.step()
    assert len(live.broker.sent) == 1
    live.step(PACE.absence / 2)
    assert len(live.broker.sent) == 1, "it may still be on its way"
    live.step(PACE.absence)
    assert [order.id for order in live.broker.sent] == [live.slices[0].order.id] * 2
    assert any(isinstance(record, Absent) for record in live.records(live.slices[0]))


def test_a_broker_that_cannot_be_asked_proves_nothing():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN]
    live.step()
    live.broker.trouble = Trouble.UNAVAILABLE
    for _ in range(10):
        live.step(PACE.absence)
    assert len(live.broker.sent) == 1
    assert live.state(live.slices[0]) is OrderState.UNKNOWN


def test_a_new_process_asks_for_what_the_lost_one_had_sent():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN]
    live.step()
    live.broker.take(live.broker.sent[0])
    live.start()
    live.step()
    assert live.state(live.slices[0]) is OrderState.WORKING
    assert len(live.broker.sent) == 1


def test_an_old_process_is_stopped_before_it_sends_anything():
    live = Live(buy())
    old = live.engine
    live.start()
    with pytest.raises(LeaseLost):
        old.step()
    assert not live.broker.sent


def test_a_process_that_slept_past_every_lease_reads_again_what_was_sent_meanwhile():
    live = Live(buy())
    live.broker.trouble = Trouble.UNAVAILABLE
    live.step()
    old, live.broker.trouble = live.engine, None
    live.start()
    live.step()
    assert len(live.broker.sent) == 1
    live.now += timedelta(seconds=10 * PACE.lease)
    old.step()
    old.step()
    assert len(live.broker.sent) == 1
    assert old.blotter.ticket(live.slices[0].order.id).state is OrderState.WORKING


def test_too_fast_is_slower_and_the_same_id_again():
    live = Live(buy())
    live.broker.answers = [AckVerdict.THROTTLED]
    live.step()
    live.step()
    assert len(live.broker.sent) == 1
    live.step(PACE.retry)
    assert len({order.id for order in live.broker.sent}) == 1
    assert live.state(live.slices[0]) is OrderState.WORKING


def test_a_sending_that_never_works_is_given_up_with_its_reason():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN] * 50
    for _ in range(60):
        live.step(PACE.absence)
    assert len(live.broker.sent) == PACE.attempts_max
    ticket = live.ticket(live.slices[0])
    assert (ticket.state, ticket.text) == (OrderState.DENIED, "6 sendings came to nothing")


def test_refusals_for_want_of_pace_count_for_nothing():
    live = Live(buy())
    live.broker.answers = [AckVerdict.THROTTLED] * 10
    for _ in range(11):
        live.step(PACE.retry)
    assert len(live.broker.sent) == 11
    assert live.state(live.slices[0]) is OrderState.WORKING


def test_an_order_for_the_close_is_given_the_time_of_its_auction():
    order = replace(buy().order, time_in_force=TimeInForce.AT_CLOSE, limit=None)
    live = Live(Slice(order, OPENS, price=D(100)))
    live.step()
    live.now = SESSION.closes
    live.step()
    assert not live.broker.canceled
    live.step(PACE.auction)
    assert live.broker.canceled == [order.id]


def test_orders_without_a_limit_reserve_cash_by_the_price_of_their_plan():
    first, second = (replace(buy(name).order, limit=None) for name in ("t1", "t3"))
    live = Live(*(Slice(order, OPENS, price=D(150)) for order in (first, second)))
    live.step()
    live.step(seconds=PACE.fill)
    assert [order.quantity for order in live.broker.sent] == [5, 1]


@pytest.mark.parametrize("days", [None, 0])
def test_a_broker_that_never_refuses_an_id_is_one_that_takes_it_twice(days):
    live = Live(buy())
    live.broker.capabilities = Capabilities(unique_id_days=days)
    live.broker.answers = [AckVerdict.UNKNOWN]
    for _ in range(5):
        live.step(PACE.absence_without_ids / 5)
    assert len(live.broker.sent) == 1
    live.step(PACE.absence_without_ids / 2)
    assert len(live.broker.sent) == 2


def test_a_question_is_never_answered_blindly():
    live = Live(buy())
    live.broker.answers = [AckVerdict.QUESTION]
    for _ in range(4):
        live.step(PACE.absence)
    assert len(live.broker.sent) == 1
    assert "Are you sure?" in live.ticket(live.slices[0]).text


def test_a_purchase_waits_for_the_sale_that_pays_for_it():
    live = Live(sell(quantity="20"), buy(quantity="25"))
    live.step()
    assert [order.side for order in live.broker.sent] == [Side.SELL]
    live.broker.fill(live.broker.sent[0], "20")
    live.step(PACE.poll)
    live.step()
    assert [order.quantity for order in live.broker.sent] == [20, 25]


def test_a_purchase_is_cut_to_what_settled_cash_pays_for():
    live = Live(buy(quantity="12"))
    progress = live.step()
    assert [order.quantity for order in live.broker.sent] == [10]
    assert any(finding.code == "order_cut_to_cash" for finding in progress.findings)


def test_unsettled_cash_buys_nothing():
    live = Live(buy(quantity="12"))
    live.broker.unsettled = D(950)
    live.step()
    assert not live.broker.sent
    assert "settled cash" in live.ticket(live.slices[0]).text


def test_two_purchases_do_not_spend_the_same_cash():
    live = Live(buy("t1", "6"), buy("t3", "6", "VXUS"))
    live.step()
    live.step()
    assert [order.quantity for order in live.broker.sent] == [6]
    live.step(seconds=PACE.fill)
    assert [order.quantity for order in live.broker.sent] == [6, 4]


def test_a_purchase_is_cut_to_what_those_before_it_left_whenever_that_is_heard():
    live = Live(buy("t1", "6"), buy("t3", "6", "VXUS"), buy("t4", "1"))
    live.step()
    live.broker.fill(live.slices[0].order, "6", price=D(90))
    live.step(seconds=20)
    live.step(seconds=20)
    assert [order.quantity for order in live.broker.sent] == [6, 4]
    live.broker.fill(live.slices[1].order, "4", "x2", price=D(80))
    live.step(seconds=20)
    live.step(seconds=20)
    assert [order.quantity for order in live.broker.sent] == [6, 4, 1]


def test_intents_of_one_moment_are_recorded_together_and_leave_after_a_crash_as_recorded():
    live = Live(buy("t1", "4"), buy("t3", "4", "VXUS"))
    submit = live.broker.submit

    def cut(order):
        raise KeyboardInterrupt

    live.broker.submit = cut
    with pytest.raises(KeyboardInterrupt):
        live.step()
    assert [order.quantity for order in live.store.orders(HOME)] == [4, 4]
    live.broker.submit = submit
    live.start()
    for _ in range(4):
        live.step(seconds=10)
    assert [order.id for order in live.broker.sent] == [
        one.order.id
        for one in reversed(live.slices)  # the first waits for a proof of absence
    ]


def test_a_slice_waits_for_its_moment():
    late = replace(buy("t1", "2", part=1), release=OPENS + timedelta(hours=1))
    live = Live(buy("t1", "2"), late)
    live.step()
    assert [order.part for order in live.broker.sent] == [0]
    live.step(3600)
    assert [order.part for order in live.broker.sent] == [0, 1]


def test_the_end_of_the_session_cancels_what_stands_and_a_late_fill_counts():
    live = Live(buy(quantity="5"))
    live.step()
    live.now = SESSION.closes
    live.step()
    order = live.broker.sent[0]
    assert live.broker.canceled == [order.id]
    live.broker.fill(order, "2")
    live.broker.end(order, OrderState.CANCELED)
    progress = live.step()
    assert progress.is_done
    assert (live.state(live.slices[0]), live.units("VTI")) == (OrderState.CANCELED, 2)


def test_a_cancel_that_nobody_confirms_is_asked_again_and_the_order_ends_as_the_broker_says():
    live = Live(buy(quantity="5"))
    live.step()
    order = live.broker.sent[0]
    live.now = SESSION.closes
    for _ in range(3):
        live.step(PACE.cancel_again)
    assert live.broker.canceled == [order.id] * 3
    assert live.state(live.slices[0]) is OrderState.WORKING, "a cancel proves nothing"
    live.broker.end(order, OrderState.EXPIRED)
    assert live.step(PACE.poll).is_done
    assert live.state(live.slices[0]) is OrderState.EXPIRED


@pytest.mark.parametrize("is_later", [False, True], ids=["at once", "on the stream"])
def test_a_refused_order_is_closed_and_its_id_never_used_again(is_later):
    live = Live(buy())
    live.broker.answers = [] if is_later else [AckVerdict.REJECTED]
    live.step()
    if is_later:
        live.broker.end(live.broker.sent[0], OrderState.REJECTED)
        live.broker.stream.append(live.broker.orders[live.broker.sent[0].id])
    for _ in range(20):
        live.step(PACE.absence)
    live.start()
    assert live.step().is_done
    assert live.state(live.slices[0]) is OrderState.REJECTED
    assert len(live.broker.sent) == 1
    assert order_id("c-1", "t1") != order_id("c-2", "t1"), "the next decision has its own ids"


def test_an_order_is_never_changed_so_that_no_two_can_stand_for_it():
    live = Live(buy())
    live.broker.replace = None  # whoever calls it fails
    live.broker.answers = [AckVerdict.UNKNOWN, AckVerdict.ACCEPTED]
    for _ in range(6):
        live.step(PACE.absence)
    assert [one.id for one in live.broker.sent] == [live.slices[0].order.id] * 2


def test_what_never_left_by_the_end_of_the_session_is_denied():
    live = Live(replace(buy(), release=SESSION.closes))
    live.now = SESSION.closes
    live.step()
    assert not live.broker.sent
    assert live.state(live.slices[0]) is OrderState.DENIED


def test_an_order_that_arrives_after_it_was_given_up_is_canceled():
    live = Live(buy())
    live.broker.answers = [AckVerdict.UNKNOWN]
    live.step()
    live.now = SESSION.closes
    for _ in range(4):
        live.step(PACE.absence)
    assert live.state(live.slices[0]) is OrderState.DENIED
    live.broker.take(live.broker.sent[0])
    live.step(PACE.poll)
    assert live.broker.canceled == [live.slices[0].order.id]


@pytest.mark.parametrize("subject", ["*", HOME, ACCOUNT])
def test_a_halt_sends_nothing_new_until_it_is_lifted(subject):
    live = Live(buy())
    live.store.put_halt(Halt(subject, HaltKind.NEW, "ada", OPENS, "holiday"))
    live.step()
    assert not live.broker.sent
    live.store.lift_halt(subject, "ada", OPENS)
    live.step()
    assert len(live.broker.sent) == 1


def test_a_full_halt_cancels_what_stands_and_denies_what_waits():
    live = Live(buy(), replace(buy("t3"), release=OPENS + timedelta(hours=1)))
    live.step()
    live.store.put_halt(Halt("*", HaltKind.ALL, "ada", OPENS, "stop"))
    live.step()
    assert live.broker.canceled == [live.broker.sent[0].id]
    assert live.state(live.slices[1]) is OrderState.DENIED


def test_a_break_stops_the_account_until_books_and_broker_agree():
    live = Live(buy())
    live.broker.held["BND"] -= 1
    progress = live.step()
    assert not live.broker.sent
    (found,) = [one for one in progress.findings if one.code == "break"]
    assert "the books hold 30, the broker shows 29" in found.message
    live.broker.held["BND"] += 1
    live.step(PACE.poll)
    assert len(live.broker.sent) == 1


def test_an_incomplete_snapshot_is_not_flat_and_sends_nothing():
    live = Live(buy())
    live.broker.is_complete, live.broker.held = False, {}
    progress = live.step()
    assert not live.broker.sent
    assert not [one for one in progress.findings if one.code == "break"]


def test_after_a_gap_the_account_is_asked_before_anything_is_sent():
    live = Live(replace(buy(), release=OPENS + timedelta(hours=1)))
    live.step()
    live.now = OPENS + timedelta(hours=1)
    live.broker.stream.append(Link(up=True, gap=True, at=live.now))
    live.broker.held["BND"] = D(29)
    live.step(0)
    assert not live.broker.sent


@pytest.mark.parametrize("trouble", [Trouble.CREDENTIALS, Trouble.PERMISSION])
def test_wrong_credentials_stop_the_account_with_a_finding_and_no_order(trouble):
    live = Live(buy())
    live.broker.trouble = trouble
    (finding,) = live.step().findings
    assert finding.code == f"broker_{trouble.value}"
    live.broker.trouble = None
    live.step(60)
    assert not live.broker.sent


def test_somebody_elses_execution_is_told_and_not_booked():
    live = Live(buy())
    live.step()
    order = replace(live.broker.sent[0], id="web-77")
    live.broker.fill(order, "1", "x9")
    progress = live.step(PACE.poll)
    found = {one.code: one for one in progress.findings}
    assert set(found) == {"outside_trade", "break"}
    assert live.units("VTI") == 0
    assert [fill.execution_id for fill in live.engine.hearing.outside.values()] == ["x9"]


def test_an_order_left_over_from_another_decision_never_leaves():
    live = Live(buy())
    live.engine.blotter.intend([live.slices[0].order])
    live.slices = (buy("t9", "1"),)
    live.start()
    live.step()
    assert [order.trade for order in live.broker.sent] == ["t9"]
    (old,) = [order for order in live.store.orders(HOME) if order.trade == "t1"]
    assert live.engine.blotter.ticket(old.id).state is OrderState.DENIED


def test_a_clock_that_was_set_back_holds_nothing_up():
    live = Live(buy())
    live.broker.trouble = Trouble.UNAVAILABLE
    live.now += timedelta(hours=2)
    live.step()
    live.broker.trouble = None
    live.now -= timedelta(hours=2)
    live.step()
    assert len(live.broker.sent) == 1


def test_an_order_of_which_the_broker_knows_no_more_after_its_session_has_expired():
    live = Live(buy())
    live.step()
    live.broker.orders.clear()
    live.now = SESSION.closes + timedelta(seconds=PACE.absence)
    for _ in range(3):
        live.step(PACE.poll)
    assert live.state(live.slices[0]) is OrderState.EXPIRED
