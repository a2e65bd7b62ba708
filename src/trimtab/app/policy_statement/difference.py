"""Two statements held against each other: which sentences came, went, or say something else.

Sentences are matched by the clause that they state, so a target that was renamed is one that went
and one that came.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.app.policy_statement.statement import Statement

__all__ = ["Change", "differences"]


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that is not what it was; `old` is empty where it is new, `new` where it went."""

    clause: str
    chapter: str
    old: str
    new: str

    @property
    def word(self) -> str:
        """What happened to it."""
        if not self.old:
            return "added"
        return "changed" if self.new else "removed"


def differences(old: Statement, new: Statement) -> tuple[Change, ...]:
    """Every sentence that differs: in the order of the new statement, what went at its chapter."""
    before = {clause.id: clause.text for clause in old.clauses}
    after = {clause.id: clause.text for clause in new.clauses}
    titles = {one.id: one.title for statement in (old, new) for one in statement.chapters}
    of_old = {one.id: one.clauses for one in old.chapters}
    of_new = {one.id: one.clauses for one in new.chapters}
    found = []
    for chapter in dict.fromkeys((*of_new, *of_old)):
        for clause in of_new.get(chapter, ()):
            was = before.get(clause.id, "")
            if was != clause.text:
                found.append(Change(clause.id, titles[chapter], was, clause.text))
        found += [
            Change(clause.id, titles[chapter], clause.text, "")
            for clause in of_old.get(chapter, ())
            if clause.id not in after
        ]
    return tuple(found)
