"""The same question to several things, in this process or spread over others.

Errors: what the question raises.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

__all__ = ["in_processes"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def in_processes(
    question: Callable[[Asked], Answer], asked: Sequence[Asked], processes: int
) -> list[Answer]:
    """The answers in the order of what was asked; with one process, in this one.

    Unit: `processes` at most; a fresh one each, so that no thread pool is inherited.
    """
    if processes == 1:
        return [question(each) for each in asked]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(question, asked))
