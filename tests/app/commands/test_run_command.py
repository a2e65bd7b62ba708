"""`trimtab run --once`: from a decision to booked fills, through people and a crash."""

import csv
import json
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.live import books
from trimtab.books.entries import reinvestment
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.drivers.live.booking import EXECUTION
from trimtab.model.entries import EntryKind
from trimtab.model.lots import Lot
from trimtab.model.orders import Ack, Order

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


def executions(folder: Path) -> list[str]:
    entries = FolderJournal(folder).entries()
    return [one.details[EXECUTION] for one in entries if EXECUTION in one.details]


class Killed(BaseException):
    """What no handler catches, as a kill."""


def test_a_plan_waits_is_approved_survives_a_kill_and_is_carried_out_once(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = told(house)
    assert asked["verdict"] is None
    assert asked["orders"] == []
    name = asked["approval"]["id"]  # type: ignore[index]
    assert told(house)["approval"]["id"] == name  # type: ignore[index]
    assert run("approve", name, house).exit_code == DONE

    sent: list[str] = []
    submit = PaperBroker.submit

    def killed_after_sending(broker: PaperBroker, order: Order) -> Ack:
        sent.append(order.id)
        submit(broker, order)
        raise Killed

    monkeypatch.setattr(PaperBroker, "submit", killed_after_sending)
    with pytest.raises(Killed):
        run("run", "--once", house)

    def counted(broker: PaperBroker, order: Order) -> Ack:
        sent.append(order.id)
        return submit(broker, order)

    monkeypatch.setattr(PaperBroker, "submit", counted)
    done = told(house)
    assert done["verdict"] == "trade"
    assert len(sent) == len(set(sent)) >= 2
    filled = [one for one in done["orders"] if one["state"] == "filled"]  # type: ignore[union-attr,attr-defined]
    assert sorted(one["id"] for one in filled) == sorted(sent)
    assert len(executions(house)) == len(set(executions(house))) == len(sent)
    assert run("sync", house).exit_code == DONE
    assert run("journal", "verify", house).exit_code == DONE

    before = (house / "lots.csv").read_bytes()
    again = told(house)
    assert again["orders"] == done["orders"]
    assert (house / "lots.csv").read_bytes() == before

    edited = before.decode().replace("joint,VTI,100", "joint,VTI,99")
    (house / "lots.csv").write_text(edited, encoding="utf-8")
    refused = run("run", "--once", house)
    assert refused.exit_code == BAD_INPUT
    assert "VTI in joint" in refused.stderr


def test_a_halted_household_sends_nothing(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = told(house)["approval"]["id"]  # type: ignore[index]
    assert run("approve", name, house).exit_code == DONE
    assert run("halt", house, "--reason", "wait").exit_code == DONE

    def never(broker: PaperBroker, order: Order) -> Ack:
        raise AssertionError(f"{order.id} was sent while everything is stopped")

    monkeypatch.setattr(PaperBroker, "submit", never)
    states = {one["state"] for one in told(house)["orders"]}  # type: ignore[attr-defined]
    assert states == {"denied"}


@pytest.mark.parametrize(
    ("column", "edited", "words"),
    [
        ("basis", "999.5", ("basis 999.5, ", "the journal ")),
        ("acquired", "2019-03-04", ("acquired 2019-03-04", "the journal ")),
        ("id", "another", ("lot another: the file has ", "the journal no such lot")),
    ],
)
def test_nothing_is_sent_while_a_lot_is_not_what_the_journal_says(
    house: Path, monkeypatch: pytest.MonkeyPatch, column: str, edited: str, words: tuple[str, str]
) -> None:
    run("journal", "open", house)
    name = told(house)["approval"]["id"]  # type: ignore[index]
    assert run("approve", name, house).exit_code == DONE
    rows = list(csv.reader((house / "lots.csv").read_text(encoding="utf-8").splitlines()))
    if column not in rows[0]:
        rows = [[*rows[0], column], *([*row, ""] for row in rows[1:])]
    first = next(row for row in rows[1:] if "#" not in row[0])
    first[rows[0].index(column)] = edited
    with (house / "lots.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)

    def never(broker: PaperBroker, order: Order) -> Ack:
        raise AssertionError(f"{order.id} was sent from books that are not whole")

    monkeypatch.setattr(PaperBroker, "submit", never)
    refused = run("run", "--once", house)
    assert refused.exit_code == BAD_INPUT
    assert all(one in " ".join(refused.stderr.split()) for one in words), refused.stderr


def test_a_sale_at_a_loss_is_noted_with_its_proceeds(tmp_path: Path) -> None:
    """What came in, not what was lost: the next plan reads the file again."""
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,100,30000,2021-01-04\n"
    house = write_household(tmp_path / "loss", mandate=DATED, prices=LONG_PRICES, lots=lots)
    assert run("broker", "add", "paper", house).exit_code == DONE
    name = told(house)["approval"]["id"]  # type: ignore[index]
    assert run("approve", name, house).exit_code == DONE
    assert told(house)["verdict"] == "trade"
    with (house / "trades.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    sold = [row for row in rows if row["side"] == "sell" and row["instrument"] == "VTI"]
    assert sold
    for row in sold:
        assert Decimal(row["gain"]) < 0 < Decimal(row["amount"])
    assert run("plan", house).exit_code in {DONE, FINDINGS}
    assert run("sync", house).exit_code == DONE


def test_what_an_approver_saw_is_made_again_after_lots_prices_and_mandate_moved_on(
    house: Path,
) -> None:
    name = told(house)["approval"]["id"]  # type: ignore[index]
    shown = json.loads(run("approvals", house, "--json").stdout)["approvals"][0]["seen"]
    assert run("approve", name, house, "--note", "as discussed").exit_code == DONE
    told(house)
    mandate = house / "mandate.toml"
    mandate.write_text(mandate.read_text() + "\n[limits]\nturnover_max = 0.001\n")
    again = run("journal", "replay", house, "--approval", name, "--json")
    assert again.exit_code == DONE, again.output
    found = json.loads(again.stdout)
    assert found["is_same"]
    assert found["seen"] == found["rebuilt"] == shown
    assert [word["word"] for word in found["words"]] == ["approve"]
    said = [one for one in FolderJournal(house).entries() if "question" in one.details]
    assert [(one.details["question"], one.details["note"]) for one in said] == [
        (name, "as discussed")
    ]


def test_a_question_that_was_altered_in_the_store_is_not_what_the_replay_comes_to(
    house: Path,
) -> None:
    name = told(house)["approval"]["id"]  # type: ignore[index]
    with sqlite3.connect(house / "live.db") as store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("UPDATE requests SET seen = replace(seen, 'sell', 'buy')")
    result = run("journal", "replay", house, "--approval", name)
    assert result.exit_code == FINDINGS, result.output
    assert "something else than what was shown: trades" in " ".join(result.stdout.split())


def test_the_replay_of_a_question_that_nobody_was_asked_names_those_that_were(house: Path) -> None:
    name = told(house)["approval"]["id"]  # type: ignore[index]
    result = run("journal", "replay", house, "--approval", "x" + str(name)[1:])
    assert result.exit_code == BAD_INPUT
    assert str(name) in result.output


def test_purchases_imported_after_a_live_loss_wash_it_at_the_next_run_in_journal_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No order is open then, and none is made; the plan that follows counts the loss no more."""
    lots = "account,instrument,quantity,basis,acquired\njoint,VTI,100,30000,2021-01-04\n"
    house = write_household(tmp_path / "loss", mandate=DATED, prices=LONG_PRICES, lots=lots)
    assert run("broker", "add", "paper", house).exit_code == DONE
    name = told(house)["approval"]["id"]  # type: ignore[index]
    assert run("approve", name, house).exit_code == DONE
    told(house)
    journal, day = FolderJournal(house), date.fromisoformat(AS_OF)
    assert not [one for one in journal.entries() if one.kind is EntryKind.WASH_SALE]
    with (house / "lots.csv").open("a", encoding="utf-8") as stream:
        for account, units in (("joint", 2), ("ira", 3)):
            lot = Lot(account, account, "VTI", Decimal(units), Decimal("500.00"), day)
            journal.append([reinvestment(f"row {account}", day, lot, "USD", Decimal("500.00"))])
            stream.write(f"{account},VTI,{units},500.00,{AS_OF},{account}{9 * ','}\n")
    for _ in range(2):
        done = run("run", "--once", house)
        assert done.exit_code in {DONE, FINDINGS}, "the brokers have fewer"
    found = [one for one in journal.entries() if one.kind is EntryKind.WASH_SALE]
    assert {one.details.get("permanent"): one.details["units"] for one in found} == {
        None: "2",
        "yes": "3",
    }
    for file in ("lots.csv", "trades.csv"):
        with (house / file).open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
        assert sum(Decimal(row["washed_quantity"] or 0) for row in rows) == 5
    assert run("journal", "verify", house).exit_code == DONE
    # Nothing moved since: no start looks at sales and purchases again, until the terms are others.
    looked: list[date] = []
    look = books._of_wash_windows
    watched = lambda service, on: looked.append(on) or look(service, on)  # noqa: E731
    monkeypatch.setattr(books, "_of_wash_windows", watched)
    run("run", "--once", house)
    assert looked == []
    grouped = DATED + '\n[wash_sales]\ngroups = [["VTI", "ITOT"]]\n'
    (house / "mandate.toml").write_text(grouped, encoding="utf-8")
    run("run", "--once", house)
    assert looked


def test_paper_accounts_of_one_block_account_share_orders_and_agree_to_the_cent(
    tmp_path: Path,
) -> None:
    """Both have cash alone and buy the same; `reconcile` proves each against its own broker."""
    lots = "account,instrument,quantity,basis,acquired\njoint,CASH,10000,,\nira,CASH,7000,,\n"
    mandate = DATED + '\n[trading]\napproval_above = "never"\n'
    house = write_household(tmp_path / "block", mandate=mandate, prices=LONG_PRICES, lots=lots)
    assert run("broker", "add", "paper", house).exit_code == DONE
    live = house / "live.toml"
    shared = live.read_text("utf-8").replace('"paper"', '"paper"\nblock = "family"')
    live.write_text(shared, encoding="utf-8")
    done = told(house)
    if done["approval"]:
        assert run("approve", done["approval"]["id"], house).exit_code == DONE  # type: ignore[index]
        done = told(house)
    assert done["verdict"] == "trade", done
    orders = done["orders"]
    together = [one for one in orders if one["trade"] == "block"]  # type: ignore[attr-defined]
    parts = [one for one in orders if one["trade"] != "block"]  # type: ignore[attr-defined]
    assert together
    for one in together:
        mine = [part for part in parts if part["instrument"] == one["instrument"]]
        filled = sum(Decimal(part["filled"]) for part in mine)
        assert {part["account"] for part in mine} == {"joint", "ira"}
        assert one["state"] == "filled"
        assert filled == Decimal(one["filled"])
    assert (house / "paper-blocks.family.db").exists()
    assert run("reconcile", house).exit_code == DONE
    assert run("journal", "verify", house).exit_code == DONE
    assert told(house)["orders"] == orders
