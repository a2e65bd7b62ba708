"""What holds for every set of lots: no dollar of loss and no share appears or vanishes."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.wash_sales import HistoricLot, WashSaleReading, match_wash_sales
from trimtab.model.accounts import Wrapper
from trimtab.model.money import ZERO, total

START = date(2025, 1, 2)
CENTS = st.integers(0, 1_000_000).map(lambda cents: Decimal(cents) / 100)
SHARES = st.one_of(
    st.integers(1, 12).map(Decimal),
    st.integers(1, 5_000).map(lambda thousandths: Decimal(thousandths) / 1000),
)
READINGS = st.builds(
    WashSaleReading,
    lots_acquired_earlier=st.booleans(),
    lots_sold_earlier=st.booleans(),
    lots_sold_same_day=st.booleans(),
    same_order=st.booleans(),
    workplace_counts=st.booleans(),
)


@st.composite
def histories(draw: st.DrawFn) -> list[HistoricLot]:
    """Up to eight lots within some months, close enough together to wash each other."""
    lots = []
    for number in range(draw(st.integers(1, 8))):
        bought = START + timedelta(days=draw(st.integers(0, 70)))
        held = draw(st.none() | st.integers(0, 60))
        sold = None if held is None else bought + timedelta(days=held)
        wrapper = draw(st.sampled_from([Wrapper.TAXABLE] * 4 + [Wrapper.ROTH, Wrapper.WORKPLACE]))
        lots.append(
            HistoricLot(
                lot=f"lot{number}",
                account=wrapper.value,
                owner=draw(st.sampled_from(["self", "spouse"])),
                wrapper=wrapper,
                instrument="X",
                group=draw(st.sampled_from(["X", "X", "X", "Y"])),
                quantity=draw(SHARES),
                acquired=bought,
                cost=draw(CENTS),
                order=draw(st.sampled_from([None, None, None, "one", "two"])),
                sold=sold,
                proceeds=None if sold is None else draw(CENTS),
                already_used=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return lots


def _gain(lots: list[HistoricLot]) -> Decimal:
    return total(
        lot.proceeds - lot.cost
        for lot in lots
        if lot.proceeds is not None and lot.cost is not None and lot.wrapper.is_taxable
    )


@given(histories(), READINGS)
def test_what_is_deducted_and_what_sits_in_bases_adds_up_to_the_economic_loss(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    result = match_wash_sales(lots, reading)
    taxable = {lot.lot for lot in lots if lot.wrapper.is_taxable}
    deducted = total(
        segment.deductible_gain
        for segment in result.segments
        if segment.deductible_gain is not None and segment.lot in taxable
    )
    unsold = total(
        segment.adjusted_basis or ZERO for segment in result.segments if segment.sold is None
    ) - total(lot.cost or ZERO for lot in lots if lot.sold is None)
    assert deducted - unsold == _gain(lots) + result.permanently_disallowed


@given(histories(), READINGS)
def test_basis_grows_by_exactly_what_is_disallowed_but_not_for_good(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    result = match_wash_sales(lots, reading)
    grown = total(segment.adjusted_basis or ZERO for segment in result.segments) - total(
        lot.cost or ZERO for lot in lots
    )
    assert grown == result.disallowed_total - result.permanently_disallowed
    assert result.disallowed_total == total(segment.disallowed for segment in result.segments)


@given(histories(), READINGS)
def test_no_share_or_proceeds_appear_or_vanish(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    shares: dict[str, Decimal] = defaultdict(Decimal)
    proceeds: dict[str, Decimal] = defaultdict(Decimal)
    for segment in match_wash_sales(lots, reading).segments:
        shares[segment.lot] += segment.quantity
        proceeds[segment.lot] += segment.proceeds or ZERO
        assert segment.quantity > 0
    assert shares == {lot.lot: lot.quantity for lot in lots}
    assert proceeds == {lot.lot: lot.proceeds or ZERO for lot in lots}


@given(histories(), READINGS)
def test_no_replacement_share_serves_twice_and_no_lost_share_is_counted_twice(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    served: dict[str, Decimal] = defaultdict(Decimal)
    lost: dict[str, Decimal] = defaultdict(Decimal)
    for match in match_wash_sales(lots, reading).matches:
        served[match.replacement.lot] += match.quantity
        lost[match.loss.lot] += match.quantity
    for lot in lots:
        assert served[lot.lot] <= (ZERO if lot.already_used else lot.quantity)
        assert lost[lot.lot] <= lot.quantity


@given(histories(), READINGS)
def test_only_losses_are_disallowed_and_never_more_than_the_loss(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    for segment in match_wash_sales(lots, reading).segments:
        if segment.disallowed:
            assert segment.proceeds is not None
            assert segment.adjusted_basis is not None
            assert ZERO < segment.disallowed <= segment.adjusted_basis - segment.proceeds


@given(histories(), READINGS)
def test_every_match_keeps_to_the_window_the_group_and_the_taxable_account(
    lots: list[HistoricLot], reading: WashSaleReading
) -> None:
    for match in match_wash_sales(lots, reading).matches:
        loss, replacement = match.loss, match.replacement
        assert loss.sold is not None
        assert replacement.acquired is not None
        assert abs(replacement.acquired - loss.sold) <= timedelta(days=30)
        assert loss.group == replacement.group
        assert loss.wrapper.is_taxable
        assert match.permanent is not replacement.wrapper.is_taxable


@given(histories(), READINGS, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_input(
    lots: list[HistoricLot], reading: WashSaleReading, shuffler: object
) -> None:
    shuffled = lots.copy()
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_wash_sales(shuffled, reading) == match_wash_sales(lots, reading)
