"""The wash-sale engine against the statute, the regulations, and cases from beside the checkout."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.books.wash_readings import READINGS_AND_SHELTERS
from tests.books.wash_rule import THE_RULE
from tests.books.wash_sentence import Case
from tests.books.wash_tables import expected, lots_of, rows_of
from trimtab.books.wash_case import answer_of, read_case
from trimtab.books.wash_sales import (
    match_wash_sales,
)
from trimtab.model.errors import InputErrors
from trimtab.model.lots import is_long_term

CASES = [*THE_RULE, *READINGS_AND_SHELTERS]


@pytest.mark.parametrize("case", CASES, ids=[case.sentence for case in CASES])
def test_rule(case: Case) -> None:
    result = match_wash_sales(lots_of(case.lots), case.reading)
    assert rows_of(result) == expected(case.answer)


def test_every_case_beside_the_checkout_comes_out_as_it_says(shared_dir: Path) -> None:
    files = sorted((shared_dir / "tax" / "washsale_cases").glob("*.json"))
    assert len(files) >= 20
    wrong = {}
    for file in files:
        answer = answer_of(match_wash_sales(read_case(file.read_text()).lots))
        wanted = json.loads(file.read_text())["expect"]
        problems = [
            key
            for key in ("disallowed_total", "permanently_disallowed")
            if abs(answer[key] - wanted[key]) > 0.01
        ]
        if _merged(answer["segments"]) != _merged(wanted["segments"]):
            problems.append("segments")
        if problems:
            wrong[file.stem] = problems
    assert wrong == {}


def _merged(segments: list[dict]) -> dict[tuple, float]:
    """Shares by what is compared, so that segments may be split differently."""
    shares: dict[tuple, float] = {}
    for segment in segments:
        key = (
            segment["lot"],
            segment["sell_date"],
            segment["holding_start"],
            segment["code"],
            segment.get("permanent", False),
            round(segment["adjusted_basis"] / segment["qty"], 3),
            round(segment["disallowed"] / segment["qty"], 3),
        )
        shares[key] = round(shares.get(key, 0.0) + segment["qty"], 6)
    return shares


def test_a_carried_holding_period_makes_a_young_replacement_long_term() -> None:
    result = match_wash_sales(
        lots_of(
            """old | taxable | 10 | 2024-01-02 | 1000 | 2024-12-02 | 700
               new | taxable | 10 | 2024-12-10 | 720 | 2025-03-10 | 900"""
        )
    )
    new = next(segment for segment in result.segments if segment.lot == "new")
    assert new.holding_start is not None
    assert is_long_term(new.holding_start, date(2025, 3, 10))
    assert new.deductible_gain == Decimal(-120)


def test_the_order_of_the_input_does_not_matter() -> None:
    lots = lots_of(next(case.lots for case in CASES if "uneven" in case.sentence))
    forwards, backwards = match_wash_sales(lots), match_wash_sales(lots[::-1])
    assert forwards == backwards


def test_numbered_lots_of_one_day_are_taken_in_the_order_of_their_numbers() -> None:
    result = match_wash_sales(
        lots_of(
            """old   | taxable | 5 | 2024-01-02 | 500 | 2025-06-12 | 400
               row10 | taxable | 5 | 2025-06-20 | 400
               row2  | taxable | 5 | 2025-06-20 | 400"""
        )
    )
    assert [match.replacement.lot for match in result.matches] == ["row2"]


SPOUSE = """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
            new | spouse | 10 | 2025-06-15 | 850"""
ALONE = "old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900"


@pytest.mark.parametrize(
    ("lots", "words"),
    [
        (SPOUSE, "thin authority"),
        (SPOUSE.replace("spouse", "ira"), "Rev. Rul. 2008-5"),
        (SPOUSE.replace("spouse", "401k"), "no ruling on this kind of account"),
        (SPOUSE.replace("850", "850 | 2025-06-12 | 900").replace("06-15", "06-10"), "not settled"),
        (ALONE, "only the accounts named were checked"),
    ],
)
def test_a_note_says_where_the_answer_is_thin(lots: str, words: str) -> None:
    notes = match_wash_sales(lots_of(lots)).notes
    assert any(words in note for note in notes), notes


def test_where_no_basis_rises_nothing_is_said_about_whose() -> None:
    notes = match_wash_sales(lots_of(SPOUSE.replace("spouse", "spouse_ira"))).notes
    assert any("Publication 550" in note for note in notes)
    assert not any("whose basis" in note for note in notes)


def test_the_answer_says_which_accounts_and_days_it_covers() -> None:
    result = match_wash_sales(lots_of(ALONE), not_loaded=["her 401(k)"])
    assert result.coverage.sentence == (
        "no match in the 1 account loaded (taxable), 2025-05-13 to 2025-07-12; "
        "not loaded: her 401(k)"
    )


def test_the_answer_claims_nothing_about_days_after_the_day_it_is_given_for() -> None:
    result = match_wash_sales(lots_of(ALONE), as_of=date(2025, 6, 20))
    assert result.coverage.window_to == date(2025, 6, 20)
    assert any("up to 2025-07-12" in note for note in result.notes)


def test_a_window_that_has_closed_is_not_called_open() -> None:
    result = match_wash_sales(lots_of(ALONE), as_of=date(2025, 7, 12))
    assert not any("would still wash" in note for note in result.notes)


@pytest.mark.parametrize(
    ("lots", "words"),
    [
        ("a | taxable | -1 | 2024-01-02 | 1000", "quantity is -1; it must be above zero"),
        ("a | taxable | 0 | 2024-01-02 | 1000", "quantity is 0"),
        ("a | taxable | NaN | 2024-01-02 | 1000", "quantity is NaN"),
        ("a | taxable | 1 | 2024-01-02 | -5", "cost is -5; it must be zero or more"),
        ("a | taxable | 1 | 2024-01-02 | 5 | 2024-01-01 | 4", "before it was bought on 2024-01-02"),
        ("a | taxable | 1 | 2024-01-02 | 5 | 2024-01-03", "a sale date but no proceeds"),
        ("a | taxable | 1 | 2024-01-02 | 5 | | 4", "proceeds but no sale date"),
        (
            "a | taxable | 1 | 2024-01-02 | 5\na | taxable | 1 | 2024-02-02 | 5",
            "two purchases have this id, of 2024-01-02 and 2024-02-02",
        ),
        ("a | taxable | 1 | 2024-01-02 | 5\na | taxable | 1 | 2024-01-02 | 5", "given twice"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_by_name(lots: str, words: str) -> None:
    with pytest.raises(InputErrors, match="lot 'a'") as refused:
        match_wash_sales(lots_of(lots))
    assert words in str(refused.value)
