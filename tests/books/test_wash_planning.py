"""What a plan is told about wash sales: recent purchases, its own, and losses already taken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.books.wash_world import (
    OLD,
    STANDARD,
    TODAY,
    bought,
    lot,
    sold,
    world,
)
from trimtab.books.wash_planning import (
    PlannedPurchase,
    PlannedSale,
    WashEffects,
    plan_wash_effects,
)
from trimtab.books.wash_sales import WashSaleReading
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.snapshots import Snapshot


def sell(name: str, units: int, proceeds: int) -> PlannedSale:
    return PlannedSale(name, Decimal(units), Decimal(proceeds))


def buy(instrument: str, units: int, account: str = "joint") -> PlannedPurchase:
    return PlannedPurchase(account, instrument, Decimal(units))


def effects(
    snapshot: Snapshot,
    sales: Sequence[PlannedSale] = (),
    purchases: Sequence[PlannedPurchase] = (),
    reading: WashSaleReading = STANDARD,
) -> WashEffects:
    return plan_wash_effects(snapshot, sales, purchases, TODAY, reading)


def test_a_loss_with_nothing_bought_anywhere_is_left_alone() -> None:
    found = effects(world([OLD]), [sell("old", 10, 800)])
    assert found.disallowed == {}
    assert found.coverage.sentence == (
        "no match in the 3 accounts loaded (joint, ira, roth), 2025-05-13 to 2025-06-12; "
        "not loaded: bob's 401(k)"
    )
    assert any("up to 2025-07-12" in note for note in found.notes)


def test_a_recent_purchase_in_the_other_spouses_ira_takes_its_share_for_good() -> None:
    trap = lot("trap", "VTI", 4, 380, "2025-05-23", "ira")
    found = effects(world([OLD, trap]), [sell("old", 10, 800)])
    assert found.disallowed == {"old": Decimal(80)}
    assert found.permanent == {"old": Decimal(80)}
    assert found.coverage.matches == 1


def test_the_plans_own_purchase_counts_in_any_account() -> None:
    found = effects(world([OLD]), [sell("old", 10, 800)], [buy("VTI", 3, "roth")])
    assert found.disallowed == {"old": Decimal(60)}
    assert found.permanent == {"old": Decimal(60)}


def test_a_purchase_of_something_else_does_not() -> None:
    assert effects(world([OLD]), [sell("old", 10, 800)], [buy("VOO", 3)]).disallowed == {}


def test_an_instrument_of_the_same_group_does() -> None:
    held = lot("held", "VOO", 10, 1000, "2023-01-03")
    found = effects(world([held]), [sell("held", 10, 900)], [buy("VFIAX", 10)])
    assert found.disallowed == {"held": Decimal(100)}


def test_what_is_left_of_the_sold_lot_does_not_replace_it() -> None:
    young = lot("young", "VTI", 10, 1000, "2025-06-02")
    assert effects(world([young]), [sell("young", 4, 300)]).disallowed == {}


def test_what_is_left_of_another_recent_lot_does() -> None:
    young = lot("young", "VTI", 10, 1000, "2025-06-02")
    found = effects(world([OLD, young]), [sell("old", 10, 800), sell("young", 7, 700)])
    assert found.disallowed == {"old": Decimal(200)}


def test_a_part_of_a_lot_of_unknown_day_can_be_sold_in_an_ira_and_the_rest_is_noted() -> None:
    blank = replace(lot("blank", "VTI", 10, 1000, "2025-06-02", "ira"), acquired=None)
    found = effects(world([OLD, blank]), [sell("old", 10, 800), sell("blank", 3, 300)])
    assert found.disallowed == {}
    assert any("'blank' has no purchase date" in note for note in found.notes)


def test_units_that_served_before_do_not_serve_again() -> None:
    young = replace(lot("young", "VTI", 10, 1000, "2025-06-02"), washed_quantity=Decimal(7))
    found = effects(world([OLD, young]), [sell("old", 10, 800)])
    assert found.disallowed == {"old": Decimal(60)}


def test_an_earlier_loss_has_used_up_the_purchase_that_followed_it() -> None:
    young = lot("young", "VTI", 10, 1000, "2025-06-02")
    past = sold("VTI", 10, 900, -100, "2025-05-28")
    assert effects(world([OLD, young], [past]), [sell("old", 10, 800)]).disallowed == {}


def test_a_purchase_reaches_back_to_a_loss_of_the_last_thirty_days() -> None:
    past = sold("VTI", 10, 900, -100, "2025-05-20")
    found = effects(world(trades=[past]), purchases=[buy("VTI", 4)])
    (earlier,) = found.earlier
    assert (earlier.disallowed, earlier.permanent) == (Decimal(40), False)
    assert (earlier.sold, earlier.instrument) == (date(2025, 5, 20), "VTI")
    assert found.total == Decimal(40)


def test_a_purchase_in_an_ira_loses_that_loss_for_good() -> None:
    past = sold("VTI", 10, 900, -100, "2025-05-20")
    (earlier,) = effects(world(trades=[past]), purchases=[buy("VTI", 4, "ira")]).earlier
    assert (earlier.disallowed, earlier.permanent) == (Decimal(40), True)
    assert (earlier.buyer, earlier.bought) == ("ira", "VTI")


def test_each_purchase_answers_for_its_own_part_of_an_earlier_loss() -> None:
    past = sold("VTI", 10, 900, -100, "2025-05-20")
    found = effects(world(trades=[past]), purchases=[buy("VTI", 4), buy("VTI", 3, "ira")]).earlier
    assert [(loss.buyer, loss.disallowed, loss.permanent) for loss in found] == [
        ("joint", Decimal(40), False),
        ("ira", Decimal(30), True),
    ]


def test_a_purchase_made_already_is_not_the_plans_doing() -> None:
    past = sold("VTI", 10, 900, -100, "2025-05-20")
    fresh = lot("fresh", "VTI", 6, 500, "2025-06-12")
    found = effects(world([fresh], [past]), purchases=[buy("VTI", 9)]).earlier
    assert [loss.disallowed for loss in found] == [Decimal(40)]


def test_the_thirty_first_day_after_a_loss_is_free() -> None:
    past = sold("VTI", 10, 900, -100, "2025-05-12")
    assert effects(world(trades=[past]), purchases=[buy("VTI", 4)]).earlier == ()


def test_a_loss_that_is_disallowed_already_is_not_reported_again() -> None:
    past = replace(sold("VTI", 10, 900, -100, "2025-05-20"), washed_quantity=Decimal(10))
    assert effects(world(trades=[past]), purchases=[buy("VTI", 4)]).earlier == ()


def test_a_purchase_of_today_that_no_lot_shows_yet_replaces_all_the_same() -> None:
    found = effects(world([OLD], [bought("VTI", 5, "2025-06-12")]), [sell("old", 10, 800)])
    assert found.disallowed == {"old": Decimal(100)}


def test_a_purchase_that_a_lot_shows_is_counted_once() -> None:
    young = lot("young", "VTI", 5, 500, "2025-06-02")
    snapshot = world([OLD, young], [bought("VTI", 5, "2025-06-02")])
    assert effects(snapshot, [sell("old", 10, 800)]).disallowed == {"old": Decimal(100)}


def test_a_purchase_that_was_sold_again_before_replaces_nothing() -> None:
    trades = [
        bought("VTI", 5, "2025-06-02", lot_id="gone"),
        sold("VTI", 5, 510, 10, "2025-06-09", "gone"),
    ]
    assert effects(world([OLD], trades), [sell("old", 10, 800)]).disallowed == {}


def test_unless_the_reading_says_that_it_does() -> None:
    trades = [
        bought("VTI", 5, "2025-06-02", lot_id="gone"),
        sold("VTI", 5, 510, 10, "2025-06-09", "gone"),
    ]
    reading = WashSaleReading(lots_sold_earlier=True)
    found = effects(world([OLD], trades), [sell("old", 10, 800)], reading=reading)
    assert found.disallowed == {"old": Decimal(100)}


def test_crypto_is_property_and_not_covered() -> None:
    coin = lot("coin", "BTC", 1, 60000, "2024-01-02")
    assert effects(world([coin]), [sell("coin", 1, 50000)], [buy("BTC", 1)]).disallowed == {}


def test_a_gift_or_inheritance_is_no_purchase() -> None:
    gift = replace(lot("gift", "VTI", 10, 1000, "2025-06-02"), by_purchase=False)
    left = replace(lot("left", "VTI", 10, 1000, "2025-06-02"), inherited=True)
    assert effects(world([OLD, gift, left]), [sell("old", 10, 800)]).disallowed == {}


def test_a_loss_inside_an_ira_is_none() -> None:
    held = lot("held", "VTI", 10, 1000, "2023-01-03", "ira")
    assert effects(world([held]), [sell("held", 10, 800)], [buy("VTI", 10)]).disallowed == {}


def test_what_could_not_be_checked_is_said() -> None:
    blank = Lot("blank", "joint", "VTI", Decimal(5), None, None)
    found = effects(world([OLD, blank]), [sell("old", 10, 800), sell("blank", 5, 400)])
    assert any("'blank' has no purchase date" in note for note in found.notes)
    assert any("'blank' has no basis" in note for note in found.notes)


@pytest.mark.parametrize(
    ("sale", "words"),
    [(sell("olt", 1, 90), "did you mean 'old'"), (sell("old", 11, 900), "it holds 10")],
)
def test_a_sale_of_what_is_not_there_is_refused(sale: PlannedSale, words: str) -> None:
    with pytest.raises(InputError, match=f"(?i){words}"):
        effects(world([OLD]), [sale])
