"""Small invented files as a person keeps or downloads them, and a household's folder as bytes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from textwrap import dedent

from tests.app.commands_run import run

__all__ = [
    "AS_OF",
    "contents",
    "csv_rows",
    "files_in",
    "imported",
    "lots_of",
    "open_breaks",
    "told",
]

AS_OF = "2024-07-31"
"""The day of files that do not tell their own."""

POSITIONS = """\
    Account,Symbol,Description,Quantity,Price,Market Value,Cost Basis,As Of
    joint,VTI,Vanguard Total Stock Market ETF,10,260.00,2600.00,2100.00,2024-06-28
    joint,BND,Vanguard Total Bond Market ETF,5,72.00,360.00,400.00,2024-06-28
    joint,CASH,Cash,,,1000.00,,2024-06-28
    roth ira,VTI,Vanguard Total Stock Market ETF,3,260.00,780.00,700.00,2024-06-28
    """

LOTS = """\
    Account,Symbol,Quantity,Cost Basis,Date Acquired
    joint,VTI,6,1200.00,2020-01-02
    joint,VTI,4,900.00,2021-01-04
    joint,BND,5,400.00,2022-03-01
    """

TRADES = """\
    Date,Account,Action,Symbol,Quantity,Price,Amount
    2024-07-01,joint,Buy,VTI,2,265.00,-530.00
    2024-07-01,joint,Buy,VTI,2,265.00,-530.00
    2024-07-05,joint,Sell,BND,-5,72.00,360.00
    2024-07-08,joint,Dividend,VTI,,,10.00
    """


def files_in(folder: Path, **texts: str) -> list[Path]:
    """Write each text as `NAME.csv`; names with two underscores have a dash."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_text(dedent(text), encoding="utf-8")
        paths.append(path)
    return paths


def imported(
    house: Path, *files: Path, code: int | None = None, options: tuple[str, ...] = ()
) -> str:
    """Import files into a household; what was said."""
    result = run("import", *map(str, files), "--household", house, "--as-of", AS_OF, *options)
    expected = (0, 1) if code is None else (code,)
    assert result.exit_code in expected, result.output
    return result.output


def open_breaks(house: Path) -> list[dict[str, object]]:
    """The open breaks, found anew."""
    result = run("breaks", house, "--json")
    assert result.exit_code in (0, 1), result.output
    found: list[dict[str, object]] = json.loads(result.stdout)["breaks"]
    return found


def told(house: Path) -> list[str]:
    """Kind, account and instrument of every open break."""
    return [f"{one['kind']} {one['account']} {one['instrument']}" for one in open_breaks(house)]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file of the household, comments left out."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return list(csv.DictReader(lines))


def lots_of(house: Path) -> list[str]:
    """`lots.csv` in words: account, instrument, units, basis, day."""
    columns = ("account", "instrument", "quantity", "basis", "acquired")
    rows = csv_rows(house / "lots.csv")
    return [" ".join(row[name] or "-" for name in columns).rstrip(" -") for row in rows]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder but locks and what an interrupted command left lying."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".lock"
    }
