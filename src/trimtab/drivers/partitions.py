"""Work shared out over cores or machines: one function over many partitions, results in order.

    results = map_partitions(solve, blocks, Engine.PROCESSES)

The result is a list in the order of the partitions and does not depend on the engine or on the
number of workers, as long as the function depends on its partition alone.  Threads suit what leaves
the interpreter's lock, as the kernels of `trimtab.quant` do; processes suit Python code; Ray shares
out over machines and repeats what a lost worker had.  Processes are spawned, never forked: a fork
of a process with threads may hang.

Errors: whatever the function raises, from the first partition that failed in their order; what has
not started by then is dropped.  `InputError` for an engine that is not installed, workers that are
none, a function that cannot be sent to another process, and workers that died.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from enum import StrEnum
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from trimtab.model.errors import InputError, nearest

__all__ = ["Engine", "Progress", "cores", "map_partitions", "ranges"]

Part = TypeVar("Part")
Result = TypeVar("Result")

Progress = Callable[[int, int], None]
"""Told how many partitions are done, and of how many, in the thread that called."""


class Engine(StrEnum):
    """Who does the work."""

    SERIAL = "serial"
    """This thread, one partition after another."""
    THREADS = "threads"
    """Threads of this process: nothing is copied."""
    PROCESSES = "processes"
    """Fresh processes: function and partitions are pickled; a script that calls this needs the
    usual `if __name__ == "__main__":`."""
    RAY = "ray"
    """A Ray cluster: the one this process is connected to, else a local one that is started."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ranges(count: int, size: int) -> list[tuple[int, int]]:
    """Starts and stops that cut `count` things into parts of `size`, the last one maybe smaller.

    By size and not by workers, so that what is computed per part is the same on every machine.
    Refuses: a size below one.
    """
    if size < 1:
        raise InputError("partition size", f"is {size}", "must be at least 1")
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def map_partitions(
    fn: Callable[[Part], Result],
    partitions: Iterable[Part],
    engine: Engine | str = Engine.THREADS,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """The function of each partition, in their order.

    Unit: `workers` at most so many at a time; `None` for one per core (Ray: as many as it has).
    Refuses: an unknown engine, fewer than one worker, Ray where it is not installed.
    """
    parts = list(partitions)
    chosen = _engine(engine)
    if workers is not None and workers < 1:
        raise InputError("workers", f"are {workers}", "must be at least 1")
    count = min(workers or cores(), max(len(parts), 1))
    match chosen:
        case Engine.SERIAL:
            return _collected(map(fn, parts), len(parts), progress)
        case Engine.THREADS:
            return _pooled(ThreadPoolExecutor(count), fn, parts, progress)
        case Engine.PROCESSES:
            _must_travel(fn)
            pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
            return _pooled(pool, fn, parts, progress)
        case Engine.RAY:
            _must_travel(fn)
            return _collected(_over_ray(fn, parts, workers), len(parts), progress)


def _engine(word: Engine | str) -> Engine:
    try:
        return Engine(word)
    except ValueError:
        raise InputError("engine", f"{word!r} is none", remedy=nearest(str(word), Engine)) from None


def _collected(results: Iterator[Result], total: int, progress: Progress | None) -> list[Result]:
    """All results, with word of each."""
    done = []
    for result in results:
        done.append(result)
        if progress is not None:
            progress(len(done), total)
    return done


def _pooled(
    pool: Executor, fn: Callable[[Part], Result], parts: Sequence[Part], progress: Progress | None
) -> list[Result]:
    """Results of a pool; on an error what has not started is dropped."""
    try:
        return _collected(pool.map(fn, parts), len(parts), progress)
    except BrokenProcessPool as broken:
        raise InputError(
            "engine processes",
            "a worker process ended before it answered",
            remedy="use fewer workers or smaller partitions where memory ran out; in a script, "
            'call it under `if __name__ == "__main__":`',
        ) from broken
    finally:
        pool.shutdown(cancel_futures=True)


def _must_travel(fn: object) -> None:
    """Refuse a function that another process cannot be sent, before any is started."""
    try:
        pickle.dumps(fn)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(
            f"function {getattr(fn, '__qualname__', fn)}",
            f"cannot be sent to another process ({error})",
            remedy="define it at the top level of a module, or use the engine 'threads'",
        ) from error


def _over_ray(
    fn: Callable[[Part], Result], parts: Sequence[Part], workers: int | None
) -> Iterator[Result]:
    """Results from Ray in order; a cluster that was running gets `workers` tasks at a time."""
    try:
        ray: Any = import_module("ray")
    except ImportError as error:
        raise InputError(
            "engine ray",
            "the ray package is not installed",
            remedy="install it with: pip install ray; or use the engine 'processes'",
        ) from error
    running = ray.is_initialized()
    if not running:
        ray.init(num_cpus=workers or cores(), log_to_driver=False, include_dashboard=False)
    try:
        task, shared = ray.remote(_apply), ray.put(fn)
        ahead = workers if running and workers else len(parts)
        waiting = iter(parts)
        answers = deque(task.remote(shared, part) for part in islice(waiting, ahead))
        while answers:
            yield ray.get(answers.popleft())
            answers.extend(task.remote(shared, part) for part in islice(waiting, 1))
    finally:
        if not running:
            ray.shutdown()


def _apply(fn: Callable[[Part], Result], part: Part) -> Result:
    """What a Ray task does: it takes functions only, not every callable."""
    return fn(part)
