"""What bands would have done on the past is what the backtest did, day by day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.app.folders import LONG_PRICES, write_household
from trimtab.app.bands_past import past_of
from trimtab.app.demo import load_demo
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.model.errors import InputError
from trimtab.model.mandate import Band, PlugInChoice


@pytest.fixture(scope="module")
def demo() -> LoadedHousehold:
    """The demo with a rule that looks at bands alone, which is quick."""
    loaded = load_demo()
    policy = PlugInChoice("threshold")
    return replace(loaded, mandate=replace(loaded.mandate, policy=policy))


def banded(loaded: LoadedHousehold, absolute: str) -> LoadedHousehold:
    band = Band(Decimal(absolute), None)
    targets = tuple(replace(one, band=band) for one in loaded.mandate.targets)
    return replace(loaded, mandate=replace(loaded.mandate, targets=targets))


def test_narrow_bands_trade_more_often_than_wide_ones(demo: LoadedHousehold) -> None:
    told: list[tuple[int, int]] = []
    narrow = past_of(banded(demo, "0.01"), 1, lambda done, of: told.append((done, of)))
    wide = past_of(banded(demo, "0.20"), 1)
    assert narrow.dates == wide.dates
    assert (narrow.dates[0].year, narrow.dates[-1]) == (2021, date(2022, 10, 11))
    assert len(narrow.traded) > len(wide.traded)
    assert told[-1] == (len(narrow.dates), len(narrow.dates))
    for target in narrow.targets:
        assert len(target.weights) == len(narrow.dates)
        assert target.outside == int(np.sum(np.abs(target.weights - target.weight) > target.band))
    assert sum(one.outside for one in wide.targets) == 0


def test_a_length_that_is_not_offered_is_refused(demo: LoadedHousehold) -> None:
    with pytest.raises(InputError, match="4 are not offered"):
        past_of(demo, 4)


def test_a_run_ends_where_whoever_is_told_says_so(demo: LoadedHousehold) -> None:
    class Enough(Exception):  # noqa: N818  (what happened)
        pass

    def stop(done: int, of: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        past_of(demo, 1, stop)


def test_a_history_that_is_shorter_than_asked_for_is_told_by_its_days(tmp_path: Path) -> None:
    loaded = load_folder(write_household(tmp_path, prices=LONG_PRICES), date(2022, 10, 11))
    assert past_of(loaded, 5).dates[0].year == 2022
