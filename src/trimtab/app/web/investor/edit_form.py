"""The fields by which a person edits a plan, and what they come to.

`keep:T3` says how many units of a trade are to stay, `keep:T3:LOT` how many of one lot.  A field
that says what the plan has changes nothing, so that a page may send all of them.

Errors: `InputError` for a field that holds no quantity, and for fields that name nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from trimtab.cycle.edits import in_plan_order
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.money import exact
from trimtab.model.plans import Decision

__all__ = ["FIELD", "edits_of_form", "field_of", "shown_text"]

FIELD = "keep:"
FIELDS_MAX = 5_000
LENGTH_MAX = 40
PARTED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
"""Where commas can only part thousands; 10,5 would else be taken for 105."""


def field_of(trade: str, lot: str = "") -> str:
    """The name of the field for a trade, or for one of its lots."""
    return f"{FIELD}{trade}:{lot}" if lot else f"{FIELD}{trade}"


def edits_of_form(fields: Iterable[tuple[str, object]], decision: Decision) -> Edits:
    """The edits that a form's fields say, in the order of the plan; none where all stays.

    Refuses: text that is no quantity, all at once; as `in_plan_order`.
    """
    if decision.plan is None:
        return Edits()
    found, errors = [], []
    for count, (name, value) in enumerate(fields):
        if count >= FIELDS_MAX:
            raise InputError("edit", f"it has more than {FIELDS_MAX} fields")
        if not name.startswith(FIELD):
            continue
        trade, _, lot = name.removeprefix(FIELD).partition(":")
        try:
            found.append(TradeEdit(trade, _quantity(str(value), trade, lot), lot))
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    return in_plan_order(decision.plan, Edits(tuple(found)))


def _quantity(text: str, trade: str, lot: str) -> Decimal:
    subject = f"{trade} lot {lot}" if lot else trade
    text = text.strip()
    if not text:
        raise InputError(subject, "no quantity is given", "", "write 0 to leave it out")
    if len(text) > LENGTH_MAX:
        raise InputError(subject, f"{text[:LENGTH_MAX]}… is no quantity")
    quantity = exact(text.replace(",", ""), subject)
    if "," in text and not PARTED.fullmatch(text):
        bound = "commas part thousands, a point parts fractions"
        raise InputError(subject, f"{text} can be read in two ways", bound, "write it like 12.5")
    return quantity


def shown_text(edits: Edits) -> str:
    """The edits as one word, by which a page knows that their effect was shown."""
    return " ".join(f"{one.trade}:{one.lot}={one.quantity:f}" for one in edits.trades)
