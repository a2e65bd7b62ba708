"""`trimtab journal events` as a person and a program meet it."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import AS_OF, MANDATE, write_household
from trimtab.app.journal_folder import FolderJournal
from trimtab.feeds.files import Files
from trimtab.model.errors import InputError

ACTIONS = """\
date,instrument,dividend,split
2022-10-11,VTI,9.99,
2022-10-12,VTI,0.50,
2022-10-13,BND,,2:1
2022-10-17,BND,0.11,
2022-12-01,VTI,7,
"""
UNTIL = ("--as-of", "2022-10-20")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = write_household(tmp_path / "home")
    (home / "actions.csv").write_text(ACTIONS, encoding="utf-8")
    assert run("journal", "open", home, "--as-of", AS_OF).exit_code == DONE
    return home


def test_a_dry_run_shows_all_and_books_nothing(folder: Path) -> None:
    before = len(FolderJournal(folder).entries())
    shown = run("journal", "events", folder, *UNTIL, "--dry-run")
    assert shown.exit_code == DONE
    words = " ".join(shown.output.split())
    assert "4 events would be booked; ex-dates from 2022-10-12 to 2022-10-20." in words
    assert "2022-10-12 dividend of VTI: $50.00 to joint (100 × 0.50)" in words
    assert "2022-10-13 split of BND: 2:1 over 50 units in joint" in words
    assert "2022-10-17 dividend of BND: $11.00 to joint (100 × 0.11)" in words
    assert len(FolderJournal(folder).entries()) == before


def test_a_run_books_and_a_second_adds_nothing(folder: Path) -> None:
    told = json.loads(run("journal", "events", folder, *UNTIL, "--json").output)
    assert [(one["kind"], one["amount"], one["ratio"]) for one in told["booked"]] == [
        ("dividend", "10.00", None),
        ("dividend", "50.00", None),
        ("split", None, "2:1"),
        ("dividend", "11.00", None),
    ]
    books, refused = FolderJournal(folder).books()
    assert refused == ()
    assert books.units("BND", "joint") == 100
    assert books.cash["joint", "USD"] == 1500 + 61
    again = run("journal", "events", folder, *UNTIL)
    assert "0 events booked" in again.output
    assert "4 booked by an earlier run." in again.output
    assert run("journal", "verify", folder).exit_code == DONE


def test_where_imports_keep_the_lots_file_it_is_written_anew(folder: Path) -> None:
    (folder / "imports").mkdir()
    told = json.loads(run("journal", "events", folder, *UNTIL, "--json").output)
    assert told["lots_written"] is True
    lots = (folder / "lots.csv").read_text(encoding="utf-8")
    assert "joint,BND,100,4100,2021-06-01" in lots
    assert "joint,CASH,1561" in lots
    again = json.loads(run("journal", "events", folder, *UNTIL, "--json").output)
    assert again["booked"] == []


def test_a_lots_file_of_ones_own_is_left_and_that_is_said(folder: Path) -> None:
    before = (folder / "lots.csv").read_bytes()
    shown = run("journal", "events", folder, *UNTIL).output
    assert (folder / "lots.csv").read_bytes() == before
    assert "lots.csv is as you wrote it" in shown


def test_one_instrument_that_the_feed_cannot_name_hides_no_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Files.actions

    def actions(self: Files, names: Sequence[str], since: date, until: date) -> Any:
        if names == ("BND",):
            raise InputError("Yahoo prices of BND", "no usable answer")
        return known(self, names, since, until)

    monkeypatch.setattr(Files, "actions", actions)
    answer = run("journal", "events", folder, *UNTIL, "--json")
    assert answer.exit_code == FINDINGS
    told = json.loads(answer.stdout)
    assert {one["instrument"] for one in told["booked"]} == {"VTI"}
    assert [one["subject"] for one in told["failed"]] == ["Yahoo prices of BND"]


def test_a_broken_file_of_events_is_one_mistake_and_books_nothing(folder: Path) -> None:
    (folder / "actions.csv").write_text("date\n", encoding="utf-8")
    answer = run("journal", "events", folder, *UNTIL)
    assert answer.exit_code == BAD_INPUT
    assert answer.output.count("has no column") == 1


def test_since_looks_at_later_days_alone(folder: Path) -> None:
    told = json.loads(
        run("journal", "events", folder, *UNTIL, "--since", "2022-10-14", "--json").output
    )
    assert [one["on"] for one in told["booked"]] == ["2022-10-17"]


def test_where_the_feed_names_none_it_says_how_to_give_some(folder: Path) -> None:
    (folder / "actions.csv").unlink()
    assert "actions.csv" in run("journal", "events", folder, *UNTIL).output


def test_a_feed_that_knows_no_events_is_refused_with_its_line(folder: Path) -> None:
    (folder / "mandate.toml").write_text(MANDATE + '\n[feed]\nkind = "skfolio_sample"\n')
    answer = run("journal", "events", folder, *UNTIL)
    assert answer.exit_code == BAD_INPUT
    assert "it knows no dividends and splits" in answer.output


def test_without_a_journal_it_says_how_to_begin_one(tmp_path: Path) -> None:
    answer = run("journal", "events", write_household(tmp_path / "new"))
    assert answer.exit_code == BAD_INPUT
    assert "journal open" in answer.output
