"""Answer control problems whose optimum is known, and hold the answers against the known ones.

    python -m benchmarks.control --cases FILE [--json]

FILE holds problems of when to trade and how far: long-run growth, consumption, tracking with
proportional and fixed costs, monthly reviews of two and three instruments, predictable returns and
block sales.  With --json the answers are printed as a list of {"id", "answer"}.  Else a table: the
answer, its CPU milliseconds, and where the file holds an answer and a tolerance, how far they are
apart.  The answers in the file are compared with only after ours are there.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Matrices here are small: a second thread would spend CPU seconds on waiting for the first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks._control_answers import (
    KINDS,
    CaseError,
    Parameters,
    solver_of,
    two_assets,
    usual_rules,
)
from trimtab.model.errors import TrimtabError

COMPARED_WITHOUT_TOLERANCE = 1e-9
"""Relative, for kinds with closed answers, whose cases state no tolerance."""
A_CASE = '{"id", "kind", "params"}'
SHOWN_MAX = 60
NOT_COMPARED = {"iters", "err"}
"""How a solver searched, not what it found."""


@dataclass(frozen=True)
class Result:
    """One case, answered or refused."""

    name: str
    kind: str
    answer: dict[str, Any] | None
    error: str
    cpu_seconds: float
    rules_bps_year: dict[str, float]


def answered(case: Any) -> Result:
    """The answer of a case, timed; a case that cannot be answered says why and stops no other."""
    if not isinstance(case, dict):
        return Result("?", "?", None, f"a case is {A_CASE}, not {shown(case)}", 0.0, {})
    name, kind = str(case.get("id", "?")), str(case.get("kind", "?"))
    begin = time.process_time()
    try:
        solver = solver_of(case)
        parameters = Parameters(case)
        answer = solver(parameters)
        seconds = time.process_time() - begin
        if ignored := parameters.ignored():
            print(f"{name}: not used: {', '.join(ignored)}", file=sys.stderr)
        rules = usual_rules(Parameters(case)) if solver is two_assets else {}
    except (CaseError, TrimtabError, ArithmeticError, TypeError, ValueError) as error:
        return Result(name, kind, None, str(error), time.process_time() - begin, {})
    return Result(name, kind, answer, "", seconds, rules)


def shown(value: Any) -> str:
    """What a file holds, in few letters."""
    text = json.dumps(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."


def cases_of(path: Path) -> list[Any]:
    """The cases of a file: a list, or an object that holds one under `cases`.

    Refuses: files that cannot be read, are not JSON, or hold neither, by `CaseError`.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CaseError(f"is not JSON: {error}") from error
    cases = read.get("cases") if isinstance(read, dict) else read
    if not isinstance(cases, list):
        raise CaseError(f'holds neither a list of cases nor "cases": [...], but {shown(read)}')
    return cases


def differences(case: dict[str, Any], result: Result) -> Iterator[tuple[str, float, float]]:
    """Each number that the file holds an answer for: its name, how far ours is, what is allowed."""
    stated = case.get("answer", case if "params" not in case else {})
    for key, ours in flat(result.answer or {}):
        theirs = dict(flat(stated)).get(key)
        if theirs is None or key in NOT_COMPARED:
            continue
        yield key, abs(ours - theirs), allowed(case.get("tolerance"), key, theirs)
    for rule, ours in result.rules_bps_year.items():
        theirs = case.get("baselines_bps_year", {}).get(rule)
        if theirs is not None:
            yield rule, abs(ours - theirs), allowed(case.get("tolerance"), "cost_bps", theirs)


def allowed(tolerance: float | dict[str, float] | None, key: str, value: float) -> float:
    """The tolerance that a file states for a number."""
    match tolerance:
        case None:
            return COMPARED_WITHOUT_TOLERANCE * max(1.0, abs(value))
        case {"cost_bps_rel": relative, "extent": extent}:
            # An area is as wide as the extents are, so their tolerance grows with its root.
            area = 4.0 * extent * np.sqrt(abs(value))
            return {"cost_bps_year": relative * value, "area": float(area)}.get(
                key.rpartition(".")[2], extent
            )
        case {"boundary": boundary, "cost_bps": cost}:
            return cost if "bps" in key else boundary
        case _:
            return float(tolerance)


def flat(answer: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """All numbers of an answer, with their place in it."""
    match answer:
        case dict():
            for key, value in answer.items():
                yield from flat(value, f"{name}.{key}" if name else str(key))
        case list():
            for place, value in enumerate(answer):
                yield from flat(value, f"{name}[{place}]")
        case bool() | None | str():
            return
        case _:
            yield name, float(answer)


def table(cases: list[dict[str, Any]], results: list[Result]) -> None:
    """Print what a person reads; beside each case its worst number, measured by what is allowed."""
    print(f"{'case':9} {'kind':38} {'CPU ms':>8}  {'apart':>9} {'allowed':>9}  of")
    for case, result in zip(cases, results, strict=True):
        line = f"{result.name:9} {result.kind:38} {1e3 * result.cpu_seconds:8.1f}"
        worst = max(differences(case, result), key=lambda d: d[1] / d[2], default=None)
        if result.answer is None:
            print(f"{line}  refused: {result.error}")
            continue
        if worst is not None:
            line += f"  {worst[1]:9.1e} {worst[2]:9.1e}  {worst[0]}"
            line += "" if worst[1] <= worst[2] else "  OUTSIDE"
        print(line)
        shown = [(k, v) for k, v in flat(result.answer) if k not in NOT_COMPARED]
        shown += [(rule, cost) for rule, cost in result.rules_bps_year.items()]
        for start in range(0, min(len(shown), 16), 4):
            pieces = (f"{key} {value:.6g}" for key, value in shown[start : start + 4])
            print("          " + "   ".join(pieces))


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Answer control problems with known optima.")
    parser.add_argument("--cases", type=Path, required=True, help="a JSON file of cases")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        cases = cases_of(given.cases)
    except CaseError as error:
        print(f"{given.cases} {error}", file=sys.stderr)
        print(f"a case is {A_CASE}; kinds: {', '.join(KINDS)}", file=sys.stderr)
        return 2
    results = [answered(case) for case in cases]
    if given.json:
        print(json.dumps([as_json(result) for result in results], indent=1))
    else:
        table(cases, results)
    return 1 if any(result.answer is None for result in results) else 0


def as_json(result: Result) -> dict[str, Any]:
    """One item of the answers."""
    item: dict[str, Any] = {"id": result.name, "answer": result.answer}
    return item | ({"error": result.error} if result.answer is None else {})


if __name__ == "__main__":
    raise SystemExit(main())
