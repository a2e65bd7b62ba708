"""How cells are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from trimtab.app.documents.tables import Cell, Column, Kind
from trimtab.app.documents.wording import wording_in


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Kind.TEXT, "stocks", "stocks"),
        (Kind.TEXT, "", "–"),
        (Kind.MONEY, None, "–"),
        (Kind.MONEY, Decimal("-1234.5"), "−€1,234"),
        (Kind.CENTS, Decimal("0.055"), "€0.06"),
        (Kind.SHARE, 0.6154, "61.5 %"),
        (Kind.QUANTITY, Decimal("-12.500"), "−12.5"),
        (Kind.NUMBER, 7, "7"),
        (Kind.DATE, date(2026, 3, 31), "31 Mar 2026"),
        (Kind.MOMENT, datetime(2026, 3, 31, 14, 5, tzinfo=UTC), "31 Mar 2026, 14:05 UTC"),
    ],
)
def test_a_cell_is_written_by_its_column_s_kind(kind: Kind, value: Cell, written: str):
    assert wording_in("EUR").cell(value, Column("x", "X", kind)) == written
