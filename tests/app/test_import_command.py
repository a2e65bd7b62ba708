"""`trimtab import --dry-run --json`: what programs read, to the digit and the row."""

import json
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, FINDINGS, run

LOTS = """Account,Symbol,Quantity,Cost Basis,Date Acquired
Joint,VTI,10.500,"1,234.560",2021-03-04
Joint,BND,3,,
Joint,VXUS,1,x,2021-03-04
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    formats = tmp_path / "house" / "formats"
    formats.mkdir(parents=True)
    (formats / "mine.toml").write_text(
        'broker = "mine"\nname = "n"\n[[sections]]\nkind = "lots"\n'
        'required = ["symbol", "quantity", "acquired"]\n[sections.columns]\naccount = ["Account"]\n'
        'symbol = ["Symbol"]\nquantity = ["Quantity"]\ncost = ["Cost Basis"]\n'
        'acquired = ["Date Acquired"]\n',
        encoding="utf-8",
    )
    path = tmp_path / "a.csv"
    path.write_text(LOTS, encoding="utf-8")
    return path


def read(*files: Path | str) -> tuple[int, list[dict[str, object]]]:
    done = run("import", "--dry-run", "--json", "--household", "house", *files)
    return done.exit_code, json.loads(done.stdout)["files"]


def test_figures_are_text_with_the_digits_of_the_file_and_null_where_unknown(file):
    code, (one,) = read(file)
    assert code == FINDINGS
    keys = ("line", "account", "symbol", "quantity", "cost", "acquired", "currency")
    assert [{key: lot[key] for key in keys} for lot in one["lots"]] == [
        {
            "line": 2,
            "account": "Joint",
            "symbol": "VTI",
            "quantity": "10.500",
            "cost": "1234.560",
            "acquired": "2021-03-04",
            "currency": "",
        },
        {
            "line": 3,
            "account": "Joint",
            "symbol": "BND",
            "quantity": "3",
            "cost": None,
            "acquired": None,
            "currency": "",
        },
    ]


def test_every_row_is_accounted_for(file):
    _, (one,) = read(file)
    assert {key: one[key] for key in ("file", "broker", "kind", "accounts", "transactions")} == {
        "file": str(file),
        "broker": "mine",
        "kind": "lots",
        "accounts": ["Joint"],
        "transactions": 0,
    }
    assert one["ignored"] == [{"line": 1, "rule": "header"}]
    (broken,) = one["breaks"]
    assert (broken["line"], broken["reason"]) == (4, "bad_number")
    assert broken["text"] == "cost: 'x' is not a number"
    assert one["rows"] == one["taken"] + len(one["ignored"]) + len(one["breaks"])


def test_a_dry_run_writes_nothing(file):
    before = sorted(path for path in file.parent.rglob("*"))
    read(file)
    assert sorted(path for path in file.parent.rglob("*")) == before


def test_a_file_that_cannot_be_read_is_one_of_the_files(file):
    pdf = file.parent / "b.csv"
    pdf.write_bytes(b"%PDF-1.7")
    code, (first, second, third) = read(pdf, file, "none.csv")
    assert code != DONE
    assert [one["taken"] for one in (first, second, third)] == [0, 2, 0]
    assert first["breaks"][0]["reason"] == "unreadable"
    assert "CSV, OFX or XML" in first["breaks"][0]["remedy"]


def test_a_files_name_means_nothing(file):
    other = file.with_name("Portfolio_Positions_Fidelity.ofx")
    other.write_bytes(file.read_bytes())
    _, (one, two) = read(file, other)
    assert {**one, "file": ""} == {**two, "file": ""}
