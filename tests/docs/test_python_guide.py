"""The code of the Python guide runs from top to bottom, on a household of its own."""

import re
from pathlib import Path

import pytest

from trimtab.app.demo import DEMO_FOLDER

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "from-python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN_FUNCTIONS = (
    *("rebalance", "drift_cost", "rebalancing_cost", "check_triggers", "harvest_candidates"),
)


def test_all_of_its_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    household = tmp_path / "my-household"
    household.mkdir()
    for name in ("mandate.toml", "lots.csv", "trades.csv"):
        (household / name).write_text((DEMO_FOLDER / name).read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 5
    exec(compile("\n".join(blocks), str(PAGE), "exec"), {})
    told = capsys.readouterr().out
    assert "sell" in told
    assert "single_drift energy" in told


@pytest.mark.parametrize("name", PLAIN_FUNCTIONS)
def test_it_shows_every_plain_function(name: str):
    assert f"trimtab.{name}(" in PAGE.read_text(encoding="utf-8")
