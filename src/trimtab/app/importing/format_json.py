"""Formats, and what they find in files, as JSON.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.as_json import Json
from trimtab.app.importing.as_json import statement_json
from trimtab.app.importing.format_report import FileReport
from trimtab.importers._format import Format

__all__ = ["format_json", "report_json"]


def format_json(form: Format) -> dict[str, Json]:
    """One format: whose it is, what it reads, and the layouts it was made for."""
    return {
        "format": form.id,
        "broker": form.broker,
        "name": form.name,
        "kinds": list(dict.fromkeys(section.kind.value for section in form.sections)),
        "seen": list(form.seen),
        "own": form.is_own,
        "file": form.path,
    }


def report_json(report: FileReport) -> dict[str, Json]:
    """One file: its statement, how its columns are bound, and what the nearest format lacks."""
    near = report.near
    return {
        **statement_json(report.outcome.statement),
        "certainty": report.certainty if report.format is not None else None,
        "headers": [
            {
                "line": header.line,
                "kind": header.kind.value,
                "columns": [{"field": field, "column": title} for field, title in header.columns],
                "unused": list(header.unused),
            }
            for header in report.headers
        ],
        "nearest": None
        if near is None
        else {
            "format": near.format.id,
            "line": near.line,
            "lacks": [{"field": field, "names": list(names)} for field, names in near.lacks],
        },
    }
