"""Damage thousands of broker files and read them: a refusal or a statement, never anything else.

    python -m benchmarks.import_fuzz [--seeds 2000] [--from 0] [--great] [--json]

Each seed is a file made of one format's own words and damaged in up to four ways.  What is held:
every row is taken, ignored by a rule, or a break; a refusal says what to do; no file takes longer
than `SECONDS_MAX`; memory grows by less than `MEGABYTES_MAX`.  `--great` adds cells of a million
characters and rows of 100,000 cells.

Errors: a promise that a file breaks is printed with its seed; the exit code is then 1.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random

from benchmarks._import_damage import DAMAGES, GREAT_DAMAGES, damaged, sample_markup, sample_text
from trimtab.app.importing.as_json import statement_json
from trimtab.app.importing.reading import read_files
from trimtab.importers._catalogue import built_in, catalogue
from trimtab.importers._format import Format

__all__ = ["FuzzRun", "broken_promise", "file_of", "main", "own_format"]

SECONDS_MAX = 20.0
MEGABYTES_MAX = 400.0
MARKUP_SHARE = 0.2
KIBIBYTES_PER_MEGABYTE = 1000.0**2 / 1024.0
OWN_FORMAT = """
broker = "own"
name = "A format of every kind of rule"
[file]
marks = ['Positions for']
[dates]
formats = ["%Y-%m-%d", "%m/%d/%Y", "%b-%d-%Y"]
[[banners]]
match = 'Positions for account (?P<account>\\S+) as of (?P<as_of>\\S+)'
[[sections]]
kind = "positions"
required = ["symbol", "quantity"]
[sections.columns]
account = ["Account"]
symbol = ["Symbol"]
name = ["Description"]
quantity = ["Quantity"]
value = ["Value", "/^Market value/"]
cost = ["Cost"]
[[sections.ignore]]
rule = "total"
column = "symbol"
match = '^Total'
[[sections.rows]]
kind = "lots"
column = "symbol"
match = '^\\s*(?P<acquired>\\d\\d/\\d\\d/\\d{4})$'
inherit = ["symbol", "name"]
[[sections]]
kind = "transactions"
required = ["on", "action", "amount"]
[sections.columns]
on = ["Date"]
action = ["Action"]
symbol = ["Ticker"]
quantity = ["Units"]
amount = ["Amount"]
fees = ["Fee", "Commission"]
[[sections.extract]]
column = "action"
match = '(?P<quantity>[\\d.,]+) @ (?P<price>[\\d.,]+)'
"""


@dataclass(slots=True)
class FuzzRun:
    """What came of the files.

    Unit: `seconds_most` for one file, `peak_megabytes` of the process.
    """

    files: int = 0
    statements: int = 0
    refused: int = 0
    rows: int = 0
    breaks: int = 0
    seconds_most: float = 0.0
    peak_megabytes: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def own_format(folder: Path) -> tuple[Format, ...]:
    """All formats, with one that has every kind of rule."""
    path = folder / "every_rule.toml"
    path.write_text(OWN_FORMAT, encoding="utf-8")
    return catalogue([path])


def file_of(seed: int, formats: Sequence[Format], *, great: bool = False) -> tuple[bytes, str]:
    """The file of a seed, and what was done to it."""
    rng = Random(seed)
    form = rng.choice(formats)
    is_markup = rng.random() < MARKUP_SHARE
    text = sample_markup(rng) if is_markup else sample_text(form, rng)
    damages = (*DAMAGES, *GREAT_DAMAGES) if great else DAMAGES
    data, how = damaged(text.encode("utf-8", "replace"), rng, damages)
    return data, f"{'OFX or Flex' if is_markup else form.id}, damage: {how}"


def broken_promise(path: Path, formats: Sequence[Format], run: FuzzRun) -> str | None:
    """Read one file; what it breaks, if anything."""
    start = time.perf_counter()
    try:
        outcome = read_files([path], formats)[0]
        json.dumps(statement_json(outcome.statement)).encode("ascii")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    run.seconds_most = max(run.seconds_most, seconds)
    statement, error = outcome.statement, outcome.error
    run.files += 1
    run.rows += statement.rows
    run.breaks += len(statement.breaks)
    if error is not None:
        run.refused += 1
        run.reasons[error.fact[:40]] += 1
        return None if error.remedy and str(error) else f"a refusal without remedy: {error}"
    run.statements += 1
    run.reasons.update(one.reason for one in statement.breaks)
    accounted = statement.taken + len(statement.ignored) + len(statement.breaks)
    if accounted != statement.rows:
        return f"{statement.rows} rows, {accounted} accounted for"
    lines = [one.line for one in (*statement.ignored, *statement.breaks)]
    if lines and min(lines) < 1:
        return f"a row on line {min(lines)}"
    return f"{seconds:.1f} s" if seconds > SECONDS_MAX else None


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES_PER_MEGABYTE


def _fuzzed(seeds: range, great: bool) -> FuzzRun:
    run, before = FuzzRun(), _peak_megabytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        formats = own_format(folder)
        path = folder / "file.csv"
        for seed in seeds:
            data, how = file_of(seed, formats, great=great)
            path.write_bytes(data)
            what = broken_promise(path, formats, run)
            if what is not None:
                run.broken.append(f"seed {seed} ({how}): {what}")
    run.peak_megabytes = _peak_megabytes()
    grown = run.peak_megabytes - before  # whoever calls this may have much in memory already
    if grown > MEGABYTES_MAX:
        run.broken.append(f"{grown:.0f} MB of memory")
    return run


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--great", action="store_true", help="also very long cells and rows")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    run = _fuzzed(range(arguments.first, arguments.first + arguments.seeds), arguments.great)
    if arguments.json:
        told = {one.name: getattr(run, one.name) for one in fields(run)}
        print(json.dumps({**told, "formats": len(built_in())}, indent=2))
    else:
        print(
            f"{run.files} files: {run.statements} statements, {run.refused} refused; "
            f"{run.rows:,} rows, {run.breaks:,} breaks; at most {run.seconds_most:.1f} s a file, "
            f"{run.peak_megabytes:.0f} MB"
        )
        for reason, count in run.reasons.most_common(20):
            print(f"  {count:8,}  {reason}")
    for line in run.broken:
        print(line, file=sys.stderr)
    return 1 if run.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
