"""actions.csv beside the prices: what is read, and how every mistake is named."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from trimtab.feeds.files import Files
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.errors import InputError, InputErrors
from trimtab.ports import ActionFeed

EARLY, LATE = date(2026, 1, 1), date(2026, 12, 31)
HEADER = "date,instrument,dividend,split\n"
NAMES = ["VTI", "NVDA", "GE"]


def read(folder: Path, text: str | None) -> tuple[CorporateAction, ...]:
    (folder / "prices.csv").write_text("date,VTI\n2026-11-20,330\n", encoding="utf-8")
    if text is not None:
        (folder / "actions.csv").write_text(text, encoding="utf-8")
    feed = Files(str(folder / "prices.csv"))
    assert isinstance(feed, ActionFeed)
    return feed.actions(NAMES, EARLY, LATE)


def test_dividends_and_splits_come_oldest_first_whatever_their_order(tmp_path: Path) -> None:
    text = (
        "# mine\ndate,instrument,dividend,split,currency\n"
        "2026-09-28,VTI,0.9124,,\n2026-06-10,NVDA,,10:1,\n2026-08-03,GE,0.28,1:8,EUR\n"
    )
    nvda, *ge, vti = read(tmp_path, text)
    assert nvda.ratio == 10
    assert (nvda.kind, nvda.on, nvda.source) == (
        ActionKind.SPLIT,
        date(2026, 6, 10),
        "actions.csv",
    )
    assert [(one.amount, one.ratio, one.currency) for one in ge] == [
        (Decimal("0.28"), None, "EUR"),
        (None, Fraction(1, 8), "EUR"),
    ]
    assert (vti.amount, vti.currency) == (Decimal("0.9124"), "USD")


@pytest.mark.parametrize(
    ("written", "ratio"),
    [
        ("4:1", Fraction(4)),
        ("4", Fraction(4)),
        ("3/2", Fraction(3, 2)),
        ("1.5", Fraction(3, 2)),
        ("0.05", Fraction(1, 20)),
        ("0.333333", Fraction(1, 3)),
    ],
)
def test_a_ratio_may_be_written_in_several_ways(
    tmp_path: Path, written: str, ratio: Fraction
) -> None:
    (split,) = read(tmp_path, f"{HEADER}2026-06-10,GE,,{written}\n")
    assert split.ratio == ratio


def test_only_what_is_asked_for_is_answered(tmp_path: Path) -> None:
    text = f"{HEADER}2025-12-31,VTI,1,\n2026-01-01,VTI,1,\n2026-01-02,OTHER,1,\n2027-01-01,VTI,1,\n"
    assert [one.on for one in read(tmp_path, text)] == [EARLY]


def test_without_the_file_nothing_is_known_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert read(tmp_path, None) == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2026-13-01,VTI,1,", "actions.csv:2: date: '2026-13-01' is no date"),
        ("2026-06-10,,1,", "actions.csv:2: instrument: it is empty"),
        ("2026-06-10,VTI,,", "actions.csv:2: row of VTI on 2026-06-10: has neither"),
        ("2026-06-10,VTI,x,", "actions.csv:2: dividend of VTI on 2026-06-10: 'x' is not a number"),
        ("2026-06-10,VTI,-1,", "is -1 a unit; it must be above zero"),
        ("2026-06-10,VTI,,1:1", "gives 1 for one; it must be above zero and not 1"),
        ("2026-06-10,VTI,,4:0", "'4:0' is no ratio"),
        ("2026-06-10,VTI", "actions.csv:2: row: has 2 of 4 columns"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"{HEADER}{row}\n")
    assert message in str(caught.value)


def test_all_mistakes_are_named_in_one_pass_a_row_given_twice_too(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        read(tmp_path, f"{HEADER}2026-06-10,VTI,1,\nx,VTI,1,\n2026-06-10,VTI,1,\n")
    assert [error.line for error in caught.value.errors] == [3, 4]
    assert "stands in line 2 already" in str(caught.value.errors[1])


def test_a_header_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no column dividend, split"):
        read(tmp_path, "date,instrument,amount\n2026-06-10,VTI,1\n")
