"""No price after a backtest's last day changes anything in it, from the household's folder on."""

from datetime import date
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, LAST, START, load_past, prices
from trimtab.app.backtesting.api import backtest

END = date(2022, 8, 1)
HELD = DATED.replace("weight = 0.6", 'weight = 0.6\nsplit = "held"')


def changed_after(day: date, factor: float) -> str:
    """The file of closes in which ITOT is worth another sum after a day."""
    rows = []
    for row in prices().splitlines():
        cells = row.split(",")
        if cells[0] != "date" and date.fromisoformat(cells[0]) > day:
            cells[2] = str(round(float(cells[2]) * factor, 4))
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("policy", ["5/25", "annual", "cost_aware"])
def test_prices_after_the_end_change_nothing(tmp_path: Path, policy: str):
    runs = []
    for number, factor in enumerate((1.0, 2.2)):
        folder = tmp_path / str(number)
        loaded = load_past(folder, HELD, closes=changed_after(END, factor))
        assert loaded.snapshot.as_of == LAST
        found = backtest(loaded, [policy], start=START, end=END, value=200_000)
        runs.append(found.runs[0])
    one, other = runs
    assert one.fills == other.fills
    assert one.decisions == other.decisions
    assert one.lots == other.lots
    assert one.daily.value.tolist() == other.daily.value.tolist()
    assert one.benchmark.tolist() == other.benchmark.tolist()
