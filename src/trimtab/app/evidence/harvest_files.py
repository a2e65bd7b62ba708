"""Write what a harvest report leaves behind: page, JSON and Parquet, beside those of both runs.

Errors: those of `write_evidence`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.as_json import file_parts
from trimtab.app.evidence.as_parquet import write_parquet
from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.harvest import HarvestEvidence, HarvestReport
from trimtab.app.evidence.harvest_records import HARVEST_FIGURES, HARVEST_TABLES, HARVEST_YEARS
from trimtab.app.evidence.page.harvest_page import write_harvest
from trimtab.app.evidence.records import SCHEMA, TABLES, Source, Table
from trimtab.app.evidence.rows import Row
from trimtab.app.evidence.sentences import harvest_sentences, plain
from trimtab.app.evidence.write import EvidenceFiles, Format, write_evidence
from trimtab.app.json_text import Json
from trimtab.app.report.words import money_in
from trimtab.app.text_files import write_parts

__all__ = [
    "HARVEST_PAGE",
    "HarvestFiles",
    "harvest_json_parts",
    "write_harvest_evidence",
]

HARVEST_PAGE, HARVEST_JSON = "harvest.html", "harvest.json"


@dataclass(frozen=True, slots=True)
class HarvestFiles:
    """Where everything was written: what tells of harvesting, and what tells of both runs."""

    page: Path | None
    json: Path | None
    parquet: tuple[Path, ...]
    runs: EvidenceFiles


def write_harvest_evidence(
    folder: Path,
    evidence: HarvestEvidence,
    about: About,
    formats: Collection[Format] | None = None,
) -> HarvestFiles:
    """Write a harvest report in the formats that are named, and all that `write_evidence` writes.

    Refuses: what `write_evidence` refuses.
    """
    runs = write_evidence(folder, evidence.comparison, about, formats)
    page, json = folder / HARVEST_PAGE, folder / HARVEST_JSON
    if runs.page:
        write_harvest(page, evidence.report, about)
    if runs.json:
        write_parts(
            json, file_parts(_opening(evidence.report, about), evidence.report, (HARVEST_YEARS,))
        )
    tables = write_parquet(folder, evidence.report, HARVEST_TABLES) if runs.parquet else ()
    return HarvestFiles(page if runs.page else None, json if runs.json else None, tables, runs)


def harvest_json_parts(evidence: HarvestEvidence, about: About) -> Iterator[str]:
    """The text of `harvest.json` with the tables of both runs too, part by part."""
    tables = (
        _within(HARVEST_YEARS, _report_of),
        *(_within(table, _comparison_of) for table in TABLES),
    )
    return file_parts(_opening(evidence.report, about), evidence, tables)


def _report_of(evidence: HarvestEvidence) -> HarvestReport:
    return evidence.report


def _comparison_of(evidence: HarvestEvidence) -> Comparison:
    return evidence.comparison


def _within(
    table: Table[Source], part: Callable[[HarvestEvidence], Source]
) -> Table[HarvestEvidence]:
    """The same table, read from the whole of which its source is a part."""

    def rows(evidence: HarvestEvidence) -> Iterable[Row]:
        return table.rows(part(evidence))

    return Table(table.name, table.columns, rows)


def _opening(report: HarvestReport, about: About) -> Json:
    """What stands before the tables."""
    (figures,) = HARVEST_FIGURES.rows(report)
    return {
        "kind": "trimtab.harvest",
        "schema": SCHEMA,
        "household": about.household,
        "currency": about.currency,
        "source": about.source,
        "result": [plain(one) for one in harvest_sentences(report, money_in(about.currency))],
        "first": report.plain,
        "figures": {
            column.name: cell if isinstance(cell, float) else str(cell)
            for column, cell in zip(HARVEST_FIGURES.columns, figures, strict=True)
        },
    }
