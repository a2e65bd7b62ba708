"""A document goes where a person wants it: a page, a PDF, or the screen.

Errors: `InputError` for a file that cannot be written, and for a PDF without what makes one.
"""

from __future__ import annotations

from pathlib import Path

from trimtab.app.documents.document import Document
from trimtab.app.documents.wording import wording_in
from trimtab.app.text_files import write_bytes, write_text

__all__ = ["write_or_show"]


def write_or_show(document: Document, currency: str, html: Path | None, pdf: Path | None) -> None:
    """Write the files that are named and say where they are; show the document where none is.

    Unit: `currency` that of the document's amounts.
    Refuses: a file that cannot be written; a PDF where WeasyPrint or Pango is not installed.
    """
    from trimtab.app.screens.document_screen import show_document, show_written

    wording = wording_in(currency)
    if html is not None:
        from trimtab.app.documents.page import page_html

        write_text(html, page_html(document, wording))
        show_written("The page", html)
    if pdf is not None:
        from trimtab.app.documents.pdf import pdf_of

        write_bytes(pdf, pdf_of(document, wording))
        show_written("The PDF", pdf)
    if html is None and pdf is None:
        show_document(document, wording)
