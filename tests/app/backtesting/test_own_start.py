"""A household's own past: by its journal where it has one, else by its lots and their days."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, FIRST, LAST, START, load_past
from trimtab.app.backtesting.opening import Opening
from trimtab.app.backtesting.own_start import OwnHistory, open_with_own, own_history
from trimtab.app.backtesting.world import world_of
from trimtab.app.household import LoadedHousehold
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import (
    buy,
    decision,
    deposit,
    dividend,
    gift_in,
    opening_cash,
    opening_lot,
    transfer_cash,
    withdrawal,
)
from trimtab.books.ledger import replay
from trimtab.books.lot_entries import sell
from trimtab.books.lot_entries import split as split_entry
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot, Term
from trimtab.model.taxes import RealizedGains
from trimtab.testing.markets import market_of

HEAD = "account,instrument,quantity,basis,acquired,reinvested\n"
DAY = timedelta(days=1)
JOURNAL_DAY = date(2021, 6, 1)
LOT = Lot("v", "joint", "VTI", Decimal(10), Decimal(900), date(2020, 1, 15))


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    return load_past(tmp_path)


def opened(history: OwnHistory, on: date = START, market: MarketDays | None = None) -> Opening:
    market = market or world_of(history.loaded, on, LAST, also=history.held(on)).market
    return open_with_own(history, market, market.sessions(on, LAST).start)


def units(opening: Opening) -> dict[str, Decimal]:
    return {lot.id.rsplit("/", 1)[0]: lot.quantity for lot in opening.books.lots.values()}


def by_lots(folder: Path, *rows: str) -> OwnHistory:
    return own_history(load_past(folder, lots=HEAD + "\n".join(rows) + "\n"))


def test_without_a_journal_lots_that_were_held_are_held_and_others_come_as_money(tmp_path: Path):
    past = by_lots(
        tmp_path,
        "joint,VTI,10,900,2020-01-15,",
        f"joint,BND,5,410,{START},",
        "ira,VTI,3,,,",
        "joint,VTI,2,190,2022-06-15,",
        "joint,CASH,1500,,,",
    )
    opening = opened(past)
    assert units(opening) == {"joint/VTI": 10, "joint/BND": 5, "ira/VTI": 3}
    assert [(one.amount, one.due, one.account) for one in opening.flows] == [
        (Decimal(190), date(2022, 6, 15), "joint")
    ]
    assert opening.books.cash == {("joint", "USD"): Decimal(1500)}
    assert "there is no journal" in opening.words and "1 bought later" in opening.words
    assert not opening.is_recorded


def test_a_lot_bought_with_a_dividend_brings_no_new_money(tmp_path: Path):
    past = by_lots(tmp_path, "joint,VTI,10,900,2020-01-15,", "joint,VTI,1,95,2022-06-15,yes")
    assert opened(past).flows == ()


def test_a_later_lot_of_unknown_cost_is_left_out_with_a_word(tmp_path: Path):
    past = by_lots(tmp_path, "joint,VTI,10,900,2020-01-15,", "ira,BND,1,,2022-06-15,")
    (finding,) = opened(past).findings
    assert finding.code == "left_out"
    assert "2022-06-15 for a sum that is not known" in finding.message


def test_an_amount_beside_own_holdings_is_refused(loaded: LoadedHousehold):
    market = world_of(loaded, START, LAST).market
    with pytest.raises(InputError, match="--value: is given together"):
        open_with_own(own_history(loaded), market, 5, Decimal(1))


def test_a_past_of_nothing_is_refused_with_two_ways_out(tmp_path: Path):
    past = by_lots(tmp_path, "joint,VTI,1,95,2022-10-11,yes")
    with pytest.raises(InputError, match=r"held nothing on.*--from.*--start-from targets"):
        opened(past)


SPLIT_MARKET = """
    date        VTI  BND
    2022-05-02  100  80
    2022-05-03  100  80
    2022-05-04  50   80
    2022-05-05  51   80
"""
SPLIT = """
    date        instrument  split
    2022-05-04  VTI         2
"""


@pytest.mark.parametrize(
    ("events", "on", "units_then"),
    [
        (SPLIT, date(2022, 5, 3), "5"),
        (SPLIT, date(2022, 5, 4), "5"),  # the first day's own split is still to come
        (SPLIT, date(2022, 5, 5), "10"),
        ("", date(2022, 5, 3), "10"),  # closes that are adjusted already
    ],
)
def test_lots_of_today_had_fewer_units_before_a_split_that_the_prices_show(
    tmp_path: Path, events: str, on: date, units_then: str
):
    past = by_lots(tmp_path, "joint,VTI,10,900,2020-01-15,")
    opening = opened(past, on, MarketDays(market_of(SPLIT_MARKET, events)))
    (lot,) = opening.books.lots.values()
    assert (lot.quantity, lot.basis) == (Decimal(units_then), Decimal(900))


def journal(folder: Path, *entries: Entry) -> OwnHistory:
    loaded = load_past(folder)
    FolderJournal(folder).append(entries)
    return own_history(loaded)


def opening_of(lot: Lot = LOT, on: date = JOURNAL_DAY) -> tuple[Entry, ...]:
    return (
        decision("journal opened", on, {"base_currency": "USD"}),
        opening_lot(f"open {lot.id}", on, lot),
        opening_cash("open cash", on, "joint", "USD", Decimal(500)),
    )


def sold(entries: Sequence[Entry], on: date, count: int, proceeds: int) -> Entry:
    books, _ = replay(entries)
    return sell("sale", on, books, [LotUnits("v", Decimal(count))], Decimal(proceeds))


def test_a_journal_tells_what_was_held_and_what_came_and_went_since(tmp_path: Path):
    start = opening_of()
    sale = sold(start, date(2022, 3, 1), 4, 400)
    bought = Lot("b", "joint", "BND", Decimal(5), Decimal(400), date(2022, 6, 1))
    past = journal(
        tmp_path,
        *start,
        sale,
        deposit("in", date(2022, 5, 20), "joint", "USD", Decimal(1000)),
        dividend("div", date(2022, 5, 25), "joint", "USD", Decimal(9), "VTI"),
        buy("b", date(2022, 6, 1), bought, Decimal(400)),
        withdrawal("out", date(2022, 7, 1), "joint", "USD", Decimal(250)),
        transfer_cash("move", date(2022, 7, 2), "joint", "ira", "USD", Decimal(60)),
    )
    opening = opened(past)
    assert units(opening) == {"v": 6}, "what was sold before is gone, what was bought is not there"
    assert opening.books.cash == {("joint", "USD"): Decimal(900)}
    assert [(one.due, one.account, one.amount) for one in opening.flows] == [
        (date(2022, 5, 20), "joint", 1000),
        (date(2022, 7, 1), "joint", -250),
        (date(2022, 7, 2), "ira", 60),
        (date(2022, 7, 2), "joint", -60),
    ]
    assert opening.is_recorded
    assert "by its journal, which begins on 2021-06-01" in opening.words


def test_what_the_year_had_realised_is_no_gain_of_the_backtest(tmp_path: Path):
    start = opening_of()
    opening = opened(journal(tmp_path, *start, sold(start, date(2022, 3, 1), 4, 400)))
    assert opening.realized == RealizedGains(long=Decimal(40))
    assert opening.books.realized == ()


def test_sales_of_the_last_weeks_are_known_to_wash_sales(tmp_path: Path):
    start = opening_of()
    opening = opened(journal(tmp_path, *start, sold(start, date(2022, 4, 20), 4, 320)))
    (trade,) = opening.trades
    assert (trade.instrument, trade.quantity, trade.amount) == ("VTI", 4, 320)
    assert (trade.gain, trade.term, trade.lot) == (Decimal(-40), Term.LONG, "v")


def test_the_journals_first_day_begins_with_what_it_was_opened_with(tmp_path: Path):
    past = journal(tmp_path, *opening_of())
    assert past.begins == JOURNAL_DAY
    assert units(opened(past, JOURNAL_DAY)) == {"v": 10}


def test_what_happened_on_another_first_day_is_still_to_come(tmp_path: Path):
    paid_in = deposit("in", START, "joint", "USD", Decimal(1000))
    opening = opened(journal(tmp_path, *opening_of(), paid_in))
    assert opening.books.cash == {("joint", "USD"): Decimal(500)}
    assert [flow.due for flow in opening.flows] == [START]


def test_a_journal_that_begins_later_leaves_the_lots_to_tell_and_the_page_says_so(tmp_path: Path):
    past = journal(tmp_path, *opening_of(on=LAST))
    assert past.begins == date(2020, 1, 15)
    opening = opened(past)
    assert not opening.is_recorded
    assert f"the journal begins only on {LAST}" in opening.words


def test_an_account_that_the_journal_met_later_is_opened_by_the_days_of_its_lots(tmp_path: Path):
    later = date(2022, 6, 1)
    old = Lot("old", "ira", "BND", Decimal(7), Decimal(560), date(2019, 5, 1))
    young = Lot("young", "ira", "VTI", Decimal(1), Decimal(90), date(2022, 5, 20))
    past = journal(
        tmp_path,
        *opening_of(),
        opening_lot("open old", later, old),
        opening_lot("open young", later, young),
    )
    opening = opened(past)
    assert units(opening) == {"v": 10, "old": 7}
    assert [(one.amount, one.due) for one in opening.flows] == [(Decimal(90), date(2022, 5, 20))]


def test_a_gift_and_an_unknown_account_are_left_out_with_a_word(tmp_path: Path):
    gift = Lot("gift", "joint", "VTI", Decimal(3), Decimal(100), date(2018, 1, 2))
    other = Lot("other", "old_broker", "VTI", Decimal(3), Decimal(100), date(2018, 1, 2))
    past = journal(
        tmp_path,
        *opening_of(),
        opening_lot("open other", JOURNAL_DAY, other),
        gift_in("g", date(2022, 6, 1), gift, Decimal(300)),
    )
    opening = opened(past)
    assert units(opening) == {"v": 10}
    assert {one.subject for one in opening.findings} == {"lot gift", "lot other"}


def test_what_was_held_and_has_no_price_begins_as_the_cash_that_it_cost(tmp_path: Path):
    gone = Lot("gone", "joint", "GONE", Decimal(3), Decimal(70), date(2018, 1, 2))
    opening = opened(journal(tmp_path, *opening_of(), opening_lot("o", JOURNAL_DAY, gone)))
    assert opening.books.cash == {("joint", "USD"): Decimal(570)}
    (finding,) = opening.findings
    assert "GONE was held on 2022-05-02 and has no price by then: it begins as 70.00" in str(
        finding
    )


@pytest.mark.parametrize(("events", "counted"), [(SPLIT, "10"), ("", "20")])
def test_units_of_the_journal_are_counted_as_the_prices_count_them(
    tmp_path: Path, events: str, counted: str
):
    start = opening_of()
    books, _ = replay(start)
    past = journal(tmp_path, *start, split_entry("s", date(2022, 5, 4), books, "VTI", 2, 1))
    opening = opened(past, date(2022, 5, 3), MarketDays(market_of(SPLIT_MARKET, events)))
    assert units(opening) == {"v": Decimal(counted)}


def test_a_mandate_knows_what_prices_its_past_needs(tmp_path: Path):
    itot = Lot("i", "joint", "ITOT", Decimal(3), Decimal(70), date(2018, 1, 2))
    past = journal(tmp_path, *opening_of(itot))
    assert past.held(START) == ("ITOT",)
    assert past.held(FIRST) == ()
    assert "journal" not in DATED
