"""The service that is killed: runs a household's cycle on days of the month, one after another.

    python -m benchmarks._kills_service FOLDER DAY ...

Says `day D` before it works a day, and `done D` after; whoever started it kills it in between.

Errors: those of a run end the process.
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from trimtab.app.live.running import run_once
from trimtab.app.live.service import open_service
from trimtab.app.solver_start import start_solver

__all__ = ["main"]

FOLLOWED_SECONDS = 60.0


def main(argv: Sequence[str] | None = None) -> int:
    """Work the days."""
    folder, *days = sys.argv[1:] if argv is None else argv
    start_solver()
    for day in map(date.fromisoformat, days):
        print(f"day {day}", flush=True)
        with open_service(Path(folder), day) as service:
            run_once(service, FOLLOWED_SECONDS)
        print(f"done {day}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
