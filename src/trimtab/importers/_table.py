"""Read a text by its format: every record is taken, ignored by a rule, or a break.

A header row opens a section, also in the middle of the file; what stands before the first one is
its preamble, and lines outside tables (banners) name the account and the day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from trimtab.importers._base import ROWS_MAX
from trimtab.importers._bind import Binding, bind
from trimtab.importers._format import ColumnName, Format, OtherRows, Section
from trimtab.importers._records import Record, records
from trimtab.importers._take import Cells, Taker
from trimtab.importers._tally import Tally
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError
from trimtab.model.statements import Statement, StatementKind

__all__ = ["read_table"]

BANNER_CELLS_MAX = 3
"""A banner is a sentence; a row of a table has more cells."""


def read_table(text: str, form: Format, delimiter: str, file: str, digest: str) -> Statement:
    """The statement in a text, by its format.

    Refuses: more than `ROWS_MAX` rows.
    """
    reader = _Reader(form, file)
    for record in records(text, delimiter):
        reader.read(record)
    return reader.tally.statement(file, form.broker, form.id, digest)


class _Reader:
    """Where the reading stands: the open section, the account and currency that banners named."""

    def __init__(self, form: Format, file: str) -> None:
        self.form, self.file = form, file
        self.taker = Taker(form)
        self.tally = Tally()
        self.headers = [(section, _plain_names(section)) for section in form.sections]
        self.binding: Binding | None = None
        self.account, self.account_name = form.account, ""
        self.currency = form.currency
        self.parent: dict[str, str] = {}

    def read(self, record: Record) -> None:
        """Account for one record."""
        self.tally.rows += 1
        if self.tally.rows > ROWS_MAX:
            raise InputError(
                "file",
                f"it has more than {ROWS_MAX:,} rows",
                "",
                "download a shorter period, or one account at a time",
                file=self.file,
            )
        line, cells = record.line, record.cells
        if record.is_torn:
            remedy = "close it, or download the file again: it may be cut off"
            self.tally.broken(line, "open_quote", "a quotation mark opens and never closes", remedy)
            return
        text = record.text
        rule = next((rule for rule in self.form.ignore if rule.match.search(text)), None)
        if rule is not None:
            self.tally.ignore(line, rule.rule)
        elif self._is_header(cells):
            self.tally.ignore(line, "header")
        elif not self._is_banner(line, cells, text):
            self._row(line, cells, text)

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether a record is the header of a section; it opens the one that it fits best."""
        line = "\0".join(cells).casefold()
        best: Binding | None = None
        for section, names in self.headers:
            if any(not any(name in line for name in some) for some in names):
                continue
            found = bind(section, cells)
            if found is not None and (best is None or found.explained > best.explained):
                best = found
        if best is not None:
            self.binding, self.parent = best, {}
        return best is not None

    def _is_banner(self, line: int, cells: Sequence[str], text: str) -> bool:
        if self.binding and sum(1 for cell in cells if cell.strip()) > BANNER_CELLS_MAX:
            return False
        for banner in self.form.banners:
            found = banner.match.search(text)
            if found is None:
                continue
            named = {name: value.strip() for name, value in found.groupdict("").items()}
            self.account = named.get("account") or self.account
            self.account_name = named.get("account_name", self.account_name)
            if named.get("account_name") and not named.get("account"):
                self.account = named["account_name"]
            self.currency = named.get("currency") or self.currency
            self._note_day(named.get("as_of", ""))
            self.tally.ignore(line, banner.rule)
            return True
        return False

    def _note_day(self, written: str) -> None:
        """Keep the latest day that the file says it describes; a banner's is no reason to break."""
        try:
            self.tally.note_day(self.form.dates.read(written))
        except CellError:
            return

    def _row(self, line: int, cells: Sequence[str], text: str) -> None:
        binding = self.binding
        if binding is None:
            self.tally.ignore(line, "preamble")
            return
        section = binding.section
        raw = {field: _cell(cells, places[0]) for field, places in binding.columns.items()}
        for rule in section.ignore:
            if rule.match.search(raw.get(rule.column, "") if rule.column else text):
                self.tally.ignore(line, rule.rule)
                return
        extra = [cell for cell in cells[_width(binding, cells) :] if cell.strip()]
        if extra:
            self.tally.broken(
                line,
                "long_row",
                f"it has {len(cells)} cells and its header {binding.width}",
                'numbers with commas belong in quotes, as "1,234.56"',
            )
            return
        try:
            self._take(line, binding, cells, raw)
        except CellError as error:
            self.tally.broken(line, error.reason, error.fact, error.remedy)

    def _take(self, line: int, binding: Binding, cells: Sequence[str], raw: dict[str, str]) -> None:
        section = binding.section
        kind, other = section.kind, _other(section, raw)
        fields = {name: value.strip() for name, value in raw.items()}
        if other is not None:
            kind, rule, groups = other
            fields |= {name: self.parent.get(name, "") for name in rule.inherit}
            fields |= groups
        else:
            self.parent = fields
        for extract in section.extract:
            found = extract.match.search(fields.get(extract.column, ""))
            for name, value in (found.groupdict("") if found else {}).items():
                if value and not fields.get(name):
                    fields[name] = value.strip()
        missing = [name for name in section.required if name not in fields]
        if missing and len(cells) < binding.width:
            fact = f"it has {len(cells)} of {binding.width} cells"
            raise CellError("short_row", fact, "complete the row")
        fees = tuple(_cell(cells, place).strip() for place in binding.columns.get("fees", ()))
        account, name = self._whose(fields)
        taken = self.taker.take(kind, Cells(line, section, fields, fees), account, self.currency)
        if isinstance(taken, str):
            self.tally.ignore(line, taken)
            return
        if fields.get("as_of"):
            self.tally.note_day(self.form.dates.read(fields["as_of"]))
        self.tally.take(taken, name)

    def _whose(self, fields: dict[str, str]) -> tuple[str, str]:
        """The account of a row, and its name; a name alone identifies it too."""
        name = fields.get("account_name", "")
        account = fields.get("account", "")
        if account or name:
            return account or name, name
        return self.account, self.account_name


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _width(binding: Binding, cells: Sequence[str]) -> int:
    """How many cells of a row have a place under the header."""
    last = max((place for places in binding.columns.values() for place in places), default=0)
    return max(binding.width, last + 1)


def _other(
    section: Section, raw: dict[str, str]
) -> tuple[StatementKind, OtherRows, dict[str, str]] | None:
    """The other kind that a row is of, with the rule and what its pattern found."""
    for rule in section.rows:
        found = rule.match.search(raw.get(rule.column, ""))
        if found is not None:
            return rule.kind, rule, {k: v.strip() for k, v in found.groupdict("").items()}
    return None


def _plain_names(section: Section) -> list[tuple[str, ...]]:
    """For each required field the names of which one must stand in a header; for a quick look."""
    names = []
    for field in section.required:
        columns = section.columns[field]
        if all(_is_plain(column) for column in columns):
            names.append(tuple(column.name.split()[0] for column in columns))
    return names


def _is_plain(column: ColumnName) -> bool:
    return bool(column.name) and not re.search(r"\s{2}", column.name)
