"""The screen of the plan: drafts with their mistakes and effects, saved on top of what was seen."""

import csv
import io
import re
import time
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import CSRF, browser_of
from trimtab.app.demo import DEMO_FOLDER
from trimtab.app.mandate_history import versions
from trimtab.app.web.pages import plan as page_module
from trimtab.app.web.past_runs import PastAnswer, PastQuestion, PastRuns
from trimtab.app.web.world import WebWorld
from trimtab.model.errors import InputError
from trimtab.model.web import Outcome, Right

PLACE = "/h/home/plan"
DEMO = (DEMO_FOLDER / "mandate.toml").read_text()
OTHER = DEMO.replace("absolute = 0.05 ", "absolute = 0.04 ")
EVIL = "</textarea><img src=x onerror=alert(1)>"


@pytest.fixture
def client(world: WebWorld) -> TestClient:
    return browser_of(world)


def home(world: WebWorld) -> Path:
    found = world.households.find("home")
    assert found is not None
    return found.folder


def send(client: TestClient, what: str = "", **told: str) -> Any:
    shown = client.get(PLACE).text
    base = re.search(r'name="base" value="([0-9a-f]{64})"', shown)
    csrf = CSRF.search(shown)
    assert csrf, "the page has a form"
    data = {"csrf": csrf[1], **({"base": base[1]} if base else {}), **told}
    return client.post(f"{PLACE}{what}", data=data)


def draft_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(parse_qs(urlsplit(answer.headers["location"]).query)["draft"][0])


def looked(client: TestClient, **told: str) -> tuple[str, str]:
    """A draft's name, and the page that shows it."""
    name = draft_of(send(client, **told))
    return name, client.get(PLACE, params={"draft": name}).text


def table(client: TestClient, name: str, **asked: str) -> list[dict[str, str]]:
    answer = client.get(PLACE, params={"table": name, "format": "csv", **asked})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_editor_shows_rules_bands_and_text(owner: TestClient) -> None:
    text = owner.get(PLACE).text
    assert 'name="bands.absolute" value="5 %"' in text
    assert 'name="targets.0.weight" value="21 %"' in text
    assert "# The demo: an invented household" in text
    bands = table(owner, "bands")
    assert [bands[0][key] for key in ("target", "low", "high")] == ["core funds", "0.16", "0.26"]
    assert "csv" not in owner.get(PLACE, params={"table": "sentences"}).headers["content-type"]


def test_a_draft_of_the_form_shows_what_changes_and_saves_nothing(
    client: TestClient, world: WebWorld
) -> None:
    name, text = looked(client, how="form", **{"bands.absolute": "4 %"})
    assert "Save it as the mandate" in text
    assert "+absolute = 0.04          # five points of everything …" in text
    assert (home(world) / "mandate.toml").read_text() == DEMO
    changed = table(client, "sentences", draft=name)
    assert "targets.core funds" in {row["clause"] for row in changed}
    assert [row["mandate"] for row in table(client, "today", draft=name)] == ["saved", "draft"]
    (core,) = [row for row in table(client, "bands", draft=name) if row["target"] == "core funds"]
    assert (core["low"], core["high"]) == ("0.17", "0.25")


def test_a_form_goes_on_top_of_the_draft_that_it_was_shown_with(client: TestClient) -> None:
    first, _ = looked(client, how="form", **{"bands.absolute": "4 %"})
    _, text = looked(client, how="form", draft=first, **{"limits.turnover_max": "30 %"})
    assert "+absolute = 0.04" in text
    assert "+turnover_max = 0.3" in text


def test_a_saved_draft_is_the_mandate_and_the_one_before_is_kept(
    client: TestClient, world: WebWorld
) -> None:
    name, _ = looked(client, how="text", text=OTHER.replace("\n", "\r\n"))
    answer = send(client, "/save", draft=name)
    assert answer.headers["location"] == f"{PLACE}?done=saved", answer.text
    assert (home(world) / "mandate.toml").read_text() == OTHER
    assert [(one.who, one.text) for one in versions(home(world))] == [
        ("hand", DEMO),
        ("ada", OTHER),
    ]
    (record,) = [one for one in world.store.audit.page(50) if one.what == "change the mandate"]
    assert (record.person if hasattr(record, "person") else record.who) == "ada"
    assert (record.outcome, record.household) == (Outcome.DONE, "home")
    assert "The mandate is saved" in client.get(PLACE, params={"done": "saved"}).text
    assert len(table(client, "versions")) == 2
    assert send(client, "/save", draft=name).status_code == 422  # it was taken


def test_line_ends_of_the_file_stay(client: TestClient, world: WebWorld) -> None:
    path = home(world) / "mandate.toml"
    path.write_bytes(DEMO.replace("\n", "\r\n").encode())
    name, text = looked(client, how="text", text=OTHER)
    assert text.count('<span class="added">') == 1
    send(client, "/save", draft=name)
    assert path.read_bytes() == OTHER.replace("\n", "\r\n").encode()


def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_is_saved(
    world: WebWorld,
) -> None:
    client = browser_of(world, Right.APPROVE, name="ann")
    mine, _ = looked(client, how="text", text=OTHER)
    ben = browser_of(world, Right.ADMIN, name="ben")
    theirs = DEMO.replace("turnover_max = 0.20", "turnover_max = 0.25")
    saved = send(ben, "/save", draft=looked(ben, how="text", text=theirs)[0])
    assert saved.status_code == 303, saved.text
    answer = send(client, "/save", draft=mine)
    assert answer.status_code == 409
    assert "Somebody else saved another mandate" in answer.text
    assert "+turnover_max = 0.25" in answer.text
    assert "Save it as the mandate" not in answer.text
    assert (home(world) / "mandate.toml").read_text() == theirs
    again, text = looked(client, how="text", draft=mine, text=OTHER)
    assert "-turnover_max = 0.25" in text
    assert send(client, "/save", draft=again).status_code == 303
    assert (home(world) / "mandate.toml").read_text() == OTHER


def test_all_mistakes_are_shown_at_once_with_their_lines(client: TestClient) -> None:
    text = DEMO.replace("weight = 0.21", 'weight = "much"').replace("[limits]", "[limitz]")
    name, shown = looked(client, how="text", text=text)
    lines = {at for at, row in enumerate(text.splitlines(), 1) if "much" in row or "limitz" in row}
    assert {int(one) for one in re.findall(r'data-line="(\d+)"', shown)} == lines
    assert "Save it as the mandate" not in shown
    assert str(DEMO_FOLDER) not in shown
    assert send(client, "/save", draft=name).status_code == 422


def test_what_other_files_still_need_is_a_mistake_of_the_draft(
    client: TestClient, world: WebWorld
) -> None:
    text = DEMO.replace('id = "ben_roth"', 'id = "roth"')
    _, shown = looked(client, how="text", text=text)
    assert "lots.csv, line" in shown
    assert str(home(world)) not in shown


@pytest.mark.parametrize(
    "text", ["", "[household", "\0", "[" * 3000, "x = 1", EVIL, f'[household]\nname = "{EVIL}"\n']
)
def test_an_odd_text_is_a_draft_with_mistakes_shown_as_text(client: TestClient, text: str) -> None:
    name, shown = looked(client, how="text", text=text)
    assert "to mend before it can be saved" in shown
    assert "<img src=x" not in shown
    assert send(client, "/save", draft=name).status_code == 422


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("bands.absolute", EVIL),
        ("policy.name", EVIL),
        ("targets.0.weight", '"]\n[policy]\nname = "hold"'),
        ("cash.reserve", "1e999999"),
        ("limits.turnover_max", "NaN"),
    ],
)
def test_odd_words_in_the_form_are_mistakes_and_never_markup(
    client: TestClient, field: str, typed: str
) -> None:
    _, shown = looked(client, how="form", **{field: typed})
    assert "to mend before it can be saved" in shown
    assert "<img src=x" not in shown


def test_a_text_that_is_too_long_is_refused(client: TestClient) -> None:
    answer = send(client, how="text", text="#" * 300_001)
    assert answer.status_code == 422
    assert "at most 300,000" in answer.text
    assert send(client, how="text", text="#" * 1_100_000).status_code == 413


def test_a_mandate_that_is_broken_opens_and_can_be_mended(
    client: TestClient, world: WebWorld
) -> None:
    (home(world) / "mandate.toml").write_text(DEMO.replace("[household]", "[household"))
    answer = client.get(PLACE)
    assert answer.status_code == 200
    assert "cannot be shown as it is saved" in answer.text
    assert str(home(world)) not in answer.text
    name, shown = looked(client, how="text", text=DEMO)
    assert "Save it as the mandate" in shown
    assert send(client, "/save", draft=name).status_code == 303
    assert (home(world) / "mandate.toml").read_text() == DEMO


def test_an_earlier_mandate_can_be_the_beginning_of_a_draft(
    client: TestClient, world: WebWorld
) -> None:
    send(client, "/save", draft=looked(client, how="text", text=OTHER)[0])
    first = versions(home(world))[0]
    _, shown = looked(client, how="version", version=first.name)
    assert "+absolute = 0.05" in shown
    for name in ("../mandate.toml", "..%2f..%2fetc%2fpasswd", EVIL):
        answer = send(client, how="version", version=name)
        assert answer.status_code == 422
        assert "<img src=x" not in answer.text


def test_nobody_else_finds_or_saves_a_draft(client: TestClient, world: WebWorld) -> None:
    name, _ = looked(client, how="text", text=OTHER)
    other = browser_of(world, Right.ADMIN, name="ben")
    assert "not there any more" in other.get(PLACE, params={"draft": name}).text
    assert send(other, "/save", draft=name).status_code == 422
    assert (home(world) / "mandate.toml").read_text() == DEMO


@pytest.mark.parametrize(
    ("right", "may_draft"), [(Right.VIEW, False), (Right.RUN, True), (Right.TRADE, True)]
)
def test_who_may_not_approve_cannot_save(world: WebWorld, right: Right, may_draft: bool) -> None:
    client = browser_of(world, right, name="vera")
    answer = send(client, how="text", text=OTHER)
    assert (answer.status_code == 303) is may_draft
    name = draft_of(answer) if may_draft else "x"
    shown = client.get(PLACE, params={"draft": name}).text
    assert "Save it as the mandate" not in shown
    assert send(client, "/save", draft=name).status_code == 403
    assert (home(world) / "mandate.toml").read_text() == DEMO


def test_a_form_without_its_token_changes_nothing(client: TestClient, world: WebWorld) -> None:
    name, _ = looked(client, how="text", text=OTHER)
    assert client.post(f"{PLACE}/save", data={"draft": name}).status_code == 403
    assert client.post(PLACE, data={"how": "text", "text": OTHER}).status_code == 403
    assert (home(world) / "mandate.toml").read_text() == DEMO


def test_a_draft_can_be_thrown_away(client: TestClient) -> None:
    name, _ = looked(client, how="text", text=OTHER)
    assert send(client, "/forget", draft=name).status_code == 303
    assert "not there any more" in client.get(PLACE, params={"draft": name}).text


def finished(client: TestClient, **asked: str) -> str:
    """The page when the past is worked out."""
    for _ in range(400):
        text = client.get(PLACE, params=asked).text
        if 'id="past" data-running' not in text:
            return text
        time.sleep(0.3)  # the page itself takes a while
    raise TimeoutError(asked)


def test_the_past_is_worked_out_in_the_background_and_shown_with_its_tables(
    client: TestClient,
) -> None:
    fields = {"bands.absolute": "2 %", "policy.name": "threshold"}
    name, _ = looked(client, how="form", **fields)
    answer = send(client, "/past", draft=name, years="1")
    assert answer.headers["location"] == f"{PLACE}?years=1&draft={name}#past"
    text = finished(client, draft=name, years="1")
    assert 'class="is"' in text
    assert 'class="was"' in text
    rows = table(client, "past-targets", draft=name, years="1")
    assert {row["saved_band"] for row in rows if row["target"] == "core funds"} == {"0.05"}
    assert {row["draft_band"] for row in rows if row["target"] == "core funds"} == {"0.02"}
    figures = table(client, "past-figures", draft=name, years="1")
    assert [row["mandate"] for row in figures] == ["saved", "draft"]
    zones = table(client, "bands", draft=name, years="1")
    assert float(zones[0]["zone_low"]) < float(zones[0]["weight"]) < float(zones[0]["zone_high"])
    assert len(text) < 150_000


def test_while_the_past_is_worked_out_a_link_asks_again_also_without_a_script(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = Event()

    def waits(one: PastQuestion, tell: object) -> PastAnswer:
        may_end.wait(30)
        raise InputError("prices", "there are none")

    monkeypatch.setattr(page_module, "PastRuns", lambda: PastRuns(waits))
    asked = send(client, "/past", years="1").headers["location"]
    text = client.get(asked).text
    may_end.set()
    assert "Working out the last year …" in text
    # With a place in the page named, a browser that is there already would ask nothing.
    assert f'href="{PLACE}?years=1">Look again' in text


def test_what_goes_wrong_in_the_background_is_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(one: PastQuestion, tell: object) -> PastAnswer:
        raise InputError("prices", f"there are none {EVIL}")

    monkeypatch.setattr(page_module, "PastRuns", lambda: PastRuns(fails))
    assert send(client, "/past", years="3").status_code == 303
    text = finished(client, years="3")
    assert "prices: there are none" in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("years", ["2", "0", "-1", "99999999999999999999", "x"])
def test_a_length_that_is_not_offered_is_refused(client: TestClient, years: str) -> None:
    assert send(client, "/past", years=years).status_code == 422
    assert client.get(PLACE, params={"years": years}).status_code in (200, 422)


def test_the_page_is_quick_and_small(owner: TestClient) -> None:
    owner.get(PLACE)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        answer = owner.get(PLACE)
        times.append(time.perf_counter() - begin)
    assert len(answer.content) < 150_000
    assert min(times) < 0.25  # the bound for a quiet machine is in the benchmark
