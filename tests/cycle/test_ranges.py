"""A maximum over several positions is shared out as the plan would have it."""

from decimal import Decimal

import pytest

from tests.cycle.driven import decided
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Side
from trimtab.testing.worlds import World, world

TARGETS = """
target  weight  instruments  split
stocks  60%     VTI,VXUS     equal
bonds   40%     BND          first
"""


def home(maximum: str, vti: int = 40) -> World:
    """100,000 in an IRA, its shares all in VTI; both stock funds are tagged `stock`."""
    return world(
        f"""
        account  instrument  qty          basis  acquired  price  tags   lot
        ira      VTI         {vti}        .      .         250    stock  old
        ira      BND         {900 - vti * 5 // 2}  .  .     100    .      bonds
        ira      cash        10,000
        .        VXUS        .            .      .         50     stock  .
        """,
        targets=TARGETS,
        accounts="account owner wrapper fractional\nira self traditional yes",
        rules=f"clause kind tags maximum\nless.stock hold_range stock {maximum}",
    )


def stocks_after(place: World, decision: Decision) -> dict[str, float]:
    """Weights of the stock funds after the plan."""
    held = dict.fromkeys(("VTI", "VXUS"), Decimal(0))
    for lot in place.snapshot.lots:
        if lot.instrument in held:
            held[lot.instrument] += place.snapshot.lot_value(lot)
    for trade in decision.plan.trades if decision.plan else ():
        if trade.instrument in held:
            held[trade.instrument] += trade.amount * (1 if trade.side is Side.BUY else -1)
    return {name: float(value / place.snapshot.value) for name, value in held.items()}


@pytest.mark.parametrize("policy", ["threshold", "cost_aware", "calendar"])
def test_an_instrument_that_is_not_held_may_use_the_room_that_is_left(policy: str) -> None:
    place = home("70%")
    decision, _ = decided(place, policy)
    after = stocks_after(place, decision)
    assert after["VXUS"] == pytest.approx(0.30, abs=0.01)
    assert after["VTI"] == pytest.approx(0.30, abs=0.01)


@pytest.mark.parametrize("policy", ["threshold", "cost_aware", "calendar"])
def test_the_maximum_holds_for_the_sum_and_not_only_for_each(policy: str) -> None:
    place = home("30%")
    decision, _ = decided(place, policy)
    after = stocks_after(place, decision)
    assert sum(after.values()) <= 0.30 + 1e-6
    assert after["VTI"] == pytest.approx(0.15, abs=0.01)
    assert after["VXUS"] == pytest.approx(0.15, abs=0.01)


def test_a_sum_beyond_its_maximum_is_brought_back_whatever_the_policy() -> None:
    place = home("30%", vti=200)
    decision, _ = decided(place, "hold")
    assert sum(stocks_after(place, decision).values()) == pytest.approx(0.30, abs=1e-4)


def test_a_household_without_such_ranges_is_asked_once() -> None:
    place = home("70%")
    plain = world(
        "account instrument qty basis acquired price\nira BND 900 . . 100\n. VTI . . . 250\n"
        ". VXUS . . . 50",
        targets=TARGETS,
    )
    assert decided(plain, "threshold")[1] == 1
    assert decided(place, "threshold")[1] == 1  # the first round keeps the range already


def test_what_may_not_be_sold_stays_and_the_others_share_what_it_leaves_of_the_maximum() -> None:
    place = world(
        """
        account  instrument  qty  basis  acquired  price  tags   lot
        ira      VTI         80   .      .         250    stock  old
        ira      VXUS        600  .      .         50     stock  abroad
        ira      BND         400  .      .         100    .      bonds
        ira      cash        10,000
        """,
        targets=TARGETS,
        accounts="account owner wrapper fractional\nira self traditional yes",
        rules="""
        clause      kind         instruments  tags   maximum
        less.stock  hold_range   .            stock  30%
        keep        do_not_sell  VTI          .      .
        """,
    )
    decision, _ = decided(place, "calendar")
    after = stocks_after(place, decision)
    assert after["VTI"] >= 0.20
    assert sum(after.values()) == pytest.approx(0.30, abs=1e-3)


def test_clauses_that_contradict_each_other_are_named_and_nothing_is_planned() -> None:
    place = world(
        """
        account  instrument  qty  basis  acquired  price  lot
        ira      VTI         200  .      .         250    old
        ira      BND         500  .      .         100    bonds
        ira      VXUS        1    .      .         50     abroad
        """,
        targets=TARGETS,
        accounts="account owner wrapper fractional\nira self traditional yes",
        rules="""
        clause  kind         instruments  maximum
        less    hold_range   VTI          30%
        keep    do_not_sell  VTI          .
        """,
    )
    decision, _ = decided(place, "calendar")
    assert decision.plan is None
    assert {"less", "keep"} == {name for c in decision.proposal.conflicts for name in c.clauses}
