"""The parts of a model from its files, none of which can run code when it is read.

Arrays travel as NumPy's `.npz` without pickles, scikit-learn's estimators as `.skops` with no type
that is not known to be harmless, LightGBM's trees as its own text.

Errors: `InputError` for a file that is no such thing, or that asks for a type or package it may not
have.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = ["array_bytes", "arrays", "boosted_trees", "estimator", "estimator_bytes"]

EXTRA = 'pip install "trimtab[ai]"'

Array = npt.NDArray[Any]


def array_bytes(values: Mapping[str, Array]) -> bytes:
    """Arrays as one `.npz` file."""
    file = BytesIO()
    np.savez(file, allow_pickle=False, **values)
    return file.getvalue()


def arrays(data: bytes, subject: str) -> dict[str, Array]:
    """The arrays of an `.npz` file.

    Refuses: another format, and arrays of Python objects, which would have to be unpickled.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (ValueError, OSError, BadZipFile, EOFError, AttributeError) as error:
        bound = "weights are numbers in an .npz file, never Python objects"
        raise InputError(subject, f"its arrays cannot be read ({error})", bound) from None


def estimator_bytes(fitted: object) -> bytes:
    """A fitted scikit-learn estimator as one `.skops` file.

    Refuses: to run without skops.
    """
    return bytes(_skops().dumps(fitted))


def estimator(data: bytes, subject: str) -> Any:
    """The estimator of a `.skops` file.

    Refuses: one that holds types beyond those that skops knows to be harmless.
    """
    skops = _skops()
    try:
        unknown = skops.get_untrusted_types(data=data)
        if unknown:
            fact = f"it asks for {', '.join(sorted(unknown)[:5])}"
            raise InputError(subject, fact, "only types known to be harmless are loaded")
        return skops.loads(data)
    except (ValueError, TypeError, KeyError, OSError, BadZipFile) as error:
        raise InputError(subject, f"its estimator cannot be read ({error})") from None


def boosted_trees(text: bytes, subject: str) -> Any:
    """The trees of a LightGBM text file.

    Refuses: another text, and to run without LightGBM.
    """
    try:
        import lightgbm
    except ImportError:
        raise InputError(subject, "the package lightgbm is not installed", "", EXTRA) from None
    library: Any = lightgbm
    try:
        return library.Booster(model_str=text.decode("utf-8"))
    except (UnicodeDecodeError, library.basic.LightGBMError) as error:
        raise InputError(subject, f"its trees cannot be read ({error})") from None


def _skops() -> Any:
    try:
        import skops.io
    except ImportError:
        raise InputError("model", "the package skops is not installed", "", EXTRA) from None
    library: Any = skops.io
    return library
