"""Section `peers`: bt and vectorbt on the same problems in the same run, and the ratios.

They run under this interpreter where they are installed, else under the one that `--peers` names.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks._backtest_section import Figure, Section, Setting
from benchmarks._backtest_values import replay, seconds
from trimtab.quant.simulate.conventions import Convention

__all__ = ["run"]

SCRIPT = Path(__file__).with_name("_backtest_peers.py")
TIMES_LEAST = {"bt": 300.0, "vectorbt": 40.0}
CONVENTION = {"bt": Convention.ORDER, "vectorbt": Convention.SEQUENTIAL}
CENT = 0.01


def run(setting: Setting) -> Section:
    """Seconds of the peers over ours, and how far their final values are from ours."""
    found = _answers(setting)
    figures: list[Figure] = []
    absent: list[str] = []
    for peer, convention in CONVENTION.items():
        answer = found.get(peer)
        if answer is None:
            absent.append(
                f"{peer} is not installed: make an environment with it and name its interpreter "
                "with --peers"
            )
            continue
        for problem in setting.data.problems:
            theirs = answer["problems"][problem.name]
            own = float(replay(problem, convention).final[0])
            ratio = theirs["seconds"] / seconds(problem, setting.repeats)
            label = f"{problem.name} {peer} {answer['version']}"
            apart = abs(round(own, 2) - round(theirs["final"], 2))
            figures += [
                Figure(f"{label} final", theirs["final"], "$"),
                Figure(f"{label} from our {convention}", apart, "$", at_most=CENT / 2),
                Figure(f"{label} time", theirs["seconds"], "s", 4),
                Figure(f"{label} over ours", ratio, "×", 0, at_least=TIMES_LEAST[peer]),
            ]
    return Section(
        "Against other programs",
        "warm median seconds of theirs from frames prepared beforehand to the value of every day, "
        "over ours from days and closes to the same, in this run; final values to the cent",
        tuple(figures),
        tuple(absent),
    )


def _answers(setting: Setting) -> dict[str, Any]:
    """What the peers' script prints, by program; nothing where none is installed."""
    interpreter = setting.peers
    if interpreter is None:
        if not any(find_spec(peer) for peer in CONVENTION):
            return {}
        interpreter = Path(sys.executable)
    command = [str(interpreter), str(SCRIPT), str(setting.data.folder)]
    command += ["--repeats", str(setting.repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"backtest: {' '.join(command[:2])} failed\n{done.stderr}")
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers
