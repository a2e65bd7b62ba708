"""What another process does for a comparison: one run at a time, on a stage that it unpacks once.

Jobs travel as bytes, so that this module, which loads nothing, is all that the process needs before
the compiler's library is started the quick way (`solver_start`).

Errors: those of the run.
"""

from __future__ import annotations

import gc
import pickle
import signal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from trimtab.app.entry import SELDOM
from trimtab.app.solver_start import start_solver

if TYPE_CHECKING:
    from trimtab.app.backtesting.entrants import Shared

__all__ = ["PackedJob", "deaf_to_ctrl_c", "run_packed"]


class PackedJob(NamedTuple):
    """A run for another process: who runs with what becomes of it, and on which stage, pickled."""

    task: bytes
    stage: bytes


@lru_cache(maxsize=1)
def _shared(stage: bytes) -> Shared:
    """A stage as the runs of this process share it."""
    from trimtab.app.backtesting.entrants import Shared

    return Shared(pickle.loads(stage))  # from the process that started this one  # nosec B301


def deaf_to_ctrl_c() -> None:
    """Leave Ctrl-C to the process that started this one, but for a run that can be stopped.

    Unheard, it would end a process that waits for work with a stack trace on the screen.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_packed(job: PackedJob) -> Any:
    """Run a job and give what it is to become."""
    deaf_to_ctrl_c()
    start_solver()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
    shared = _shared(job.stage)
    entrant, keep, checkpoints = pickle.loads(job.task)  # as above  # nosec B301
    return keep(entrant, shared.run(entrant, None, checkpoints, is_patient=True))
