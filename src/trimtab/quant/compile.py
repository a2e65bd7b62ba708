"""How kernels are compiled: once per machine, cached on disk, without the interpreter's lock.

Entries are what Python calls, and all that is cached: an entry holds the kernels that it calls, so
that no stale kernel can linger.  Kernels are called from other kernels only and have no wrappers
for Python.  They allocate nothing, so that they are compiled without reference counts, which halves
their time; what allocates is `owning`.  Every kernel is optimised again with each of its callers;
those that have one caller are laid into it instead, which halves the time to compile.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba import njit

__all__ = ["entry", "hot", "inlined", "kernel", "owning"]

Function = Callable[..., Any]

owning = njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
kernel = njit(
    nogil=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    _nrt=False,
)
hot = njit(
    nogil=True,
    error_model="numpy",
    forceinline=True,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    _nrt=False,
)
inlined = njit(
    nogil=True,
    error_model="numpy",
    inline="always",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    _nrt=False,
)


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and cache it with all kernels that it holds."""
    _forget_stale(Path(function.__code__.co_filename))
    compiled: Function = njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


def _forget_stale(source: Path) -> None:
    """Drop cached entries older than any source file of the package.

    Numba itself looks only at the file of the entry, not at those of the kernels that it holds.
    """
    newest = max(path.stat().st_mtime_ns for path in source.parent.glob("*.py"))
    for index in (source.parent / "__pycache__").glob(f"{source.stem}.*.nbi"):
        with suppress(OSError):  # a read-only installation never changes
            if index.stat().st_mtime_ns < newest:
                index.unlink()
