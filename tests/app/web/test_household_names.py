"""A household's name is its folder's, whatever is served beside it: people's rights hang on it."""

from itertools import permutations
from pathlib import Path

import pytest

from trimtab.app.web.household_names import names_of

NAMED = [
    # folders, their names; a hash of where they lie follows a dash at the end
    (["/h/smith", "/h/jones"], ["smith", "jones"]),
    (["/smith/home", "/jones/home"], ["smith-home", "jones-home"]),
    (["/h/Ana & Ben", "/h/ana_ben"], ["ana-ben-", "ana-ben-"]),
    (["/a/home", "/b/home", "/c/a-home"], ["home-", "b-home", "a-home"]),
    (["/x/a/home", "/y/a/home", "/b/home"], ["home-", "home-", "b-home"]),
    (["/h/Мюллер", "/h/家"], ["home-", "home-"]),
    (["/"], ["home"]),
    (["/h/" + "x" * 80], ["x" * 32]),
]


def told(names: tuple[str, ...]) -> list[str]:
    """Names, the hashes of those that are told apart by where they lie left out."""
    return [name[:-8] if name[-9:-8] == "-" and name[-8:].isalnum() else name for name in names]


@pytest.mark.parametrize(("folders", "names"), NAMED)
def test_folders_are_named_by_their_last_parts_and_told_apart_where_they_must_be(folders, names):
    assert told(names_of([Path(one) for one in folders])) == names


@pytest.mark.parametrize("folders", [one[0] for one in NAMED])
def test_a_folder_has_the_same_name_in_every_order(folders):
    places = [Path(one) for one in folders]
    named = dict(zip(places, names_of(places), strict=True))
    assert len(set(named.values())) == len(places)
    for order in permutations(places):
        assert dict(zip(order, names_of(order), strict=True)) == named


def test_a_household_that_is_served_no_longer_leaves_its_name_to_no_other():
    both = names_of([Path("/a/home"), Path("/b/home")])
    alone = names_of([Path("/b/home")])
    assert set(both).isdisjoint(alone)  # rights over `a-home` are not rights over what is left
