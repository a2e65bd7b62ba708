"""History: every decision, and each made again as its approvers saw it."""

import csv
import io

from tests.app.commands_run import DONE, run
from tests.app.web.pages.homes import Form, altered, questions


def test_a_question_that_waits_is_in_the_history_and_made_again_the_same(
    live_owner, live_world
) -> None:
    (asked,) = questions(live_world.households.find("home").folder)
    table = live_owner.get("/h/home/history?table=decisions&format=csv").text
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["decision"], row["status"], row["questions"]) == (asked.id, "waiting", "1")
    page = live_owner.get(f"/h/home/history/{asked.id}").text
    assert "to the last character" in page
    assert "The screen as it was seen" in page
    assert "takes a loss of" in page


def test_orders_and_executions_stand_with_the_decision_that_they_came_of(
    live_owner, live_world
) -> None:
    folder = live_world.households.find("home").folder
    (asked,) = questions(folder)
    assert run("approve", asked.id, folder, "--note", "fine").exit_code == DONE
    assert run("run", "--once", folder).exit_code == DONE
    page = live_owner.get(f"/h/home/history/{asked.id}")
    assert "fine" in page.text
    orders = live_owner.get(f"/h/home/history/{asked.id}?table=orders&format=csv").text
    rows = list(csv.DictReader(io.StringIO(orders)))
    assert len(rows) == 22
    assert {row["state"] for row in rows} <= {"filled", "denied"}
    assert any(row["price"] for row in rows)
    listed = live_owner.get("/h/home/history").text
    assert "orders executed" in listed


def test_the_page_of_an_approved_question_renews_its_orders_by_itself(
    live_owner, live_world
) -> None:
    (asked,) = questions(live_world.households.find("home").folder)
    answer = Form(live_owner).send("word", word="approve")
    page = live_owner.get(answer.headers["location"]).text
    assert 'id="orders-part" data-live="work live" data-live-household="home"' in page
    assert "The cycle is running since" in page or "The last run: " in page
    live_world.worker.close()
    assert "The last run: " in live_owner.get(f"/h/home/history/{asked.id}").text


def test_older_decisions_are_on_later_pages_and_open_by_their_id(
    live_owner, live_world, monkeypatch
) -> None:
    folder = live_world.households.find("home").folder
    (asked,) = questions(folder)
    assert run("reject", asked.id, folder).exit_code == DONE
    mandate = folder / "mandate.toml"
    text = mandate.read_text("utf-8")
    mandate.write_text(text.replace("as_of = 2022-10-11", "as_of = 2022-10-12"), "utf-8")
    assert run("run", "--once", folder).exit_code == DONE
    later = questions(folder)[-1].id
    monkeypatch.setattr("trimtab.app.web.pages.history.PAGE", 1)
    first = live_owner.get("/h/home/history").text
    assert later in first and asked.id not in first
    assert 'href="/h/home/history?skip=1" rel="next"' in first and 'rel="prev"' not in first
    second = live_owner.get("/h/home/history?skip=1").text
    assert asked.id in second and later not in second
    assert 'href="/h/home/history" rel="prev"' in second and 'rel="next"' not in second
    rows = csv.DictReader(
        io.StringIO(live_owner.get("/h/home/history?table=decisions&format=csv").text)
    )
    assert [row["decision"] for row in rows] == [later, asked.id]
    assert "rejected" in live_owner.get(f"/h/home/history/{asked.id}").text
    assert live_owner.get("/h/home/history?skip=-1").status_code == 422


def test_what_was_altered_in_the_store_does_not_come_out_the_same(live_owner, live_world) -> None:
    folder = live_world.households.find("home").folder
    (asked,) = questions(folder)
    altered(folder, "takes a loss of $6", "takes a loss of $5")
    page = live_owner.get(f"/h/home/history/{asked.id}").text
    assert "Not the same" in page
    assert "differs from what the approvers were shown in: trades" in page


def test_a_decision_that_there_is_not_is_not_there(live_owner, owner) -> None:
    assert live_owner.get("/h/home/history/00000000").status_code == 404
    assert live_owner.get("/h/home/history/..%2F..%2Fetc").status_code == 404
    assert owner.get("/h/home/history/95a57282").status_code == 404


def test_without_a_live_store_it_says_how_decisions_come_to_be_kept(owner) -> None:
    page = owner.get("/h/home/history")
    assert page.status_code == 200
    assert "trimtab broker add paper" in page.text
