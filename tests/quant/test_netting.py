"""The year's bill by region, and the planes below it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quant.compiled import callable_kernel
from tests.quant.households import bill
from trimtab.quant.netting import minorant, tax_bill
from trimtab.quant.packing import scalars_of
from trimtab.quant.problem import TaxCurve

YEAR = TaxCurve(0.40, 0.20, 0.37, 3000.0, 0.15, 0.10)
gains = st.floats(-20_000, 20_000)
rates = st.floats(0.1, 0.4)


@callable_kernel
def bill_of(scalar, short, long):
    return tax_bill(scalar, short, long)


@callable_kernel
def plane_below(scalar, a, b, low_s, high_s, low_l, high_l):
    return minorant(scalar, a, b, low_s, high_s, low_l, high_l)


@pytest.mark.parametrize(
    ("short", "long", "dollars"),
    [
        (1_000, 2_000, 400 + 400),  # each at its own rate
        (-1_000, 3_000, 400),  # short losses absorb long gains
        (3_000, -1_000, 800),  # long losses absorb short gains, at the dear rate
        (-2_000, 0, -740),  # up to the limit against ordinary income
        (-5_000, 0, -1_110 - 300),  # the rest is carried as short
        (0, -5_000, -1_110 - 200),  # or as long
        (-4_000, -2_000, -1_110 - 150 - 200),  # ordinary income eats the short loss first
        (-6_000, 1_000, -1_110 - 300),
    ],
)
def test_the_bill_is_what_an_adviser_works_out(short, long, dollars):
    assert bill_of(np.array(scalars_of(YEAR)), float(short), float(long)) == pytest.approx(dollars)
    assert bill(YEAR, short, long) == pytest.approx(dollars)


@given(gains, gains)
def test_the_kernel_and_the_independent_bill_agree(short, long):
    kernel = bill_of(np.array(scalars_of(YEAR)), short, long)
    assert kernel == pytest.approx(bill(YEAR, short, long), abs=1e-6)


@given(
    st.floats(0.1, 0.4),
    st.floats(0.1, 0.4),
    gains,
    gains,
    gains,
    gains,
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_no_bill_in_the_box_lies_below_the_plane(a, b, s0, s1, l0, l1, u, v):
    low_s, high_s, low_l, high_l = min(s0, s1), max(s0, s1), min(l0, l1), max(l0, l1)
    scalar = np.array(scalars_of(YEAR))
    c, _ = plane_below(scalar, a, b, low_s, high_s, low_l, high_l)
    short, long = low_s + u * (high_s - low_s), low_l + v * (high_l - low_l)
    assert bill(YEAR, short, long) >= a * short + b * long + c - 1e-6
