"""`trimtab doctor` as a person and a program meet it."""

import json
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import AS_OF, LONG_PRICES, LOTS, write_household


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_household(tmp_path / "home", lots=LOTS, prices=LONG_PRICES)


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_healthy_household_ends_with_zero(folder: Path) -> None:
    answer = run("doctor", folder, "--as-of", AS_OF)
    assert answer.exit_code == DONE
    assert "Healthy, with 2 notes." in answer.output
    assert "3 prices, newest of 2022-10-11 (closes of prices.csv)" in words(answer.output)


def test_findings_end_with_one_each_with_its_remedy(folder: Path) -> None:
    answer = run("doctor", folder, "--as-of", "2022-11-01")
    assert answer.exit_code == FINDINGS
    assert "Found 1 warning, 2 notes." in answer.output
    assert "→ Import a newer file of positions (`trimtab import FILE`)" in words(answer.output)


def test_what_cannot_be_read_ends_with_two_and_the_rest_is_told(folder: Path) -> None:
    (folder / "lots.csv").write_text(LOTS + "joint,VTI,1\n", encoding="utf-8")
    answer = run("doctor", folder, "--as-of", AS_OF)
    assert answer.exit_code == BAD_INPUT
    assert "Cannot be read" in answer.output
    assert "has 3 of 5 columns" in words(answer.output)
    assert "no journal" in answer.output or "journal: there is none" in words(answer.output)


def test_a_program_reads_counts_findings_prices_accounts_and_journal(folder: Path) -> None:
    told = json.loads(run("doctor", folder, "--as-of", "2022-11-01", "--json").output)
    assert told["healthy"] is False
    assert told["counts"]["warning"] == 1
    assert told["findings"][0]["code"] == "price_age"
    assert told["findings"][0]["remedy"]
    assert told["prices"][0]["price_source"] == "closes of prices.csv"
    assert told["prices"][0]["age_days"] == 21
    assert [one["id"] for one in told["accounts"]] == ["joint", "ira"]
    assert told["journal"] == {"exists": False, "entries": 0, "whole": False, "refused": 0}


def test_a_program_reads_mistakes_with_file_and_line(folder: Path) -> None:
    (folder / "lots.csv").write_text(LOTS + "joint,VTI,1\n", encoding="utf-8")
    told = json.loads(run("doctor", folder, "--as-of", AS_OF, "--json").output)
    (mistake,) = told["errors"]
    assert (mistake["line"], mistake["file"].endswith("lots.csv")) == (6, True)
