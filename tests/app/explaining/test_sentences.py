"""No number reaches a reader that a second computation has not confirmed."""

from dataclasses import replace

import pytest

from trimtab.app.explaining.sentences import (
    Figure,
    Sentence,
    Unit,
    is_true,
    numbers_in,
    shown,
    told,
)

COST = Figure("cost", 1_234.4, Unit.MONEY)
WEIGHT = Figure("weight", 0.6381, Unit.WEIGHT)
ERROR = Figure("error", 0.0152, Unit.BASIS_POINTS)
TRUE = told("drift", "Stocks at {} are {} off and cost {} a year.", WEIGHT, ERROR, COST)
TRUTH = {"cost": 1_234.4, "weight": 0.6381, "error": 0.0152}


def test_a_sentence_that_agrees_with_the_second_computation_is_shown():
    assert TRUE.text == "Stocks at 63.8 % are 152 bp off and cost $1,234 a year."
    assert shown([TRUE], TRUTH).sentences == (TRUE,)


PLANTED = [
    # (what is wrong, the sentence)
    ("a figure", told("drift", "Stocks cost {} a year.", replace(COST, value=1_240.0))),
    ("a number in the text", Sentence("drift", "Stocks cost $1,243 a year.", (COST,))),
    ("a number that is no figure", Sentence("drift", "Stocks cost $1,234 in 3 years.", (COST,))),
    ("a sign", Sentence("drift", "Stocks cost −$1,234 a year.", (COST,))),
    ("a unit", Sentence("drift", "Stocks are 63.8 bp off.", (WEIGHT,))),
    ("a number told twice", Sentence("drift", "Stocks cost $1,234, yes $1,234.", (COST,))),
    ("a figure nobody worked out again", told("drift", "{} left.", Figure("x", 1.0, Unit.COUNT))),
    ("not a number", told("drift", "Costs {}.", replace(COST, value=float("nan")))),
    ("a digit more", Sentence("drift", "Stocks stand at 63.81 %.", (WEIGHT,))),
]


@pytest.mark.parametrize(("sentence"), [p[1] for p in PLANTED], ids=[p[0] for p in PLANTED])
def test_a_planted_wrong_number_withholds_the_sentence(sentence):
    found = shown([TRUE, sentence], TRUTH)
    assert found.sentences == (TRUE,)
    assert len(found.withheld) == 1
    assert found.withheld[0].startswith("drift: ")


WRITTEN = [
    ("It trades 15 times.", ("15",)),
    ("$1,234.50 and −$20, then €5", ("$1,234.50", "−$20", "€5")),
    ("63.8 % against 60.0 %, +3.8 points", ("63.8 %", "60.0 %", "+3.8")),
    ("152 bp from 2026-03-31 on", ("152 bp",)),
    ("no number at all", ()),
]


@pytest.mark.parametrize(("text", "numbers"), WRITTEN)
def test_every_number_of_a_text_is_found(text, numbers):
    assert numbers_in(text) == numbers


def test_two_computations_may_differ_in_what_is_not_written():
    assert is_true(TRUE, {**TRUTH, "cost": 1_234.8}) == ""
    assert "worked out again 1235.5" in is_true(TRUE, {**TRUTH, "cost": 1_235.5})
