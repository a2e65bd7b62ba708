"""PDFs for downloads: a few at a time, because each takes a processor for seconds.

Errors: `InputError` where too many are being made, or what makes them is not installed.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from fastapi import Response

from trimtab.app.documents.document import Document
from trimtab.app.documents.pdf import pdf_of
from trimtab.app.documents.wording import wording_in
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen
from trimtab.model.errors import InputError

__all__ = ["AT_ONCE", "pdf_download"]

AT_ONCE = 2
WAIT_SECONDS = 20.0

_making = BoundedSemaphore(AT_ONCE)


def pdf_download(seen: Seen, document: Document, currency: str, what: str, name: str) -> Response:
    """The document as a file that a browser keeps, and a line in the audit that it was taken.

    Unit: `currency` that of its amounts, all of which are in it.
    Refuses: more at a time than the machine makes.
    """
    if not _making.acquire(timeout=WAIT_SECONDS):
        fact = "as many are being made as may be at a time"
        raise InputError("the PDF", fact, f"{AT_ONCE} at a time", "try again in a minute")
    try:
        made = pdf_of(document, wording_in(currency))
    finally:
        _making.release()
    audit(
        *(seen.world, seen.principal.name, "export", what, Outcome.DONE, {"file": name}),
        household=seen.one.id,
        address=seen.address,
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type="application/pdf", headers=headers)
