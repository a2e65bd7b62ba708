"""Write what a harvest report leaves behind: its page, beside the page and files of both runs.

Errors: those of `harvest_of_comparison` and `write_evidence`.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.harvest import harvest_of_comparison
from trimtab.app.evidence.page.harvest_page import write_harvest
from trimtab.app.evidence.write import EvidenceFiles, Format, write_evidence

__all__ = ["HARVEST_PAGE", "write_harvest_evidence"]

HARVEST_PAGE = "harvest.html"


def write_harvest_evidence(
    folder: Path,
    comparison: Comparison,
    taxable: Collection[str],
    about: About,
    formats: Collection[Format] | None = None,
) -> tuple[Path, EvidenceFiles]:
    """Write `harvest.html` and everything that `write_evidence` writes.

    `comparison` is of two runs, without harvesting and with it, in this order; `taxable` names the
    taxable accounts.
    Refuses: what `harvest_of_comparison` and `write_evidence` refuse.
    """
    report = harvest_of_comparison(comparison, taxable)
    files = write_evidence(folder, comparison, about, formats)
    page = folder / HARVEST_PAGE
    write_harvest(page, report, about)
    return page, files
