"""The commands and the code of the guide on backtests run, on a household with its own market."""

import re
import shlex
from pathlib import Path

import pytest

from tests.app.backtesting.made_markets import market_household
from tests.app.commands_run import DONE, run
from trimtab.app.backtesting.scenario import CLASS_WORDS
from trimtab.app.backtesting.stress import SCENARIOS
from trimtab.app.backtesting.sweep import WalkForwardTerms
from trimtab.app.cli import cli
from trimtab.quant.performance.overfitting import BLOCKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "backtesting.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILE = re.compile(r"^```(?:csv|toml) title=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^ {4}trimtab ([^#\n]+)", TEXT, re.MULTILINE)
SESSIONS = 1_040
"""A little over four years: as many as the walk-forward test needs by default."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the household and the files that the page shows."""
    place = tmp_path_factory.mktemp("guide")
    market_household(place / "my-household", SESSIONS)
    for name, text in FILE.findall(TEXT):
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_it_runs(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    done = run(*shlex.split(command), "--workers", "1")
    assert done.exit_code == DONE, done.output
    assert "The page to read" in done.output


def test_all_of_its_code_runs(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(folder)
    blocks = CODE.findall(TEXT)
    assert len(blocks) == 2
    exec(compile("\n".join(blocks), str(PAGE), "exec"), {})
    told = capsys.readouterr().out
    assert "grew most of 3" in told and "overfitted with a probability of" in told
    assert "The financial crisis of 2007 to 2009 5/25" in told


def test_it_shows_every_command_that_looks_back():
    names = {command.split()[0] for command in COMMANDS}
    assert names == {"backtest", "compare", "harvest-report", "sweep", "stress"}


def test_it_names_every_option_of_the_backtest():
    command = cli.get_command(None, "backtest")  # type: ignore[arg-type]
    assert command is not None
    options = {
        parameter.opts[0] for parameter in command.params if parameter.param_type_name == "option"
    }
    quiet = {"--json", "--workers"}
    assert {option for option in options - quiet if option not in TEXT} == set()


@pytest.mark.parametrize("word", [*SCENARIOS, *sorted(CLASS_WORDS.keys() - {"other"})])
def test_it_names_every_scenario_and_class(word: str):
    assert f"`{word}`" in TEXT


def test_its_numbers_are_those_of_the_code():
    terms = WalkForwardTerms()
    assert f"`--train {terms.train_years:g}`" in TEXT and f"`--test {terms.test_years:g}`" in TEXT
    assert f"`--purge {terms.purge}`" in TEXT
    assert BLOCKS == 16 and "12,870 ways" in TEXT
