"""Work done in this process and in others at the same time, each taking what is next.

Whoever asked is warm already, all its modules loaded: it works along instead of waiting, and the
others take the rest as they get to it.

Errors: whatever a piece of work raises; what has not begun by then is left.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import active_children, get_context
from typing import TypeVar

from trimtab.app.backtesting.worker import deaf_to_ctrl_c
from trimtab.model.errors import InputError

__all__ = ["side_by_side"]

STOP_SECONDS = 0.2
"""How often others are asked to stop until they have."""

Result = TypeVar("Result")
Packed = TypeVar("Packed")


def side_by_side(
    order: Sequence[int],
    here: Callable[[int], Result],
    packed: Callable[[int], Packed],
    there: Callable[[Packed], Result],
    processes: int,
    done: Callable[[int], None],
) -> dict[int, Result]:
    """The results of pieces of work by their number, begun in the given order.

    `here` does one in this process, `there` in another from what `packed` makes of it; `done` is
    told of those that came from another process.
    Refuses: processes that died.
    """
    waiting, results = deque(order), dict[int, Result]()

    def feed(pool: ProcessPoolExecutor) -> None:
        """Keep one other process at work."""
        while waiting:
            try:
                number = waiting.popleft()
            except IndexError:  # another took the last one meanwhile
                return
            results[number] = pool.submit(there, packed(number)).result()
            done(number)

    pool = ProcessPoolExecutor(processes, get_context("spawn"), deaf_to_ctrl_c)
    feeders = ThreadPoolExecutor(processes)
    fed = [feeders.submit(feed, pool) for _ in range(processes)]
    try:
        while waiting and not any(one.done() and one.exception() for one in fed):
            try:
                number = waiting.popleft()
            except IndexError:
                break
            results[number] = here(number)
        for one in fed:
            one.result()
    except KeyboardInterrupt:
        waiting.clear()
        pool.shutdown(wait=False, cancel_futures=True)
        while wait(fed, STOP_SECONDS).not_done:
            _stop_others()
        raise
    except BrokenProcessPool as broken:
        raise InputError(
            "policies",
            "a process that ran one of them ended before it answered",
            remedy="run them one after another with --workers 1",
        ) from broken
    finally:
        waiting.clear()
        pool.shutdown(cancel_futures=True)
        feeders.shutdown()
    return results


def _stop_others() -> None:
    """Ask the other processes to stop: not every Ctrl-C reaches them, and none while they start."""
    for process in active_children():
        if process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGINT)
