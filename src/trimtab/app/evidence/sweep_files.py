"""Write what a sweep leaves behind into a folder: the page, JSON, and Parquet.

Errors: `InputError` where something cannot be written, and where Parquet is asked for without
pyarrow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from trimtab.app.backtesting.sweep import Sweep
from trimtab.app.evidence.about import About
from trimtab.app.evidence.as_json import file_parts
from trimtab.app.evidence.as_parquet import require_pyarrow, write_parquet
from trimtab.app.evidence.page.sweep_page import write_sweep_page
from trimtab.app.evidence.records import SCHEMA
from trimtab.app.evidence.sentences import plain
from trimtab.app.evidence.sweep_figures import SweepFigures, sweep_figures
from trimtab.app.evidence.sweep_records import sweep_tables
from trimtab.app.evidence.sweep_sentences import sweep_sentences
from trimtab.app.evidence.write import EvidenceFiles, Format, make_folder
from trimtab.app.json_text import Json
from trimtab.app.report.words import money_in
from trimtab.app.text_files import write_parts
from trimtab.quant.performance.sharpe_evidence import DeflatedSharpe

__all__ = ["sweep_json_parts", "write_sweep"]

PAGE, JSON = "sweep.html", "sweep.json"
TABLES_IN_JSON = ("sweep_trials", "sweep_windows", "sweep_log")
"""Daily returns of a thousand trials are for Parquet alone."""


def write_sweep(
    folder: Path, sweep: Sweep, about: About, formats: Collection[Format] = frozenset(Format)
) -> EvidenceFiles:
    """Write the formats into a folder, which is made where it is missing.

    Refuses: a place that cannot be written, and Parquet without pyarrow.
    """
    if Format.PARQUET in formats:
        require_pyarrow()
    make_folder(folder)
    figures = sweep_figures(sweep)
    page, json = folder / PAGE, folder / JSON
    if Format.HTML in formats:
        write_sweep_page(page, figures, about)
    if Format.JSON in formats:
        write_parts(json, sweep_json_parts(figures, about))
    return EvidenceFiles(
        page if Format.HTML in formats else None,
        json if Format.JSON in formats else None,
        write_parquet(folder, figures, sweep_tables(figures)) if Format.PARQUET in formats else (),
    )


def sweep_json_parts(figures: SweepFigures, about: About) -> Iterator[str]:
    """The text of the JSON file, part by part."""
    tables = [one for one in sweep_tables(figures) if one.name in TABLES_IN_JSON]
    return file_parts(_opening(figures, about), figures, tables)


def _opening(figures: SweepFigures, about: About) -> Json:
    """What stands before the tables."""
    sweep, terms = figures.sweep, figures.sweep.terms
    sentences = sweep_sentences(figures, money_in(about.currency))
    return {
        "kind": "trimtab.sweep",
        "schema": SCHEMA,
        "household": about.household,
        "currency": about.currency,
        "source": about.source,
        "result": [plain(sentence) for sentence in sentences],
        "policy": sweep.winner.entrant.choice.name,
        "axes": [
            {"name": axis.name, "values": [str(value) for value in axis.values]}
            for axis in figures.axes
        ],
        "first": sweep.first.isoformat(),
        "last": sweep.dates[-1].isoformat(),
        "winner": sweep.winner_at,
        "default": figures.default_name,
        "entries": [
            {"name": one.name, "setting": one.setting, "whole": one.whole, "judged": one.judged}
            for one in figures.entries
        ],
        "walk_forward": {
            "training": terms.training.value,
            "train_years": terms.train_years,
            "test_years": terms.test_years,
            "purge": terms.purge,
            "embargo": terms.embargo,
            "criterion": terms.criterion.value,
            "why_not": sweep.why_not,
        },
        "deflated_sharpe": _deflated(None if sweep.walk is None else sweep.walk.deflated),
        "deflated_sharpe_of_lead": _deflated(figures.lead),
        "overfitting": _overfitting(figures),
    }


def _deflated(found: DeflatedSharpe | None) -> Json:
    if found is None:
        return None
    return {
        "probability": found.probability,
        "threshold_per_session": found.threshold,
        "trials": found.trials,
        "variance": found.variance,
    }


def _overfitting(figures: SweepFigures) -> Json:
    walk = figures.sweep.walk
    if walk is None:
        return None
    found = walk.overfitting
    return {
        "probability": found.probability,
        "probability_of_loss": found.probability_of_loss,
        "splits": len(found.chosen),
    }
