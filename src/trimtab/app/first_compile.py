"""Whether the solver is compiled for this machine yet: a minute of silence wants a word before it.

Numba keeps what it compiled beside the package, or under `NUMBA_CACHE_DIR`. Where no index of the
solver's entry lies there, the first solve compiles it.
"""

from pathlib import Path
from typing import Any

__all__ = ["COMPILE_NOTE", "needs_compiling"]

COMPILE_NOTE = "Compiling the solver for this machine: a minute or two, only this once ..."


def needs_compiling() -> bool:
    """Whether the next solve compiles the solver first, as on a machine's first run."""
    from trimtab.quant import solver

    entry: Any = solver.solve_range
    if entry.signatures:
        return False
    line = entry.py_func.__code__.co_firstlineno
    folder = Path(entry.stats.cache_path)
    return not any(folder.glob(f"solver.solve_range-{line}.*.nbi"))
