"""The files and the code of the guide on data for backtests: what it shows is what comes out."""

import re
from datetime import date
from pathlib import Path

import pytest

from trimtab.drivers.backtest.market_checks import MarketRules
from trimtab.feeds._bars import BarField
from trimtab.feeds._market_question import RATE_AGE_DAYS_MAX
from trimtab.feeds.files import Files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "backtesting-data.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILE = re.compile(r"^```csv title=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page shows."""
    for name, text in FILE.findall(TEXT):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_its_code_prints_what_the_page_says(folder: Path, capsys) -> None:
    blocks, printed = CODE.findall(TEXT), PRINTED.findall(TEXT)
    assert len(blocks) == len(printed) == 2
    for code, told in zip(blocks, printed, strict=True):
        exec(compile(code, str(PAGE), "exec"), {})
        assert capsys.readouterr().out == told


def test_its_least_file_is_a_history(folder: Path) -> None:
    history = Files("closes.csv").market(["VTI", "BND"], date(2020, 3, 2), date(2020, 3, 3))
    assert history.close.tolist() == [[100.0, 50.0], [101.0, 50.1]]


@pytest.mark.parametrize("field", list(BarField))
def test_it_names_every_column_that_is_read(field: BarField) -> None:
    assert re.search(rf"^\|.*`{field}`", TEXT, re.MULTILINE)


def test_its_limits_are_those_of_the_code() -> None:
    rules = MarketRules()
    assert RATE_AGE_DAYS_MAX == 5
    assert "stands for the five days after it" in TEXT.replace("\n", " ")
    assert f"more than {rules.missing_sessions_max} sessions in a row without any price" in TEXT
    assert f"no close for more than {rules.gap_sessions_max} sessions" in TEXT
    assert f"at most {rules.forward_fill_sessions_max} sessions" in TEXT
    assert f"{rules.stale_sessions_max} sessions without a move" in TEXT
    assert rules.dividend_fraction_max == 1 / 5
    assert "more than a fifth of the price" in TEXT
