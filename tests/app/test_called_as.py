"""A hint names the command as the person called it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.app.folders import AS_OF, write_household
from trimtab.app.cli import cli


@pytest.mark.parametrize(
    ("named", "hint"),
    [("", "`trimtab plan"), ("python3 dev.py trimtab", "`python3 dev.py trimtab plan")],
)
def test_a_hint_can_be_typed_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, hint: str
):
    monkeypatch.setenv("TRIMTAB_COMMAND", named)
    folder = write_household(tmp_path / "house")
    told = CliRunner().invoke(cli, ["status", str(folder), "--as-of", AS_OF]).stdout
    assert hint in " ".join(told.split())
