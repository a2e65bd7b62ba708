"""The report of a household's folder: reads, decides as `plan` does, and trades nothing.

Errors: `InputErrors` of the files; `InputError` for a period, a store or a journal.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trimtab.app.documents.document import Document
from trimtab.app.documents.wording import Wording, wording_in
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.service import Service, open_service
from trimtab.app.live.settings import LIVE_NAME, read_live
from trimtab.app.period_report.facts import Happened
from trimtab.app.period_report.period import Period, period_of
from trimtab.app.period_report.report import Seen, report_document
from trimtab.app.status import status_of
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.plans import Decision

__all__ = ["folder_report", "happened_in_folder", "seen_on", "service_report"]


def folder_report(
    folder: Path, as_of: date | None, since: date | None, until: date | None
) -> tuple[Document, str]:
    """The report of a folder's household, and the currency of its amounts.

    Refuses: whatever is wrong in the files, days in the wrong order, a store that cannot be read.
    """
    loaded, happened = happened_in_folder(folder, as_of, since, until)
    currency = loaded.household.base_currency
    return report_document(seen_on(loaded, happened), wording_in(currency)), currency


def service_report(service: Service, until: date) -> Document:
    """The report of the week that ends on a day, of a household at work."""
    from trimtab.app.period_report.reading import happened_at

    loaded = service.loaded
    happened = happened_at(service, period_of(until))
    wording: Wording = wording_in(loaded.household.base_currency)
    return report_document(seen_on(loaded, happened), wording)


def happened_in_folder(
    folder: Path, as_of: date | None, since: date | None, until: date | None
) -> tuple[LoadedHousehold, Happened]:
    """The household and what happened in a period, from the live store where there is one.

    Refuses: as `folder_report`.
    """
    if _has_store(folder):
        from trimtab.app.period_report.reading import happened_at

        with open_service(folder, as_of) as service:
            loaded = service.loaded
            return loaded, happened_at(service, _period(loaded, since, until))
    loaded = load_folder(folder, as_of)
    return loaded, _without_store(loaded, _period(loaded, since, until))


def _period(loaded: LoadedHousehold, since: date | None, until: date | None) -> Period:
    return period_of(loaded.snapshot.as_of, since, until)


def _has_store(folder: Path) -> bool:
    """Whether the live service was ever here: asking must not make a store."""
    if not (folder / LIVE_NAME).exists():
        return False
    settings = read_live(folder)
    return settings.is_shared or Path(settings.store_place).exists()


def _without_store(loaded: LoadedHousehold, period: Period) -> Happened:
    from trimtab.app.period_report.reading import booked_in

    return Happened(period, booked=booked_in(loaded, period))


def seen_on(loaded: LoadedHousehold, happened: Happened) -> Seen:
    """What a report of a loaded household looks at, with today's decision made for it."""
    from trimtab.app.api import decide

    decision: Decision | None = None
    why_none = ""
    try:
        decision = decide(loaded)
    except (InputError, InputErrors) as error:
        why_none = str(error)
    return seen_with(loaded, happened, decision, why_none)


def seen_with(
    loaded: LoadedHousehold, happened: Happened, decision: Decision | None, why_none: str
) -> Seen:
    """What a report looks at, where somebody has made today's decision already."""
    from trimtab.app.tax_standing.year import tax_year

    status = status_of(loaded, None if decision is None else decision.targets)
    return Seen(loaded, status, tax_year(loaded), decision, why_none, happened)
