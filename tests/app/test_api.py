"""The library's front door refuses what the command line refuses, in the same words."""

from pathlib import Path

import pytest

import trimtab
from tests.app.folders import LONG_PRICES, write_household


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
