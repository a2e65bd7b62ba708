"""The files of a sweep hold every trial, in every window, and their page says so."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.evidence.made_sweeps import made_sweep
from tests.app.evidence.test_files import PAGE, rows_of
from trimtab.app.evidence import About, Format
from trimtab.app.evidence.records import Kind
from trimtab.app.evidence.sweep_figures import sweep_figures
from trimtab.app.evidence.sweep_files import sweep_json_parts, write_sweep
from trimtab.app.evidence.sweep_records import sweep_tables

ABOUT = About("The Riveras", "USD", "Made-up closes.")


def told(**given: object) -> dict:
    figures = sweep_figures(made_sweep(**given))
    return json.loads("".join(sweep_json_parts(figures, ABOUT)))


def test_json_tells_the_result_the_axes_and_the_judgement():
    sweep = made_sweep()
    found = told()
    assert found["kind"] == "trimtab.sweep"
    assert found["winner"] == sweep.winner_at
    assert found["axes"][0] == {
        "name": "absolute",
        "values": ["0.01", "0.02", "0.03", "0.05", "0.08"],
    }
    assert sweep.walk is not None
    assert found["overfitting"]["probability"] == sweep.walk.overfitting.probability
    assert found["overfitting"]["splits"] == 12_870
    assert found["deflated_sharpe"]["probability"] == sweep.walk.deflated.probability
    assert 0 < found["deflated_sharpe_of_lead"]["probability"] < 1
    assert [one["name"] for one in found["entries"]][1] == "chosen on the past alone"


def test_every_trial_of_every_window_is_on_the_record():
    sweep, found = made_sweep(), told()
    log = rows_of(found, "sweep_log")
    assert len(log) == len(sweep.windows) * len(sweep.trials) == 30
    assert sweep.walk is not None
    chosen = [row["trial"] for row in log if row["chosen"]]
    assert chosen == sweep.walk.log.chosen.tolist()


def test_settings_are_columns_and_numbers_are_numbers():
    rows = rows_of(told(), "sweep_trials")
    assert [(row["setting_absolute"], row["setting_destination"]) for row in rows[:3]] == [
        (0.01, "target"), (0.01, "edge"), (0.02, "target"),
    ]  # fmt: skip
    assert [row["is_winner"] for row in rows].count(True) == 1
    assert [row["trial"] for row in rows if row["is_default"]] == [2]


def test_a_default_outside_the_grid_has_a_row_without_a_number():
    rows = rows_of(told(default=None), "sweep_trials")
    assert len(rows) == 11
    assert rows[-1]["trial"] is None and rows[-1]["is_default"]
    assert rows[-1]["setting_absolute"] is None


def test_words_and_truth_values_as_settings():
    grid = {"a": (True, False), "b": ("x", Decimal("1"))}
    rows = rows_of(told(grid=grid), "sweep_trials")
    assert [(row["setting_a"], row["setting_b"]) for row in rows] == [
        (True, "x"), (True, "1"), (False, "x"), (False, "1"),
    ]  # fmt: skip


def test_parquet_holds_what_json_holds_and_the_daily_returns(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    sweep = made_sweep()
    files = write_sweep(tmp_path / "new", sweep, ABOUT)
    assert files.page is not None and files.page.name == "sweep.html"
    found = told()
    for path in files.parquet:
        table = parquet.read_table(path)
        if path.stem == "sweep_returns":
            first = table.slice(0, len(sweep.dates)).to_pydict()
            assert first["on"] == list(sweep.dates)
            assert first["after_liquidation"] == sweep.trials[0].returns.tolist()
            assert table.num_rows == len(sweep.trials) * len(sweep.dates)
            continue
        shown = [
            {
                name: cell.isoformat() if hasattr(cell, "isoformat") else cell
                for name, cell in row.items()
            }
            for row in table.to_pylist()
        ]
        assert shown == rows_of(found, path.stem)


def test_a_sweep_without_a_judgement_has_empty_tables(tmp_path: Path):
    files = write_sweep(tmp_path, made_sweep(days=300), ABOUT, {Format.JSON})
    assert files.json is not None and files.page is None and files.parquet == ()
    found = json.loads(files.json.read_text("utf-8"))
    assert found["overfitting"] is None and found["walk_forward"]["why_not"]
    assert rows_of(found, "sweep_log") == rows_of(found, "sweep_windows") == []


def test_the_page_about_the_files_names_every_table_and_column():
    text = PAGE.read_text(encoding="utf-8")
    for table in sweep_tables(sweep_figures(made_sweep({}, default=None))):
        _, _, rest = text.partition(f"### {table.name}\n")
        section = re.split(r"\n##", rest)[0]
        listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        assert [name for name in listed if name != "setting_NAME"] == [
            column.name for column in table.columns
        ]


def test_every_row_has_a_cell_of_its_kind_for_every_column():
    kinds = {Kind.WORD: str, Kind.EXACT: Decimal, Kind.NUMBER: (float, int), Kind.COUNT: int,
             Kind.YES_NO: bool}  # fmt: skip
    figures = sweep_figures(made_sweep(default=None))
    for table in sweep_tables(figures):
        for row in table.rows(figures):
            for column, cell in zip(table.columns, row, strict=True):
                if column.kind is not Kind.DAY and cell is not None:
                    assert isinstance(cell, kinds[column.kind]), (table.name, column.name)
