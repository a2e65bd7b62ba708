"""What `init` writes loads as it is, and shows every key."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import write_household
from trimtab.app.config import parse_mandate
from trimtab.app.household import load_folder
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.app.starter import (
    RISK_LEVELS,
    TEMPLATES,
    AccountAnswer,
    Answers,
    TargetAnswer,
    risk_targets,
    starter_files,
    template_files,
    write_folder,
)
from trimtab.model.errors import InputError, InputErrors

GENERAL = [name for name, answers in TEMPLATES.items() if answers is not None]


@pytest.mark.parametrize("name", GENERAL)
def test_a_template_loads_as_it_is_written(name: str, tmp_path: Path):
    write_folder(tmp_path / "new", template_files(name), force=False)
    loaded = load_folder(tmp_path / "new")
    assert loaded.snapshot.value == 0
    assert {finding.code for finding in loaded.findings} == {"nothing_held", "no_price"}


def test_the_demo_template_holds_the_sample_household(tmp_path: Path):
    write_folder(tmp_path, template_files("demo"), force=False)
    assert {path.name for path in tmp_path.iterdir()} == {
        *("mandate.toml", "lots.csv", "trades.csv")
    }


def test_a_template_names_every_key_with_its_meaning():
    text = template_files("three-fund")["mandate.toml"]
    for section in SECTIONS:
        for key in section.keys:
            assert f"{key.name} = " in text
            assert key.doc in text


def test_every_suggestion_of_a_template_is_a_value_that_loads():
    """Taking the comment signs away, key by key, never makes a mistake of kind or bounds."""
    text = template_files("three-fund")["mandate.toml"]
    lines = text.splitlines()
    refusals = []
    for number, line in enumerate(lines):
        if not re.match(r"# \w+ = ", line):
            continue
        tried = [*lines[:number], line.removeprefix("# "), *lines[number + 1 :]]
        try:
            parse_mandate("\n".join(tried), Path("mandate.toml"))
        except InputErrors as several:
            refusals += [str(error) for error in several.errors]
    misfits = ("does not fit", "is too", "no currency", "none of its choices", "breaks here")
    assert [text for text in refusals if any(misfit in text for misfit in misfits)] == []


@pytest.mark.parametrize("level", RISK_LEVELS)
def test_targets_of_every_risk_level_sum_to_one(level: int):
    targets = risk_targets(level)
    assert sum(target.weight for target in targets) == 1
    stocks = sum(target.weight for target in targets if "stocks" in target.name)
    assert stocks == RISK_LEVELS[level][1]


def test_names_with_quotes_and_signs_are_written_safely():
    answers = Answers(
        'The "Müller" \\ household',
        (AccountAnswer("a", "taxable", owner="Ana+Ben"),),
        (TargetAnswer("all, of it", Decimal(1), ("BRK.B", "BF-B")),),
        income=None,
    )
    read = parse_mandate(starter_files(answers)["mandate.toml"], Path("mandate.toml"))
    assert read.household.name == 'The "Müller" \\ household'
    assert set(read.instruments) >= {"BRK.B", "BF-B"}


def test_answers_that_make_no_mandate_are_refused_before_anything_is_written():
    answers = Answers(
        "x", (AccountAnswer("a", "taxable"),), (TargetAnswer("t", Decimal("0.5"), ("VTI",)),)
    )
    with pytest.raises(InputErrors, match="must sum to 1"):
        starter_files(answers)


def test_nothing_is_overwritten_unless_forced(tmp_path: Path):
    write_household(tmp_path)
    before = (tmp_path / "lots.csv").read_text()
    texts = template_files("three-fund")
    with pytest.raises(InputError, match=r"holds mandate\.toml, lots\.csv, prices\.csv already"):
        write_folder(tmp_path, texts, force=False)
    assert (tmp_path / "lots.csv").read_text() == before
    write_folder(tmp_path, texts, force=True)
    assert (tmp_path / "lots.csv").read_text() == texts["lots.csv"]


def test_an_unknown_template_is_refused_with_the_near_one():
    with pytest.raises(InputError, match="Did you mean 'three-fund'"):
        template_files("three-funds")
