"""Previews are kept for their owner alone, for a while, and only so many of them."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from trimtab.app.web.shelf import Owner, Room, Shelf

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = Owner("ana", "riveras")
ROOM = Room(each_max=2, all_max=4, lasts=timedelta(minutes=30))


@pytest.fixture
def shelf() -> Shelf[str]:
    numbers = count(1)
    return Shelf(lambda: f"thing-{next(numbers)}", ROOM)


def test_a_thing_is_found_by_its_owner(shelf: Shelf[str]) -> None:
    name = shelf.put(ANA, "preview", NOW)
    assert shelf.get(ANA, name, NOW) == "preview"
    assert shelf.get(ANA, "thing-9", NOW) is None


@pytest.mark.parametrize(
    "other",
    [
        Owner("ben", "riveras"),
        Owner("ana", "lindqvists"),
    ],
)
def test_nobody_else_finds_takes_or_replaces_it(shelf: Shelf[str], other: Owner) -> None:
    name = shelf.put(ANA, "preview", NOW)
    assert shelf.get(other, name, NOW) is None
    assert shelf.take(other, name, NOW) is None
    assert not shelf.replace(other, name, "theirs", NOW)
    assert shelf.get(ANA, name, NOW) == "preview"


def test_its_time_is_over_after_a_while_and_begins_anew_when_it_is_replaced(
    shelf: Shelf[str],
) -> None:
    name = shelf.put(ANA, "preview", NOW)
    assert shelf.replace(ANA, name, "newer", NOW + timedelta(minutes=29))
    assert shelf.get(ANA, name, NOW + timedelta(minutes=58)) == "newer"
    assert shelf.get(ANA, name, NOW + timedelta(minutes=59)) is None
    assert not shelf.replace(ANA, name, "late", NOW + timedelta(minutes=59))


def test_an_owner_keeps_the_newest_few(shelf: Shelf[str]) -> None:
    names = [shelf.put(ANA, text, NOW) for text in ("one", "two", "three")]
    assert [shelf.get(ANA, name, NOW) for name in names] == [None, "two", "three"]


def test_in_all_only_so_many_are_kept_the_oldest_go_first(shelf: Shelf[str]) -> None:
    owners = [Owner(f"person {number}", "riveras") for number in range(6)]
    names = [shelf.put(owner, owner.person, NOW) for owner in owners]
    kept = [shelf.get(owner, name, NOW) for owner, name in zip(owners, names, strict=True)]
    assert kept == [None, None, "person 2", "person 3", "person 4", "person 5"]


def test_what_is_taken_is_gone(shelf: Shelf[str]) -> None:
    name = shelf.put(ANA, "preview", NOW)
    assert shelf.take(ANA, name, NOW) == "preview"
    assert shelf.take(ANA, name, NOW) is None
