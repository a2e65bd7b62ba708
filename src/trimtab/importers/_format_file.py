"""Read a format file: TOML becomes a `Format`, and every mistake is named with its line.

Errors: `InputErrors` with all of them; syntax errors of TOML come alone, with theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trimtab.importers._format import (
    FIELDS,
    ActionRule,
    BySign,
    ColumnName,
    Costs,
    Extract,
    Format,
    OtherRows,
    RowRule,
    Section,
    Signs,
    Way,
)
from trimtab.importers._format_like import TextOf, toml_values, with_base
from trimtab.importers._format_table import FormatText, Table
from trimtab.importers._pattern import Pattern
from trimtab.importers._values import UNKNOWN, DateStyle, NumberStyle
from trimtab.model.errors import InputErrors, nearest
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action, StatementKind

__all__ = ["normal", "parse_format"]

AUTO = "auto"
BANNER_GROUPS = ("account", "account_name", "as_of", "currency", "symbol")
_BLANKS = str.maketrans({"\u00a0": " ", "_": " "})


def normal(name: str) -> str:
    """A column's name as it is compared: without case, doubled and outer blanks, or a colon.

    An underscore is a blank: `unit_price` is `Unit Price`.
    """
    return " ".join(name.translate(_BLANKS).split()).rstrip(":").strip().casefold()


def parse_format(
    text: str,
    format_id: str,
    file: str,
    common: Format | None = None,
    text_of: TextOf | None = None,
    *,
    is_trusted: bool = False,
) -> Format:
    """The format that a TOML text describes; `common` has the rules shared by all.

    A text may be like another one, which `text_of` has.  One that is trusted is known to be sound.
    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    own = toml_values(text, file)
    source = FormatText(file, text, is_trusted=is_trusted)
    values = with_base(own, source, text_of)
    read = _format(Table(source, (), values), format_id, file, common)
    if source.errors:
        raise InputErrors(sorted(source.errors, key=lambda error: error.line or 0))
    return read


def _format(top: Table, format_id: str, file: str, common: Format | None) -> Format:
    about = top.table("file")
    instruments = top.table("instruments")
    numbers, dates = top.table("numbers"), top.table("dates")
    actions = (*_actions(top), *(common.actions if common else ()))
    sections = tuple(_section(table, actions) for table in top.tables("sections"))
    if not sections and common is not None:
        top.refuse("sections", "there is none", "a format has at least one", "add [[sections]]")
    delimiter = about.string("delimiter")
    if len(delimiter) > 1:
        about.refuse("delimiter", f"{delimiter!r} is longer than one character")
        delimiter = ""
    read = Format(
        id=format_id,
        broker=top.string("broker", needed=common is not None),
        name=top.string("name", needed=common is not None),
        seen=top.strings("seen"),
        sections=sections,
        delimiter=delimiter,
        marks=about.patterns("marks"),
        needs=about.patterns("needs"),
        excludes=about.patterns("excludes"),
        currency=about.string("currency"),
        account=about.string("account"),
        symbol=about.string("symbol"),
        numbers=_numbers(numbers),
        dates=_dates(dates),
        banners=_banners(top),
        ignore=(*_row_rules(top, None), *(common.ignore if common else ())),
        actions=actions,
        cash=(*instruments.patterns("cash"), *(common.cash if common else ())),
        kinds=(*_kinds(instruments), *(common.kinds if common else ())),
        path=file,
    )
    for table in (about, instruments, numbers, dates, top):
        table.finish()
    return read


def _numbers(table: Table) -> NumberStyle:
    decimal = table.string("decimal", ".")
    if decimal not in (".", ",", AUTO):
        remedy = f'write ".", "," or "{AUTO}" (each file shows its own)'
        table.refuse("decimal", f"{decimal!r} is no decimal mark", "", remedy)
        decimal = "."
    words = (word.strip().lower() for word in table.strings("unknown"))
    return NumberStyle("" if decimal == AUTO else decimal, UNKNOWN | frozenset(words))


def _dates(table: Table) -> DateStyle:
    formats = table.strings("formats") or ("%Y-%m-%d",)
    for form in formats:
        unknown = set(re.findall(r"%.", form)) - {"%Y", "%y", "%m", "%d", "%b"}
        parts = {part.lower().replace("b", "m") for part in re.findall(r"%.", form)}
        if unknown:
            bound = "known are %Y, %y, %m, %d and %b (a month's name, short or long)"
            table.refuse("formats", f"{form!r} has {', '.join(sorted(unknown))}", bound)
        elif parts != {"%y", "%m", "%d"}:
            table.refuse("formats", f"{form!r} lacks a year, month or day", "", "add it")
    months: dict[str, int] = {}
    given = table.table("months")
    for name, number in given.values.items():
        given.get(name)
        if not isinstance(number, int) or not 1 <= number <= 12:
            given.refuse(name, f"{number!r} is no month", "1 to 12")
        else:
            months[name.lower()] = number
    words = (word.strip().lower() for word in table.strings("unknown"))
    return DateStyle(formats, months, UNKNOWN | frozenset(words))


def _kinds(table: Table) -> list[tuple[Pattern, InstrumentKind]]:
    kinds = []
    for rule in table.tables("kinds"):
        match, kind = rule.pattern("match"), rule.word("kind", InstrumentKind)
        rule.finish()
        if match is not None and kind is not None:
            kinds.append((match, kind))
    return kinds


def _banners(top: Table) -> tuple[RowRule, ...]:
    banners = []
    for table in top.tables("banners"):
        rule, match = table.string("rule", "banner"), table.pattern("match")
        table.finish()
        if match is not None:
            _check_groups(table, match, BANNER_GROUPS)
            banners.append(RowRule(rule, match))
    return tuple(banners)


def _check_groups(table: Table, match: Pattern, known: tuple[str, ...]) -> None:
    for group in () if table.text.is_trusted else match.groupindex:
        if group not in known:
            table.refuse("match", f"nothing is called {group!r}", "", nearest(group, known))


def _row_rules(table: Table, fields: tuple[str, ...] | None) -> tuple[RowRule, ...]:
    rules = []
    for rule in table.tables("ignore"):
        column = "" if fields is None else rule.string("column")
        name, match = rule.string("rule", needed=True), rule.pattern("match")
        if column and fields is not None and column not in fields:
            rule.refuse("column", f"no column is bound to {column!r}", "", nearest(column, fields))
        when = rule.pattern("when") if "when" in rule.values else None
        rule.finish()
        if match is not None:
            rules.append(RowRule(name, match, column, when))
    return tuple(rules)


def _section(table: Table, shared: tuple[ActionRule, ...]) -> Section:
    kind = table.word("kind", StatementKind) or StatementKind.POSITIONS
    known = FIELDS[kind]
    columns = _columns(table.table("columns"), known)
    required = table.strings("required", needed=True)
    for name in required:
        if name not in columns:
            remedy = f"bind it under columns, or {nearest(name, columns)}"
            table.refuse("required", f"no column is bound to {name!r}", "", remedy)
    amounts = table.table("amounts")
    section = Section(
        kind=kind,
        columns=columns,
        required=required,
        other=frozenset(map(normal, table.strings("other"))),
        absent=frozenset(map(normal, table.strings("absent"))),
        is_latest=table.flag("latest"),
        is_led=table.flag("led"),
        ignore=_row_rules(table, known),
        rows=_other_rows(table, known),
        extract=_extracts(table, known),
        actions=(*_actions(table), *shared),
        signs=amounts.word("sign", Signs, Signs.SIGNED) or Signs.SIGNED,
        costs=amounts.word("costs", Costs, Costs.INCLUDED) or Costs.INCLUDED,
    )
    amounts.finish()
    table.finish()
    return section


def _columns(table: Table, known: tuple[str, ...]) -> Mapping[str, tuple[ColumnName, ...]]:
    columns: dict[str, tuple[ColumnName, ...]] = {}
    for field in table.values:
        names = table.strings(field)
        if field not in known:
            table.refuse(field, "there is no such field", "", nearest(field, known))
            continue
        parsed = (_column_name(table, field, name, known) for name in names)
        columns[field] = tuple(one for one in parsed if one is not None)
    return columns


def _column_name(
    table: Table, field: str, written: str, known: tuple[str, ...]
) -> ColumnName | None:
    """`Price`, `/^Price/`, `>Price` (the column right of it), `>/^Price/`, `Price#2`, `@3`."""
    text = written.strip()
    named = text.lstrip(">")
    if len(named) > 2 and named[0] == named[-1] == "/":
        pattern = table.compiled(field, named[1:-1])
        if pattern is None:
            return None
        for group in () if table.text.is_trusted else pattern.groupindex:
            if group not in known:
                table.refuse(field, f"no field is called {group!r}", "", nearest(group, known))
        return ColumnName(pattern=pattern, right=len(text) - len(named))
    if text.startswith("@") and text[1:].isdigit() and int(text[1:]) > 0:
        return ColumnName(position=int(text[1:]))
    right = len(text) - len(text.lstrip(">"))
    text, mark, count = text[right:].rpartition("#") if "#" in text else ("", "", text[right:])
    if not mark or not count.isdigit() or not text:
        return ColumnName(normal(text + mark + count), right=right)
    return ColumnName(normal(text), right=right, nth=int(count))


def _other_rows(table: Table, known: tuple[str, ...]) -> tuple[OtherRows, ...]:
    rows = []
    for one in table.tables("rows"):
        kind, match = one.word("kind", StatementKind), one.pattern("match")
        column, inherit = one.string("column", needed=True), one.strings("inherit")
        one.finish()
        if kind is not None and match is not None:
            _check_groups(one, match, FIELDS[kind])
            for name in (column, *inherit):
                if name and name not in known:
                    one.refuse("inherit", f"there is no field {name!r}", "", nearest(name, known))
            rows.append(OtherRows(kind, column, match, inherit))
    return tuple(rows)


def _extracts(table: Table, known: tuple[str, ...]) -> tuple[Extract, ...]:
    extracts = []
    for one in table.tables("extract"):
        column, match = one.string("column", needed=True), one.pattern("match")
        replace = one.flag("replace")
        one.finish()
        if column and column not in known:
            one.refuse("column", f"there is no field {column!r}", "", nearest(column, known))
        if match is not None:
            _check_groups(one, match, known)
            extracts.append(Extract(column, match, replace))
    return tuple(extracts)


def _actions(table: Table) -> list[ActionRule]:
    actions = []
    known = {word.value: word for words in (Action, BySign) for word in words}
    for one in table.tables("actions"):
        match, do = one.pattern("match"), one.string("do", needed=True)
        column, rule = one.string("column", "action"), one.string("rule")
        units = one.word("units", Way) if "units" in one.values else None
        cash = one.word("cash", Way) if "cash" in one.values else None
        one.finish()
        if column not in FIELDS[StatementKind.TRANSACTIONS]:
            remedy = nearest(column, FIELDS[StatementKind.TRANSACTIONS])
            one.refuse("column", f"there is no field {column!r}", "", remedy)
        if do and do not in known:
            one.refuse("do", f"there is no action {do!r}", "", nearest(do, known))
        elif match is not None and do:
            name = rule or "no movement"
            actions.append(ActionRule(match, known[do], column, name, units, cash))
    return actions
