"""Files are read with all formats and readers; what one is, is its outcome, and stops no other."""

from pathlib import Path

import pytest

from tests.importers.one_format import POSITIONS
from trimtab.app.importing.reading import known_formats, own_format_files, read_files
from trimtab.importers._catalogue import built_in
from trimtab.model.errors import InputErrors


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_households_own_formats_are_known_besides_the_packages(tmp_path):
    written(tmp_path / "formats" / "mine.toml", POSITIONS)
    written(tmp_path / "formats" / "notes.txt", "no format")
    assert [path.name for path in own_format_files(tmp_path)] == ["mine.toml"]
    known = known_formats(tmp_path)
    assert len(known) == len(built_in()) + 1
    assert [one.id for one in known if one.is_own] == ["mine"]
    assert known_formats(None) == built_in() == known_formats(tmp_path / "nowhere")


def test_a_wrong_format_of_the_household_is_named_before_anything_is_read(tmp_path):
    written(tmp_path / "formats" / "bad.toml", "broker = 1")
    with pytest.raises(InputErrors, match=r"bad\.toml:1: broker: 1 is no text"):
        known_formats(tmp_path)


def test_what_comes_of_each_file_is_its_outcome(tmp_path):
    written(tmp_path / "formats" / "mine.toml", POSITIONS)
    good = written(tmp_path / "good.csv", "Account,Symbol,Name,Quantity,Unit cost\nA,VTI,F,1,2\n")
    unknown = written(tmp_path / "unknown.csv", "a;b\n\n1;2\n")
    damaged = written(tmp_path / "damaged.csv", "Symbol,Quantity\nVTI,\0\n")
    seen: list[Path] = []
    paths = (good, unknown, damaged, tmp_path / "none.csv")
    outcomes = read_files(paths, known_formats(tmp_path), seen.append)
    assert seen == list(paths)
    first, second, third, fourth = outcomes
    assert (first.error, first.statement.format, first.statement.taken) == (None, "mine", 1)
    assert second.is_unknown
    assert [one.line for one in second.statement.breaks] == [1, 3]
    assert {one.reason for one in second.statement.breaks} == {"unknown_format"}
    assert "trimtab formats new" in second.statement.breaks[0].remedy
    assert not third.is_unknown
    assert [(one.line, one.reason) for one in third.statement.breaks] == [(2, "unreadable")]
    assert fourth.error is not None and fourth.error.fact == "there is none"


def test_a_text_of_more_lines_than_a_statement_has_rows_is_refused(tmp_path):
    path = written(tmp_path / "long.txt", "word\n" * 250_001)
    (outcome,) = read_files([path], built_in())
    assert not outcome.is_unknown
    assert outcome.error is not None and "250,001 lines" in outcome.error.fact
    assert len(outcome.statement.breaks) == 1
