"""The wash-sale engine against the statute, the regulations, and cases from beside the checkout."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.books.wash_tables import expected, lots_of, rows_of
from trimtab.books.wash_case import answer_of, read_case
from trimtab.books.wash_sales import (
    HoldingReading,
    WashSaleReading,
    match_wash_sales,
)
from trimtab.model.errors import InputErrors
from trimtab.model.lots import is_long_term


@dataclass(frozen=True)
class Case:
    sentence: str
    lots: str
    answer: str
    reading: WashSaleReading | None = None


# Lots:    lot | account | shares | bought | cost | sold | proceeds | order
# Answer:  lot | shares | basis | held from | disallowed († for good)
CASES = [
    Case(
        "a gain is never a wash sale (1091(a) speaks of losses)",
        """old | taxable | 10 | 2024-01-02 | 700 | 2025-06-02 | 1000
           new | taxable | 10 | 2025-06-03 | 990""",
        """old | 10 | 700.00 | 2024-01-02 | 0.00
           new | 10 | 990.00 | 2025-06-03 | 0.00""",
    ),
    Case(
        "a sale at exactly its cost is no loss",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 1000
           new | taxable | 10 | 2025-06-03 | 990""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 990.00 | 2025-06-03 | 0.00""",
    ),
    Case(
        "the thirtieth day before the sale is inside the window",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new | taxable | 10 | 2025-05-03 | 950""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 1050.00 | 2023-12-03 | 0.00""",
    ),
    Case(
        "the thirty-first day after the sale is outside",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new | taxable | 10 | 2025-07-03 | 950""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 950.00 | 2025-07-03 | 0.00""",
    ),
    Case(
        "the window counts calendar days over the end of a leap February",
        """old | taxable | 10 | 2023-01-02 | 1000 | 2024-01-31 | 900
           in  | taxable | 4 | 2024-03-01 | 400
           out | taxable | 6 | 2024-03-02 | 600""",
        """old | 4 | 400.00 | 2023-01-02 | 40.00
           old | 6 | 600.00 | 2023-01-02 | 0.00
           in | 4 | 440.00 | 2023-02-01 | 0.00
           out | 6 | 600.00 | 2024-03-02 | 0.00""",
    ),
    Case(
        "replacements serve in order of acquisition until the loss is used up",
        """old | taxable | 100 | 2023-09-26 | 5000 | 2024-02-06 | 4000
           c   | taxable | 50 | 2024-02-13 | 1000
           b   | taxable | 50 | 2024-02-12 | 1000
           a   | taxable | 25 | 2024-01-20 | 1000""",
        """old | 25 | 1250.00 | 2023-09-26 | 250.00
           old | 50 | 2500.00 | 2023-09-26 | 500.00
           old | 25 | 1250.00 | 2023-09-26 | 250.00
           a | 25 | 1250.00 | 2023-09-09 | 0.00
           b | 50 | 1500.00 | 2023-10-02 | 0.00
           c | 25 | 750.00 | 2023-10-03 | 0.00
           c | 25 | 500.00 | 2024-02-13 | 0.00""",
    ),
    Case(
        "losses are taken in order of disposition, and the first takes the replacement",
        """late  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-05 | 600
           early | taxable | 10 | 2024-03-01 | 1000 | 2025-06-02 | 900
           new   | taxable | 10 | 2025-06-10 | 800""",
        """early | 10 | 1000.00 | 2024-03-01 | 100.00
           late | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 900.00 | 2024-03-09 | 0.00""",
    ),
    Case(
        "losses of one day are taken in order of acquisition",
        """second | taxable | 10 | 2024-03-01 | 1000 | 2025-06-02 | 600
           first  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           new    | taxable | 10 | 2025-06-10 | 800""",
        """first | 10 | 1000.00 | 2024-01-02 | 100.00
           second | 10 | 1000.00 | 2024-03-01 | 0.00
           new | 10 | 900.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a share that replaced one loss does not replace another",
        """a   | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           b   | taxable | 10 | 2024-01-03 | 1000 | 2025-06-03 | 900
           new | taxable | 15 | 2025-06-10 | 1500""",
        """a | 10 | 1000.00 | 2024-01-02 | 100.00
           b | 5 | 500.00 | 2024-01-03 | 50.00
           b | 5 | 500.00 | 2024-01-03 | 0.00
           new | 10 | 1100.00 | 2024-01-10 | 0.00
           new | 5 | 550.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a lot that served as a replacement before is passed over",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-02 | 900
           done | taxable | 10 | 2025-06-03 | 800 | | | used
           new  | taxable | 10 | 2025-06-04 | 800""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           done | 10 | 800.00 | 2025-06-03 | 0.00
           new | 10 | 900.00 | 2024-01-04 | 0.00""",
    ),
    Case(
        "shares of one purchase order do not replace each other (Rev. Rul. 56-602)",
        """sold | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800 | order 7
           kept | taxable | 100 | 2025-06-02 | 1000 | | | order 7""",
        """sold | 100 | 1000.00 | 2025-06-02 | 0.00
           kept | 100 | 1000.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "rows of one lot, sold and kept, do not replace each other",
        """lot | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800
           lot | taxable | 50 | 2025-06-02 | 500""",
        """lot | 100 | 1000.00 | 2025-06-02 | 0.00
           lot | 50 | 500.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "two orders of the same day do",
        """sold | taxable | 100 | 2025-06-02 | 1000 | 2025-06-12 | 800 | order 7
           kept | taxable | 100 | 2025-06-02 | 1000 | | | order 8""",
        """sold | 100 | 1000.00 | 2025-06-02 | 200.00
           kept | 100 | 1200.00 | 2025-05-23 | 0.00""",
    ),
    Case(
        "a chain of losses carries basis and days from lot to lot",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 900
           b | taxable | 10 | 2025-01-20 | 950 | 2025-01-30 | 850
           c | taxable | 10 | 2025-02-10 | 800""",
        """a | 10 | 1000.00 | 2025-01-06 | 100.00
           b | 10 | 1050.00 | 2025-01-10 | 200.00
           c | 10 | 1000.00 | 2025-01-21 | 0.00""",
    ),
    Case(
        "a carried loss can turn the sale of a replacement into a loss that is washed again",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 700
           b | taxable | 10 | 2025-01-20 | 750 | 2025-01-30 | 850
           c | taxable | 10 | 2025-02-10 | 800""",
        """a | 10 | 1000.00 | 2025-01-06 | 300.00
           b | 10 | 1050.00 | 2025-01-10 | 200.00
           c | 10 | 1000.00 | 2025-01-21 | 0.00""",
    ),
    Case(
        "a chain through uneven lots splits them as often as it must",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-16 | 900
           b | taxable | 4 | 2025-01-20 | 400 | 2025-01-30 | 320
           c | taxable | 20 | 2025-02-03 | 2000""",
        """a | 4 | 400.00 | 2025-01-06 | 40.00
           a | 6 | 600.00 | 2025-01-06 | 60.00
           b | 4 | 440.00 | 2025-01-10 | 120.00
           c | 6 | 660.00 | 2025-01-24 | 0.00
           c | 4 | 520.00 | 2025-01-14 | 0.00
           c | 10 | 1000.00 | 2025-02-03 | 0.00""",
    ),
    Case(
        "a lot does not wash back into the lot that it replaced",
        """a | taxable | 10 | 2025-01-06 | 1000 | 2025-01-20 | 900 | one
           b | taxable | 10 | 2025-01-10 | 1000 | 2025-01-25 | 900 | two
           k | taxable | 10 | 2025-01-06 | 1000 | | | one""",
        """a | 10 | 1000.00 | 2025-01-06 | 100.00
           b | 10 | 1100.00 | 2024-12-27 | 0.00
           k | 10 | 1000.00 | 2025-01-06 | 0.00""",
    ),
    Case(
        "shares bought and gone before the loss replace nothing (custom)",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           gone | 10 | 850.00 | 2025-06-02 | 0.00""",
    ),
    Case(
        "and they do where that custom is not followed",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           gone | 10 | 950.00 | 2023-12-23 | 0.00""",
        WashSaleReading(lots_sold_earlier=True),
    ),
    Case(
        "a loss carried into a sale of the past is washed in its turn",
        """old  | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           gone | taxable | 10 | 2025-06-02 | 850 | 2025-06-10 | 870
           new  | taxable | 10 | 2025-07-05 | 880""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           gone | 10 | 950.00 | 2023-12-23 | 80.00
           new | 10 | 960.00 | 2024-01-17 | 0.00""",
        WashSaleReading(lots_sold_earlier=True),
    ),
    Case(
        "shares bought before the sold lot replace it on the stricter reading",
        """kept | taxable | 10 | 2025-06-02 | 1000
           sold | taxable | 10 | 2025-06-05 | 1000 | 2025-06-12 | 900""",
        """kept | 10 | 1100.00 | 2025-05-26 | 0.00
           sold | 10 | 1000.00 | 2025-06-05 | 100.00""",
    ),
    Case(
        "and do not on the other reading",
        """kept | taxable | 10 | 2025-06-02 | 1000
           sold | taxable | 10 | 2025-06-05 | 1000 | 2025-06-12 | 900""",
        """kept | 10 | 1000.00 | 2025-06-02 | 0.00
           sold | 10 | 1000.00 | 2025-06-05 | 0.00""",
        WashSaleReading(lots_acquired_earlier=False),
    ),
    Case(
        "in a liquidation of all lots in one day the loss moves and comes back the same day",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 800
           b | taxable | 10 | 2025-06-05 | 900 | 2025-06-12 | 800""",
        """a | 10 | 1000.00 | 2025-06-02 | 200.00
           b | 10 | 1100.00 | 2025-05-26 | 0.00""",
    ),
    Case(
        "or stays where it is, on the reading that lots sold together do not replace each other",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 800
           b | taxable | 10 | 2025-06-05 | 900 | 2025-06-12 | 800""",
        """a | 10 | 1000.00 | 2025-06-02 | 0.00
           b | 10 | 900.00 | 2025-06-05 | 0.00""",
        WashSaleReading(lots_sold_same_day=False),
    ),
    Case(
        "a day trader's second round trip replaces the first on either reading",
        """a | taxable | 100 | 2025-06-02 | 1000 | 2025-06-02 | 900
           b | taxable | 100 | 2025-06-02 | 800 | 2025-06-02 | 900""",
        """a | 100 | 1000.00 | 2025-06-02 | 100.00
           b | 100 | 900.00 | 2025-06-02 | 0.00""",
        WashSaleReading(lots_sold_same_day=False),
    ),
    Case(
        "three lots sold together wash one into the next and no further",
        """a | taxable | 10 | 2025-06-02 | 1000 | 2025-06-12 | 900
           b | taxable | 10 | 2025-06-03 | 1000 | 2025-06-12 | 900
           c | taxable | 10 | 2025-06-04 | 1000 | 2025-06-12 | 900""",
        """a | 10 | 1000.00 | 2025-06-02 | 100.00
           b | 10 | 1100.00 | 2025-05-24 | 200.00
           c | 10 | 1200.00 | 2025-05-16 | 0.00""",
    ),
    Case(
        "of two purchases of one day the one that is sold first replaces first",
        """old  | taxable | 5 | 2024-01-02 | 500 | 2025-06-12 | 400
           kept | taxable | 5 | 2025-06-20 | 400
           sold | taxable | 5 | 2025-06-20 | 400 | 2025-12-01 | 600""",
        """old | 5 | 500.00 | 2024-01-02 | 100.00
           kept | 5 | 400.00 | 2025-06-20 | 0.00
           sold | 5 | 500.00 | 2024-01-10 | 0.00""",
    ),
    Case(
        "a replacement in an IRA takes the loss for good and gets no basis (Rev. Rul. 2008-5)",
        """old | taxable | 100 | 2006-01-03 | 1000 | 2007-12-20 | 600
           new | ira | 100 | 2007-12-21 | 600""",
        """old | 100 | 1000.00 | 2006-01-03 | 400.00†
           new | 100 | 600.00 | 2007-12-21 | 0.00""",
    ),
    Case(
        "a Roth purchase before the sale does the same",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | roth | 4 | 2025-05-20 | 380""",
        """old | 4 | 400.00 | 2024-01-02 | 40.00†
           old | 6 | 600.00 | 2024-01-02 | 0.00
           new | 4 | 380.00 | 2025-05-20 | 0.00""",
    ),
    Case(
        "an earlier purchase in the IRA comes before a later one in the taxable account",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           x   | taxable | 6 | 2025-06-20 | 600
           y   | ira | 6 | 2025-06-15 | 600""",
        """old | 6 | 600.00 | 2024-01-02 | 60.00†
           old | 4 | 400.00 | 2024-01-02 | 40.00
           x | 4 | 440.00 | 2024-01-10 | 0.00
           x | 2 | 200.00 | 2025-06-20 | 0.00
           y | 6 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "of one day's purchases the taxable one comes first, so that less is lost for good",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           a   | ira | 10 | 2025-06-15 | 600
           b   | taxable | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           a | 10 | 600.00 | 2025-06-15 | 0.00
           b | 10 | 700.00 | 2024-01-05 | 0.00""",
    ),
    Case(
        "a 401(k) is treated like an IRA by default",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | 401k | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00†
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "and replaces nothing on the reading that follows the ruling's letter",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | 401k | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
        WashSaleReading(workplace_counts=False),
    ),
    Case(
        "a loss inside an IRA is no deductible loss and is left alone",
        """old | ira | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | taxable | 10 | 2025-06-15 | 600""",
        """old | 10 | 1000.00 | 2024-01-02 | 0.00
           new | 10 | 600.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "a spouse's purchase replaces, and carries the basis",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | spouse | 10 | 2025-06-15 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-01-05 | 0.00""",
    ),
    Case(
        "a spouse's IRA takes the loss for good",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | spouse_ira | 10 | 2025-06-15 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00†
           new | 10 | 850.00 | 2025-06-15 | 0.00""",
    ),
    Case(
        "a January purchase disallows a December loss",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2024-12-31 | 900
           new | taxable | 10 | 2025-01-30 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-02-01 | 0.00""",
    ),
    Case(
        "a fraction of a share from a reinvested dividend washes that fraction",
        """old | taxable | 3 | 2024-01-02 | 100 | 2025-06-12 | 90
           new | taxable | 0.125 | 2025-06-15 | 3.75""",
        """old | 0.125 | 4.17 | 2024-01-02 | 0.42
           old | 2.875 | 95.83 | 2024-01-02 | 0.00
           new | 0.125 | 4.17 | 2024-01-05 | 0.00""",
    ),
    Case(
        "the old stock's own first day is carried on the wording of Publication 550",
        """old | taxable | 10 | 2024-01-02 | 1000 | 2025-06-12 | 900
           new | taxable | 10 | 2025-07-01 | 850""",
        """old | 10 | 1000.00 | 2024-01-02 | 100.00
           new | 10 | 950.00 | 2024-01-02 | 0.00""",
        WashSaleReading(holding=HoldingReading.BEGIN_WITH_OLD),
    ),
]


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
