"""The screen of imports: files are previewed, written as shown, breaks answered; what is sent to
harm is refused or shown as text."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from fastapi.testclient import TestClient

from tests.app.broker_files import LOTS, POSITIONS, contents, csv_rows
from tests.app.web.served import browser_of, csrf_of, world_of
from trimtab.app.importing.open_breaks import open_breaks
from trimtab.app.web.upkeep.answer_words import by_fields
from trimtab.app.web.world import WebWorld
from trimtab.model.breaks import BreakKind
from trimtab.model.errors import InputError
from trimtab.model.web import Outcome, Right

PLACE = "/h/fresh/import"
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder that is to become a household."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    return folder


@pytest.fixture
def served(tmp_path: Path, fresh: Path) -> Iterator[WebWorld]:
    made = world_of(tmp_path, fresh)
    yield made
    made.worker.close()
    made.store.close()


@pytest.fixture
def client(served: WebWorld) -> TestClient:
    return browser_of(served)


def send(client: TestClient, *files: tuple[str, str | bytes], day: str = "") -> Any:
    parts = [
        ("files", (name, data if isinstance(data, bytes) else dedent(data).encode()))
        for name, data in files
    ]
    data = {"csrf": csrf_of(client, PLACE), "day": day}
    return client.post(PLACE, data=data, files=parts)


def name_of(answer: Any) -> str:
    """The name of the preview that an answer leads to."""
    assert answer.status_code == 303, answer.text
    return str(parse_qs(urlsplit(answer.headers["location"]).query)["preview"][0])


def act(client: TestClient, what: str, **told: str) -> Any:
    return client.post(f"{PLACE}/{what}", data={"csrf": csrf_of(client, PLACE), **told})


def written(client: TestClient, *files: tuple[str, str | bytes]) -> None:
    answer = act(client, "write", preview=name_of(send(client, *files, day="2024-07-31")))
    assert answer.headers["location"] == f"{PLACE}?done=import", answer.text


def test_files_are_shown_first_and_written_as_shown(
    client: TestClient, fresh: Path, served: WebWorld
) -> None:
    name = name_of(send(client, ("positions.csv", POSITIONS), ("lots.csv", LOTS)))
    assert contents(fresh) == {}
    text = client.get(PLACE, params={"preview": name}).text
    for word in ("positions.csv", "lots.csv", "VTI", "roth ira", "Write it", "mandate.toml"):
        assert word in text
    answer = act(client, "write", preview=name)
    assert answer.headers["location"] == f"{PLACE}?done=import"
    assert {row["instrument"] for row in csv_rows(fresh / "lots.csv")} == {"VTI", "BND", "CASH"}
    assert client.get(PLACE, params={"done": "import"}).status_code == 200
    (record,) = [one for one in served.store.audit.page(50) if one.what == "import"]
    assert (record.household, record.outcome) == ("fresh", Outcome.DONE)
    assert record.subject == "positions.csv, lots.csv"


def test_a_preview_is_written_once(client: TestClient, fresh: Path) -> None:
    name = name_of(send(client, ("positions.csv", POSITIONS)))
    act(client, "write", preview=name)
    before = contents(fresh)
    again = act(client, "write", preview=name)
    assert again.status_code == 422
    assert "not there any more" in again.text
    assert contents(fresh) == before


def test_what_changed_since_the_preview_is_shown_before_anything_is_written(
    client: TestClient, served: WebWorld, fresh: Path
) -> None:
    written(client, ("positions.csv", POSITIONS))
    shown = name_of(send(client, ("lots.csv", LOTS), day="2024-07-31"))
    written(browser_of(served), ("lots.csv", LOTS))  # another session was faster
    before = contents(fresh)
    answer = act(client, "write", preview=shown)
    assert answer.status_code == 409
    assert "the household has changed since the preview" in answer.text
    assert contents(fresh) == before
    assert act(client, "write", preview=shown).status_code == 303


def test_an_account_of_a_file_can_be_said_to_be_one_of_the_household(
    client: TestClient, fresh: Path
) -> None:
    written(client, ("positions.csv", POSITIONS))
    other = POSITIONS.replace("roth ira", "account 77").replace("2024-06-28", "2024-07-02")
    shown = name_of(send(client, ("july.csv", other)))
    page = client.get(PLACE, params={"preview": shown}).text
    assert "account 77 at generic" in page
    answer = act(client, "accounts", preview=shown, account="roth_ira")
    assert name_of(answer) == shown
    assert "account 77 at generic" not in client.get(PLACE, params={"preview": shown}).text
    act(client, "write", preview=shown)
    assert {row["account"] for row in csv_rows(fresh / "lots.csv")} == {"joint", "roth_ira"}


def test_an_account_that_there_is_not_is_refused(client: TestClient) -> None:
    written(client, ("positions.csv", POSITIONS))
    shown = name_of(send(client, ("july.csv", POSITIONS.replace("roth ira", "account 77"))))
    answer = act(client, "accounts", preview=shown, account=EVIL)
    assert answer.status_code == 422
    assert EVIL not in answer.text


def test_a_preview_can_be_thrown_away(client: TestClient, fresh: Path) -> None:
    name = name_of(send(client, ("positions.csv", POSITIONS)))
    assert act(client, "forget", preview=name).status_code == 303
    assert "not there any more" in client.get(PLACE, params={"preview": name}).text
    assert contents(fresh) == {}


def test_tables_of_a_preview_are_csv_too(client: TestClient) -> None:
    name = name_of(send(client, ("positions.csv", POSITIONS)))
    asked = {"preview": name, "format": "csv"}
    assert "positions.csv,generic" in client.get(PLACE, params={**asked, "table": "files"}).text
    assert "VTI,joint,0,10,0,1" in client.get(PLACE, params={**asked, "table": "holdings"}).text


def test_nobody_else_finds_or_writes_a_preview(
    client: TestClient, served: WebWorld, fresh: Path
) -> None:
    name = name_of(send(client, ("positions.csv", POSITIONS)))
    other = browser_of(served, Right.ADMIN, name="ben")
    assert "positions.csv" not in other.get(PLACE, params={"preview": name}).text
    assert act(other, "write", preview=name).status_code == 422
    assert contents(fresh) == {}


def test_who_may_only_look_is_offered_nothing_and_may_send_nothing(
    served: WebWorld, fresh: Path
) -> None:
    viewer = browser_of(served, Right.VIEW, name="vera")
    text = viewer.get(PLACE).text
    assert "Show what they would come to" not in text
    data = {"csrf": csrf_of(viewer, PLACE)}
    files = [("files", ("positions.csv", b"x"))]
    assert viewer.post(PLACE, data=data, files=files).status_code == 403
    for what in ("write", "forget", "look-again", "answer", "accounts"):
        form = {**data, "preview": "x", "id": "b1", "account": "joint"}
        assert viewer.post(f"{PLACE}/{what}", data=form).status_code == 403, what
    assert contents(fresh) == {}


def test_a_form_without_its_token_is_refused(client: TestClient, fresh: Path) -> None:
    files = [("files", ("positions.csv", dedent(POSITIONS).encode()))]
    assert client.post(PLACE, files=files).status_code == 403
    name = name_of(send(client, ("positions.csv", POSITIONS)))
    assert client.post(f"{PLACE}/write", data={"preview": name}).status_code == 403
    assert contents(fresh) == {}


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, data in files:
            made.writestr(name, data)
    return out.getvalue()


def test_an_archive_is_unpacked_and_its_names_lead_nowhere(client: TestClient, fresh: Path) -> None:
    packed = zipped(("../../../evil/positions.csv", dedent(POSITIONS).encode()))
    written(client, ("download.zip", packed))
    assert not list(fresh.parent.rglob("evil"))
    assert {path.split("/")[0] for path in contents(fresh)} <= {
        *("imports", "journal.jsonl", "journal.head", "lots.csv", "mandate.toml"),
        *("prices.csv", "trades.csv"),
    }


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("a.zip", zipped(("a.csv", b"0" * 60_000_000)))], "far more than it is|too large"),
        ([("a.zip", zipped(*((f"{n}.csv", b"x,y\n1,2\n") for n in range(40))))], "too many"),
        ([("a.zip", zipped(("b.zip", zipped(("a.csv", b"x")))))], "archive itself"),
        ([(f"{n}.csv", b"x") for n in range(30)], "too many"),
        ([("a.csv", b"x" * 17_000_000)], "too large"),
        ([("", b"")], "none was chosen|Field|field"),
    ],
)
def test_what_is_too_much_is_refused_and_nothing_is_kept(
    client: TestClient, fresh: Path, files: list[tuple[str, bytes]], why: str
) -> None:
    answer = send(client, *files)
    assert answer.status_code in (413, 422)
    assert re.search(why, answer.text) or answer.status_code == 413
    assert contents(fresh) == {}


def test_a_body_larger_than_an_import_is_not_read(client: TestClient, fresh: Path) -> None:
    answer = send(client, *((f"{n}.csv", b"x" * 12_000_000) for n in range(3)))
    assert answer.status_code == 413
    assert contents(fresh) == {}


@pytest.mark.parametrize("field", ["symbol", "name", "account", "file", "note", "action"])
def test_whatever_is_imported_is_shown_as_text(client: TestClient, fresh: Path, field: str) -> None:
    positions, name = dedent(POSITIONS), "positions.csv"
    trades = (
        "Date,Account,Action,Symbol,Quantity,Price,Amount\n2024-07-05,joint,Sell,GE,-5,72,360\n"
    )
    match field:
        case "symbol":
            positions = positions.replace("BND,", f"{EVIL},")
        case "name":
            positions = positions.replace("Vanguard Total Bond Market ETF", EVIL)
        case "account":
            positions = positions.replace("roth ira", EVIL)
        case "file":
            name = f"{EVIL}.csv"
        case "action":
            trades = trades.replace("Sell", EVIL)
    shown = name_of(send(client, (name, positions), ("trades.csv", trades)))
    pages = [client.get(PLACE, params={"preview": shown}).text]
    act(client, "write", preview=shown)
    if field == "note":
        found = next(one for one in open_breaks(fresh) if one.instrument == "GE")
        act(client, "answer", id=found.id, choice="accept", note=EVIL)
    pages += [client.get(PLACE).text, client.get("/h/fresh/lots").text]
    for text in pages:
        assert "<img src=x" not in text
        assert "onerror=alert(1)>" not in text.replace("onerror=alert(1)&gt;", "")


def test_a_formula_from_a_file_is_none_in_csv(client: TestClient) -> None:
    positions = dedent(POSITIONS).replace("roth ira", "=cmd|' /C calc'!A0")
    shown = name_of(send(client, ("=1+1.csv", positions)))
    asked = {"preview": shown, "format": "csv"}
    text = client.get(PLACE, params={**asked, "table": "files"}).text
    assert "\n'=1+1.csv" in text
    assert "\n=1+1.csv" not in text


def test_files_that_cannot_be_read_say_why_and_are_left_out(
    client: TestClient, fresh: Path
) -> None:
    shown = name_of(send(client, ("odd.csv", "a,b\n1,2\n"), ("report.pdf", b"%PDF-1.7")))
    text = client.get(PLACE, params={"preview": shown}).text
    assert "no known format has its columns" in text
    assert "it is a PDF" in text
    assert "None of these files can be taken" in text
    assert act(client, "write", preview=shown).status_code == 422
    mixed = name_of(send(client, ("odd.csv", "a,b\n1,2\n"), ("positions.csv", POSITIONS)))
    act(client, "write", preview=mixed)
    assert [one.source for one in open_breaks(fresh) if "odd" in one.source] == []


SHORTER = POSITIONS.replace("joint,VTI,", "joint,VTI,").replace(
    "10,260.00,2600.00", "7,260.00,1820.00"
)


def with_a_break(client: TestClient, fresh: Path) -> str:
    """A household whose second list shows fewer units; the break's id."""
    written(client, ("june.csv", POSITIONS), ("lots.csv", LOTS))
    written(client, ("july.csv", SHORTER.replace("2024-06-28", "2024-07-31")))
    return next(one.id for one in open_breaks(fresh) if one.instrument == "VTI" and one.blocks)


def test_a_break_has_its_likely_cause_and_is_settled_by_an_answer(
    client: TestClient, fresh: Path, served: WebWorld
) -> None:
    found = with_a_break(client, fresh)
    text = client.get(PLACE).text
    assert "The broker&#39;s two lists disagree with each other" in text
    assert "stops trading" in text
    answer = act(client, "answer", id=found, choice="positions", note="asked them", basis="oops")
    assert answer.headers["location"] == f"{PLACE}?done=answer", answer.text
    assert found not in [one.id for one in open_breaks(fresh)]
    units = [row["quantity"] for row in csv_rows(fresh / "lots.csv") if row["instrument"] == "VTI"]
    assert sorted(units) == ["3", "3", "4"]
    (record,) = [one for one in served.store.audit.page(50) if one.what == "answer a break"]
    assert record.details["answer"] == "take positions"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"choice": ""}, "no answer was chosen"),
        ({"choice": "ratio", "ratio": "2:1"}, "is no answer to it"),
        ({"choice": "became", "became": ""}, "does not settle it"),
        ({"choice": "became", "became": "VTI"}, "it is VTI already"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_beside_its_break(
    client: TestClient, fresh: Path, told: dict[str, str], why: str
) -> None:
    found = with_a_break(client, fresh)
    before = contents(fresh)
    answer = act(client, "answer", id=found, **told)
    assert answer.status_code == 422
    assert why in answer.text
    assert contents(fresh) == before


def test_what_was_typed_into_an_answer_that_is_refused_is_there_again(
    client: TestClient, fresh: Path
) -> None:
    found = with_a_break(client, fresh)
    page = act(client, "answer", id=found, choice="", note=f"asked {EVIL}").text
    assert 'value="asked &lt;img src=x' in page
    assert EVIL not in page


def test_a_mistake_in_an_answer_is_said_by_the_fields_of_the_form() -> None:
    mistake = InputError("--acquired", "it is late", "", "give --basis AMOUNT and --acquired DAY")
    assert str(by_fields(mistake)) == (
        "day of purchase: it is late. Give the basis of the whole lot and the day of purchase."
    )
    plain = InputError("basis", "it is 2.400", "", "write it like 2400")
    assert str(by_fields(plain)) == str(plain)


def test_home_leads_to_the_breaks_that_are_open(client: TestClient, fresh: Path) -> None:
    found = with_a_break(client, fresh)
    (fresh / "prices.csv").write_text("date,BND,VTI\n2022-10-10,80,100\n2022-10-11,80,99\n")
    page = client.get("/h/fresh").text
    assert 'href="/h/fresh/import#breaks">Answer' in page
    assert "all trades of an account until then" in page
    act(client, "answer", id=found, choice="positions")
    left = open_breaks(fresh)
    assert ("Answer" in client.get("/h/fresh").text) == bool(left)


def test_after_the_import_it_is_said_whether_anything_is_open(
    client: TestClient, fresh: Path
) -> None:
    assert "imported, and nothing is open" in client.get(f"{PLACE}?done=import").text
    with_a_break(client, fresh)
    page = client.get(f"{PLACE}?done=import").text
    assert "What could not be settled waits below." in page
    assert 'href="/h/fresh">See where the household stands' in page


@pytest.mark.parametrize("name", ["all", "", "b00000000", EVIL])
def test_a_break_that_is_not_open_is_refused(client: TestClient, fresh: Path, name: str) -> None:
    with_a_break(client, fresh)
    answer = act(client, "answer", id=name, choice="accept")
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text


def test_looking_again_changes_nothing_where_nothing_is_new(
    client: TestClient, fresh: Path
) -> None:
    with_a_break(client, fresh)
    before = contents(fresh)
    assert act(client, "look-again").headers["location"] == f"{PLACE}?done=looked"
    assert contents(fresh) == before


def test_a_household_whose_mandate_is_broken_says_so_and_writes_nothing(
    client: TestClient, fresh: Path
) -> None:
    written(client, ("positions.csv", POSITIONS))
    (fresh / "mandate.toml").write_text("[household\n")
    assert client.get(PLACE).status_code == 200
    answer = send(client, ("lots.csv", LOTS))
    assert answer.status_code == 422
    assert "the file breaks here" in answer.text


def test_a_day_that_is_none_is_refused(client: TestClient) -> None:
    answer = send(client, ("positions.csv", POSITIONS), day="31/31/2024")
    assert answer.status_code == 422


def test_what_could_not_be_planned_any_more_is_told_before_it_is_written(world: WebWorld) -> None:
    owner = browser_of(world)
    text = dedent(POSITIONS).replace("2024-06-28", "2022-10-10").encode()
    data = {"csrf": csrf_of(owner, "/h/home/import"), "day": ""}
    answer = owner.post("/h/home/import", data=data, files=[("files", ("p.csv", text))])
    shown = owner.get(answer.headers["location"]).text
    assert "no plan can be made until this is mended" in shown
    assert "instrument &#39;VTI&#39;" in shown


def test_breaks_that_can_only_be_left_are_left_all_at_once(
    client: TestClient, fresh: Path, served: WebWorld
) -> None:
    lots = dedent(POSITIONS).replace("2600.00", "what").replace("360.00", "ever")
    written(client, ("positions.csv", lots))
    rows = [one.id for one in open_breaks(fresh) if one.kind is BreakKind.ROW]
    assert len(rows) == 2
    assert "Leave all 2 of the kind" in client.get(PLACE).text
    assert act(client, "leave", kind="row").status_code == 303
    assert not {one.id for one in open_breaks(fresh)} & set(rows)
    (record,) = [one for one in served.store.audit.page(50) if one.what == "answer breaks"]
    assert record.details["breaks"] == "2"


def test_breaks_that_need_a_word_are_not_left_all_at_once(client: TestClient, fresh: Path) -> None:
    found = with_a_break(client, fresh)
    assert act(client, "leave", kind="quantity").status_code == 303
    assert act(client, "leave", kind="<b>").status_code == 422
    assert found in [one.id for one in open_breaks(fresh)]
