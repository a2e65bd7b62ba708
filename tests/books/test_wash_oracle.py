"""The engine agrees, share for share, with a naive oracle on random histories."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books.wash_oracle import GRAIN, told_by_engine, told_by_oracle
from tests.examples import examples
from trimtab.books.wash_sales import HistoricLot, match_wash_sales
from trimtab.model.accounts import Wrapper

START = date(2024, 1, 25)  # so that windows reach over a leap day
CENTS = st.integers(0, 150_000).map(lambda cents: Decimal(cents) / 100)
WRAPPERS = [Wrapper.TAXABLE] * 5 + [Wrapper.TRADITIONAL, Wrapper.ROTH, Wrapper.WORKPLACE]
ORDERS = [None, None, None, "one", "two"]


@st.composite
def bought_and_sold(draw: st.DrawFn) -> list[HistoricLot]:
    """Up to seven purchases, some sold in two steps, close enough together to wash in chains."""
    lots = []
    for number in range(draw(st.integers(2, 7))):
        wrapper = draw(st.sampled_from(WRAPPERS))
        bought = START + timedelta(days=draw(st.integers(0, 80)))
        order = draw(st.sampled_from(ORDERS))
        group = draw(st.sampled_from("GGGGH"))
        days = sorted(draw(st.sets(st.sampled_from([0, 1, 5, 20, 29, 30, 31, 45]), max_size=2)))
        for held in [*days, None]:
            sold = None if held is None else bought + timedelta(days=held)
            lots.append(
                HistoricLot(
                    lot=f"lot{number}",
                    account=wrapper.value,
                    owner="self",
                    wrapper=wrapper,
                    instrument="X",
                    group=group,
                    quantity=Decimal(draw(st.integers(1, 6 * GRAIN))) / GRAIN,
                    acquired=bought,
                    cost=draw(CENTS),
                    order=order,
                    sold=sold,
                    proceeds=None if sold is None else draw(CENTS),
                    already_used=draw(st.integers(0, 9)) == 0,
                )
            )
    return lots


@examples(150)
@given(bought_and_sold())
def test_each_share_fares_as_the_statute_says_of_it_alone(lots: list[HistoricLot]) -> None:
    by_engine, by_oracle = told_by_engine(match_wash_sales(lots)), told_by_oracle(lots)
    assert by_engine.keys() == by_oracle.keys()
    for row, shares in by_oracle.items():
        assert len(by_engine[row]) == len(shares)
        for told, wanted in zip(by_engine[row], shares, strict=True):
            assert (told.began, told.permanent) == (wanted.began, wanted.permanent)
            assert told.basis == pytest.approx(wanted.basis, abs=1e-6)
            assert told.disallowed == pytest.approx(wanted.disallowed, abs=1e-6)
