"""What most likely lies behind a break, and the answers that a person may choose from.

A cause is read from the figures of the break alone; it is an offer to look there first and decides
nothing.

Errors: `InputError` for an answer that a break does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError, nearest
from trimtab.model.money import ZERO

__all__ = ["Choice", "choices_of", "given_of", "is_only_left", "likely_cause"]

SPLITS = tuple(
    (new, old) for new in range(1, 51) for old in (1, 2, 3, 4, 5) if new != old and new > old
)
"""Ratios that companies split by; reverse splits are the same the other way round."""
SMALL = Decimal("0.03")
"""A quarter's dividend buys so small a part of what is held."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen: its name, what it means, and what must be told with it."""

    name: str
    words: str
    given: Mapping[str, str]
    fields: tuple[str, ...] = ()


_POSITIONS = Choice("positions", "The broker's positions are right", {"take": "positions"})
_LOTS = Choice("lots", "The broker's lots are right", {"take": "lots"})
_JOURNAL = Choice("journal", "What is recorded here is right", {"take": "journal"})
_BECAME = Choice("became", "It is another instrument now", {}, ("became",))
_FACTS = Choice("facts", "This is what it cost, and when it was bought", {}, ("basis", "acquired"))
_LINK = Choice("link", "From or to another account of the household", {}, ("link",))
_OUTSIDE = Choice(
    "outside", "From or to outside the household", {"outside": "yes"}, ("basis", "acquired")
)
_RATIO = Choice("ratio", "The split was this many new units for old ones", {}, ("ratio",))
_EXCHANGED = Choice("became", "It became another instrument", {}, ("became", "ratio"))
_LEAVE = Choice("accept", "Leave it as it is", {"accept": "yes"})
_CHOICES: dict[BreakKind, tuple[Choice, ...]] = {
    BreakKind.QUANTITY: (_POSITIONS, _LOTS, _JOURNAL, _BECAME),
    BreakKind.LOTS: (_LOTS, _JOURNAL),
    BreakKind.CASH: (_POSITIONS, _JOURNAL),
    BreakKind.BASIS: (_FACTS,),
    BreakKind.ACQUIRED: (_FACTS,),
    BreakKind.HISTORY: (_FACTS, _LEAVE),
    BreakKind.TRANSFER: (_LINK, _OUTSIDE),
    BreakKind.SPLIT: (_RATIO, _LEAVE),
    BreakKind.EXCHANGE: (_EXCHANGED, _LEAVE),
    BreakKind.VALUE: (_LEAVE,),
    BreakKind.SHORT: (_LEAVE,),
    BreakKind.ACTION: (_LEAVE,),
    BreakKind.ROW: (_LEAVE,),
}


def choices_of(one: Break) -> tuple[Choice, ...]:
    """The answers that settle a break; a record that says nothing cannot be chosen."""
    silent = {side for side in ("positions", "lots") if _units(one, side) is None}
    if one.kind is not BreakKind.QUANTITY:
        silent = set()
    if one.kind is BreakKind.LOTS and "broker" not in one.facts:
        silent.add("lots")  # the note that a list is too old to be taken
    return tuple(choice for choice in _CHOICES[one.kind] if choice.name not in silent)


def is_only_left(one: Break) -> bool:
    """Whether nothing can be said of a break but to leave it as it is."""
    return choices_of(one) == (_LEAVE,)


def given_of(one: Break, name: str, told: Mapping[str, str]) -> dict[str, str]:
    """The words of an answer (`work_queue.answer_from`) for what was chosen and told with it.

    What was told for another choice is left aside; a note goes with all.
    Refuses: an answer that the break does not have.
    """
    choices = {choice.name: choice for choice in choices_of(one)}
    if name not in choices:
        fact = f"{name!r} is no answer to it" if name else "no answer was chosen"
        raise InputError(f"break {one.id}", fact, "", nearest(name, choices))
    choice = choices[name]
    given = dict(choice.given)
    given |= {field: told[field] for field in (*choice.fields, "note") if told.get(field)}
    return given


def likely_cause(one: Break) -> str:
    """Where to look first."""
    return _CAUSES[one.kind](one)


def _units(one: Break, side: str) -> Decimal | None:
    """The figure of a side; none where it says nothing."""
    try:
        return Decimal(one.facts[side])
    except (KeyError, ArithmeticError):
        return None


def _quantity(one: Break) -> str:
    positions, lots = _units(one, "positions"), _units(one, "lots")
    if positions is not None and lots is not None and positions != lots:
        return (
            "The broker's two lists disagree with each other: they are of different days, or one "
            "of them leaves something out."
        )
    theirs, ours = positions if positions is not None else lots, _units(one, "journal")
    if theirs is None or ours is None:
        return "A record is missing."
    if not ours:
        return "It was bought or moved in, and no file that was imported tells of it."
    if not theirs:
        return "It was sold, moved out or renamed, and no file that was imported tells of it."
    split = _split_between(theirs, ours)
    if split is not None:
        return f"A split of {split[0]} for {split[1]} that no file tells of."
    if theirs > ours:
        if (theirs - ours) / ours <= SMALL:
            return "A reinvested dividend that no file tells of."
        return "A purchase or a transfer in that no file tells of."
    return "A sale or a transfer out that no file tells of."


def _split_between(theirs: Decimal, ours: Decimal) -> tuple[int, int] | None:
    """The split that leads from one quantity to the other, where a usual one does."""
    for new, old in SPLITS:
        if theirs * old == ours * new:
            return new, old
        if theirs * new == ours * old:
            return old, new
    return None


def _lots(one: Break) -> str:
    if "broker" not in one.facts:
        return "The list of lots is older than the last sale or transfer."
    return (
        "The broker sold other lots than the oldest, or adjusted their basis (a wash sale, a "
        "return of capital)."
    )


def _cash(one: Break) -> str:
    theirs, ours = _units(one, "positions"), _units(one, "journal")
    if theirs is None or ours is None:
        return "A transaction is missing."
    if theirs > ours:
        return "A deposit, dividend, interest or sale that no file tells of."
    return "A withdrawal, fee or purchase that no file tells of."


def _transfer(one: Break) -> str:
    units = _units(one, "quantity") or ZERO
    if units < 0:
        return "Units left: to an account of yours whose file is not imported yet, or as a gift."
    return "Units came in: from an account of yours whose file is not imported yet, or a gift."


def _row(one: Break) -> str:
    if one.facts.get("reason") == "unknown_format":
        return "No format knows the columns of this file."
    return "The row has something that the rest of its column does not."


def _says(words: str) -> Callable[[Break], str]:
    return lambda one: words


_CAUSES: dict[BreakKind, Callable[[Break], str]] = {
    BreakKind.QUANTITY: _quantity,
    BreakKind.LOTS: _lots,
    BreakKind.CASH: _cash,
    BreakKind.BASIS: _says(
        "It came by transfer, or before brokers had to keep what things cost; a list of lots or "
        "older transactions tells it."
    ),
    BreakKind.ACQUIRED: _says(
        "The file shows what it cost and not when it was bought; a list of lots tells it."
    ),
    BreakKind.HISTORY: _says("It was bought before the first transaction that was imported."),
    BreakKind.TRANSFER: _transfer,
    BreakKind.SPLIT: _says("The file tells of a split and not of its ratio."),
    BreakKind.EXCHANGE: _says("A merger, a spin-off, or a new symbol."),
    BreakKind.VALUE: _says(
        "A price in other units (a bond's per hundred, pence), or a price of another day."
    ),
    BreakKind.SHORT: _says("Units were sold that are not held, or an option was written."),
    BreakKind.ACTION: _says("A kind of transaction that is not booked by itself."),
    BreakKind.ROW: _row,
}
