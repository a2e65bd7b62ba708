"""How long a broker's file of 100,000 lots takes: read alone, and as a dry run of `trimtab import`.

    python -m benchmarks.import_time [--rows 100000] [--repeats 5] [--json]

The file is generated from a seed: eleven columns, quoted names with commas, amounts like
"$12,345.67", days like 03/04/2021, twenty accounts, 500 instruments.  It is described by a format
of its own in a household's `formats/`, and all formats of the package compete for it.  Reading is
timed in this process; the commands are processes of their own, imports and the writing of JSON
included.

Errors: a file that is not taken whole ends the benchmark.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median

from trimtab.importers._catalogue import catalogue
from trimtab.importers._read import read_statement

__all__ = ["ImportTime", "lots_text", "main", "measure"]

TARGET_READ_SECONDS = 2.0
TARGET_IMPORT_SECONDS = 5.0
SEED = 7
ACCOUNTS, INSTRUMENTS = 20, 500
KIBIBYTES_PER_MEGABYTE = 1000.0**2 / 1024.0
ROOT = Path(__file__).resolve().parents[1]
FORMAT = """
broker = "benchmark"
name = "Lots of a benchmark"
[dates]
formats = ["%m/%d/%Y"]
[[sections]]
kind = "lots"
required = ["symbol", "quantity", "acquired"]
[sections.columns]
account = ["Account"]
symbol = ["Symbol"]
name = ["Description"]
quantity = ["Quantity"]
cost = ["Cost Basis"]
unit_cost = ["Cost/Share"]
price = ["Price"]
value = ["Market Value"]
acquired = ["Date Acquired"]
covered = ["Covered"]
lot_id = ["Lot ID"]
"""
HEADER = (
    "Account,Symbol,Description,Quantity,Cost Basis,Cost/Share,Price,Market Value,Date Acquired,"
    "Covered,Lot ID"
)


@dataclass(frozen=True, slots=True)
class ImportTime:
    """Wall and CPU seconds, medians of the repeats.

    Unit: megabytes of 1,000,000 bytes; `peak_*` is the most memory of a process.  `read` is the
    engine alone; `dry_run` the command without a household, `--json`; `household` the command that
    also books the lots of a new household in memory, and writes nothing.
    """

    rows: int
    file_megabytes: float
    repeats: int
    read_seconds: float
    read_cpu_seconds: float
    read_rows_per_second: float
    dry_run_seconds: float
    dry_run_cpu_seconds: float
    peak_dry_run_megabytes: float
    household_seconds: float
    household_cpu_seconds: float
    peak_household_megabytes: float
    load_average: float

    @property
    def reached(self) -> bool:
        """Whether reading and the dry run meet their targets."""
        is_read = self.read_seconds <= TARGET_READ_SECONDS
        return is_read and self.dry_run_seconds <= TARGET_IMPORT_SECONDS


def lots_text(rows: int) -> str:
    """A file of lots, the same for the same number of rows."""
    rng = Random(SEED)
    lines = [HEADER]
    for number in range(rows):
        symbol = f"S{rng.randrange(INSTRUMENTS):03d}"
        units, price = rng.randrange(1, 10**6) / 1000, rng.randrange(500, 50_000) / 100
        cost = price * rng.uniform(0.5, 1.5)
        day = f"{rng.randrange(1, 13):02d}/{rng.randrange(1, 29):02d}/{rng.randrange(2005, 2025)}"
        lines.append(
            f'X-{rng.randrange(ACCOUNTS):04d},{symbol},"{symbol} Fund, Inc",{units:.3f},'
            f'"${units * cost:,.2f}","${cost:,.2f}",{price:.2f},"${units * price:,.2f}",{day},'
            f"Covered,L{number}"
        )
    return "\n".join(lines) + "\n"


def measure(rows: int, repeats: int) -> ImportTime:
    """Time the reading and the command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "lots.csv"
        file.write_text(lots_text(rows), encoding="utf-8")
        own = folder / "house" / "formats" / "benchmark_lots.toml"
        own.parent.mkdir(parents=True)
        own.write_text(FORMAT, encoding="utf-8")
        reads = [_read(file, own, rows) for _ in range(repeats)]
        dry = [_command(file, folder, ["--json"]) for _ in range(repeats)]
        house = [
            _command(file, folder, ["--household", str(own.parents[1])]) for _ in range(repeats)
        ]
        megabytes = file.stat().st_size / 1e6
    seconds = median(wall for wall, _ in reads)
    return ImportTime(
        rows=rows,
        file_megabytes=round(megabytes, 1),
        repeats=repeats,
        read_seconds=seconds,
        read_cpu_seconds=median(cpu for _, cpu in reads),
        read_rows_per_second=rows / seconds,
        dry_run_seconds=median(wall for wall, _, _ in dry),
        dry_run_cpu_seconds=median(cpu for _, cpu, _ in dry),
        peak_dry_run_megabytes=max(peak for _, _, peak in dry),
        household_seconds=median(wall for wall, _, _ in house),
        household_cpu_seconds=median(cpu for _, cpu, _ in house),
        peak_household_megabytes=max(peak for _, _, peak in house),
        load_average=os.getloadavg()[0],
    )


def _read(file: Path, own: Path, rows: int) -> tuple[float, float]:
    """Wall and CPU seconds of the engine, once the formats are known."""
    formats = catalogue([own])
    wall, cpu = time.perf_counter(), time.process_time()
    statement = read_statement(file, formats)
    taken = time.perf_counter() - wall, time.process_time() - cpu
    if len(statement.lots) != rows:
        raise SystemExit(f"import_time: {len(statement.lots)} of {rows} lots were taken")
    return taken


def _command(file: Path, folder: Path, options: Sequence[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of `trimtab import --dry-run`."""
    command = [sys.executable, "-c", _RUN, "import", "--dry-run", str(file), *options]
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(ROOT / "src"), kept.get("PYTHONPATH", "")]
    environment = {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(f"import_time: the command failed\n{done.stderr[-2000:]}")
    cpu, peak = map(float, done.stderr.split()[-2:])
    return wall, cpu, peak / KIBIBYTES_PER_MEGABYTE


_RUN = """
import resource, sys
from trimtab.app.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    found = measure(arguments.rows, arguments.repeats)
    if arguments.json:
        print(json.dumps({**asdict(found), "reached": found.reached}, indent=2))
        return 0
    print(f"{found.rows:,} lots, {found.file_megabytes} MB, median of {found.repeats}")
    print(
        f"  read          {found.read_seconds:6.2f} s ({found.read_cpu_seconds:.2f} s of CPU), "
        f"{found.read_rows_per_second:,.0f} rows a second"
    )
    for words, wall, cpu, peak in (
        ("dry run", found.dry_run_seconds, found.dry_run_cpu_seconds, found.peak_dry_run_megabytes),
        (
            "and booked",
            found.household_seconds,
            found.household_cpu_seconds,
            found.peak_household_megabytes,
        ),
    ):
        print(f"  {words:12}  {wall:6.2f} s ({cpu:.2f} s of CPU), {peak:.0f} MB")
    print(
        f"  load average {found.load_average:.1f}; targets {'met' if found.reached else 'missed'}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
