"""Backtests: the same problems in our convention and in those of others, and how long they take.

    python -m benchmarks.backtest --json
    python -m benchmarks.backtest --peers ENVIRONMENT/bin/python   # bt and vectorbt in the same run

The problems (P1 to P5) are read from `../shared/backtest` beside the checkout, or from `--data`.
Each section stands in a module `benchmarks/_backtest_NAME.py`; `--sections` chooses some.

Errors: problems that are not there end the program with one sentence and status 2.
"""

import argparse
import json
import os
import platform
import resource
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import (
    _backtest_against,
    _backtest_daily,
    _backtest_direct,
    _backtest_exact,
    _backtest_lots,
    _backtest_sweep,
    _backtest_values,
)
from benchmarks._backtest_data import MissingData, load
from benchmarks._backtest_section import Figure, Section, Setting
from trimtab.drivers.partitions import cores

__all__ = ["SECTIONS", "main"]

SECTIONS: dict[str, Callable[[Setting], Section]] = {
    "values": _backtest_values.run,
    "sweep": _backtest_sweep.run,
    "daily": _backtest_daily.run,
    "direct": _backtest_direct.run,
    "exact": _backtest_exact.run,
    "lots": _backtest_lots.run,
    "peers": _backtest_against.run,
}
"""Every section by the name that `--sections` takes; a new one is a module and a line here."""

REPEATS = 5
MEMORY_MOST_MB = 1_000.0
KIB, MEGA = 1024, 1e6  # Linux counts resident memory in the former
UNREADABLE = 2


def memory() -> Section:
    """The most memory that this process has held at any time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB / MEGA
    return Section(
        "Memory",
        "peak resident memory of this process over all sections, NumPy and Numba included",
        (Figure("peak", peak, "MB", 0, at_most=MEMORY_MOST_MB),),
    )


def as_json(sections: dict[str, Section], setting: Setting) -> dict[str, Any]:
    """The run as plain data; final values to two decimals."""
    values = sections["values"].figures if "values" in sections else ()
    return {
        "benchmark": "backtest",
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": setting.cores,
            "load_average": list(os.getloadavg()),
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("trimtab", "numpy", "numba")},
        },
        "final_nav": {one.name: round(one.value, 2) for one in values if one.unit == "$"},
        "sections": {name: _section_data(section) for name, section in sections.items()},
    }


def _section_data(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "measured": section.measured,
        "figures": {
            one.name: {
                "value": round(one.value, one.digits) if one.unit == "$" else one.value,
                "unit": one.unit,
                **({} if one.at_most is None else {"at_most": one.at_most}),
                **({} if one.at_least is None else {"at_least": one.at_least}),
                **({} if one.reached is None else {"reached": one.reached}),
            }
            for one in section.figures
        },
        "absent": list(section.absent),
    }


def as_text(sections: dict[str, Section]) -> str:
    """The run for people."""
    return "\n\n".join(_section_text(section) for section in sections.values())


def _section_text(section: Section) -> str:
    rows = [section.title, f"  ({section.measured})"]
    width = max((len(one.name) for one in section.figures), default=0)
    for one in section.figures:
        row = f"  {one.name:{width}}  {one.value:16,.{one.digits}f} {one.unit}"
        if one.reached is not None:
            sign, bound = ("≤", one.at_most) if one.at_most is not None else ("≥", one.at_least)
            row += f"   {sign} {bound:g}: {'reached' if one.reached else 'NOT reached'}"
        rows.append(row)
    rows += [f"  absent: {sentence}" for sentence in section.absent]
    return "\n".join(rows)


def _say(text: str) -> None:
    """A progress line on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:40}" if text else f"\r{'':40}\r")
        sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, help="folder of the problems")
    parser.add_argument("--peers", type=Path, help="an interpreter that has bt or vectorbt")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--sections", nargs="+", choices=list(SECTIONS), default=list(SECTIONS))
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    if given.repeats < 1:
        parser.error(f"--repeats is {given.repeats}, needs at least 1")
    if given.peers is not None and not given.peers.is_file():
        parser.error(f"--peers {given.peers} is no interpreter")
    try:
        data = load(given.data)
    except MissingData as missing:
        print(f"backtest: {missing}.", file=sys.stderr)
        return UNREADABLE
    setting = Setting(data, given.repeats, cores(), given.peers)
    sections = {}
    for name in (one for one in SECTIONS if one in given.sections):
        _say(f"measuring {name} ...")
        sections[name] = SECTIONS[name](setting)
    _say("")
    sections["memory"] = memory()
    print(
        json.dumps(as_json(sections, setting), indent=2, ensure_ascii=False)
        if given.json
        else as_text(sections)
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
