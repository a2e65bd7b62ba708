#!/usr/bin/env python3
"""Set up and run Trimtab from a checkout: one command, nothing to install first.

    python3 dev.py demo [options]      a household's decision, offline
    python3 dev.py test [pytest args]  the tests
    python3 dev.py lint                ruff: its rules, then formatting
    python3 dev.py types               mypy --strict
    python3 dev.py docs                the reference from the docstrings, into docs/reference/
    python3 dev.py lock                write requirements.lock anew from pyproject.toml (needs uv)
    python3 dev.py PROGRAM [args]      any program of the environment, as in `trimtab plan`

Standard library only. The first run makes `.venv` from `requirements.lock` and checks each file
against its hash, with uv where there is one and with venv and pip where there is not; later runs
compare one stamp and hand over. Ends with the program's own exit code, or with a message that
says which step failed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "trimtab.stamp"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")

# Each command is a list of steps; the first that fails ends the run with its exit code.
COMMANDS = {
    "demo": [["trimtab", "demo"]],
    "test": [["pytest"]],
    "lint": [["ruff", "check"], ["ruff", "format", "--check"]],
    "types": [["mypy"]],
    "docs": [["python", "tools/make_reference.py"]],
}
LOCK_OPTIONS = (
    *("--extra", "dev", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate"),
)


def fingerprint() -> str:
    """Hash all that decides what `.venv` holds; a checkout that moved needs a new one too."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def step(*command: object) -> None:
    """Run one set-up step in the checkout; its own output says what went wrong."""
    words = [str(word) for word in command]
    code = subprocess.call(words, cwd=ROOT)
    if code:
        sys.exit(f"dev.py: `{' '.join(words[:5])} ...` ended with {code}; its message is above.")


def works(*command: object) -> bool:
    """Tell whether a command exists and ends well; it prints nothing."""
    words = [str(word) for word in command]
    quiet = subprocess.DEVNULL
    return bool(shutil.which(words[0])) and not subprocess.call(words, stdout=quiet, stderr=quiet)


def set_up() -> None:
    """Make `.venv` hold the locked packages and this project, editable."""
    uv, started = shutil.which("uv"), time.monotonic()
    pace = "with uv, some seconds" if uv else "with pip, up to two minutes"
    print(f"Setting up .venv from requirements.lock ({pace}; only this once) ...", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    if uv:
        if not works(PYTHON, "-V"):
            step(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV)
        install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    else:
        if not works(sys.executable, "-c", "import ensurepip, venv"):
            sys.exit("dev.py: this Python cannot make environments; install `python3-venv` first.")
        if not works(PYTHON, "-m", "pip", "--version"):
            step(sys.executable, "-m", "venv", VENV)
        install = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-compile"]
    step(*install, "--require-hashes", "--no-deps", "-r", LOCK)
    step(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(fingerprint())
    print(f"Ready after {time.monotonic() - started:.0f} s.", file=sys.stderr)


def hand_over(program: str, *arguments: str) -> NoReturn:
    """Become a program of the environment (on Windows: run it and pass its exit code on)."""
    found = shutil.which(program, path=str(BIN))
    if not found:
        sys.exit(f"dev.py: `{program}` is neither a command nor a program of .venv\n\n{__doc__}")
    if os.name == "nt":
        sys.exit(subprocess.call([found, *arguments]))
    os.execv(found, [found, *arguments])


def main(arguments: "list[str]") -> None:
    """Check Python, see to the environment, then do what was asked."""
    if sys.version_info < OLDEST_PYTHON:
        newer = [name for name in ("python3.13", "python3.12", "python3.11") if works(name, "-V")]
        remedy = f"run `{newer[0]} dev.py` instead" if newer else "install a newer one first"
        sys.exit(f"dev.py: needs Python 3.11 or newer, this is {sys.version.split()[0]}; {remedy}.")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return
    # Without bytecode every start pays double for its imports; the caches stay in this checkout.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command, *rest = arguments
    if command == "lock":
        step("uv", "pip", "compile", "--quiet", *LOCK_OPTIONS, "pyproject.toml", "-o", LOCK)
        return
    if command in ("demo", "trimtab"):  # so that what its hints say can be typed
        os.environ.setdefault("TRIMTAB_COMMAND", f"python3 {sys.argv[0]} trimtab")
    if not STAMP.exists() or STAMP.read_text() != fingerprint():
        set_up()
    if command in COMMANDS:
        if command != "demo":  # which writes where the user stands
            os.chdir(ROOT)
        *first, (command, *given) = COMMANDS[command]
        for program, *options in first:
            step(BIN / program, *options)
        rest = [*given, *rest]
    sys.stdout.flush()
    hand_over(command, *rest)


if __name__ == "__main__":
    main(sys.argv[1:])
