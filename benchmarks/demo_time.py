"""How long `trimtab demo` takes, imports and the comparison of seven policies included.

    python -m benchmarks.demo_time [--json]

Runs the command as a process of its own several times, by turns whole and without the comparison:
once to fill the caches (compiled kernels, byte code), then warm.  Compared with each other, so that
what a busy machine adds is added to both; CPU seconds are those of all its processes.

Errors: a demo that does not exit with 0 or 1 ends the benchmark with the command's own message.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks._processes import Timed, timed

__all__ = ["DemoTime", "main", "measure"]

TARGET_SECONDS = 8.0
REPEATS = 3
DECIDED = (0, 1)  # exit codes of a plan that was made, whether or not a guard refuses it


@dataclass(frozen=True, slots=True)
class DemoTime:
    """Seconds of processes, medians of the warm runs.

    Unit: `decision_seconds` is the demo without its comparison, `idle_seconds` an interpreter that
    does nothing.
    """

    first_seconds: float
    warm_seconds: float
    warm_least_seconds: float
    warm_cpu_seconds: float
    decision_seconds: float
    decision_cpu_seconds: float
    idle_seconds: float
    repeats: int

    @property
    def reached(self) -> bool:
        """Whether the quickest warm run meets the target, which is for a machine at rest."""
        return self.warm_least_seconds <= TARGET_SECONDS


def measure(repeats: int) -> DemoTime:
    """Time the demo in a folder that is thrown away."""
    whole: list[Timed] = []
    decision: list[Timed] = []
    idle: list[Timed] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "trimtab", "demo", "--out", str(Path(folder) / "demo")]
        first = timed(command, DECIDED)
        for _ in range(repeats):
            whole.append(timed(command, DECIDED))
            decision.append(timed([*command, "--no-compare"], DECIDED))
            idle.append(timed([sys.executable, "-c", "pass"]))
    return DemoTime(
        first_seconds=first.wall,
        warm_seconds=median(one.wall for one in whole),
        warm_least_seconds=min(one.wall for one in whole),
        warm_cpu_seconds=median(one.cpu for one in whole),
        decision_seconds=median(one.wall for one in decision),
        decision_cpu_seconds=median(one.cpu for one in decision),
        idle_seconds=median(one.wall for one in idle),
        repeats=repeats,
    )


def as_text(found: DemoTime) -> str:
    """The measurement for people."""
    said = "reached" if found.reached else "NOT reached"
    return "\n".join(
        (
            "`trimtab demo`, imports included, seconds of wall time",
            f"  first run            {found.first_seconds:7.2f}   fills the caches",
            f"  warm, median of {found.repeats}    {found.warm_seconds:7.2f}   least "
            f"{found.warm_least_seconds:.2f}, CPU {found.warm_cpu_seconds:.2f}; target "
            f"{TARGET_SECONDS:g}: {said}",
            f"  the decision alone   {found.decision_seconds:7.2f}   CPU "
            f"{found.decision_cpu_seconds:.2f}",
            f"  bare interpreter     {found.idle_seconds:7.2f}",
        )
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demo_time", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    if given.repeats < 1:
        parser.error(f"--repeats is {given.repeats}, needs at least 1")
    found = measure(given.repeats)
    data = {
        "benchmark": "demo_time",
        "compared": "the demo with and without its comparison of seven policies, by turns",
        "target_seconds": TARGET_SECONDS,
        "reached": found.reached,
        "load_average": list(os.getloadavg()),
        **asdict(found),
    }
    print(json.dumps(data, indent=2) if given.json else as_text(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
