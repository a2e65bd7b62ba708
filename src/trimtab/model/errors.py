"""The errors: one family for what people can cause, one for promises that the code broke.

A message names its subject, the fact, the bound it breaks and the remedy, with values, and where
it can the file and line.  Nothing here prints or exits: screens decide how an error is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

__all__ = [
    "InputError",
    "InputErrors",
    "InvariantError",
    "LeaseLost",
    "TrimtabError",
    "must",
    "nearest",
]


class TrimtabError(Exception):
    """Base of every error that Trimtab raises on purpose."""


class InvariantError(TrimtabError):
    """A promise of the code itself does not hold: a defect, never the user's fault."""


class LeaseLost(TrimtabError):  # noqa: N818  (what happened, not a defect)
    """Another process works the household since; nothing was written, and nothing may be sent."""


class InputError(TrimtabError):
    """Something a person gave cannot be used.

    Unit: `line` counts from 1; `subject`, `fact`, `bound` and `remedy` are sentences or parts of
    one, without a full stop.
    """

    def __init__(
        self,
        subject: str,
        fact: str,
        bound: str = "",
        remedy: str = "",
        *,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        self.subject, self.fact, self.bound, self.remedy = subject, fact, bound, remedy
        self.file, self.line = file, line
        super().__init__(self.__str__())

    def __str__(self) -> str:
        place = "" if self.file is None else self.file
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        sentence = f"{self.subject}: {self.fact}"
        if self.bound:
            sentence += f"; {self.bound}"
        if self.remedy:
            sentence += f". {self.remedy[0].upper()}{self.remedy[1:]}"
        sentence += "" if sentence.endswith("?") else "."
        return f"{place}: {sentence}" if place else sentence

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled by its parts, so that it comes back whole from another process."""
        made = partial(InputError, file=self.file, line=self.line)
        return made, (self.subject, self.fact, self.bound, self.remedy)

    def at(self, file: str, line: int | None = None) -> InputError:
        """The same error, with the place where the input stands."""
        return InputError(
            self.subject, self.fact, self.bound, self.remedy, file=file, line=line or self.line
        )


class InputErrors(TrimtabError):  # noqa: N818  (several errors, so the plural)
    """Several input errors found in one pass, so that a person mends them all at once."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors: tuple[InputError, ...] = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))

    def __reduce__(self) -> tuple[type[InputErrors], tuple[tuple[InputError, ...]]]:
        """Pickled by its errors, as each of them by its parts."""
        return InputErrors, (self.errors,)


def must(condition: object, promise: str) -> None:
    """Check a promise of the code; holds under `python -O` too.

    Refuses: a false condition, with `InvariantError`.
    """
    if not condition:
        raise InvariantError(promise)


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word, or lists what is known."""
    words = sorted(map(str, known))  # words of an enumeration as they are written
    same = [other for other in words if other.lower() == word.lower()]
    close = same or get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return "known are: " + (", ".join(words) if words else "none")
