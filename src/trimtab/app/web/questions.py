"""Questions that wait for people, as the trade review shows them, and the words said to them.

A question says who has signed, who may still, and how many are needed; nobody counts twice.  A word
is bound to what its person was shown: a question that is not that any more refuses it.

Errors: `InputError` for a question that there is not, and for a word that does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.app.live.asking import OPEN, find_request, say
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalRequest, ApprovalWord
from trimtab.model.money import exact, total
from trimtab.model.snapshots import Side

if TYPE_CHECKING:
    from trimtab.app.live.service import Service

__all__ = ["Question", "ShownTrade", "question_of", "questions_of", "say_as"]


@dataclass(frozen=True, slots=True)
class ShownTrade:
    """A trade as its approvers are shown it."""

    id: str
    account: str
    side: str
    quantity: Decimal
    instrument: str
    amount: Decimal
    tax: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with everything that was said to it.

    `people` may answer it, anybody with the right where none is named; `closed` says why `person`
    cannot say yes, empty where they can.
    """

    household: str
    name: str
    currency: str
    request: ApprovalRequest
    sentence: str
    trades: tuple[ShownTrade, ...]
    findings: tuple[str, ...]
    cost: Decimal
    words: tuple[Approval, ...]
    people: tuple[str, ...]
    closed: str = ""

    @property
    def signed(self) -> tuple[str, ...]:
        """Who said yes, each once, in the order in which they did."""
        last = {word.person: word for word in self.words}
        return tuple(name for name, word in last.items() if word.word is ApprovalWord.APPROVE)

    @property
    def missing(self) -> int:
        """How many must still say yes."""
        return max(0, self.request.needed - len(self.signed))

    @property
    def still(self) -> tuple[str, ...]:
        """Who of those who are named has not said yes."""
        return tuple(name for name in self.people if name not in self.signed)

    @property
    def bought(self) -> Decimal:
        """What is bought in all."""
        return total(one.amount for one in self.trades if one.side == Side.BUY.value)

    @property
    def sold(self) -> Decimal:
        """What is sold in all."""
        return total(one.amount for one in self.trades if one.side == Side.SELL.value)

    @property
    def tax(self) -> Decimal:
        """What the trades cost in tax, negative where they save it."""
        return total(one.tax for one in self.trades)

    def is_lapsed(self, now: datetime) -> bool:
        """Whether its day is over."""
        return now >= self.request.lapses_at


def question_of(
    request: ApprovalRequest,
    words: Sequence[Approval],
    people: Sequence[str],
    person: str,
    household: str,
    name: str,
    currency: str,
) -> Question:
    """A question as `person` is shown it.

    Refuses: one whose text cannot be read.
    """
    try:
        seen = json.loads(request.seen)
        trades = tuple(_trade(one) for one in seen["trades"])
        cost = total(exact(one["cost"], "cost") for one in seen["trades"])
        sentence, findings = str(seen["sentence"]), tuple(map(str, seen["findings"]))
    except (ValueError, KeyError, TypeError):
        raise InputError(f"approval {request.id}", "what was shown cannot be read") from None
    counted = tuple(one for one in words if one.bound_to == request.bound_to)
    closed = _why_closed(request, counted, people, person)
    return Question(
        household, name, currency, request, sentence, trades, findings, cost, counted,
        tuple(people), closed,
    )  # fmt: skip


def questions_of(service: Service, person: str, household: str) -> tuple[Question, ...]:
    """The questions of a household that wait, as `person` is shown them."""
    store, people = service.store, service.settings.approvals.people
    base = service.loaded.household
    return tuple(
        question_of(
            one, store.approvals(one.id), people, person, household, base.name, base.base_currency
        )
        for one in store.requests(service.household)
        if one.status in OPEN
    )


def say_as(
    service: Service, person: str, asked: str, bound_to: str, word: ApprovalWord, note: str
) -> ApprovalRequest:
    """Record the word of somebody who is signed in, and say what the question has come to.

    Refuses: a question that is not what they were shown, a second word of the same person that says
    the same, and as `asking.say`.
    """
    request = find_request(service, asked)
    subject = f"approval {request.id}"
    if request.bound_to != bound_to:
        fact = "it is not what you were shown any more"
        raise InputError(subject, fact, "a word counts for what was shown", "look at it again")
    words = service.store.approvals(request.id)
    mine = [one for one in words if one.person == person and one.bound_to == request.bound_to]
    if mine and mine[-1].word is word:
        fact = f"{person} has said {word.value} already"
        raise InputError(subject, fact, "nobody counts twice", "another person must say it")
    return say(service, asked, word, note, person, is_proven=True)


def _why_closed(
    request: ApprovalRequest, words: Iterable[Approval], people: Sequence[str], person: str
) -> str:
    last = {word.person: word for word in words}
    if person in last and last[person].word is ApprovalWord.APPROVE:
        return "You have said yes; another person must, too."
    if people and person not in people:
        return f"{', '.join(people)} may answer it."
    return ""


def _trade(row: dict[str, str]) -> ShownTrade:
    return ShownTrade(
        row["id"],
        row["account"],
        row["side"],
        exact(row["quantity"], "quantity"),
        row["instrument"],
        exact(row["amount"], "amount"),
        exact(row["tax"], "tax"),
        row["clause"],
    )
