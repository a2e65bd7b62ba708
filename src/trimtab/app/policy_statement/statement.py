"""The statement of a mandate: chapters of sentences, each with the clause that it states.

Errors: `InputErrors` of the mandate's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trimtab.app.config import MandateFile, parse_mandate
from trimtab.app.live.settings import LiveSettings
from trimtab.app.policy_statement import (
    holdings,
    household,
    judging,
    money,
    review,
    taxes,
    timetable,
    trading,
)
from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.other_keys import other_clauses
from trimtab.app.policy_statement.plain import Clause

__all__ = ["Chapter", "Statement", "statement_of", "statement_of_file"]

Sentences = Callable[[Facts], Iterable[Clause]]

CHAPTERS: tuple[tuple[str, str, tuple[Sentences, ...]], ...] = (
    ("purpose", "Purpose", (household.purpose,)),
    ("accounts", "Accounts", (household.accounts,)),
    ("targets", "What is wanted, and how far it may drift", (holdings.targets, holdings.source)),
    ("restrictions", "What is ruled out or demanded", (holdings.restrictions,)),
    (
        "money",
        "Cash, money that comes or is needed, and debts",
        (money.cash, money.flows, money.liabilities),
    ),
    ("trading", "When trades are proposed", (trading.proposals, timetable.checks, trading.limits)),
    ("people", "What may happen alone, and what needs people", (trading.people,)),
    ("taxes", "Taxes", (taxes.profile, taxes.harvest, taxes.wash_sales)),
    ("judgement", "What estimates rest on", (judging.estimates, judging.costs, judging.prices)),
    ("review", "Review", (review.review, timetable.reports)),
    ("instruments", "Instruments", (holdings.instruments,)),
    ("other", "Other keys of the mandate", (other_clauses,)),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the statement."""

    id: str
    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The whole mandate in words; `name` is the household's."""

    name: str
    currency: str
    regime: str
    chapters: tuple[Chapter, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All sentences, in the order in which they are read."""
        return tuple(clause for chapter in self.chapters for clause in chapter.clauses)


def statement_of(text: str, path: Path, live: LiveSettings | None = None) -> Statement:
    """The statement of a mandate's text; `path` is the place that errors name.

    `live` adds who approves and what is held against orders, which stand in `live.toml`.
    Refuses: whatever is wrong in the text, all at once, with `InputErrors`.
    """
    return statement_of_file(parse_mandate(text, path), text, live)


def statement_of_file(
    mandate: MandateFile, text: str, live: LiveSettings | None = None
) -> Statement:
    """The statement of a mandate that is read already, with its text."""
    facts = Facts(mandate, text, live)
    seen: dict[str, int] = {}
    told = [
        Chapter(name, title, tuple(_apart(one, seen) for part in parts for one in part(facts)))
        for name, title, parts in CHAPTERS
    ]
    return Statement(
        facts.name,
        facts.currency,
        mandate.mandate.tax.regime,
        tuple(chapter for chapter in told if chapter.clauses),
    )


def _apart(clause: Clause, seen: dict[str, int]) -> Clause:
    """The sentence under an id of its own: two flows may have one name."""
    count = seen[clause.id] = seen.get(clause.id, 0) + 1
    return clause if count == 1 else Clause(f"{clause.id} ({count})", clause.text)
