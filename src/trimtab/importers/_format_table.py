"""One table of a format file, read key by key, so that every mistake is named with its line.

Errors are collected, not raised: a person mends them all at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from trimtab.importers._pattern import Pattern
from trimtab.model.errors import InputError, nearest
from trimtab.model.toml_lines import Path, key_lines

__all__ = ["FormatText", "Table"]

Word = TypeVar("Word", bound=StrEnum)


class FormatText:
    """The text that is being read, its file, and the mistakes so far.

    The patterns of a trusted text, which tests have checked, are compiled when they are needed.
    """

    def __init__(self, file: str, text: str, *, is_trusted: bool = False) -> None:
        self.file, self.text, self.is_trusted = file, text, is_trusted
        self.errors: list[InputError] = []

    def refuse(self, path: Path, fact: str, bound: str = "", remedy: str = "") -> None:
        """Keep a mistake, at the line of its key or of the table that holds it."""
        lines = key_lines(self.text)
        ends = range(len(path), 0, -1)
        line = next((lines[path[:end]] for end in ends if path[:end] in lines), None)
        subject = ".".join(str(part) for part in path if not isinstance(part, int)) or "format"
        self.errors.append(InputError(subject, fact, bound, remedy, file=self.file, line=line))


class Table:
    """The keys of one table; those that nobody asked for are mistakes."""

    def __init__(self, text: FormatText, path: Path, values: Mapping[str, object]) -> None:
        self.text, self.path, self.values = text, path, values
        self.asked: set[str] = set()

    def refuse(self, key: str, fact: str, bound: str = "", remedy: str = "") -> None:
        """Keep a mistake of one key."""
        self.text.refuse((*self.path, key), fact, bound, remedy)

    def get(self, key: str) -> object:
        """The raw value of a key, `None` where it is left out."""
        self.asked.add(key)
        return self.values.get(key)

    def string(self, key: str, default: str = "", *, needed: bool = False) -> str:
        """A text."""
        value = self.get(key)
        if value is None:
            if needed:
                self.refuse(key, "it is missing", "", f'add {key} = "…"')
            return default
        if not isinstance(value, str):
            self.refuse(key, f"{value!r} is no text", "", 'write it in quotes: "…"')
            return default
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is left out."""
        value = self.get(key)
        if not isinstance(value, bool | None):
            self.refuse(key, f"{value!r} is neither true nor false", "", "write true or false")
        return value is True

    def strings(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.get(key)
        if value is None:
            if needed:
                self.refuse(key, "it is missing", "", f'add {key} = ["…"]')
            return ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.refuse(key, f"{value!r} is no list of texts", "", 'write ["…", "…"]')
            return ()
        return tuple(value)

    def pattern(self, key: str, flags: int = re.IGNORECASE) -> Pattern | None:
        """A regular expression; without one, a mistake."""
        value = self.string(key, needed=True)
        return None if not value else self.compiled(key, value, flags)

    def patterns(self, key: str) -> tuple[Pattern, ...]:
        """A list of regular expressions."""
        compiled = (self.compiled(key, one, re.IGNORECASE) for one in self.strings(key))
        return tuple(pattern for pattern in compiled if pattern is not None)

    def compiled(self, key: str, value: str, flags: int = re.IGNORECASE) -> Pattern | None:
        """A regular expression, from a text that stands under a key."""
        pattern = Pattern(value, flags)
        try:
            if not self.text.is_trusted:
                pattern.compiled()
        except (re.error, OverflowError) as error:
            self.refuse(key, f"{value!r} is no regular expression ({error})", "", "correct it")
            return None
        return pattern

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word | None:
        """One of the words of an enumeration; without a default it is needed."""
        value = self.string(key, needed=default is None)
        if not value:
            return default
        try:
            return words(value)
        except ValueError:
            self.refuse(key, f"there is no {value!r}", "", nearest(value, words))
            return default

    def table(self, key: str) -> Table:
        """A table inside; an empty one where it is left out."""
        value = self.get(key)
        if not isinstance(value, dict | None):
            self.refuse(key, f"{value!r} is no table", "", f"write [{key}]")
            value = None
        return Table(self.text, (*self.path, key), value or {})

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables; empty where it is left out."""
        value = self.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(key, "it is no list of tables", "", f"write [[{key}]]")
            return ()
        return tuple(Table(self.text, (*self.path, key, i), one) for i, one in enumerate(value))

    def finish(self) -> None:
        """Name every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.refuse(key, "there is no such key", "", nearest(key, self.asked))
