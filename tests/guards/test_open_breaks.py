"""Nothing is traded in an account whose records disagree, and it is said."""

from dataclasses import replace

import pytest

from tests.guards.one_world import HOME, REFUSAL, WARNING, check, codes, sells
from tests.guards.planned import planned
from trimtab.guards.open_breaks import OpenBreaks
from trimtab.testing.worlds import World

WHY = "VTI on 2024-06-28: positions 12, lots 10, journal 12"


def blocked(*accounts: str) -> World:
    """The household with open breaks in some of its accounts."""
    return replace(HOME, snapshot=replace(HOME.snapshot, blocked=dict.fromkeys(accounts, WHY)))


@pytest.mark.parametrize(
    ("accounts", "found"),
    [
        ((), []),
        (("ira",), [("open_breaks", WARNING)]),
        (("taxable",), [("open_breaks", REFUSAL), ("open_breaks", WARNING)]),
        (
            ("taxable", "ira"),
            [("open_breaks", REFUSAL), ("open_breaks", WARNING), ("open_breaks", WARNING)],
        ),
    ],
)
def test_a_trade_in_such_an_account_is_refused_and_every_such_account_is_named(
    accounts: tuple[str, ...], found: list[tuple[str, object]]
) -> None:
    home = blocked(*accounts)
    assert codes(check(OpenBreaks(), planned(home, sells("old", 10)), home)) == found


def test_the_refusal_tells_the_three_figures_and_what_to_do() -> None:
    home = blocked("taxable")
    (refusal, note) = check(OpenBreaks(), planned(home, sells("old", 10)), home)
    assert WHY in refusal.message
    assert refusal.remedy == note.remedy == "answer them with `trimtab breaks`"
    assert note.subject == "account taxable"
