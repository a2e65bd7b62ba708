"""PDFs are made a few at a time; who asks for more is told to come again."""

import pytest
from fastapi.testclient import TestClient

from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.web.reports import sheets

PLACE = "/h/home/policy-statement.pdf"


@pytest.mark.skipif(not can_make_pdf(), reason="WeasyPrint or Pango is not installed")
def test_more_pdfs_than_are_made_at_a_time_are_refused_and_later_ones_are_not(
    owner: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "WAIT_SECONDS", 0.01)
    for _ in range(sheets.AT_ONCE):
        assert sheets._making.acquire(timeout=1)
    try:
        refused = owner.get(PLACE)
    finally:
        for _ in range(sheets.AT_ONCE):
            sheets._making.release()
    assert refused.status_code == 422
    assert "try again in a minute" in refused.text.lower()
    assert owner.get(PLACE).content.startswith(b"%PDF")


@pytest.mark.skipif(not can_make_pdf(), reason="WeasyPrint or Pango is not installed")
def test_a_pdf_that_fails_gives_its_place_back(
    owner: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> bytes:
        raise ValueError("no sheets today")

    with monkeypatch.context() as patched:
        patched.setattr(sheets, "pdf_of", broken)
        for _ in range(sheets.AT_ONCE + 1):
            assert owner.get(PLACE).status_code == 500
    assert owner.get(PLACE).status_code == 200
