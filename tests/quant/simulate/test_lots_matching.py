"""Wash sales in columns: the same matches as the engine of the books finds, whatever was traded."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.quant.compiled import callable_kernel
from trimtab.books.wash_sales import match_wash_sales
from trimtab.books.wash_values import HistoricLot
from trimtab.model.accounts import Wrapper
from trimtab.quant.simulate.lots_layout import (
    M_DISALLOWED,
    M_LOSS,
    M_REPLACEMENT,
    M_START,
    M_UNITS,
    MATCH_ROWS,
    NO_DAY,
    NOBODY,
    P_ACQUIRED,
    P_CARRIED,
    P_COST,
    P_PROCEEDS,
    P_PURCHASE,
    P_SERIAL,
    P_SOLD,
    P_START,
    P_UNITS,
    P_USED,
    WORK_ROWS,
    Book,
)
from trimtab.quant.simulate.lots_matching import match

ROOM = 64
FIRST = date(2022, 1, 3)


@callable_kernel
def matched(book, count):
    return match(book, count)


def piece(
    number: int, day: int, held: int, units: int, cost: int, gain: int, used: bool, order: int
):
    """A lot bought on a day and sold `held` days later, or not at all; parts of one order share a
    purchase."""
    bought = FIRST + timedelta(day)
    return HistoricLot(
        lot=f"lot{number:02d}",
        account="taxable",
        owner="self",
        wrapper=Wrapper.TAXABLE,
        instrument="VTI",
        group="VTI",
        quantity=Decimal(units),
        acquired=bought,
        cost=Decimal(cost),
        order=f"order{order:02d}",
        sold=None if held < 0 else bought + timedelta(held),
        proceeds=None if held < 0 else Decimal(max(cost + gain, 0)),
        already_used=used,
    )


@st.composite
def households(draw):
    lots = []
    for number in range(draw(st.integers(1, 8))):
        held = draw(st.sampled_from([-1, -1, 1, 5, 20, 45]))
        is_part = lots and draw(st.booleans()) and draw(st.booleans())
        order = int(lots[-1].order[5:]) if is_part else number
        day = (lots[-1].acquired - FIRST).days if is_part else draw(st.integers(0, 60))
        cost, gain = draw(st.integers(500, 2_000)), draw(st.integers(-400, 200))
        units, used = draw(st.integers(1, 12)), draw(st.sampled_from([False, False, False, True]))
        lots.append(piece(number, day, held, units, cost, gain, used, order))
    return lots


def in_columns(lots):
    work = np.zeros((WORK_ROWS, ROOM))
    for k, lot in enumerate(lots):
        work[P_SOLD, k] = NO_DAY if lot.sold is None else lot.sold.toordinal()
        work[P_ACQUIRED, k] = work[P_START, k] = lot.acquired.toordinal()
        work[P_SERIAL, k], work[P_PURCHASE, k] = int(lot.lot[3:]), int(lot.order[5:])
        work[P_UNITS, k], work[P_COST, k] = float(lot.quantity), float(lot.cost)
        work[P_PROCEEDS, k], work[P_USED, k] = float(lot.proceeds or 0), lot.already_used
        work[P_CARRIED, k] = NOBODY
    return work


@examples(300)
@given(households())
def test_the_matches_are_those_of_the_books(lots):
    work, matches, none = in_columns(lots), np.zeros((MATCH_ROWS, ROOM)), np.zeros((1, 1))
    whole = np.zeros((1, 1), dtype=np.int64)
    book = Book(
        none[0], none, none, whole, none, none, work, matches, none, none[0], none[0], none[0], none
    )  # fmt: skip
    _, found = matched(book, len(lots))
    columns = [
        (
            int(work[P_SERIAL, int(matches[M_LOSS, m])]),
            int(work[P_SERIAL, int(matches[M_REPLACEMENT, m])]),
            matches[M_UNITS, m],
            round(matches[M_DISALLOWED, m], 6),
            int(matches[M_START, m]),
        )
        for m in range(found)
    ]
    engine = [
        (
            int(one.loss.lot[3:]),
            int(one.replacement.lot[3:]),
            float(one.quantity),
            round(float(one.disallowed), 6),
            one.holding_start.toordinal(),
        )
        for one in match_wash_sales(lots).matches
    ]
    assert len(columns) == len(engine)
    for mine, theirs in zip(columns, engine, strict=True):
        assert mine[:2] == theirs[:2]
        assert np.allclose(mine[2:4], theirs[2:4], atol=1e-5)
        assert mine[4] == theirs[4]
