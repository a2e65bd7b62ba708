"""A cycle that is run again is told what it was told, asks nobody, and decides the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.cycle.situated import home
from trimtab.cycle.flow import CycleSetup, run_cycle
from trimtab.cycle.orders import OrdersPlanned, Session
from trimtab.cycle.requests import Observation
from trimtab.drivers.live.answer_json import from_text, to_text
from trimtab.drivers.live.durable import (
    ORDERS_STEP,
    begin,
    decision_entry,
    orders_once,
    plan_hash,
    run_durable,
)
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.live import StoredAnswer
from trimtab.model.plans import Decision, Verdict
from trimtab.model.proposals import (
    Action,
    Proposal,
    ProposalStatus,
    ProposedBuy,
    ProposedSale,
)
from trimtab.model.snapshots import PriceHistory
from trimtab.stores._memory_live import MemoryStore
from trimtab.testing.situations import StatedCurve, estimates_of

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOME = home()
HISTORY = PriceHistory((HOME.snapshot.as_of,), ("VTI",), ((200.25,),), "table")
WANTED = Proposal(
    Action.PARTIAL,
    ProposalStatus.HELD,
    "a test wants it",
    sales=(ProposedSale(HOME.snapshot.lots[0].id, 6000.0),),
    buys=(ProposedBuy("taxable", "ITOT", 4000.0),),
)


class Asked:
    """A world that answers, counts, and dies where a test says."""

    def __init__(self, dies_at: int = 99, verdict: Verdict | None = Verdict.TRADE) -> None:
        self.count, self.dies_at, self.verdict = 0, dies_at, verdict

    def _one(self) -> None:
        self.count += 1
        if self.count == self.dies_at:
            raise KeyboardInterrupt

    def observe(self, request):
        self._one()
        return Observation(HOME.snapshot, HISTORY)

    def propose(self, request):
        self._one()
        return WANTED

    def authorise(self, request):
        self._one()
        if self.verdict is None:
            return None
        return replace(request.decision, verdict=self.verdict, sentence="as Ada said")


class Durable:
    """A store, a lease, and runs of one cycle."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        lease = self.store.lease("home", "p1", AT, 60.0)
        assert lease is not None
        self.lease = lease

    def run(self, world: Asked) -> Decision | None:
        setup = CycleSetup(
            "c-1",
            HOME.snapshot.as_of,
            HOME.mandate,
            StatedCurve(),
            lambda observation, mandate: estimates_of(HOME),
        )
        return run_durable("c-1", run_cycle(setup), world, self.store, self.lease, lambda: AT)


@pytest.fixture(scope="module")
def whole() -> tuple[Decision, int]:
    world = Asked()
    decision = Durable().run(world)
    assert decision is not None
    assert decision.plan is not None
    assert decision.plan.trades
    return decision, world.count


def test_run_again_it_asks_nobody_and_decides_the_same(whole):
    durable = Durable()
    first = durable.run(Asked())
    world = Asked()
    assert durable.run(world) == first == whole[0]
    assert world.count == 0
    assert first.sentence == "as Ada said"


def test_a_crash_at_any_question_loses_that_question_alone(whole):
    decision, questions = whole
    for dies_at in range(1, questions + 1):
        durable = Durable()
        with pytest.raises(KeyboardInterrupt):
            durable.run(Asked(dies_at))
        world = Asked()
        assert durable.run(world) == decision
        assert world.count == questions - dies_at + 1


def test_a_cycle_waits_for_people_and_goes_on_when_they_have_spoken(whole):
    durable = Durable()
    assert durable.run(Asked(verdict=None)) is None
    assert durable.run(Asked(verdict=None)) is None
    world = Asked()
    assert durable.run(world) == whole[0]
    assert world.count == 1


def test_an_authorisation_of_another_plan_is_refused(whole):
    durable = Durable()
    durable.run(Asked())
    answers = durable.store.answers("c-1")
    changed = MemoryStore()
    lease = changed.lease("home", "p1", AT, 60.0)
    for answer in answers:
        data = answer.data.replace(plan_hash(whole[0]), "0" * 64)
        changed.put_answer(replace(answer, data=data), lease)
    durable.store, durable.lease = changed, lease
    with pytest.raises(InputError, match="another plan than the one that was authorised"):
        durable.run(Asked())


def test_stored_answers_of_another_version_are_refused_and_not_guessed_at():
    durable = Durable()
    durable.store.put_answer(StoredAnswer("c-1", 0, "propose", "{}", AT), durable.lease)
    with pytest.raises(InputError, match="asks to observe, and an answer to propose is stored"):
        durable.run(Asked())
    other = Durable()
    other.store.put_answer(StoredAnswer("c-1", 0, "observe", '{"snapshot":{}}', AT), other.lease)
    with pytest.raises(InputError, match="was stored by another version"):
        other.run(Asked())


def test_orders_are_made_once_and_read_back_ever_after():
    durable, made = Durable(), []

    def make() -> OrdersPlanned:
        made.append(1)
        return OrdersPlanned(())

    for _ in range(3):
        orders = orders_once("c-1", durable.store, durable.lease, lambda: AT, make)
        assert orders == OrdersPlanned(())
    assert made == [1]
    assert [answer.step for answer in durable.store.answers("c-1")] == [ORDERS_STEP]


def test_a_decision_begins_once_in_the_journal_and_in_the_orders(whole):
    durable = Durable()
    for _ in range(2):
        begin(whole[0], durable.store, durable.lease, lambda: AT, lambda: OrdersPlanned(()))
    assert [entry.id for entry in durable.store.entries("home")] == ["decision c-1"]
    assert len(durable.store.answers("c-1")) == 1


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.TRADE])
def test_only_a_decision_to_trade_becomes_orders(whole, verdict):
    durable, waits = Durable(), replace(whole[0], verdict=verdict)
    with pytest.raises(InvariantError, match="nothing is ordered"):
        begin(waits, durable.store, durable.lease, lambda: AT, lambda: OrdersPlanned(()))
    assert not list(durable.store.entries("home"))


def test_the_decision_in_the_journal_names_its_trades(whole):
    entry = decision_entry(whole[0])
    assert entry.id == "decision c-1"
    assert entry.details["trades"].split() == [trade.id for trade in whole[0].plan.trades]
    assert entry.details["verdict"] == "trade"
    assert not entry.postings


@pytest.mark.parametrize(
    "value",
    [
        Observation(HOME.snapshot, HISTORY),
        Session(AT, AT + timedelta(hours=6)),
        OrdersPlanned(()),
        HOME.mandate.targets[0],
        replace(HOME.snapshot, rates={"EUR": Decimal("1.0800")}, high_water=Decimal("0E-8")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_stored_comes_back_as_it_was(value):
    text = to_text(value)
    back = from_text(text, type(value))
    assert back == value
    assert to_text(back) == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not JSON"),
        ("{}", "another version"),
        ('{"closes":"2026-03-02","opens":"noon"}', "'noon' is no datetime"),
        ("[]", "another version"),
    ],
)
def test_what_is_no_answer_is_refused(text, complaint):
    with pytest.raises(InputError, match=complaint):
        from_text(text, Session)
