"""The backtests that people ask for: one at a time of each person, a few processes in all, the rest
in a queue with a limit.

A run is a process of its own, so that pages stay quick and a run can be ended at any moment.

Errors: `InputError` where a person's run is not over yet, and where the queue is full.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from trimtab.app.web.backtests.child import run_here
from trimtab.app.web.backtests.kept import (
    BacktestAsked,
    RunState,
    StoredRun,
    keep_run,
    kept_run,
    kept_runs,
    outcome_from,
    run_folder,
    stopped,
)
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.web.events import Hub
    from trimtab.app.web.households import ServedHousehold
    from trimtab.app.web.world import WebWorld

__all__ = ["Backtests"]

PROCESSES, QUEUE_MAX = 1, 12
ID_BYTES = 8
POLL_SECONDS = 0.5
TOPIC = "backtest"


@dataclass(slots=True)
class _Job:
    """A run with what it needs; `is_ended` where somebody wants it to end."""

    folder: Path
    day: date
    run: StoredRun
    hub: Hub
    clock: Callable[[], datetime]
    is_ended: bool = False

    def tell(self, *, is_step: bool) -> None:
        """Tell open pages; a step moves a bar, and anything else has the page asked again."""
        run = self.run
        words = f"{run.done:,} of {run.of:,} sessions" if run.of else run.state.value
        data = {
            "id": run.id, "state": run.state.value, "done": run.done, "of": run.of,
            "words": words, "is_step": is_step,
        }  # fmt: skip
        self.hub.publish(TOPIC, run.household, data)

    def end(self, state: RunState, words: str) -> None:
        """Keep what became of it."""
        self.run = replace(self.run, state=state, words=words, ended_at=self.clock())
        keep_run(self.folder, self.run)
        self.tell(is_step=False)


class Backtests:
    """What is run, what waits, and what was kept."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._processes = processes
        self._waiting: deque[_Job] = deque()
        self._jobs: dict[str, _Job] = {}
        self._changed = Condition()
        self._threads: list[Thread] = []
        self._is_closed = False

    def ask(
        self, world: WebWorld, one: ServedHousehold, person: str, asked: BacktestAsked
    ) -> StoredRun:
        """Put a run in the queue.

        Refuses: a person whose last run is not over, a full queue, a mandate that cannot be read.
        """
        new = StoredRun(token_hex(ID_BYTES), one.id, person, asked, world.clock())
        job = _Job(one.folder, one.day, new, world.hub, world.clock)
        with self._changed:
            runs = [job.run for job in self._jobs.values()]
            mine = [run for run in runs if run.person == person and not run.state.is_over]
            if mine:
                fact = f"your last one, {mine[0].id}, is {mine[0].state.value}"
                raise InputError("backtest", fact, "one at a time", "wait for it, or cancel it")
            if len(self._waiting) >= QUEUE_MAX:
                fact = f"{len(self._waiting)} wait already"
                raise InputError("backtest", fact, f"{QUEUE_MAX} at most", "ask again later")
            keep_run(one.folder, new)
            self._jobs[new.id] = job
            self._waiting.append(job)
            self._start_threads()
            self._changed.notify()
        job.tell(is_step=False)
        return new

    def cancel(self, household: str, run_id: str) -> bool:
        """End a run that waits or is at work; false where it is over."""
        with self._changed:
            job = self._jobs.get(run_id)
            if job is None or job.run.household != household:
                return False
            job.is_ended = True
            if job in self._waiting:
                self._waiting.remove(job)
                del self._jobs[run_id]
                job.end(RunState.CANCELED, "it was canceled before it began")
            self._changed.notify_all()
        return True

    def runs(self, folder: Path) -> tuple[StoredRun, ...]:
        """The runs of a household's folder as they stand, the latest first."""
        return tuple(self._now(one) for one in kept_runs(folder))

    def run(self, folder: Path, run_id: str) -> StoredRun:
        """A run as it stands.

        Refuses: an id that none of the household's runs has.
        """
        return self._now(kept_run(folder, run_id))

    def close(self) -> None:
        """End everything that runs or waits."""
        with self._changed:
            self._is_closed = True
            for job in self._jobs.values():
                job.is_ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _now(self, kept: StoredRun) -> StoredRun:
        """A kept run as this process knows it; one that nobody works any more has stopped."""
        with self._changed:
            job = self._jobs.get(kept.id)
        if job is not None:
            return job.run
        return kept if kept.state.is_over else stopped(kept)

    def _start_threads(self) -> None:
        while len(self._threads) < self._processes:
            thread = Thread(target=self._work, name="trimtab-backtests", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed or bool(self._waiting))
                if self._is_closed:
                    return
                job = self._waiting.popleft()
            try:
                self._carry_out(job)
            except (InputError, OSError) as error:
                job.end(RunState.FAILED, str(error))
            finally:
                with self._changed:
                    self._jobs.pop(job.run.id, None)

    def _carry_out(self, job: _Job) -> None:
        """Run it in a process, and hear what it tells until it ends or is to end."""
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        out = run_folder(job.folder, job.run.id)
        arguments = (theirs, str(job.folder), str(out), job.run.asked, job.day)
        process = context.Process(target=run_here, args=arguments, daemon=True)
        job.run = replace(job.run, state=RunState.RUNNING, words="it reads the market's history")
        keep_run(job.folder, job.run)
        job.tell(is_step=False)
        process.start()
        theirs.close()
        try:
            told = self._heard(job, ours)
        finally:
            ours.close()
            if process.is_alive():
                process.terminate()
            process.join()
        match told:
            case ("done", outcome):
                job.run = replace(job.run, outcome=outcome_from(_plain(outcome)))
                job.end(RunState.DONE, "")
            case ("failed", words):
                job.end(RunState.FAILED, str(words))
            case _ if job.is_ended:
                state = RunState.STOPPED if self._is_closed else RunState.CANCELED
                job.end(state, "it was ended before it was done")
            case _:
                job.end(RunState.FAILED, "its process ended without a word")

    def _heard(self, job: _Job, pipe: Connection) -> tuple[Any, ...]:
        """What a process tells at its end; nothing where it is ended or dies."""
        while not job.is_ended:
            if not pipe.poll(POLL_SECONDS):
                continue
            try:
                told: tuple[Any, ...] = pipe.recv()
            except EOFError:
                return ()
            if told[0] != "progress":
                return told
            job.run = replace(job.run, done=int(told[1]), of=int(told[2]), words="")
            job.tell(is_step=True)
        return ()


def _plain(outcome: dict[str, Any]) -> dict[str, Any]:
    """The outcome as it is kept: days as text."""
    return outcome | {"days": [str(day) for day in outcome["days"]]}
