"""The page on metrics names every figure there is, and its example runs."""

import importlib
import re
from pathlib import Path

import pytest

from trimtab.quant import performance

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "concepts" / "metrics.md").read_text(encoding="utf-8")
FOLDER = Path(performance.__path__[0])
MODULES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
PARTS = {"DaySums", "daily_values", "score", "sums_of_days"}  # of which figures are made


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_stands_on_the_page(module: str):
    names = set(importlib.import_module(f"trimtab.quant.performance.{module}").__all__) - PARTS
    assert {name for name in names if not re.search(rf"`{name}\b", PAGE)} == set()


def test_the_example_runs(capsys: pytest.CaptureFixture[str]):
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(example, "metrics.md", "exec"), {})
    assert "% a year, at worst" in capsys.readouterr().out
