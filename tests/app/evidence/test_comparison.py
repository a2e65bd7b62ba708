"""Policies are put in order, and a difference is told from chance."""

from dataclasses import replace

import numpy as np
import pytest

from tests.app.evidence.made_runs import RULES, made_run, made_runs
from tests.app.evidence.test_figures import first_days
from trimtab.app.evidence import Drawing, RankBy, compare
from trimtab.model.errors import InputError

FEW = Drawing(draws=200)


@pytest.mark.parametrize("by", list(RankBy))
def test_every_ranking_orders_by_its_figure(by: RankBy):
    ranking = compare(made_runs(count=600), by, FEW).ranking
    figures = {
        RankBy.AFTER_LIQUIDATION: [-one.after_liquidation_end for one in ranking],
        RankBy.AFTER_TAX: [-one.after_tax_end for one in ranking],
        RankBy.VALUE: [-one.value_end for one in ranking],
        RankBy.TRACKING_ERROR: [one.tracking_error for one in ranking],
        RankBy.DRAWDOWN: [-(one.drawdown_max or 0) for one in ranking],
        RankBy.VOLATILITY: [one.volatility for one in ranking],
        RankBy.TURNOVER: [one.turnover for one in ranking],
        RankBy.COST: [one.costs.total for one in ranking],
        RankBy.TAX: [one.taxes.total for one in ranking],
    }[by]
    assert figures == sorted(figures)
    assert by.words


def test_differences_are_against_the_first_policy_as_asked():
    found = compare(made_runs("quarterly", "hold", "5/25"), drawing=FEW)
    assert [one.policy for one in found.differences] == ["hold", "5/25"]
    assert {one.against for one in found.differences} == {"quarterly"}
    assert found.difference("quarterly") is None


def test_a_pair_has_the_same_interval_whoever_else_is_compared():
    (alone,) = compare(made_runs("hold", "5/25"), drawing=FEW).differences
    among = compare(made_runs("hold", "annual", "5/25", "quarterly"), drawing=FEW)
    assert among.difference("5/25") == alone
    assert alone.block >= 1.0


def test_the_yearly_difference_is_that_of_the_figures():
    found = compare(made_runs("annual", "200/175"), drawing=FEW)
    one, other = (figures.after_liquidation_return for figures in found.figures)
    assert one is not None and other is not None
    assert found.differences[0].yearly == pytest.approx(other - one, abs=1e-12)


def test_two_policies_that_do_the_same_do_not_differ():
    run = made_run("5/25")
    found = compare([run, replace(run, policy="twin")], drawing=FEW).differences[0]
    assert (found.wealth, found.yearly, found.low, found.high) == (0, 0, 0, 0)
    assert not found.is_beyond_chance


def test_a_fee_of_one_percent_a_year_is_more_than_chance():
    """The same days, a little less each: no luck turns that round."""
    run = made_run("5/25")
    kept = 0.99 ** (np.arange(len(run.daily.value)) / 252)
    dearer = replace(run, policy="dearer", daily=replace(run.daily, value=run.daily.value * kept))
    found = compare([run, dearer], drawing=FEW).differences[0]
    assert found.is_beyond_chance
    assert found.low < found.yearly < found.high < -0.008


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others():
    runs = made_runs("annual", "hold")
    same = [compare(runs, drawing=FEW).differences[0].low for _ in range(2)]
    other = compare(runs, drawing=replace(FEW, seed=2)).differences[0].low
    assert same[0] == same[1] != other


def test_too_few_days_have_no_interval():
    runs = [first_days(made_run(name), 40) for name in ("annual", "hold")]
    assert compare(runs).differences == ()


def test_a_policy_that_lost_everything_leaves_the_comparison_without_intervals():
    run = made_run("5/25")
    lost = replace(run, policy="lost", daily=replace(run.daily, value=run.daily.value * -1.0))
    found = compare([run, lost], RankBy.VOLATILITY, FEW)
    assert found.differences == ()
    assert [one.policy for one in found.ranking] == ["5/25", "lost"]


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ((), "there is no run"),
        ((made_run("hold"), made_run("hold")), "it is there 2 times"),
        ((made_run("hold"), made_run("annual", 300)), "300 sessions"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(runs: tuple, said: str):
    with pytest.raises(InputError, match=said):
        compare(runs)


def test_all_policies_of_the_demo_are_compared():
    assert len(compare(made_runs(count=300), drawing=FEW).differences) == len(RULES) - 1


def test_differences_can_be_told_the_largest_first():
    found = compare(made_runs(count=600), drawing=FEW)
    yearly = [one.yearly for one in found.ranked_differences]
    assert yearly == sorted(yearly, reverse=True)
    assert len(yearly) == len(RULES) - 1
