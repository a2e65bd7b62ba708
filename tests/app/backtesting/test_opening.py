"""What a household holds on the first day where it begins at its targets."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, load_past
from trimtab.app.backtesting.opening import Opening, open_at_targets
from trimtab.app.household import LoadedHousehold
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.model.errors import InputError
from trimtab.model.mandate import Restriction, RestrictionKind
from trimtab.model.money import cents, total
from trimtab.testing.markets import market_of

CLOSES = """
    date        VTI  ITOT  BND
    2022-05-02  100  50    80
    2022-05-03  102  51    80
    2022-05-04  101  52    80
"""
TEN_OF_EACH = "account,instrument,quantity,basis,acquired\njoint,VTI,{},900,2020-01-15\n"
EMPTY = "account,instrument,quantity,basis,acquired\n"


def opened(
    loaded: LoadedHousehold, value: str | None = None, closes: str = CLOSES, events: str = ""
) -> Opening:
    market = MarketDays(market_of(closes, events))
    worth = None if value is None else Decimal(value)
    return open_at_targets(loaded.snapshot, loaded.mandate, market, 1, worth)


def held(opening: Opening) -> dict[tuple[str, str], Decimal]:
    """Units by account and instrument, and cash."""
    units = {(lot.account, lot.instrument): lot.quantity for lot in opening.books.lots.values()}
    return units | opening.books.cash


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedHousehold:
    return load_past(tmp_path)


def test_every_account_holds_the_targets_in_whole_shares_and_the_rest_as_cash(tmp_path: Path):
    lots = "account,instrument,quantity,basis,acquired\njoint,CASH,10000,,\nira,CASH,1000,,\n"
    assert held(opened(load_past(tmp_path, lots=lots))) == {
        ("joint", "VTI"): Decimal(58),  # 6,000 at 102 each
        ("joint", "BND"): Decimal(50),  # 4,000 at 80 each
        ("joint", "USD"): Decimal("84.00"),
        ("ira", "VTI"): Decimal(5),
        ("ira", "BND"): Decimal(5),
        ("ira", "USD"): Decimal("90.00"),
    }


def test_an_account_that_holds_fractions_is_invested_to_the_cent(tmp_path: Path):
    mandate = DATED.replace('wrapper = "taxable"', 'wrapper = "taxable"\nfractional = true', 1)
    lots = "account,instrument,quantity,basis,acquired\njoint,CASH,10000,,\n"
    found = held(opened(load_past(tmp_path, mandate, lots)))
    assert found["joint", "VTI"] == Decimal("58.823529")
    assert found.get(("joint", "USD"), 0) <= Decimal("0.01")


def test_lots_are_bought_on_the_first_day_for_what_they_are_worth(loaded: LoadedHousehold):
    for lot in opened(loaded).books.lots.values():
        price = {"VTI": 102, "BND": 80}[lot.instrument]
        assert (lot.acquired, lot.basis) == (date(2022, 5, 3), cents(lot.quantity * price))


def test_it_is_worth_what_it_is_today_or_what_is_asked_for(loaded: LoadedHousehold):
    prices = {"VTI": 102, "BND": 80, "USD": 1}
    for value, worth in ((None, loaded.snapshot.value), ("250000", Decimal(250_000))):
        opening = opened(loaded, value)
        parts = [units * prices[name] for (_, name), units in held(opening).items()]
        assert total(map(Decimal, parts)) == pytest.approx(worth, abs=Decimal("0.02"))
        assert f"{worth:,.2f} USD in all" in opening.words


def test_accounts_keep_their_share_of_an_amount_that_is_asked_for(loaded: LoadedHousehold):
    snapshot = loaded.snapshot
    share = snapshot.account_value("ira") / snapshot.value
    found = held(opened(loaded, "1000000"))
    worth = found["ira", "VTI"] * 102 + found["ira", "BND"] * 80 + found["ira", "USD"]
    assert worth == pytest.approx(1_000_000 * share, abs=Decimal("0.01"))


def test_an_empty_household_begins_with_an_amount_in_its_first_account(tmp_path: Path):
    loaded = load_past(tmp_path, lots=EMPTY)
    assert {account for account, _ in held(opened(loaded, "10000"))} == {"joint"}
    with pytest.raises(InputError, match=r"neither lots nor cash.*--value 100000"):
        opened(loaded)


def test_what_is_not_listed_yet_leaves_its_place_to_another_instrument_or_to_cash(
    loaded: LoadedHousehold,
):
    young = CLOSES.replace("102  51 ", ".    51 ").replace("100  50 ", ".    50 ")
    found = held(opened(loaded, "10000", young))
    assert {name for _, name in found} == {"ITOT", "BND", "USD"}
    no_bonds = CLOSES.replace("   80\n    2022-05-04", "   .\n    2022-05-04").replace(
        "50    80", "50    ."
    )
    found = held(opened(loaded, "10000", no_bonds))
    assert total(found[account, "USD"] for account in ("joint", "ira")) >= 4_000


def test_what_an_account_may_not_buy_is_not_in_it(loaded: LoadedHousehold):
    no = Restriction("menu", RestrictionKind.DO_NOT_BUY, ("VTI",), accounts=("ira",))
    never = Restriction("never", RestrictionKind.NEVER_OWN, ("BND",))
    mandate = replace(loaded.mandate, restrictions=(no, never))
    found = held(opened(replace(loaded, mandate=mandate), "10000"))
    assert {place for place in found if place[1] != "USD"} == {("joint", "VTI"), ("ira", "ITOT")}


@pytest.mark.parametrize(
    ("split", "shares"),
    [
        ("first", {"VTI": "1.0"}),
        ("equal", {"VTI": "0.5", "ITOT": "0.5"}),
        ("held", {"VTI": "0.5", "ITOT": "0.5"}),  # not as today: nobody knew what would rise
    ],
)
def test_a_target_of_several_instruments_is_split_as_the_mandate_says(
    tmp_path: Path, split: str, shares: dict[str, str]
):
    mandate = DATED.replace("weight = 0.6", f'weight = 0.6\nsplit = "{split}"').replace(
        'wrapper = "taxable"', 'wrapper = "taxable"\nfractional = true', 1
    )
    loaded = load_past(tmp_path, mandate)
    prices = {name: loaded.snapshot.prices[name].amount for name in ("VTI", "ITOT")}
    units = {"VTI": 8_000 / prices["VTI"], "ITOT": 2_000 / prices["ITOT"]}
    rows = [f"joint,{name},{count:.9f},1,2020-01-15" for name, count in units.items()]
    loaded = load_past(tmp_path, mandate, "\n".join([EMPTY.strip(), *rows]))
    found = held(opened(loaded, "10000"))
    closes = {"VTI": 102, "ITOT": 51}
    for name, close in closes.items():
        worth = found.get(("joint", name), Decimal(0)) * close
        assert worth == pytest.approx(6_000 * Decimal(shares.get(name, "0")), abs=Decimal("0.01"))


def test_it_is_worth_its_weights_after_the_split_and_dividend_of_the_first_day(
    loaded: LoadedHousehold,
):
    events = """
        date        instrument  split  dividend
        2022-05-03  VTI         2      .
        2022-05-03  BND         .      1.60
    """
    found = held(opened(loaded, "1000000", events=events))
    joint, ira = (found[account, "VTI"] for account in ("joint", "ira"))
    assert (joint + ira) * 2 * 102 == pytest.approx(600_000, abs=2 * 204)
    joint, ira = (found[account, "BND"] for account in ("joint", "ira"))
    assert (joint + ira) * (80 + Decimal("1.60")) == pytest.approx(400_000, abs=2 * 82)
