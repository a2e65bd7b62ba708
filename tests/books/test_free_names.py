"""A name is the one wanted, or with the first number that nothing has."""

import pytest

from trimtab.books.free_names import free_name


@pytest.mark.parametrize(
    ("taken", "name"),
    [((), "lot"), (("other",), "lot"), (("lot",), "lot#2"), (("lot", "lot#2", "lot#4"), "lot#3")],
)
def test_a_name_is_the_one_wanted_or_numbered(taken: tuple[str, ...], name: str) -> None:
    assert free_name("lot", taken) == name
