"""How orders are priced and parted is said in `live.toml`, and holds to the last order."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.household import load_folder
from trimtab.app.live.order_settings import OrderSettings
from trimtab.app.live.settings import parse_live
from trimtab.cycle.orders import OrderRules, Pricing, Schedule
from trimtab.model.errors import InputErrors
from trimtab.model.orders import TimeInForce
from trimtab.stores.sql.store import open_store

D = Decimal
DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
FREE = DATED + '\n[trading]\napproval_above = "never"\n'
THIN = "\n[costs]\ndaily_volume = {money}\n"
"""So much money's worth of each is assumed to be traded in a day."""


def test_all_that_the_section_says_is_read(tmp_path: Path) -> None:
    text = """\
[orders]
pricing = "at_close"
collar = 0.01
slice_above = 0.02
participation_max = 0.2
slices_max = 5
schedule = "even"
risk_aversion = 2e-6
quote_seconds_max = 5
blocks = false
"""
    rules = OrderRules(Pricing.AT_CLOSE, D("0.01"), D("0.02"), D("0.2"), 5, Schedule.EVEN, 2e-6)
    wanted = OrderSettings(rules, 5, blocks=False)
    assert parse_live(text, tmp_path).orders == wanted
    assert parse_live("", tmp_path).orders == OrderSettings()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('pricing = "limit"', "one of collar, at_close, market"),
        ('schedule = "twap"', "one of even, almgren_chriss"),
        ('collar = "0.5 %"', "write a number"),
        ("collar = 1.5", "above 0 and below 1"),
        ("collar = nan", "write a number"),
        ("slices_max = 0", "1 to 100"),
        ("slices_max = 2.5", "a whole number"),
        ("risk_aversion = 0", "above zero"),
        ("quote_seconds_max = 0", "1 to 3,600 seconds"),
        ('blocks = "yes"', "true or false"),
        ("participation = 0.1", "participation_max"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_right(
    line: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(InputErrors) as caught:
        parse_live(f"[orders]\n{line}\n", tmp_path)
    (error,) = caught.value.errors
    assert error.line in (1, 2)
    assert why in str(error)


def house(tmp_path: Path, orders: str, money: str = "50_000_000") -> Path:
    mandate = FREE + THIN.format(money=money)
    tmp_path.mkdir(exist_ok=True)
    made = write_household(tmp_path / "house", mandate=mandate, prices=LONG_PRICES)
    assert run("broker", "add", "paper", made).exit_code == DONE
    with (made / "live.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[orders]\n{orders}\n")
    return made


def carried_out(folder: Path) -> dict[str, list[dict[str, str]]]:
    result = run("run", "--once", folder, "--json")
    assert result.exit_code == DONE, result.output
    found: dict[str, list[dict[str, str]]] = json.loads(result.stdout)
    return found


def sent(told: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """Its orders but those that wait for a sale to settle, which takes a day."""
    return [one for one in told["orders"] if (one["account"], one["side"]) != ("ira", "buy")]


def parts(told: dict[str, list[dict[str, str]]]) -> dict[str, list[int]]:
    """The quantities of each trade's orders."""
    found: dict[str, list[int]] = {}
    for one in told["orders"]:
        found.setdefault(one["trade"], []).append(int(one["quantity"]))
    return found


def said(told: dict[str, list[dict[str, str]]], code: str) -> list[str]:
    return [one["message"] for one in told["findings"] if one["code"] == code]


def kinds(folder: Path) -> set[TimeInForce]:
    """How long its orders stood."""
    store = open_store(str(folder / "live.db"))
    try:
        orders = store.orders(load_folder(folder).household.id)
        return {one.time_in_force for one in orders}
    finally:
        store.close()


def test_by_default_an_order_has_a_limit_within_the_collar_and_one_part(tmp_path: Path) -> None:
    told = carried_out(house(tmp_path, "collar = 0.001"))
    assert len(sent(told)) == 2
    assert all(one["state"] == "filled" for one in sent(told))
    assert all(len(some) == 1 for some in parts(told).values())
    prices = {"VTI": D(93), "ITOT": D(45), "BND": D(80)}
    for one in told["orders"]:
        assert abs(D(one["limit"]) / prices[one["instrument"]] - 1) < D("0.05")


def test_what_is_large_beside_the_days_volume_is_sliced_over_the_session_and_all_fills(
    tmp_path: Path,
) -> None:
    folder = house(tmp_path, 'schedule = "even"\nslices_max = 4\nparticipation_max = 0.9', "9_000")
    told = carried_out(folder)
    assert {one: len(some) for one, some in parts(told).items()} == {"T1": 4, "T2": 4, "T3": 4}
    assert all(one["state"] == "filled" for one in sent(told))
    assert run("sync", folder).exit_code == DONE


def test_a_nervous_schedule_sells_more_at_first(tmp_path: Path) -> None:
    eager = house(
        tmp_path, "risk_aversion = 0.05\nslices_max = 4\nparticipation_max = 0.9", "9_000"
    )
    some = max(parts(carried_out(eager)).values(), key=len)
    assert len(some) == 4
    assert some[0] > some[-1]


def test_above_the_participation_limit_the_rest_is_left_to_later_cycles(tmp_path: Path) -> None:
    folder = house(tmp_path, "participation_max = 0.05", "9_000")
    told = carried_out(folder)
    assert any("5 % of the day's volume" in one for one in said(told, "order_cut"))
    assert all(sum(some) <= 5 + 1 for some in parts(told).values())


def test_orders_for_the_close_fill_in_its_auction(tmp_path: Path) -> None:
    folder = house(tmp_path, 'pricing = "at_close"')
    told = carried_out(folder)
    assert all(one["limit"] is None for one in told["orders"])
    assert [one["state"] for one in sent(told)] == ["filled", "filled"]
    assert kinds(folder) == {TimeInForce.AT_CLOSE}


def with_instrument(tmp_path: Path, words: str, orders: str = "") -> Path:
    """A household whose BND is traded in another way."""
    mandate = FREE
    if "quantity_step = 0" in words:
        mandate = FREE.replace('id = "joint"\n', 'id = "joint"\nfractional = true\n')
    mandate += f"\n[instruments.BND]\n{words}\n"
    made = write_household(tmp_path / "house", mandate=mandate, prices=LONG_PRICES)
    assert run("broker", "add", "paper", made).exit_code == DONE
    with (made / "live.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[orders]\n{orders}\n")
    return made


def bought(told: dict[str, list[dict[str, str]]]) -> Decimal:
    (one,) = (one for one in sent(told) if one["side"] == "buy")
    assert one["state"] == "filled"
    return D(one["quantity"])


@pytest.mark.parametrize(
    ("words", "orders", "is_right"),
    [
        ("quantity_step = 5", "", lambda units: units % 5 == 0),
        ("quantity_step = 0.001", "", lambda units: units % 1 != 0),
        ("quantity_step = 0.001", 'pricing = "at_close"', lambda units: units % 1 == 0),
    ],
    ids=["round lots", "fractions", "no fractions in the auction"],
)
def test_quantities_are_those_that_the_broker_trades(
    words: str, orders: str, is_right: Callable[[Decimal], bool], tmp_path: Path
) -> None:
    assert is_right(bought(carried_out(with_instrument(tmp_path, words, orders))))
