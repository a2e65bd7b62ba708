"""The screen of lots and taxes: every lot, losses with what stands in their way, the calendar, the
year; as a page, as CSV, with amounts hidden, and with odd names and questions."""

import csv
import io
import time
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, demo_house, stranger_at, world_of
from trimtab.app.household import load_folder
from trimtab.app.journal_folder import FolderJournal, opening_entries
from trimtab.app.web.preferences import COOKIE, Preferences
from trimtab.app.web.world import WebWorld
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits
from trimtab.model.web import Right

PLACE = "/h/home/lots"


def table(client: TestClient, name: str) -> list[dict[str, str]]:
    answer = client.get(PLACE, params={"table": name, "format": "csv"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_every_lot_is_listed_the_nearest_to_long_term_first(
    owner: TestClient, shown_world: WebWorld
) -> None:
    found = table(owner, "lots")
    household = shown_world.households.find("home")
    assert household is not None
    loaded = load_folder(household.folder)
    assert sorted(row["lot"] for row in found) == sorted(lot.id for lot in loaded.snapshot.lots)
    days = [int(row["days_left"]) for row in found if row["days_left"]]
    assert days == sorted(days)
    assert found[0]["instrument"] == "JPM"
    assert "JPM" in owner.get(PLACE).text


@pytest.mark.parametrize(
    ("order", "column", "falling"),
    [("loss", "gain", False), ("gain", "gain", True), ("value", "value", True)],
)
def test_lots_are_put_in_order(owner: TestClient, order: str, column: str, falling: bool) -> None:
    answer = owner.get(PLACE, params={"table": "lots", "format": "csv", "order": order})
    told = [row[column] for row in csv.DictReader(io.StringIO(answer.text))]
    amounts = [float(one) for one in told if one]
    assert amounts == sorted(amounts, reverse=falling)


def test_losses_past_the_thresholds_stand_apart_from_those_that_something_bars(
    owner: TestClient,
) -> None:
    free, barred = table(owner, "harvest"), table(owner, "blocked")
    assert "AMD" in {row["instrument"] for row in free}
    (mtum,) = [row for row in barred if row["instrument"] == "MTUM"]
    assert mtum["free_on"] == "2022-10-22"
    assert "would be washed by MTUM bought in ben_roth" in mtum["why"]
    assert {"the mandate asks for $500"} <= {row["why"] for row in barred}


def test_the_calendar_has_a_bar_for_each_window_of_61_days(owner: TestClient) -> None:
    found = {(row["instrument"], row["what"]): row for row in table(owner, "windows")}
    sold = found["GE", "sold at a loss"]
    assert (sold["from"], sold["on"], sold["until"]) == ("2022-08-20", "2022-09-19", "2022-10-19")
    assert sold["days_left"] == "8"
    bought = found["MTUM", "bought"]
    assert "lost for good" in bought["meaning"]
    assert owner.get(PLACE).text.count('class="window ahead"') >= len(found)


def test_the_year_says_what_is_stated_what_was_recorded_and_what_it_costs(
    owner: TestClient,
) -> None:
    stated, trades = table(owner, "realised")
    assert (stated["short"], stated["long"]) == ("9400", "27600")
    assert trades["source"] == "trades.csv"
    assert trades["sales"] == "1"
    assert table(owner, "bill")[-1] == {"what": "together", "amount": "9652.00", "source": ""}
    assert table(owner, "carried")[0] == {"what": "into 2022", "short": "0", "long": "0"}


def test_the_budget_is_shown_and_where_none_is_set_that_is_said(world: WebWorld) -> None:
    client = browser_of(world)
    unset = client.get(PLACE).text
    assert "Tax budget used" not in unset and "None is set" in unset
    assert '<a href="/h/home/plan">Set one in the plan</a>' in unset
    household = world.households.find("home")
    assert household is not None
    path = household.folder / "mandate.toml"
    path.write_text(path.read_text().replace("[limits]", "[limits]\ntax_budget = 19304"))
    text = client.get(PLACE).text
    assert "Tax budget used" in text
    assert "50 %" in text
    assert 'value="50"' in text
    assert "0 % with today&#39;s plan" in text or "0 % with today's plan" in text


def test_amounts_are_hidden_everywhere_on_the_page_where_the_reader_wants_it(
    shown_world: WebWorld,
) -> None:
    client = browser_of(shown_world)
    assert "$9,652" in client.get(PLACE).text
    client.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    text = client.get(PLACE).text
    assert "$" not in text
    assert "•••" in text


def test_what_a_rate_is_of_is_hidden_and_the_law_is_not(owner: TestClient) -> None:
    owner.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    page = owner.get("/h/home/lots").text
    assert "long-term gain of ••• at 15 %" in page
    assert "26 USC 1(h)(1)" in page


def test_an_order_or_table_that_there_is_not_harms_nothing(owner: TestClient) -> None:
    odd = owner.get(PLACE, params={"order": "<script>alert(1)</script>"})
    assert odd.status_code == 200
    assert "<script>alert" not in odd.text
    assert owner.get(PLACE, params={"table": "nothing", "format": "csv"}).status_code == 422


def test_names_from_files_are_shown_as_text(world: WebWorld) -> None:
    household = world.households.find("home")
    assert household is not None
    path = household.folder / "mandate.toml"
    evil = '<img src=x onerror="alert(1)">'
    path.write_text(path.read_text().replace("Joint brokerage", evil.replace('"', '\\"')))
    text = browser_of(world).get(PLACE).text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_a_formula_in_a_name_is_no_formula_in_csv(world: WebWorld) -> None:
    household = world.households.find("home")
    assert household is not None
    path = household.folder / "mandate.toml"
    path.write_text(path.read_text().replace("Joint brokerage", "=HYPERLINK(1)"))
    accounts = {row["account"] for row in table(browser_of(world), "lots")}
    assert "'=HYPERLINK(1)" in accounts
    assert "=HYPERLINK(1)" not in accounts


def test_a_household_without_lots_has_an_empty_page(world: WebWorld) -> None:
    household = world.households.find("home")
    assert household is not None
    (household.folder / "lots.csv").write_text(
        "account,instrument,quantity,basis,acquired\njoint,CASH,50000,,\n"
    )
    (household.folder / "trades.csv").unlink()
    answer = browser_of(world).get(PLACE)
    assert answer.status_code == 200
    assert "No lot is held." in answer.text
    assert "No window is open" in answer.text
    assert "There is none." in answer.text


def test_files_that_cannot_be_read_are_told_with_their_lines(world: WebWorld) -> None:
    household = world.households.find("home")
    assert household is not None
    (household.folder / "lots.csv").write_text("account,instrument\n")
    answer = browser_of(world).get(PLACE)
    assert answer.status_code == 422
    assert "lots.csv" in answer.text


def test_who_may_not_see_the_household_is_told_that_it_is_not_there(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = tmp_path_factory.mktemp("two")
    world = world_of(place, demo_house(place / "home"), demo_house(place / "other"))
    client = browser_of(world, Right.VIEW, frozenset({"other"}), "ben")
    assert client.get("/h/other/lots").status_code == 200
    assert client.get(PLACE).status_code == client.get("/h/nowhere/lots").status_code == 404
    assert stranger_at(world).get(PLACE).status_code in (303, 401)
    world.store.close()


def test_the_page_is_quick_and_small(owner: TestClient) -> None:
    owner.get(PLACE)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        answer = owner.get(PLACE)
        times.append(time.perf_counter() - begin)
    assert len(answer.content) < 150_000
    assert min(times) < 0.25  # the bound for a quiet machine is in the benchmark


def test_what_the_journal_booked_and_the_mandate_does_not_state_is_pointed_out(
    tmp_path: Path,
) -> None:
    house = demo_house(tmp_path / "home")
    client = browser_of(world_of(tmp_path / "web", house))
    assert "The journal booked" not in client.get(PLACE).text
    loaded = load_folder(house)
    journal = FolderJournal(house)
    journal.append(opening_entries(loaded.snapshot))
    books = journal.books()[0]
    lot = books.lots_of("KO", "joint")[-1]
    journal.append(
        [sell("sold", loaded.snapshot.as_of, books, [LotUnits(lot.id, Decimal(1))], Decimal(9))]
    )
    text = client.get(PLACE).text
    assert "The journal booked 1 sale of 2022 in taxable accounts" in text
    assert (
        '<span class="clause">tax.realized_until</span> in the <a href="/h/home/plan">plan' in text
    )
    mandate = house / "mandate.toml"
    said = mandate.read_text("utf-8")
    mandate.write_text(said.replace("[tax]\n", "[tax]\nrealized_until = 2022-10-10\n", 1), "utf-8")
    assert "The journal booked" not in client.get(PLACE).text
