"""An account over FIX as the port `Broker`, against an exchange in memory: no QuickFIX needed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.brokers.fake_fix import NOW, FakeExchange, MemoryWire
from trimtab import plugins
from trimtab.books.order_states import fold
from trimtab.brokers._base import Wiring
from trimtab.brokers._fix_broker import FixBroker
from trimtab.brokers._fix_profiles import DUKASCOPY, FIX42, FIX44, IBKR, Profile, Sequence
from trimtab.brokers._fix_quotes import FixQuotes
from trimtab.brokers._fix_session import Hearer, SessionPlan
from trimtab.brokers._fix_terms import FixLimits, FixTerms
from trimtab.brokers._fix_wire import Message
from trimtab.brokers._fix_words import cancel_id, end_of_day, new_order
from trimtab.brokers._pace import Pace
from trimtab.brokers._secrets import Secret
from trimtab.model.brokers import (
    BrokerCash,
    BrokerError,
    BrokerPosition,
    BrokerState,
    Link,
    Notice,
    Trouble,
)
from trimtab.model.errors import InputError
from trimtab.model.orders import AckVerdict, Fill, Order, OrderReport, OrderState, Sent, TimeInForce
from trimtab.model.snapshots import Side

D = Decimal
EVER = datetime(2020, 1, 1, tzinfo=UTC)
LIMITS = FixLimits(logon=0.2, answer=0.05, turn=1.0, positions_quiet=0.01)
BUY = Order("tt-a", "cycle", "joint", "VTI", Side.BUY, D(10), limit=D("101"))
PAIR = Order("tt-p", "cycle", "joint", "EUR/USD", Side.BUY, D(10_000), limit=D("1.1"))


@dataclass
class Bench:
    """A broker with its exchange and wire; `again` is the same account after a restart."""

    profile: Profile
    folder: Path
    exchange: FakeExchange
    seconds: float = 0.0
    waited: list[float] = field(default_factory=list)
    wires: list[MemoryWire] = field(default_factory=list)

    def wiring(self) -> Wiring:
        pace = Pace(None, lambda: self.seconds, self.wait)
        return Wiring(lambda name: Secret(f"planted-{name}"), pace, lambda: NOW, self.wait)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.seconds += seconds

    def wire(self, plan: SessionPlan, hearer: Hearer) -> MemoryWire:
        self.wires.append(MemoryWire(self.exchange, hearer))
        return self.wires[-1]

    def plan(self) -> SessionPlan:
        where = ("TRIMTAB", "BROKER", "127.0.0.1", 1, self.folder)
        return SessionPlan(self.profile, *where, tls=False, sequence=self.profile.sequence)

    def broker(self, custody: Callable[[], BrokerState] | None = None) -> FixBroker:
        terms = FixTerms("U1", custody=custody)
        account = FixBroker(terms, self.plan(), self.wiring(), LIMITS, self.wire)
        account.open()
        return account

    @property
    def line(self) -> MemoryWire:
        return self.wires[-1]

    def sent(self) -> list[str]:
        return [f"{one.kind} {one.get(11)}" for one in self.exchange.received]


def bench_of(profile: Profile, folder: Path) -> Bench:
    totals = profile.fills_from_totals
    return Bench(profile, folder, FakeExchange(profile.begin, totals_only=totals))


@pytest.fixture(params=[FIX42, FIX44, IBKR], ids=lambda one: one.name)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return bench_of(request.param, tmp_path)


@pytest.fixture
def dukascopy(tmp_path: Path) -> Bench:
    return bench_of(DUKASCOPY, tmp_path)


def test_an_order_is_taken_fills_and_its_records_fold_to_filled(bench: Bench) -> None:
    account = bench.broker()
    ack = account.submit(BUY)
    events = account.events(0)
    kinds = [type(one) for one in events]
    assert kinds == [Link, OrderReport, OrderReport, Fill]
    records = [Sent(BUY.id, NOW, 1), ack, *(one for one in events if not isinstance(one, Link))]
    ticket = fold(BUY, records)
    assert (ticket.state, ticket.filled, ticket.missing) == (OrderState.FILLED, D(10), 0)
    assert account.events(0) == ()


@pytest.mark.parametrize(
    ("what", "verdict"),
    [
        ("rest", AckVerdict.ACCEPTED),
        ("part", AckVerdict.ACCEPTED),
        ("reject", AckVerdict.REJECTED),
        ("mute", AckVerdict.UNKNOWN),
        ("swallow", AckVerdict.UNKNOWN),
    ],
)
def test_the_answer_to_an_order_is_what_is_proven(
    bench: Bench, what: str, verdict: AckVerdict
) -> None:
    bench.exchange.plan.append(what)
    assert bench.broker().submit(BUY).verdict is verdict


def test_an_order_without_an_answer_is_asked_for_before_anything_else(bench: Bench) -> None:
    account = bench.broker()
    bench.exchange.plan.extend(["mute", "swallow"])
    assert account.submit(BUY).verdict is AckVerdict.UNKNOWN
    assert account.find("tt-a") is None
    assert account.submit(BUY).verdict is AckVerdict.UNKNOWN
    found = account.find("tt-a")
    assert found is not None and found.state is OrderState.WORKING
    assert account.submit(BUY).verdict is AckVerdict.DUPLICATE
    assert bench.sent() == ["D tt-a", "H tt-a", "D tt-a", "H tt-a"]


def test_a_cut_before_the_answer_is_unknown_and_without_a_session_nothing_is_sent(
    bench: Bench,
) -> None:
    account = bench.broker()
    bench.line.cut_before_answer = True
    ack = account.submit(BUY)
    assert (ack.verdict, ack.text) == (
        AckVerdict.UNKNOWN,
        "no answer came: the session was cut",
    )
    later = account.submit(Order("tt-b", "cycle", "joint", "VTI", Side.BUY, D(1)))
    assert (later.verdict, later.retry_after) == (AckVerdict.THROTTLED, 15.0)
    assert bench.sent() == ["D tt-a"]
    with pytest.raises(BrokerError) as caught:
        account.find("tt-a")
    assert caught.value.trouble is Trouble.UNAVAILABLE


def test_an_order_that_the_session_would_repeat_late_is_kept_back(bench: Bench) -> None:
    bench.broker()
    late = new_order(BUY, "VTI", "U1", bench.profile, NOW)
    assert not bench.line.hearer.on_sending(Message((*late.fields, (34, "9"), (43, "Y"))))


def test_a_full_disk_keeps_orders_from_leaving_and_reports_are_told_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = bench.broker()
    bench.exchange.plan.append("rest")
    account.submit(BUY)
    account.events(0)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trimtab.brokers._fix_journal.os.fsync", full)
    ack = account.submit(Order("tt-b", "cycle", "joint", "VTI", Side.BUY, D(1)))
    assert ack.verdict is AckVerdict.THROTTLED
    assert "No space left" in ack.text
    bench.line.tell(bench.exchange.fill("tt-a", "10"))
    told = account.events(0)
    assert {type(one) for one in told} == {Notice, Link, OrderReport, Fill}
    assert bench.sent() == ["D tt-a"]


def test_after_a_restart_executions_orders_and_cancels_are_known_from_the_journal(
    bench: Bench,
) -> None:
    account = bench.broker()
    bench.exchange.plan.append("part")
    account.submit(BUY)
    account.cancel("tt-never")
    account.close()
    again = bench.broker()
    assert [(one.quantity, one.order_id) for one in again.fills(EVER)] == [(D(5), "tt-a")]
    assert [type(one) for one in again.events(0)] == [Link]  # old news is not told again
    assert [one.order_id for one in again.state().open_orders] == ["tt-a"]
    assert again.cancel("tt-a").verdict is AckVerdict.ACCEPTED
    assert bench.sent() == ["D tt-a", "F tt-a-c1"]


def test_a_journal_that_a_crash_cut_short_loses_only_the_line_that_was_not_whole(
    bench: Bench,
) -> None:
    account = bench.broker()
    account.submit(BUY)
    (path,) = bench.folder.glob("*.jsonl")
    path.write_text(path.read_text() + '{"at": "2026-11-2')
    assert [one.quantity for one in bench.broker().fills(EVER)] == [D(10)]
    path.write_text("not ours\n" + path.read_text())
    with pytest.raises(InputError, match=r"\.jsonl:1"):
        bench.broker()


def test_a_report_that_comes_twice_is_one_execution_and_a_bust_takes_it_back(
    bench: Bench,
) -> None:
    account = bench.broker()
    bench.exchange.plan.append("rest")
    ack = account.submit(BUY)
    filled = bench.exchange.fill("tt-a", "10")
    bench.line.tell(filled, Message((*filled.fields, (43, "Y"))))
    records = [one for one in account.events(0) if not isinstance(one, Link | Notice)]
    assert sum(isinstance(one, Fill) for one in records) == 1
    bench.line.tell(bench.exchange.bust("tt-a", filled.get(17)))
    records += [one for one in account.events(0) if not isinstance(one, Link | Notice)]
    ticket = fold(BUY, [ack, *records])
    assert (ticket.state, ticket.filled) == (OrderState.WORKING, 0)


def test_what_the_broker_does_not_take_never_leaves(dukascopy: Bench) -> None:
    account = dukascopy.broker()
    refused = {
        "by amount": Order("tt-1", "c", "a", "EUR/USD", Side.BUY, notional=D(100)),
        "multiple of 1": Order("tt-2", "c", "a", "EUR/USD", Side.BUY, D("0.5")),
        "time in force of cls": Order(
            "tt-3", "c", "a", "EUR/USD", Side.BUY, D(1), time_in_force=TimeInForce.AT_CLOSE
        ),
    }
    for words, order in refused.items():
        ack = account.submit(order)
        assert ack.verdict is AckVerdict.REJECTED
        assert words in ack.text
    assert dukascopy.sent() == ["U7 "]  # the question for the account


def test_a_message_that_the_broker_refuses_rejects_the_order_it_was(bench: Bench) -> None:
    account = bench.broker()
    bench.exchange.plan.append("mute")
    account.submit(BUY)
    account.events(0)
    bench.line.tell(Message.of("j", [(45, "2"), (372, "D"), (380, "3"), (58, "unsupported")]))
    (told,) = account.events(0)
    assert isinstance(told, OrderReport)
    assert (told.order_id, told.state, told.text) == ("tt-a", OrderState.REJECTED, "unsupported")


def test_what_the_account_holds_comes_from_elsewhere_or_is_marked_as_not_told(
    bench: Bench,
) -> None:
    alone = bench.broker().state()
    assert (alone.is_complete, alone.positions) == (False, ())
    assert "not the account" in alone.notes[0]
    whole = BrokerState("U1", NOW, None, "USD", (), (), ())
    shown = bench.broker(lambda: whole).state()
    assert (shown.is_complete, shown.positions, shown.notes) == (True, (), ())


def test_what_was_executed_after_the_moment_of_a_statement_is_added_to_it(bench: Bench) -> None:
    held = BrokerPosition("VTI", "VTI", D(5), D(5))
    cash = BrokerCash("USD", D(9000), D(0), D(9000))
    told = BrokerState("U1", NOW - timedelta(hours=20), None, "USD", (cash,), (held,), ())
    account = bench.broker(lambda: told)
    bench.exchange.plan.append("part")
    account.submit(BUY)
    state = account.state()
    assert [(one.instrument, one.quantity) for one in state.positions] == [("VTI", D(10))]
    assert state.cash[0].settled == D(9000) - 5 * D("100.5")
    assert [one.order_id for one in state.open_orders] == ["tt-a"]
    account._terms = replace(account._terms, custody=lambda: replace(told, at=NOW))
    later = account.state()
    assert [one.quantity for one in later.positions] == [D(5)], "the file has them already"


def test_a_session_without_one_for_prices_says_what_to_name(bench: Bench) -> None:
    with pytest.raises(BrokerError, match="as `data`, or a file of quotes"):
        bench.broker().quotes(["VTI"], NOW)


def test_dukascopy_tells_money_and_positions_and_its_totals_become_executions(
    dukascopy: Bench,
) -> None:
    account = dukascopy.broker()
    state = account.state()
    assert state.is_complete
    assert [(one.instrument, one.quantity) for one in state.positions] == [("EUR/USD", D(20_000))]
    assert (state.cash[0].settled, state.cash[0].currency) == (D("9000.5"), "USD")
    dukascopy.exchange.plan.append("rest")
    account.submit(PAIR)
    for part in ("4000", "6000"):
        dukascopy.line.tell(dukascopy.exchange.fill("tt-p", part))
    assert [one.quantity for one in account.fills(EVER)] == [D(4000), D(6000)]
    assert not account.capabilities.replays_gaps
    (link, *_) = account.events(0)
    assert isinstance(link, Link) and link.gap  # its numbers start again: something may be missing


def test_sixteen_orders_a_second_are_not_exceeded_in_any_second(dukascopy: Bench) -> None:
    account = dukascopy.broker()
    times = []
    for number in range(40):
        dukascopy.exchange.plan.append("rest")
        ack = account.submit(Order(f"tt-{number}", "c", "a", "EUR/USD", Side.BUY, D(1)))
        assert ack.verdict is AckVerdict.ACCEPTED
        times.append(dukascopy.seconds)
    busiest = max(sum(start <= one < start + 1 for one in times) for start in times)
    assert 8 <= busiest <= 16


@pytest.mark.parametrize(
    ("profile", "time_in_force", "limit", "fields"),
    [
        (FIX42, TimeInForce.DAY, "101", {40: "2", 44: "101", 59: "0"}),
        (FIX42, TimeInForce.AT_CLOSE, None, {40: "5", 59: "0"}),
        (FIX42, TimeInForce.AT_CLOSE, "101", {40: "B", 44: "101", 59: "0"}),
        (FIX44, TimeInForce.AT_CLOSE, None, {40: "1", 59: "7"}),
        (FIX44, TimeInForce.AT_OPEN, None, {40: "1", 59: "2"}),
        (IBKR, TimeInForce.DAY, None, {40: "1", 59: "0", 21: "2", 100: "SMART", 167: "CS"}),
        (DUKASCOPY, TimeInForce.DAY, None, {40: "1", 59: "3"}),
        (DUKASCOPY, TimeInForce.DAY, "101", {40: "2", 59: "6", 126: "20261120-22:00:00.000"}),
        (DUKASCOPY, TimeInForce.GOOD_TILL_CANCELED, "101", {40: "2", 59: "1"}),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_an_order_is_written_in_the_words_of_the_dialect(
    profile: Profile, time_in_force: TimeInForce, limit: str | None, fields: dict[int, str]
) -> None:
    price = None if limit is None else D(limit)
    order = Order(
        "tt-a", "c", "a", "X", Side.SELL, D("1E+2"), limit=price, time_in_force=time_in_force
    )
    made = new_order(order, "X", "U1", profile, NOW)
    assert {tag: made.get(tag) for tag in fields} == fields
    assert (made.get(1), made.get(11), made.get(38), made.get(54)) == ("U1", "tt-a", "100", "2")


def test_the_day_of_foreign_exchange_ends_at_five_in_new_york_summer_and_winter() -> None:
    assert end_of_day(NOW) == NOW.replace(hour=22)
    assert end_of_day(NOW.replace(hour=22)) == NOW.replace(hour=22) + timedelta(days=1)
    summer = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
    assert end_of_day(summer) == summer.replace(hour=21)


def test_a_request_to_cancel_has_an_id_that_every_broker_takes() -> None:
    assert cancel_id("tt-" + "x" * 26, 1) == "tt-" + "x" * 26 + "-c1"
    assert len(cancel_id("tt-" + "x" * 29, 123)) == 32


def test_prices_come_over_a_session_of_their_own_with_their_time(dukascopy: Bench) -> None:
    feed = FixQuotes(FixTerms("U1"), dukascopy.plan(), dukascopy.wiring(), LIMITS, dukascopy.wire)
    feed.open()
    assert feed.quotes(["EUR/USD"], NOW) == {}
    asked = dukascopy.exchange.received[-1]
    assert (asked.kind, asked.get(55), asked.every(269)) == ("V", "EUR/USD", ["0", "1"])
    entries = [(55, "EUR/USD"), (268, "2"), (269, "0"), (269, "1"), (270, "1.1"), (270, "1.2")]
    dukascopy.line.tell(Message.of("W", entries))
    dukascopy.line.tell(Message.of("W", [*entries[:4], (270, "1.3"), (270, "1.2")]))  # crossed
    quote = feed.quotes(["EUR/USD"], NOW + timedelta(seconds=1))["EUR/USD"]
    assert (quote.bid, quote.ask) == (D("1.1"), D("1.2"))
    assert quote.at == NOW + timedelta(milliseconds=100)
    assert feed.quotes(["EUR/USD"], NOW) == {}  # not known then
    dukascopy.line.cut("gone")
    with pytest.raises(BrokerError, match="gone"):
        feed.quotes(["GBP/USD"], NOW)


@pytest.mark.parametrize("name", ["fix", "ibkr-fix", "dukascopy"])
def test_an_address_of_another_machine_without_tls_is_refused(name: str, tmp_path: Path) -> None:
    settings = {"account": "U1", "host": "fix.example.com", "port": 443, "tls": False}
    settings |= {"folder": str(tmp_path), "target": "BROKER"}
    settings |= {"trading" if name == "dukascopy" else "sender": "TRIMTAB"}
    kind = plugins.configure("brokers", name, settings)
    with pytest.raises(InputError, match="without TLS"):
        kind.connect(bench_of(FIX44, tmp_path).wiring())


def test_no_secret_stands_in_what_is_shown_of_a_session(bench: Bench) -> None:
    plan = SessionPlan(
        FIX44, "A", "B", "h", 1, bench.folder, True, Secret("planted-u"), Secret("planted-p")
    )
    assert "planted" not in repr(plan)
    assert Sequence.KEEP is plan.sequence
