"""A document as PDF: tagged for screen readers (PDF/UA-1), and the same bytes for the same words.

The page maker fetches nothing: all it needs is in the HTML, and an address in it is an error.  No
time and no chance gets in; what a document says of its day is text in it.

Errors: `InputError` where the extra `web` is not installed, or the system has no Pango.
"""

from __future__ import annotations

from hashlib import sha256

from trimtab.app.documents.document import Document
from trimtab.app.documents.page import sheet_html
from trimtab.app.documents.wording import Wording
from trimtab.model.errors import InputError, InvariantError

__all__ = ["can_make_pdf", "pdf_of", "pdf_of_html"]

VARIANT = "pdf/ua-1"


def can_make_pdf() -> bool:
    """Whether what makes a PDF is installed; asking loads it."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # the package, or the library of the system behind it
        return False
    return True


def pdf_of(document: Document, wording: Wording) -> bytes:
    """The document on sheets of its paper, with their numbers.

    Refuses: a machine without WeasyPrint or Pango.
    """
    return pdf_of_html(sheet_html(document, wording))


def pdf_of_html(html: str) -> bytes:
    """HTML on sheets; it must hold all that it needs.

    Refuses: as `pdf_of`; an address that something would have to be fetched from, as a defect.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except ImportError:
        fact, remedy = "it is not installed", "install it with `pip install 'trimtab[web]'`"
        raise InputError("weasyprint", fact, "a PDF needs it", remedy) from None
    except OSError as error:
        remedy = "install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0)"
        raise InputError("weasyprint", f"it does not start ({error})", "", remedy) from None
    identifier = sha256(html.encode()).digest()[:16]
    refusing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        made = HTML(string=html, base_url=None, url_fetcher=refusing).write_pdf(
            pdf_variant=VARIANT, pdf_identifier=identifier
        )
    except FatalURLFetchingError as error:
        raise InvariantError(f"a document fetches nothing: {error}") from None
    if not isinstance(made, bytes):
        raise InvariantError("without a target, a PDF is bytes")
    return made
