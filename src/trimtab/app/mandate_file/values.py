"""Check one value of the mandate by its kind and bounds.

Errors: `InputError` that names the key, the value, the bound and how to write it; the caller adds
file and line.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches

from trimtab.app.mandate_file.keys import Key, Kind
from trimtab.app.values import read_day, read_fraction, read_word
from trimtab.model.errors import InputError, nearest
from trimtab.model.mandate import Setting
from trimtab.model.money import exact

__all__ = ["Value", "check_setting", "check_value"]

LIST_LENGTH_MAX = 10_000
SHOWN_LENGTH_MAX = 40
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")

Value = str | bool | int | Decimal | date | tuple[object, ...] | Mapping[str, object]


def check_value(key: Key, subject: str, given: object) -> Value:
    """The value of one key, as its kind demands.

    Refuses: another kind, and what is out of bounds.
    """
    return _CHECKS[key.kind](key, subject, given)


def check_setting(subject: str, given: object) -> Setting:
    """A plug-in's setting; the plug-in itself checks what it means.

    Refuses: numbers that are not finite, and times of day.
    """
    if isinstance(given, bool | int | str):
        return given
    if isinstance(given, Decimal):
        return exact(str(given), subject)
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, list):
        return tuple(check_setting(subject, item) for item in given)
    if isinstance(given, dict):
        return {name: check_setting(f"{subject}.{name}", item) for name, item in given.items()}
    raise InputError(
        subject,
        f"{_shown(given)} cannot be a setting",
        "settings are texts, numbers, true or false, days, or lists and tables of them",
        "write it as one of these",
    )


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= SHOWN_LENGTH_MAX else text[: SHOWN_LENGTH_MAX - 1] + "…"


def _wrong_kind(key: Key, subject: str, given: object) -> InputError:
    example = f"write it like {key.name} = {key.example}" if key.example else "rewrite it so"
    return InputError(subject, f"{_shown(given)} does not fit", f"it must be {key.kind}", example)


def _text(key: Key, subject: str, given: object) -> str:
    if not isinstance(given, str):
        raise _wrong_kind(key, subject, given)
    if not given.isprintable():
        raise InputError(
            subject, "it holds invisible characters", remedy="remove line ends and tabs from it"
        )
    return given


def _word(key: Key, subject: str, given: object) -> str:
    return read_word(_text(key, subject, given), subject)


def _words(key: Key, subject: str, given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list):
        raise _wrong_kind(key, subject, given)
    if len(given) > LIST_LENGTH_MAX:
        raise InputError(subject, f"it has {len(given)} entries", f"the limit is {LIST_LENGTH_MAX}")
    words = tuple(_word(key, subject, word) for word in given)
    if key.choices:
        words = tuple(_choice(key, subject, word) for word in words)
    twice = next((word for word in words if words.count(word) > 1), None)
    if twice is not None:
        raise InputError(subject, f"{twice!r} is in it twice", remedy="leave it in once")
    if key.required and not words:
        raise InputError(subject, "it is empty", remedy=f"write {key.name} = {key.example}")
    return words


def _choice(key: Key, subject: str, given: object) -> str:
    word = _text(key, subject, given)
    if word not in key.choices:
        bound = "it is one of " + ", ".join(key.choices)
        close = get_close_matches(word.lower().replace(" ", "_"), key.choices, n=1)
        remedy = f"did you mean {close[0]!r}?" if close else "choose one of these"
        raise InputError(subject, f"{word!r} is none of its choices", bound, remedy)
    return word


def _currency(key: Key, subject: str, given: object) -> str:
    word = _text(key, subject, given)
    if len(word) != 3 or not (word.isascii() and word.isalpha() and word.isupper()):
        remedy = f"write {word.upper()!r}" if len(word) == 3 else "write it like 'USD'"
        raise InputError(subject, f"{word!r} is no currency code", f"it is {key.kind}", remedy)
    return word


def _flag(key: Key, subject: str, given: object) -> bool:
    if not isinstance(given, bool):
        raise _wrong_kind(key, subject, given)
    return given


def _whole(key: Key, subject: str, given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int):
        raise _wrong_kind(key, subject, given)
    _bounded(key, subject, exact(str(given), subject), str(given))
    return given


def _number(key: Key, subject: str, given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise _wrong_kind(key, subject, given)
    return _bounded(key, subject, exact(str(given), subject), _shown(given))


def _amount_or_never(key: Key, subject: str, given: object) -> str | Decimal:
    return "never" if given == "never" else _number(key, subject, given)


def _fraction(key: Key, subject: str, given: object) -> Decimal:
    if isinstance(given, str):
        return _bounded(key, subject, read_fraction(given, subject), repr(given))
    return _number(key, subject, given)


def _bounded(key: Key, subject: str, number: Decimal, shown: str) -> Decimal:
    """The number, if it lies within the key's bounds."""
    bounds = []
    if key.minimum is not None:
        bounds.append(f"at least {key.minimum}")
    if key.above is not None:
        bounds.append(f"above {key.above}")
    if key.maximum is not None:
        bounds.append(f"at most {key.maximum}")
    too_low = key.minimum is not None and number < key.minimum
    too_low = too_low or (key.above is not None and number <= key.above)
    too_high = key.maximum is not None and number > key.maximum
    if not too_low and not too_high:
        return number
    remedy = "give a number within its bounds"
    if too_high and key.kind is Kind.FRACTION and number <= 100:
        remedy = f'{number} % is written {number / 100} or "{number} %"'
    fact = f"{shown} is too {'small' if too_low else 'large'}"
    raise InputError(subject, fact, f"it must be {' and '.join(bounds)}", remedy)


def _day(key: Key, subject: str, given: object) -> date:
    if isinstance(given, datetime) or not isinstance(given, date):
        if isinstance(given, str):
            return read_day(given, subject)
        raise _wrong_kind(key, subject, given)
    return given


def _time(key: Key, subject: str, given: object) -> str:
    if isinstance(given, str) and TIME.fullmatch(given):
        given = time.fromisoformat(given)
    if not isinstance(given, time):
        raise _wrong_kind(key, subject, given)
    return f"{given:%H:%M}"


_BAND_KEYS = (
    Key("absolute", Kind.FRACTION, "", minimum=Decimal(0), maximum=Decimal(1)),
    Key("relative", Kind.FRACTION, "", minimum=Decimal(0), maximum=Decimal(10)),
)


def _band(key: Key, subject: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict) or not given:
        raise _wrong_kind(key, subject, given)
    known = {part.name: part for part in _BAND_KEYS}
    for name in given:
        if name not in known:
            raise InputError(
                f"{subject}.{name}", "there is no such key", remedy=nearest(name, known)
            )
    return {
        name: _fraction(known[name], f"{subject}.{name}", value) for name, value in given.items()
    }


def _groups(key: Key, subject: str, given: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(given, list) or not all(isinstance(group, list) for group in given):
        raise _wrong_kind(key, subject, given)
    groups = tuple(_words(key, subject, group) for group in given)
    seen: set[str] = set()
    for group in groups:
        for word in group:
            if word in seen:
                fact = f"{word!r} is in two groups"
                raise InputError(subject, fact, remedy="join the groups, or leave it in one")
            seen.add(word)
    return groups


def _amounts(key: Key, subject: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise _wrong_kind(key, subject, given)
    return {name: _number(key, f"{subject}.{name}", value) for name, value in given.items()}


def _lists(key: Key, subject: str, given: object) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise _wrong_kind(key, subject, given)
    return {name: _words(key, f"{subject}.{name}", value) for name, value in given.items()}


_CHECKS: Mapping[Kind, Callable[[Key, str, object], Value]] = {
    Kind.TEXT: _text,
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.CHOICE: _choice,
    Kind.CURRENCY: _currency,
    Kind.FLAG: _flag,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _number,
    Kind.AMOUNT_OR_NEVER: _amount_or_never,
    Kind.FRACTION: _fraction,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.BAND: _band,
    Kind.GROUPS: _groups,
    Kind.AMOUNTS: _amounts,
    Kind.LISTS: _lists,
}
