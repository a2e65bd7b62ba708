"""The mandate in plain sentences, any version of it, and what changed between two.

Errors: those of the household's mandate; a version that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Query, Response

from trimtab.app.documents.document import Document
from trimtab.app.documents.page import inside_html
from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.documents.tables import Table
from trimtab.app.documents.wording import moment
from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.live.settings import LIVE_NAME, read_live
from trimtab.app.mandate_history import MandateVersion, version_of, versions
from trimtab.app.policy_statement.document import Version, statement_document
from trimtab.app.policy_statement.statement import Statement, statement_of
from trimtab.app.text_files import read_text
from trimtab.app.web.rendering import page
from trimtab.app.web.reports.reader import as_wanted, wording_for
from trimtab.app.web.reports.sheets import pdf_download
from trimtab.app.web.security.gate import Seen, Viewing

__all__ = ["ROUTER"]

ROUTER = APIRouter()
NOW = "now"


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that can be read; `name` is how an address names it."""

    name: str
    words: str


@ROUTER.get("/h/{household}/policy-statement")
def policy_statement(
    seen: Viewing, version: str = NOW, against: str = Query("", max_length=80)
) -> Response:
    """The statement of a version, with what changed since another one where it is named."""
    statement, document = _document(seen, version, against)
    wanted = as_wanted(document, seen.preferences, seen.one.named_shares)
    wording = wording_for(seen.preferences, statement.currency)
    context = {
        "title": wanted.title,
        "kicker": wanted.kicker,
        "choices": _choices(seen),
        "version": version,
        "against": against,
        "body": inside_html(wanted, wording, _no_csv),
        "foot": wanted.foot,
        "can_pdf": can_make_pdf(),
    }
    return page(seen, "policy_statement.html", context)


@ROUTER.get("/h/{household}/policy-statement.pdf")
def policy_statement_pdf(
    seen: Viewing, version: str = NOW, against: str = Query("", max_length=80)
) -> Response:
    """The same as a PDF, with every amount."""
    statement, document = _document(seen, version, against)
    name = f"{seen.one.id}-policy-statement.pdf"
    return pdf_download(seen, document, statement.currency, "policy statement", name)


def _no_csv(_table: Table) -> str:
    return ""


def _choices(seen: Seen) -> tuple[Choice, ...]:
    kept = (Choice(one.name, _words(one)) for one in reversed(versions(seen.one.folder)))
    return (Choice(NOW, "The mandate as it is now"), *kept)


def _words(one: MandateVersion) -> str:
    return f"Kept {moment(one.at)} by {one.who} ({one.digest[:4]})"


def _document(seen: Seen, version: str, against: str) -> tuple[Statement, Document]:
    statement, named = _statement(seen, version)
    other = _statement(seen, against) if against else None
    return statement, statement_document(statement, named, other)


def _statement(seen: Seen, version: str) -> tuple[Statement, Version]:
    """The statement of a version, and what it is called.

    Refuses: a version that there is not, and one that this Trimtab cannot read.
    """
    folder = seen.one.folder
    live = read_live(folder) if (folder / LIVE_NAME).exists() else None
    path = folder / MANDATE_NAME
    if version == NOW:
        text = read_text(path, "mandate")
        return statement_of(text, path, live), Version("The mandate as it is now")
    kept = version_of(folder, version)
    made = statement_of(kept.text, path.with_name(kept.name), live)
    return made, Version("The mandate", kept.at, kept.who)
