"""The verdict follows from the intervals alone, on results that were planted."""

import pytest

from benchmarks._ai_compare import Case, Difference, Entry
from benchmarks._ai_policies import CONTROL, LEARNED, RULE
from benchmarks._ai_verdict import RULE_OF_THUMB, verdict
from trimtab.quant.performance.bootstrap import Interval, IntervalKind


def entry(name: str, role: str) -> Entry:
    return Entry(name, role, name, 0, 1e-3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, (1e-3,))


def planted(zone: float, learned: float, learned_over_zone: float, name: str = "a world") -> Case:
    """Lower bounds of what each saves against a rule, and the learned one against the zone."""
    entries = (entry("a rule", RULE), entry("the zone", CONTROL), entry("the learned", LEARNED))

    def saves(challenger: str, against: str, low: float) -> Difference:
        interval = Interval(low + 1e-4, low, low + 2e-4, 0.95, IntervalKind.PERCENTILE)
        return Difference(challenger, against, interval)

    differences = (
        saves("the zone", "a rule", zone),
        saves("the learned", "a rule", learned),
        saves("the learned", "the zone", learned_over_zone),
    )
    return Case(name, 1.0, "as fitted", entries, differences)


@pytest.mark.parametrize(
    ("cases", "default"),
    [
        ([planted(1e-5, 2e-5, 1e-5)], "the learned"),
        ([planted(1e-5, 2e-5, -1e-5)], "the zone"),  # it beats the rules, but not the zone
        ([planted(1e-5, -1e-5, -2e-5)], "the zone"),
        ([planted(-1e-5, 2e-5, 1e-5)], "the learned"),
        ([planted(-1e-5, -1e-5, -1e-5)], RULE_OF_THUMB),
        ([planted(0.0, 0.0, 0.0)], RULE_OF_THUMB),  # a bound at zero is no win
        ([planted(1e-5, 2e-5, 1e-5), planted(1e-5, -1e-6, 1e-5)], "the zone"),  # one case is enough
    ],
)
def test_a_learned_policy_is_the_default_only_where_its_lower_bound_wins_everywhere(
    cases: list[Case], default: str
) -> None:
    assert verdict(cases).default == default


def test_the_verdict_says_so_where_no_learned_policy_wins() -> None:
    told = verdict([planted(1e-5, -1e-5, -1e-5)])
    assert "none becomes the default" in told.sentence
    assert "the zone beats every rule in all 1 cases" in told.sentence


def test_each_standing_names_its_least_certain_case() -> None:
    told = verdict([planted(1e-5, 3e-5, 2e-5), planted(1e-5, 3e-5, -4e-5, "another world")])
    learned = next(one for one in told.standings if one.challenger == "the learned")
    assert (learned.won, learned.cases, learned.against) == (1, 2, "the zone")
    assert learned.where.startswith("another world")


def test_a_verdict_needs_a_case() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        verdict([])
