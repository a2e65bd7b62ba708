"""The evidence for every way to decide: what each costs where the truth is known, and elsewhere.

    python -m benchmarks.ai                  # the full run, as text
    python -m benchmarks.ai --json
    python -m benchmarks.ai --quick          # a minute; what CI runs
    python -m benchmarks.ai --sections worlds,walk
    python -m benchmarks.ai --sections worlds --lots
    python -m benchmarks.ai --html evidence.html --save evidence.json

The measure is trading cost + tax + ½γ × tracking variance, in basis points a year; returns are not
shown, because no lifetime of them could tell these policies apart.

Errors: prices that are not there end the program with one sentence and status 2.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import _ai_worlds
from benchmarks._ai_learned import gradient_families, has_learning
from benchmarks._ai_lots import lots_matter
from benchmarks._ai_page import write_page
from benchmarks._ai_panel import DEFAULT, MissingPanel, Panel, etf_panel, fund_panel, sample_panel
from benchmarks._ai_peers import has_peer, peers
from benchmarks._ai_report import as_data, as_text, cases_data, tuning_data, verdict_data
from benchmarks._ai_walk import WalkSetting, walk
from benchmarks._ai_worlds import WorldSetting, WorldsFound
from benchmarks._processes import in_processes
from trimtab.app.text_files import write_text

__all__ = ["FULL", "QUICK", "SECTIONS", "main"]

UNREADABLE = 2

FULL = WorldSetting(
    training_years=(2005, 2012),
    years=30,
    training_paths=64,
    seeds=(21, 22, 23, 24, 25),
    paths_a_seed=40,
    cost_times=(0.5, 1.0, 2.0),
    daily=False,
)
QUICK = WorldSetting(
    training_years=(2005, 2012),
    years=15,
    training_paths=24,
    seeds=(21, 22, 23),
    paths_a_seed=24,
    cost_times=(1.0,),
    daily=False,
)
WALKED: dict[str, tuple[Callable[[Path], Panel], int]] = {
    "ETFs": (etf_panel, 8),
    "funds": (fund_panel, 10),
}
"""How each panel is read, and how many years of it train."""
QUICK_WALK = WalkSetting(train_years=8, test_years=2, cost_times=(1.0,))
QUICK_WALK_SINCE = 2005
DRAWN, QUICK_DRAWN = {"B": 5, "E": 3}, {"B": 1, "E": 1}
"""Problems of each kind that the truth gate draws beside the given ones."""
WALK_SECONDS = 2.0
"""A walk forward trains five seeds anew in every window, so each training is short."""


def truth_section(options: argparse.Namespace) -> dict[str, Any]:
    """Section (a)."""
    from benchmarks._ai_truth import truth

    if options.quick:
        return truth(QUICK_DRAWN, None, learned=False)
    cases = options.data.parent / "control" / "cases.json"
    given = cases if cases.is_file() else None
    return truth(DRAWN, given, learned=True, processes=options.processes)


def worlds(options: argparse.Namespace) -> dict[str, Any]:
    """Section (b)."""
    panel = sample_panel() if options.quick else etf_panel(options.data)
    setting = replace(QUICK if options.quick else FULL, lots=options.lots)
    learned = () if options.quick or not has_learning() else (gradient_families(),)
    found = as_data(panel, setting, _ai_worlds.run(panel, setting, learned))
    found["lots"] = lots_matter(panel, setting, learned)
    return {**found, "peers": peers(panel) if has_peer() else [], "absent": absent(options.quick)}


def walk_forward(options: argparse.Namespace) -> dict[str, Any]:
    """Section (c)."""
    if options.quick:
        runs = [walk(sample_panel().since(QUICK_WALK_SINCE), QUICK_WALK)]
    else:
        runs = in_processes(partial(walk_of, options.data), list(WALKED), options.processes)
    cases = [case for one in runs for case in one.cases]
    return {
        "cases": cases_data(cases),
        "tuning": [row for one in runs for row in tuning_data(one.tuned)],
        "verdict": verdict_data(cases),
        "absent": absent(options.quick),
    }


def walk_of(data: Path, panel: str) -> WorldsFound:
    """The walk on a panel of `WALKED`, learned families included where they can be trained."""
    read, train_years = WALKED[panel]
    learned = (gradient_families(seconds=WALK_SECONDS, apart=True),) if has_learning() else ()
    return walk(read(data), WalkSetting(train_years), learned)


def absent(quick: bool) -> list[str]:
    """What could not be run here, and why."""
    missing = []
    if quick:
        missing.append("learned policies: their training takes minutes (run without --quick)")
    elif not has_learning():
        missing.append('learned policies: PyTorch is not installed (pip install "trimtab[ai]")')
    if not has_peer():
        missing.append("cvxportfolio itself: not installed; its decisions are solved by our kernel")
    return missing


SECTIONS = {"truth": truth_section, "worlds": worlds, "walk": walk_forward}
"""Every section by the name that `--sections` takes, in the order of the report."""


def main(arguments: list[str] | None = None) -> int:
    """Run the sections that were asked for and print what they found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ai", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="a minute, without other files")
    parser.add_argument("--sections", default=",".join(SECTIONS), help="some of them, with commas")
    parser.add_argument("--html", type=Path, help="write the report with pictures to this file")
    parser.add_argument("--save", type=Path, help="write the JSON to this file as well")
    parser.add_argument("--lots", action="store_true", help="lots in the invented worlds too")
    parser.add_argument("--data", type=Path, default=DEFAULT, help="folder of the prices")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), help="for the truth gate and walks"
    )
    options = parser.parse_args(arguments)
    names = options.sections.split(",")
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    for path in filter(None, (options.save, options.html)):
        path.parent.mkdir(parents=True, exist_ok=True)  # now, not after half an hour's work
    found: dict[str, Any] = {"benchmark": "ai", "quick": options.quick, "sections": {}}
    try:
        for name in names:
            start = perf_counter()
            found["sections"][name] = SECTIONS[name](options)
            found["sections"][name]["seconds"] = round(perf_counter() - start, 1)
            if options.save:  # as far as it is: the next section takes minutes, too
                write_text(options.save, json.dumps(found, indent=1))
    except MissingPanel as missing:
        print(f"benchmarks.ai: {missing}", file=sys.stderr)
        return UNREADABLE
    text = json.dumps(found, indent=1)
    if options.html:
        write_page(options.html, found)
        print(f"{options.html}: the report", file=sys.stderr)
    print(text if options.json else as_text(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
