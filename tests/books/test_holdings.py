"""Of each account the latest lists count, and what they do not say stays unsaid."""

from datetime import date

from tests.books.statement_parts import TODAY, lists, lots
from trimtab.books.holdings import Holdings, latest_holdings
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Statement


def latest(*statements: Statement) -> Holdings:
    return latest_holdings(statements, TODAY)["joint"]


def units(holdings: Holdings) -> dict[str, tuple[str, str]]:
    """By instrument: units by the positions, units by the lots."""
    return {
        name: tuple("-" if n is None else f"{n:f}" for n in holdings.stated(name))  # type: ignore[misc]
        for name in holdings.instruments
    }


def test_the_later_list_counts_whatever_the_order_of_files() -> None:
    june = lists("2024-06-28", "joint VTI 10 2600.00")
    july = lists("2024-07-31", "joint VTI 12 3200.00")
    assert units(latest(june, july)) == units(latest(july, june)) == {"VTI": ("12", "-")}


def test_of_two_lists_of_one_day_the_one_that_was_imported_later_counts() -> None:
    morning = lists("2024-06-28", "joint VTI 10 2600.00", file="a.csv")
    evening = lists("2024-06-28", "joint VTI 12 3120.00", file="b.csv")
    assert units(latest(morning, evening)) == {"VTI": ("12", "-")}


def test_two_lists_of_one_day_that_share_nothing_are_two_pages_of_one() -> None:
    stocks = lists("2024-06-28", "joint VTI 10 2600.00", "joint CASH - 5.00", file="stocks.csv")
    funds = lists("2024-06-28", "joint VTSAX 3 360.00", "joint CASH - 6.00", file="funds.csv")
    found = latest(stocks, funds)
    assert units(found) == {"VTI": ("10", "-"), "VTSAX": ("3", "-")}
    assert str(found.cash["USD"]) == "6.00"


def test_a_later_list_of_cash_alone_tells_that_nothing_else_is_left() -> None:
    stocks = lists("2024-06-28", "joint VTI 10 2600.00", file="a.csv")
    assert latest(stocks, lists("2024-06-28", "joint CASH - 2600.00", file="b.csv")).positions == {}


def test_what_a_later_list_of_positions_lacks_is_not_held() -> None:
    found = latest(
        lists("2024-06-28", "joint VTI 10 2600.00", "joint BND 5 360.00"),
        lists("2024-07-31", "joint VTI 10 2700.00"),
    )
    assert found.instruments == ("VTI",)


def test_lots_of_a_day_before_the_positions_say_nothing_any_more() -> None:
    old = lots("2024-06-28", "joint VTI 10 2000.00 2020-01-02")
    assert units(latest(old, lists("2024-07-31", "joint VTI 12 3200.00"))) == {"VTI": ("12", "-")}


def test_lots_of_the_same_day_stand_beside_the_positions() -> None:
    found = latest(
        lots("2024-06-28", "joint VTI 6 1200.00 2020-01-02", "joint VTI 4 900.00 2021-01-04"),
        lists("2024-06-28", "joint VTI 10 2600.00"),
    )
    assert units(found) == {"VTI": ("10", "10")}


def test_lots_may_come_one_instrument_at_a_time() -> None:
    found = latest(
        lots("2024-06-28", "joint VTI 6 1200.00 2020-01-02", file="vti.csv"),
        lots("2024-06-28", "joint BND 5 400.00 2020-01-02", file="bnd.csv"),
    )
    assert units(found) == {"VTI": ("-", "6"), "BND": ("-", "5")}


def test_rows_of_one_instrument_add_up_where_they_differ() -> None:
    found = latest(lists("2024-06-28", "joint VTI 6 1560.00 900", "joint VTI 4 1040.00 800"))
    row = found.positions["VTI"]
    assert (str(row.quantity), str(row.value), str(row.cost)) == ("10", "2600.00", "1700")


def test_two_money_funds_of_one_account_are_one_sum_of_cash() -> None:
    found = latest(lists("2024-06-28", "joint CASH - 100.50", "joint CASH - 20.00"))
    assert {code: str(amount) for code, amount in found.cash.items()} == {"USD": "120.50"}


def test_cash_by_its_units_where_no_value_stands() -> None:
    assert str(latest(lists("2024-06-28", "joint CASH 12.34 -")).cash["USD"]) == "12.34"


def test_a_list_without_a_day_is_of_today() -> None:
    assert latest(lists("", "joint VTI 10 2600.00")).as_of == TODAY
    found = latest(lists("", "joint VTI 1 260.00"), lists("2024-06-28", "joint VTI 2 520.00"))
    assert units(found) == {"VTI": ("1", "-")}


def test_a_value_without_units_is_held_as_units_of_one_dollar_each() -> None:
    row = latest(lists("2024-06-28", "joint ANNUITY - 5000.25")).positions["ANNUITY"]
    assert (str(row.quantity), str(row.price), str(row.value)) == ("5000.25", "1", "5000.25")
    assert row.instrument.kind is InstrumentKind.OTHER


def test_units_and_value_that_nobody_tells_are_unknown_and_not_zero() -> None:
    assert units(latest(lists("2024-06-28", "joint VTI - -"))) == {"VTI": ("-", "-")}


def test_a_value_without_units_says_nothing_beside_lots_that_have_them() -> None:
    found = latest(
        lists("2024-06-28", "joint VTI - 2600.00"),
        lots("2024-06-28", "joint VTI 10 2000.00 2020-01-02"),
    )
    assert units(found) == {"VTI": ("-", "10")}


def test_a_position_of_no_units_is_no_holding() -> None:
    found = latest(lists("2024-06-28", "joint VTI 0 0.00", "joint BND 1 70.00"))
    assert units(found)["VTI"] == ("0", "-")


def test_accounts_are_apart() -> None:
    found = latest_holdings(
        [lists("2024-06-28", "joint VTI 10 2600.00", "ira VTI 3 780.00")], TODAY
    )
    assert [str(found[one].positions["VTI"].quantity) for one in ("joint", "ira")] == ["10", "3"]


def test_the_day_of_lots_alone_is_that_of_the_latest() -> None:
    found = latest(
        lots("2024-06-28", "joint VTI 6 1200.00 2020-01-02"),
        lots("2024-07-31", "joint BND 5 400.00 2020-01-02"),
    )
    assert found.as_of == date(2024, 7, 31)
    assert found.lots_as_of["VTI"] == date(2024, 6, 28)
