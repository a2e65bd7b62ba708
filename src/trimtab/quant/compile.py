"""How kernels are compiled: once per machine, cached on disk, without the interpreter's lock.

Kernels are called from other kernels only; without the wrappers that Python would need to call
them they compile several times faster.  Entries are what Python calls.
"""

from numba import njit

__all__ = ["entry", "kernel"]

entry = njit(cache=True, nogil=True, error_model="numpy")
kernel = njit(
    nogil=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
