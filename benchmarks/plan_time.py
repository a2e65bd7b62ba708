"""How long `trimtab plan` takes on the demo household, imports included, as a user feels it.

    python -m benchmarks.plan_time [--json]

Runs the command as a process of its own several times: once to fill the caches (compiled kernels,
byte code), then warm.  Compared with: the same interpreter starting and doing nothing, and the
imports that the command makes, the dearest of which are named.

Errors: a plan that does not exit with 0 or 1 ends the benchmark with the command's own message.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks._processes import environment, timed
from trimtab.app.starter import template_files, write_folder

__all__ = ["PlanTime", "main", "measure"]

TARGET_SECONDS = 1.5
REPEATS = 5
DEAREST = 8  # imports named
DECIDED = (0, 1)  # exit codes of a plan that was made, whether or not a guard refuses it
IMPORT_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")
MICRO = 1e6


@dataclass(frozen=True, slots=True)
class PlanTime:
    """Wall seconds of processes.

    Unit: `warm_seconds` is the median of the warm runs; `imports` cumulative seconds of the
    outermost modules, which include what they import in turn.
    """

    first_seconds: float
    warm_seconds: float
    warm_least_seconds: float
    warm_cpu_seconds: float
    interpreter_seconds: float
    import_seconds: float
    imports: dict[str, float]
    repeats: int

    @property
    def reached(self) -> bool:
        """Whether the median warm run meets the target."""
        return self.warm_seconds <= TARGET_SECONDS


def _imports(command: list[str]) -> tuple[float, dict[str, float]]:
    """Seconds spent importing in all, and in the dearest outermost modules."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command[1:]],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    own = 0
    outermost: dict[str, int] = {}
    for line in done.stderr.splitlines():
        found = IMPORT_LINE.match(line)
        if found is None:
            continue
        own += int(found[1])
        top = found[4].split(".")[0]
        outermost[top] = max(outermost.get(top, 0), int(found[2]))
    dearest = sorted(outermost, key=lambda name: -outermost[name])[:DEAREST]
    return own / MICRO, {name: outermost[name] / MICRO for name in dearest}


def measure(repeats: int) -> PlanTime:
    """Time the command on a fresh copy of the demo household."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder) / "demo", template_files("demo"), force=False)
        command = [sys.executable, "-m", "trimtab", "plan", str(Path(folder) / "demo")]
        first = timed(command, DECIDED).wall
        runs = [timed(command, DECIDED) for _ in range(repeats)]
        spent, dearest = _imports(command)
    idle = [timed([sys.executable, "-c", "pass"]).wall for _ in range(repeats)]
    return PlanTime(
        first_seconds=first,
        warm_seconds=median(one.wall for one in runs),
        warm_least_seconds=min(one.wall for one in runs),
        warm_cpu_seconds=median(one.cpu for one in runs),
        interpreter_seconds=median(idle),
        import_seconds=spent,
        imports=dearest,
        repeats=repeats,
    )


def as_text(found: PlanTime) -> str:
    """The measurement for people."""
    said = "reached" if found.reached else "NOT reached"
    rows = [
        "`trimtab plan` on the demo household, imports included, seconds of wall time",
        f"  first run          {found.first_seconds:7.2f}   fills the caches",
        f"  warm, median of {found.repeats}  {found.warm_seconds:7.2f}   least "
        f"{found.warm_least_seconds:.2f}, CPU {found.warm_cpu_seconds:.2f}; target "
        f"{TARGET_SECONDS}: {said}",
        f"  bare interpreter   {found.interpreter_seconds:7.2f}",
        f"  imports            {found.import_seconds:7.2f}   as `-X importtime` counts, with its "
        "own overhead",
    ]
    rows += [f"    {name:16} {seconds:7.2f}" for name, seconds in found.imports.items()]
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan_time", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    if given.repeats < 1:
        parser.error(f"--repeats is {given.repeats}, needs at least 1")
    found = measure(given.repeats)
    data = {
        "benchmark": "plan_time",
        "compared": "warm runs of the command against the bare interpreter and its own imports",
        "target_seconds": TARGET_SECONDS,
        "reached": found.reached,
        "load_average": list(os.getloadavg()),
        **asdict(found),
    }
    print(json.dumps(data, indent=2) if given.json else as_text(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
