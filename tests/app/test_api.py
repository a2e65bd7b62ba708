"""The library's front door refuses what the command line refuses, in the same words."""

from datetime import date
from pathlib import Path

import pytest

import trimtab
from tests.app.folders import LONG_PRICES, MANDATE, PRICES, write_household


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), "20k", -5])
@pytest.mark.parametrize("name", ["deposit", "withdraw"])
def test_an_amount_that_is_none_is_refused(tmp_path: Path, name: str, amount: object):
    folder = write_household(tmp_path / "house", prices=LONG_PRICES)
    with pytest.raises(trimtab.InputError, match=name):
        trimtab.rebalance(folder, **{name: amount})  # type: ignore[arg-type]


def test_a_folder_may_be_given_as_text(tmp_path: Path):
    folder = write_household(tmp_path / "house", prices=LONG_PRICES)
    assert trimtab.load_folder(str(folder)).folder == folder


def test_every_public_name_is_there():
    for name in trimtab.__all__:
        assert getattr(trimtab, name) is not None
    assert set(trimtab.__all__) == set(dir(trimtab))


REFUSING = MANDATE + '\n[risk]\nwithout_history = "refuse"\n'


def test_a_household_with_one_price_each_gets_a_decision_that_says_what_it_rests_on(
    tmp_path: Path,
):
    header, last = PRICES.splitlines()[0], PRICES.splitlines()[-1]
    folder = write_household(tmp_path / "house", prices=f"{header}\n{last}\n")
    decision = trimtab.rebalance(folder, as_of=date(2022, 10, 11))
    assert decision.plan is not None
    assert decision.plan.before.tracking_error > 0
    assumed = [found for found in decision.findings if found.code == "risk_assumed"]
    told = " ".join(found.subject for found in assumed)
    assert all(name in told for name in ("VTI", "ITOT", "BND"))
    assert all("prices.csv" in found.remedy for found in assumed)


def test_where_the_mandate_wants_measured_risk_alone_the_same_household_is_refused(tmp_path: Path):
    folder = write_household(tmp_path / "house", REFUSING)
    with pytest.raises(trimtab.InputError, match="without_history"):
        trimtab.rebalance(folder, as_of=date(2022, 10, 11))
