"""The year's gains: what the mandate states, and what was sold since the day that it names."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import LONG_PRICES, LOTS, MANDATE, write_household
from trimtab.app.api import decide
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.cycle.realized_gains import with_sales
from trimtab.model.taxes import RealizedGains

HEAD = "account,instrument,side,date,quantity,amount,gain,term,washed_quantity\n"
SALES = """\
joint,ITOT,sell,2022-03-31,10,500,-40,short,
joint,ITOT,sell,2022-04-01,10,500,-60,short,
joint,ITOT,sell,2022-05-02,10,500,120.50,long,
joint,VTI,sell,2022-09-30,10,500,-100,long,4
joint,VTI,buy,2022-09-30,4,400,,,
ira,ITOT,sell,2022-05-02,10,500,-999,short,
joint,ITOT,sell,2021-12-30,10,500,-888,short,
"""


def house(folder: Path, until: str, sales: str = SALES, more: str = "") -> LoadedHousehold:
    stated = f"realized_short = 1000\nrealized_long = -200\n{until}\n{more}"
    write_household(folder, f"{MANDATE}{stated}", LOTS, LONG_PRICES)
    (folder / "trades.csv").write_text(HEAD + sales, encoding="utf-8")
    return load_folder(folder, date(2022, 10, 11))


def gains(loaded: LoadedHousehold) -> tuple[Decimal, Decimal]:
    told = loaded.mandate.tax.realized
    return told.short, told.long


@pytest.mark.parametrize(
    ("until", "short", "long"),
    [
        ("", "1000", "-200"),  # what is stated is all that counts
        ("realized_until = 2022-10-11", "1000", "-200"),
        ("realized_until = 2022-12-31", "1000", "-200"),
        ("realized_until = 2022-09-29", "1000", "-260"),  # six of ten units of the loss count
        ("realized_until = 2022-03-31", "940", "-139.50"),
        ("realized_until = 2022-01-01", "900", "-139.50"),
        ("realized_until = 2021-12-31", "-100", "60.50"),  # the year before is over
    ],
)
def test_sales_after_the_stated_day_are_added(
    tmp_path: Path, until: str, short: str, long: str
) -> None:
    loaded = house(tmp_path / "home", until)
    assert gains(loaded) == (Decimal(short), Decimal(long))
    assert not [one for one in loaded.findings if one.code == "sale_without_gain"]


def test_asked_again_nothing_is_added_twice(tmp_path: Path) -> None:
    loaded = house(tmp_path / "home", "realized_until = 2022-01-01")
    again, _ = with_sales(loaded.mandate, loaded.snapshot)
    assert again == loaded.mandate


def test_a_sale_of_which_no_term_is_known_is_told(tmp_path: Path) -> None:
    sales = (
        "joint,ITOT,sell,2022-05-02,10,500,-70,,\njoint,ITOT,sell,2022-05-03,10,500,-30,short,\n"
    )
    loaded = house(tmp_path / "home", "realized_until = 2022-01-01", sales)
    assert gains(loaded) == (Decimal(970), Decimal(-200))
    [told] = [one for one in loaded.findings if one.code == "sale_without_gain"]
    assert "of 1 sale of the year" in str(told)


def test_a_plan_sees_the_year_as_it_is(tmp_path: Path) -> None:
    sales = "joint,ITOT,sell,2022-05-02,10,500,-5000,short,\n"
    needed = {"withdraw": Decimal(9_500), "account": "joint"}  # it has to sell at a gain
    counted = decide(house(tmp_path / "a", "realized_until = 2022-01-01", sales), **needed)
    stated = house(tmp_path / "b", "", sales)
    tax = replace(stated.mandate.tax, realized=RealizedGains(Decimal(-4000), Decimal(-200)))
    told = decide(replace(stated, mandate=replace(stated.mandate, tax=tax)), **needed)
    uncounted = decide(stated, **needed)
    assert counted.plan is not None
    assert told.plan is not None
    assert uncounted.plan is not None
    assert counted.plan.tax == told.plan.tax != uncounted.plan.tax
    assert counted.plan.trades == told.plan.trades
