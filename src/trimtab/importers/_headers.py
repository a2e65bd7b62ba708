"""Tell the headers among the rows of a file, quickly: nearly every row is none.

A header must have one of the names of each required column.  Most rows are seen to be none at the
first words of the names that the sections of a format have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trimtab.importers._bind import Binding, best_binding, header_of
from trimtab.importers._format import Section

__all__ = ["Headers"]

_Words = tuple[str, ...]


class Headers:
    """The sections of a format, by words of which their headers must have one."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections
        needs = [(place, _first_words(section)) for place, section in enumerate(sections)]
        count = Counter(words for _, needed in needs for words in set(needed))
        found: dict[_Words, list[tuple[int, list[_Words]]]] = {}
        for place, needed in needs:
            shared = max(needed, key=lambda words: (count[words], -len(words)), default=("",))
            rest = [words for words in needed if words != shared]
            found.setdefault(shared, []).append((place, rest))
        self.by_words = list(found.items())

    def of(self, cells: Sequence[str], text: str) -> Binding | None:
        """The section that a row is the header of: the one that it fits best, if any."""
        folded = text.casefold()
        likely: list[int] = []
        for shared, some in self.by_words:
            if _has_one_of(folded, shared):
                likely += [place for place, rest in some if _has_one_of_each(folded, rest)]
        if not likely:
            return None
        # In the order of the format: of equals the first one counts.
        return best_binding([self.sections[place] for place in sorted(likely)], header_of(cells))


def _has_one_of(text: str, words: Sequence[str]) -> bool:
    """Whether a text has one of some words."""
    for word in words:  # noqa: SIM110  (a generator takes three times as long)
        if word in text:
            return True
    return False


def _has_one_of_each(text: str, needed: Sequence[Sequence[str]]) -> bool:
    """Whether a text has a word of each."""
    for words in needed:  # noqa: SIM110
        if not _has_one_of(text, words):
            return False
    return True


def _first_words(section: Section) -> list[_Words]:
    """The first word of each name that a header must have one of; for a quick look."""
    return [tuple(sorted({name.split()[0] for name in names})) for names in section.needed_names]
