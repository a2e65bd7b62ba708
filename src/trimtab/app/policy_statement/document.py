"""The statement as a document; and two statements as one that shows what changed.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trimtab.app.documents.document import Document, Line, Section, paper_for
from trimtab.app.documents.wording import moment
from trimtab.app.policy_statement.difference import Change, differences
from trimtab.app.policy_statement.statement import Statement

__all__ = ["Version", "statement_document"]

FOOT = "Every sentence states a clause of the mandate; none of them is advice."


@dataclass(frozen=True, slots=True)
class Version:
    """Which text of the mandate it was: what people call it, when it was kept and by whom."""

    name: str
    at: datetime | None = None
    who: str = ""

    @property
    def words(self) -> str:
        """The version in words."""
        at = f", kept {moment(self.at)}" if self.at is not None else ""
        return f"{self.name}{at}{f' by {self.who}' if self.who else ''}"


def statement_document(
    statement: Statement, version: Version, against: tuple[Statement, Version] | None = None
) -> Document:
    """The statement of a version, and before it what changed since another one."""
    sections = [
        Section(
            f"chapter-{chapter.id}",
            chapter.title,
            points=tuple(Line(clause.text, clause.id) for clause in chapter.clauses),
        )
        for chapter in statement.chapters
    ]
    if against is not None:
        old, of = against
        sections.insert(0, _changes(differences(old, statement), of))
    return Document(
        title=f"Policy statement of {statement.name}",
        kicker=version.words,
        lines=(),
        sections=tuple(sections),
        paper=paper_for(statement.currency, statement.regime),
        foot=FOOT,
    )


def _changes(found: tuple[Change, ...], against: Version) -> Section:
    """What changed, chapter by chapter, with the old words and the new ones."""
    if not found:
        line = Line(f"Every sentence is that of {against.words}.")
        return Section("changes", "What changed", (line,))
    counts = [f"{_count(found, word)} {word}" for word in ("changed", "added", "removed")]
    told = ", ".join(one for one in counts if not one.startswith("0 "))
    chapters = dict.fromkeys(one.chapter for one in found)
    return Section(
        "changes",
        "What changed",
        (Line(f"Against {against.words}: {told}."),),
        sections=tuple(
            Section(
                f"changes-{number}",
                chapter,
                points=tuple(_line(one) for one in found if one.chapter == chapter),
            )
            for number, chapter in enumerate(chapters, 1)
        ),
    )


def _count(found: Iterable[Change], word: str) -> int:
    return sum(one.word == word for one in found)


def _line(change: Change) -> Line:
    return Line(change.new, change.clause, change.word, change.old)
