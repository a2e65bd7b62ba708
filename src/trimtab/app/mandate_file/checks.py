"""Check a parsed mandate against the table of keys: names, types and bounds, all in one pass.

What comes out are `Table`s whose getters are typed, because every value in them has been checked.
A section that is misspelt, a key that is unknown or sits in another section, a value of the wrong
kind or out of bounds: each becomes an `InputError` with file, line, value, bound and remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from trimtab.app.mandate_file.keys import Form, Section
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.app.mandate_file.values import Value, check_setting, check_value
from trimtab.app.text_files import Collector
from trimtab.app.values import read_word
from trimtab.model.errors import InputError, must, nearest
from trimtab.model.mandate import Setting
from trimtab.model.toml_lines import Path

__all__ = ["Checked", "Table", "check_document"]


@dataclass(frozen=True, slots=True)
class Table:
    """One checked table: its place, its values with defaults filled in, and a plug-in's settings.

    `whole` is false where a required key was missing or wrong; `given` names the keys that the
    file sets.
    """

    path: Path
    label: str
    values: Mapping[str, Value]
    settings: Mapping[str, Setting]
    given: frozenset[str]
    whole: bool

    @property
    def name(self) -> str:
        """The last part of its path: an instrument's id, a guard's name."""
        return str(self.path[-1])

    def text(self, key: str) -> str:
        """A text or word."""
        value = self.values.get(key, "")
        must(isinstance(value, str), f"{key} was checked to be a text")
        return str(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        return self.values[key] is True

    def whole_number(self, key: str) -> int | None:
        """A whole number, where one is set."""
        value = self.values.get(key)
        must(value is None or isinstance(value, int), f"{key} was checked to be whole")
        return value if isinstance(value, int) else None

    def decimal(self, key: str) -> Decimal:
        """A number that is set or has a default."""
        value = self.optional_decimal(key)
        must(value is not None, f"{key} is set or has a default")
        return value if value is not None else Decimal(0)

    def optional_decimal(self, key: str) -> Decimal | None:
        """A number, where one is set."""
        value = self.values.get(key)
        return value if isinstance(value, Decimal) else None

    def day(self, key: str) -> date | None:
        """A day, where one is set."""
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of names, empty where none is set."""
        value = self.values.get(key, ())
        return tuple(str(word) for word in value) if isinstance(value, tuple) else ()

    def mapping(self, key: str) -> Mapping[str, object]:
        """A table of checked values by name."""
        value = self.values.get(key, {})
        return value if isinstance(value, Mapping) else {}

    def decimals(self, key: str) -> dict[str, Decimal]:
        """A table of numbers by name."""
        values = self.mapping(key).items()
        return {name: value for name, value in values if isinstance(value, Decimal)}

    def groups(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of names."""
        value = self.values.get(key, ())
        rows = value if isinstance(value, tuple) else ()
        return tuple(tuple(map(str, row)) for row in rows if isinstance(row, tuple))


@dataclass(frozen=True, slots=True)
class Checked:
    """All tables of a mandate, by section."""

    tables: Mapping[str, tuple[Table, ...]]
    misspelt: frozenset[str] = frozenset()
    """Sections that an unknown heading was probably meant for: what they lack is not told."""

    def one(self, section: str) -> Table:
        """The table of a section that stands once; all defaults where it is absent."""
        return self.tables[section][0]

    def all(self, section: str) -> tuple[Table, ...]:
        """The entries of a section that repeats."""
        return self.tables[section]


def check_document(
    document: Mapping[str, object], lines: Mapping[Path, int], errors: Collector
) -> Checked:
    """Check a whole parsed mandate.

    Refuses: nothing by itself; what is wrong is added to `errors`.
    """
    known = {section.name: section for section in SECTIONS}
    misspelt: set[str] = set()
    for name in document:
        if name not in known:
            errors.add(_unknown_section(name, known), lines.get((name,)))
            misspelt.update(get_close_matches(name, known, n=1))
    checker = _Checker(lines, errors, frozenset(misspelt))
    tables = {name: checker.section(item, document.get(name)) for name, item in known.items()}
    return Checked(tables, frozenset(misspelt))


def _unknown_section(name: str, known: Mapping[str, Section]) -> InputError:
    homes = [section.heading for section in SECTIONS if section.key(name)]
    if homes and not get_close_matches(name, known, n=1, cutoff=0.8):
        return InputError(
            name,
            "this key stands outside every section",
            remedy=f"put it under {' or '.join(homes)}",
        )
    return InputError(name, "there is no such section", remedy=nearest(name, (s for s in known)))


class _Checker:
    """Checks sections one by one and knows where each key stands."""

    def __init__(
        self, lines: Mapping[Path, int], errors: Collector, misspelt: frozenset[str]
    ) -> None:
        self.lines, self.errors, self.misspelt = lines, errors, misspelt

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None

    def section(self, section: Section, given: object) -> tuple[Table, ...]:
        """The tables of one section."""
        match section.form:
            case Form.LIST:
                return self.listed(section, given)
            case Form.NAMED:
                return self.named(section, given)
            case _:
                return (self.single(section, given),)

    def single(self, section: Section, given: object) -> Table:
        """A section that stands once."""
        if given is not None and not isinstance(given, dict):
            self.misplaced(section)
            given = None
        return self.table(section, (section.name,), section.name, given or {})

    def listed(self, section: Section, given: object) -> tuple[Table, ...]:
        """A section that repeats: `[[accounts]]`."""
        if isinstance(given, dict):
            self.misplaced(section)
            return ()
        rows = given if isinstance(given, list) else []
        if given is not None and (
            not isinstance(given, list) or not all(isinstance(row, dict) for row in rows)
        ):
            self.misplaced(section)
            return ()
        if section.required and not rows and section.name not in self.misspelt:
            remedy = f"add a {section.heading} block"
            self.errors.refuse(
                self.line((section.name,)), section.name, "there is none", "", remedy
            )
        label_key = "id" if section.key("id") else "name"
        tables = []
        for index, row in enumerate(rows):
            named = row.get(label_key)
            label = named if isinstance(named, str) and named else f"#{index + 1}"
            path = (section.name, index)
            tables.append(self.table(section, path, f"{section.name}.{label}", row))
        return tuple(tables)

    def named(self, section: Section, given: object) -> tuple[Table, ...]:
        """A section of named tables: `[instruments.VTI]`."""
        if given is None:
            return ()
        if not isinstance(given, dict):
            self.misplaced(section)
            return ()
        tables = []
        for name, row in given.items():
            path: Path = (section.name, name)
            if not isinstance(row, dict):
                remedy = f"write {section.form.value.format(name=section.name)} as a block"
                fact = f"{row!r} stands where a table belongs"
                self.errors.refuse(self.line(path), f"{section.name}.{name}", fact, "", remedy)
                continue
            try:
                read_word(name, section.name)
            except InputError as error:
                self.errors.add(error, self.line(path))
                continue
            tables.append(self.table(section, path, f"{section.name}.{name}", row))
        return tuple(tables)

    def misplaced(self, section: Section) -> None:
        """Note that a section is written in the wrong form."""
        self.errors.refuse(
            self.line((section.name,)),
            section.name,
            "it is not written as it must be",
            remedy=f"open it with {section.heading}, and put its keys below, one a line",
        )

    def table(self, section: Section, path: Path, label: str, row: Mapping[str, object]) -> Table:
        """One table: every key known, of its kind and within its bounds."""
        values: dict[str, Value] = {}
        settings: dict[str, Setting] = {}
        whole = True
        for name, given in row.items():
            key = section.key(name)
            where = (*path, name)
            try:
                if key is not None:
                    values[name] = check_value(key, f"{label}.{name}", given)
                elif section.open:
                    settings[name] = check_setting(f"{label}.{name}", given)
                else:
                    raise _unknown_key(section, label, name)
            except InputError as error:
                self.errors.add(error, self.line(where))
                whole = whole and not (key is not None and key.required)
        for key in section.keys:
            if key.required and key.name not in row:
                whole = False
                remedy = f"add {key.name} = {key.example or 'its value'}"
                self.errors.refuse(
                    self.line(path), f"{label}.{key.name}", "it is missing", key.doc, remedy
                )
            elif key.default is not None:
                values.setdefault(key.name, key.default)
        return Table(path, label, values, settings, frozenset(row), whole)


def _unknown_key(section: Section, label: str, name: str) -> InputError:
    """The refusal of a key: the near one of its section, or the section where it belongs."""
    names = [key.name for key in section.keys]
    homes = [other.heading for other in SECTIONS if other.key(name) and other is not section]
    remedy = nearest(name, names)
    if homes and not get_close_matches(name, names, n=1):
        remedy = f"it belongs under {' or '.join(homes)}"
    return InputError(f"{label}.{name}", "there is no such key", remedy=remedy)
