"""Write what scenarios did to a household: a comparison each, and all of them in `stress.json`.

Errors: `InputError` where something cannot be written, and where Parquet is asked for without
pyarrow.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from trimtab.app.backtesting.stress import Stressed
from trimtab.app.evidence.about import About
from trimtab.app.evidence.stress import stress_json, stress_sentences
from trimtab.app.evidence.write import EvidenceFiles, Format, make_folder, write_evidence
from trimtab.app.report.words import money_in
from trimtab.app.text_files import write_text

__all__ = ["StressFiles", "write_stress"]

OVERVIEW = "stress.json"


@dataclass(frozen=True, slots=True)
class StressFiles:
    """Where everything was written: the overview, and the files of each scenario."""

    overview: Path
    scenarios: tuple[EvidenceFiles, ...]


def write_stress(
    folder: Path,
    answers: Collection[Stressed],
    about: About,
    formats: Collection[Format] = frozenset(Format),
) -> StressFiles:
    """Write each scenario into a folder of its own name, and the overview beside them.

    Refuses: a place that cannot be written, and Parquet without pyarrow.
    """
    make_folder(folder)
    written, money = [], money_in(about.currency)
    for answer in answers:
        own = replace(
            about,
            kind=f"stress {answer.scenario.id}",
            opening=stress_sentences(answer, money),
        )
        written.append(write_evidence(folder / answer.scenario.id, answer.comparison, own, formats))
    overview = folder / OVERVIEW
    write_text(overview, json.dumps(stress_json(answers, about, money), indent=1) + "\n")
    return StressFiles(overview, tuple(written))
