"""Saxo's adapter against a strict fake, in the words of faults that were seen in the wild."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.brokers import fake_saxo
from tests.brokers.described import Described
from tests.brokers.fake_alpaca import Fault, after_doing, cut_after_doing, instead
from tests.brokers.fake_saxo import ACCOUNT, KEY, LOG, TOKEN, UICS, FakeSaxo
from trimtab import plugins
from trimtab.books.order_states import fold
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace
from trimtab.brokers._saxo_broker import SaxoBroker
from trimtab.brokers._secrets import Secret
from trimtab.brokers.saxo import Saxo
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import InputError
from trimtab.model.orders import AckVerdict, Order, OrderState, Sent, TimeInForce
from trimtab.model.snapshots import Side

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
D = Decimal
PLAIN = Saxo(ACCOUNT, symbols={"VTI": "VTI:arcx"})
BUY = Order("c1-t1-0", "c1", ACCOUNT, "VTI", Side.BUY, quantity=D(10), limit=D("250.50"))
SELL = Order("c1-t2-0", "c1", ACCOUNT, "BND", Side.SELL, quantity=D(40))
POST = "POST /trade/v2/orders"


@pytest.fixture(scope="session")
def described() -> dict[str, Described]:
    folder = Path(__file__).parents[3] / "shared/brokers/specs/saxo"
    return fake_saxo.descriptions(folder) if folder.is_dir() else {}


@pytest.fixture
def saxo(described: dict[str, Described]) -> FakeSaxo:
    return FakeSaxo(NOW, described, held={"BND:xnas": 100})


def connected(
    saxo: FakeSaxo, settings: Saxo = PLAIN, tokens: list[str] | None = None
) -> SaxoBroker:
    def later(seconds: float) -> None:
        saxo.at += timedelta(seconds=seconds)

    def secret(name: str) -> Secret:
        assert name == "token"
        if tokens == []:
            raise InputError("the secret token", "it is not there")
        return Secret((tokens or [TOKEN])[-1])

    wiring = Wiring(
        secret=secret,
        pace=Pace(None, lambda: saxo.at.timestamp(), later),
        clock=lambda: saxo.at,
        sleep=later,
        transport=saxo.transport(),
    )
    return settings.connect(wiring)


@pytest.fixture
def broker(saxo: FakeSaxo) -> Iterator[SaxoBroker]:
    made = connected(saxo)
    made.open()
    yield made
    made.close()


def test_the_description_is_held_against_every_message(described: dict[str, Described]) -> None:
    if not described:
        pytest.skip("the reference material ../shared is not beside this checkout")
    request = httpx.Request(
        "POST",
        "https://gateway.saxobank.com/sim/openapi/trade/v2/orders",
        json={"AccountKey": "x", "Quantity": 10},
    )
    with pytest.raises(Exception, match=r"(?i)body|Quantity"):
        described["trade"].check(request, httpx.Response(201, json={"OrderId": "1"}))


def test_it_is_a_plug_in_set_up_from_a_file() -> None:
    made = plugins.configure("brokers", "saxo", {"account": "1", "simulation": False})
    assert made == Saxo("1", simulation=False)


def test_without_the_extra_its_settings_load_and_connecting_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['httpx'] = None\n"
        "from trimtab import plugins\n"
        "from trimtab.model.errors import InputError\n"
        "made = plugins.configure('brokers', 'saxo', {'account': '1'})\n"
        "try: made.connect(None)\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("broker Saxo: it needs the package httpx")


# The account.


def test_the_state_is_the_account_its_positions_and_its_open_orders(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    saxo.not_booked = D("-1500.25")
    broker.submit(SELL)
    state = broker.open()
    assert (state.account, state.currency, state.is_complete) == (ACCOUNT, "USD", True)
    assert state.broker_clock is not None
    [cash] = state.cash
    assert (cash.settled, cash.unsettled) == (D("98499.75"), 0)
    [held] = state.positions
    assert (held.instrument, held.quantity, held.available) == ("BND", D(100), D(60))
    [order] = state.open_orders
    assert (order.order_id, order.state, order.quantity) == (SELL.id, OrderState.WORKING, D(40))


def test_proceeds_that_are_not_booked_are_not_settled(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    saxo.not_booked = D(5_000)
    [cash] = broker.state().cash
    assert (cash.settled, cash.unsettled) == (100_000, 5_000)


def test_pages_are_walked_as_long_as_one_follows(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    saxo.page = 2
    ids = [f"c1-t{number}-0" for number in range(5)]
    for name in ids:
        broker.submit(replace(BUY, id=name, quantity=D(1)))
        saxo.fill(name, 1, 250.0)
        broker.submit(replace(BUY, id=f"{name}-b", quantity=D(1)))
    assert [one.order_id for one in broker.state().open_orders] == [f"{name}-b" for name in ids]
    assert [one.order_id for one in broker.fills(NOW)] == ids


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("GET /port/v1/netpositions", instead(200, "<html>maintenance</html>")),
        ("GET /port/v1/netpositions", instead(200, '{"Data": [{"NetPositionBase": {"Uic": 1')),
        (
            "GET /port/v1/netpositions",
            instead(200, '{"Data": [{"NetPositionBase": {"Uic": 1, "Amount": 1e3}}]}'),
        ),
        ("GET /port/v1/balances", instead(200, '{"CashBalance": "NaN"}')),
        ("GET /port/v1/orders", instead(200, '{"Data": [{"OrderId": "1", "Status": "New1"}]}')),
    ],
)
def test_what_cannot_be_read_makes_the_state_incomplete_not_flat(
    saxo: FakeSaxo, broker: SaxoBroker, path: str, fault: Fault
) -> None:
    saxo.fault(path, fault)
    state = broker.state()
    assert not state.is_complete
    assert state.notes


BALANCES = "GET /port/v1/balances"


def balance(cash: str) -> Fault:
    return instead(
        200,
        f'{{"CashBalance": {cash}, "TransactionsNotBooked": 0, '
        f'"CashAvailableForTrading": {cash}, "Currency": "USD"}}',
    )


@pytest.mark.parametrize("cash", ["12.50", '"12.50"', '"12.500"'])
def test_cash_is_exact_whether_a_number_or_text(
    saxo: FakeSaxo, broker: SaxoBroker, cash: str
) -> None:
    saxo.fault(BALANCES, balance(cash))
    state = broker.state()
    assert (state.is_complete, state.cash[0].settled) == (True, D("12.50"))


@pytest.mark.parametrize(
    "cash", ['"1.25e4"', "1.25e4", '"NaN"', "NaN", "Infinity", '"1,250"', "true", "null"]
)
def test_cash_that_is_no_plain_number_is_no_cash(
    saxo: FakeSaxo, broker: SaxoBroker, cash: str
) -> None:
    saxo.fault(BALANCES, balance(cash))
    state = broker.state()
    assert not state.is_complete
    assert "not a plain decimal number" in state.notes[0]


def test_another_account_than_the_one_named_is_refused(saxo: FakeSaxo) -> None:
    with pytest.raises(BrokerError, match=f"user has {ACCOUNT}") as raised:
        connected(saxo, Saxo("999")).open()
    assert raised.value.trouble is Trouble.PERMISSION


def test_a_wrong_token_is_said_and_never_shown(saxo: FakeSaxo) -> None:
    saxo.token = "another"
    with pytest.raises(BrokerError) as raised:
        connected(saxo).open()
    assert raised.value.trouble is Trouble.CREDENTIALS
    assert TOKEN not in str(raised.value)


def test_a_renewed_token_is_used_and_an_echo_of_either_is_hidden(saxo: FakeSaxo) -> None:
    tokens = [TOKEN]
    broker = connected(saxo, tokens=tokens)
    broker.open()
    saxo.token = "planted-token-second"
    tokens.append(saxo.token)
    echo = json.dumps({"ErrorCode": "NotOwned", "Message": f"{TOKEN} planted-token-second"})
    saxo.fault(POST, instead(400, echo))
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.REJECTED
    assert "planted" not in ack.text


def test_a_token_that_is_gone_before_an_order_leaves_proves_that_nothing_stands(
    saxo: FakeSaxo,
) -> None:
    tokens = [TOKEN]
    broker = connected(saxo, tokens=tokens)
    broker.submit(SELL)
    broker.instrument("VTI")
    tokens.clear()
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.THROTTLED
    assert "it is not there" in ack.text
    with pytest.raises(BrokerError, match="it is not there"):
        broker.find(BUY.id)
    assert saxo.count(POST) == 1


def test_a_token_that_may_only_read_blocks_trading(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    saxo.may_trade = False
    state = broker.state()
    assert state.trading_blocked
    assert state.notes == ("Saxo: this token may read, not trade",)


def test_a_clock_five_minutes_off_is_refused(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    def late(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        response = handled()
        response.headers["date"] = "Fri, 20 Nov 2026 15:05:30 GMT"
        return response

    saxo.fault("GET /port/v1/balances", late)
    with pytest.raises(BrokerError, match="at most 30 seconds apart") as raised:
        broker.state()
    assert raised.value.trouble is Trouble.CLOCK


# Orders.


def test_an_order_is_numbers_and_carries_our_id_twice(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.broker_id) == (AckVerdict.ACCEPTED, "67762872")
    sent = saxo.seen[-1]
    assert sent.headers["x-request-id"] == BUY.id
    assert b'"OrderPrice":250.50' in sent.content
    assert json.loads(sent.content) == {
        "AccountKey": KEY,
        "Uic": UICS["VTI:arcx"],
        "AssetType": "Etf",
        "Amount": 10,
        "AmountType": "Quantity",
        "BuySell": "Buy",
        "OrderType": "Limit",
        "OrderDuration": {"DurationType": "DayOrder"},
        "ManualOrder": False,
        "ExternalReference": BUY.id,
        "OrderPrice": 250.5,
    }


@pytest.mark.parametrize(
    ("when", "duration"),
    [
        (TimeInForce.AT_CLOSE, "AtTheClose"),
        (TimeInForce.AT_OPEN, "AtTheOpening"),
        (TimeInForce.GOOD_TILL_CANCELED, "GoodTillCancel"),
        (TimeInForce.IMMEDIATE_OR_CANCEL, "ImmediateOrCancel"),
    ],
)
def test_how_long_an_order_stands_in_saxos_words(
    saxo: FakeSaxo, broker: SaxoBroker, when: TimeInForce, duration: str
) -> None:
    broker.submit(replace(BUY, time_in_force=when))
    assert json.loads(saxo.seen[-1].content)["OrderDuration"] == {"DurationType": duration}


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(BUY, quantity=None, notional=D(100)), "state units"),
        (replace(BUY, quantity=D("1.5")), "not in whole units"),
        (replace(BUY, instrument="ZZZZ"), "no ZZZZ"),
    ],
)
def test_what_saxo_would_not_take_does_not_leave(
    saxo: FakeSaxo, broker: SaxoBroker, order: Order, why: str
) -> None:
    ack = broker.submit(order)
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "not sent")
    assert why in ack.text
    assert saxo.count(POST) == 0


@pytest.mark.parametrize(
    "fault",
    [
        cut_after_doing,
        after_doing(500, "{}"),
        after_doing(503, ""),
        after_doing(504, "<html>gateway timeout</html>"),
        after_doing(200, "<html>maintenance</html>"),
        after_doing(201, '{"OrderId": "677'),
        after_doing(201, "{}"),
        after_doing(201, '{"OrderId": "1", "ExternalReference": "another"}'),
        after_doing(202, '{"OrderId": "67762872"}'),
        after_doing(200, '{"ErrorInfo": {"ErrorCode": "TradeNotCompleted", "Message": "?"}}'),
        after_doing(400, '{"ErrorCode": "OrderCommandTimeout", "Message": "?"}'),
    ],
)
def test_an_order_whose_answer_proves_nothing_is_unknown_and_found_not_sent_again(
    saxo: FakeSaxo, broker: SaxoBroker, fault: Fault
) -> None:
    saxo.fault(POST, fault)
    assert broker.submit(BUY).verdict is AckVerdict.UNKNOWN
    assert saxo.count(POST) == 1
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.state, found.quantity) == (OrderState.WORKING, D(10))


def test_a_refusal_is_a_rejection_with_saxos_code(broker: SaxoBroker) -> None:
    ack = broker.submit(replace(SELL, quantity=D(400)))
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "NotOwned")


def test_a_refusal_inside_a_success_is_a_rejection(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    error = {"ErrorInfo": {"ErrorCode": "WouldExceedMargin", "Message": "no"}}
    saxo.fault(POST, instead(201, json.dumps(error)))
    ack = broker.submit(BUY)
    assert (ack.verdict, ack.code, ack.text) == (AckVerdict.REJECTED, "WouldExceedMargin", "no")


def test_the_same_order_within_fifteen_seconds_is_a_duplicate_and_stands_once(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    saxo.fault(POST, cut_after_doing)
    broker.submit(BUY)
    assert broker.submit(BUY).verdict is AckVerdict.DUPLICATE
    assert len(saxo.orders) == 1


def test_slices_that_look_alike_are_not_taken_for_duplicates(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    slices = [replace(BUY, id=f"c1-t1-{part}", part=part) for part in range(3)]
    assert {broker.submit(one).verdict for one in slices} == {AckVerdict.ACCEPTED}
    assert len(saxo.orders) == 3


def test_a_precheck_refuses_before_anything_leaves(saxo: FakeSaxo) -> None:
    broker = connected(saxo, replace(PLAIN, precheck=True))
    ack = broker.submit(replace(BUY, quantity=D(5_000)))
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "precheck")
    assert "OrderValueTooLarge" in ack.text
    assert saxo.count(POST) == 0
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED


# Limits.


def test_orders_go_out_one_a_second(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    moments: list[datetime] = []

    def told(_: httpx.Request, handled: Callable[[], httpx.Response]) -> httpx.Response:
        moments.append(saxo.at)
        return handled()

    saxo.fault(POST, *[told] * 5)
    for number in range(5):
        broker.submit(replace(BUY, id=f"c1-t{number}-9"))
    gaps = [later - first for first, later in pairwise(moments)]
    assert min(gaps) >= timedelta(seconds=0.999)


def test_what_an_answer_says_is_left_is_heeded(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    saxo.says_what_is_left = True
    broker.submit(BUY)
    first = saxo.at
    broker.submit(replace(BUY, id="c1-t3-0"))
    assert saxo.at - first >= timedelta(seconds=7)


def test_too_many_requests_leave_no_order(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    left = {"X-RateLimit-SessionOrders-Remaining": "0", "X-RateLimit-SessionOrders-Reset": "9"}
    saxo.fault(POST, instead(429, "{}", **left))
    ack = broker.submit(BUY)
    assert ack.verdict is AckVerdict.THROTTLED
    assert fold(BUY, (Sent(BUY.id, NOW, 1), ack)).state is OrderState.PLANNED
    first = saxo.at
    assert broker.submit(BUY).verdict is AckVerdict.ACCEPTED
    assert saxo.at - first >= timedelta(seconds=9)


# Finding, canceling, fills, instruments.


def test_absence_is_proven_by_two_looks_at_orders_and_log(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    before = saxo.count(f"GET {LOG}")
    assert broker.find("c9-t9-0") is None
    assert saxo.count(f"GET {LOG}") - before == 2


def test_an_order_that_comes_between_two_looks_is_found(saxo: FakeSaxo, broker: SaxoBroker) -> None:
    nothing = instead(200, '{"Data": []}')
    broker.submit(BUY)
    saxo.fault("GET /port/v1/orders", nothing)
    saxo.fault(f"GET {LOG}", nothing)
    assert broker.find(BUY.id) is not None


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([("Placed", "Rejected")], OrderState.REJECTED),
        ([("Cancelled", "Requested")], OrderState.WORKING),
        ([("Cancelled", "Rejected")], OrderState.WORKING),
        ([("Cancelled", "Confirmed")], OrderState.CANCELED),
        ([("Expired", "Confirmed")], OrderState.EXPIRED),
        ([("Changed", "Confirmed")], OrderState.WORKING),
    ],
)
def test_what_the_log_says_of_an_order_that_is_not_open(
    saxo: FakeSaxo, broker: SaxoBroker, entries: list[tuple[str, str]], state: OrderState
) -> None:
    name = broker.submit(BUY).broker_id
    for status, said in entries:
        saxo.note(name, status, said)
    saxo.orders.clear()
    found = broker.find(BUY.id)
    assert found is not None
    assert found.state is state


def test_a_filled_order_is_found_and_its_fills_are_counted_once(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    ack = broker.submit(BUY)
    saxo.fill(BUY.id, 4, 250.1)
    saxo.at += timedelta(seconds=1)
    saxo.fill(BUY.id, 6, 250.2)
    found = broker.find(BUY.id)
    assert found is not None
    assert (found.state, found.filled, found.average_price) == (OrderState.FILLED, 10, D("250.2"))
    first, second = broker.fills(NOW)
    assert (first.order_id, first.quantity, first.price) == (BUY.id, D(4), D("250.1"))
    again = broker.fills(NOW)
    ticket = fold(BUY, (Sent(BUY.id, NOW, 1), ack, first, second, *again))
    assert (ticket.state, ticket.filled) == (OrderState.FILLED, 10)


def test_an_order_is_not_changed_because_the_new_one_would_not_be_found(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    seen = len(saxo.seen)
    ack = broker.replace("c1-t0-0", BUY)
    assert (ack.verdict, ack.code) == (AckVerdict.REJECTED, "not sent")
    assert "cancel c1-t0-0 and send another" in ack.text
    assert len(saxo.seen) == seen


def test_a_cancel_is_asked_once_and_a_late_one_is_refused(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    broker.submit(BUY)
    assert broker.cancel(BUY.id).verdict is AckVerdict.ACCEPTED
    saxo.at += timedelta(seconds=20)
    late = broker.cancel(BUY.id)
    assert (late.verdict, late.code) == (AckVerdict.REJECTED, "OrderNotFound")
    assert broker.cancel("c9-t9-0").verdict is AckVerdict.REJECTED
    found = broker.find(BUY.id)
    assert found is not None
    assert found.state is OrderState.CANCELED


def test_a_ticker_on_several_exchanges_is_named_by_its_owner(saxo: FakeSaxo) -> None:
    broker = connected(saxo, Saxo(ACCOUNT))
    with pytest.raises(BrokerError, match=r"VTI:arcx .*, VTI:xmex"):
        broker.instrument("VTI")
    assert broker.submit(BUY).verdict is AckVerdict.REJECTED
    assert saxo.count(POST) == 0
    found = connected(saxo).instrument("VTI")
    assert found is not None
    assert (found.broker_id, found.price_step, found.tradable) == ("36590", D("0.01"), True)


def test_the_same_ticker_elsewhere_is_not_our_instrument(
    saxo: FakeSaxo, broker: SaxoBroker
) -> None:
    broker.instrument("VTI")
    saxo.held |= {"VTI:arcx": 5, "VTI:xmex": 7}
    held = {one.instrument: one.quantity for one in broker.state().positions}
    assert held == {"BND": 100, "VTI": 5, "VTI:xmex": 7}
