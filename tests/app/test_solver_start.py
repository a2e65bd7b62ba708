"""The compiler starts without SciPy's linear algebra, and nobody else misses it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.app.folders import AS_OF, LONG_PRICES, write_household


def run(code: str, **more: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | more
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_a_plan_does_not_load_scipys_linear_algebra(tmp_path: Path):
    folder = write_household(tmp_path / "home", prices=LONG_PRICES)
    told = run(
        "import sys; from trimtab.app.cli import main;"
        f"main(['plan', {str(folder)!r}, '--as-of', '{AS_OF}', '--json']);"
        "assert 'numba' in sys.modules;"
        "print('linear algebra loaded:', 'scipy.linalg' in sys.modules)"
    )
    assert told.endswith("linear algebra loaded: False\n")


def test_a_kernel_that_multiplies_matrices_still_finds_it():
    told = run(
        "from trimtab.app.solver_start import start_solver; start_solver();"
        "import numpy as np, numba;"
        "f = numba.njit(lambda a: np.cov(np.dot(a, a)));"
        "print(f(np.eye(2) * 2.0)[0, 0])",
        NUMBA_OPT="0",  # compiled sooner, and no otherwise
    )
    assert float(told) == 8.0
