"""An edited plan: asked about anew, approved by each, carried out as edited, and replayed."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.live import asking, editing
from trimtab.app.live.asking import questions_of
from trimtab.app.live.cycles import cycle_of_today
from trimtab.app.live.service import open_service
from trimtab.drivers.live import durable
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalStatus, ApprovalWord

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    made = write_household(tmp_path / "house", mandate=DATED, prices=LONG_PRICES)
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


def told(folder: Path) -> dict[str, object]:
    result = run("run", "--once", folder, "--json")
    assert result.exit_code == DONE, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def asked(folder: Path) -> str:
    return str(told(folder)["approval"]["id"])  # type: ignore[index]


def seen(folder: Path, name: str) -> dict[str, list[dict[str, str]]]:
    every = json.loads(run("approvals", folder, "--all", "--json").stdout)["approvals"]
    found: dict[str, list[dict[str, str]]] = next(one["seen"] for one in every if one["id"] == name)
    return found


def ids(folder: Path) -> dict[str, str]:
    every = json.loads(run("approvals", folder, "--all", "--json").stdout)["approvals"]
    return {one["id"]: one["status"] for one in every}


def test_an_edited_plan_is_approved_ordered_as_edited_and_replayed_to_the_last_character(
    house: Path,
) -> None:
    first = asked(house)
    trades = seen(house, first)["trades"]
    kept = {one["id"]: Decimal(one["quantity"]) for one in trades}
    out, less = trades[-1]["id"], trades[0]["id"]
    reduced = kept[less] - 3
    shown = run("approve", first, house, "--without", out, "--reduce", f"{less}={reduced}")
    assert shown.exit_code == DONE, shown.output
    (second,) = ids(house).keys() - {first}
    assert ids(house) == {first: "lapsed", second: "approved"}

    done = told(house)
    assert done["verdict"] == "trade"
    ordered = {one["trade"]: Decimal(one["quantity"]) for one in done["orders"]}  # type: ignore[attr-defined]
    expected = {one["id"]: Decimal(one["quantity"]) for one in seen(house, second)["trades"]}
    assert ordered == expected
    assert ordered[less] == reduced
    assert out not in ordered
    for name in (first, second):
        again = run("journal", "replay", house, "--approval", name, "--json")
        assert again.exit_code == DONE, again.output
        assert json.loads(again.stdout)["is_same"] is True
    assert run("journal", "verify", house).exit_code == DONE
    assert run("approve", first, house).exit_code == BAD_INPUT


def test_words_on_the_first_plan_do_not_count_for_the_edited_one(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (house / "live.toml").open("a", encoding="utf-8") as file:
        file.write('\n[approvals]\nneeded = 2\npeople = ["ada", "ben"]\n')
    first = asked(house)
    monkeypatch.setattr(asking, "getuser", lambda: "ada")
    assert run("approve", first, house).exit_code == DONE
    monkeypatch.setattr(asking, "getuser", lambda: "ben")
    assert run("approve", first, house, "--without", "T1").exit_code == DONE
    (second,) = ids(house).keys() - {first}
    assert ids(house)[second] == "waiting"
    assert told(house)["verdict"] is None
    monkeypatch.setattr(asking, "getuser", lambda: "eve")
    assert run("approve", second, house, "--without", "T2").exit_code == BAD_INPUT
    monkeypatch.setattr(asking, "getuser", lambda: "ada")
    assert run("approve", second, house).exit_code == DONE
    done = told(house)
    assert done["verdict"] == "trade"
    assert "T1" not in {one["trade"] for one in done["orders"]}  # type: ignore[attr-defined]


def test_a_second_edit_takes_the_place_of_the_first(house: Path) -> None:
    first = asked(house)
    with open_service(house) as service:
        second = editing.edit_question(service, first, without("T1"), "")
        assert told_status(house, first) is ApprovalStatus.LAPSED
    assert told(house)["approval"]["id"] == second.id  # type: ignore[index]
    with open_service(house) as service:
        third = editing.edit_question(service, second.id, reduced("T1", 1), "a little")
    assert told(house)["approval"]["id"] == third.id  # type: ignore[index]
    assert run("approve", third.id, house).exit_code == DONE
    orders = told(house)["orders"]
    assert {one["trade"]: one["quantity"] for one in orders}["T1"] == "1"  # type: ignore[attr-defined]


def without(trade: str) -> Edits:
    return Edits((TradeEdit(trade, Decimal(0)),))


def reduced(trade: str, units: int) -> Edits:
    return Edits((TradeEdit(trade, Decimal(units)),))


def told_status(folder: Path, name: str) -> ApprovalStatus:
    return ApprovalStatus(ids(folder)[name])


class Killed(BaseException):
    """What no handler catches, as a kill."""


@pytest.mark.parametrize("written", range(6))
def test_a_kill_at_any_write_leaves_one_question_and_the_edited_plan_alone_is_ordered(
    house: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Edit, approve and run, killed before one of the writes, then all of it once more."""
    from trimtab.stores.sql.store import SqlStore

    first, writes = asked(house), []
    with monkeypatch.context() as patched:
        for name in ("put_request", "put_approval", "put_answer"):
            patched.setattr(SqlStore, name, killing(getattr(SqlStore, name), writes, written))
        with pytest.raises(Killed):
            approve_and_run(house, first)
    if ids(house)[first] == "waiting":
        assert run("approve", first, house, "--reduce", "T1=1").exit_code == DONE
    (second,) = ids(house).keys() - {first}
    if ids(house)[second] == "waiting":
        assert run("approve", second, house).exit_code == DONE
    done = told(house)
    assert {one["trade"]: one["quantity"] for one in done["orders"]}["T1"] == "1"  # type: ignore[attr-defined]
    assert ids(house)[first] == "lapsed"
    replay = run("journal", "replay", house, "--approval", second)
    assert replay.exit_code == DONE, replay.output


def approve_and_run(folder: Path, name: str) -> None:
    run("approve", name, folder, "--reduce", "T1=1")
    run("run", "--once", folder)


def killing(write, writes: list[str], before: int):  # type: ignore[no-untyped-def]
    def written(store, *arguments):  # type: ignore[no-untyped-def]
        if len(writes) == before:
            raise Killed
        writes.append(write.__name__)
        return write(store, *arguments)

    return written


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        (without("T9"), "no such trade"),
        (reduced("T1", 1_000_000), "only takes away"),
        (Edits(), "changes nothing"),
    ],
)
def test_edits_that_cannot_be_asked_about_are_refused_and_change_nothing(
    house: Path, edits: Edits, why: str
) -> None:
    first = asked(house)
    with open_service(house) as service, pytest.raises(InputError, match=why):
        editing.edit_question(service, first, edits, "")
    assert ids(house) == {first: "waiting"}


def test_an_edit_that_came_after_the_orders_is_over_before_it_is_answered(house: Path) -> None:
    """Two people at once: one edits what the other's yes has sent on its way meanwhile."""
    first = asked(house)
    with open_service(house) as service:
        found = asking.find_request(service, first)
        now = service.clock()
        word = Approval(first, "ada", ApprovalWord.APPROVE, now, found.bound_to)
    with open_service(house) as service:
        service.store.put_approval(word)
        with pytest.raises(InputError, match="approved already"):
            editing.edit_question(service, first, without("T1"), "")
    done = told(house)
    assert done["verdict"] == "trade"


def test_a_question_put_behind_a_cycle_that_is_over_lapses(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(house)
    with open_service(house) as service:
        found = asking.find_request(service, first)
        monkeypatch.setattr(editing, "find_request", lambda *_: found)
        assert run("approve", first, house).exit_code == DONE
        assert told(house)["verdict"] == "trade"
        late = editing.edit_question(service, first, without("T1"), "")
        assert late.status is ApprovalStatus.LAPSED
        assert "over before it was asked" in late.reason


def test_a_cycle_that_comes_to_another_plan_than_was_edited_is_refused(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(house)
    with open_service(house) as service:
        editing.edit_question(service, first, without("T1"), "")
        cycle = cycle_of_today(service, service.loaded.snapshot.as_of)
        assert len(questions_of(service, cycle)) == 2
    monkeypatch.setattr("trimtab.cycle.flow.in_plan_order", lambda plan, edits: Edits())
    refused = run("run", "--once", house)
    assert refused.exit_code == BAD_INPUT
    assert "another plan" in refused.stderr


def test_the_edits_are_kept_as_an_answer_of_the_cycle(house: Path) -> None:
    first = asked(house)
    assert run("approve", first, house, "--without", "T1").exit_code == DONE
    assert told(house)["verdict"] == "trade"
    with open_service(house) as service:
        kinds = [one.kind for one in service.store.answers(f"{service.household} {AS_OF} 1")]
    assert kinds[:2] == ["observe", "propose"]
    assert kinds.index(durable.EDITS) < kinds.index("authorise")


def test_an_edited_question_lapses_with_the_day_as_its_first_would(house: Path) -> None:
    first = asked(house)
    with open_service(house) as service:
        made = editing.edit_question(service, first, without("T1"), "")
        found = asking.find_request(service, made.id)
        assert found.lapses_at - service.clock() < timedelta(days=1)
        assert found.bound_to == asking.questions_of(service, found.cycle_id)[0].bound_to
