"""Approvals: whose words count, what they come to, and when a question lapses."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.decisions import DECISION
from trimtab.cycle.approvals import (
    ApprovalRules,
    Basis,
    basis_shown,
    check_word,
    question,
    status_of,
    why_lapsed,
)
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalStatus, ApprovalWord

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CLOSE = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
PRICES = {"VTI": Decimal("250.10"), "BND": Decimal(80)}
HELD = {("ira", "VTI"): Decimal(20), ("ira", "USD"): Decimal("1500.00")}
BASIS = Basis(PRICES, HELD, "m1")
RULES = ApprovalRules()
ASKED = question("smith", DECISION, BASIS, RULES, AT, CLOSE)
YES, NO, WAIT = ApprovalWord.APPROVE, ApprovalWord.REJECT, ApprovalWord.HOLD


def said(person: str, word: ApprovalWord, bound_to: str = ASKED.bound_to) -> Approval:
    return Approval(ASKED.id, person, word, AT, bound_to)


@pytest.mark.parametrize(
    ("needed", "words", "comes_to"),
    [
        (1, [], ApprovalStatus.WAITING),
        (1, [said("ada", YES)], ApprovalStatus.APPROVED),
        (2, [said("ada", YES)], ApprovalStatus.WAITING),
        (2, [said("ada", YES), said("ada", YES)], ApprovalStatus.WAITING),
        (2, [said("ada", YES), said("ben", YES)], ApprovalStatus.APPROVED),
        (1, [said("ada", YES), said("ben", NO)], ApprovalStatus.REJECTED),
        (1, [said("ben", NO), said("ben", YES)], ApprovalStatus.REJECTED),
        (1, [said("ada", YES), said("ben", WAIT)], ApprovalStatus.HELD),
        (1, [said("ben", WAIT), said("ben", YES)], ApprovalStatus.APPROVED),
        (1, [said("ada", YES, "of something else")], ApprovalStatus.WAITING),
    ],
)
def test_words_come_to(needed: int, words: list[Approval], comes_to: ApprovalStatus) -> None:
    asked = replace(ASKED, needed=needed)
    assert status_of(asked, words, RULES)[0] is comes_to


def test_words_of_people_who_are_not_named_count_nothing() -> None:
    rules = ApprovalRules(people=("ada",))
    assert status_of(ASKED, [said("ben", YES)], rules)[0] is ApprovalStatus.WAITING
    assert status_of(ASKED, [said("ben", NO)], rules)[0] is ApprovalStatus.WAITING


@pytest.mark.parametrize(
    ("now", "basis", "why"),
    [
        (AT, BASIS, ""),
        (CLOSE - timedelta(seconds=1), BASIS, ""),
        (CLOSE, BASIS, "trading day"),
        (AT, replace(BASIS, mandate="m2"), "mandate"),
        (AT, replace(BASIS, prices=PRICES | {"VTI": Decimal("255.10")}), ""),
        (AT, replace(BASIS, prices=PRICES | {"VTI": Decimal("255.11")}), "price of VTI"),
        (AT, replace(BASIS, prices=PRICES | {"VTI": Decimal("245.09")}), "price of VTI"),
        (AT, replace(BASIS, prices={"VTI": PRICES["VTI"]}), "BND has no price"),
        (AT, replace(BASIS, positions=HELD | {("ira", "VTI"): Decimal(21)}), "VTI in ira"),
        (AT, replace(BASIS, positions={("ira", "VTI"): Decimal(20)}), "USD in ira"),
        (AT, replace(BASIS, positions=HELD | {("ira", "BND"): Decimal(1)}), "BND in ira"),
    ],
)
def test_a_question_lapses_when_what_it_rests_on_moves(
    now: datetime, basis: Basis, why: str
) -> None:
    found = why_lapsed(ASKED, now, basis, RULES)
    assert found == why or (why and why in found)


def test_what_was_shown_can_be_shown_again() -> None:
    assert basis_shown(ASKED) == BASIS
    seen = json.loads(ASKED.seen)
    assert seen["sentence"] == DECISION.sentence
    assert len(seen["trades"]) == len(DECISION.plan.trades if DECISION.plan else ())


def test_what_was_shown_and_then_altered_is_refused() -> None:
    altered = replace(ASKED, seen=ASKED.seen.replace("250.1", "150.1"))
    with pytest.raises(InputError, match="altered"):
        why_lapsed(altered, AT, BASIS, RULES)


@given(
    st.dictionaries(st.sampled_from(["VTI", "BND", "GLD"]), st.decimals(1, 999, places=2)),
    st.dictionaries(
        st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["VTI", "USD"])),
        st.decimals(-99, 999, places=3),
    ),
)
def test_every_basis_is_read_back_as_it_was_bound(
    prices: dict[str, Decimal], positions: dict[tuple[str, str], Decimal]
) -> None:
    basis = Basis(prices, positions, "m")
    assert basis_shown(question("s", DECISION, basis, RULES, AT, CLOSE)) == basis


def test_a_cycle_asks_one_question_whatever_crashes() -> None:
    later = question("smith", DECISION, BASIS, RULES, AT + timedelta(minutes=1), CLOSE)
    assert later.id == ASKED.id


@pytest.mark.parametrize(
    ("request_", "rules", "now", "why"),
    [
        (replace(ASKED, status=ApprovalStatus.REJECTED), RULES, AT, "rejected already"),
        (ASKED, RULES, CLOSE, "lapsed"),
        (ASKED, ApprovalRules(people=("ben",)), AT, "ada may not"),
        (replace(ASKED, note_required=True), RULES, AT, "note"),
    ],
)
def test_a_word_that_does_not_count_is_refused(
    request_: object, rules: ApprovalRules, now: datetime, why: str
) -> None:
    with pytest.raises(InputError, match=why):
        check_word(request_, rules, "ada", " ", now)  # type: ignore[arg-type]


def test_rules_that_nobody_could_meet_are_refused() -> None:
    for wrong in (
        {"needed": 0},
        {"needed": 2, "people": ("ada", "ada")},
        {"price_move": Decimal(1)},
    ):
        with pytest.raises(InputError):
            ApprovalRules(**wrong)  # type: ignore[arg-type]
