"""What a household weighed on past days: as recorded, else as held today, else nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.app.folders import AS_OF, LONG_PRICES, LOTS, MANDATE, PRICES, write_household
from trimtab.app.household import load_folder
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.status import status_of
from trimtab.app.web.investor.net_worth import net_worth_of
from trimtab.app.web.investor.past import past_weights
from trimtab.books.entries import opening_lot
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.lots import Lot

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


def made(tmp_path: Path, prices: str = LONG_PRICES, lots: str = LOTS, mandate: str = DATED):
    loaded = load_folder(write_household(tmp_path / "home", mandate, lots, prices))
    return loaded, status_of(loaded)


def test_weights_of_each_day_are_those_of_todays_units_at_its_closes(tmp_path: Path) -> None:
    loaded, status = made(tmp_path, PRICES)
    past = past_weights(loaded, status)
    assert past is not None
    first = 120 * 100 + 50 * 80 + 1500
    assert np.allclose(past.weights[0], [120 * 100 / first, 50 * 80 / first])
    assert np.allclose(past.weights[-1], [float(one.actual) for one in status.targets])
    assert np.allclose(past.worth, [first, float(status.value)])


def lot(account: str, instrument: str, units: str, day: date, basis: str = "100") -> Lot:
    name = f"{account}/{instrument}/{day}"
    return Lot(name, account, instrument, Decimal(units), Decimal(basis), day)


def entry(kind: EntryKind, on: date, *legs: tuple[str, str], **details: str) -> Entry:
    """Something that the journal tells of the joint account: units of a lot, or cash."""
    postings = []
    for commodity, amount in legs:
        of = None if commodity == "USD" else f"joint/{commodity}/x"
        postings += [
            Posting("joint", commodity, Decimal(amount), of),
            Posting("market", commodity, -Decimal(amount)),
        ]
    return Entry(f"{kind} {on} {legs}", kind, on, tuple(postings), details)


def lived(tmp_path: Path, *entries: Entry, lots: str = LOTS):
    """A household whose journal began on 20 July with what it held then."""
    loaded, status = made(tmp_path, lots=lots)
    began = opening_lot("opening", date(2022, 7, 20), lot("joint", "VTI", "100", date(2020, 1, 15)))
    FolderJournal(loaded.folder).append([began, *entries])
    past = past_weights(loaded, status)
    assert past is not None
    return past


BOUGHT = entry(EntryKind.BUY, date(2022, 9, 1), ("BND", "30"), ("USD", "-2400"))


def test_what_was_traded_since_is_taken_back_with_its_money(tmp_path: Path) -> None:
    past = lived(tmp_path, BOUGHT)
    for on, units, cash in ((date(2022, 8, 31), 20, 3_900), (date(2022, 9, 1), 50, 1_500)):
        at, ago = past.dates.index(on), (on - date(2022, 7, 1)).days
        vti, bnd = 90 + ago % 7, 79 + ago % 3
        worth = 120 * vti + units * bnd + cash
        assert past.worth[at] == pytest.approx(worth)
        assert np.allclose(past.weights[at], [120 * vti / worth, units * bnd / worth])
    assert "it begins on 20 Jul 2022" in past.source


def test_what_was_sold_out_is_held_on_the_days_before(tmp_path: Path) -> None:
    sold = entry(EntryKind.SELL, date(2022, 9, 1), ("ITOT", "-10"), ("USD", "460"))
    past = lived(tmp_path, sold)
    at, ago = past.dates.index(date(2022, 8, 31)), 61
    worth = 120 * (90 + ago % 7) + 10 * (45 + ago % 6) + 50 * (79 + ago % 3) + 1_500 - 460
    assert past.worth[at] == pytest.approx(worth)


def test_units_before_a_split_are_counted_in_todays(tmp_path: Path) -> None:
    split = entry(EntryKind.SPLIT, date(2022, 9, 10), ("BND", "25"), ratio="2:1")
    bought = entry(EntryKind.BUY, date(2022, 9, 1), ("BND", "5"), ("USD", "-800"))
    past = lived(tmp_path, split, bought)
    for on, units in ((date(2022, 9, 9), 50), (date(2022, 8, 31), 40)):
        at, ago = past.dates.index(on), (on - date(2022, 7, 1)).days
        assert past.weights[at][1] * past.worth[at] == pytest.approx(units * (79 + ago % 3))


@pytest.mark.parametrize(
    "told",
    [
        entry(EntryKind.BUY, date(2022, 9, 1), ("BND", "80"), ("USD", "-2400")),
        entry(EntryKind.SELL, date(2022, 9, 1), ("GONE", "-8"), ("USD", "240")),
    ],
    ids=["more bought than is held", "sold what has no price"],
)
def test_a_journal_that_cannot_be_taken_back_leaves_todays_holdings(
    tmp_path: Path, told: Entry
) -> None:
    past = lived(tmp_path, told)
    assert "it is no record of what was held then" in past.source
    assert past.worth[0] == pytest.approx(120 * 90 + 50 * 79 + 1_500)


def test_closes_of_years_ago_are_not_the_past_half_year(tmp_path: Path) -> None:
    sparse = "date,VTI,ITOT,BND\n2020-01-02,5,5,7\n2022-10-03,9,5,8\n2022-10-11,9,5,8\n"
    past = past_weights(*made(tmp_path, sparse))
    assert past is not None
    assert past.dates == (date(2022, 10, 3), date(2022, 10, 11))
    assert past.title == "Since 3 Oct 2022"


def test_a_household_that_holds_cash_alone_has_no_past(tmp_path: Path) -> None:
    cash = "account,instrument,quantity,basis,acquired\njoint,CASH,1500,,\n"
    assert past_weights(*made(tmp_path, lots=cash)) is None


def test_net_worth_is_what_is_held_less_what_is_owed(tmp_path: Path) -> None:
    owed = DATED + '\n[[liabilities]]\nname = "loan"\namount = 20000\n'
    loaded, status = made(tmp_path, mandate=owed)
    worth = net_worth_of(status, loaded.mandate)
    assert worth.net == status.value - 20_000
    rows = {row.cells[0]: row.cells[2] for row in worth.table.rows}
    assert rows["loan"] == -20_000
    assert rows["Net worth"] == worth.net
