"""A model of trading cost as plain files: three texts of trees, and numbers in an `.npz`.

The numbers hold the hash of each text and the version of the format, so that a file that was
altered, swapped or written by another version is refused instead of used.

Errors: `InputError` that names the file.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._cost_orders import FEATURES
from trimtab.model.errors import InputError

__all__ = ["NUMBERS_FILE", "TEXT_FILES", "Numbers", "read_files", "write_files"]

FORMAT = 1
TEXT_FILES = ("low.txt", "middle.txt", "high.txt")
NUMBERS_FILE = "numbers.npz"
TRAIN_AGAIN = "train the model again"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a model holds beside its trees.

    Shape: `least` and `most` (features,), what training saw of each.
    Unit: `shift_low` and `shift_high` in units of the expected cost, how far calibration moved the
    quantiles outwards; `fills` it was trained on, the last of them on `last`.
    """

    level: float
    shift_low: float
    shift_high: float
    least: Floats
    most: Floats
    fills: int
    last: date


def write_files(texts: tuple[str, str, str], numbers: Numbers) -> dict[str, bytes]:
    """The files of a model by name; the same model gives the same bytes."""
    bodies = dict(zip(TEXT_FILES, (text.encode() for text in texts), strict=True))
    buffer = BytesIO()
    np.savez(
        buffer,
        format=np.array(FORMAT),
        features=np.array(FEATURES),
        hashes=np.array([hashlib.sha256(body).hexdigest() for body in bodies.values()]),
        figures=np.array([numbers.level, numbers.shift_low, numbers.shift_high]),
        ranges=np.array([numbers.least, numbers.most]),
        fills=np.array(numbers.fills),
        last=np.array(numbers.last.isoformat()),
    )
    return {**bodies, NUMBERS_FILE: buffer.getvalue()}


def read_files(files: Mapping[str, bytes]) -> tuple[tuple[str, str, str], Numbers]:
    """The parts of a model from its files.

    Refuses: a file that is absent, altered or of another version.
    """
    absent = [name for name in (*TEXT_FILES, NUMBERS_FILE) if name not in files]
    if absent:
        raise _refused(absent[0], "it is not there")
    try:
        with np.load(BytesIO(files[NUMBERS_FILE]), allow_pickle=False) as stored:
            held = {name: stored[name] for name in stored.files}
        if int(held["format"]) != FORMAT or tuple(held["features"].tolist()) != FEATURES:
            raise _refused(NUMBERS_FILE, "it is of another version")
        hashes = held["hashes"].tolist()
        level, shift_low, shift_high = held["figures"].tolist()
        least, most = np.asarray(held["ranges"], dtype=np.float64)
        last = date.fromisoformat(str(held["last"]))
        numbers = Numbers(level, shift_low, shift_high, least, most, int(held["fills"]), last)
    except (BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise _refused(NUMBERS_FILE, f"it cannot be read ({error})") from None
    for name, told in zip(TEXT_FILES, hashes, strict=True):
        if hashlib.sha256(files[name]).hexdigest() != told:
            raise _refused(name, "it is not the file that was written: its hash differs")
    low, middle, high = (files[name].decode() for name in TEXT_FILES)
    return (low, middle, high), numbers


def _refused(name: str, fact: str) -> InputError:
    return InputError(f"cost model, file {name}", fact, "", TRAIN_AGAIN)
