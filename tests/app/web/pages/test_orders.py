"""Orders, the last look at brokers, and halts, as pages."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.commands_run import run
from tests.app.web.served import browser_of, csrf_of, demo_house, world_of
from tests.app.web.traded import asked_house, question_in
from trimtab.app.importing.merge import break_json
from trimtab.app.importing.open_breaks import BREAKS_FILE, SINCE
from trimtab.app.live.looks import keep_looks, read_looks, since_when
from trimtab.app.live.syncing import AccountSync
from trimtab.app.web.pages import orders
from trimtab.app.web.world import WebWorld
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.web import Right

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household whose question was approved and whose orders filled at the paper broker."""
    folder = asked_house(tmp_path_factory.mktemp("traded") / "home")
    run("approve", question_in(folder).id, folder)
    run("run", "--once", folder)
    return folder


@pytest.fixture(scope="module")
def shown(traded: Path, tmp_path_factory: pytest.TempPathFactory) -> WebWorld:
    return world_of(tmp_path_factory.mktemp("web"), traded)


def test_orders_and_executions_stand_on_the_households_page(shown: WebWorld) -> None:
    client = browser_of(shown)
    text = client.get("/h/home/orders").text
    assert 'id="table-orders"' in text
    assert 'id="table-fills"' in text
    assert text.count("<td>filled</td>") >= 10
    rows = client.get("/h/home/orders?table=fills&format=csv").text.splitlines()
    assert rows[0].startswith("instrument,account,side,quantity,price,fee,at,order,execution")
    assert len(rows) > 10


def test_orders_of_all_households_name_the_household(shown: WebWorld) -> None:
    text = browser_of(shown).get("/orders").text
    assert "1 household is traded live" in text
    assert "Ana and Ben Rivera" in text


def test_a_person_holds_the_brokers_against_the_books(shown: WebWorld, traded: Path) -> None:
    client = browser_of(shown, Right.RUN, None, "rob")
    form = {"csrf": csrf_of(client, "/h/home/orders")}
    assert client.post("/h/home/orders/reconcile", data=form).status_code == 303
    assert [look.agrees for look in read_looks(traded)] == [True, True, True]
    assert "Last look" in client.get("/h/home/orders").text
    [kept] = shown.store.audit.page(1, what="reconcile")
    assert kept.details["agrees"] == "yes"


def test_a_viewer_reconciles_nothing(shown: WebWorld) -> None:
    client = browser_of(shown, Right.VIEW, None, "vic")
    form = {"csrf": csrf_of(client, "/h/home/orders")}
    assert client.post("/h/home/orders/reconcile", data=form).status_code == 403


def look(*ids: str) -> AccountSync:
    breaks = tuple(
        Break(one, BreakKind.QUANTITY, "joint", "VTI", "books hold 79, broker 80", "look")
        for one in ids
    )
    return AccountSync("joint", "paper", None, breaks)


def test_a_break_is_as_old_as_when_it_was_first_seen(tmp_path: Path) -> None:
    keep_looks(tmp_path, [look("b1")], AT)
    kept = keep_looks(tmp_path, [look("b1", "b2")], AT + timedelta(days=3))
    assert [(one.id, one.since) for one in kept[0].breaks] == [
        ("b1", AT),
        ("b2", AT + timedelta(days=3)),
    ]
    assert read_looks(tmp_path) == kept
    assert since_when(kept) == AT
    keep_looks(tmp_path, [look()], AT + timedelta(days=4))
    later = keep_looks(tmp_path, [look("b1")], AT + timedelta(days=5))
    assert since_when(later) == AT + timedelta(days=5)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"account": "a"}]', "null"])
def test_a_file_of_looks_that_is_none_of_ours_counts_as_no_look(tmp_path: Path, text: str) -> None:
    (tmp_path / "broker-looks.json").write_text(text)
    assert read_looks(tmp_path) == ()


def test_an_open_break_stands_with_its_age(tmp_path: Path) -> None:
    folder = demo_house(tmp_path / "home")
    keep_looks(folder, [look("b1")], datetime.now(UTC) - timedelta(days=9, hours=1))
    client = browser_of(world_of(tmp_path / "web", folder))
    text = client.get("/h/home/orders?table=breaks&format=csv").text
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["break"], row["age"], row["message"]) == ("b1", "9", "books hold 79, broker 80")
    assert "no, 1 open" in client.get("/h/home/orders").text


def test_a_break_of_imported_records_has_its_age_too(tmp_path: Path) -> None:
    folder = demo_house(tmp_path / "home")
    day = datetime.now(UTC).date() - timedelta(days=4)
    told = Break("b7", BreakKind.QUANTITY, "joint", "KO", "positions 3, lots 4", "say which")
    (folder / "imports").mkdir()
    rows = [break_json(told) | {SINCE: day.isoformat()}]
    (folder / BREAKS_FILE).write_text(json.dumps(rows), "utf-8")
    client = browser_of(world_of(tmp_path / "web", folder))
    text = client.get("/h/home/orders?table=breaks&format=csv").text
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["break"], row["age"], row["since"][:10]) == ("b7", "4", day.isoformat())


def test_a_halt_stops_the_household_and_resuming_needs_a_person(tmp_path: Path) -> None:
    folder = asked_house(tmp_path / "home")
    world = world_of(tmp_path / "web", folder)
    client = browser_of(world, Right.TRADE, None, "tom")
    form = {"kind": "all", "reason": "odd prices", "csrf": csrf_of(client, "/h/home/orders")}
    assert client.post("/h/home/halt", data=form).status_code == 303
    text = client.get("/h/home/orders").text
    assert "Trading is halted" in text
    assert "tom" in text
    assert "odd prices" in text
    form = {"csrf": csrf_of(client, "/h/home/orders")}
    assert client.post("/h/home/resume", data=form).status_code == 303
    assert "Trading is not halted" in client.get("/h/home/orders").text
    assert [one.what for one in world.store.audit.page(5)] == ["resume", "halt"]


def test_who_may_not_trade_halts_nothing(tmp_path: Path) -> None:
    world = world_of(tmp_path / "web", asked_house(tmp_path / "home"))
    client = browser_of(world, Right.RUN, None, "rob")
    token = csrf_of(client, "/h/home/orders")
    for place in ("/h/home/halt", "/halt", "/h/home/resume"):
        form = {"kind": "all", "csrf": token}
        assert client.post(place, data=form).status_code == 403
    assert "Trading is not halted" in client.get("/h/home/orders").text


def test_everything_that_a_person_may_trade_is_halted_at_once_and_no_more(tmp_path: Path) -> None:
    one, two = asked_house(tmp_path / "one"), asked_house(tmp_path / "two")
    world = world_of(tmp_path / "web", one, two)
    client = browser_of(world, Right.TRADE, frozenset({"one"}), "tom")
    form = {"reason": "drill", "csrf": csrf_of(client, "/orders")}
    assert client.post("/halt", data=form).status_code == 303
    everybody = browser_of(world, Right.VIEW, None, "vic")
    assert "Trading is halted" in everybody.get("/h/one/orders").text
    assert "Trading is not halted" in everybody.get("/h/two/orders").text


def test_earlier_orders_are_a_page_away_and_none_is_shown_twice(
    shown: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser_of(shown, Right.VIEW, None, "vera")

    def ids(address: str) -> list[str]:
        joint = "&" if "?" in address else "?"
        text = client.get(f"{address}{joint}table=orders&format=csv").text
        return [row["order"] for row in csv.DictReader(io.StringIO(text))]

    every = ids("/h/home/orders")
    monkeypatch.setattr(orders, "ORDERS_MAX", 5)
    address, found = "/h/home/orders", list[str]()
    while True:
        found += ids(address)
        link = re.search(r'href="([^"]+)" rel="next"', client.get(address).text)
        if link is None:
            break
        address = link[1]
    assert len(every) > 15
    assert found == every
    assert "The latest orders" in client.get(address).text
    monkeypatch.setattr(orders, "ORDERS_EACH", 5)
    assert len(ids("/orders")) == 5
    assert f"/h/home/orders?before={every[4]}" in client.get("/orders").text


def test_before_an_order_that_there_is_not_there_is_nothing(shown: WebWorld) -> None:
    client = browser_of(shown, Right.VIEW, None, "viola")
    assert "No order was made yet" in client.get("/h/home/orders?before=nobody").text
    assert client.get("/h/home/orders?before=a%00b").status_code == 422
