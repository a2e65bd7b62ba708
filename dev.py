#!/usr/bin/env python3
"""Set up and run Trimtab from a checkout: one command, nothing to install first.

    python3 dev.py demo [options]      a household's decision, offline
    python3 dev.py test [pytest args]  the tests
    python3 dev.py lint                ruff: its rules, then formatting
    python3 dev.py types               mypy --strict
    python3 dev.py security            known kinds of insecure code, known holes in what is locked
    python3 dev.py docs                the reference from the docstrings, into docs/reference/
    python3 dev.py evidence [--quick]  every way to decide, measured: trimtab-out/evidence.html
    python3 dev.py ai                  add the packages that learning and forecasts need
    python3 dev.py lock                write both lock files anew from pyproject.toml (needs uv)
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
AI_LOCK = ROOT / "requirements-ai.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "trimtab.stamp"
AI_STAMP = VENV / "trimtab-ai.stamp"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PIP = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-compile"]

# Each command is a list of steps; the first that fails ends the run with its exit code.
COMMANDS = {
    "demo": [["trimtab", "demo"]],
    "test": [["pytest"]],
    "lint": [["ruff", "check"], ["ruff", "format", "--check"]],
    "types": [["mypy"]],
    "security": [
        ["bandit", "--quiet", "--recursive", "--severity-level", "medium", "src"],
        ["python", "-m", "tools.audit_packages"],
    ],
    "docs": [["python", "tools/make_reference.py"]],
    "evidence": [["python", "-m", "benchmarks.ai", "--html", "trimtab-out/evidence.html"]],
}
AI_COMMANDS: "frozenset[str]" = frozenset()
LOCK_OPTIONS = (
    *("--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate"),
)
# What PyTorch's CUDA build asks for; here all is computed on the CPU.
CUDA = (
    *("cuda-bindings", "cuda-pathfinder", "cuda-toolkit", "nvidia-cublas", "nvidia-cuda-cupti"),
    *("nvidia-cuda-nvrtc", "nvidia-cuda-runtime", "nvidia-cudnn-cu13", "nvidia-cufft"),
    *("nvidia-cufile", "nvidia-curand", "nvidia-cusolver", "nvidia-cusparse"),
    *("nvidia-cusparselt-cu13", "nvidia-nccl-cu13", "nvidia-nvjitlink", "nvidia-nvshmem-cu13"),
    *("nvidia-nvtx", "triton"),
)
# On Linux the index has the CUDA build; the CPU build, where pip finds it, has its own version.
TORCH = "torch==2.13.0"
CPU_TORCH = "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b"
CPU_MARKER = "sys_platform == 'linux' and platform_machine == 'x86_64' and python_version == '3.11'"
OTHER_MARKER = "sys_platform != 'linux' or platform_machine != 'x86_64' or python_version != '3.11'"
NO_TORCH = """
dev.py: PyTorch's CPU build is not there. Install it as docs/guides/ai-extra.md says, with
`{pip}`, and run this again."""


def fingerprint(lock: "Path | None" = None) -> str:
    """Hash all that decides what `.venv` holds; a checkout that moved needs a new one too."""
    parts = (
        (lock or LOCK).read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        str(ROOT).encode(),
    )
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


def write_locks() -> None:
    """Write both lock files anew; the second holds what `ai` adds, without CUDA."""
    if not shutil.which("uv"):
        sys.exit("dev.py: `lock` needs uv; install it first.")
    step("uv", "pip", "compile", *LOCK_OPTIONS, "--extra", "dev", "pyproject.toml", "-o", LOCK)
    AI_LOCK.unlink(missing_ok=True)
    left_out = [word for package in CUDA for word in ("--no-emit-package", package)]
    step(
        *("uv", "pip", "compile", *LOCK_OPTIONS, "-c", LOCK, *left_out),
        *("--extra", "evidence", "pyproject.toml", "-o", AI_LOCK),
    )
    text = AI_LOCK.read_text()
    if f"{TORCH} " not in text:
        sys.exit(f"dev.py: the lock has no {TORCH}; state the release, and its CPU build's hash.")
    cpu = f"{TORCH}+cpu ; {CPU_MARKER} \\\n    --hash=sha256:{CPU_TORCH}\n"
    AI_LOCK.write_text(text.replace(f"{TORCH} ", f"{cpu}{TORCH} ; {OTHER_MARKER} ", 1))


def set_up() -> None:
    """Make `.venv` hold the locked packages and this project, editable."""
    uv, started = shutil.which("uv"), time.monotonic()
    pace = "with uv, some seconds" if uv else "with pip, up to two minutes"
    print(f"Setting up .venv from requirements.lock ({pace}; only this once) ...", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    if uv:
        if not works(PYTHON, "-V"):
            step(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV)
    else:
        if not works(sys.executable, "-c", "import ensurepip, venv"):
            sys.exit("dev.py: this Python cannot make environments; install `python3-venv` first.")
        if not works(PYTHON, "-m", "pip", "--version"):
            step(sys.executable, "-m", "venv", VENV)
    step(*installer(), "--require-hashes", "--no-deps", "-r", LOCK)
    step(*installer(), "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(fingerprint())
    print(f"Ready after {time.monotonic() - started:.0f} s.", file=sys.stderr)


def installer() -> "list[str]":
    """The command that installs into `.venv`."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return PIP


def add_ai() -> None:
    """Add what learning and forecasts need: some 300 MB, most of it PyTorch."""
    print("Adding the packages of requirements-ai.lock (a minute or two) ...", file=sys.stderr)
    AI_STAMP.unlink(missing_ok=True)
    wanted = ["--require-hashes", "--no-deps", "-r", str(AI_LOCK)]
    code = subprocess.call([*installer(), *wanted], cwd=ROOT)
    if code and shutil.which("uv"):
        # pip may know of places that uv was not told of: PyTorch's CPU build lies at one.
        print("uv did not find all of them; pip is asked.", file=sys.stderr)
        code = subprocess.call([*PIP, *wanted], cwd=ROOT)
    if code or not works(PYTHON, "-c", "import torch"):
        sys.exit(NO_TORCH.format(pip=" ".join(installer())))
    AI_STAMP.write_text(fingerprint(AI_LOCK))


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
        write_locks()
        return
    if command in ("demo", "trimtab"):  # so that what its hints say can be typed
        os.environ.setdefault("TRIMTAB_COMMAND", f"python3 {sys.argv[0]} trimtab")
    if not STAMP.exists() or STAMP.read_text() != fingerprint():
        set_up()
    if command == "ai" or command in AI_COMMANDS:
        if not AI_STAMP.exists() or AI_STAMP.read_text() != fingerprint(AI_LOCK):
            add_ai()
        if command == "ai":
            print("The packages of trimtab[ai] are installed.")
            return
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
