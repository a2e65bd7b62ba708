"""The audit over HTTP: who approved what on which data, and a check that says what it checked."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, FINDINGS, run
from tests.app.web.served import browser_of, csrf_of, world_of
from tests.app.web.traded import asked_house, question_in
from trimtab.app.web.trail import checks_of
from trimtab.app.web.world import WebWorld
from trimtab.books.audit_chain import check_export
from trimtab.model.errors import InputError
from trimtab.model.web import AuditRecord, Outcome, Right
from trimtab.stores._checkpoint_keys import CheckpointKey, new_secret


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = asked_house(tmp_path_factory.mktemp("audited") / "home")
    asked = question_in(folder).id
    assert run("approve", asked, folder, "--as", "ann", "--note", "=cmd()").exit_code == DONE
    run("run", "--once", folder)
    return folder


@pytest.fixture(scope="module")
def world(house: Path, tmp_path_factory: pytest.TempPathFactory) -> WebWorld:
    other = asked_house(tmp_path_factory.mktemp("audited") / "other", name="Other")
    return world_of(tmp_path_factory.mktemp("web"), house, other)


def test_the_trail_says_who_approved_what_on_which_data(world: WebWorld, house: Path) -> None:
    asked = question_in(house)
    text = browser_of(world).get("/audit?household=home").text
    assert "ann" in text
    assert asked.bound_to in text
    assert "Waits for approval: 22 trades" in text
    told = json.loads(browser_of(world).get("/audit/trail.json").text)
    [word] = told["words"]
    assert (word["person"], word["word"], word["counts"]) == ("ann", "approve", True)
    assert word["bound_to"] == asked.bound_to
    assert word["as_of"] == "2022-10-11"


def test_the_trail_is_of_one_person_one_word_or_one_household_where_asked(world: WebWorld) -> None:
    client = browser_of(world)
    for asked, is_there in (
        *(("who=ann", True), ("who=ben", False), ("what=approve", True), ("what=reject", False)),
        *(("household=other", False), ("household=OTHER", True)),
    ):
        query = asked.replace("OTHER", "Ana and Ben Rivera")
        trail = client.get(f"/audit?{query}").text.split('id="table-trail"')[1].split("</table>")[0]
        assert ("Waits for approval" in trail) is is_there, asked


def test_the_trail_begins_with_the_latest_news_and_tells_two_of_one_name_apart(
    tmp_path: Path,
) -> None:
    quiet, first, last = (asked_house(tmp_path / name) for name in ("aa", "bb", "cc"))
    (quiet / "live.db").unlink()
    (quiet / "live.toml").unlink()
    for moment, folder in enumerate((first, last)):
        os.utime(folder / "live.db", (moment, moment))
        (folder / "live.db-wal").unlink(missing_ok=True)
    world = world_of(tmp_path / "web", quiet, first, last)
    client = browser_of(world)
    text = client.get("/audit").text
    found = re.findall(r"Verify (Ana[^<]*)<", text)
    assert found == [f"Ana and Ben Rivera ({key})" for key in ("cc", "bb", "aa")]
    refused = client.get("/audit?household=Ana and Ben Rivera")
    assert refused.status_code == 422
    assert "aa, bb, cc" in refused.text


def test_the_export_holds_what_was_done_as_well(world: WebWorld) -> None:
    client = browser_of(world)
    assert client.get("/audit").status_code == 200
    client.get("/audit/trail.json")
    records = json.loads(client.get("/audit/trail.json").text)["records"]
    assert [(one["what"], one["subject"]) for one in records][-1] == ("export", "trail.json")
    assert [one["number"] for one in records] == sorted(one["number"] for one in records)


def test_a_note_that_a_spreadsheet_would_run_is_text_in_the_csv(world: WebWorld) -> None:
    text = browser_of(world).get("/audit?household=home&table=trail&format=csv").text
    assert ",'=cmd()" in text


def test_exports_are_written_down(world: WebWorld) -> None:
    client = browser_of(world, Right.VIEW, None, "vic")
    client.get("/audit/trail.json?household=home")
    kept = world.store.audit.page(1, who="vic")[0]
    assert (kept.what, kept.subject, kept.household) == ("export", "trail.json", "home")


def test_somebody_sees_the_trail_of_their_households_alone(world: WebWorld) -> None:
    client = browser_of(world, Right.VIEW, frozenset({"other"}), "oda")
    assert "ann" not in client.get("/audit").text.split("<main", 1)[1]
    told = json.loads(client.get("/audit/trail.json").text)
    assert told["words"] == told["records"] == []
    assert client.get("/audit?household=home").status_code == 422
    assert client.get("/h/home/audit/check").status_code == 404


def test_sign_ins_are_for_those_who_administer(world: WebWorld) -> None:
    login = AuditRecord(datetime.now(UTC), "zoe", "nightly-login", "session", Outcome.DONE)
    world.store.audit.add(login)
    admin = browser_of(world, Right.ADMIN, None, "abe")
    assert "nightly-login" in admin.get("/audit").text
    viewer = browser_of(world, Right.VIEW, None, "vera")
    assert "nightly-login" not in viewer.get("/audit").text


def test_a_check_says_what_it_checked(world: WebWorld) -> None:
    client = browser_of(world, Right.RUN, None, "rob")
    form = {"key": "", "csrf": csrf_of(client, "/h/home/audit/check")}
    text = client.post("/h/home/audit/check", data=form).text
    assert "hash chain" in text
    assert "every entry balances, and the books replay" in text
    assert "wrong" not in text.split("<main", 1)[1]


def test_what_people_did_is_checked_as_well(world: WebWorld) -> None:
    client = browser_of(world, Right.RUN, None, "ron")
    form = {"noted": "", "csrf": csrf_of(client, "/audit/check")}
    text = client.post("/audit/check", data=form).text
    head = world.store.audit.check().head.count
    assert f"{head - 1:,} records, every hash computed again" in text
    assert "everything is as it was written" in text
    assert "wrong" not in text.split("<main", 1)[1]
    assert (
        "checks found something wrong"
        in client.post("/audit/check", data=form | {"noted": "ab" * 32}).text
    )
    form = {"key": "", "csrf": form["csrf"]}
    assert "What people did here: hash chain" in client.post("/h/home/audit/check", data=form).text
    kept = world.store.audit.page(3, who="ron")
    assert [(one.what, one.subject) for one in kept] == [
        *(("verify", "journals"), ("verify", "audit"), ("verify", "audit"))
    ]


def test_an_export_is_checked_by_itself_whole_or_a_part(world: WebWorld, tmp_path: Path) -> None:
    owner = browser_of(world, Right.ADMIN, None, "ann-admin")
    viewer = browser_of(world, Right.VIEW, frozenset({"home"}), "vito")
    viewer.get("/audit/trail.json?household=home")
    for client, is_part in ((owner, False), (viewer, True)):
        text = client.get("/audit/trail.json").text
        found = check_export(text)
        assert found.is_whole
        assert found.count > 0
        assert (found.left_out > 0) is is_part
        (tmp_path / "trail.json").write_text(text)
        assert run("web", "verify", tmp_path / "trail.json").exit_code == DONE
        forged = text.replace('"outcome": "done"', '"outcome": "denied"', 1)
        (tmp_path / "trail.json").write_text(forged)
        told = run("web", "verify", tmp_path / "trail.json")
        assert told.exit_code == FINDINGS
        assert "its content does not match its hash" in " ".join(told.output.split())


def test_checkpoints_are_held_against_the_journal_and_their_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = asked_house(tmp_path / "home")
    secret = new_secret()
    monkeypatch.setenv("TRIMTAB_JOURNAL_KEY", secret)
    noted = ("--store", str(folder / "live.db"))
    assert run("journal", "checkpoint", folder, *noted).exit_code == DONE
    ours, other = CheckpointKey("trimtab", secret), CheckpointKey("trimtab", new_secret())
    named = {key: [one.is_well for one in checks_of(folder, key)][-2:] for key in (
        "", str(ours.checking_key()), str(other.checking_key())
    )}  # fmt: skip
    assert list(named.values()) == [[True, None], [True, True], [True, False]]
    with pytest.raises(InputError, match="checking key"):
        checks_of(folder, "nonsense")


def test_an_altered_journal_is_found(tmp_path: Path) -> None:
    folder = asked_house(tmp_path / "home")
    journal = folder / "journal.jsonl"
    journal.write_text(journal.read_text().replace("QUAL", "QUAX", 1))
    found = checks_of(folder, "")
    assert any(one.is_well is False for one in found)
