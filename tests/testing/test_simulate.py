"""Through crashes, cuts and lies nothing is lost and nothing sent twice; such bugs would show."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from trimtab.cycle import orders
from trimtab.drivers.live import engine
from trimtab.drivers.live.booking import FillBook
from trimtab.drivers.live.desk import Desk
from trimtab.drivers.live.engine import Engine
from trimtab.drivers.live.hearing import Hearing
from trimtab.drivers.live.releasing import Releasing
from trimtab.model.orders import Ack, AckVerdict, Fill, OrderState
from trimtab.testing.faults import RATES, FaultKind
from trimtab.testing.faulty_broker import FaultyBroker
from trimtab.testing.simulate import simulate

SEEDS = (*range(60), 969, 1115)
"""Some, and those that found something once: cents of a loss, and a split among a day's trades."""
Plant = Callable[[pytest.MonkeyPatch], None]


def test_nothing_is_lost_and_nothing_sent_twice_in_any_seed():
    faults: Counter[FaultKind] = Counter()
    for seed in SEEDS:
        run = simulate(seed)
        assert not run.violations, f"seed {seed}: {run.violations}"
        faults.update(run.faults)
    assert {kind for kind in FaultKind if not faults[kind]} == set()


def test_a_seed_tells_the_same_story_every_time():
    assert simulate(3) == simulate(3)


def test_a_calm_world_executes_what_was_decided():
    run = simulate(5, rates={})
    assert not run.violations
    assert run.processes == 1
    assert run.executions > 0


def retries_a_write(plant: pytest.MonkeyPatch) -> None:
    """What several brokers' own libraries do: no answer, so once more."""
    submit = FaultyBroker.submit

    def again(broker: FaultyBroker, order: orders.Order) -> Ack:
        ack = submit(broker, order)
        return submit(broker, order) if ack.verdict is AckVerdict.UNKNOWN else ack

    plant.setattr(FaultyBroker, "submit", again)


def makes_an_id_for_every_attempt(plant: pytest.MonkeyPatch) -> None:
    """A new id takes away the broker's own protection against sending twice."""
    made = iter(range(1_000_000))
    plant.setattr(orders, "order_id", lambda *told: f"tt-{next(made)}")


def sends_before_it_records(plant: pytest.MonkeyPatch) -> None:
    def submit(releasing, desk, order, now, before):
        ack = desk.broker.submit(order)
        releasing.blotter.record(*before, ack)
        return []

    plant.setattr(Releasing, "_submit", submit)


def records_a_fill_before_it_books_it(plant: pytest.MonkeyPatch) -> None:
    fill = Hearing._fill

    def other_way_round(hearing: Hearing, desk: Desk, one: Fill) -> None:
        if one.order_id in hearing.blotter:
            if one.execution_id in hearing.blotter._executions_of(one.order_id):
                return
            hearing.blotter.record(one)
        fill(hearing, desk, one)

    plant.setattr(Hearing, "_fill", other_way_round)


def trusts_what_it_knew_before_its_lease_ran_out(plant: pytest.MonkeyPatch) -> None:
    """Another process worked the household meanwhile, and let go of it."""

    def renew(engine, now):
        lease = engine.blotter.lease
        renewed = engine.store.lease(lease.household, lease.holder, now, engine.pace.lease)
        engine.blotter.lease = renewed or lease

    plant.setattr(Engine, "_renew", renew)


def trusts_the_stream(plant: pytest.MonkeyPatch) -> None:
    """Executions that the stream dropped are never asked for."""
    poll = Desk.poll

    def without_fills(desk, now, asked, since):
        heard = poll(desk, now, asked, since)
        heard.fills.clear()
        return heard

    plant.setattr(Desk, "poll", without_fills)


def counts_a_repeated_fill_twice(plant: pytest.MonkeyPatch) -> None:
    """An id of our own in place of the broker's makes an execution new each time it is told."""
    entries_of = FillBook.entries_of
    number = iter(range(1_000_000))

    def always(book, fill, order, lots):
        again = replace(fill, execution_id=f"{fill.execution_id}-{next(number)}")
        return entries_of(book, again, order, lots)

    plant.setattr(FillBook, "has", lambda book, fill, account: False)
    plant.setattr(FillBook, "entries_of", always)


def sends_while_books_and_broker_disagree(plant: pytest.MonkeyPatch) -> None:
    """A split, a dividend or a trade by hand is seen, and nobody minds."""
    plant.setattr(engine, "reconcile", lambda books, state, on: ())


def lets_a_cancel_beat_a_late_fill(plant: pytest.MonkeyPatch) -> None:
    """What is canceled is over, so that its executions are not listened to."""
    fill = Hearing._fill

    def deaf(hearing: Hearing, desk: Desk, one: Fill) -> None:
        is_ours = hearing.is_ours(desk, one.order_id)
        if not is_ours or hearing.blotter.ticket(one.order_id).state is not OrderState.CANCELED:
            fill(hearing, desk, one)

    plant.setattr(Hearing, "_fill", deaf)


def books_no_bust(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(FillBook, "_bust", lambda book, fill, order: [])


OFTEN_WOKEN = {**RATES, FaultKind.ZOMBIE: 0.9, FaultKind.CRASH_AFTER: 0.04}
BUGS: list[tuple[Plant, str]] = [
    (retries_a_write, "was sent twice"),
    (sends_before_it_records, "sendings are recorded"),
    (records_a_fill_before_it_books_it, "the books"),
    (trusts_the_stream, "came to no end"),
    (trusts_what_it_knew_before_its_lease_ran_out, ""),
    (counts_a_repeated_fill_twice, "the books"),
    (sends_while_books_and_broker_disagree, "unbooked"),
    (lets_a_cancel_beat_a_late_fill, "the books"),
    (books_no_bust, "the books"),
    (makes_an_id_for_every_attempt, "has another id than its own"),
]


@pytest.mark.parametrize(("bug", "words"), BUGS, ids=[bug.__name__ for bug, _ in BUGS])
def test_a_planted_bug_is_caught(bug: Plant, words: str, monkeypatch: pytest.MonkeyPatch):
    bug(monkeypatch)
    rates = OFTEN_WOKEN if bug is trusts_what_it_knew_before_its_lease_ran_out else RATES
    runs = (simulate(seed, rates=rates) for seed in range(200))
    assert any(words in violation for run in runs for violation in run.violations)


def test_old_processes_that_wake_up_often_do_no_harm():
    """The world in which a planted bug of such processes is caught."""
    assert not any(simulate(seed, rates=OFTEN_WOKEN).violations for seed in range(70))
