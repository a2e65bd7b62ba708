"""Netting across terms and the split of a net loss, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.taxes._netting import net_gains

D = Decimal
cents = st.integers(-5_000_000, 5_000_000).map(lambda n: D(n) / 100)


@pytest.mark.parametrize(
    ("short", "long", "taxed", "offset", "deducted", "carried"),
    [
        # net short, net long; taxed (short, long); offset; deducted; carried (short, long)
        ("500", "900", ("500", "900"), "0", "0", ("0", "0")),
        ("-500", "900", ("0", "400"), "500", "0", ("0", "0")),
        ("500", "-200", ("300", "0"), "200", "0", ("0", "0")),
        ("-900", "500", ("0", "0"), "500", "400", ("0", "0")),
        ("-9000", "500", ("0", "0"), "500", "3000", ("5500", "0")),
        ("500", "-9000", ("0", "0"), "500", "3000", ("0", "5500")),
        ("-2000", "-4000", ("0", "0"), "0", "3000", ("0", "3000")),
        ("-3000", "-1", ("0", "0"), "0", "3000", ("0", "1")),
        ("0", "0", ("0", "0"), "0", "0", ("0", "0")),
    ],
)
def test_losses_offset_gains_then_income_then_later_years(
    short, long, taxed, offset, deducted, carried
):
    netted = net_gains(D(short), D(long), D(3000))
    assert (netted.short_gain, netted.long_gain) == tuple(map(D, taxed))
    assert (netted.offset, netted.deduction) == (D(offset), D(deducted))
    assert (netted.carry_short, netted.carry_long) == tuple(map(D, carried))


@given(cents, cents, st.sampled_from([D(0), D(1500), D(3000)]))
def test_no_cent_of_gain_or_loss_appears_or_vanishes(short, long, limit):
    netted = net_gains(short, long, limit)
    gains, losses = max(short, D(0)) + max(long, D(0)), max(-short, D(0)) + max(-long, D(0))
    assert gains == netted.short_gain + netted.long_gain + netted.offset
    assert losses == netted.offset + netted.deduction + netted.carry_short + netted.carry_long
    assert netted.gain == netted.short_gain + netted.long_gain - netted.deduction
    assert netted.deduction <= limit
