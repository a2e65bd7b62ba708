"""What a cycle answered is read back as it was written, and nothing is taken for what it is not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan
from typing import Any

import pytest

from trimtab.drivers.live.answer_json import from_text, to_text
from trimtab.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Kept:
    """Collections of what JSON has itself, and of what it has not."""

    closes: Sequence[Sequence[float]] = ((1.5, 2.0), (nan, 0.1))
    days: tuple[date, ...] = (date(2022, 10, 11),)
    names: frozenset[str] = frozenset({"VTI", "BND"})
    pair: tuple[str, int] = ("VTI", 3)
    counts: tuple[int, ...] = ()
    flags: tuple[bool, ...] = (True, False)


def changed(**given: Any) -> str:
    return json.dumps(json.loads(to_text(Kept())) | given)


def test_what_was_written_is_read_back_with_its_types() -> None:
    found = from_text(to_text(Kept()), Kept)
    assert isnan(found.closes[1][0])
    plain = Kept(closes=((1.5, 2.0),))
    assert from_text(to_text(plain), Kept) == plain


def test_a_whole_number_among_fractions_is_read_as_a_fraction() -> None:
    (row,) = from_text(changed(closes=[[1, 2.5]]), Kept).closes
    assert [type(one) for one in row] == [float, float]


@pytest.mark.parametrize(
    "given",
    [
        {"closes": [[1.5, "2.0"]]},
        {"closes": [[1.5, None]]},
        {"closes": [[1.5, True]]},
        {"closes": [1.5]},
        {"closes": "1.5"},
        {"counts": [1, 2.0]},
        {"counts": [1, True]},
        {"flags": [True, 0]},
        {"names": ["VTI", 1]},
        {"days": ["2022-10-11", "yesterday"]},
        {"pair": ["VTI"]},
        {"pair": ["VTI", "3"]},
        {"more": 1},
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(InputError):
        from_text(changed(**given), Kept)
