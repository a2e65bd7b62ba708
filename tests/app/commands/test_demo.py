"""`trimtab demo`: a decision, and what seven policies would have done before it."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

import trimtab.app.commands.demo as demo_command
from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.backtesting.policy_words import FIELD_POLICIES


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A demo whose comparison begins a few weeks before its day, to be quick."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo_command, "COMPARED_FROM", date(2022, 7, 1))
        return run("demo", "--out", folder), folder


def test_it_compares_the_policies_of_the_field_over_the_time_before(shown: tuple[Result, Path]):
    result, _ = shown
    assert result.exit_code == DONE
    assert "Ana and Ben Rivera, 2022-07-01 to 2022-10-11" in result.stdout
    assert all(f"\n{name} " in result.stdout for name in FIELD_POLICIES)


def test_the_decision_stands_first_and_both_pages_are_written(shown: tuple[Result, Path]):
    result, folder = shown
    told = " ".join(result.stdout.split())
    assert told.index("What doing nothing would cost") < told.index("In the order of wealth")
    assert {"decision.html", "backtest.html", "mandate.toml"} <= {p.name for p in folder.iterdir()}
    page = (folder / "backtest.html").read_text(encoding="utf-8")
    assert "the targets in every account" in page


def test_without_the_comparison_nothing_of_it_is_shown_or_written(tmp_path: Path):
    result = run("demo", "--out", tmp_path, "--no-compare")
    assert result.exit_code == DONE
    assert "In the order of wealth" not in result.stdout
    assert not (tmp_path / "backtest.html").exists()


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("demo", "--out", tmp_path / "file" / "demo")
    assert result.exit_code == BAD_INPUT
    assert "Name another with --out" in result.stderr
