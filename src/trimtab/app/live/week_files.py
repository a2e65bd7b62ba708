"""The report of a week or a month in the household's folder: a page, and a PDF where it can be.

    reports/2026-W13.html
    reports/2026-W13.pdf

Errors: none leave here: what could not be written is said, because a report must not end a tick.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trimtab.app.documents.pdf import can_make_pdf, pdf_of
from trimtab.app.documents.wording import wording_in
from trimtab.app.exits import show_trace
from trimtab.app.live.service import Service
from trimtab.app.text_files import write_bytes, write_text
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.plans import Decision
from trimtab.model.schedule import ReportRhythm

__all__ = ["REPORTS_FOLDER", "week_files"]

REPORTS_FOLDER = "reports"


def week_files(
    service: Service, day: date, week: str, decision: Decision | None, why_none: str
) -> str:
    """Write the report of the days that end on one; answers where it is, or why it is not.

    They are a week, or the month where the mandate's schedule reports monthly.

    `week` names the files; `decision` and `why_none` are what the rules come to today.
    """
    try:
        names = _write(service, day, week, decision, why_none)
    except (InputError, InputErrors) as error:
        return f"The report was not written: {error}"
    except Exception as error:  # whatever makes PDFs stumbles over, the household is worked
        show_trace(error)
        return f"The report was not written: a defect ({type(error).__name__}: {error})"
    return f"The report: {', '.join(names)}"


def _write(
    service: Service, day: date, week: str, decision: Decision | None, why_none: str
) -> tuple[str, ...]:
    from trimtab.app.documents.page import page_html
    from trimtab.app.period_report.making import seen_with
    from trimtab.app.period_report.period import period_of
    from trimtab.app.period_report.reading import happened_at
    from trimtab.app.period_report.report import report_document

    loaded = service.loaded
    is_monthly = loaded.mandate.schedule.report is ReportRhythm.MONTHLY
    since = day.replace(day=1) if is_monthly else None
    happened = happened_at(service, period_of(max(day, loaded.snapshot.as_of), since, day))
    wording = wording_in(loaded.household.base_currency)
    document = report_document(seen_with(loaded, happened, decision, why_none), wording)
    folder = loaded.folder / REPORTS_FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        raise InputError(f"folder {REPORTS_FOLDER!r}", fact, "", "mend it") from None
    page = folder / f"{week}.html"
    write_text(page, page_html(document, wording))
    written = [page]
    if service.settings.service.weekly_pdf and can_make_pdf():
        written.append(page.with_suffix(".pdf"))
        write_bytes(written[-1], pdf_of(document, wording))
    return tuple(_named(path) for path in written)


def _named(path: Path) -> str:
    """A file of the folder, as a person looks for it there."""
    return f"{REPORTS_FOLDER}/{path.name}"
