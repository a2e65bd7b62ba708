"""The one command of a checkout: it sets up when it must, hands over, and stops in plain words."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py as a module, over an empty checkout of its own."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("TRIMTAB_COMMAND", "trimtab")  # it names itself there, for good
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(module, "AI_LOCK", tmp_path / "requirements-ai.lock")
    monkeypatch.setattr(module, "AI_STAMP", tmp_path / "ai-stamp")
    monkeypatch.setattr(module, "BIN", tmp_path)
    (tmp_path / "requirements.lock").write_text("numpy==2\n")
    (tmp_path / "requirements-ai.lock").write_text("torch==2\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return module


@pytest.fixture
def set_ups(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Counts set-ups; nothing is installed and nothing is run."""
    done: list[str] = []

    def set_up() -> None:
        done.append("set up")
        dev.STAMP.write_text(dev.fingerprint())

    monkeypatch.setattr(dev, "set_up", set_up)
    monkeypatch.setattr(dev, "hand_over", lambda *command: done.append(" ".join(command)))
    return done


def test_the_environment_is_made_once_and_again_when_the_lock_changes(dev, set_ups):
    for _ in range(2):
        dev.main(["python", "-V"])
    dev.LOCK.write_text("numpy==3\n")
    dev.main(["python", "-V"])
    assert set_ups == ["set up", "python -V", "python -V", "set up", "python -V"]


def test_the_extra_is_added_once_and_again_when_its_lock_changes(dev, set_ups, monkeypatch):
    def add_ai() -> None:
        set_ups.append("add ai")
        dev.AI_STAMP.write_text(dev.fingerprint(dev.AI_LOCK))

    monkeypatch.setattr(dev, "add_ai", add_ai)
    for _ in range(2):
        dev.main(["ai"])
    dev.AI_LOCK.write_text("torch==3\n")
    dev.main(["ai"])
    assert set_ups == ["set up", "add ai", "add ai"]


def test_a_pytorch_that_does_not_start_is_told_with_its_remedy(dev, monkeypatch):
    monkeypatch.setattr(dev, "installer", lambda: [sys.executable, "-c", "pass"])
    monkeypatch.setattr(dev, "works", lambda *command: False)
    with pytest.raises(SystemExit, match=r"CPU build is not there\. Install it as docs/guides/ai"):
        dev.add_ai()
    assert not dev.AI_STAMP.exists()


def test_a_command_hands_over_with_the_arguments_it_was_given(dev, set_ups, monkeypatch):
    monkeypatch.chdir(dev.ROOT)  # the commands run in the checkout; this puts the folder back
    dev.main(["test", "-k", "wash"])
    dev.main(["demo", "--json"])
    assert set_ups == ["set up", "pytest -k wash", "trimtab demo --json"]


def test_a_command_of_two_steps_stops_at_the_first_that_fails(dev, set_ups, monkeypatch):
    monkeypatch.chdir(dev.ROOT)
    monkeypatch.setattr(dev, "COMMANDS", {"lint": [[sys.executable, "-c", "exit(3)"], ["never"]]})
    with pytest.raises(SystemExit, match="ended with 3"):
        dev.main(["lint"])
    assert set_ups == ["set up"]


def test_an_old_python_is_refused_with_its_version_and_a_remedy(dev, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 6))
    monkeypatch.setattr(sys, "version", "3.9.6 (somewhere)")
    monkeypatch.setattr(dev, "works", lambda name, *rest: name == "python3.12")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11.* this is 3\.9\.6; run `python3\.12"):
        dev.main(["demo"])


def test_an_unknown_program_is_answered_with_the_commands_there_are(dev):
    with pytest.raises(SystemExit, match=r"`demoo` is neither a command(.|\n)*dev\.py demo"):
        dev.hand_over("demoo")


def test_without_a_command_it_says_what_it_can_do():
    shown = subprocess.run(
        [sys.executable, str(ROOT / "dev.py")], capture_output=True, text=True, check=True
    )
    assert "python3 dev.py demo" in shown.stdout
