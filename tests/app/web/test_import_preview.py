"""What is shown before an import is what is written, or nothing is."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from tests.app.broker_files import LOTS, POSITIONS, contents, csv_rows
from trimtab.app.importing.open_breaks import open_breaks
from trimtab.app.web.import_preview import (
    ChangedMeanwhile,
    ImportPreview,
    preview_of,
    read_sent,
    write_preview,
)
from trimtab.app.web.uploads import Sent
from trimtab.model.errors import InputErrors, TrimtabError

TODAY = date(2024, 7, 31)


def preview(folder: Path, *texts: str) -> ImportPreview:
    sent = [Sent(f"file{at}.csv", dedent(text).encode()) for at, text in enumerate(texts)]
    return preview_of(folder, read_sent(sent, folder), {}, TODAY)


def test_a_preview_writes_nothing(tmp_path: Path) -> None:
    shown = preview(tmp_path, POSITIONS, LOTS)
    assert shown.merged is not None
    assert shown.merged.added["opening"] > 0
    assert contents(tmp_path) == {}


def test_what_was_shown_is_what_is_written(tmp_path: Path) -> None:
    shown = preview(tmp_path, POSITIONS, LOTS)
    assert shown.merged is not None
    write_preview(tmp_path, shown)
    for name, text in shown.merged.texts.items():
        assert (tmp_path / name).read_text() == text
    assert {row["instrument"] for row in csv_rows(tmp_path / "lots.csv")} == {"VTI", "BND", "CASH"}


def test_nothing_is_written_where_the_household_changed_since(tmp_path: Path) -> None:
    write_preview(tmp_path, preview(tmp_path, POSITIONS))
    shown = preview(tmp_path, LOTS)
    write_preview(tmp_path, preview(tmp_path, LOTS))  # somebody was faster
    before = contents(tmp_path)
    with pytest.raises(ChangedMeanwhile) as changed:
        write_preview(tmp_path, shown)
    assert contents(tmp_path) == before
    fresh = changed.value.fresh
    assert fresh.merged is not None
    assert sum(fresh.merged.added.values()) == 0
    write_preview(tmp_path, fresh)


def test_the_same_preview_twice_writes_once(tmp_path: Path) -> None:
    shown = preview(tmp_path, POSITIONS)
    write_preview(tmp_path, shown)
    before = contents(tmp_path)
    with pytest.raises(ChangedMeanwhile):
        write_preview(tmp_path, shown)
    assert contents(tmp_path) == before


def test_no_place_on_the_disk_is_told_or_recorded(tmp_path: Path) -> None:
    shown = preview(tmp_path, POSITIONS, LOTS.replace("6,1200.00", "six,1200.00"), "a,b\n1,2\n")
    assert shown.merged is not None
    told = [str(one.error) for one in shown.outcomes if one.error is not None]
    told += [f"{one.message} {one.remedy} {one.source}" for one in shown.merged.breaks]
    told += list(shown.merged.texts.values())
    assert told
    assert not [text for text in told if "trimtab-import" in text or "/00" in text]
    write_preview(tmp_path, shown)
    assert {one.source.partition(":")[0] for one in open_breaks(tmp_path) if one.source} <= {
        "file0.csv",
        "file1.csv",
        "file2.csv",
    }


def test_files_that_nobody_can_read_come_to_nothing_and_say_why(tmp_path: Path) -> None:
    shown = preview(tmp_path, "a,b\n1,2\n", "%PDF-1.7 …")
    assert shown.merged is None
    assert ["no known format" in str(one.error) for one in shown.outcomes] == [True, False]
    assert "it is a PDF" in str(shown.outcomes[1].error)


def test_an_account_that_the_household_does_not_have_is_refused(tmp_path: Path) -> None:
    write_preview(tmp_path, preview(tmp_path, POSITIONS))
    sent = [Sent("lots.csv", dedent(LOTS).encode())]
    with pytest.raises(TrimtabError, match="nobody"):
        preview_of(tmp_path, read_sent(sent, tmp_path), {"joint": "nobody"}, TODAY)


def test_a_mandate_that_cannot_be_read_is_refused_with_its_mistakes(tmp_path: Path) -> None:
    write_preview(tmp_path, preview(tmp_path, POSITIONS))
    (tmp_path / "mandate.toml").write_text("[household\n")
    with pytest.raises(InputErrors, match="the file breaks here"):
        preview(tmp_path, LOTS)
