"""A household in one row for the board: how far off, how much cash, what is up with it.

Pure: it reads what was loaded and what the live service's store knows.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trimtab.app.household import LoadedHousehold
from trimtab.app.report.words import percent
from trimtab.app.status import Status, TargetStanding
from trimtab.model.live import Approval, ApprovalRequest
from trimtab.model.money import ZERO, cents, total
from trimtab.model.web_board import ANYBODY, NOT_THEM, BoardFlag, Summary

__all__ = ["LiveFacts", "broken_summary", "summary_of", "waits_for"]

CASH_HIGH_OVER = Decimal("0.02")
"""Cash is high where so much of the household's value lies idle beyond what the mandate wants."""
UNUSABLE = ("price_age", "no_price", "unknown_basis")
"""Findings of loading after which figures cannot be relied on."""


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """What the live service's store knows of a household.

    `people` may answer questions, anybody where none is named; `open` are the questions that wait,
    each with what was said to it.
    """

    has_traded: bool = False
    people: tuple[str, ...] = ()
    open: tuple[tuple[ApprovalRequest, Sequence[Approval]], ...] = ()


def summary_of(
    household: str, loaded: LoadedHousehold, status: Status, facts: LiveFacts, now: datetime
) -> Summary:
    """The row of a household that could be loaded."""
    farthest = _farthest(status.targets)
    flags = set(_cash_flags(loaded, status))
    if any(target.is_out for target in status.targets):
        flags.add(BoardFlag.OUT_OF_BAND)
    harvest = _harvest(loaded, status)
    if harvest:
        flags.add(BoardFlag.LOSS_TO_HARVEST)
    if not facts.has_traded:
        flags.add(BoardFlag.FIRST_TIME)
    if facts.open:
        flags.add(BoardFlag.WAITING)
    trouble = _trouble(loaded)
    if trouble:
        flags.add(BoardFlag.BROKEN)
    return Summary(
        household,
        status.name,
        now,
        cents(status.value),
        status.base_currency,
        0.0 if farthest is None else float(farthest.drift),
        0.0 if farthest is None else float(farthest.band),
        "" if farthest is None else farthest.name,
        float(status.weight(status.cash)),
        cents(harvest),
        trouble or _words(status),
        frozenset(flags),
        waits_for(facts),
    )


def broken_summary(household: str, name: str, why: str, now: datetime) -> Summary:
    """The row of a household whose files cannot be used."""
    return Summary(household, name, now, words=why, flags=frozenset({BoardFlag.BROKEN}))


def waits_for(facts: LiveFacts) -> frozenset[str]:
    """Whose word is waited for, as `Summary.waits` says it."""
    found: set[str] = set()
    for _, words in facts.open:
        said = {word.person for word in words}
        if facts.people:
            found |= set(facts.people) - said
        else:
            found |= {ANYBODY, *(f"{NOT_THEM}{name}" for name in said)}
    return frozenset(found)


def _farthest(targets: Iterable[TargetStanding]) -> TargetStanding | None:
    """The target that is the most widths of its band away; one without a band by its drift."""
    return max(targets, key=lambda one: _widths(one.drift, one.band), default=None)


def _widths(drift: Decimal, band: Decimal) -> tuple[bool, Decimal]:
    return (False, abs(drift)) if not band else (True, abs(drift) / band)


def _cash_flags(loaded: LoadedHousehold, status: Status) -> Iterable[BoardFlag]:
    """Whether cash is more than is wanted, or less than must stay and is needed."""
    rules = loaded.mandate.cash
    reserve = max(rules.reserve, total(rules.account_reserve.values()))
    needed = reserve + total(-flow.amount for flow in status.flows if flow.amount < ZERO)
    wanted = max(needed, status.cash_wanted * status.value)
    if status.cash < needed:
        yield BoardFlag.CASH_LOW
    elif status.cash - wanted > CASH_HIGH_OVER * status.value:
        yield BoardFlag.CASH_HIGH


def _harvest(loaded: LoadedHousehold, status: Status) -> Decimal:
    """Losses past the mandate's thresholds that no window bars."""
    if not loaded.mandate.harvest.enabled:
        return ZERO
    return total(one.loss for one in status.losses if not one.washed_quantity)


def _trouble(loaded: LoadedHousehold) -> str:
    """Why the household's data is not to be relied on; empty where it is."""
    if loaded.snapshot.blocked:
        account, why = next(iter(loaded.snapshot.blocked.items()))
        return f"{account}: {why}"
    odd = (one for one in loaded.findings if one.code in UNUSABLE)
    return next(map(str, odd), "")


def _words(status: Status) -> str:
    out = [one for one in status.targets if one.is_out]
    if not out:
        return "All inside the bands."
    named = ", ".join(f"{one.name} {percent(one.drift)}" for one in out[:3])
    more = f", and {len(out) - 3} more" if len(out) > 3 else ""
    return f"Outside the bands: {named}{more}."
