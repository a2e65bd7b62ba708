"""Two statements against each other, sentence by sentence."""

from decimal import Decimal

import pytest

from tests.app.policy_statement.made_mandates import Change, made, stated
from trimtab.app.policy_statement.difference import differences

BEFORE = made("household", {"name": "Ana and Ben"})


def test_the_same_mandate_differs_in_nothing_whatever_its_comments_and_order():
    again = BEFORE.replace("# A mandate.", "# Another comment.")
    assert differences(stated(BEFORE), stated(again)) == ()


@pytest.mark.parametrize(
    ("section", "change", "clause", "word", "old", "new"),
    [
        ("cash", {"reserve": 1000}, "cash.reserve", "changed", "No amount", "$1,000 stays"),
        ("limits", {"tax_budget": 9}, "limits.tax_budget", "changed", "No limit", "below $9."),
        ("tax", {"short_rate": Decimal("0.3")}, "tax.short_rate", "added", "", "30 %"),
        ("flows", {"name": "car"}, "flows.car", "added", "", "$20,000 is needed"),
        ("flows", {"name": "car"}, "flows.roof", "removed", "$20,000 is needed", ""),
    ],
)
def test_a_change_of_the_mandate_is_one_sentence_with_its_old_and_new_words(
    section: str, change: Change, clause: str, word: str, old: str, new: str
):
    found = {one.clause: one for one in differences(stated(BEFORE), stated(made(section, change)))}
    assert found[clause].word == word
    assert old in found[clause].old and new in found[clause].new
    assert bool(found[clause].old) is (word != "added")
    assert bool(found[clause].new) is (word != "removed")


def test_what_is_undone_is_the_same_change_the_other_way_round():
    after = stated(made("cash", {"reserve": 1000}))
    there, back = differences(stated(BEFORE), after), differences(after, stated(BEFORE))
    assert [(one.clause, one.old, one.new) for one in there] == [
        (one.clause, one.new, one.old) for one in back
    ]
