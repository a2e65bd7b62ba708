"""Models of trading cost on disk: a folder of plain files, none of which holds code.

Errors: `InputError` for a folder that cannot be read or written, and a model that is altered.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trimtab.estimators._base import CostModel
from trimtab.estimators._cost_files import NUMBERS_FILE, TEXT_FILES
from trimtab.estimators.quantile_cost import QuantileCost, QuantileCostModel
from trimtab.model.errors import InputError

__all__ = ["read_cost_model", "write_cost_model"]


def write_cost_model(folder: Path, model: CostModel) -> None:
    """Write a model's files into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in model.files().items():
        (folder / name).write_bytes(body)


def read_cost_model(folder: Path, settings: QuantileCost) -> QuantileCostModel:
    """The model in a folder.

    Refuses: a folder that is not there, and files that are absent, altered or of another version.
    """
    if not folder.is_dir():
        raise InputError(
            f"cost model folder {str(folder)!r}",
            "there is no such folder",
            "estimates.quantile_cost.model names a folder beside mandate.toml",
            "train a model into it, or leave out [estimates] cost",
        )
    files: Mapping[str, bytes] = {
        name: (folder / name).read_bytes()
        for name in (*TEXT_FILES, NUMBERS_FILE)
        if (folder / name).is_file()
    }
    return settings.read(files)
