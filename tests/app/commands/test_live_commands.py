"""The commands of the live service, from the outside: what they print, change, and refuse."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.decisions import DECISION
from tests.app.folders import AS_OF, LOTS, MANDATE, write_household
from trimtab.app.live import asking, extra, wiring
from trimtab.app.live.service import open_service
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.cycle.approvals import question
from trimtab.model.brokers import BrokerError, BrokerState, Trouble

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    made = write_household(tmp_path / "house", mandate=DATED)
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


def ask(folder: Path) -> str:
    """A question to people about the household as it is."""
    with open_service(folder) as service:
        now, rules = service.clock(), service.settings.approvals
        basis = asking.basis_now(service.loaded)
        closes = now + timedelta(minutes=30)
        asked = question(service.household, DECISION, basis, rules, now, closes)
        service.store.put_request(asked, None)
    return asked.id


def test_a_paper_account_begins_with_what_the_household_holds(house: Path) -> None:
    told = json.loads(run("sync", house, "--json").stdout)["accounts"]
    joint = next(one for one in told if one["account"] == "joint")
    assert {one["instrument"]: one["quantity"] for one in joint["positions"]} == {
        "VTI": "100",
        "BND": "50",
    }
    assert joint["cash"] == [{"currency": "USD", "settled": "1500", "unsettled": "0"}]
    assert all(one["agrees"] for one in told)


def test_a_household_that_holds_something_else_is_a_break(house: Path) -> None:
    write_household(house, DATED, LOTS.replace("joint,VTI,100", "joint,VTI,50"))
    result = run("sync", house)
    assert result.exit_code == FINDINGS
    assert "split of 2 for 1" in " ".join(result.stdout.split())


def test_an_answer_that_is_not_whole_is_not_flat(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperBroker.open

    def cut(broker: PaperBroker) -> BrokerState:
        return replace(whole(broker), positions=(), is_complete=False)

    monkeypatch.setattr(PaperBroker, "open", cut)
    result = run("sync", house, "--json")
    assert result.exit_code == FINDINGS
    for one in json.loads(result.stdout)["accounts"]:
        assert not one["agrees"]
        assert one["breaks"] == []
        assert "not whole" in one["problem"]


def test_a_broker_that_cannot_be_asked_says_why_and_the_others_are_compared(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PaperBroker.open

    def refused(broker: PaperBroker) -> BrokerState:
        if broker.account == "ira":
            raise BrokerError(Trouble.CREDENTIALS, "broker", "the key has expired")
        return whole(broker)

    monkeypatch.setattr(PaperBroker, "open", refused)
    told = {
        one["account"]: one for one in json.loads(run("sync", house, "--json").stdout)["accounts"]
    }
    assert "expired" in told["ira"]["problem"]
    assert told["joint"]["agrees"]


def test_an_unlinked_household_is_told_how_to_begin(folder: Path) -> None:
    result = run("sync", folder, "--as-of", AS_OF)
    assert result.exit_code == BAD_INPUT
    assert "broker add paper" in result.stderr


def test_a_removed_account_goes_on_where_it_was_when_linked_again(house: Path) -> None:
    assert run("broker", "remove", "ira", house).exit_code == DONE
    listed = json.loads(run("broker", "list", house, "--json").stdout)
    assert listed["not_linked"] == ["ira"]
    assert "goes on with" in run("broker", "add", "paper", house).stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("papr",), "did you mean 'paper'"),
        (("alpaca",), "--account"),
        (("alpaca", "--account", "roth"), "roth"),
        (("alpaca", "--account", "ira", "--set", "secret=abc"), "looks like a secret"),
        (("alpaca", "--account", "ira", "--set", "account"), "equals sign"),
        (("alpaca", "--account", "ira"), "account"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_nothing_is_written(
    folder: Path, arguments: tuple[str, ...], why: str
) -> None:
    kind, *rest = arguments
    result = run("broker", "add", kind, folder, *rest)
    assert result.exit_code == BAD_INPUT
    assert why in " ".join(result.stderr.lower().split())
    assert not (folder / "live.toml").exists()


def test_a_day_of_the_past_is_only_for_paper(house: Path) -> None:
    with (house / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accounts.third]\nbroker = "alpaca"\naccount = "PA3"\n')
    result = run("sync", house)
    assert result.exit_code == BAD_INPUT
    assert "knows only today" in result.stderr


def test_halt_and_resume_work_although_the_mandate_is_broken(house: Path) -> None:
    (house / "mandate.toml").write_text("[household\n", encoding="utf-8")
    stopped = run("halt", house, "--reason", "it answers nonsense")
    assert stopped.exit_code == DONE
    assert "it answers nonsense" in " ".join(stopped.stdout.split())
    without_reason = run("halt", house, "--account", "ira", "--new").stdout.strip()
    assert not without_reason.endswith(":")
    resumed = " ".join(run("resume", house).stdout.split())
    assert "ira: no new orders" in resumed
    assert "everything" not in resumed
    assert "Nothing is stopped" in run("resume", house, "--account", "ira").stdout
    assert "was not stopped" in run("resume", house).stdout


def test_an_account_that_is_not_there_is_not_halted_in_silence(house: Path) -> None:
    for command in ("halt", "resume"):
        result = run(command, house, "--account", "irra")
        assert result.exit_code == BAD_INPUT
        assert "did you mean 'ira'" in result.stderr.lower()


def test_a_halted_account_of_one_household_is_free_in_another_of_the_same_store(
    house: Path,
) -> None:
    live = house / "live.toml"
    live.write_text('[store]\nhousehold = "rivera-1"\n' + live.read_text())
    shown = " ".join(run("halt", house, "--account", "ira", "--new").stdout.split())
    assert "rivera-1/ira: no new orders" in shown
    assert "Nothing is stopped" in run("resume", house, "--account", "ira").stdout


def test_a_question_is_shown_and_answered_and_answered_once(house: Path) -> None:
    name = ask(house)
    assert name in run("approvals", house).stdout
    said = run("approve", name, house, "--note", "as discussed")
    assert "approved" in said.stdout
    assert "as discussed" in said.stdout
    assert "Nothing waits" in run("approvals", house).stdout
    again = run("reject", name, house)
    assert again.exit_code == BAD_INPUT
    assert "approved already" in again.stderr
    told = json.loads(run("approvals", house, "--all", "--json").stdout)["approvals"]
    assert [word["note"] for word in told[0]["words"]] == ["as discussed"]


def test_two_people_are_two_people(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (house / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[approvals]\nneeded = 2\npeople = ["ada", "ben"]\n')
    name = ask(house)
    for person, status in (("ada", "waiting"), ("ada", "waiting"), ("ben", "approved")):
        monkeypatch.setattr(asking, "getuser", lambda person=person: person)
        assert f"{name}  {status}" in run("approve", name, house).stdout
    monkeypatch.setattr(asking, "getuser", lambda: "eve")
    assert run("approve", ask_again(house), house).exit_code == BAD_INPUT


def ask_again(folder: Path) -> str:
    with open_service(folder) as service:
        now, rules = service.clock(), service.settings.approvals
        other = replace(DECISION, cycle_id="another")
        basis = asking.basis_now(service.loaded)
        asked = question(service.household, other, basis, rules, now, now + timedelta(hours=1))
        service.store.put_request(asked, None)
    return asked.id


@pytest.mark.parametrize(
    ("name", "before", "after", "why"),
    [
        ("lots.csv", "joint,VTI,100", "joint,VTI,99", "VTI in joint was 100 and is 99"),
        ("prices.csv", "2022-10-11,101", "2022-10-11,104", "the price of VTI"),
        ("mandate.toml", "long_rate = 0.15", "long_rate = 0.2", "the mandate was changed"),
    ],
)
def test_a_question_lapses_when_files_change_under_it(
    house: Path, name: str, before: str, after: str, why: str
) -> None:
    asked = ask(house)
    text = (house / name).read_text(encoding="utf-8")
    assert before in text
    (house / name).write_text(text.replace(before, after), encoding="utf-8")
    result = run("approve", asked, house)
    assert result.exit_code == BAD_INPUT
    assert why in " ".join(result.stderr.split())
    told = json.loads(run("approvals", house, "--all", "--json").stdout)["approvals"]
    assert told[0]["status"] == "lapsed"


def test_without_the_extra_the_line_that_installs_it_is_told(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    for command in ("sync", "orders", "halt", "approvals"):
        result = run(command, house)
        assert result.exit_code == BAD_INPUT
        assert 'pip install "trimtab[live]"' in result.stderr


def test_an_account_whose_name_is_no_file_name_is_refused(folder: Path) -> None:
    with pytest.raises(Exception, match="no file can have its name"):
        wiring.paper_file(folder, "../joint")
