"""The result in words: numbers come from the figures, and nothing is recommended."""

import re

import pytest

from tests.app.evidence.made_runs import made_run, made_runs
from tests.app.evidence.test_figures import first_days
from trimtab.app.evidence import Comparison, Difference, Drawing, compare
from trimtab.app.evidence.sentences import chance_words, plain, result_sentences, span_words
from trimtab.app.report.words import money_in

FEW = Drawing(draws=200)
USD = money_in("USD")


def words(comparison: Comparison) -> str:
    return plain(" ".join(result_sentences(comparison, USD)))


def test_several_policies_are_told_with_who_ended_highest_and_by_how_much():
    found = compare(made_runs(), drawing=FEW)
    highest = max(found.figures, key=lambda one: one.after_liquidation_end)
    lowest = min(found.figures, key=lambda one: one.after_liquidation_end)
    told = words(found)
    assert f"{highest.policy} ended highest of 7 policies" in told
    assert USD(highest.after_liquidation_end) in told
    assert USD(highest.after_liquidation_end - lowest.after_liquidation_end) in told


def test_the_lowest_is_told_with_whether_that_is_more_than_chance():
    found = compare(made_runs(), drawing=FEW)
    lowest = min(found.figures, key=lambda one: one.after_liquidation_end)
    compared = found.difference(lowest.policy)
    assert compared is not None
    said = "is larger" if compared.is_beyond_chance else "is not larger"
    assert f"Against {found.first.policy} its difference {said} than chance" in words(found)
    assert "its difference" not in words(compare(made_runs(), drawing=Drawing(draws=0)))


def test_two_policies_are_told_without_a_lowest():
    found = compare(made_runs("hold", "annual"), drawing=FEW)
    gap = found.figures[1].after_liquidation_end - found.figures[0].after_liquidation_end
    told = words(found)
    assert f"{USD(abs(gap))} {'more than hold' if gap > 0 else 'less'}" in told
    assert "lowest" not in told


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.0012, 0.0041, "is not larger than chance"),
        (0.0003, 0.0041, "is larger than chance"),
        (-0.0041, -0.0003, "is larger than chance"),
    ],
)
def test_a_difference_is_larger_than_chance_where_its_interval_leaves_zero_out(
    low: float, high: float, said: str
):
    told = plain(chance_words(Difference("5/25", "annual", 100.0, 0.001, low, high, 0.2, 5.0)))
    assert said in told
    for end in (low, high):
        assert f"{abs(end) * 100:.2f} points {'below' if end < 0 else 'above'}" in told


def test_one_policy_is_told_by_itself():
    found = compare([made_run("5/25")])
    one = found.first
    told = words(found)
    assert f"5/25 turned {USD(one.value_start)} into {USD(one.value_end)}" in told
    assert f"{USD(one.taxes.paid)} of tax" in told
    assert f"{one.trades} trades" in told


def test_deposits_are_told_beside_what_was_there():
    told = words(compare([made_run("annual", yearly_flow=-20_000.0)]))
    assert "and $180,000 drawn out into" in told


def test_one_day_is_told_as_a_day():
    told = words(compare([first_days(made_run("hold"), 1)]))
    assert told == "On 2 Jan 2013, hold held $1,000,000: $952,400 after liquidation tax."


def test_few_days_say_that_nothing_can_be_said_of_chance():
    runs = [first_days(made_run(name), 40) for name in ("annual", "hold")]
    assert "cannot be said from so few days" in words(compare(runs))


def test_whole_years_are_named_as_years():
    run = made_run("hold", count=1041)
    last = run.daily.dates[-1]
    assert (last.month, last.day) >= (12, 27)
    assert span_words(compare([run]).first) == "Over 2013–2016"


def test_no_policy_is_recommended():
    for runs in (made_runs(), made_runs("hold", "annual"), [made_run("5/25")]):
        told = words(compare(runs, drawing=FEW))
        assert not re.search(r"\b(best|recommend|optimal|should|winner)", told, re.IGNORECASE)
