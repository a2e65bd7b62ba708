"""The main rules of a mandate as fields of a form, and what was typed put back into its text.

Fields, their meaning and their defaults come from the table that reads the file.  Only what differs
is written; comments, order and spaces stay as the person has them.  What is no value of its kind is
written as it was typed, so that the reader of the file says what is wrong with it, and where.

Errors: `InputError` for a text that TOML cannot read or that cannot be edited so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from trimtab.app.choosing.mandate_edit import with_policy
from trimtab.app.mandate_file.keys import Key, Kind
from trimtab.app.mandate_file.sections import section
from trimtab.app.mandate_file.text import Toml, toml_value
from trimtab.app.mandate_lists import with_entry
from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice

__all__ = ["Field", "FieldGroup", "MandateForm", "TargetFields", "form_of", "with_form"]

TEXT_MAX = 200
PARTED = re.compile(r"^\D*\d{1,3}(,\d{3})+(\.\d+)?\D*$", re.ASCII)
"""Commas that can only part thousands: 2,5 % would else be taken for 25 %."""
TWO_WAYS = re.compile(r"^\d{1,3}\.\d{3}$", re.ASCII)
"""An amount like 1.500, which is fifteen hundred to half the world."""
BY_HAND = "change it in the text below"
TARGETS, POLICY = "targets", "policy.name"
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("bands", ("absolute", "relative")),
    ("cash", ("weight", "reserve")),
    ("limits", ("turnover_max", "tax_budget", "price_age_days_max")),
    ("trading", ("minimum_trade", "minimum_trade_fraction", "approval_above")),
    ("harvest", ("enabled", "minimum_loss", "minimum_loss_fraction", "days_held_min")),
)
_OWN_BAND = ("absolute", "relative")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` in the form, `value` as it is set, empty where `usual` applies."""

    name: str
    label: str
    doc: str
    value: str
    usual: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The fields of a section, with what it is about."""

    name: str
    doc: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class TargetFields:
    """One target: its weight and its own band, empty where the usual one applies."""

    name: str
    place: int
    weight: Field
    absolute: Field
    relative: Field


@dataclass(frozen=True, slots=True)
class MandateForm:
    """The form of one text."""

    targets: tuple[TargetFields, ...]
    policy: str
    groups: tuple[FieldGroup, ...]


def form_of(text: str) -> MandateForm:
    """The fields of a mandate's text, as far as it can be read.

    Refuses: a text that is no TOML.
    """
    document = _plain(text)
    policy = _table(document, "policy").get("name", section("policy").keys[0].default)
    groups = tuple(
        FieldGroup(
            name,
            section(name).doc,
            tuple(_field(name, key, _table(document, name)) for key in keys),
        )
        for name, keys in GROUPS
    )
    rows = document.get(TARGETS, [])
    targets = tuple(
        _target(row, place)
        for place, row in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    )
    return MandateForm(targets, str(policy), groups)


def with_form(text: str, given: Mapping[str, str]) -> str:
    """The text with what was typed, where that is something else; fields not given stay.

    Refuses: as the module says.
    """
    form = form_of(text)
    for group in form.groups:
        changed = _changed(group.fields, given)
        if changed:
            values = {name.partition(".")[2]: told for name, told in changed.items()}
            text = _with_keys(text, group.name, values)
    for target in form.targets:
        text = _with_target(text, target, given)
    policy = given.get(POLICY, form.policy).strip()
    if policy and policy != form.policy:
        text = with_policy(text, PlugInChoice(policy[:TEXT_MAX]))
    return text


def _with_target(text: str, target: TargetFields, given: Mapping[str, str]) -> str:
    """The text with another weight or band of one target."""
    weight = _changed((target.weight,), given)
    bands = (target.absolute, target.relative)
    values: dict[str, Toml | None] = {}
    if weight:
        values["weight"] = weight[target.weight.name]
    if _changed(bands, given):
        told = {
            limit: _read(given.get(field.name, field.value), Kind.FRACTION)
            for limit, field in zip(_OWN_BAND, bands, strict=True)
        }
        own = {limit: value for limit, value in told.items() if value is not None}
        values["band"] = own or None
    return with_entry(text, TARGETS, "name", values, target.place) if values else text


def _changed(fields: tuple[Field, ...], given: Mapping[str, str]) -> dict[str, Toml | None]:
    """What was typed that is something else than what is set; none leaves it to the usual."""
    found: dict[str, Toml | None] = {}
    for field in fields:
        if field.name in given:
            kind = _kind_of(field.name)
            now = _read(given[field.name], kind)
            if now != _read(field.value, kind):
                found[field.name] = now
    return found


def _kind_of(name: str) -> Kind:
    first, _, rest = name.partition(".")
    if first == TARGETS:
        return Kind.FRACTION
    key = section(first).key(rest)
    return Kind.TEXT if key is None else key.kind


def _read(text: str, kind: Kind) -> Toml | None:
    """What was typed as a value of its kind; as it was typed where it is none."""
    told = text.strip()[:TEXT_MAX]
    if not told:
        return None
    if kind is Kind.FLAG and told in ("true", "false"):
        return told == "true"
    if "," in told and not PARTED.search(told):
        return told
    plain = told.replace(",", "").replace("$", "").replace(" ", "")
    try:
        if kind is Kind.WHOLE:
            return int(plain)
        if kind is Kind.FRACTION and plain.endswith("%"):
            return _finite(plain[:-1], told) / 100
        if kind is Kind.FRACTION and plain.endswith("bp"):
            return _finite(plain[:-2], told) / 10_000
        if kind in (Kind.AMOUNT, Kind.AMOUNT_OR_NEVER) and TWO_WAYS.search(plain):
            return told
        if kind in (Kind.FRACTION, Kind.AMOUNT, Kind.AMOUNT_OR_NEVER, Kind.NUMBER):
            return _finite(plain, told)
    except (ValueError, ArithmeticError):
        return told
    return told


def _finite(plain: str, told: str) -> Decimal:
    number = Decimal(plain)
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise ValueError(told)
    return number


def _field(name: str, key_name: str, table: Mapping[str, Any]) -> Field:
    key = next(key for key in section(name).keys if key.name == key_name)
    usual = "" if key.default is None else _shown(key.default, key.kind)
    value = _shown(table[key_name], key.kind) if key_name in table else ""
    choices = ("true", "false") if key.kind is Kind.FLAG else key.choices
    return Field(f"{name}.{key_name}", _label(key), key.doc, value, usual, choices)


def _label(key: Key) -> str:
    return key.name.replace("_", " ")


def _target(row: Mapping[str, Any], place: int) -> TargetFields:
    name = str(row.get("name", place + 1))
    band = row.get("band")
    limits: Mapping[str, Any] = band if isinstance(band, dict) else {}

    def field(key: str, value: object, doc: str) -> Field:
        told = "" if value is None else _shown(value, Kind.FRACTION)
        return Field(f"{TARGETS}.{place}.{key}", f"{name}: {doc}", doc, told, "")

    return TargetFields(
        name,
        place,
        field("weight", row.get("weight"), "weight"),
        field("absolute", limits.get("absolute"), "band, share of everything"),
        field("relative", limits.get("relative"), "band, share of the target"),
    )


def _shown(value: object, kind: Kind) -> str:
    """A value as a person types it; fractions in percent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if kind is Kind.FRACTION:
            return f"{_short(number * 100)} %"
        return _short(number)
    return str(value)


def _short(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_keys(text: str, name: str, values: Mapping[str, Toml | None]) -> str:
    """The text with other values in a section, which is added where there is none."""
    before = _plain(text)
    meant = dict(_table(before, name))
    for key, value in values.items():
        meant.pop(key, None)
        if value is not None:
            meant[key] = _plain(f"value = {toml_value(value)}")["value"]
    try:
        document = tomlkit.parse(text)
        if name not in document:
            if document.body and not document.as_string().endswith("\n\n"):
                document.add(tomlkit.nl())
            document.add(name, tomlkit.table())
        table: Any = document[name]
        for key, value in values.items():
            if value is not None:
                table[key] = tomlkit.value(toml_value(value))
            elif key in table:
                del table[key]
        written = tomlkit.dumps(document)
    except (TOMLKitError, TypeError, AttributeError, KeyError) as error:
        raise InputError(f"[{name}]", f"it cannot be edited ({error})", "", BY_HAND) from None
    if "\r\n" in text:
        written = re.sub(r"(?<!\r)\n", "\r\n", written)
    after = _plain(written)
    is_same = {**before, name: None} == {**after, name: None}
    if not is_same or _table(after, name) != meant:
        raise InputError(f"[{name}]", "it cannot be edited without changing more", "", BY_HAND)
    return written


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _plain(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InputError("mandate", f"the text breaks: {error}", "", "mend the text") from None
