"""The application as a whole: what is found, what is refused, and what nobody sees from inside."""

from pathlib import Path

import pytest
from fastapi import APIRouter

from tests.app.commands_run import DONE, run
from tests.app.web.served import browser_of, demo_house, send, stranger_at, world_of
from trimtab.app.web import application as module
from trimtab.app.web.application import routers_of
from trimtab.app.web.preferences import COOKIE, preferences_of
from trimtab.model.web import Right


def test_every_module_of_the_screens_is_served():
    found = routers_of(module.ROOMS)
    assert all(isinstance(one, APIRouter) for one in found)
    assert "/preferences" in {route.path for one in found for route in one.routes}


def test_a_page_that_is_not_there_says_so_and_leads_back(owner):
    answer = owner.get("/nowhere")
    assert answer.status_code == 404
    assert "Sign out" in answer.text
    assert "There is nothing here" in answer.text
    assert 'href="/"' in answer.text


def test_a_defect_shows_nothing_of_the_inside(world, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("planted /secret/place")

    client = browser_of(world)
    monkeypatch.setattr(type(world.households), "visible", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "the fault is ours" in answer.text
    assert "planted" not in answer.text and "Traceback" not in answer.text


def test_one_household_is_shown_at_once_and_several_as_a_board(world, tmp_path):
    assert browser_of(world).get("/").headers["location"] == "/h/home"
    several = world_of(tmp_path / "two", demo_house(tmp_path / "a"), demo_house(tmp_path / "b"))
    assert browser_of(several).get("/").headers["location"] == "/board"


def test_whoever_is_not_signed_in_is_led_to_the_place_for_it(world):
    answer = stranger_at(world).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"]
)
def test_how_figures_are_shown_is_kept_and_leads_to_no_other_site(owner, back):
    chosen = {"shares": "bps", "amounts": "hidden", "theme": "dark", "back": back}
    answer = send(owner, "/preferences", chosen, "/nowhere")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert preferences_of({COOKIE: owner.cookies[COOKIE]}).hides_amounts


def test_a_choice_that_there_is_not_is_refused_in_words(owner):
    chosen = {"shares": "thirds", "amounts": "shown", "theme": "dark"}
    answer = send(owner, "/preferences", chosen, "/nowhere")
    assert answer.status_code == 422
    assert "shares" in answer.text


def test_scripts_and_styles_come_from_the_application_itself(owner):
    for name in ("trimtab.css", "trimtab.js", "print.css", "icon.svg", "charts.css"):
        assert owner.get(f"/static/{name}").status_code == 200, name


@pytest.mark.parametrize("place", ["", "/proposal", "/cash", "/lots", "/plan", "/report"])
def test_an_empty_folder_leads_to_the_import_which_makes_the_household(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    world = world_of(tmp_path / "web", folder)
    shown = browser_of(world, Right.ADMIN).get(f"/h/home{place}").text
    assert "Nothing is known of this household yet." in shown
    assert 'href="/h/home/import">Import files' in shown
    assert browser_of(world, Right.RUN, name="ben").get("/h/home/import").status_code == 200
    world.worker.close()
    world.store.close()


@pytest.mark.parametrize(
    "flow", ["", '\n[[flows]]\nname = "roof"\namount = -900\ndue = 2022-10-20\n']
)
def test_a_household_that_init_just_made_is_led_to_the_import(tmp_path: Path, flow: str) -> None:
    folder = tmp_path / "home"
    assert run("init", "--template", "three-fund", folder).exit_code == DONE
    with (folder / "mandate.toml").open("a", encoding="utf-8") as file:
        file.write(flow)
    world = world_of(tmp_path / "web", folder)
    shown = browser_of(world).get("/h/home").text
    assert "Nothing is known to be held yet." in shown
    world.worker.close()
    world.store.close()


def test_a_defect_says_on_stderr_which_page_had_it(tmp_path: Path, monkeypatch, caplog) -> None:
    world = world_of(tmp_path / "web", demo_house(tmp_path / "home"))
    client = browser_of(world)
    monkeypatch.setattr("trimtab.app.web.pages.lots.lots_screen", None)
    assert client.get("/h/home/lots?order=secret").status_code == 500
    assert "GET /h/home/lots: a defect (TypeError)" in caplog.text
    assert "secret" not in caplog.text
    world.worker.close()
    world.store.close()


def test_what_is_not_there_is_said_in_one_sentence(owner) -> None:
    assert "There is no such page.</li>" in owner.get("/h/elsewhere").text


def test_a_household_without_holdings_is_led_to_the_import(tmp_path: Path) -> None:
    folder = demo_house(tmp_path / "home")
    (folder / "lots.csv").unlink()
    (folder / "trades.csv").unlink()
    world = world_of(tmp_path / "web", folder)
    owner, looker = browser_of(world, Right.ADMIN), browser_of(world, Right.VIEW, name="eve")
    for address in ("/h/home", "/h/home/proposal", "/h/home/lots"):
        shown = owner.get(address).text
        assert "Nothing is known to be held yet." in shown
        assert 'href="/h/home/import">Import files' in shown
    assert "Import files" not in looker.get("/h/home").text.partition("<main")[2]
    (folder / "mandate.toml").write_text("no mandate", encoding="utf-8")
    broken = owner.get("/h/home").text
    assert "Nothing is known" not in broken
    assert 'href="/h/home/plan">Look at the mandate' in broken
    assert "Look at the mandate" not in looker.get("/h/home").text
    world.worker.close()
    world.store.close()
