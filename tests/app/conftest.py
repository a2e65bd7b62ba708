"""What every test of the command line starts from: a folder, and answers in place of the engine."""

from pathlib import Path

import pytest

from tests.app.decisions import DECISION
from tests.app.folders import write_household
from trimtab.app import api
from trimtab.model.plans import Decision


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_household(tmp_path / "house")


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> "list[Decision]":
    """Answers of the engine, the last of which is given; what it was asked is no matter here."""
    answers = [DECISION]
    monkeypatch.setattr(api, "decide", lambda loaded, **_asked: answers[-1])
    return answers
