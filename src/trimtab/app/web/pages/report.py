"""The report of a period: as a page, each table as CSV, and as a PDF.

Errors: those of the household's files; days in the wrong order.
"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Query, Response

from trimtab.app.documents.document import Document
from trimtab.app.documents.page import inside_html
from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.documents.tables import Table
from trimtab.app.documents.wording import wording_in
from trimtab.app.period_report.making import seen_with
from trimtab.app.period_report.period import Period, period_of
from trimtab.app.period_report.report import report_document
from trimtab.app.values import read_day
from trimtab.app.web.rendering import csv_of, page, pictures_in
from trimtab.app.web.reports.reader import as_wanted, wording_for
from trimtab.app.web.reports.recorded import happened
from trimtab.app.web.reports.sheets import pdf_download
from trimtab.app.web.security.gate import Seen, Viewing
from trimtab.model.errors import InputError

__all__ = ["ROUTER"]

ROUTER = APIRouter()
UNPROCESSABLE = 422


@ROUTER.get("/h/{household}/report")
def report(seen: Viewing, since: str = Query("", alias="from"), until: str = "") -> Response:
    """The report of some days, the last week where none are named."""
    currency = seen.one.view().loaded.household.base_currency
    errors: list[InputError] = []
    try:
        period = _period(seen, since, until)
    except InputError as error:
        if seen.request.query_params.get("format") == "csv":
            raise
        errors, period = [_typed_wrong(error)], _period(seen, "", "")
    wording = wording_for(seen.preferences, currency)
    document = _document(seen, period)
    if asked := csv_of(seen, document.tables()):
        return asked
    wanted = as_wanted(document, seen.preferences, seen.one.named_shares)
    days = f"from={period.since}&until={period.until}"

    def csv_address(table: Table) -> str:
        return f"{seen.request.url.path}?{days}&table={table.id}&format=csv"

    context = {
        "errors": errors,
        "typed": (since, until) if errors else (str(period.since), str(period.until)),
        "title": wanted.title,
        "kicker": wanted.kicker,
        "period": period,
        "days": days,
        "body": pictures_in(inside_html(wanted, wording, csv_address), seen.preferences),
        "foot": wanted.foot,
        "can_pdf": can_make_pdf(),
    }
    return page(seen, "report.html", context, UNPROCESSABLE if errors else 200)


@ROUTER.get("/h/{household}/report.pdf")
def report_pdf(seen: Viewing, since: str = Query("", alias="from"), until: str = "") -> Response:
    """The same report as a PDF, with every amount."""
    period = _period(seen, since, until)
    currency = seen.one.view().loaded.household.base_currency
    name = f"{seen.one.id}-report-{period.since}-{period.until}.pdf"
    return pdf_download(seen, _document(seen, period), currency, "report", name)


def _typed_wrong(error: InputError) -> InputError:
    """What is wrong with the days, without what only the command line has."""
    remedy = error.remedy.partition(", or another --")[0]
    return InputError(error.subject.removeprefix("--"), error.fact, error.bound, remedy)


def _period(seen: Seen, since: str, until: str) -> Period:
    first = read_day(since, "from") if since else None
    last: date | None = read_day(until, "until") if until else None
    return period_of(seen.one.day, first, last)


def _document(seen: Seen, period: Period) -> Document:
    view = seen.one.view()
    recorded = happened(seen.one, view, period, seen.world.clock())
    wording = wording_in(view.loaded.household.base_currency)
    facts = seen_with(view.loaded, recorded, view.decision, "")
    return report_document(facts, wording)
