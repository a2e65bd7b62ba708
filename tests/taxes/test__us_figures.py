"""The yearly figures against what the revenue procedures print.

Each rate table of a revenue procedure gives, in its last row, the cumulative tax at the top of the
35 % bracket.  One wrong threshold anywhere in a row moves that number.
"""

from decimal import Decimal
from itertools import pairwise

import pytest

from trimtab.model.errors import InputError
from trimtab.model.taxes import FilingStatus
from trimtab.taxes._us_figures import NIIT_THRESHOLD, figures, loss_limit

D = Decimal

PRINTED = [
    # year, status, income where 37 % begins, cumulative tax printed there
    (2021, "single", "523600", "157804.25"),
    (2021, "joint", "628300", "168993.50"),
    (2021, "separate", "314150", "84496.75"),
    (2021, "head", "523600", "156355.00"),
    (2022, "single", "539900", "162718.00"),
    (2022, "joint", "647850", "174253.50"),
    (2022, "separate", "323925", "87126.75"),
    (2022, "head", "539900", "161218.50"),
    (2023, "single", "578125", "174238.25"),
    (2023, "joint", "693750", "186601.50"),
    (2023, "separate", "346875", "93300.75"),
    (2023, "head", "578100", "172623.50"),
    (2024, "single", "609350", "183647.25"),
    (2024, "joint", "731200", "196669.50"),
    (2024, "separate", "365600", "98334.75"),
    (2024, "head", "609350", "181954.50"),
    (2025, "single", "626350", "188769.75"),
    (2025, "joint", "751600", "202154.50"),
    (2025, "separate", "375800", "101077.25"),
    (2025, "head", "626350", "187031.50"),
    (2026, "single", "640600", "192979.25"),
    (2026, "joint", "768700", "206583.50"),
    (2026, "separate", "384350", "103291.75"),
    (2026, "head", "640600", "191171.00"),
]


@pytest.mark.parametrize(("year", "status", "income", "tax"), PRINTED)
def test_the_schedule_reproduces_the_printed_cumulative_tax(year, status, income, tax):
    table = figures(year, FilingStatus(status))
    assert table.ordinary[-1] == D(income)
    assert table.ordinary_tax(D(income)) == D(tax)


@pytest.mark.parametrize("year", range(2021, 2027))
@pytest.mark.parametrize("status", list(FilingStatus))
def test_thresholds_rise_within_a_row_and_from_year_to_year(year, status):
    table = figures(year, status)
    assert all(low < high for low, high in pairwise(table.ordinary))
    assert table.gains[0] < table.ordinary[1] < table.gains[1]
    if year > 2021:
        before = figures(year - 1, status)
        new, old = (*table.ordinary, *table.gains), (*before.ordinary, *before.gains)
        assert all(high > low for low, high in zip(old, new, strict=True))


@pytest.mark.parametrize("year", range(2021, 2027))
def test_the_0_percent_bracket_of_a_joint_return_is_twice_that_of_a_single_one(year):
    joint, single = figures(year, FilingStatus.JOINT), figures(year, FilingStatus.SINGLE)
    assert joint.gains[0] == 2 * single.gains[0]
    assert abs(joint.gains[1] / 2 - figures(year, FilingStatus.SEPARATE).gains[1]) <= 25


@pytest.mark.parametrize(
    ("status", "income", "limit"),
    [
        ("single", None, "3000"),
        ("joint", "50000", "3000"),
        ("head", "50000", "3000"),
        ("separate", "50000", "1500"),
        ("single", "1000", "1000"),
        ("single", "0", "0"),
    ],
)
def test_the_deductible_loss_is_3000_or_1500_and_never_more_than_taxable_income(
    status, income, limit
):
    assert loss_limit(FilingStatus(status), None if income is None else D(income)) == D(limit)


def test_the_investment_tax_begins_at_200_250_and_125_thousand():
    thresholds = {status.value: int(amount) for status, amount in NIIT_THRESHOLD.items()}
    assert thresholds == {"single": 200000, "head": 200000, "joint": 250000, "separate": 125000}


@pytest.mark.parametrize("year", [1999, 2020, 2027])
def test_a_year_without_a_table_is_refused_with_the_years_known_and_the_way_out(year):
    with pytest.raises(InputError, match=rf"{year}.*2021 to 2026.*short_rate and long_r"):
        figures(year, FilingStatus.SINGLE)


@pytest.mark.parametrize(
    ("below", "gains", "slices"),
    [
        ("30000", "10000", [("0", "10000")]),
        ("40000", "20000", [("0", "8350"), ("0.15", "11650")]),
        ("48350", "1000", [("0.15", "1000")]),
        ("500000", "100000", [("0.15", "33400"), ("0.20", "66600")]),
        ("600000", "5000", [("0.20", "5000")]),
        ("0", "600000", [("0", "48350"), ("0.15", "485050"), ("0.20", "66600")]),
    ],
)
def test_gains_fill_the_brackets_above_ordinary_income(below, gains, slices):
    table = figures(2025, FilingStatus.SINGLE)
    assert table.slices(D(below), D(gains)) == tuple((D(r), D(part)) for r, part in slices)
    assert table.gains_tax(D(below), D(gains)) == sum(D(r) * D(part) for r, part in slices)
