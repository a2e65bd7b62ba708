"""`live.toml` is read again when it changed; a file that cannot be used changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.live.test_serving import FIRST, FREE, Heard, executions, house, tick_until
from trimtab.app.live.alerts import Outbox
from trimtab.app.live.service_settings import AlertRules
from trimtab.app.live.serving import Stop, open_stewards, recorded_days, sessions_of_folder
from trimtab.app.live.steward import Steward
from trimtab.app.live.telling import Teller
from trimtab.model.errors import InputError

CALM = "\n[alerts]\ndrift_warning = 0.9\ndrift_critical = 0.95\n"
"""No drift runs the cycle before its time."""
BEFORE_RUN = {"hour": 13, "minute": 45}


@contextmanager
def at_work(folder: Path, heard: Heard) -> Iterator[tuple[Steward, Callable[..., None]]]:
    """A steward on the morning of a recorded day, and what lets it work until an hour."""
    recorded = recorded_days(FIRST, FIRST)
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):

        def work_until(**hour: int) -> None:
            tick_until(one.steward, recorded.clock.at.replace(second=0, **hour))

        work_until(**BEFORE_RUN)
        yield one.steward, work_until


def write(folder: Path, change: Callable[[str], str]) -> str:
    path = folder / "live.toml"
    before = path.read_text("utf-8")
    path.write_text(change(before), encoding="utf-8")
    return before


def test_a_change_counts_from_the_next_tick_on(tmp_path: Path) -> None:
    folder, heard = house(tmp_path / "house", live=CALM), Heard()
    with at_work(folder, heard) as (steward, work_until):
        write(folder, lambda text: text + "\n[service]\nrun_after_open = 120\n")
        work_until(hour=14, minute=30)
        assert not (folder / "journal.jsonl").exists(), "half an hour after the open is too early"
        work_until(hour=15, minute=45)
        assert steward.timetable.run_after_open == 120
    assert executions(folder)
    assert len(heard.having("live.toml changed, and counts from now on")) == 1


def test_trading_that_is_switched_off_meanwhile_orders_nothing(tmp_path: Path) -> None:
    folder, heard = house(tmp_path / "house", live=CALM), Heard()
    with at_work(folder, heard) as (_, work_until):
        write(folder, lambda text: text + "\n[service]\ntrade = false\n")
        work_until(hour=16, minute=0)
    assert not (folder / "journal.jsonl").exists()


def test_a_cap_that_is_set_meanwhile_holds_for_the_next_order(tmp_path: Path) -> None:
    folder, heard = house(tmp_path / "house", live=CALM), Heard()
    with at_work(folder, heard) as (_, work_until):
        write(folder, lambda text: text + "\n[sending]\ntrade_max = 10\n")
        work_until(hour=15, minute=0)
    assert not executions(folder)
    assert heard.having("denied")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("[service\n", "the file breaks"),
        ("\n[service]\nlook_every = 5\n", "service.look_every"),
        ("\n[service]\nrun_after_open = 500\n", "0 to 180"),
        ('\n[accounts.nobody]\nbroker = "paper"\n', "nobody"),
        ('\n[accounts.x]\nbroker = "alpaca"\naccount = "PA1"\n', "account 'x'"),
        ('\n[store]\npassword = "hunter2-and-more"\n', "secret"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing_and_is_told_once_until_it_is_mended(
    tmp_path: Path, broken: str, words: str
) -> None:
    folder, heard = house(tmp_path / "house", live=""), Heard()
    with at_work(folder, heard) as (steward, work_until):
        before = steward.service.settings
        whole = write(folder, lambda text: text + broken)
        work_until(hour=14, minute=30)
        assert steward.service.settings == before
        told = heard.having("live.toml cannot be used, and what it said before counts")
        assert len(told) == 1
        assert words in told[0]
        assert "hunter2" not in "".join(heard.words)
        assert executions(folder), "by the settings of before"
        write(folder, lambda _: whole + "\n[service]\nlook_seconds = 30\n")
        work_until(hour=14, minute=45)
        assert steward.service.settings.service.look_seconds == 30
        assert steward.teller.state("settings", steward.clock()) == ""
    assert not heard.having("cannot go on")


def test_a_file_without_its_links_keeps_them_and_one_that_is_gone_too(tmp_path: Path) -> None:
    folder, heard = house(tmp_path / "house", live=""), Heard()
    with at_work(folder, heard) as (steward, work_until):
        links = steward.service.settings.accounts
        whole = write(folder, lambda _: "[service]\nlook_seconds = 30\n")
        work_until(hour=13, minute=50)
        (folder / "live.toml").unlink()
        work_until(hour=13, minute=55)
        assert steward.service.settings.accounts == links
        (folder / "live.toml").write_text(whole, encoding="utf-8")
        work_until(hour=14, minute=30)
    assert executions(folder)


def test_another_store_takes_a_new_start_and_the_rest_counts(tmp_path: Path) -> None:
    folder, heard = house(tmp_path / "house", live=""), Heard()
    with at_work(folder, heard) as (steward, work_until):
        rest = '\n[store]\nurl = "other.db"\n\n[service]\nlook_seconds = 30\n'
        write(folder, lambda text: text + rest)
        work_until(hour=14, minute=30)
        assert steward.service.settings.service.look_seconds == 30
        assert steward.service.settings.store == "live.db"
    assert len(heard.having("names another store: start the service anew")) == 1
    assert not (folder / "other.db").exists()
    assert executions(folder)


def test_thresholds_are_those_of_the_file(tmp_path: Path) -> None:
    folder = house(tmp_path / "house", FREE, live="\n[service]\ntrade = false\n")
    heard = Heard()
    with at_work(folder, heard) as (_, work_until):
        work_until(hour=14, minute=30)
        assert heard.having("5.00 % are the threshold")
        whole = (folder / "live.toml").read_text("utf-8")
        (folder / "live.toml").write_text(whole + CALM, encoding="utf-8")
        work_until(hour=14, minute=40)
    assert heard.having("the drift is back at")


def test_the_schedule_of_the_mandate_counts_by_its_exchange_and_when_it_changes(
    tmp_path: Path,
) -> None:
    """London opens at 7:00 UTC in summer, six and a half hours before New York."""
    london = FREE + '\n[schedule]\nexchange = "XLON"\ncheck_at = "10:00"\n'
    folder, heard = house(tmp_path / "house", london, live=CALM), Heard()
    sessions = sessions_of_folder(folder)
    recorded = recorded_days(FIRST, FIRST, sessions)
    assert f"{recorded.clock.at:%H:%M}" == "07:00"
    with open_stewards([folder], heard.say, Stop(), recorded) as (one,):
        tick_until(one.steward, recorded.clock.at.replace(hour=8))
        later = london.replace("10:00", "12:00")
        (folder / "mandate.toml").write_text(later, encoding="utf-8")
        tick_until(one.steward, recorded.clock.at.replace(hour=10, minute=59))
        assert not (folder / "journal.jsonl").exists()
        tick_until(one.steward, recorded.clock.at.replace(hour=11, minute=30))
    assert executions(folder)
    assert heard.having("10-03 11:00")


def test_channels_that_cannot_be_opened_leave_the_teller_as_it_was() -> None:
    sent: list[str] = []

    def opened(names):  # type: ignore[no-untyped-def]
        if "lost" in names:
            raise InputError("channel 'lost'", "its URL is nowhere")
        return {name: lambda title, text: sent.append(title) or "" for name in names}

    teller = Teller("house", AlertRules(("a",)), Outbox(None), lambda *_: None, opened)
    with pytest.raises(InputError):
        teller.follow(AlertRules(("lost",)))
    assert teller.rules.channels == ("a",)
    teller.follow(AlertRules(("b",)))
    assert teller.rules.channels == ("b",)
