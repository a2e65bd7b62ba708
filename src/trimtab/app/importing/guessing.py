"""Guess what the columns of an unknown table are: by their names, and by what stands in them.

Names are compared with those that the known formats use, so that each new format makes the guesses
better.  A guess is an offer: the person who maps the file has the last word.

Errors: none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from trimtab.app.importing.sheet import Column, Sheet, date_forms, decimal_marks
from trimtab.importers._format import FIELDS, Format
from trimtab.importers._format_file import normal
from trimtab.model.statements import StatementKind

__all__ = ["ASKED", "DATES", "NUMBERS", "guess_columns", "guess_kind", "known_names"]

ALIKE_MIN = 0.82
PART_MIN = 0.6
DATES = ("acquired", "on", "settles", "sold", "as_of")
NUMBERS = (
    *("quantity", "price", "value", "cost", "unit_cost", "amount", "fees"),
    *("proceeds", "gain", "gain_short", "gain_long", "disallowed"),
)
WORDS = ("name", "kind", "action", "text", "currency", "covered")
_INSTRUMENT = ("account", "currency", "symbol", "name", "cusip", "isin", "kind", "quantity")
_HELD = (*_INSTRUMENT, "price", "value", "cost", "unit_cost")
ASKED: Mapping[StatementKind, tuple[str, ...]] = {
    StatementKind.POSITIONS: _HELD,
    StatementKind.LOTS: (*_HELD, "acquired", "covered", "lot_id"),
    StatementKind.TRANSACTIONS: (
        *("on", "action", *_INSTRUMENT, "price", "amount", "fees", "text", "settles"),
        "transaction_id",
    ),
    StatementKind.REALISED_GAINS: (
        *(*_INSTRUMENT, "acquired", "sold", "proceeds", "cost", "gain"),
        *("gain_short", "gain_long", "disallowed", "term"),
    ),
}
"""The fields that a person is asked for, by kind; a format may have more."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "account": ("account", "account number", "account id", "account no", "portfolio", "depot"),
    "currency": ("currency", "ccy", "währung", "munt"),
    "symbol": ("symbol", "ticker", "ticker symbol", "symbol/cusip", "instrument"),
    "name": (
        "name",
        "description",
        "security",
        "security description",
        "security name",
        "fund name",
        "product",
        "holding",
    ),
    "cusip": ("cusip",),
    "isin": ("isin", "isin code"),
    "kind": ("security type", "asset class", "asset type", "instrument type", "type"),
    "quantity": ("quantity", "qty", "shares", "units", "share quantity", "number of shares"),
    "price": ("price", "share price", "last price", "current price", "unit price", "market price"),
    "value": ("value", "market value", "current value", "total value", "worth"),
    "cost": ("cost", "cost basis", "total cost", "basis", "book value", "cost basis total"),
    "unit_cost": ("average cost", "cost per share", "unit cost", "average price", "cost/share"),
    "acquired": ("acquired", "date acquired", "purchase date", "open date", "acquisition date"),
    "covered": ("covered", "covered status", "covered/noncovered"),
    "lot_id": ("lot id", "lot", "tax lot id", "lot number"),
    "term": ("term", "holding period", "long/short", "short/long"),
    "on": ("date", "trade date", "transaction date", "run date", "time", "activity date"),
    "settles": ("settlement date", "settle date"),
    "action": ("action", "type", "transaction type", "activity", "activity type", "transaction"),
    "text": ("description", "details", "memo", "comment", "notes"),
    "amount": ("amount", "net amount", "total", "net cash", "total amount"),
    "fees": ("fees", "commission", "fee", "commissions & fees", "charges"),
    "transaction_id": ("transaction id", "order id", "reference", "reference number", "id"),
    "sold": ("sold", "date sold", "sale date", "closed date", "date of sale"),
    "proceeds": ("proceeds", "sale proceeds", "total proceeds", "gross proceeds"),
    "gain": ("gain", "gain/loss", "realized gain", "realised gain", "total gain/loss", "gain loss"),
    "gain_short": ("short term gain/loss", "st gain/loss", "short-term gain"),
    "gain_long": ("long term gain/loss", "lt gain/loss", "long-term gain"),
    "disallowed": ("wash sale", "disallowed loss", "wash sale adjustment", "wash sale disallowed"),
}
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CUSIP = re.compile(r"(?=.*\d)[0-9A-Z]{8}[0-9]")
Names = Mapping[str, frozenset[str]]


def known_names(kind: StatementKind, formats: Sequence[Format]) -> Names:
    """What columns of a kind are called, by field: ours, and those of the known formats."""
    names: dict[str, set[str]] = {
        f: {normal(one) for one in _NAMES.get(f, (f,))} for f in FIELDS[kind]
    }
    for form in formats:
        for section in form.sections:
            for field, columns in section.columns.items():
                if section.kind is kind and field in names:
                    names[field] |= {one.name for one in columns if one.name and not one.right}
    return {field: frozenset(some) for field, some in names.items()}


def guess_columns(sheet: Sheet, kind: StatementKind, names: Names) -> dict[str, int]:
    """Where each field of a kind may stand; fields without a likely column are left out."""
    scored = sorted(
        (
            (_likeness(column, field, names[field]), -place, field, column.place)
            for place, column in enumerate(sheet.columns)
            for field in ASKED[kind]
        ),
        reverse=True,
    )
    found: dict[str, int] = {}
    for worth, _, field, place in scored:
        if worth >= PART_MIN and field not in found and place not in found.values():
            found[field] = place
    return {field: found[field] for field in ASKED[kind] if field in found}


def _likeness(column: Column, field: str, names: frozenset[str]) -> float:
    """How likely a column holds a field, from 0 to 1; a bit more where ours is the very name."""
    samples = column.samples[:50]
    if field == "isin" or field == "cusip":
        pattern = _ISIN if field == "isin" else _CUSIP
        is_one = bool(samples) and all(pattern.fullmatch(cell) for cell in samples)
        return 1.0 if is_one else 0.0
    if samples and field in DATES and not date_forms(samples):
        return 0.0
    if samples and field in NUMBERS and not decimal_marks(samples):
        return 0.0
    if samples and field in WORDS and decimal_marks(samples):
        return 0.0
    return _name_likeness(normal(column.title), names, field)


def _name_likeness(title: str, names: frozenset[str], field: str) -> float:
    if not title:
        return 0.0
    if title in names:
        own = _NAMES.get(field, ())
        return 1.0 - 0.01 * own.index(title) if title in own else 0.9
    bare = re.sub(r"\s*[(\[].*", "", title)  # Price (USD), Value [EUR]
    if bare and bare in names:
        return 0.88
    alike = max((SequenceMatcher(None, title, name).ratio() for name in names), default=0.0)
    if alike >= ALIKE_MIN:
        return alike * 0.9
    words = set(title.split())
    parts = max(
        (len(words & set(n.split())) / len(words | set(n.split())) for n in names), default=0
    )
    return parts if parts >= PART_MIN else 0.0


def guess_kind(sheet: Sheet, formats: Sequence[Format]) -> StatementKind:
    """What the rows may be, from the fields that find a column."""
    found = {kind: guess_columns(sheet, kind, known_names(kind, formats)) for kind in StatementKind}
    gains, lots = found[StatementKind.REALISED_GAINS], found[StatementKind.LOTS]
    done = found[StatementKind.TRANSACTIONS]
    if "sold" in gains and ({"proceeds", "gain"} & gains.keys()):
        return StatementKind.REALISED_GAINS
    # One column may be the day of a purchase or that of any transaction: what was done tells.
    is_dated_once = lots.get("acquired") == done.get("on")
    if "acquired" in lots and "quantity" in lots and not ("action" in done and is_dated_once):
        return StatementKind.LOTS
    if "on" in done and ({"action", "amount"} & done.keys()):
        return StatementKind.TRANSACTIONS
    return StatementKind.POSITIONS
