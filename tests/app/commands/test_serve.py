"""`trimtab serve`, `reconcile`, `alerts` and `halt` from the outside."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import LONG_PRICES, LOTS, MANDATE, write_household
from tests.app.live.webhook import receiving
from trimtab.app import credentials
from trimtab.app.first_compile import COMPILE_NOTE
from trimtab.app.journal_folder import FolderJournal, opening_entries
from trimtab.app.live.heartbeat import Heartbeat, beat
from trimtab.app.live.service import open_service
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.model.brokers import BrokerState
from trimtab.model.orders import Order, Sent
from trimtab.model.snapshots import Side

SECONDS_MAX = 60


def prices_until_today() -> str:
    """Daily prices up to today, so that a service that lives today has some."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=count) for count in range(100, -1, -1)]
    rows = [f"{day},{90 + day.toordinal() % 7},45.5,{79 + day.toordinal() % 3}" for day in days]
    return "\n".join(["date,VTI,ITOT,BND", *rows]) + "\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    made = write_household(tmp_path / "house", MANDATE, LOTS, prices_until_today())
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


def begun(arguments: Sequence[str], told: Path, words: str) -> subprocess.Popen[bytes]:
    """The command as a process of its own, which has said these words when this returns."""
    with told.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "trimtab", *arguments],
            stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    ends = time.monotonic() + SECONDS_MAX
    while words not in told.read_text("utf-8"):
        assert started.poll() is None, told.read_text("utf-8")
        assert time.monotonic() < ends
        time.sleep(0.05)
    return started


def service(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """The service as a process of its own; it is at work when this returns."""
    told = folder.parent / f"told-{time.monotonic_ns()}.txt"
    return begun(("serve", str(folder), *options), told, "at work")


def until_beaten(folder: Path) -> None:
    ends = time.monotonic() + SECONDS_MAX
    while not (folder / "heartbeat.json").exists():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "shows"), [(signal.SIGTERM, "--web"), (signal.SIGINT, "--no-web")]
)
def test_a_service_ends_cleanly_refuses_a_second_one_and_gives_its_household_back(
    house: Path, number: signal.Signals, shows: str
) -> None:
    started = service(house, shows, "--port", "0")
    until_beaten(house)
    assert run("serve", "--check", house).exit_code == DONE
    second = run("serve", house, shows, "--port", "0")
    assert second.exit_code == BAD_INPUT
    assert f":{started.pid}:" in second.stderr
    assert "works it" in second.stderr
    started.send_signal(number)
    assert started.wait(SECONDS_MAX) == DONE
    check = run("serve", "--check", house)
    assert check.exit_code == FINDINGS
    assert f"stopped by {number.name}" in check.stdout
    with open_service(house) as opened, opened.lease() as lease:
        assert lease.fence == 2  # given back, not run out


@pytest.mark.slow
def test_a_service_that_was_killed_is_followed_by_the_next_at_once(house: Path) -> None:
    started = service(house, "--no-web")
    until_beaten(house)
    started.kill()
    started.wait(SECONDS_MAX)
    again = service(house, "--no-web")
    again.terminate()
    assert again.wait(SECONDS_MAX) == DONE


@pytest.mark.slow
def test_recorded_days_end_with_the_same_journal_however_often_the_service_is_killed(
    tmp_path: Path,
) -> None:
    mandate = MANDATE + '\n[trading]\napproval_above = "never"\n'
    ends: dict[str, str] = {}
    for name, kills in (("still", ()), ("killed", (0.0, 0.4))):
        folder = write_household(tmp_path / name, mandate, LOTS, LONG_PRICES)
        assert run("broker", "add", "paper", folder, "--as-of", "2022-09-29").exit_code == DONE
        days = ("serve", str(folder), "--from", "2022-09-30", "--until", "2022-10-07")
        for seconds in kills:
            started = begun(days, tmp_path / f"told-{seconds}.txt", "recorded days begin")
            time.sleep(seconds)
            started.kill()
            assert started.wait(SECONDS_MAX) == -signal.SIGKILL  # it was still at work
        assert run(*days).exit_code == DONE
        assert run("reconcile", folder, "--as-of", "2022-10-07").exit_code == DONE
        ends[name] = FolderJournal(folder).end
    assert ends["still"]
    assert ends["killed"] == ends["still"]


def test_silence_is_told_through_the_channels_and_named(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (house / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[alerts]\nchannels = ["ops"]\n')
    old = datetime.now(UTC) - timedelta(hours=1)
    beat(house, Heartbeat(old, "here:1", "watching"))
    with receiving() as hook:
        monkeypatch.setenv("TRIMTAB_ALERTS_OPS", hook.url)
        result = run("serve", "--check", house, "--json")
        assert result.exit_code == FINDINGS
        (told,) = json.loads(result.stdout)["households"]
        assert not told["alive"]
        assert "60 minutes ago" in told["silent"]
        assert len(hook.received) == 1
        assert run("alerts", house, "--test").exit_code == DONE
        assert "a test" in hook.titles[-1]
        hook.status = 500
        assert run("alerts", house, "--test").exit_code == FINDINGS
    shown = run("alerts", house)
    assert shown.exit_code == DONE
    assert "ops: sent" in shown.stdout
    assert "Tq81SecretOfTheHook" not in shown.stdout


class Ring:
    """A keyring in memory."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_a_channel_is_added_and_its_url_is_kept_in_the_keyring_alone(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    monkeypatch.setattr(credentials, "from_system", lambda: credentials.Credentials({}, ring))
    with receiving() as hook:
        refused = run("alerts", house, "--add", "family", input="nonsense-hunter2\n")
        assert refused.exit_code == BAD_INPUT
        assert ring.kept == {}
        added = run("alerts", house, "--add", "family", input=f"{hook.url}\n")
        assert added.exit_code == DONE, added.output
        assert run("alerts", house, "--test").exit_code == DONE
        assert len(hook.received) == 1
    assert list(ring.kept) == [("trimtab", "alerts family")]
    assert 'channels = ["family"]' in (house / "live.toml").read_text("utf-8")
    for path in house.iterdir():
        assert b"Tq81SecretOfTheHook" not in path.read_bytes()
    assert "hunter2" not in refused.output
    assert run("alerts", house, "--add", "https://x").exit_code == BAD_INPUT


def test_a_channel_without_a_url_says_where_it_may_stand(house: Path) -> None:
    with (house / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[alerts]\nchannels = ["ops"]\n')
    result = run("alerts", house, "--test")
    assert result.exit_code == BAD_INPUT
    assert "TRIMTAB_ALERTS_OPS" in result.stderr


def pinned(house: Path) -> Path:
    """The household with a day of the past in its mandate."""
    mandate = MANDATE.replace("[household]\n", "[household]\nas_of = 2022-10-11\n")
    (house / "mandate.toml").write_text(mandate, encoding="utf-8")
    return house


def test_a_mandate_that_says_which_day_it_is_cannot_be_served_today(house: Path) -> None:
    result = run("serve", pinned(house), "--no-web")
    assert result.exit_code == BAD_INPUT
    assert "mandate.toml:2" in result.stderr
    assert "--from" in result.stderr


def test_a_household_that_cannot_be_worked_is_shown_on_a_dashboard_that_asks_who_one_is(
    house: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    service = begun(("serve", str(pinned(house)), "--port", "0"), told, "/first?token=")
    try:
        assert "its mandate names a day, 2022-10-11" in told.read_text("utf-8")
        link = re.search(r"http://127.0.0.1:\S+", told.read_text("utf-8"))
        assert link
        shown = httpx.get(link[0].partition("/first")[0] + "/")
        assert (shown.status_code, shown.headers["location"]) == (303, "/login")
    finally:
        service.terminate()
        assert service.wait(SECONDS_MAX) == DONE


def test_settings_that_cannot_be_used_are_told_before_anything_is_compiled(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.app.first_compile.needs_compiling", lambda: True)
    (house / "web.toml").write_text("[wep]\n", encoding="utf-8")
    result = run("serve", house)
    assert result.exit_code == BAD_INPUT
    assert "wep" in result.stderr
    assert COMPILE_NOTE not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--until", "2022-10-11"), "--from is missing"),
        (("--from", "2022-10-08"), "closed"),
        (("--from", "yesterday"), "--from"),
    ],
)
def test_a_mistake_on_the_command_line_is_refused(
    house: Path, arguments: tuple[str, ...], why: str
) -> None:
    result = run("serve", house, *arguments)
    assert result.exit_code == BAD_INPUT
    assert why in result.stderr


def test_brokers_and_books_that_agree_are_reconciled(house: Path) -> None:
    result = run("reconcile", house, "--json")
    assert result.exit_code == DONE
    told = json.loads(result.stdout)
    assert told["agrees"]
    assert told["not_linked"] == []
    assert "which no journal opens with yet" in told["books"]


def test_a_break_has_its_likely_cause_and_the_command_fails(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperBroker.open

    def doubled(broker: PaperBroker) -> BrokerState:
        state = whole(broker)
        positions = tuple(replace(one, quantity=2 * one.quantity) for one in state.positions)
        return replace(state, positions=positions)

    monkeypatch.setattr(PaperBroker, "open", doubled)
    result = run("reconcile", house, "--json")
    assert result.exit_code == FINDINGS
    told = json.loads(result.stdout)
    breaks = [found for one in told["accounts"] for found in one["breaks"]]
    assert {found["kind"] for found in breaks} == {"split"}
    assert "split of 2 for 1" in breaks[0]["message"]


def test_a_cent_and_a_thousandth_of_a_unit_are_breaks(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperBroker.open

    def off(broker: PaperBroker) -> BrokerState:
        state = whole(broker)
        positions = tuple(
            replace(one, quantity=one.quantity + Decimal("0.001")) for one in state.positions[:1]
        )
        cash = tuple(replace(one, settled=one.settled + Decimal("0.01")) for one in state.cash)
        return replace(state, positions=(*positions, *state.positions[1:]), cash=cash)

    monkeypatch.setattr(PaperBroker, "open", off)
    told = json.loads(run("reconcile", house, "--json").stdout)
    joint = next(one for one in told["accounts"] if one["account"] == "joint")
    assert len(joint["breaks"]) == 2


def test_an_answer_that_is_not_whole_reconciles_nothing(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperBroker.open

    def cut(broker: PaperBroker) -> BrokerState:
        return replace(whole(broker), positions=(), is_complete=False)

    monkeypatch.setattr(PaperBroker, "open", cut)
    result = run("reconcile", house)
    assert result.exit_code == FINDINGS
    assert "is not flat" in " ".join(result.stdout.split())


def test_a_halt_with_nothing_standing_says_so(house: Path) -> None:
    result = run("halt", house, "--reason", "wait")
    assert result.exit_code == DONE
    assert "No order stands" in result.stdout


def test_a_halt_that_cannot_reach_what_stands_says_what_to_do(house: Path) -> None:
    order = Order(
        "tt-1", "Test 2026-01-02 1", "joint", "VTI", Side.BUY, Decimal(1), limit=Decimal(90),
        trade="T1",
    )  # fmt: skip
    with open_service(house) as opened, opened.lease() as lease:
        opened.store.append(opening_entries(opened.loaded.snapshot), lease)
        opened.store.put_orders([order], lease)
        opened.store.put_records([Sent(order.id, opened.clock(), 1)], lease)
    (house / "mandate.toml").write_text("[household\n", encoding="utf-8")
    result = run("halt", house)
    assert result.exit_code == FINDINGS
    told = " ".join(result.stdout.split())
    assert "everything: nothing is sent" in told
    assert "Cancel them at the broker" in told
