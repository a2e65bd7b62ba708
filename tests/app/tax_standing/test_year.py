"""The tax year so far: what is stated, what files and journal show, the bill and the budget."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import MANDATE, write_household
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.journal_folder import FolderJournal, opening_entries
from trimtab.app.tax_standing.year import harvest_of, tax_year
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits

ON = date(2022, 10, 11)
TRADES = """\
date,account,instrument,side,quantity,amount,gain,term
2021-12-30,joint,ITOT,sell,5,200,-40,short
2022-03-03,joint,ITOT,sell,5,200,-60,short
2022-03-04,joint,ITOT,sell,5,200,100,long
2022-03-05,joint,ITOT,sell,5,200,-7,
2022-09-30,ira,ITOT,sell,5,200,,
2022-09-30,joint,BND,buy,5,400,,
"""
STATED = MANDATE + "realized_short = 1000\nrealized_long = 2000\ncarry_short = 300\n"


def loaded(folder: Path, mandate: str = STATED, trades: str = TRADES) -> LoadedHousehold:
    write_household(folder, mandate)
    (folder / "trades.csv").write_text(trades)
    return load_folder(folder, ON)


def test_the_bill_is_that_of_the_stated_gains_with_carried_losses_taken_off(tmp_path: Path) -> None:
    year = tax_year(loaded(tmp_path))
    assert year.year == 2022
    assert [year.realized.short, year.realized.long] == [1000, 2000]
    assert year.bill.tax == Decimal("0.32") * 700 + Decimal("0.15") * 2000
    assert year.bill.carry_short == 0


def test_sales_of_the_year_in_taxable_accounts_stand_beside_what_is_stated(tmp_path: Path) -> None:
    stated, trades = tax_year(loaded(tmp_path)).sources
    assert [stated.short, stated.long] == [1000, 2000]
    assert [trades.short, trades.long, trades.of_unknown_term] == [-60, 100, -7]
    assert (trades.sales, trades.unknown) == (3, 0)


def test_losses_taken_are_those_of_the_sales_that_are_known(tmp_path: Path) -> None:
    assert tax_year(loaded(tmp_path)).losses_taken == 67


def test_without_a_budget_none_is_used(tmp_path: Path) -> None:
    year = tax_year(loaded(tmp_path))
    assert year.budget is None
    assert year.budget_used is None


@pytest.mark.parametrize(
    ("budget", "used"),
    [("1048", Decimal("0.5")), ("524", Decimal(1)), ("262", Decimal(2)), ("0", Decimal(1))],
)
def test_the_budget_used_is_the_bill_so_far_over_the_budget(
    tmp_path: Path, budget: str, used: Decimal
) -> None:
    mandate = f"{STATED}\n[limits]\ntax_budget = {budget}\n"
    assert tax_year(loaded(tmp_path, mandate)).budget_used == used


def test_a_year_that_saves_tax_uses_nothing_of_the_budget(tmp_path: Path) -> None:
    mandate = f"{MANDATE}realized_short = -1000\n\n[limits]\ntax_budget = 100\n"
    year = tax_year(loaded(tmp_path, mandate))
    assert year.bill.tax < 0
    assert year.budget_used == 0


def test_what_the_journal_realised_in_taxable_accounts_is_told_and_follows_it(
    tmp_path: Path,
) -> None:
    one = loaded(tmp_path)
    journal = FolderJournal(tmp_path)
    journal.append(opening_entries(one.snapshot))
    assert (tax_year(one).sources[-1].source, tax_year(one).sources[-1].sales) == ("the journal", 0)
    books = journal.books()[0]
    (lot,) = books.lots_of("BND", "joint")
    journal.append([sell("sold", ON, books, [LotUnits(lot.id, Decimal(10))], Decimal(800))])
    assert tax_year(one).sources[-1].long == -20
    unstated = tax_year(one).unstated
    assert unstated is not None and (unstated.short, unstated.long, unstated.sales) == (0, -20, 1)


def test_sales_that_the_mandate_states_as_they_were_booked_need_no_word(tmp_path: Path) -> None:
    one = loaded(tmp_path, MANDATE + "realized_long = -20\n")
    journal = FolderJournal(tmp_path)
    journal.append(opening_entries(one.snapshot))
    assert tax_year(one).unstated is None
    books = journal.books()[0]
    (lot,) = books.lots_of("BND", "joint")
    journal.append([sell("sold", ON, books, [LotUnits(lot.id, Decimal(10))], Decimal(800))])
    assert tax_year(one).unstated is None


def test_losses_that_could_be_taken_are_those_the_plan_weighs(tmp_path: Path) -> None:
    found = harvest_of(loaded(tmp_path))
    assert [(one.account, one.instrument, one.loss) for one in found] == [
        ("joint", "BND", Decimal("75.00"))
    ]
