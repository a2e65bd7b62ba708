"""Read a text by its format: every record is taken, ignored by a rule, or a break.

A header row opens a section, also in the middle of the file; what stands before the first one is
its preamble, and lines outside tables (banners) name the account and the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trimtab.importers._base import ROWS_MAX
from trimtab.importers._bind import Binding
from trimtab.importers._decimal_marks import settled
from trimtab.importers._format import Format, OtherRows, RowRule, Section
from trimtab.importers._headers import Headers
from trimtab.importers._records import Record, records
from trimtab.importers._take import Cells, Taker
from trimtab.importers._tally import Tally
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError
from trimtab.model.statements import Statement

__all__ = ["read_table"]

BANNER_CELLS_MAX = 3
"""A banner is a sentence; a row of a table has more cells."""
ROW_CHARACTERS_MAX = 20_000
"""Disclaimers have had some thousands; what is longer is no row of anybody."""


def read_table(text: str, form: Format, delimiter: str, file: str, digest: str) -> Statement:
    """The statement in a text, by its format.

    Refuses: more than `ROWS_MAX` rows.
    """
    if not form.numbers.decimal:
        form = replace(form, numbers=settled(form.numbers, text, delimiter))
    reader = _Reader(_for_text(form, text))
    for record in records(text, delimiter):
        reader.read(record)
        if reader.tally.rows > ROWS_MAX:
            remedy = "download a shorter period, or one account at a time"
            raise InputError("file", f"it has more than {ROWS_MAX:,} rows", "", remedy, file=file)
    return reader.tally.statement(file, form.broker, form.id, digest)


def _for_text(form: Format, text: str) -> Format:
    """The format with those rules only that hold in a text."""

    def held(rules: tuple[RowRule, ...]) -> tuple[RowRule, ...]:
        return tuple(one for one in rules if one.when is None or one.when.search(text))

    sections = tuple(replace(one, ignore=held(one.ignore)) for one in form.sections)
    return replace(form, ignore=held(form.ignore), sections=sections)


class _Reader:
    """Where the reading stands: the open section, the account and currency that banners named."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.taker = Taker(form)
        self.tally = Tally()
        self.headers = Headers(form.sections)
        self.binding: Binding | None = None
        self.lead = ""
        self.places: dict[str, int] = {}
        self.account, self.account_name = form.account, ""
        self.currency, self.symbol = form.currency, form.symbol
        self.parent: dict[str, str] = {}

    def read(self, record: Record) -> None:
        """Account for one record."""
        self.tally.rows += 1
        line, cells, text = record.line, record.cells, record.text
        if len(text) > ROW_CHARACTERS_MAX:
            fact = f"it has {len(text):,} characters; at most {ROW_CHARACTERS_MAX:,} are looked at"
            self.tally.broken(line, "long_row", fact, "split the row, or take it out")
            return
        if record.is_torn:
            remedy = "close it, or download the file again: it may be cut off"
            self.tally.broken(line, "open_quote", "a quotation mark opens and never closes", remedy)
            return
        header = self.headers.of(cells, text)
        if header is None and self.form.banners and self._is_banner(line, cells, text):
            return
        if self._is_ignored(line, text):
            return
        if header is not None:
            self._open(header, cells[0].strip())
            self._hear(text)
            self.tally.ignore(line, "header")
        else:
            self._row(line, cells, text)

    def _is_ignored(self, line: int, text: str) -> bool:
        """Whether a rule of the whole file ignores a record; a stamp may tell the day."""
        for rule in self.form.ignore:
            found = rule.match.search(text)
            if found is not None:
                self._note_day(found.groupdict("").get("as_of", ""))
                self.tally.ignore(line, rule.rule)
                return True
        return False

    def _open(self, header: Binding, lead: str) -> None:
        """Begin a section with its header and what that begins with."""
        self.binding, self.lead, self.parent = header, lead, {}
        self.places = {field: places[0] for field, places in header.columns.items()}

    def _is_banner(self, line: int, cells: Sequence[str], text: str) -> bool:
        """Whether a record is a banner, before any rule may ignore it; what it says is kept."""
        if self.binding and _has_more_cells(cells, BANNER_CELLS_MAX):
            return False
        banner = self._hear(text)
        if banner is not None:
            self.tally.ignore(line, banner)
        return banner is not None

    def _hear(self, text: str) -> str | None:
        """Keep what the first banner that matches says; its name.

        A header may say something too: the day of its values.
        """
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
            self.symbol = named.get("symbol") or self.symbol
            self._note_day(named.get("as_of", ""))
            return banner.rule
        return None

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
        if binding.section.is_led and cells[0].strip() != self.lead:
            self.tally.ignore(line, "another table")
            return
        here, reach = len(cells), binding.reach
        if here < reach:
            cells = [*cells, *[""] * (reach - here)]
        for rule in binding.section.ignore:
            if rule.match.search(self._cell(cells, rule.column) if rule.column else text):
                if binding.section.rows:  # it may still head the rows below it
                    self.parent = self._fields(cells)
                self.tally.ignore(line, rule.rule)
                return
        if here > reach and any(cell.strip() for cell in cells[reach:]):
            self.tally.broken(
                line,
                "long_row",
                f"it has {here} cells and its header {binding.width}",
                'numbers with commas belong in quotes, as "1,234.56"',
            )
            return
        try:
            self._take(line, binding, cells, here)
        except CellError as error:
            self.tally.broken(line, error.reason, error.fact, error.remedy)

    def _cell(self, cells: Sequence[str], field: str) -> str:
        """What is written for a field, empty where the table has no such column."""
        return cells[self.places[field]] if field in self.places else ""

    def _fields(self, cells: Sequence[str]) -> dict[str, str]:
        """What is written for each field, blanks at the ends removed."""
        return {field: cells[place].strip() for field, place in self.places.items()}

    def _take(self, line: int, binding: Binding, cells: Sequence[str], here: int) -> None:
        """Take a row; `here` is how many cells it has itself, without those added to its end."""
        section = binding.section
        kind = section.kind
        fields = self._fields(cells)
        other = self._other(section, cells) if section.rows else None
        if self.symbol and "symbol" not in fields:
            fields["symbol"] = self.symbol  # one instrument to a file: only its title names it
        if other is not None:
            rule, groups = other
            kind = rule.kind
            fields |= {name: self.parent.get(name, "") for name in rule.inherit}
            fields |= groups
        else:
            if section.rows:
                self.parent = fields
            if here < binding.width:
                _check_length(binding, here)
        for name, value in binding.said.items():
            fields[name] = fields.get(name) or value
        for extract in section.extract:
            found = extract.match.search(fields.get(extract.column, ""))
            for name, value in (found.groupdict("") if found else {}).items():
                if value and (extract.replace or not fields.get(name)):
                    fields[name] = value.strip()
        account, name = self._whose(fields)
        if "fees" in fields or "taxes" in fields:
            fees = _cells(cells, binding.columns.get("fees", ()))
            taxes = _cells(cells, binding.columns.get("taxes", ()))
            codes = _cells(cells, binding.fee_currencies)
            row = Cells(line, section, fields, fees, codes, taxes)
        else:
            row = Cells(line, section, fields)
        taken = self.taker.take(kind, row, account, self.currency)
        if isinstance(taken, str):
            self.tally.ignore(line, taken)
            return
        day = self.form.dates.read(fields["as_of"]) if fields.get("as_of") else None
        self.tally.note_day(day)
        self.tally.take(taken, name, day if section.is_latest else None)

    def _other(
        self, section: Section, cells: Sequence[str]
    ) -> tuple[OtherRows, dict[str, str]] | None:
        """The rule by which a row is of another kind, with what its pattern found."""
        for rule in section.rows:
            found = rule.match.search(self._cell(cells, rule.column))
            if found is not None:
                return rule, {name: text.strip() for name, text in found.groupdict("").items()}
        return None

    def _whose(self, fields: dict[str, str]) -> tuple[str, str]:
        """The account of a row, and its name; a name alone identifies it too."""
        unknown = self.form.numbers.unknown
        name = fields.get("account_name", "")
        name = "" if name.lower() in unknown else name
        account = fields.get("account", "")
        if account or name:
            return account or name, name
        return self.account, self.account_name


def _check_length(binding: Binding, here: int) -> None:
    """Refuse a row that ends before a column that its section requires."""
    ends_before = [f for f in binding.section.required if binding.columns[f][0] >= here]
    if ends_before:
        fact = f"it has {here} of {binding.width} cells and ends before {ends_before[0]}"
        raise CellError("short_row", fact, "complete the row: it may be cut off")


def _cells(cells: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """The cells in some places, empty where a place is nowhere."""
    return tuple([cells[place].strip() if place >= 0 else "" for place in places])


def _has_more_cells(cells: Sequence[str], most: int) -> bool:
    """Whether more cells than that are filled; it stops looking once they are."""
    filled = 0
    for cell in cells:
        if cell and not cell.isspace():
            filled += 1
            if filled > most:
                return True
    return False
