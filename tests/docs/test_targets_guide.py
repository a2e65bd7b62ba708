"""The commands, mandates and code of the guide on targets run, on a household of their own."""

import re
import shlex
from pathlib import Path

import pytest

from tests.app.backtesting.made_markets import market_household
from tests.app.commands_run import DONE, FINDINGS, run
from trimtab.app.household import load_folder
from trimtab.plugins import load, names, settings_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "targets.md"
TEXT = PAGE.read_text(encoding="utf-8")
TOML = re.compile(r"^```toml[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^ {4}trimtab ([^#\n]+)", TEXT, re.MULTILINE)
SESSIONS = 400


def household(place: Path, section: str) -> Path:
    market_household(place / "my-household", SESSIONS)
    mandate = place / "my-household" / "mandate.toml"
    mandate.write_text(mandate.read_text(encoding="utf-8") + "\n" + section, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a household that has the page's first section in its mandate."""
    pytest.importorskip("skfolio")
    pytest.importorskip("pymoo")
    return household(tmp_path_factory.mktemp("guide"), TOML.findall(TEXT)[0])


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_it_runs(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    more = ["--generations", "2"] if command.startswith("pareto") else []
    done = run(*shlex.split(command), *more)
    assert done.exit_code in (DONE, FINDINGS), done.output


@pytest.mark.parametrize("at", range(len(TOML.findall(TEXT))))
def test_every_mandate_of_it_is_read_and_answered(at: int, tmp_path: Path):
    pytest.importorskip("skfolio")
    from trimtab.app.targeting import current_targets

    household(tmp_path, TOML.findall(TEXT)[at])
    current = current_targets(load_folder(tmp_path / "my-household"))
    assert current is not None
    assert current.findings == ()


def test_all_of_its_code_runs(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(folder)
    exec(compile("\n".join(CODE.findall(TEXT)), str(PAGE), "exec"), {})
    told = capsys.readouterr().out
    assert "stocks 0.6 now" in told
    assert "every class carries equal shares of the risk" in told


@pytest.mark.parametrize("name", names("targets"))
def test_it_shows_every_source_with_all_of_its_settings(name: str):
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]
    for field in settings_of(load("targets", name)):
        assert f"`{field.name}`" in row
