"""What today's holdings would have weighed: shares of one, and nothing where nothing is known."""

from pathlib import Path

import numpy as np

from tests.app.folders import AS_OF, LONG_PRICES, LOTS, MANDATE, PRICES, write_household
from trimtab.app.household import load_folder
from trimtab.app.status import status_of
from trimtab.app.web.investor.net_worth import net_worth_of
from trimtab.app.web.investor.past import past_weights

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
