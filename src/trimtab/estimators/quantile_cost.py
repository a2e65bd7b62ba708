"""What an order will cost: quantiles learned from fills, and an interval that keeps its word.

Cost is counted in units of what the square-root law expects, half-spread + `IMPACT` · σ · √(order ÷
daily volume), so that a cheap fund and a small stock can teach each other.  Gradient-boosted trees
learn the low, middle and high quantile of that ratio from the order: spread, volatility, size, time
of day and side.  Such quantiles are too narrow on new data; *conformal* calibration widens (or
narrows) them by what the later part of the fills, which the trees never saw, shows to be missing.
The interval then covers `level` of new orders of the same kind, whatever the distribution is and
however wrong the trees are.  It does not cover a world that has changed: train again.

A fitted model is three texts in LightGBM's own format and one `.npz` of numbers, with the hash of
each text: nothing in them is code, and an altered one is refused.

Errors: `InputError` for too few fills, figures that no fill can have, and files that are altered or
of another version; `MissingPackageError` where lightgbm or MAPIE is not installed.

Source: Romano, Patterson & Candès (2019), Conformalized Quantile Regression, NeurIPS 32; the
square-root law, Tóth et al. (2011), Physical Review X 1; trees, Ke et al. (2017), LightGBM.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from trimtab.estimators._base import LEVEL, Fills, Flags, Floats, Orders
from trimtab.estimators._cost_files import Numbers, read_files, write_files
from trimtab.estimators._cost_orders import (
    FEATURES,
    TOLERANCE,
    check_fills,
    expected_cost,
    features,
)
from trimtab.estimators._packages import missing
from trimtab.model.errors import InputError
from trimtab.model.estimates import Forecast

__all__ = ["QuantileCost", "QuantileCostModel"]

FILLS_MIN = 300
CALIBRATION_SHARE = 0.5
"""The later part of the fills, by which the interval is calibrated."""


@dataclass(frozen=True, slots=True)
class QuantileCostModel:
    """A fitted model: texts of trees, and the numbers of `_cost_files.Numbers`."""

    texts: tuple[str, str, str]
    numbers: Numbers

    def forecast(self, orders: Orders) -> tuple[Forecast, ...]:
        """Each order's cost: its median, and the interval.

        Unit: fraction of the traded value, one way.
        """
        columns = features(orders)
        low, middle, high = (_predicted(text, columns) for text in self.texts)
        low, high = low - self.numbers.shift_low, high + self.numbers.shift_high
        low, high = np.minimum(low, high), np.maximum(low, high)
        scale, middle = expected_cost(orders), np.clip(middle, low, high)
        rows = (np.column_stack([low, middle, high]) * scale[:, None]).tolist()
        return tuple(Forecast(row[0], row[1], row[2], self.numbers.level) for row in rows)

    def is_known(self, orders: Orders) -> Flags:
        """Which orders lie within what the model was trained on, figure by figure."""
        columns = features(orders)
        inside: Flags = columns >= self.numbers.least - TOLERANCE
        inside &= columns <= self.numbers.most + TOLERANCE
        return np.asarray(inside.all(axis=1), dtype=np.bool_)

    def files(self) -> dict[str, bytes]:
        """The model as plain files by name."""
        return write_files(self.texts, self.numbers)


@dataclass(frozen=True, slots=True)
class QuantileCost:
    """Learns the cost of orders from fills; `model` names the folder of a model that was fitted.

    Unit: `order_value` base currency, the order whose cost a plan counts with; `level` how often
    the interval should hold what comes.
    """

    model: str = ""
    order_value: float = 10_000.0
    level: float = LEVEL
    trees: int = 150
    leaves: int = 15
    learning_rate: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        for setting in ("order_value", "trees", "learning_rate"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")
        if self.leaves < 2:
            raise ValueError(f"leaves is {self.leaves}; must be at least 2")
        if not 0.0 < self.level < 1.0:
            raise ValueError(f"level is {self.level}; must be above 0 and below 1")

    def fit(self, fills: Fills, as_of: date) -> QuantileCostModel:
        """A model of what was filled on `as_of` or before it; what came later is left out.

        Refuses: fewer than `FILLS_MIN` fills, and figures that no fill can have.
        """
        fills = check_fills(fills, as_of)
        if len(fills.on) < FILLS_MIN:
            raise InputError(
                "a model of trading cost",
                f"there are {len(fills.on)} fills up to {as_of}",
                f"it needs {FILLS_MIN}",
                "collect more fills, and plan with the stated half_spread until then",
            )
        columns = features(fills.orders)
        ratio = fills.cost / expected_cost(fills.orders)
        early = int(len(ratio) * (1.0 - CALIBRATION_SHARE))
        wanted = (1.0 - self.level) / 2.0, (1.0 + self.level) / 2.0, 0.5
        trees = [self._trees(columns[:early], ratio[:early], quantile) for quantile in wanted]
        shifts = _calibrated(trees, columns[early:], ratio[early:], self.level)
        low, high, middle = (one.booster_.model_to_string() for one in trees)
        numbers = Numbers(
            level=self.level,
            shift_low=shifts[0],
            shift_high=shifts[1],
            least=columns.min(axis=0),
            most=columns.max(axis=0),
            fills=len(ratio),
            last=max(fills.on),
        )
        return QuantileCostModel((low, middle, high), numbers)

    def read(self, files: Mapping[str, bytes]) -> QuantileCostModel:
        """A model from its files.

        Refuses: a file that is absent, altered or of another version.
        """
        texts, numbers = read_files(files)
        model = QuantileCostModel(texts, numbers)
        for text in texts:
            _predicted(text, np.zeros((1, len(FEATURES))))
        return model

    def _trees(self, columns: Floats, ratio: Floats, quantile: float) -> Any:
        """Trees of one quantile; the same fills give the same trees."""
        try:
            from lightgbm import LGBMRegressor
        except ImportError:
            raise missing("quantile_cost", "lightgbm") from None
        trees = LGBMRegressor(
            objective="quantile",
            alpha=quantile,
            n_estimators=self.trees,
            num_leaves=self.leaves,
            learning_rate=self.learning_rate,
            min_child_samples=max(5, len(ratio) // 100),
            random_state=self.seed,
            deterministic=True,
            force_row_wise=True,
            n_jobs=1,
            verbosity=-1,
        )
        return trees.fit(columns, ratio)


def _calibrated(
    trees: list[Any], columns: Floats, ratio: Floats, level: float
) -> tuple[float, float]:
    """How far the low and the high quantile must move outwards, by split-conformal calibration."""
    try:
        from mapie.regression import ConformalizedQuantileRegressor
    except ImportError:
        raise missing("quantile_cost", "mapie") from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about names of columns, of which arrays have none
        conformal = ConformalizedQuantileRegressor(trees, confidence_level=level, prefit=True)
        _, bounds = conformal.conformalize(columns, ratio).predict_interval(columns[:1])
        low, high = (float(one.predict(columns[:1])[0]) for one in trees[:2])
    return low - float(bounds[0, 0, 0]), float(bounds[0, 1, 0]) - high


def _predicted(text: str, columns: Floats) -> Floats:
    """What trees say of each row.

    Refuses: a text that is no model, with `InputError`.
    """
    try:
        from lightgbm import Booster
        from lightgbm.basic import LightGBMError
    except ImportError:
        raise missing("quantile_cost", "lightgbm") from None
    try:
        booster = Booster(model_str=text)
        return np.asarray(booster.predict(columns, num_threads=1), dtype=np.float64)
    except LightGBMError as error:
        raise InputError(
            "a model of trading cost",
            f"its trees cannot be read: {error}",
            "",
            "train it again with the lightgbm that is installed",
        ) from None


PLUGIN = QuantileCost
