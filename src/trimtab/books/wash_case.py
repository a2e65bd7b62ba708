"""Wash-sale cases as JSON: what was bought and sold, read strictly, and the answer written.

A case is an object with `lots`; each lot has `lot, account, owner, account_type, symbol, group,
qty, buy_date, cost, sell_date, proceeds` and may have `buy_order`, `holding_start` and
`already_used_as_replacement`.  `as_of` and `not_loaded` may stand beside `lots`.  Pure: text in,
values out.  Errors: `InputErrors` naming lot, key, value and remedy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from trimtab.books.wash_values import HistoricLot, WashMatch, WashSaleResult, WashSegment
from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors, nearest
from trimtab.model.money import ZERO, exact

__all__ = ["WashCase", "answer_of", "read_case"]

T = TypeVar("T")
Json = object

ACCOUNT_TYPES: Mapping[str, Wrapper] = {
    **{wrapper.value: wrapper for wrapper in Wrapper},
    "ira": Wrapper.TRADITIONAL,
    "traditional_ira": Wrapper.TRADITIONAL,
    "sep_ira": Wrapper.TRADITIONAL,
    "simple_ira": Wrapper.TRADITIONAL,
    "roth_ira": Wrapper.ROTH,
    "401k": Wrapper.WORKPLACE,
    "403b": Wrapper.WORKPLACE,
    "457b": Wrapper.WORKPLACE,
    "529": Wrapper.EDUCATION,
}
REQUIRED = (
    *("lot", "account", "owner", "account_type", "symbol", "group"),
    *("qty", "buy_date", "cost", "sell_date", "proceeds"),
)
OPTIONAL = ("buy_order", "already_used_as_replacement", "holding_start")
MAY_BE_NULL = ("sell_date", "proceeds")  # of a lot that was not sold
EXAMPLE = 'write {"lots": [...]}; `trimtab tax wash-sales --help` shows a whole case'
EARLIEST, LATEST = date(1800, 1, 1), date(2999, 12, 31)
PLACES = Decimal("0.000001")  # amounts are exact inside; a millionth of a dollar is shown


@dataclass(frozen=True, slots=True)
class WashCase:
    """A case as read: the lots, and what its author says about the world around them."""

    lots: tuple[HistoricLot, ...]
    not_loaded: tuple[str, ...] = ()
    as_of: date | None = None
    ignored: tuple[str, ...] = ()


def read_case(text: str) -> WashCase:
    """Read a case from JSON text.

    Refuses: text that is not JSON, keys that are missing or stand twice, wrong types, numbers that
    are not finite, dates that are no dates; all that is wrong in one `InputErrors`.
    """
    data = _parsed(text)
    if not isinstance(data, dict) or not isinstance(data.get("lots"), list):
        raise InputError("case", "there is no list `lots`", remedy=EXAMPLE)
    if not data["lots"]:
        raise InputError("case", "`lots` is empty", remedy="give at least one lot")
    reader = _Reader()
    lots = [reader.lot(position, row) for position, row in enumerate(data["lots"], start=1)]
    top = _Row("case", data, reader.errors)
    nobody: tuple[str, ...] = ()
    not_loaded = top.get("not_loaded", _names, nobody)
    as_of = top.get("as_of", _day, None)
    if reader.errors:
        raise InputErrors(reader.errors)
    read = tuple(lot for lot in lots if lot is not None)
    return WashCase(read, not_loaded, as_of, tuple(dict.fromkeys(reader.ignored)))


def _parsed(text: str) -> Json:
    """The JSON of a text, its numbers exact."""
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=_each_once,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            "case", f"this is not JSON: {error.msg}", remedy=EXAMPLE, line=error.lineno
        ) from None
    except RecursionError:
        raise InputError("case", "its lists are nested too deeply", remedy=EXAMPLE) from None


def _each_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object's values; JSON itself would silently keep the last of two."""
    values: dict[str, Json] = {}
    for key, value in pairs:
        if key in values:
            lot = values.get("lot")
            raise InputError(
                f"lot {lot!r}" if isinstance(lot, str) else "case",
                f"key {key!r} stands twice in one object",
                remedy="remove one of the two",
            )
        values[key] = value
    return values


class _Row:
    """One JSON object whose values are taken out one by one, errors gathered."""

    def __init__(self, subject: str, values: Mapping[str, Json], errors: list[InputError]) -> None:
        self.subject, self.values, self.errors = subject, values, errors

    def get(self, key: str, read: Callable[[Json], T], absent: T) -> T:
        """The value of a key, read; `absent` where it is null or missing."""
        value = self.values.get(key)
        if value is None:
            return absent
        try:
            return read(value)
        except InputError as error:
            self.errors.append(InputError(f"{self.subject}, {key}", error.fact, "", error.remedy))
            return absent


class _Reader:
    """Reads lots, gathering every error so that a person mends them all at once."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []
        self.ignored: list[str] = []

    def lot(self, position: int, values: Json) -> HistoricLot | None:
        """One lot, or none if anything about it is wrong."""
        if not isinstance(values, dict):
            self._refuse(f"lot {position}", f"{values!r} is not an object", "write {...}")
            return None
        name = values.get("lot")
        subject = f"lot {name!r}" if isinstance(name, str) else f"lot number {position}"
        known = len(self.errors)
        for key in REQUIRED:
            if key not in values:
                remedy = "add it; null while unsold" if key in MAY_BE_NULL else "add it"
                self._refuse(subject, f"key {key!r} is missing", remedy)
            elif values[key] is None and key not in MAY_BE_NULL:
                self._refuse(subject, f"{key} is null", "give a value")
        self.ignored += [key for key in values if key not in (*REQUIRED, *OPTIONAL)]
        lot = self._build(_Row(subject, values, self.errors))
        return lot if len(self.errors) == known else None

    def _refuse(self, subject: str, fact: str, remedy: str) -> None:
        self.errors.append(InputError(subject, fact, remedy=remedy))

    @staticmethod
    def _build(row: _Row) -> HistoricLot:
        return HistoricLot(
            lot=row.get("lot", _name, ""),
            account=row.get("account", _name, ""),
            owner=row.get("owner", _name, ""),
            wrapper=row.get("account_type", _wrapper, Wrapper.TAXABLE),
            instrument=row.get("symbol", _name, ""),
            group=row.get("group", _name, ""),
            quantity=row.get("qty", _number, ZERO),
            acquired=row.get("buy_date", _day, None),
            cost=row.get("cost", _number, None),
            order=row.get("buy_order", _name, None),
            sold=row.get("sell_date", _day, None),
            proceeds=row.get("proceeds", _number, None),
            already_used=row.get("already_used_as_replacement", _flag, False),
            holding_start=row.get("holding_start", _day, None),
        )


def _name(value: Json) -> str:
    if isinstance(value, Decimal):  # an order or account that is written as a number
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise InputError("", f"{_shown(value)} is not a name", remedy='write it like "A1"')
    return value.strip()


def _names(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError("", f"{_shown(value)} is not a list of names", remedy='write ["..."]')
    return tuple(_name(item) for item in value)


def _number(value: Json) -> Decimal:
    if not isinstance(value, Decimal):
        raise InputError("", f"{_shown(value)} is not a number", remedy="write it like 1234.56")
    if not value.is_finite():
        raise InputError("", f"{value} is not a finite number", remedy="write it like 1234.56")
    return exact(value)


def _day(value: Json) -> date:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise InputError(
            "", f"{_shown(value)} is not a date", remedy='write it like "2025-06-30"'
        ) from None
    if not EARLIEST <= day <= LATEST:
        raise InputError("", f"{day} is out of range", remedy=f"give {EARLIEST} to {LATEST}")
    return day


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise InputError("", f"{_shown(value)} is neither true nor false", remedy="write true")
    return value


def _wrapper(value: Json) -> Wrapper:
    word = _name(value)
    if word not in ACCOUNT_TYPES:
        raise InputError("", f"{word!r} is not known", remedy=nearest(word, ACCOUNT_TYPES))
    return ACCOUNT_TYPES[word]


def _shown(value: Json) -> str:
    """A JSON value as its author wrote it."""
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, default=str)


def answer_of(result: WashSaleResult) -> dict[str, Json]:
    """The answer as plain JSON values, with the keys that a case expects and the coverage."""
    coverage = result.coverage
    return {
        "disallowed_total": _plain(result.disallowed_total),
        "permanently_disallowed": _plain(result.permanently_disallowed),
        "segments": [_segment(segment) for segment in result.segments],
        "matches": [_match(match) for match in result.matches],
        "coverage": {
            "sentence": coverage.sentence,
            "accounts": list(coverage.accounts),
            "not_loaded": list(coverage.not_loaded),
            "window_from": coverage.window_from.isoformat(),
            "window_to": coverage.window_to.isoformat(),
            "matches": coverage.matches,
        },
        "notes": list(result.notes),
    }


def _segment(segment: WashSegment) -> dict[str, Json]:
    answer: dict[str, Json] = {
        "lot": segment.lot,
        "qty": _plain(segment.quantity),
        "sell_date": _iso(segment.sold),
        "proceeds": _plain(segment.proceeds),
        "adjusted_basis": _plain(segment.adjusted_basis),
        "holding_start": _iso(segment.holding_start),
        "disallowed": _plain(segment.disallowed),
        "code": segment.code,
    }
    return answer | {"permanent": True} if segment.permanent else answer


def _match(match: WashMatch) -> dict[str, Json]:
    return {
        "loss_lot": match.loss.lot,
        "replacement_lot": match.replacement.lot,
        "qty": _plain(match.quantity),
        "disallowed": _plain(match.disallowed),
        "permanent": match.permanent,
        "sell_date": _iso(match.loss.sold),
        "buy_date": _iso(match.replacement.acquired),
    }


def _plain(number: Decimal | None) -> float | None:
    return None if number is None else float(round(number, 6))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
