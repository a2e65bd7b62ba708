"""Documents as PDF: tagged, numbered, the same every time, and made from nothing but their HTML."""

import re
import subprocess
import sys
import zlib
from hashlib import sha256

import pytest

from tests.app.documents.made_documents import made
from trimtab.app.documents import pdf
from trimtab.app.documents.document import Paper, paper_for
from trimtab.app.documents.wording import wording_in
from trimtab.model.errors import InputError, InvariantError

if not pdf.can_make_pdf():
    pytest.skip("WeasyPrint or Pango is not installed", allow_module_level=True)

WORDING = wording_in("USD")


@pytest.fixture(scope="module")
def letter() -> bytes:
    return pdf.pdf_of(made(), WORDING)


def whole(data: bytes) -> bytes:
    """A PDF with every stream of it, unpacked where it is packed."""
    found = [data]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            found.append(match[1])
    return b"\n".join(found)


def test_a_pdf_is_tagged_titled_and_in_a_language(letter: bytes):
    told = whole(letter)
    assert letter.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in told
    assert b"/MarkInfo" in told and b"/StructTreeRoot" in told
    assert b"/Lang (en)" in told
    assert b"/DisplayDocTitle true" in told


def test_a_chart_has_words_for_those_who_do_not_see_it(letter: bytes):
    assert b"/Alt (Weights and bands)" in whole(letter)


def test_no_time_and_no_chance_gets_into_a_pdf(letter: bytes):
    assert b"/CreationDate" not in letter and b"/ModDate" not in letter
    code = (
        "from hashlib import sha256\n"
        "from tests.app.documents.made_documents import made\n"
        "from trimtab.app.documents.pdf import pdf_of\n"
        "from trimtab.app.documents.wording import wording_in\n"
        "print(sha256(pdf_of(made(), wording_in('USD'))).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == sha256(letter).hexdigest()


@pytest.mark.parametrize(
    ("currency", "regime", "paper", "width"),
    [
        ("USD", "us_federal", Paper.LETTER, b"612"),
        ("CAD", "flat", Paper.LETTER, b"612"),
        ("EUR", "flat", Paper.A4, b"595.2"),
        ("CHF", "none", Paper.A4, b"595.2"),
    ],
)
def test_the_sheet_is_that_of_the_household_s_country(
    currency: str, regime: str, paper: Paper, width: bytes
):
    assert paper_for(currency, regime) is paper
    assert b"/MediaBox [0 0 " + width in whole(pdf.pdf_of(made(paper), WORDING))


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<p style="background: url(file:///etc/passwd)">x</p>',
    ],
)
def test_nothing_is_fetched_and_what_asks_for_it_is_no_pdf(html: str):
    with pytest.raises(InvariantError, match="fetches nothing"):
        pdf.pdf_of_html(f"<!doctype html><html lang=en><title>x</title><body>{html}</body></html>")


def test_without_weasyprint_the_refusal_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert not pdf.can_make_pdf()
    with pytest.raises(InputError, match=r"trimtab\[web\]"):
        pdf.pdf_of(made(), WORDING)


def test_nothing_of_a_document_makes_the_page_maker_complain(
    caplog: pytest.LogCaptureFixture,
):
    with caplog.at_level("WARNING", logger="weasyprint"):
        pdf.pdf_of(made(), WORDING)
    assert [record.getMessage() for record in caplog.records] == []
