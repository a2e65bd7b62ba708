"""Start the compiler's library without what the solver never uses: a quarter second of every plan.

Numba looks for SciPy's linear algebra as soon as it runs anything, in case a kernel multiplies
matrices. The solver's kernels do not, and to look costs a fifth of a plan's whole time. So the
look is made while SciPy's part stands aside, and what numba concluded from it is put right again:
a kernel of someone else's that multiplies matrices finds SciPy as ever.

Errors: none; where numba is built otherwise, it starts as it likes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

__all__ = ["start_solver"]

LINEAR_ALGEBRA = "scipy.linalg"
LOOKING = "numba.np.arraymath"


def start_solver() -> None:
    """Load numba's library of array functions without SciPy's linear algebra."""
    if LINEAR_ALGEBRA in sys.modules or LOOKING in sys.modules:
        return
    import numba  # noqa: F401  (what follows is a part of it)

    with _aside(LINEAR_ALGEBRA):
        from numba.np import arraymath
    if hasattr(arraymath, "_HAVE_BLAS"):
        arraymath._HAVE_BLAS = find_spec("scipy") is not None


@contextmanager
def _aside(module: str) -> Iterator[None]:
    """Make a module that is not loaded yet one that cannot be, for a while."""
    sys.modules[module] = None  # type: ignore[assignment]  # what the import system means by absent
    try:
        yield
    finally:
        del sys.modules[module]
