"""What a reader does not want to show is covered, in cells and in sentences."""

from dataclasses import replace

import pytest

from tests.app.documents.made_documents import made
from trimtab.app.documents.document import Line
from trimtab.app.web.preferences import Preferences, Shares
from trimtab.app.web.reports.reader import as_wanted, wording_for

HIDES = Preferences(hides_amounts=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("saves $1,234.50 of tax", "saves ••• of tax"),
        ("CHF 20,000 is needed", "••• is needed"),
        ("a loss of −€3 stays", "a loss of ••• stays"),
        ("T1 sell 12.5 VTI", "T1 sell ••• VTI"),
        ("2.0 points under its target of 21.0 %", "2.0 points under its target of 21.0 %"),
        ("on 11 Oct 2022", "on 11 Oct 2022"),
    ],
)
def test_amounts_and_units_in_sentences_are_covered_and_nothing_else(text: str, shown: str):
    document = replace(made(), lines=(Line(text),))
    assert as_wanted(document, HIDES).lines[0].text == shown
    assert as_wanted(document, Preferences()).lines[0].text == text


def test_cells_are_covered_by_their_kind():
    document = as_wanted(made(), HIDES)
    (table, *_) = document.tables()
    wording = wording_for(HIDES, "USD")
    row = [wording.cell(v, c) for v, c in zip(table.rows[0].cells, table.columns, strict=True)]
    assert row[1:5] == ["61.5 %", "•••", "•••", "•••"]


def test_fractions_are_basis_points_where_the_reader_wants_them():
    assert wording_for(Preferences(Shares.BPS), "USD").share(0.0125) == "125 bp"
