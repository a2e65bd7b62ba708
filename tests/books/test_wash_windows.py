"""What the recent past means for selling at a loss, or buying, today."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.books.wash_world import OLD, STANDARD, TODAY, lot, sold, world
from trimtab.books.wash_planning import (
    loss_sales_within,
    replacement_quantity,
    wash_windows,
)
from trimtab.model.snapshots import Side, TradeRecord


def test_replacement_quantity_counts_the_units_that_would_wash_a_loss_today() -> None:
    lots = [
        OLD,
        lot("in", "VTI", 3, 300, "2025-05-13", "roth"),
        lot("out", "VTI", 5, 500, "2025-05-12"),
        lot("other", "VOO", 7, 700, "2025-06-02"),
    ]
    snapshot = world(lots)
    assert replacement_quantity(snapshot, "VTI", TODAY, STANDARD) == 3
    assert replacement_quantity(snapshot, "S&P 500", TODAY, STANDARD) == 7
    assert replacement_quantity(world([OLD]), "VTI", TODAY, STANDARD) == 0


def test_loss_sales_within_lists_what_a_purchase_today_would_disallow() -> None:
    trades = [
        sold("VTI", 10, 900, -100, "2025-05-13"),
        sold("VTI", 10, 900, -100, "2025-05-12"),
        sold("VTI", 10, 1100, 100, "2025-06-02"),
    ]
    (loss,) = loss_sales_within(world(trades=trades), "VTI", TODAY, STANDARD)
    assert (loss.sold, loss.quantity, loss.loss) == (date(2025, 5, 13), 10, 100)
    assert loss.until == date(2025, 6, 12)


def test_a_loss_that_a_later_purchase_replaced_is_open_only_for_the_rest() -> None:
    snapshot = world(
        [lot("young", "VTI", 4, 400, "2025-06-02")],
        [sold("VTI", 10, 900, -100, "2025-05-28")],
    )
    (loss,) = loss_sales_within(snapshot, "VTI", TODAY, STANDARD)
    assert (loss.quantity, loss.loss) == (6, 60)


def test_windows_of_all_groups_come_in_one_pass() -> None:
    snapshot = world(
        [OLD, lot("in", "VTI", 3, 300, "2025-06-02", "roth")],
        [sold("VFIAX", 10, 900, -100, "2025-05-28")],
    )
    windows = wash_windows(snapshot, TODAY, STANDARD)
    assert set(windows) == {"VTI", "S&P 500"}
    (purchase,) = windows["VTI"].purchases
    assert (purchase.lot, purchase.quantity, purchase.permanent) == ("in", 3, True)


def test_a_part_that_was_sold_is_of_the_purchase_of_what_is_left() -> None:
    # A wash sale parted 4 units from the purchase, and they were sold at a loss since: what is
    # left of the purchase does not replace them (Rev. Rul. 56-602).
    left = lot("young", "VTI", 6, 600, "2025-06-02")
    part = replace(sold("VTI", 4, 300, -100, "2025-06-05"), lot="young+", order="lot young")
    (loss,) = loss_sales_within(world([left], [part]), "VTI", TODAY, STANDARD)
    assert loss.quantity == 4
    assert replacement_quantity(world([left], [part]), "VTI", TODAY, STANDARD) == 6


def test_a_replacement_that_was_sold_since_does_not_serve_again() -> None:
    # Ten units lost 100; six bought on the 2nd replaced six of them and were sold on the 5th. Four
    # are open still, and a purchase today would take their 40.
    loss = replace(sold("VTI", 10, 900, -100, "2025-05-28"), lot="old", washed_quantity=Decimal(6))
    gone = replace(sold("VTI", 6, 700, 40, "2025-06-05"), lot="young", order="bought 2 June")
    bought = TradeRecord("joint", "VTI", Side.BUY, date(2025, 6, 2), Decimal(6), Decimal(600),
                         lot="young", order="bought 2 June")  # fmt: skip
    used = replace(gone, served_quantity=Decimal(6))
    (still,) = loss_sales_within(world(trades=[loss, bought, used]), "VTI", TODAY, STANDARD)
    assert (still.quantity, still.loss) == (4, 40)
    assert not loss_sales_within(world(trades=[loss, bought, gone]), "VTI", TODAY, STANDARD)
