"""Case files that cannot be read are refused in words, whatever is in them."""

import json
from typing import Any

import pytest

from trimtab.books.wash_case import answer_of, read_case
from trimtab.books.wash_sales import match_wash_sales
from trimtab.model.errors import TrimtabError

OLD: dict[str, Any] = {
    "lot": "old",
    "account": "joint",
    "owner": "ann",
    "account_type": "taxable",
    "symbol": "X",
    "group": "X",
    "qty": 10,
    "buy_date": "2024-02-29",
    "cost": 1000,
    "sell_date": "2025-06-12",
    "proceeds": 900,
}


def case(**changes: object) -> str:
    return json.dumps({"lots": [OLD | changes]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"lots": [], "lots": []}', "key 'lots' stands twice"),
        (case().replace('"qty": 10', '"qty": 10, "qty": 11'), "lot 'old': key 'qty' stands twice"),
        (case().replace("1000", "1e400"), "cost: 1E+400 is too large"),
        (case().replace("1000", "9" * 5000), "9… is too large"),
        (case(buy_date="2025-02-29"), '"2025-02-29" is not a date'),
        (case(buy_date="0001-01-01"), "out of range"),
        (case(group=None), "group is null. Give a value"),
        ("{}", "there is no list `lots`"),
    ],
)
def test_a_text_that_is_no_case_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(TrimtabError) as refused:
        read_case(text)
    assert words in str(refused.value)


def test_only_what_may_be_null_is_offered_as_null() -> None:
    group = json.dumps({"lots": [{key: OLD[key] for key in OLD if key != "group"}]})
    sale = json.dumps({"lots": [{key: OLD[key] for key in OLD if key != "sell_date"}]})
    with pytest.raises(TrimtabError, match=r"'group' is missing\. Add it\.$"):
        read_case(group)
    with pytest.raises(TrimtabError, match=r"'sell_date' is missing\. Add it; null while unsold"):
        read_case(sale)


def test_a_lot_may_have_a_name_of_any_length() -> None:
    answer = answer_of(match_wash_sales(read_case(case(lot="A" + "9" * 5000)).lots))
    assert answer["disallowed_total"] == 0


def test_the_order_of_rows_and_a_leap_day_change_nothing() -> None:
    new = OLD | {"lot": "new", "buy_date": "2024-03-30", "sell_date": None, "proceeds": None}
    old = OLD | {"buy_date": "2023-01-02", "sell_date": "2024-02-29"}
    answers = [
        answer_of(match_wash_sales(read_case(json.dumps({"lots": rows})).lots))
        for rows in ([old, new], [new, old])
    ]
    assert answers[0] == answers[1]
    assert answers[0]["disallowed_total"] == 100  # 30 March is the thirtieth day after
