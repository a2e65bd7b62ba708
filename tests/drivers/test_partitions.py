"""Work shared out: the same results in the same order, whoever does it."""

import math
import os
import sys
from functools import partial

import pytest

from trimtab.drivers.partitions import Engine, cores, map_partitions, ranges
from trimtab.model.errors import InputError

HERE = [Engine.SERIAL, Engine.THREADS, Engine.PROCESSES]
NUMBERS = [9.0, 4.0, 1.0, 16.0, 25.0]


@pytest.mark.parametrize("engine", HERE)
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_stand_in_the_order_of_the_partitions(engine, workers):
    assert map_partitions(math.sqrt, NUMBERS, engine, workers=workers) == [3, 2, 1, 4, 5]


def test_ray_gives_the_same():
    pytest.importorskip("ray", reason="the ray package is not installed")
    assert map_partitions(math.sqrt, NUMBERS, Engine.RAY, workers=2) == [3, 2, 1, 4, 5]


@pytest.mark.parametrize("engine", HERE)
def test_nothing_to_do_is_done_at_once(engine):
    assert map_partitions(math.sqrt, [], engine) == []


@pytest.mark.parametrize("engine", HERE)
def test_the_first_partition_that_fails_is_the_error(engine):
    failing = partial(ranges, 10)  # a part of size 0 and of −1 are both refused
    with pytest.raises(InputError, match="partition size: is 0") as refusal:
        map_partitions(failing, [5, 0, -1], engine, workers=2)
    assert refusal.value.bound == "must be at least 1"


@pytest.mark.parametrize("engine", HERE)
def test_progress_is_told_after_each_partition(engine):
    told = []
    map_partitions(math.sqrt, NUMBERS, engine, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_worker_that_dies_is_told_with_a_remedy():
    with pytest.raises(InputError, match="ended before it answered") as refusal:
        map_partitions(os._exit, [3], Engine.PROCESSES)
    assert "__main__" in refusal.value.remedy


def test_a_function_that_cannot_travel_is_refused_before_a_process_starts():
    with pytest.raises(InputError, match="top level of a module"):
        map_partitions(lambda part: part, [1], Engine.PROCESSES)


def test_ray_that_is_not_installed_is_named_with_a_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match="pip install ray"):
        map_partitions(math.sqrt, NUMBERS, "ray")


def test_an_unknown_engine_and_no_workers_are_refused():
    with pytest.raises(InputError, match="Did you mean 'threads'"):
        map_partitions(math.sqrt, NUMBERS, "thread")
    with pytest.raises(InputError, match="workers: are 0"):
        map_partitions(math.sqrt, NUMBERS, "serial", workers=0)


CUTS = [
    (0, 4, []),
    (3, 4, [(0, 3)]),
    (4, 4, [(0, 4)]),
    (9, 4, [(0, 4), (4, 8), (8, 9)]),
]


@pytest.mark.parametrize(("count", "size", "cuts"), CUTS)
def test_ranges_cover_all_once(count, size, cuts):
    assert ranges(count, size) == cuts


def test_there_is_a_core():
    assert cores() >= 1
