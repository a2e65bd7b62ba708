"""Look every locked package up in the public list of known holes, where that list is reached.

    python3 dev.py security    runs Bandit over the code first

Says how many packages were looked up, and for how many nothing answered: a machine without a way
to the list learns so, and nothing is claimed.  Exit codes: 0 no hole is known, 1 some are.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-ai.lock")
SECONDS_MAX = 180


def asked(lock: str) -> list[Mapping[str, object]]:
    """What pip-audit says of each package of a lock file; nothing where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / lock)]
    command += [
        "--disable-pip",
        "--require-hashes",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX)
        return list(json.loads(done.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return []


def told(found: Sequence[Mapping[str, object]]) -> tuple[list[str], int]:
    """The known holes, a line each, and how many packages were looked up."""
    looked_up = [one for one in found if "skip_reason" not in one]
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {hole['fix_versions']}"
        for one in looked_up
        for hole in one["vulns"]  # type: ignore[attr-defined]
    ]
    return holes, len(looked_up)


def main() -> int:
    """Ask about every lock, and say what is known."""
    code = 0
    for lock in LOCKS:
        found = asked(lock)
        holes, count = told(found)
        print(f"{lock}: {count} of {len(found)} packages looked up, {len(holes)} known holes")
        if not count:
            print(
                "  The list of known holes was not reached: nothing is said about these packages."
            )
        for hole in holes:
            print(f"  {hole}")
            code = 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
