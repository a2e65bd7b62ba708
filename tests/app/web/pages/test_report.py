"""The report's screen: the same facts as the command's, as a page, as CSV and as a PDF."""

import csv
import io
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.commands_run import DONE, run
from tests.app.web.served import browser_of, demo_house, world_of
from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.web.preferences import COOKIE, Preferences, Shares
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

PLACE = "/h/home/report"
needs_pdf = pytest.mark.skipif(not can_make_pdf(), reason="WeasyPrint or Pango is not installed")


def table(client: TestClient, name: str, **asked: str) -> list[dict[str, str]]:
    answer = client.get(PLACE, params={"table": name, "format": "csv", **asked})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_page_has_every_part_of_the_report(owner: TestClient) -> None:
    answer = owner.get(PLACE)
    assert answer.status_code == 200
    for words in (
        "5 Oct 2022 to 11 Oct 2022",
        "Where the household stands",
        "What waits",
        "What the rules come to today",
        "The clauses that trades follow",
        "no decision was recorded",
    ):
        assert words in answer.text
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text and "<style" not in answer.text


def test_every_table_is_csv_too_and_every_trade_in_it_names_its_clause(owner: TestClient) -> None:
    text = owner.get(PLACE).text
    names = [part.split('"')[0].removeprefix("table-") for part in text.split('<table id="')[1:]]
    assert {"targets", "accounts", "trades-joint", "lots", "tax", "costs"} <= set(names)
    for name in names:
        table(owner, name)
    trades = [row for name in names if name.startswith("trades-") for row in table(owner, name)]
    assert trades
    assert all(row["clause"] and row["reason"] for row in trades)


def test_other_days_are_shown_and_odd_ones_refused(owner: TestClient) -> None:
    text = owner.get(PLACE, params={"from": "2022-09-01", "until": "2022-09-30"}).text
    assert "1 Sep 2022 to 30 Sep 2022" in text
    assert "from=2022-09-01&amp;until=2022-09-30" in text
    for asked in ({"from": "2022-10-12"}, {"until": "2030-01-01"}, {"from": "<script>"}):
        answer = owner.get(PLACE, params=asked)
        assert answer.status_code == 422
        assert "<script>" not in answer.text.replace('<script src="/static', "")


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"from": "2022-10-11", "until": "2022-10-01"}, "from: 2022-10-11 is after 2022-10-01"),
        ({"until": "2030-01-01"}, "until: 2030-01-01 is after 2022-10-11"),
        ({"from": "03/04/2022"}, "is not a day"),
    ],
)
def test_days_that_cannot_be_are_said_beside_their_form_which_keeps_them(
    owner: TestClient, days: dict[str, str], why: str
) -> None:
    answer = owner.get(PLACE, params=days)
    assert answer.status_code == 422
    assert why in answer.text and "--" not in answer.text.partition('role="alert"')[2][:300]
    for name, typed in days.items():
        assert f'name="{name}" type="date" value="{typed}" aria-invalid' in answer.text
    assert "Where the household stands" in answer.text
    csv_answer = owner.get(PLACE, params=days | {"table": "targets", "format": "csv"})
    assert csv_answer.status_code == 422


def test_amounts_are_hidden_and_fractions_are_written_as_the_reader_wants(
    shown_world: WebWorld,
) -> None:
    client = browser_of(shown_world)
    client.cookies.set(COOKIE, Preferences(Shares.BPS, hides_amounts=True).cookie())
    text = client.get(PLACE).text
    assert "$" not in text
    assert "•••" in text and " bp" in text
    assert "sell ••• XOM" in text


def test_what_was_recorded_meanwhile_is_on_the_next_page(tmp_path: Path) -> None:
    folder = demo_house(tmp_path / "home")
    world = world_of(tmp_path, folder)
    client = browser_of(world)
    assert "no decision was recorded" in client.get(PLACE).text
    assert run("broker", "add", "paper", folder).exit_code == DONE
    assert run("run", "--once", folder).exit_code == DONE
    text = client.get(PLACE).text
    assert "waits for people" in text
    name = text.split('id="question-')[1].split("-part")[0]
    assert run("reject", name, folder, "--note", "<b>no</b>").exit_code == DONE
    text = client.get(PLACE).text
    assert "declined it on" in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text and "<b>no</b>" not in text
    asked = table(client, f"question-{name}")
    assert all(row["clause"] for row in asked)
    world.worker.close()
    world.store.close()


@needs_pdf
def test_the_pdf_holds_all_amounts_and_leaves_a_trace_in_the_audit(
    shown_world: WebWorld, owner: TestClient
) -> None:
    answer = owner.get(f"{PLACE}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")
    assert "home-report-2022-10-05-2022-10-11.pdf" in answer.headers["content-disposition"]
    [last] = shown_world.store.audit.page(1)
    assert (last.what, last.subject, last.household) == ("export", "report", "home")


def test_a_page_of_the_demo_is_quick_and_small(owner: TestClient) -> None:
    text = owner.get(PLACE).text
    assert len(text.encode()) < 150_000
    times = []
    for _ in range(7):
        begin = time.process_time()
        assert owner.get(PLACE).status_code == 200
        times.append(time.process_time() - begin)
    assert min(times) < 0.05


def test_who_may_not_see_the_household_is_told_that_it_is_not_there(tmp_path: Path) -> None:
    world = world_of(tmp_path, demo_house(tmp_path / "home"), demo_house(tmp_path / "other"))
    client = browser_of(world, Right.VIEW, frozenset({"other"}), "ben")
    for place in (PLACE, f"{PLACE}.pdf", "/h/nobody/report"):
        assert client.get(place).status_code == 404
    world.worker.close()
    world.store.close()
