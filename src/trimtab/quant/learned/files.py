"""A model as plain arrays and as bytes, so that it can be kept, hashed and signed.

The bytes are an `.npz` of numbers and fixed-length text, read with `allow_pickle=False`: opening a
file never runs anything.  The same model gives the same bytes.  Nothing here touches a disk.

Errors: bytes that are no model of ours, of another version or in part, are `InputError`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.learned.models import RegionModel, RegionNetwork
from trimtab.quant.learned.ppo_band import PpoBand

__all__ = ["FORMAT", "Stored", "from_arrays", "from_bytes", "to_arrays", "to_bytes"]

Stored = RegionModel | RegionNetwork | PpoBand
"""Every kind of model that can be kept."""

FORMAT = "trimtab-model-1"
LAYERS_MAX = 16

Arrays = Mapping[str, npt.NDArray[Any]]


def to_arrays(model: Stored) -> dict[str, npt.NDArray[Any]]:
    """Everything that a model is, by name."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "format": np.array(FORMAT),
        "kind": np.array(model.kind),
        "name": np.array(model.name),
        "signals": np.array(model.signals, dtype="U64"),
        "ranges": model.ranges,
    }
    if isinstance(model, RegionModel):
        deferral = np.array(model.deferral)
        arrays |= {"centre": model.centre, "metric": model.metric, "deferral": deferral}
        if model.root is not None and model.moved is not None:
            arrays |= {"root": model.root, "moved": model.moved}
        return arrays
    if isinstance(model, PpoBand):
        arrays |= {"reference": model.reference, "bias": model.bias, "weight": model.weight}
        return arrays if model.beside is None else arrays | {"beside": model.beside}
    arrays |= {"middle": model.middle, "spread": model.spread, "limits": model.limits}
    if not model.is_anchored:  # written only then, so that files of before are read as they were
        arrays["is_anchored"] = np.array(0.0)
    for place, (weight, bias) in enumerate(zip(model.weights, model.biases, strict=True)):
        arrays |= {f"weight_{place}": weight, f"bias_{place}": bias}
    return arrays


def from_arrays(arrays: Arrays) -> Stored:
    """The model that `to_arrays` took apart.

    Refuses: another format or kind, arrays that lack or are not finite.
    """
    version = str(arrays["format"]) if "format" in arrays else "none"
    if version != FORMAT:
        remedy = "train it again with this version"
        raise InputError(
            "model file", f"has the format {version!r}", f"{FORMAT!r} is known", remedy
        )
    kind, name = _text(arrays, "kind"), _text(arrays, "name")
    if kind == PpoBand.kind:
        return PpoBand(
            name,
            _numbers(arrays, "reference"),
            _numbers(arrays, "bias"),
            _numbers(arrays, "weight"),
            _numbers(arrays, "ranges"),
            _numbers(arrays, "beside") if "beside" in arrays else None,
        )
    signals = tuple(str(word) for word in _held(arrays, "signals").ravel())
    if kind == RegionModel.kind:
        return RegionModel(
            name,
            _numbers(arrays, "centre"),
            _numbers(arrays, "metric"),
            float(_numbers(arrays, "deferral")),
            _numbers(arrays, "ranges"),
            signals,
            root=_numbers(arrays, "root") if "root" in arrays else None,
            moved=_numbers(arrays, "moved") if "root" in arrays else None,
        )
    if kind != RegionNetwork.kind:
        known = f"known are {RegionModel.kind}, {RegionNetwork.kind} and {PpoBand.kind}"
        raise InputError("model file", f"holds a {kind!r}", known)
    layers = [place for place in range(LAYERS_MAX) if f"weight_{place}" in arrays]
    return RegionNetwork(
        name,
        tuple(_numbers(arrays, f"weight_{place}") for place in layers),
        tuple(_numbers(arrays, f"bias_{place}") for place in layers),
        _numbers(arrays, "middle"),
        _numbers(arrays, "spread"),
        _numbers(arrays, "limits"),
        _numbers(arrays, "ranges"),
        signals,
        "is_anchored" not in arrays,
    )


def to_bytes(model: Stored) -> bytes:
    """The `.npz` of a model; the same model gives the same bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **to_arrays(model))
    return buffer.getvalue()


def from_bytes(data: bytes) -> Stored:
    """The model in the bytes of an `.npz`.

    Refuses: bytes that are no such file, are cut short, or hold objects instead of numbers.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        remedy = "take it from the registry again, or train it again"
        raise InputError("model file", "cannot be read", str(error), remedy) from error
    return from_arrays(arrays)


def _held(arrays: Arrays, key: str) -> npt.NDArray[Any]:
    if key not in arrays:
        raise InputError("model file", f"lacks {key!r}", remedy="train it again")
    return arrays[key]


def _text(arrays: Arrays, key: str) -> str:
    return str(_held(arrays, key))


def _numbers(arrays: Arrays, key: str) -> npt.NDArray[np.float64]:
    held = _held(arrays, key)
    if held.dtype != np.float64 or not np.all(np.isfinite(held)):
        raise InputError("model file", f"{key!r} is not all finite numbers of 64 bits")
    return held
