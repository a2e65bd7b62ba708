"""A remedy names the nearest known word."""

import pytest

from trimtab.model.errors import nearest


@pytest.mark.parametrize(
    ("word", "known", "remedy"),
    [
        ("state_rat", ["state_rate", "year"], "did you mean 'state_rate'?"),
        ("vti", ["VTI", "VXUS"], "did you mean 'VTI'?"),
        ("zzz", ["b", "a"], "known are: a, b"),
        ("zzz", [], "known are: none"),
    ],
)
def test_the_nearest_word_is_named_whatever_its_case(word: str, known: list[str], remedy: str):
    assert nearest(word, known) == remedy
