"""Work shared between this process and others: everything once, and whatever went wrong is told."""

import os
from time import sleep

import pytest

from trimtab.app.backtesting.side_by_side import side_by_side
from trimtab.model.errors import InputError

pytestmark = pytest.mark.slow


def squared(number: int) -> tuple[int, int]:
    """The square, and who worked it out."""
    return number * number, os.getpid()


def slowly(number: int) -> tuple[int, int]:
    sleep(0.05)  # long enough for another process to get at something
    return squared(number)


def failing(number: int) -> tuple[int, int]:
    raise ValueError(f"{number} is too much")


def dying(number: int) -> tuple[int, int]:
    os._exit(3)


def here(number: int) -> tuple[int, int]:
    while number >= 0:  # this process is busy until another has done something
        if other_is_done:
            return squared(number)
    raise AssertionError


other_is_done: list[int] = []


def test_everything_is_done_once_and_both_take_part():
    other_is_done.clear()
    found = side_by_side(range(6), here, lambda at: at, squared, 1, other_is_done.append)
    assert {at: result for at, (result, _) in found.items()} == {at: at * at for at in range(6)}
    assert len({pid for _, pid in found.values()}) == 2
    assert sorted(other_is_done) == sorted(at for at, one in found.items() if one[1] != os.getpid())


def test_what_goes_wrong_elsewhere_is_raised_here():
    with pytest.raises(ValueError, match="is too much"):
        side_by_side(range(500), slowly, lambda at: at, failing, 2, lambda _: None)


def test_what_goes_wrong_here_stops_everything():
    with pytest.raises(ValueError, match="is too much"):
        side_by_side(range(500), failing, lambda at: at, squared, 1, lambda _: None)


def test_a_process_that_dies_is_told_with_a_way_out():
    with pytest.raises(InputError, match=r"ended before it answered.*--workers 1"):
        side_by_side(range(500), slowly, lambda at: at, dying, 1, lambda _: None)
