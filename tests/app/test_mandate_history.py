"""Versions of a mandate are kept as they were, in order, and an altered one is found."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trimtab.app.mandate_history import HISTORY_FOLDER, keep, version_of, versions
from trimtab.model.errors import InputError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_household_without_a_history_has_no_versions(tmp_path: Path) -> None:
    assert versions(tmp_path) == ()


def test_versions_come_back_as_they_were_the_oldest_first(tmp_path: Path) -> None:
    texts = ["a = 1\n", "# ü, no line end at the end\na = 2", "a = 1\n"]
    for hour, text in enumerate(texts):
        keep(tmp_path, text, NOON + hour * HOUR, f"person {hour}")
    found = versions(tmp_path)
    assert [one.text for one in found] == texts
    assert [one.at for one in found] == [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert [one.who for one in found] == ["person 0", "person 1", "person 2"]


def test_the_same_text_twice_in_a_row_is_one_version(tmp_path: Path) -> None:
    first = keep(tmp_path, "a = 1\n", NOON, "ana")
    again = keep(tmp_path, "a = 1\n", NOON + HOUR, "ben")
    assert again == first
    assert versions(tmp_path) == (first,)


def test_a_clock_that_was_set_back_does_not_change_the_order(tmp_path: Path) -> None:
    keep(tmp_path, "a = 1\n", NOON, "ana")
    keep(tmp_path, "a = 2\n", NOON - HOUR, "ana")
    assert [one.text for one in versions(tmp_path)] == ["a = 1\n", "a = 2\n"]


def test_nothing_in_a_name_reaches_the_text_or_the_file_name(tmp_path: Path) -> None:
    who = 'ana"\n[policy]\nname = "hold" ../..'
    kept = keep(tmp_path, "a = 1\n", NOON, who)
    assert versions(tmp_path) == (kept,)
    assert kept.who == who
    (path,) = (tmp_path / HISTORY_FOLDER).iterdir()
    assert path.name == kept.name
    assert path.read_text().splitlines()[1:] == ["a = 1"]


def test_an_altered_version_is_refused(tmp_path: Path) -> None:
    kept = keep(tmp_path, "a = 1\n", NOON, "ana")
    path = tmp_path / HISTORY_FOLDER / kept.name
    path.write_text(path.read_text().replace("a = 1", "a = 2"))
    with pytest.raises(InputError, match="not the one that was kept"):
        versions(tmp_path)


@pytest.mark.parametrize("first", ["", "# kept", "# kept {}", "# kept 3", "# kept []"])
def test_a_version_without_its_first_line_is_refused(tmp_path: Path, first: str) -> None:
    kept = keep(tmp_path, "a = 1\n", NOON, "ana")
    (tmp_path / HISTORY_FOLDER / kept.name).write_text(f"{first}\na = 1\n")
    with pytest.raises(InputError, match="first line is damaged"):
        versions(tmp_path)


def test_other_files_in_the_folder_are_left_aside(tmp_path: Path) -> None:
    kept = keep(tmp_path, "a = 1\n", NOON, "ana")
    (tmp_path / HISTORY_FOLDER / "notes.toml").write_text("mine")
    assert versions(tmp_path) == (kept,)


@pytest.mark.parametrize("name", ["", "../mandate.toml", "x" * 500, "..%2fmandate.toml"])
def test_a_name_that_no_version_has_is_refused(tmp_path: Path, name: str) -> None:
    keep(tmp_path, "a = 1\n", NOON, "ana")
    with pytest.raises(InputError, match="there is none of the name"):
        version_of(tmp_path, name)
