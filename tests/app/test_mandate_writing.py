"""A mandate is changed by one at a time, from the text that they saw, and only into a mandate."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trimtab.app.demo import DEMO_FILES, DEMO_FOLDER
from trimtab.app.mandate_history import versions
from trimtab.app.mandate_writing import MandateMoved, change_mandate, mandate_text_of
from trimtab.model.errors import InputErrors

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in DEMO_FILES:
        shutil.copy(DEMO_FOLDER / name, tmp_path / name)
    return tmp_path


def grown(text: str) -> str:
    """The text with a further comment."""
    return f"{text}# more\n"


def test_the_text_that_was_seen_is_changed_and_both_are_kept(folder: Path):
    before, digest = mandate_text_of(folder)
    after = change_mandate(folder, digest, grown, "ana", NOW)
    assert mandate_text_of(folder) == (grown(before), after)
    assert [one.text for one in versions(folder)] == [before, grown(before)]


def test_another_text_than_the_one_seen_is_not_touched(folder: Path):
    _, digest = mandate_text_of(folder)
    change_mandate(folder, digest, grown, "ana", NOW)
    now = mandate_text_of(folder)
    with pytest.raises(MandateMoved, match="Read it again"):
        change_mandate(folder, digest, grown, "ben", NOW)
    assert mandate_text_of(folder) == now


def test_what_is_no_mandate_is_never_written(folder: Path):
    before = mandate_text_of(folder)
    with pytest.raises(InputErrors):
        change_mandate(folder, None, lambda text: f"{text}\n[nonsense]\na = 1\n", "ana", NOW)
    assert mandate_text_of(folder) == before
    assert versions(folder) == ()


def test_of_many_writers_who_saw_the_same_text_one_writes(folder: Path):
    _, digest = mandate_text_of(folder)

    def write(number: int) -> bool:
        try:
            change_mandate(folder, digest, lambda text: f"{text}# {number}\n", "ana", NOW)
        except MandateMoved:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(16))) == 1
