"""Commands run as processes of their own, as a user feels them: wall and CPU seconds.

Errors: a command that ends otherwise than expected ends the benchmark with its own message.
"""

import os
import subprocess
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

__all__ = ["Timed", "environment", "timed"]

ROOT = Path(__file__).resolve().parents[1]
DONE = (0,)


class Timed(NamedTuple):
    """Seconds of a process, with all that it started, and what it said on stderr."""

    wall: float
    cpu: float
    told: str


def environment() -> dict[str, str]:
    """This environment, with byte code written: a machine that forbids it doubles the imports."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(ROOT / "src"), kept.get("PYTHONPATH", "")]
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def timed(command: list[str], codes: Collection[int] = DONE) -> Timed:
    """Run a command that may end with one of these exit codes."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}\n{done.stderr}")
    user = after.children_user - before.children_user
    return Timed(wall, user + after.children_system - before.children_system, done.stderr)
