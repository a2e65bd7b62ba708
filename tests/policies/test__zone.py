"""What a zone relies on: all of correlations where trades are cheap, half where sales are taxed."""

import numpy as np
import pytest

from trimtab.policies._zone import Zone, zone_of
from trimtab.policies._zone_problem import TAX_EACH_WAY, ClassProblem
from trimtab.quant.control.tracking import TrackingProblem

DEVIATION = np.array([0.18, 0.17, 0.16, 0.05])


def zone(alike: float, classes: int, *, is_taxed: bool) -> Zone:
    """The zone of classes that all move alike to some degree; costs are the same, taxed or not."""
    deviation = DEVIATION[-classes:]
    correlation = np.full((classes, classes), alike)
    np.fill_diagonal(correlation, 1.0)
    covariance = correlation * np.outer(deviation, deviation)
    weight = np.full(classes, 1.0 / classes)
    cost = np.full(classes, 0.001)
    cost[0] = 0.016
    tax = np.where(cost > 0.01, 0.03, 0.0) if is_taxed else np.zeros(classes)
    problem = TrackingProblem(weight, np.zeros(classes), covariance, cost, 4.0, 1 / 12)
    names = tuple(f"class {at}" for at in range(classes))
    trading = cost - TAX_EACH_WAY * tax
    return zone_of(ClassProblem(names, problem, trading, tax, np.eye(classes), np.eye(classes)))


def test_where_a_sale_is_taxed_a_zone_relies_on_half_of_correlations():
    taxed, believed = zone(0.8, 4, is_taxed=True), zone(0.4, 4, is_taxed=False)
    assert taxed.region.metric == pytest.approx(believed.region.metric, rel=1e-6)


def test_what_is_shown_of_the_market_is_what_was_measured():
    """Only the zone relies on less; what rules cost is simulated with all of it."""
    shown = zone(0.8, 4, is_taxed=True).classes.problem.covariance
    assert shown[0, 1] == pytest.approx(0.8 * DEVIATION[0] * DEVIATION[1])


@pytest.mark.parametrize(("classes", "is_taxed"), [(4, False), (2, True)])
def test_without_tax_and_between_two_classes_all_of_them_counts(classes: int, is_taxed: bool):
    all_of_it, half = zone(0.8, classes, is_taxed=is_taxed), zone(0.4, classes, is_taxed=is_taxed)
    assert all_of_it.region.metric != pytest.approx(half.region.metric, rel=0.005)
    same = zone(0.8, classes, is_taxed=False)
    assert all_of_it.region.metric == pytest.approx(same.region.metric, rel=1e-6)
