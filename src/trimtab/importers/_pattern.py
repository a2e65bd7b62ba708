"""Regular expressions of formats, compiled when they are first needed.

A hundred formats have a thousand of them, and a file needs a few dozen.  Errors: `re.error` at
first use; the texts of formats that a person wrote are compiled when they are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

__all__ = ["Pattern"]


class Pattern:
    """One expression; `search` is that of the compiled one from the first use on."""

    __slots__ = ("_compiled", "flags", "pattern", "search")

    def __init__(self, pattern: str, flags: int = re.IGNORECASE) -> None:
        self.pattern, self.flags = pattern, flags
        self._compiled: re.Pattern[str] | None = None
        self.search: Callable[[str], re.Match[str] | None] = self._first_search

    def compiled(self) -> re.Pattern[str]:
        """The expression itself.

        Refuses: what is none, with `re.error`.
        """
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self.flags)
            self.search = self._compiled.search
        return self._compiled

    @property
    def groupindex(self) -> Mapping[str, int]:
        """Its named groups."""
        return self.compiled().groupindex

    def _first_search(self, text: str) -> re.Match[str] | None:
        return self.compiled().search(text)
