"""The service over recorded days: what it does, tells, survives and refuses."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from socket import gethostname
from threading import Thread

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import LOTS, MANDATE, write_household
from tests.app.live.webhook import receiving
from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.live import serving as serving_module
from trimtab.app.live.alerts import Outbox
from trimtab.app.live.following import open_tickets, tickets_open
from trimtab.app.live.heartbeat import read_heartbeat
from trimtab.app.live.service import open_service, open_settings, opened_store
from trimtab.app.live.serving import (
    Served,
    Stop,
    open_stewards,
    play,
    recorded_days,
    watch_over,
)
from trimtab.app.live.steward import Steward
from trimtab.brokers.paper import exchanges
from trimtab.brokers.paper import sessions as calendar
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.drivers.live.booking import EXECUTION
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.errors import InputError
from trimtab.model.live import Halt, HaltKind
from trimtab.model.orders import Ack, Order
from trimtab.stores.sql.store import SqlStore

FREE = MANDATE + '\n[trading]\napproval_above = "never"\n'
"""Nothing waits for people."""
NEAR = """\
account,instrument,quantity,basis,acquired
joint,VTI,60,5400,2020-01-15
joint,BND,48,3900,2021-06-01
"""
NO_PDF = "\n[service]\nweekly_pdf = false\n"
"""One test looks at the PDF of the week; to make it takes a second."""
EVE, FIRST, LAST = date(2022, 9, 30), date(2022, 10, 3), date(2022, 10, 7)


def prices(last_vti: float = 96.0) -> str:
    """Daily prices, still until VTI jumps on 6 October."""
    rows = ["date,VTI,ITOT,BND"]
    day = date(2022, 6, 1)
    while day <= date(2022, 10, 14):
        wobble = day.toordinal() % 5 / 10
        vti = last_vti if day >= date(2022, 10, 6) else 96.0
        rows.append(f"{day},{vti + wobble},{vti / 2 + wobble},{80 + wobble}")
        day += timedelta(days=1)
    return "\n".join(rows) + "\n"


@dataclass
class Heard:
    """What the service said, and its stewards."""

    words: list[str] = field(default_factory=list)

    def say(self, at: datetime, household: str, words: str) -> None:
        self.words.append(f"{at:%m-%d %H:%M} {words}")

    def having(self, part: str) -> list[str]:
        return [one for one in self.words if part in one]


def house(
    folder: Path, mandate: str = FREE, lots: str = LOTS, last_vti: float = 96.0, live: str = NO_PDF
) -> Path:
    made = write_household(folder, mandate, lots, prices(last_vti))
    assert run("broker", "add", "paper", made, "--as-of", EVE).exit_code == DONE
    with (made / "live.toml").open("a", encoding="utf-8") as file:
        file.write(live)
    return made


@contextmanager
def serving(
    heard: Heard, *folders: Path, first: date = FIRST, last: date = LAST
) -> Iterator[list[Served]]:
    recorded = recorded_days(first, last)
    with open_stewards(folders, heard.say, Stop(), recorded) as served:
        yield served
        play(served, recorded, Stop())


def served(*folders: Path, first: date = FIRST, last: date = LAST) -> Heard:
    heard = Heard()
    with serving(heard, *folders, first=first, last=last):
        pass
    return heard


def executions(folder: Path) -> list[str]:
    entries = FolderJournal(folder).entries()
    return [one.details[EXECUTION] for one in entries if EXECUTION in one.details]


def test_a_week_is_lived_through_and_books_and_broker_agree(tmp_path: Path) -> None:
    folder = house(tmp_path / "house")
    heard = served(folder)
    assert heard.having("10-03 14:00")
    assert len(heard.having("filled")) >= 1
    assert len(heard.having("10-07 20:25 the week until 2022-10-07")) == 1
    assert executions(folder)
    assert len(executions(folder)) == len(set(executions(folder)))
    assert run("reconcile", folder, "--as-of", str(LAST)).exit_code == DONE
    assert run("journal", "verify", folder).exit_code == DONE


def test_the_week_is_told_as_facts_and_what_the_mandate_comes_to(tmp_path: Path) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE, live='\n[alerts]\norders = "digest"\n')
    heard, recorded = Heard(), recorded_days(LAST, LAST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        while recorded.clock() < recorded.until:
            one.steward.tick()
            recorded.clock.sleep(600)
        told = {alert.kind.value: alert for alert in one.steward.teller.outbox.recent(50)}
    text = told["weekly"].text
    assert "% held" in text
    assert "% wanted" in text
    assert "What the mandate's policy (no_trade_zone) comes to today:" in text
    assert "Nothing of this is advice" in text
    assert "The report: reports/2022-W40.html" in text
    page = (folder / "reports/2022-W40.html").read_text("utf-8")
    assert "1 Oct 2022 to 7 Oct 2022" in page
    assert "Decisions in the period" in page
    assert (folder / "reports/2022-W40.pdf").exists() is can_make_pdf()


def test_a_report_of_the_week_that_cannot_be_written_is_told_and_stops_nothing(
    tmp_path: Path,
) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE, live="\n[service]\nweekly_pdf = false\n")
    (folder / "reports").write_text("no folder", encoding="utf-8")
    heard, recorded = Heard(), recorded_days(LAST, LAST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        while recorded.clock() < recorded.until:
            one.steward.tick()
            recorded.clock.sleep(600)
        told = {alert.kind.value: alert for alert in one.steward.teller.outbox.recent(50)}
    assert "The report was not written: folder 'reports'" in told["weekly"].text
    assert not heard.having("cannot go on")


def test_two_households_are_served_by_one_service(tmp_path: Path) -> None:
    mine, yours = house(tmp_path / "mine"), house(tmp_path / "yours", lots=NEAR)
    served(mine, yours)
    assert executions(mine)
    assert run("sync", yours, "--as-of", str(LAST)).exit_code == DONE


def test_a_service_that_only_watches_orders_nothing(tmp_path: Path) -> None:
    heard = served(house(tmp_path / "house", live="\n[service]\ntrade = false\n"))
    assert heard.having("has drifted")
    assert (
        executions(tmp_path / "house") == []
        if (tmp_path / "house/journal.jsonl").exists()
        else True
    )


def test_watching_needs_no_broker(tmp_path: Path) -> None:
    folder = write_household(tmp_path / "house", FREE, NEAR, prices(125.0))
    (folder / "live.toml").write_text("[service]\ntrade = false\n", encoding="utf-8")
    heard = served(folder)
    assert len(heard.having("has drifted")) == 1
    assert not heard.having("cannot go on")
    (folder / "live.toml").unlink()
    with pytest.raises(InputError, match="broker add paper"):
        served(folder)


def test_a_crossing_is_told_once_and_the_cycle_runs_because_of_the_critical_one(
    tmp_path: Path,
) -> None:
    folder = house(tmp_path / "house", lots=NEAR, last_vti=125.0)
    heard = served(folder)
    (told,) = heard.having("has drifted")
    assert told.startswith("10-06")
    assert "5.00 % are the threshold" in told
    assert heard.having("10-06")[-1] != told


def test_what_the_mandate_wants_to_be_asked_about_waits_and_lapses_at_the_close(
    tmp_path: Path,
) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE)
    heard = served(folder, last=FIRST)
    assert len(heard.having("is waiting")) == 1
    assert len(heard.having("is lapsed: the trading day")) == 1
    assert not heard.having("filled")


def test_an_approval_is_heard_and_carried_out_in_the_same_session(tmp_path: Path) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE)
    heard, recorded = Heard(), recorded_days(FIRST, FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        tick_until(one.steward, recorded.clock.at.replace(hour=15))
        name = heard.having("is waiting")[0].split()[2]
        assert run("approve", name, folder, "--as-of", str(FIRST)).exit_code == DONE
        tick_until(one.steward, recorded.clock.at.replace(hour=16))
    assert heard.having(f"{name} is approved")
    assert heard.having("filled")
    assert executions(folder)


def test_an_edited_plan_is_asked_about_anew_and_alone_is_carried_out(tmp_path: Path) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE)
    with (folder / "live.toml").open("a", encoding="utf-8") as file:
        file.write("\n[approvals]\nneeded = 2\n")
    heard, recorded, day = Heard(), recorded_days(FIRST, FIRST), str(FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        tick_until(one.steward, recorded.clock.at.replace(hour=15))
        first = heard.having("is waiting")[0].split()[2]
        edit = "--without", "T1", "--as", "ada", "--as-of", day
        assert run("approve", first, folder, *edit).exit_code == DONE
        tick_until(one.steward, recorded.clock.at.replace(hour=16))
        assert heard.having(f"{first} is lapsed: ada edited its plan")
        second = heard.having("is waiting")[-1].split()[2]
        assert second != first
        assert not executions(folder)
        assert run("approve", second, folder, "--as", "ben", "--as-of", day).exit_code == DONE
        tick_until(one.steward, recorded.clock.at.replace(hour=17))
    assert heard.having(f"{second} is approved")
    with open_service(folder, FIRST) as service:
        ordered = {order.trade for order in service.store.orders(service.household)}
    assert ordered and "T1" not in ordered
    assert executions(folder)


def tick_until(steward: Steward, until: datetime) -> None:
    clock = steward.clock
    while clock() < until:
        steward.tick()
        clock.sleep(30)


def test_orders_that_stood_when_it_was_stopped_are_followed_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(tmp_path / "house")
    submit, sent = PaperBroker.submit, []

    def stopped_after_sending(broker: PaperBroker, order: Order) -> Ack:
        sent.append(order.id)
        submit(broker, order)
        raise KeyboardInterrupt

    monkeypatch.setattr(PaperBroker, "submit", stopped_after_sending)
    with pytest.raises(KeyboardInterrupt):
        served(folder, last=FIRST)

    def counted(broker: PaperBroker, order: Order) -> Ack:
        sent.append(order.id)
        return submit(broker, order)

    monkeypatch.setattr(PaperBroker, "submit", counted)
    served(folder, last=FIRST)
    assert len(sent) == len(set(sent)) >= 2
    assert len(executions(folder)) == len(set(executions(folder))) == len(sent)
    assert run("sync", folder, "--as-of", str(FIRST)).exit_code == DONE


def test_a_second_service_on_the_same_store_is_refused_and_the_first_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(tmp_path / "house")
    with serving(Heard(), folder, last=FIRST):
        monkeypatch.setattr("trimtab.app.live.service.process_name", lambda: "elsewhere:7")
        with pytest.raises(InputError, match="works it"), serving(Heard(), folder):
            pass
        monkeypatch.undo()
    assert executions(folder)


def test_the_lease_of_a_process_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    folder = house(tmp_path / "house")
    recorded = recorded_days(FIRST, FIRST)
    with open_stewards([folder], Heard().say, Stop(), recorded) as (one,):
        household = one.steward.lease.household
    killed = f"{gethostname()}:2147483000:{folder.resolve()}"
    with opened_store(open_settings(folder)) as store:
        assert store.lease(household, killed, recorded.clock(), 600.0) is not None
    served(folder, last=FIRST)
    assert executions(folder)


def test_a_broker_that_cannot_be_asked_is_told_once_and_the_other_household_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = house(tmp_path / "bad"), house(tmp_path / "good")
    whole = PaperBroker.open
    bad_file = (bad / "paper-joint.db").stat().st_ino

    def refused(broker: PaperBroker) -> object:
        file = broker.desk._file
        if file is not None and file.path.stat().st_ino == bad_file:
            raise BrokerError(Trouble.CREDENTIALS, "broker", "the key has expired")
        return whole(broker)

    monkeypatch.setattr(PaperBroker, "open", refused)
    heard = served(bad, good, last=FIRST)
    assert len(heard.having("not proven to agree")) == 1
    assert executions(good)


def test_files_that_cannot_be_read_stop_their_household_until_they_are_mended(
    tmp_path: Path,
) -> None:
    folder = house(tmp_path / "house")
    whole = (folder / "mandate.toml").read_text("utf-8")
    heard, recorded = Heard(), recorded_days(FIRST, FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        (folder / "mandate.toml").write_text("[household\n", encoding="utf-8")
        tick_until(one.steward, recorded.clock.at.replace(hour=14, minute=30))
        assert len(heard.having("cannot go on")) == 1
        (folder / "mandate.toml").write_text(whole, encoding="utf-8")
        tick_until(one.steward, recorded.clock.at.replace(hour=15))
    assert len(heard.having("it goes on")) == 1
    assert executions(folder)


def test_a_halt_cancels_what_stands_at_the_next_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(tmp_path / "house")
    monkeypatch.setattr(PaperBroker, "submit", never_filled(PaperBroker.submit))
    heard, recorded = Heard(), recorded_days(FIRST, FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        tick_until(one.steward, recorded.clock.at.replace(hour=14, minute=5))
        assert open_tickets(one.steward.service)
        now = recorded.clock()
        one.steward.service.store.put_halt(Halt("*", HaltKind.ALL, "ada", now, "wait"))
        for _ in range(3):
            one.steward.tick()
            recorded.clock.sleep(1)
        assert open_tickets(one.steward.service) == ()
    assert heard.having("trading is halted")


def test_alerts_that_cannot_be_kept_are_said_and_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(tmp_path / "house")
    heard, recorded = Heard(), recorded_days(FIRST, FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        one.steward.teller.outbox._database.close()
        one.steward.teller.outbox = one.steward.teller.outbox
        tick_until(one.steward, recorded.clock.at.replace(hour=15))
        one.steward.teller.outbox = Outbox(None)
    assert len(heard.having("cannot be kept")) == 1
    assert executions(folder)


@pytest.mark.parametrize(("first", "last"), [(date(2022, 10, 8), date(2022, 10, 9)), (LAST, FIRST)])
def test_days_without_a_session_are_refused(first: date, last: date) -> None:
    with pytest.raises(InputError, match="closed"):
        recorded_days(first, last)


def test_a_folder_named_twice_is_refused(tmp_path: Path) -> None:
    folder = house(tmp_path / "house")
    with pytest.raises(InputError, match="twice"), serving(Heard(), folder, folder):
        pass


def test_recorded_days_before_a_paper_account_was_begun_are_refused(tmp_path: Path) -> None:
    folder = house(tmp_path / "house")
    before = date(2022, 9, 1)
    with pytest.raises(InputError, match="has lived until 2022-09-30"):
        served(folder, first=before, last=before)


def test_the_same_days_again_go_on_where_they_were(tmp_path: Path) -> None:
    folder = house(tmp_path / "house")
    served(folder, last=date(2022, 10, 4))
    before = executions(folder)
    heard = served(folder)
    assert heard.words[0] >= "10-04"
    assert executions(folder)[: len(before)] == before


def test_a_critical_drift_gives_no_rights_that_the_mandate_does_not(tmp_path: Path) -> None:
    folder = house(tmp_path / "house", mandate=MANDATE, lots=NEAR, last_vti=125.0)
    heard = served(folder, first=date(2022, 10, 6), last=date(2022, 10, 6))
    assert heard.having("5.00 % are the threshold")
    assert heard.having("is waiting")
    assert not heard.having("orders:")


def test_a_real_broker_knows_no_recorded_days(tmp_path: Path) -> None:
    live = '\n[accounts.third]\nbroker = "alpaca"\naccount = "PA3"\n'
    folder = house(tmp_path / "house", live=live)
    with pytest.raises(InputError, match="real"), serving(Heard(), folder):
        pass


def now_is_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exchange that is open from an hour ago until an hour from now, whatever day it is."""
    hour, now = timedelta(hours=1), datetime.now(UTC)
    today = now.astimezone(calendar.NEW_YORK).date()

    def hours(day: date) -> calendar.Session | None:
        apart = (day - today) * 24
        return calendar.Session(day, now - hour + apart / 24, now + hour + apart / 24)

    always = calendar.Sessions(hours)
    monkeypatch.setattr(exchanges, "exchange_sessions", lambda _: always)
    monkeypatch.setattr(serving_module, "exchange_sessions", lambda _: always)


@pytest.mark.slow
def test_by_the_real_clock_it_orders_obeys_a_halt_within_a_second_and_sends_its_alerts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler's own threads: everything above, without a recorded clock."""
    now_is_a_session(monkeypatch)
    monkeypatch.setattr(serving_module, "DELIVER_SECONDS", 1)
    folder = write_household(tmp_path / "house", FREE, LOTS, prices_to_now())
    assert run("broker", "add", "paper", folder).exit_code == DONE
    with (folder / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[service]\nrun_after_open = 0\n[alerts]\nchannels = ["ops"]\n')
    monkeypatch.setattr(PaperBroker, "submit", never_filled(PaperBroker.submit))
    heard, stop = Heard(), Stop()
    with receiving() as hook:
        monkeypatch.setenv("TRIMTAB_ALERTS_OPS", hook.url)
        with open_stewards([folder], heard.say, stop) as (one,):
            work = Thread(target=watch_over, args=([one], stop, lambda: datetime.now(UTC)))
            work.start()
            store, household = one.steward.service.store, one.steward.service.household
            wait_for(lambda: standing(store, household))
            asked = time.monotonic()
            halted = run("halt", folder, "--reason", "wait")  # the folder's lock is the service's
            took = time.monotonic() - asked
            assert halted.exit_code == DONE, halted.output
            assert f"by {gethostname()}:{os.getpid()}" in " ".join(halted.output.split())
            assert not standing(store, household)
            wait_for(lambda: any("halted" in title for title in hook.titles))
            stop.because("the test is over")
            work.join(60)
            assert not work.is_alive()
    assert took < 10  # a second and the machine's load
    assert (folder / "heartbeat.json").exists()
    assert read_heartbeat(folder).ended == "the test is over"


def never_filled(submit: Callable[[PaperBroker, Order], Ack]) -> Callable[..., Ack]:
    """Sales at a limit that nobody meets, so that they stand."""

    def far_away(broker: PaperBroker, order: Order) -> Ack:
        limit = order.limit and order.limit * (2 if order.side.value == "sell" else 1)
        return submit(broker, replace(order, limit=limit))

    return far_away


def standing(store: SqlStore, household: str) -> list[str]:
    return [
        one.order.id
        for one in tickets_open(store, household)
        if one.attempts and one.state.value == "working"
    ]


def wait_for(condition: Callable[[], object], seconds: float = 120.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def prices_to_now() -> str:
    """Daily prices until today."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=count) for count in range(100, -2, -1)]
    rows = [f"{day},{96 + day.toordinal() % 5 / 10},48,80" for day in days]
    return "\n".join(["date,VTI,ITOT,BND", *rows]) + "\n"


@pytest.mark.slow
def test_a_store_on_postgresql_serves_two_households_of_two_services(
    tmp_path: Path, postgres_url: str
) -> None:
    """Two folders, one database: each service has its own household, and nobody else's."""
    live = f'\n[store]\nurl = "{postgres_url}"\n'
    mandates = [FREE.replace("Test household", name) for name in ("Ada", "Ben")]
    ada = house(tmp_path / "ada", mandate=mandates[0], live=live)
    ben = house(tmp_path / "ben", mandate=mandates[1], live=live)
    with serving(Heard(), ada, last=FIRST):
        served(ben, last=FIRST)
    for folder in (ada, ben):
        assert executions(folder)
        assert run("reconcile", folder, "--as-of", FIRST).exit_code == DONE
