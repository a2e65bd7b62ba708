"""Interactive Brokers' adapter against a strict gateway, in words of faults seen in the wild."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.brokers import fake_ibkr
from tests.brokers.described import Described
from tests.brokers.fake_alpaca import Fault, after_doing, cut_after_doing, instead
from tests.brokers.fake_ibkr import ACCOUNT, CONIDS, FakeIbkr
from trimtab import plugins
from trimtab.books.order_states import fold
from trimtab.brokers._base import Wiring
from trimtab.brokers._ibkr_broker import IbkrBroker
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.ibkr import Ibkr
from trimtab.model.brokers import BrokerError, Link, Trouble
from trimtab.model.errors import InputError
from trimtab.model.orders import AckVerdict, Order, OrderState, Sent, TimeInForce
from trimtab.model.snapshots import Side
from trimtab.ports import Asks

PLAIN = Ibkr(ACCOUNT)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
BUY = Order("c1-t1-0", "c1", ACCOUNT, "VTI", Side.BUY, quantity=D(10), limit=D("250.50"))
SELL = Order("c1-t2-0", "c1", ACCOUNT, "BND", Side.SELL, quantity=D(40))
POST = f"POST /iserver/account/{ACCOUNT}/orders"
REPLY = "POST /iserver/reply/"


@pytest.fixture(scope="session")
def description() -> Described | None:
    path = Path(__file__).parents[3] / "shared/brokers/specs/ibkr-webapi.2026-01.json"
    return fake_ibkr.description(path) if path.exists() else None


@pytest.fixture
def ibkr(description: Described | None) -> FakeIbkr:
    return FakeIbkr(NOW, description, held={"BND": 100})


def no_secret(name: str) -> Secret:
    raise AssertionError(f"the gateway holds the session: nobody asks for {name}")


def connected(ibkr: FakeIbkr, settings: Ibkr = PLAIN) -> IbkrBroker:
    def later(seconds: float) -> None:
        ibkr.at += timedelta(seconds=seconds)

    wiring = Wiring(
        secret=no_secret,
        pace=Pace(None, lambda: ibkr.at.timestamp(), later),
        clock=lambda: ibkr.at,
        sleep=later,
        transport=ibkr.transport(),
    )
    return settings.connect(wiring)


@pytest.fixture
def broker(ibkr: FakeIbkr) -> Iterator[IbkrBroker]:
    made = connected(ibkr)
    made.open()
    yield made
    made.close()


def test_the_description_is_held_against_every_message(description: Described | None) -> None:
    if description is None:
        pytest.skip("the reference material ../shared is not beside this checkout")
    request = httpx.Request(
        "POST",
        f"https://localhost:5000/v1/api/iserver/account/{ACCOUNT}/orders",
        json={"orders": [{"conid": 1, "orderType": "LMT", "side": "BUY", "tif": "DAY"}]},
    )
    with pytest.raises(Exception, match=r"(?i)quantity|request body"):
        description.check(request, httpx.Response(200, json={"error": "no"}))


def test_it_is_a_plug_in_set_up_from_a_file_and_may_ask() -> None:
    made = plugins.configure("brokers", "ibkr", {"account": "U1", "confirm": ["o382"]})
    assert made == Ibkr("U1", confirm=("o382",))
    assert isinstance(connected(FakeIbkr(NOW)), Asks)


def test_without_the_extra_its_settings_load_and_connecting_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['httpx'] = None\n"
        "from trimtab import plugins\n"
        "from trimtab.model.errors import InputError\n"
        "made = plugins.configure('brokers', 'ibkr', {'account': '1'})\n"
        "try: made.connect(None)\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("broker Interactive Brokers: it needs the package httpx")


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used_is_refused(text: str | None, tmp_path: Path) -> None:
    file = tmp_path / "gateway.pem"
    if text is not None:
        file.write_text(text)
    wiring = Wiring(no_secret, Pace(None, lambda: 0.0, lambda _: None), lambda: NOW, lambda _: None)
    with pytest.raises(InputError, match=r"gateway\.pem cannot be used"):
        Ibkr(ACCOUNT, certificate=str(file)).connect(wiring)


# The session.


def test_opening_begins_a_session_and_shows_the_account(ibkr: FakeIbkr) -> None:
    ibkr.settled = D(90_000)
    state = connected(ibkr).open()
    assert (state.account, state.currency, state.is_complete) == (ACCOUNT, "USD", True)
    assert state.broker_clock is not None
    [cash] = state.cash
    assert (cash.settled, cash.unsettled, cash.buying_power) == (90_000, 10_000, 90_000)
    [held] = state.positions
    assert (held.instrument, held.quantity, held.price) == ("BND", D(100), D("250.125"))


def test_nobody_logged_in_is_said_with_what_to_do(ibkr: FakeIbkr) -> None:
    ibkr.logged_in = False
    with pytest.raises(BrokerError, match="Log in at the gateway's page") as raised:
        connected(ibkr).open()
    assert raised.value.trouble is Trouble.CREDENTIALS


def test_a_session_of_another_program_is_not_taken_without_leave(ibkr: FakeIbkr) -> None:
    ibkr.competing = True
    with pytest.raises(BrokerError, match="another program of the same user"):
        connected(ibkr).open()
    assert ibkr.count("POST /iserver/auth/ssodh/init") == 0
    assert connected(ibkr, Ibkr(ACCOUNT, compete=True)).open().is_complete


def test_another_account_than_the_one_named_is_refused(ibkr: FakeIbkr) -> None:
    with pytest.raises(BrokerError, match=f"may trade {ACCOUNT}") as raised:
        connected(ibkr, Ibkr("U999")).open()
    assert raised.value.trouble is Trouble.PERMISSION


def test_a_clock_five_minutes_off_is_refused(ibkr: FakeIbkr) -> None:
    def late(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        response = handled()
        response.headers["date"] = "Fri, 20 Nov 2026 15:05:10 GMT"
        return response

    ibkr.fault("GET /iserver/accounts", late)
    with pytest.raises(BrokerError, match="at most 30 seconds apart") as raised:
        connected(ibkr).open()
    assert raised.value.trouble is Trouble.CLOCK


def test_waiting_calls_every_minute_so_that_the_session_does_not_end(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    assert broker.events(600.0) == []
    assert ibkr.count("POST /tickle") >= 10


def test_a_session_that_ended_is_begun_again_and_leaves_a_gap(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.authenticated = False
    [link] = broker.events(120.0)
    assert isinstance(link, Link)
    assert (link.up, link.gap) == (True, True)


def test_a_session_taken_by_another_program_stops_orders_and_says_so(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.competing = True
    [link] = broker.events(120.0)
    assert isinstance(link, Link)
    assert not link.up
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.REJECTED
    assert "another program" in ack.text
    assert ibkr.count(POST) == 0


def test_a_session_that_is_down_before_an_order_leaves_proves_that_nothing_stands(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.at += timedelta(minutes=5)
    ibkr.logged_in = False
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.code) == (AckVerdict.THROTTLED, "not sent: credentials")
    assert fold(BUY, (Sent(BUY.id, NOW, 1), ack)).state is OrderState.PLANNED
    assert ibkr.count(POST) == 0


# Orders.


def test_an_order_is_a_ticket_with_numbers_and_our_id(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.broker_id) == (AckVerdict.ACCEPTED, "1370093000")
    sent = next(one for one in ibkr.seen if one.url.path.endswith(f"{ACCOUNT}/orders"))
    assert b'"price":250.50' in sent.content
    assert json.loads(sent.content)["orders"] == [
        {
            "acctId": ACCOUNT,
            "conid": CONIDS["VTI"],
            "cOID": BUY.id,
            "orderType": "LMT",
            "side": "BUY",
            "tif": "DAY",
            "quantity": 10,
            "outsideRTH": False,
            "price": 250.5,
        }
    ]


@pytest.mark.parametrize(
    ("when", "limit", "kind", "time"),
    [
        (TimeInForce.DAY, None, "MKT", "DAY"),
        (TimeInForce.AT_CLOSE, None, "MOC", "DAY"),
        (TimeInForce.AT_CLOSE, D(250), "LOC", "DAY"),
        (TimeInForce.AT_OPEN, D(250), "LMT", "OPG"),
        (TimeInForce.GOOD_TILL_CANCELED, D(250), "LMT", "GTC"),
        (TimeInForce.IMMEDIATE_OR_CANCEL, D(250), "LMT", "IOC"),
    ],
)
def test_how_long_an_order_stands_in_ibkrs_words(
    ibkr: FakeIbkr,
    broker: IbkrBroker,
    when: TimeInForce,
    limit: Decimal | None,
    kind: str,
    time: str,
) -> None:
    broker.submit(replace(BUY, time_in_force=when, limit=limit))
    sent = next(one for one in ibkr.seen if one.url.path.endswith(f"{ACCOUNT}/orders"))
    [ticket] = json.loads(sent.content)["orders"]
    assert (ticket["orderType"], ticket["tif"]) == (kind, time)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(BUY, quantity=None, notional=D(100)), "state the quantity"),
        (replace(BUY, quantity=D("1.5")), "not in whole units"),
        (replace(BUY, instrument="ZZZZ"), "no contract for ZZZZ"),
    ],
)
def test_what_ibkr_would_not_take_does_not_leave(
    ibkr: FakeIbkr, broker: IbkrBroker, order: Order, why: str
) -> None:
    ack = broker.submit(order)
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "not sent")
    assert why in ack.text
    assert ibkr.count(POST) == 0


@pytest.mark.parametrize(
    "fault",
    [
        cut_after_doing,
        after_doing(500, '{"error": "internal"}'),
        after_doing(503, '{"error": "service is unavailable"}'),
        after_doing(200, "<html>maintenance</html>"),
        after_doing(200, '[{"order_id": "13700'),
        after_doing(200, '{"error": "request timed out"}'),
        after_doing(200, '{"error": "no bridge"}'),
        after_doing(200, "[]"),
        after_doing(200, '[{"order_id": "1", "local_order_id": "somebody-elses"}]'),
        after_doing(401, "access denied"),
    ],
)
def test_an_order_whose_answer_proves_nothing_is_unknown_and_found_not_sent_again(
    ibkr: FakeIbkr, broker: IbkrBroker, fault: Fault
) -> None:
    ibkr.fault(POST, fault)
    assert broker.submit(BUY).verdict is AckVerdict.UNKNOWN
    assert ibkr.count(POST) == 1
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.state, found.quantity) == (OrderState.WORKING, D(10))


def test_a_refusal_in_a_success_is_a_rejection(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    ack = broker.submit(replace(SELL, quantity=D(400)))
    assert (ack.verdict, ack.text) == (AckVerdict.REJECTED, "You hold 100 of BND only")


def test_an_id_that_is_taken_is_a_duplicate(broker: IbkrBroker) -> None:
    broker.submit(BUY)
    assert broker.submit(BUY).verdict is AckVerdict.DUPLICATE


def test_too_many_requests_shut_the_door_for_ten_minutes(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.fault(POST, instead(429, '{"error": "too many requests"}'))
    assert broker.submit(BUY).verdict is AckVerdict.THROTTLED
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.THROTTLED
    assert ibkr.count(POST) == 1
    ibkr.at += timedelta(minutes=11)
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED


def test_requests_keep_ibkrs_pace(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    moments: list[datetime] = []

    def told(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        moments.append(ibkr.at)
        return handled()

    ibkr.fault(POST, *[told] * 30)
    for number in range(30):
        broker.submit(replace(BUY, id=f"c1-t{number}-9"))
    for first in moments:
        assert sum(first <= one < first + timedelta(seconds=1) for one in moments) <= 10


# Questions.


def test_a_known_question_is_answered_by_rule(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    ibkr.asks["VTI"] = [["o354"], ["o403", "o10153"]]
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED
    assert sum("/reply/" in one.url.path for one in ibkr.seen) == 2


@pytest.mark.parametrize(
    ("order", "messages"),
    [
        (BUY, ["o163"]),
        (BUY, ["o383"]),
        (BUY, ["o451"]),
        (BUY, ["p12"]),
        (BUY, ["o99999"]),
        (BUY, []),
        (BUY, ["o354", "o382"]),
        (BUY, ["o10151"]),
        (replace(BUY, limit=None), ["o354"]),
    ],
)
def test_any_other_question_comes_back_and_nothing_stands(
    ibkr: FakeIbkr, broker: IbkrBroker, order: Order, messages: list[str]
) -> None:
    ibkr.asks["VTI"] = [messages]
    ack = broker.submit(order)
    assert ack.verdict is AckVerdict.QUESTION
    assert ack.question.startswith("reply-")
    assert ack.code == (" ".join(messages) or "unnamed")
    assert ibkr.orders == {}
    assert not any("/reply/" in one.url.path for one in ibkr.seen)


def test_the_owner_may_allow_a_question(ibkr: FakeIbkr) -> None:
    ibkr.asks["VTI"] = [["o382"]]
    broker = connected(ibkr, Ibkr(ACCOUNT, confirm=("o382",)))
    broker.open()
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED


@pytest.mark.parametrize(
    ("yes", "verdict"), [(True, AckVerdict.ACCEPTED), (False, AckVerdict.REJECTED)]
)
def test_a_person_answers_what_the_rules_do_not(
    ibkr: FakeIbkr, broker: IbkrBroker, yes: bool, verdict: AckVerdict
) -> None:
    ibkr.asks["VTI"] = [["o163"], ["o354"]]
    asked = broker.submit(BUY)
    assert broker.answer(BUY.id, asked.question, yes).verdict is verdict
    assert len(ibkr.orders) == yes


def test_after_a_no_nothing_is_answered_with_yes(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    ibkr.asks["VTI"] = [["o163"]]
    asked = broker.submit(BUY)
    known = [{"id": "reply-again", "message": ["Sure?"], "messageIds": ["o354"]}]
    ibkr.fault(f"{REPLY}{asked.question}", instead(200, json.dumps(known)))
    again = broker.answer(BUY.id, asked.question, False)
    assert (again.verdict, again.question) == (AckVerdict.QUESTION, "reply-again")
    assert ibkr.count(f"{REPLY}reply-again") == 0


def test_a_reply_that_is_not_found_proves_nothing_and_is_not_repeated(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.asks = {"VTI": [["o163"]], "BND": [["o163"]]}
    first = broker.submit(BUY)
    broker.submit(SELL)  # forgets the first question, as the real one does
    assert broker.answer(BUY.id, first.question, True).verdict is AckVerdict.UNKNOWN
    assert broker.find(BUY.id) is None


def test_questions_without_end_are_not_answered_without_end(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.asks["VTI"] = [["o354"]] * 50
    assert broker.submit(BUY).verdict is AckVerdict.QUESTION
    assert sum("/reply/" in one.url.path for one in ibkr.seen) == 5
    assert ibkr.orders == {}


# Finding, canceling, fills.


def test_absence_is_proven_by_two_looks_and_the_executions(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    before = ibkr.count("GET /iserver/account/orders")
    assert broker.find("c9-t9-0") is None
    assert ibkr.count("GET /iserver/account/orders") - before >= 3
    assert ibkr.count("GET /iserver/account/trades") == 1


def test_an_order_that_left_the_list_is_found_by_its_executions(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    broker.submit(BUY)
    ibkr.fill(BUY.id, 10, "250.10")
    ibkr.orders.clear()  # another session
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.state, found.filled, found.average_price) == (OrderState.FILLED, 10, D("250.1"))


def test_an_order_without_a_reference_that_may_be_ours_is_no_proof(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    ibkr.shows_reference = False
    ibkr.fault(POST, cut_after_doing)
    broker.submit(BUY)
    with pytest.raises(BrokerError, match="may be it: 1370093000"):
        broker.find(BUY.id)
    other = replace(BUY, id="c1-t5-0", quantity=D(7))
    ibkr.fault(POST, instead(500, "{}"))
    broker.submit(other)
    assert broker.find(other.id) is None


def test_a_list_that_never_is_whole_is_no_proof(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    empty = instead(200, '{"orders": [], "snapshot": false}')
    ibkr.fault("GET /iserver/account/orders", *[empty] * 6)
    with pytest.raises(BrokerError, match="not whole in 3 looks"):
        broker.find("c9-t9-0")


def test_an_order_is_not_changed_because_the_new_one_would_not_be_found(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    seen = len(ibkr.seen)
    ack = broker.replace("c1-t0-0", BUY)
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "not sent")
    assert "cancel c1-t0-0 and send another" in ack.text
    assert len(ibkr.seen) == seen


def test_a_cancel_is_asked_once_and_a_late_one_is_refused(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    broker.submit(BUY)
    assert broker.cancel(BUY.id).verdict is AckVerdict.ACCEPTED
    assert broker.cancel(BUY.id).verdict is AckVerdict.REJECTED
    assert broker.cancel("c9-t9-0").verdict is AckVerdict.REJECTED
    found = broker.find(BUY.id)
    assert found is not None
    assert found.state is OrderState.CANCELED


def test_an_inactive_order_counts_as_open_and_says_so(ibkr: FakeIbkr, broker: IbkrBroker) -> None:
    broker.submit(BUY)
    ibkr.by_reference(BUY.id)["status"] = "Inactive"
    [order] = broker.state().open_orders
    assert (order.state, order.text) == (OrderState.WORKING, "Inactive")
    ibkr.by_reference(BUY.id)["order_ccp_status"] = "Rejected"
    found = broker.find(BUY.id)
    assert found is not None
    assert found.state is OrderState.REJECTED


def test_fills_carry_our_id_their_fee_and_what_they_correct(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    broker.submit(BUY)
    ibkr.fill(BUY.id, 4, "250.10", "0000e0d5.6576fd38.01.01")
    ibkr.at += timedelta(seconds=1)
    ibkr.fill(BUY.id, 4, "250.20", "0000e0d5.6576fd38.01.02")
    first, second = broker.fills(NOW)
    assert (first.order_id, first.quantity, first.price) == (BUY.id, D(4), D("250.10"))
    assert (first.fee, first.busts) == (D("1.01"), "")
    assert second.busts == first.execution_id
    ticket = fold(BUY, (Sent(BUY.id, NOW, 1), broker.submit(BUY), first, second))
    assert ticket.filled == 4


def test_fills_older_than_ibkr_tells_are_refused_not_left_out(broker: IbkrBroker) -> None:
    with pytest.raises(BrokerError, match="IBKR tells those of 7 days"):
        broker.fills(NOW - timedelta(days=8))


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (f"GET /portfolio/{ACCOUNT}/positions/0", instead(200, "<html>maintenance</html>")),
        (f"GET /portfolio/{ACCOUNT}/positions/0", instead(200, '[{"conid": 1, "position": 1e3}]')),
        (f"GET /portfolio/{ACCOUNT}/ledger", instead(200, '{"USD": {"cashbalance": "NaN"}}')),
        ("GET /iserver/account/orders", instead(200, '{"orders": [{"acct"')),
    ],
)
def test_what_cannot_be_read_makes_the_state_incomplete_not_flat(
    ibkr: FakeIbkr, broker: IbkrBroker, path: str, fault: Fault
) -> None:
    ibkr.fault(path, fault)
    state = broker.state()
    assert not state.is_complete
    assert state.notes


LEDGER = f"GET /portfolio/{ACCOUNT}/ledger"


def ledger(cash: str) -> Fault:
    whole = f'{{"USD": {{"currency": "USD", "cashbalance": {cash}, "settledcash": {cash}}}}}'
    return instead(200, whole)


@pytest.mark.parametrize("cash", ["12.50", '"12.50"', '"12.500"'])
def test_cash_is_exact_whether_a_number_or_text(
    ibkr: FakeIbkr, broker: IbkrBroker, cash: str
) -> None:
    ibkr.fault(LEDGER, ledger(cash))
    state = broker.state()
    assert (state.is_complete, state.cash[0].settled) == (True, D("12.50"))


@pytest.mark.parametrize(
    "cash", ['"1.25e4"', "1.25e4", '"NaN"', "NaN", "Infinity", '"1,250"', "true", "null"]
)
def test_cash_that_is_no_plain_number_is_no_cash(
    ibkr: FakeIbkr, broker: IbkrBroker, cash: str
) -> None:
    ibkr.fault(LEDGER, ledger(cash))
    state = broker.state()
    assert not state.is_complete
    assert "not a plain decimal number" in state.notes[0]


def test_positions_of_every_page_are_there_and_open_sales_reserve(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    broker.submit(SELL)
    ibkr.held |= {"X" * number: number for number in range(1, 150)}
    state = broker.state()
    assert len(state.positions) == 150
    [bond] = [one for one in state.positions if one.instrument == "BND"]
    assert (bond.quantity, bond.available) == (D(100), D(60))


def test_a_ticker_of_several_contracts_is_named_by_its_owner(
    ibkr: FakeIbkr, broker: IbkrBroker
) -> None:
    two = [
        {"name": name, "assetClass": "STK", "contracts": [{"conid": one, "isUS": True}]}
        for one, name in enumerate(("A CORP", "A FUND"), 1)
    ]
    ibkr.fault("GET /trsrv/stocks", instead(200, json.dumps({"VTI": two})))
    with pytest.raises(BrokerError, match="Name it under conids"):
        broker.instrument("VTI")
    named = connected(ibkr, Ibkr(ACCOUNT, conids={"VTI": 12340041}))
    named.open()
    found = named.instrument("VTI")
    assert found is not None
    assert (found.broker_id, found.price_step, found.tradable) == ("12340041", D("0.01"), True)
    assert named.instrument("ZZZZ") is None
