"""Approvals: what people are asked, what their words come to, and when a question lapses.

A question is bound to a hash of all that the plan rests on (prices, positions, mandate), and keeps
what was shown, so that it can be shown again.  It lapses when a price moves past a limit, when
positions or the mandate change at all, and when the trading day is over.

Errors: `InputError` for a word that does not count, and for rules that nobody could meet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from trimtab.books.entry_json import canonical
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError
from trimtab.model.live import Approval, ApprovalRequest, ApprovalStatus, ApprovalWord
from trimtab.model.money import ZERO, exact
from trimtab.model.plans import Decision, Trade
from trimtab.model.snapshots import Snapshot

__all__ = [
    "ApprovalRules",
    "Basis",
    "EditedBy",
    "basis_of",
    "basis_shown",
    "check_word",
    "edits_shown",
    "question",
    "request_id",
    "status_of",
    "why_lapsed",
]

ID_LENGTH = 8
OPEN = (ApprovalStatus.WAITING, ApprovalStatus.HELD)


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """Whose words count, and how long.

    `people` may approve, anybody where none is named; `needed` of them must.
    Unit: `price_move` a fraction of the price that was shown.
    Refuses: fewer people than are needed, and moves that no price has.
    """

    needed: int = 1
    people: tuple[str, ...] = ()
    note_required: bool = False
    price_move: Decimal = Decimal("0.02")

    def __post_init__(self) -> None:
        if self.needed < 1:
            raise InputError("approvals.needed", f"is {self.needed}", "at least one person")
        if self.people and len(set(self.people)) < self.needed:
            fact = f"{self.needed} are needed of {len(set(self.people))} named"
            raise InputError("approvals.people", fact, "nothing could be approved")
        if not ZERO < self.price_move < 1:
            bound = "a fraction above 0 and below 1"
            raise InputError("approvals.price_move", f"is {self.price_move}", bound)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan rests on.

    Unit: `prices` by instrument, in its currency; `positions` units by account and instrument, and
    cash by account and currency; `mandate` a digest of the owner's rules.
    """

    prices: Mapping[str, Decimal]
    positions: Mapping[tuple[str, str], Decimal]
    mandate: str

    @property
    def hash(self) -> str:
        """What words are bound to: SHA-256 over all of it as canonical JSON."""
        return sha256(canonical(self.shown()).encode()).hexdigest()

    def shown(self) -> dict[str, object]:
        """The basis as plain JSON."""
        return {
            "prices": {name: f"{price:f}" for name, price in sorted(self.prices.items())},
            "positions": [
                [account, name, f"{units:f}"]
                for (account, name), units in sorted(self.positions.items())
            ],
            "mandate": self.mandate,
        }


def basis_of(snapshot: Snapshot, mandate: str) -> Basis:
    """What a plan made from a snapshot rests on; `mandate` is a digest of the owner's rules."""
    positions: dict[tuple[str, str], Decimal] = {}
    for lot in snapshot.lots:
        key = lot.account, lot.instrument
        positions[key] = positions.get(key, ZERO) + lot.quantity
    for balance in snapshot.cash:
        key = balance.account, balance.currency
        positions[key] = positions.get(key, ZERO) + balance.amount
    prices = {name: price.amount for name, price in snapshot.prices.items()}
    held = {key: units.normalize() for key, units in positions.items() if units}
    return Basis({name: price.normalize() for name, price in prices.items()}, held, mandate)


def request_id(asked: str) -> str:
    """The short name of a cycle's question, the same after every crash."""
    return sha256(f"approval {asked}".encode()).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class EditedBy:
    """Whose edits a question is about: it takes the place of the question `replaces`."""

    replaces: str
    person: str
    note: str = ""


def question(
    household: str,
    decision: Decision,
    basis: Basis,
    rules: ApprovalRules,
    now: datetime,
    lapses_at: datetime,
    edited: EditedBy | None = None,
) -> ApprovalRequest:
    """The question whether a decision may be carried out; `edited` where its plan was."""
    trades = () if decision.plan is None else decision.plan.trades
    seen: dict[str, object] = {
        "sentence": decision.sentence,
        "as_of": decision.as_of.isoformat(),
        "trades": [_trade(one) for one in trades],
        "findings": [str(one) for one in decision.findings],
        "basis": basis.shown(),
    }
    name = decision.cycle_id
    if edited is not None:
        seen["edited"] = {
            "replaces": edited.replaces,
            "person": edited.person,
            "note": edited.note,
            "trades": [[one.trade, one.lot, f"{one.quantity:f}"] for one in decision.edits.trades],
        }
        name += f" {now.isoformat()} {canonical(seen['edited'])}"
    return ApprovalRequest(
        id=request_id(name),
        household=household,
        cycle_id=decision.cycle_id,
        asked_at=now,
        lapses_at=lapses_at,
        bound_to=basis.hash,
        needed=rules.needed,
        note_required=rules.note_required,
        seen=canonical(seen),
    )


def _trade(trade: Trade) -> dict[str, object]:
    return {
        "id": trade.id,
        "account": trade.account,
        "instrument": trade.instrument,
        "side": trade.side.value,
        "quantity": f"{trade.quantity:f}",
        "price": f"{trade.price:f}",
        "amount": f"{trade.amount:f}",
        "tax": f"{trade.tax:f}",
        "cost": f"{trade.cost.total:f}",
        "lots": [[sale.lot, f"{sale.quantity:f}"] for sale in trade.lots],
        "clause": trade.clause,
        "reason": trade.reason,
    }


def edits_shown(request: ApprovalRequest) -> tuple[Edits, EditedBy | None]:
    """What was taken out of the plan that a question is about, and by whom; none of a whole plan.

    Refuses: a question whose text cannot be read.
    """
    try:
        told = json.loads(request.seen).get("edited")
        if told is None:
            return Edits(), None
        trades = tuple(
            TradeEdit(trade, exact(left, trade), lot) for trade, lot, left in told["trades"]
        )
        return Edits(trades), EditedBy(told["replaces"], told["person"], told["note"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"approval {request.id}", "what was shown cannot be read") from None


def basis_shown(request: ApprovalRequest) -> Basis:
    """What the approvers of a question were shown as its basis.

    Refuses: a question whose text is not what it is bound to.
    """
    try:
        told = json.loads(request.seen)["basis"]
        prices = {name: exact(price, name) for name, price in told["prices"].items()}
        positions = {(one[0], one[1]): exact(one[2], one[1]) for one in told["positions"]}
        basis = Basis(prices, positions, str(told["mandate"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise InputError(f"approval {request.id}", "what was shown cannot be read") from None
    if basis.hash != request.bound_to:
        fact = "what was shown is not what it is bound to"
        raise InputError(f"approval {request.id}", fact, "it was altered", "run the cycle again")
    return basis


def why_lapsed(request: ApprovalRequest, now: datetime, basis: Basis, rules: ApprovalRules) -> str:
    """Why a question counts no more, given what the plan would rest on now; empty where it does."""
    if now >= request.lapses_at:
        return "the trading day that it was asked on is over"
    shown = basis_shown(request)
    if basis.mandate != shown.mandate:
        return "the mandate was changed since"
    for key in sorted({*shown.positions, *basis.positions}):
        before, after = shown.positions.get(key, ZERO), basis.positions.get(key, ZERO)
        if before != after:
            return f"{key[1]} in {key[0]} was {before:f} and is {after:f}"
    for name, before in sorted(shown.prices.items()):
        price = basis.prices.get(name)
        if price is None:
            return f"{name} has no price any more"
        if abs(price - before) > rules.price_move * before:
            return f"the price of {name} was {before:f} and is {price:f}"
    return ""


def check_word(
    request: ApprovalRequest, rules: ApprovalRules, person: str, note: str, now: datetime
) -> None:
    """Check that a person's word on a question counts.

    Refuses: a question that is answered or lapsed, a person who is not named, a missing note.
    """
    subject = f"approval {request.id}"
    if request.status not in OPEN:
        why = f": {request.reason}" if request.reason else ""
        raise InputError(subject, f"it is {request.status.value} already{why}")
    if now >= request.lapses_at:
        fact = f"it lapsed at {request.lapses_at:%Y-%m-%d %H:%M} UTC"
        raise InputError(subject, fact, "a trading day is its limit", "run the cycle again")
    if rules.people and person not in rules.people:
        bound = f"those who may are {', '.join(rules.people)}"
        raise InputError(subject, f"{person} may not answer it", bound, "ask one of them")
    if request.note_required and not note.strip():
        raise InputError(subject, "it wants a note", "", "say why with --note")


def status_of(
    request: ApprovalRequest, words: Iterable[Approval], rules: ApprovalRules
) -> tuple[ApprovalStatus, str]:
    """What people's words come to, and in whose words.

    The last word of each person counts; one rejection is final, one hold stops the rest until who
    said it approves.  Words bound to something else, or of people who are not named, count nothing.
    """
    last: dict[str, Approval] = {}
    for word in words:
        is_named = not rules.people or word.person in rules.people
        if word.bound_to != request.bound_to or not is_named:
            continue
        if word.word is ApprovalWord.REJECT:
            return ApprovalStatus.REJECTED, _told(word)
        last[word.person] = word
    held = [word for word in last.values() if word.word is ApprovalWord.HOLD]
    if held:
        return ApprovalStatus.HELD, "; ".join(map(_told, held))
    if len(last) >= request.needed:
        return ApprovalStatus.APPROVED, "; ".join(map(_told, last.values()))
    return ApprovalStatus.WAITING, ""


def _told(word: Approval) -> str:
    return f"{word.person}: {word.note}" if word.note else word.person
