"""Alpaca's adapter against a strict fake, in the words of faults that were seen in the wild."""

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

from tests.brokers.fake_alpaca import (
    ACCOUNT,
    KEY,
    SECRET,
    Described,
    FakeAlpaca,
    Fault,
    after_doing,
    cut_after_doing,
    instead,
    made_id,
    refused,
)
from trimtab import plugins
from trimtab.books.order_states import fold
from trimtab.brokers._alpaca_broker import AlpacaBroker
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.orders import AckVerdict, Order, OrderState, Sent, TimeInForce
from trimtab.model.snapshots import Side

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
BUY = Order("c1-t1-0", "c1", ACCOUNT, "VTI", Side.BUY, quantity=D(10), limit=D("250.50"))
SELL = Order("c1-t2-0", "c1", ACCOUNT, "BND", Side.SELL, quantity=D(40))
POST = "POST /v2/orders"


@pytest.fixture(scope="session")
def description() -> Described | None:
    path = Path(__file__).parents[3] / "shared/brokers/specs/alpaca-trading.mcp.json"
    return Described(path) if path.exists() else None


@pytest.fixture
def alpaca(description: Described | None) -> FakeAlpaca:
    return FakeAlpaca(NOW, description, held={"BND": D(100)})


def wiring(alpaca: FakeAlpaca, key: str = KEY) -> Wiring:
    secrets = {"key": Secret(key), "secret": Secret(SECRET)}
    return Wiring(
        secret=secrets.__getitem__,
        pace=Pace(None, lambda: 0.0, lambda _: None),
        clock=lambda: NOW,
        sleep=lambda _: None,
        transport=alpaca.transport(),
    )


@pytest.fixture
def broker(alpaca: FakeAlpaca) -> Iterator[AlpacaBroker]:
    made = Alpaca(ACCOUNT, stream=False).connect(wiring(alpaca))
    yield made
    made.close()


def test_it_is_a_plug_in_set_up_from_a_file() -> None:
    made = plugins.configure("brokers", "alpaca", {"account": "PA1", "paper": False})
    assert made == Alpaca("PA1", paper=False)


def test_without_the_extra_its_settings_load_and_connecting_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['httpx'] = None\n"
        "from trimtab import plugins\n"
        "from trimtab.model.errors import InputError\n"
        "made = plugins.configure('brokers', 'alpaca', {'account': 'PA1'})\n"
        "try: made.connect(None)\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "broker Alpaca: it needs the package httpx, which is not installed. "
        'Pip install "trimtab[live]".\n'
    )


# The account.


def test_the_state_is_the_account_its_positions_and_its_open_orders(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    alpaca.unsettled = D("1500.25")
    broker.submit(SELL)
    state = broker.open()
    assert (state.account, state.currency, state.is_complete) == (ACCOUNT, "USD", True)
    assert state.broker_clock == NOW
    [cash] = state.cash
    assert (cash.settled, cash.unsettled) == (D("98499.75"), D("1500.25"))
    [held] = state.positions
    assert (held.instrument, held.quantity, held.available) == ("BND", D(100), D(60))
    [order] = state.open_orders
    assert (order.order_id, order.state, order.quantity) == (SELL.id, OrderState.WORKING, D(40))


def test_more_open_orders_than_a_page_holds_are_all_there(
    alpaca: FakeAlpaca, broker: AlpacaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.brokers._alpaca_rest.ORDERS_PAGE", 3)
    ids = [f"c1-t{number}-0" for number in range(7)]
    for name in ids:
        broker.submit(replace(BUY, id=name, quantity=D(1)))
    assert [one.order_id for one in broker.state().open_orders] == ids


def test_an_order_that_fills_between_two_questions_does_not_tear_the_picture(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)

    def fills_meanwhile(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        response = handled()
        alpaca.fill(BUY.id, "10", "250.10")
        return response

    alpaca.fault("GET /v2/positions", fills_meanwhile)
    state = broker.state()
    assert state.is_complete
    assert state.open_orders == ()
    assert {one.instrument: one.quantity for one in state.positions} == {"BND": 100, "VTI": 10}


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("GET /v2/positions", instead(200, "<html>maintenance</html>")),
        ("GET /v2/positions", instead(200, '[{"symbol": "VTI", "qty": "1')),
        ("GET /v2/positions", instead(200, '[{"symbol": "VTI", "qty": "1e3", "side": "long"}]')),
        ("GET /v2/positions", instead(200, '[{"symbol": "VTI", "qty": "NaN", "side": "long"}]')),
        ("GET /v2/positions", instead(200, '[{"symbol": "VTI", "qty": "-5", "side": "long"}]')),
        ("GET /v2/orders", instead(500, "oops")),
        ("GET /v2/orders", instead(200, '[{"id": "1", "status": "brand_new_status"}]')),
    ],
)
def test_what_cannot_be_read_makes_the_state_incomplete_not_flat(
    alpaca: FakeAlpaca, broker: AlpacaBroker, path: str, fault: Fault
) -> None:
    alpaca.fault(path, fault)
    state = broker.state()
    assert not state.is_complete
    assert state.notes


def cut_to(share: float) -> Fault:
    """Its own answer, of which only the first part comes."""

    def fault(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        whole = handled().content
        part = whole[: min(int(len(whole) * share), len(whole) - 1)]
        return httpx.Response(200, content=part, headers={"Content-Type": "application/json"})

    return fault


UNREADABLE: dict[str, Fault] = {
    "no byte of it": cut_to(0.0),
    "a third of it": cut_to(1 / 3),
    "two thirds of it": cut_to(2 / 3),
    "all but its last byte": cut_to(1.0),
    "a page in HTML": instead(200, "<html><body>maintenance</body></html>"),
    "a page in HTML that says JSON": instead(
        200, "<html>maintenance</html>", **{"Content-Type": "application/json"}
    ),
}
READS: list[tuple[str, Callable[[AlpacaBroker], object]]] = [
    ("/v2/account", lambda broker: broker.open()),
    ("/v2/clock", lambda broker: broker.open()),
    ("/v2/assets/VTI", lambda broker: broker.instrument("VTI")),
    ("/v2/account/activities/FILL", lambda broker: broker.fills(NOW - timedelta(days=1))),
    ("/v2/orders:by_client_order_id", lambda broker: broker.find(BUY.id)),
    ("/v2/orders:by_client_order_id", lambda broker: broker.find("tt-never-sent")),
]


@pytest.mark.parametrize("spoilt", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize(("path", "read"), READS, ids=[f"{n} {r[0]}" for n, r in enumerate(READS)])
def test_a_read_that_is_cut_or_no_json_is_trouble_by_its_name_and_nothing_is_sent(
    alpaca: FakeAlpaca,
    broker: AlpacaBroker,
    path: str,
    read: Callable[[AlpacaBroker], object],
    spoilt: Fault,
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "4", "250.10")
    alpaca.fault(f"GET {path}", spoilt)
    with pytest.raises(BrokerError) as bad:
        read(broker)
    assert bad.value.trouble is Trouble.UNREADABLE
    assert f"GET {path}" in str(bad.value)
    assert alpaca.count(POST) == 1
    assert not [one for one in alpaca.seen if one.method in ("DELETE", "PATCH")]


@pytest.mark.parametrize("spoilt", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("path", ["/v2/positions", "/v2/orders", "/v2/account"])
def test_a_state_of_which_a_part_is_cut_or_no_json_is_not_whole(
    alpaca: FakeAlpaca, broker: AlpacaBroker, path: str, spoilt: Fault
) -> None:
    broker.submit(BUY)
    alpaca.fault(f"GET {path}", spoilt)
    state = broker.state()
    assert not state.is_complete
    assert any(f"GET {path}" in note for note in state.notes)
    assert alpaca.count(POST) == 1


@pytest.mark.parametrize(
    ("cash", "read"),
    [('"12.50"', D("12.50")), ("12.50", D("12.50")), ("12", D(12)), ('"-3.00"', D("-3.00"))],
)
def test_cash_is_exact_whether_a_number_or_text(
    alpaca: FakeAlpaca, broker: AlpacaBroker, cash: str, read: Decimal
) -> None:
    text = (
        f'{{"account_number": "{ACCOUNT}", "status": "ACTIVE", "currency": "USD", "cash": {cash}}}'
    )
    alpaca.fault("GET /v2/account", instead(200, text))
    assert broker.state().cash[0].settled == read


@pytest.mark.parametrize(
    "cash", ['"1.25e4"', "1.25e4", '"NaN"', "NaN", "Infinity", '"1,250"', "true"]
)
def test_cash_that_is_no_plain_number_is_refused(
    alpaca: FakeAlpaca, broker: AlpacaBroker, cash: str
) -> None:
    text = (
        f'{{"account_number": "{ACCOUNT}", "status": "ACTIVE", "currency": "USD", "cash": {cash}}}'
    )
    alpaca.fault("GET /v2/account", instead(200, text))
    with pytest.raises(BrokerError, match=r"the account's cash is .*, not a plain decimal") as bad:
        broker.state()
    assert bad.value.trouble is Trouble.UNREADABLE


def test_wrong_credentials_are_told_at_once(alpaca: FakeAlpaca) -> None:
    broker = Alpaca(ACCOUNT).connect(wiring(alpaca, key="AKANOTHERKEY"))
    with pytest.raises(BrokerError, match="the credentials were refused") as bad:
        broker.open()
    assert bad.value.trouble is Trouble.CREDENTIALS
    broker.close()


def test_a_key_that_may_read_but_not_trade_gets_its_order_rejected(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    alpaca.fault(POST, lambda _, __: refused(403, 40310000, "access key is read only"))
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.text) == (AckVerdict.REJECTED, "access key is read only")


def test_the_key_of_another_account_opens_nothing(alpaca: FakeAlpaca) -> None:
    broker = Alpaca("PA3OTHER").connect(wiring(alpaca))
    with pytest.raises(BrokerError, match="the key belongs to PA3TEST; the settings name PA3OTHER"):
        broker.open()
    broker.close()


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_clock_five_minutes_off_opens_nothing(
    alpaca: FakeAlpaca, broker: AlpacaBroker, minutes: int
) -> None:
    alpaca.at = NOW + timedelta(minutes=minutes)
    with pytest.raises(BrokerError, match="at most 30 seconds apart") as bad:
        broker.open()
    assert bad.value.trouble is Trouble.CLOCK


def test_an_account_that_may_not_trade_says_so(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    alpaca.status = "ACCOUNT_UPDATED"
    state = broker.state()
    assert state.trading_blocked
    assert state.notes == ("Alpaca lets nothing be traded: its status is ACCOUNT_UPDATED",)


def test_instruments_have_their_steps_and_unknown_ones_are_none(broker: AlpacaBroker) -> None:
    vti, brk = broker.instrument("VTI"), broker.instrument("BRK.B")
    assert vti is not None
    assert (vti.broker_id, vti.fractionable, vti.quantity_step) == (made_id("VTI"), True, D("1E-9"))
    assert brk is not None
    assert (brk.fractionable, brk.quantity_step, brk.tradable) == (False, D(1), True)
    assert broker.instrument("NOPE") is None


# Writes: once, whatever comes back.

LOST = [
    ("429 after it was taken", after_doing(429, "{}"), AckVerdict.THROTTLED),
    ("504 after it was taken", after_doing(504, "<html>504</html>"), AckVerdict.UNKNOWN),
    ("500 after it was taken", after_doing(500, '{"message": "oops"}'), AckVerdict.UNKNOWN),
    ("a time-out after it was taken", cut_after_doing, AckVerdict.UNKNOWN),
    ("HTML after it was taken", after_doing(200, "<html>welcome</html>"), AckVerdict.UNKNOWN),
    ("half an answer", after_doing(200, '{"id": "61e69015", "client_ord'), AckVerdict.UNKNOWN),
    ("an answer of another order", after_doing(200, "{}"), AckVerdict.UNKNOWN),
]


@pytest.mark.parametrize(("fault", "verdict"), [one[1:] for one in LOST], ids=[o[0] for o in LOST])
def test_an_order_whose_answer_is_lost_is_posted_once_and_found(
    alpaca: FakeAlpaca, broker: AlpacaBroker, fault: Fault, verdict: AckVerdict
) -> None:
    alpaca.fault(POST, fault)
    assert broker.submit(BUY).verdict is verdict
    assert alpaca.count(POST) == 1
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.order_id, found.state, found.quantity) == (BUY.id, OrderState.WORKING, D(10))
    assert broker.submit(BUY).verdict is AckVerdict.DUPLICATE  # who resends all the same buys once
    assert len(alpaca.orders) == 1


def test_an_order_that_never_arrived_is_proven_absent(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    alpaca.fault(POST, instead(504, "<html>504</html>"))
    assert broker.submit(BUY).verdict is AckVerdict.UNKNOWN
    assert broker.find(BUY.id) is None


@pytest.mark.parametrize(
    "fault",
    [instead(404, "<html>404</html>"), instead(404, "{}"), instead(200, "null"), instead(502, "")],
)
def test_no_other_answer_proves_that_an_order_is_absent(
    alpaca: FakeAlpaca, broker: AlpacaBroker, fault: Fault
) -> None:
    alpaca.fault("GET /v2/orders:by_client_order_id", fault, fault, fault)
    with pytest.raises(BrokerError):
        broker.find(BUY.id)


def test_amounts_travel_as_text(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    assert broker.submit(replace(BUY, quantity=D("1.50"))).verdict is AckVerdict.ACCEPTED
    body = json.loads(alpaca.seen[-1].content)
    assert (body["qty"], body["limit_price"], body["client_order_id"]) == ("1.50", "250.50", BUY.id)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(BUY, quantity=D("0.5"), time_in_force=TimeInForce.GOOD_TILL_CANCELED), "day only"),
        (replace(BUY, quantity=D("0.5"), time_in_force=TimeInForce.AT_CLOSE), "day only"),
        (replace(BUY, quantity=None, notional=D(500)), "cannot have a limit"),
        (replace(SELL, quantity=None, notional=D(500)), "could sell more than is held"),
        (replace(BUY, quantity=None, limit=None, notional=D("9.999")), "not in whole cents"),
        (replace(BUY, limit=D("250.505")), "no multiple of 0.01"),
        (replace(BUY, quantity=D("1.0000000001")), "more than nine decimals"),
    ],
)
def test_an_order_that_alpaca_would_refuse_or_misread_does_not_leave(
    alpaca: FakeAlpaca, broker: AlpacaBroker, order: Order, why: str
) -> None:
    ack = broker.submit(order)
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "not sent")
    assert why in ack.text
    assert alpaca.count(POST) == 0


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (replace(SELL, quantity=D(101)), "insufficient qty available for order"),
        (replace(BUY, quantity=D(10_000)), "insufficient buying power"),
        (replace(BUY, instrument="NOPE"), 'asset "NOPE" not found'),
    ],
)
def test_a_refusal_keeps_the_brokers_words(broker: AlpacaBroker, order: Order, said: str) -> None:
    ack = broker.submit(order)
    assert ack.verdict is AckVerdict.REJECTED
    assert said in ack.text
    assert broker.find(order.id) is None


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (422, 42210000, "potential wash trade detected. use complex orders"),
        (403, 40310100, "trade denied due to pattern day trading protection"),
        (422, 40010001, "asset VTI is halted"),
    ],
)
def test_rules_of_the_day_reject_with_their_code(
    alpaca: FakeAlpaca, broker: AlpacaBroker, status: int, code: int, words: str
) -> None:
    alpaca.fault(POST, lambda _, __: refused(status, code, words))
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.code, ack.text) == (AckVerdict.REJECTED, str(code), words)


def test_an_option_spread_by_hand_does_not_hide_the_account(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    order |= {"order_class": "mleg", "symbol": "", "side": ""}
    alpaca.described = None
    state = broker.state()
    assert state.is_complete
    assert [(one.instrument, one.side) for one in state.open_orders] == [("", None)]


def test_what_open_orders_hold_cannot_be_sold_again(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(replace(SELL, quantity=D(80)))
    ack = broker.submit(replace(SELL, id="c2-t1-0"))
    assert ack.verdict is AckVerdict.REJECTED
    assert (ack.code, "available: 20" in ack.text) == ("40310000", True)
    assert broker.state().positions[0].available == D(20)


def test_in_a_closed_market_a_day_order_waits_and_one_for_the_close_is_refused(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    alpaca.is_open = False
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED
    found = broker.find(BUY.id)
    assert found is not None
    assert found.state is OrderState.WORKING
    late = replace(BUY, id="c2", time_in_force=TimeInForce.AT_CLOSE)
    assert broker.submit(late).verdict is AckVerdict.REJECTED


@pytest.mark.parametrize("wrong", [{"side": "sell"}, {"qty": "100"}, {"symbol": "BND"}])
def test_an_order_booked_as_another_is_not_taken_for_accepted(
    alpaca: FakeAlpaca, broker: AlpacaBroker, wrong: dict[str, str]
) -> None:
    def misread(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json=handled().json() | wrong)

    alpaca.fault(POST, misread)
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.UNKNOWN
    assert ack.text.startswith("sent c1-t1-0 VTI buy 10, booked ")


def test_a_purchase_by_amount_is_sent_by_amount(alpaca: FakeAlpaca, broker: AlpacaBroker) -> None:
    order = replace(BUY, quantity=None, limit=None, notional=D("500.25"))
    assert broker.submit(order).verdict is AckVerdict.ACCEPTED
    body = json.loads(alpaca.seen[-1].content)
    assert (body["notional"], body["type"], "qty" in body) == ("500.25", "market", False)


# Cancels and replacements.


def test_a_cancel_is_asked_once_and_what_is_filled_stands(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "3", "250.10")
    assert broker.cancel(BUY.id).verdict is AckVerdict.ACCEPTED
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.state, found.filled) == (OrderState.CANCELED, D(3))
    again = broker.cancel(BUY.id)
    assert (again.verdict, again.text) == (AckVerdict.REJECTED, "order is not cancelable")


def test_a_cancel_after_a_restart_finds_the_order_by_its_id(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    other = Alpaca(ACCOUNT, stream=False).connect(wiring(alpaca))
    assert other.cancel(BUY.id).verdict is AckVerdict.ACCEPTED
    assert other.cancel("c9-none-0").code == "absent"
    other.close()


def test_a_cancel_without_an_answer_is_unknown_and_sent_once(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    ack = broker.submit(BUY)
    alpaca.fault(f"DELETE /v2/orders/{ack.broker_id}", cut_after_doing)
    assert broker.cancel(BUY.id).verdict is AckVerdict.UNKNOWN
    assert alpaca.count(f"DELETE /v2/orders/{ack.broker_id}") == 1


def test_a_replacement_has_its_own_id_and_the_old_order_is_closed(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    new = replace(BUY, id="c1-t1-1", limit=D("251.00"))
    assert broker.replace(BUY.id, new).verdict is AckVerdict.ACCEPTED
    old, found = broker.find(BUY.id), broker.find(new.id)
    assert old is not None
    assert found is not None
    assert (old.state, old.text, found.state) == (
        OrderState.CANCELED,
        "replaced",
        OrderState.WORKING,
    )
    assert broker.replace(BUY.id, replace(new, id="c1-t1-2")).verdict is AckVerdict.REJECTED


# Fills.


def test_fills_are_walked_page_by_page_each_once_and_in_order(
    alpaca: FakeAlpaca, broker: AlpacaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.brokers._alpaca_rest.FILLS_PAGE", 4)
    broker.submit(BUY)
    for second in range(10):
        alpaca.at = NOW + timedelta(seconds=second)
        alpaca.fill(BUY.id, "1", "250.10")
    alpaca.activities[3:5] = alpaca.activities[4:2:-1]  # pages mix up one moment
    alpaca.activities[3]["transaction_time"] = alpaca.activities[4]["transaction_time"]
    fills = broker.fills(NOW)
    assert len({one.execution_id for one in fills}) == len(fills) == 10
    assert [one.at for one in fills] == sorted(one.at for one in fills)
    assert {(one.order_id, one.account) for one in fills} == {(BUY.id, ACCOUNT)}
    ticket = fold(BUY, [Sent(BUY.id, NOW, 1), *fills, *fills])
    assert (ticket.state, ticket.filled) == (OrderState.FILLED, D(10))
    assert len(broker.fills(NOW + timedelta(seconds=7))) == 3


def test_fills_of_others_are_there_without_an_order_of_ours(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "10", "250.10")
    order = alpaca.by_client_id(BUY.id)
    assert order is not None
    order["client_order_id"] = made_id("placed by hand")  # Alpaca names it by a long id
    other = Alpaca(ACCOUNT, stream=False).connect(wiring(alpaca))
    assert [(one.order_id, one.broker_id) for one in other.fills(NOW)] == [("", order["id"])]
    other.close()


def test_an_activity_that_may_take_a_fill_back_is_not_read_over(
    alpaca: FakeAlpaca, broker: AlpacaBroker
) -> None:
    broker.submit(BUY)
    alpaca.fill(BUY.id, "10", "250.10")
    alpaca.activities[0]["type"] = "trade_bust"
    alpaca.described = None
    with pytest.raises(BrokerError, match="'trade_bust' is not known: it may take a fill back"):
        broker.fills(NOW)
