"""What becomes the default, computed from the differences and from nothing else.

A challenger wins a case where it beats every rule in it by more than chance: where the lower bound
of each difference, widened for its trials, is above zero.  A learned policy has the no-trade zone
among the rules that it has to beat.  It becomes the default only where it wins every case; where
none does, the rule stays.

Errors: `ValueError` for no cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._ai_compare import Case
from benchmarks._ai_policies import CONTROL, LEARNED, NO_RETURNS

__all__ = ["Standing", "Verdict", "verdict"]

RULE_OF_THUMB = "the best tuned rule"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a challenger did: in how many cases it beat every rule, and where it did not.

    Unit: `worst` lowest lower bound of any difference, fraction of value a year; `against` and
    `where` are its.
    """

    challenger: str
    role: str
    won: int
    cases: int
    worst: float
    against: str
    where: str

    @property
    def is_best(self) -> bool:
        """Whether it won every case."""
        return self.won == self.cases


@dataclass(frozen=True, slots=True)
class Verdict:
    """The default, and how every challenger stands, the default's first."""

    default: str
    standings: tuple[Standing, ...]
    sentence: str


def verdict(cases: Sequence[Case]) -> Verdict:
    """Learned policies are asked first, then control; what wins every case is the default."""
    if not cases:
        raise ValueError("a verdict needs at least one case")
    challengers = {
        one.name: one.role
        for case in cases
        for one in case.entries
        if one.role in (LEARNED, CONTROL)
    }
    standings = [_standing(name, role, cases) for name, role in challengers.items()]
    # The more it wins by, the earlier; a learned one that wins has beaten the zone already.
    standings.sort(key=lambda one: (one.is_best, one.role == LEARNED, one.worst), reverse=True)
    first = standings[0] if standings and standings[0].is_best else None
    default = first.challenger if first else RULE_OF_THUMB
    return Verdict(default, tuple(standings), _sentence(standings, first))


def _standing(name: str, role: str, cases: Sequence[Case]) -> Standing:
    won, worst, against, where = 0, float("inf"), "", ""
    for case in cases:
        own = [one for one in case.differences if one.challenger == name]
        won += bool(own) and all(one.is_won for one in own)
        for one in own:
            if one.interval.low < worst:
                worst, against = one.interval.low, one.against
                where = f"{case.world}, costs x {case.cost_times:g}, {case.change}"
    return Standing(name, role, won, len(cases), worst, against, where)


def _without_returns(standings: Sequence[Standing]) -> str:
    """How the zone does that a mandate has while it has no returns estimated."""
    for one in standings:
        if one.challenger == NO_RETURNS:
            return (
                f"  It has returns estimated there; without, as a mandate has it unless it asks "
                f"for them, it does in {one.won} of {one.cases}."
            )
    return ""


def _sentence(standings: Sequence[Standing], first: Standing | None) -> str:
    learned = [one for one in standings if one.role == LEARNED]
    if not learned:
        fate = "No learned policy was run."
    elif first and first.role == LEARNED:
        fate = f"{first.challenger} is learned and beats every rule in every case: it may ship."
    else:
        best = max(learned, key=lambda one: one.won)
        fate = (
            f"No learned policy beats every rule in every case ({best.challenger} does in "
            f"{best.won} of {best.cases}), so none becomes the default."
        )
    if first and first.role == CONTROL:
        rule = f"{first.challenger} beats every rule in all {first.cases} cases and is the default."
        rule += _without_returns(standings)
    elif first:
        rule = ""
    else:
        rule = (
            "Nothing beats every rule by more than chance in every case: the best tuned rule ships."
        )
    return " ".join(part for part in (fate, rule) if part)
