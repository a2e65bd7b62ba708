"""What bands would have done, worked out in the background, one household at a time.

A question is known by a hash of all that it rests on, so that asking twice computes once, and a
page finds its answer by asking the same.  Only the last few answers are kept.

Errors: none leave the background: what went wrong is the outcome, for the page to show;
`InputError` where too many wait.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import TYPE_CHECKING

from trimtab.app.exits import show_trace
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.bands.question import Bands
    from trimtab.app.bands_past import PastBands
    from trimtab.app.household import LoadedHousehold

__all__ = ["PastAnswer", "PastQuestion", "PastRun", "PastRuns"]

KEPT_MAX = 12
WAITING_MAX = 4


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """A mandate as it is saved, another that it is held against (or none), and how far back."""

    key: str
    saved: LoadedHousehold
    draft: LoadedHousehold | None
    years: int

    @staticmethod
    def key_of(household: str, digest: str, text: str, years: int) -> str:
        """The name of a question: what it rests on, hashed.

        `digest` is that of the household's files, `text` the draft.
        """
        told = "\0".join((household, digest, text, str(years)))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """What was found; `zone` is that of the draft, or `doubt` why there is none."""

    saved: PastBands
    draft: PastBands | None
    zone: Bands | None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PastRun:
    """How far it is: `done` of `of` steps, then an answer or what went wrong."""

    years: int
    done: int = 0
    of: int = 0
    answer: PastAnswer | None = None
    trouble: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it is still at it."""
        return self.answer is None and not self.trouble


class PastRuns:
    """All runs of one dashboard; may be asked by many threads.

    `work` answers a question, telling how far it is; it is `answer_of` but in tests.
    """

    def __init__(
        self,
        work: Callable[[PastQuestion, Callable[[int, int], None]], PastAnswer] | None = None,
    ) -> None:
        self._work = work or answer_of
        self._runs: OrderedDict[str, PastRun] = OrderedDict()
        self._lock, self._turn = Lock(), Lock()

    def find(self, key: str) -> PastRun | None:
        """The run of a question; none where it was not asked, or too long ago."""
        with self._lock:
            return self._runs.get(key)

    def start(self, question: PastQuestion) -> None:
        """Have a question answered, unless it is being or was.

        Refuses: more than a few at once.
        """
        with self._lock:
            known = self._runs.get(question.key)
            if known is not None and not known.trouble:
                return
            waiting = sum(run.is_running for run in self._runs.values())
            if waiting >= WAITING_MAX:
                bound = f"at most {WAITING_MAX} at once"
                raise InputError(
                    "the past", f"{waiting} runs wait already", bound, "ask again soon"
                )
            self._runs[question.key] = PastRun(question.years)
            self._runs.move_to_end(question.key)
            for key in [key for key, run in self._runs.items() if not run.is_running]:
                if len(self._runs) <= KEPT_MAX:
                    break
                del self._runs[key]
        Thread(target=self._run, args=(question,), name="trimtab-past", daemon=True).start()

    def _run(self, question: PastQuestion) -> None:
        def tell(done: int, of: int) -> None:
            self._put(question.key, PastRun(question.years, done, of))

        with self._turn:  # one at a time leaves the pages their share of the machine
            try:
                answer = self._work(question, tell)
            except (InputError, InputErrors) as error:
                self._put(question.key, PastRun(question.years, trouble=str(error)))
            except Exception as error:  # a defect here must not end the thread unseen
                show_trace(error)
                words = f"A defect ({type(error).__name__}); nothing was worked out."
                self._put(question.key, PastRun(question.years, trouble=words))
            else:
                self._put(question.key, PastRun(question.years, 1, 1, answer))

    def _put(self, key: str, run: PastRun) -> None:
        with self._lock:
            if key in self._runs:
                self._runs[key] = run


def answer_of(question: PastQuestion, tell: Callable[[int, int], None]) -> PastAnswer:
    """The zone of the mandate in question, and what both mandates would have done.

    Refuses: what a backtest refuses.
    """
    from trimtab.app.bands.question import bands_of
    from trimtab.app.bands_past import past_of

    asked = [question.saved] if question.draft is None else [question.saved, question.draft]
    parts = len(asked) + 1

    def part(number: int) -> Callable[[int, int], None]:
        return lambda done, of: tell(number * of + done, parts * of)

    pasts = [past_of(one, question.years, part(at)) for at, one in enumerate(asked)]
    answer = PastAnswer(pasts[0], pasts[1] if len(pasts) > 1 else None, None)
    try:
        return replace(answer, zone=bands_of(asked[-1]))
    except (InputError, InputErrors) as error:
        return replace(answer, doubt=str(error))
