"""Home: one sentence, one button, the drift with its past, idle cash and net worth."""

import csv
import io
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from tests.app.web.pages.homes import Form
from tests.app.web.served import browser_of, world_of
from trimtab.app.web.preferences import COOKIE, Preferences

CALM_LOTS = """\
account,instrument,quantity,basis,acquired
joint,VTI,100,9000,2020-01-15
joint,BND,77,6000,2021-06-01
"""
DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


def small(tmp_path: Path, mandate: str = DATED, lots: str = CALM_LOTS):
    house = write_household(tmp_path / "home", mandate=mandate, prices=LONG_PRICES, lots=lots)
    return browser_of(world_of(tmp_path / "web", house))


def test_inside_the_bands_there_is_nothing_to_do_and_no_button(tmp_path: Path) -> None:
    page = small(tmp_path).get("/h/home")
    assert page.status_code == 200
    assert "All inside the bands. Nothing to do." in page.text
    assert '/h/home/proposal">Look' not in page.text


def test_a_drift_is_said_in_one_sentence_with_one_button(owner) -> None:
    page = owner.get("/h/home").text
    assert "Energy is outside its band: a plan of 22 trades follows from the mandate." in page
    assert page.count('class="button" href="/h/home/proposal"') == 1


def test_a_plan_that_follows_though_nothing_drifts_is_said_in_one_sentence(tmp_path: Path) -> None:
    client = small(tmp_path, DATED, CALM_LOTS + "joint,CASH,1400,,\n")
    page = client.get("/h/home")
    assert page.status_code == 200
    assert "All inside the bands; a plan of" in page.text
    assert page.text.count('class="button" href="/h/home/proposal"') == 1


def test_a_question_that_waits_comes_first(live_owner) -> None:
    assert "A plan waits for your word." in live_owner.get("/h/home").text


def test_the_river_says_what_it_rests_on_and_is_a_table_too(owner) -> None:
    page = owner.get("/h/home").text
    assert "it is no record of what was held then" in page
    answer = owner.get("/h/home?table=river&format=csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) > 100  # every session of the half year, where the page shows some
    shares = [float(cell) for cell in rows[1][1:]]
    assert 0.8 < sum(shares) <= 1.0


def test_the_line_of_net_worth_is_a_table_too_with_the_money_that_is_dated(owner) -> None:
    text = owner.get("/h/home?table=worth-days&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["day"], rows[0]["what"]) == ("2022-11-01", "dated money")
    assert float(rows[0]["net"]) == pytest.approx(float(rows[1]["net"]) - 25_000)
    assert (rows[1]["day"], rows[1]["what"]) == ("2022-10-11", "today")
    assert len(rows) > 100 and rows[-1]["what"] == "past"
    assert 'id="table-worth-days"' in owner.get("/h/home").text


def test_every_chart_is_drawn_for_wide_and_narrow_without_script_or_style(owner) -> None:
    page = owner.get("/h/home").text
    assert page.count("<svg") == 6
    assert " style=" not in page and "<style" not in page and "<script>" not in page


def test_what_is_owed_counts_in_net_worth_and_in_nothing_else(tmp_path: Path) -> None:
    owed = DATED + '\n[[liabilities]]\nname = "mortgage"\namount = 5000\ndue = 2041-06-30\n'
    client = small(tmp_path, owed)
    rows = {
        row[0]: row
        for row in csv.reader(io.StringIO(client.get("/h/home?table=worth&format=csv").text))
    }
    assert rows["mortgage"][1:3] == ["2041-06-30", "-5000"]
    assert float(rows["Net worth"][2]) == float(rows["Holdings and cash"][2]) - 5_000
    assert "All inside the bands. Nothing to do." in client.get("/h/home").text


def test_idle_cash_offers_something_also_when_nothing_drifts(tmp_path: Path) -> None:
    waits = DATED + '\n[policy]\nname = "threshold"\n'
    client = small(tmp_path, waits, CALM_LOTS + "joint,CASH,400,,\n")
    page = client.get("/h/home").text
    assert "All inside the bands. Nothing to do." in page
    assert 'href="/h/home/cash?way=idle"' in page
    assert "Needed within 30 days" in page
    answer = client.get("/h/home/cash?way=idle").text
    assert "of idle cash were put to work" in answer
    assert "buy-word" in answer


def test_a_need_that_nothing_can_pay_is_named_with_the_way_to_mend_it(tmp_path: Path) -> None:
    needed = DATED + '\n[[flows]]\nname = "roof"\namount = -9000000\ndue = 2022-10-20\n'
    page = small(tmp_path, needed).get("/h/home")
    assert page.status_code == 422
    assert "flows.roof of 9,000,000.00: joint can pay" in page.text
    assert 'href="/h/home/plan">Look at the mandate' in page.text


def test_hidden_amounts_are_nowhere_on_the_page(owner) -> None:
    owner.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    page = owner.get("/h/home").text
    assert "•••" in page
    assert "$" not in page


@pytest.mark.parametrize("address", ["", "/cash", "/proposal", "/history", "/history/x"])
def test_a_household_that_is_not_there_is_answered_as_one(owner, address: str) -> None:
    assert owner.get(f"/h/elsewhere{address}").status_code == 404


def test_a_folder_that_cannot_be_read_says_what_and_where(tmp_path: Path) -> None:
    client = small(tmp_path, DATED.replace("weight = 0.6", "weight = 0.7"))
    page = client.get("/h/home")
    assert page.status_code == 422
    assert "mandate.toml" in page.text


def test_each_page_is_within_its_size(live_owner) -> None:
    for place in ("", "/cash?way=have&amount=20000", "/proposal", "/history"):
        page = live_owner.get(f"/h/home{place}")
        assert page.status_code == 200
        assert len(page.content) < 150_000, place
    assert Form(live_owner).fields["question"]
