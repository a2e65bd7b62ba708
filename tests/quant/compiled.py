"""Kernels as Python can call them: compiled once, and again when any source of a kernel changed."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import trimtab.quant
from trimtab.quant.compile import entry

__all__ = ["callable_kernel"]

SOURCES = tuple(Path(trimtab.quant.__path__[0]).rglob("*.py"))


def callable_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a test's function and keep it on disk, unless what it calls was edited since.

    An entry's own cache knows of the files beside it alone; a test's kernels lie elsewhere.
    """
    source = Path(function.__code__.co_filename)
    newest = max(path.stat().st_mtime_ns for path in SOURCES)
    for index in (source.parent / "__pycache__").glob(f"{source.stem}.*.nbi"):
        with suppress(OSError):
            if index.stat().st_mtime_ns < newest:
                index.unlink()
    return entry(function)
