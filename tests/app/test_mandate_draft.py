"""A draft of a mandate: every mistake with its line, or what it would decide today."""

from datetime import date
from pathlib import Path

import pytest

from tests.app.folders import LONG_PRICES, LOTS, MANDATE, write_household
from trimtab.app.mandate_draft import changed_lines, review_of, statement_changes

ON = date(2022, 10, 11)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return write_household(tmp_path, prices=LONG_PRICES)


def test_a_sound_draft_is_decided_on_the_household_as_it_is(house: Path) -> None:
    found = review_of(house, MANDATE.replace("0.6", "0.5").replace("0.4", "0.5"), ON)
    assert found.errors == ()
    assert found.may_be_saved
    assert found.decision is not None
    assert found.loaded is not None
    assert [str(one.weight) for one in found.loaded.mandate.targets] == ["0.5", "0.5"]
    assert (house / "mandate.toml").read_text() == MANDATE


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("weight = 0.6", "weight = 0.7", None, "sum"),
        ("[tax]", "[tax", 22, "the file breaks here"),
        ('wrapper = "taxable"', 'wrapper = "taxed"', 6, "taxed"),
        ("[tax]", '[policy]\nname = "holt"\n\n[tax]', 22, "holt"),
        ("[tax]", "[guards.turnover]\nspeed = 3\n\n[tax]", 22, "speed"),
        ("[tax]", '[tax]\nregime = "mars"', 22, "mars"),
    ],
)
def test_a_mistake_names_its_line_and_no_place_on_the_disk(
    house: Path, old: str, new: str, line: int | None, words: str
) -> None:
    found = review_of(house, MANDATE.replace(old, new), ON)
    assert not found.may_be_saved
    assert found.decision is None
    told = "\n".join(map(str, found.errors))
    assert words in told
    assert str(house) not in told
    if line is not None:
        assert line in [one.line for one in found.errors]


def test_all_mistakes_are_told_at_once(house: Path) -> None:
    text = MANDATE.replace("weight = 0.6", 'weight = "much"').replace("0.32", "32")
    found = review_of(house, text, ON)
    assert [one.line for one in found.errors] == [14, 23]


def test_what_other_files_still_need_is_found_before_anything_is_written(house: Path) -> None:
    text = MANDATE.replace('id = "ira"', 'id = "roth"')
    (error,) = review_of(house, text, ON).errors
    assert (error.file, error.line) == ("lots.csv", LOTS.splitlines().index("ira,VTI,20,,") + 1)


def test_an_instrument_without_a_price_is_found(house: Path) -> None:
    text = MANDATE.replace('["BND"]', '["BND", "AGG"]')
    (error,) = review_of(house, text, ON).errors
    assert "AGG" in str(error)


def test_the_lines_that_differ_are_shown_with_some_around_them() -> None:
    found = changed_lines(MANDATE, MANDATE.replace("0.32", "0.35"))
    assert [line for line in found if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
        "-short_rate = 0.32",
        "+short_rate = 0.35",
    ]
    assert changed_lines(MANDATE, MANDATE) == ()


def test_sentences_that_differ_are_shown(house: Path) -> None:
    (change,) = statement_changes(MANDATE, MANDATE.replace("0.32", "0.35"), house)
    assert "32" in change.old
    assert "35" in change.new
