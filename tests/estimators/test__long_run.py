"""The long-run figures: every class has one with a source, and the correlations can be."""

import numpy as np
import pytest

from trimtab.estimators._long_run import LONG_RUN, AssetClass, class_correlations


@pytest.mark.parametrize("one", AssetClass)
def test_every_class_has_a_figure_a_source_and_correlations(one: AssetClass) -> None:
    figure = LONG_RUN[one]
    order, _ = class_correlations()
    assert 0 < figure.volatility <= 1
    assert 0 < figure.loading < 1
    assert len(figure.source) > 40
    assert figure.cited
    assert (figure.like or one) in order


def test_the_correlations_are_a_positive_definite_matrix_of_them() -> None:
    order, matrix = class_correlations()
    assert matrix.shape == (len(order), len(order))
    assert (matrix == matrix.T).all()
    assert (np.diag(matrix) == 1).all()
    assert np.linalg.eigvalsh(matrix).min() > 1e-3


@pytest.mark.parametrize(
    ("calmer", "wilder"),
    [
        (AssetClass.MONEY_MARKET, AssetClass.SHORT_BONDS),
        (AssetClass.SHORT_BONDS, AssetClass.BONDS),
        (AssetClass.BONDS, AssetClass.LONG_BONDS),
        (AssetClass.BONDS, AssetClass.BALANCED),
        (AssetClass.BALANCED, AssetClass.STOCKS),
        (AssetClass.STOCKS, AssetClass.EMERGING_STOCKS),
        (AssetClass.STOCKS, AssetClass.SINGLE_STOCK),
        (AssetClass.SINGLE_STOCK, AssetClass.OTHER),
        (AssetClass.OTHER, AssetClass.CRYPTO),
    ],
)
def test_what_is_known_to_be_wilder_has_the_larger_figure(
    calmer: AssetClass, wilder: AssetClass
) -> None:
    assert LONG_RUN[calmer].volatility < LONG_RUN[wilder].volatility
