"""What a person may answer, in words."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.app.importing.answers import FITTING, Answer, Side
from trimtab.model.breaks import BreakKind


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(take=Side.LOTS), "take lots"),
        (
            Answer(basis=Decimal("12.50"), acquired=date(2020, 1, 2)),
            "basis 12.50, acquired 2020-01-02",
        ),
        (Answer(account="ira"), "account ira"),
        (Answer(is_outside=True), "outside yes"),
        (Answer(became="META", ratio=(3, 2)), "ratio 3:2, became META"),
        (Answer(accept=True, note="why"), "accepted yes"),
        (Answer(), ""),
    ],
)
def test_the_journal_keeps_an_answer_in_words(answer: Answer, words: str) -> None:
    assert answer.words == words


def test_every_kind_of_break_has_answers_that_fit() -> None:
    assert set(FITTING) == set(BreakKind)
    assert all(words.startswith("--") for words in FITTING.values())
