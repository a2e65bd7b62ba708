"""JSON and Parquet hold every day and event of the runs, exactly, and their page says so."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.evidence.made_runs import made_run, made_runs
from tests.app.evidence.test_figures import first_days
from trimtab.app.evidence import About, Comparison, Drawing, Format, as_parquet, compare
from trimtab.app.evidence.as_json import json_parts
from trimtab.app.evidence.records import SCHEMA, TABLES, Kind, Table
from trimtab.app.evidence.write import write_evidence
from trimtab.model.errors import InputError

ABOUT = About("The Riveras", "USD", "Made-up closes.")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "concepts" / "backtest-files.md"


def two() -> Comparison:
    return compare(made_runs("annual", "200/175", count=600), drawing=Drawing(draws=100))


def read(comparison: Comparison) -> dict:
    return json.loads("".join(json_parts(comparison, ABOUT)))


def rows_of(told: dict, table: str) -> list[dict]:
    found = told["tables"][table]
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_has_a_cell_of_its_kind_for_every_column(table: Table):
    kinds = {
        Kind.WORD: (str,),
        Kind.EXACT: (Decimal,),
        Kind.NUMBER: (float, int),
        Kind.COUNT: (int,),
        Kind.YES_NO: (bool,),
    }
    rows = list(table.rows(two()))
    assert rows
    for row in rows:
        for column, cell in zip(table.columns, row, strict=True):
            if column.kind is Kind.DAY:
                assert cell is None or hasattr(cell, "isoformat")
            elif cell is not None:
                assert isinstance(cell, kinds[column.kind]), column.name


def test_json_tells_the_result_and_the_order():
    found = two()
    told = read(found)
    assert (told["kind"], told["schema"]) == ("trimtab.backtest", SCHEMA)
    assert told["ranking"] == [one.policy for one in found.ranking]
    assert told["first"] == "annual"
    assert "annual" in told["result"][0]


def test_json_holds_every_day_with_every_digit():
    found = two()
    run = found.runs[1]
    days = [row for row in rows_of(read(found), "daily") if row["policy"] == run.policy]
    assert [row["on"] for row in days] == [on.isoformat() for on in run.daily.dates]
    assert [row["value"] for row in days] == run.daily.value.tolist()
    assert [row["after_liquidation"] for row in days] == run.daily.after_liquidation.tolist()


def test_exact_amounts_are_texts_that_add_up():
    found = two()
    run = found.runs[1]
    fills = [row for row in rows_of(read(found), "fills") if row["policy"] == run.policy]
    assert len(fills) == len(run.fills)
    for row, fill in zip(fills, run.fills, strict=True):
        assert Decimal(row["quantity"]) * Decimal(row["price"]) == fill.amount
        assert Decimal(row["cost"]) == fill.cost
    sales = [row for row in rows_of(read(found), "lot_sales") if row["policy"] == run.policy]
    counted = Counter(row["fill"] for row in sales)
    assert counted == Counter(
        {number: len(fill.lots) for number, fill in enumerate(run.fills, 1) if fill.lots}
    )


def test_what_is_not_finite_is_null_in_json():
    run = first_days(made_run("hold"), 5)
    run.daily.income[2] = float("nan")
    told = read(compare([run]))
    assert rows_of(told, "daily")[2]["income"] is None
    assert rows_of(told, "daily")[1]["value"] == run.daily.value[1]


def test_parquet_holds_what_json_holds(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    found = two()
    files = write_evidence(tmp_path / "new" / "folder", found, ABOUT)
    assert files.page is not None and files.page.exists()
    assert files.json is not None
    told = json.loads(files.json.read_text(encoding="utf-8"))
    assert sorted(path.stem for path in files.parquet) == sorted(told["tables"])
    for path in files.parquet:
        table = parquet.read_table(path)
        assert table.schema.metadata[b"trimtab.schema"] == str(SCHEMA).encode()
        assert table.schema.metadata[b"trimtab.table"] == path.stem.encode()
        shown = [
            {
                name: cell.isoformat() if hasattr(cell, "isoformat") else cell
                for name, cell in row.items()
            }
            for row in table.to_pylist()
        ]
        assert shown == rows_of(told, path.stem)


def test_empty_tables_are_written_too(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_evidence(tmp_path, compare([first_days(made_run("hold"), 1)]), ABOUT, {Format.PARQUET})
    assert parquet.read_table(tmp_path / "fills.parquet").num_rows == 0
    assert parquet.read_table(tmp_path / "daily.parquet").num_rows == 1
    assert not (tmp_path / "backtest.html").exists()


def test_parquet_by_name_without_pyarrow_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(as_parquet, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'trimtab\[parquet\]'"):
        write_evidence(tmp_path / "out", two(), ABOUT, list(Format))
    assert not (tmp_path / "out").exists()
    files = write_evidence(tmp_path / "out", two(), ABOUT)
    assert files.parquet == () and files.json is not None and files.json.exists()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make the folder 'out'"):
        write_evidence(tmp_path / "file" / "out", two(), ABOUT)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_page_about_the_files_names_every_table_and_column(table: Table):
    text = PAGE.read_text(encoding="utf-8")
    _, _, rest = text.partition(f"### {table.name}\n")
    section = rest.partition("\n### ")[0]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert listed == [column.name for column in table.columns]
