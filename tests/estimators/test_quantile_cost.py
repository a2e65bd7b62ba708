"""Forecast intervals of trading cost: how often they hold what comes, and what is refused."""

import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.forecasts import coverage, panel, rows, shortfalls
from trimtab.estimators._base import Orders
from trimtab.estimators._cost_orders import expected_cost, features
from trimtab.estimators.quantile_cost import QuantileCost, QuantileCostModel
from trimtab.model.errors import InputError
from trimtab.testing.simulated_fills import FillWorld, simulated_fills

pytest.importorskip("lightgbm")
pytest.importorskip("mapie")

LAST = date(2024, 6, 28)
TRAINED = 8_000


@pytest.fixture(scope="module")
def model() -> QuantileCostModel:
    return QuantileCost(trees=60).fit(simulated_fills(FillWorld.SQUARE_ROOT, 1, 3_000, LAST), LAST)


@pytest.mark.parametrize("world", FillWorld)
def test_the_interval_holds_four_of_five_new_fills_whatever_law_they_follow(
    world: FillWorld,
) -> None:
    fills = simulated_fills(world, 7, TRAINED + 8_000, LAST)
    early, late = rows(fills, slice(TRAINED)), rows(fills, slice(TRAINED, None))
    found = coverage("", QuantileCost().fit(early, LAST).forecast(late.orders), late.cost)
    assert 0.78 <= found.covered <= 0.82
    assert 0.08 <= found.below <= 0.12


def test_a_noisier_order_has_a_wider_interval_and_each_kind_its_coverage() -> None:
    """One width for all would hold nearly all small orders and few large ones."""
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 8, TRAINED + 12_000, LAST)
    early, late = rows(fills, slice(TRAINED)), rows(fills, slice(TRAINED, None))
    model = QuantileCost().fit(early, LAST)
    dear = expected_cost(late.orders)
    widths = []
    for low, high in pairwise(np.quantile(dear, [0, 1 / 3, 2 / 3, 1])):
        at = (dear >= low) & (dear < high)
        found = coverage("", model.forecast(rows(late, at).orders), late.cost[at])
        assert 0.75 <= found.covered <= 0.85
        widths.append(found.width_bps)
    assert widths[2] > 2.5 * widths[0]


def test_on_real_bars_it_holds_four_of_five_of_a_year_it_never_saw(shared_dir) -> None:  # type: ignore[no-untyped-def]
    """Decided at the close, filled at the next open: 55 ETFs, trained on five years, then 2014."""
    pytest.importorskip("pyarrow")
    bars = panel(shared_dir / "data" / "etf" / "etf_daily.parquet")
    fills = shortfalls(bars)
    years = np.array([day.year for day in fills.on])
    train, test = rows(fills, (years >= 2009) & (years < 2014)), rows(fills, years == 2014)
    made = QuantileCost().fit(train, date(2013, 12, 31)).forecast(test.orders)
    assert 0.78 <= coverage("", made, test.cost).covered <= 0.82


def test_calibration_is_that_of_mapie(model: QuantileCostModel) -> None:
    """What the files keep gives the interval that MAPIE itself gives."""
    from lightgbm import Booster
    from mapie.regression import ConformalizedQuantileRegressor
    from sklearn.base import BaseEstimator, RegressorMixin

    class Fitted(RegressorMixin, BaseEstimator):
        def __init__(self, text: str = "") -> None:
            self.text, self.fitted_ = text, True

        def fit(self, X: object, y: object) -> "Fitted":
            return self

        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.asarray(Booster(model_str=self.text).predict(X))

    fills = simulated_fills(FillWorld.SQUARE_ROOT, 1, 3_000, LAST)
    late = rows(fills, slice(1_500, None))
    low, middle, high = (Fitted(text) for text in model.texts)
    theirs = ConformalizedQuantileRegressor([low, high, middle], 0.8, prefit=True)
    theirs.conformalize(features(late.orders), late.cost / expected_cost(late.orders))
    asked = rows(simulated_fills(FillWorld.SQUARE_ROOT, 2, 50, LAST), slice(None)).orders
    _, bounds = theirs.predict_interval(features(asked))
    ours = np.array([(one.low, one.high) for one in model.forecast(asked)])
    assert ours == pytest.approx(bounds[:, :, 0] * expected_cost(asked)[:, None], rel=1e-9)


def test_the_same_fills_give_the_same_files(model: QuantileCostModel) -> None:
    again = QuantileCost(trees=60).fit(simulated_fills(FillWorld.SQUARE_ROOT, 1, 3_000, LAST), LAST)
    assert again.files() == model.files()


def test_what_is_written_is_read_again(model: QuantileCostModel) -> None:
    asked = simulated_fills(FillWorld.SQUARE_ROOT, 3, 20, LAST).orders
    again = QuantileCost().read(model.files())
    assert again.forecast(asked) == model.forecast(asked)


def test_the_files_hold_no_code(model: QuantileCostModel) -> None:
    files = model.files()
    assert all(body.startswith(b"tree\n") for name, body in files.items() if name != "numbers.npz")
    np.load(BytesIO(files["numbers.npz"]), allow_pickle=False)


BROKEN = [
    # file          what is done to it                        the message
    ("low.txt", lambda body: body.replace(b"leaf", b"1eaf"), "its hash differs"),
    ("high.txt", lambda body: body[:-40], "its hash differs"),
    ("numbers.npz", lambda body: body[: len(body) // 2], "cannot be read"),
    ("numbers.npz", lambda body: b"", "cannot be read"),
    ("middle.txt", None, "it is not there"),
]


@pytest.mark.parametrize(("name", "spoil", "message"), BROKEN)
def test_a_file_that_is_altered_is_refused(model, name, spoil, message) -> None:  # type: ignore[no-untyped-def]
    files = model.files()
    files = {n: b for n, b in files.items() if n != name}
    if spoil is not None:
        files[name] = spoil(model.files()[name])
    with pytest.raises(InputError, match=rf"cost model, file {name}: .*{message}.*Train the model"):
        QuantileCost().read(files)


def test_a_file_of_another_version_is_refused(
    model: QuantileCostModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = model.files()
    monkeypatch.setattr("trimtab.estimators._cost_files.FORMAT", 2)
    with pytest.raises(InputError, match="it is of another version"):
        QuantileCost().read(files)


BAD_FILLS = [
    # column          value      the message
    ("half_spread", 0.0, "half_spread of 1 fills: the first stands in row 4"),
    ("half_spread", np.nan, "half_spread of 1 fills"),
    ("volatility", 0.0, "volatility of 1 fills"),
    ("volatility", np.inf, "volatility of 1 fills"),
    ("participation", -1.0, "participation of 1 fills"),
    ("day_fraction", 1.1, "day_fraction of 1 fills"),
    ("cost", np.nan, "cost of 1 fills"),
    ("cost", 0.9, "between −0.5 and 0.5"),
]


@pytest.mark.parametrize(("column", "value", "message"), BAD_FILLS)
def test_figures_that_no_fill_can_have_are_refused(column: str, value: float, message: str) -> None:
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 4, 400, LAST)
    figures = (fills.cost if column == "cost" else getattr(fills.orders, column)).copy()
    figures[3] = value
    if column == "cost":
        spoilt = replace(fills, cost=figures)
    else:
        spoilt = replace(fills, orders=replace(fills.orders, **{column: figures}))
    with pytest.raises(InputError, match=message):
        QuantileCost().fit(spoilt, LAST)


def test_too_few_fills_are_refused_and_later_ones_do_not_count() -> None:
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 5, 600, LAST)
    with pytest.raises(InputError, match=r"there are 100 fills up to .*; it needs 300"):
        QuantileCost().fit(fills, fills.on[95])


@pytest.mark.parametrize(
    ("module", "package"), [("lightgbm", "lightgbm"), ("mapie.regression", "mapie")]
)
def test_a_missing_package_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 1, 400, LAST)
    with pytest.raises(InputError, match=rf'{package}, which is not.*Pip install "trimtab\[ai\]"'):
        QuantileCost(trees=5).fit(fills, LAST)


KNOWN = [
    # half-spread  volatility  participation  known
    (3e-4, 0.012, 1e-3, True),
    (0.05, 0.012, 1e-3, False),  # a penny stock
    (3e-4, 0.5, 1e-3, False),  # wilder than anything seen
    (3e-4, 0.012, 2.0, False),  # two days' volume
    (np.nan, 0.012, 1e-3, False),
]


@pytest.mark.parametrize(("spread", "volatility", "size", "known"), KNOWN)
def test_an_instrument_unlike_any_seen_in_training_is_told(
    model: QuantileCostModel, spread: float, volatility: float, size: float, known: bool
) -> None:
    figures = (np.array([figure]) for figure in (spread, volatility, size, 0.5))
    assert model.is_known(Orders(*figures, np.array([True])))[0] == known


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"level": 1.0}, "level is 1.0; must be above 0 and below 1"),
        ({"trees": 0}, "trees is 0; must be above 0"),
        ({"leaves": 1}, "leaves is 1; must be at least 2"),
        ({"order_value": 0.0}, "order_value is 0.0; must be above 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        QuantileCost(**settings)  # type: ignore[arg-type]
