"""A remedy names the nearest known word, and errors travel between processes whole."""

import pickle

import pytest

from trimtab.model.errors import InputError, InputErrors, nearest


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


def test_errors_come_back_whole_from_another_process():
    error = InputError("price", "is -3", "must be positive", "mend it", file="a.csv", line=7)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.remedy, again.line) == (str(error), "mend it", 7)
    several = pickle.loads(pickle.dumps(InputErrors([error, InputError("b", "is gone")])))
    assert [str(one) for one in several.errors] == [str(error), "b: is gone."]
