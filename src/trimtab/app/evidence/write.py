"""Write what a comparison leaves behind into a folder: the page, JSON, and Parquet.

Errors: `InputError` where something cannot be written, and where Parquet is asked for without
pyarrow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.as_json import write_json
from trimtab.app.evidence.as_parquet import has_pyarrow, require_pyarrow, write_parquet
from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.page import write_page
from trimtab.app.evidence.records import TABLES
from trimtab.model.errors import InputError

__all__ = ["EvidenceFiles", "Format", "make_folder", "write_evidence"]

PAGE, JSON = "backtest.html", "backtest.json"


class Format(StrEnum):
    """What can be written."""

    HTML = "html"
    JSON = "json"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """Where everything was written."""

    page: Path | None
    json: Path | None
    parquet: tuple[Path, ...]


def write_evidence(
    folder: Path,
    comparison: Comparison,
    about: About,
    formats: Collection[Format] | None = None,
) -> EvidenceFiles:
    """Write the formats into a folder, which is made where it is missing.

    Where none are named, all that can be written here: without pyarrow there are no Parquet files.
    Refuses: a place that cannot be written, and Parquet by name without pyarrow.
    """
    if formats is None:
        formats = [Format.HTML, Format.JSON, *([Format.PARQUET] if has_pyarrow() else [])]
    if Format.PARQUET in formats:
        require_pyarrow()
    make_folder(folder)
    page, json = folder / PAGE, folder / JSON
    if Format.HTML in formats:
        write_page(page, comparison, about)
    if Format.JSON in formats:
        write_json(json, comparison, about)
    return EvidenceFiles(
        page if Format.HTML in formats else None,
        json if Format.JSON in formats else None,
        write_parquet(folder, comparison, TABLES) if Format.PARQUET in formats else (),
    )


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing.

    Refuses: a place where none can be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {folder.name!r}",
            error.strerror or str(error),
            remedy="name another folder",
            file=str(folder),
        ) from None
