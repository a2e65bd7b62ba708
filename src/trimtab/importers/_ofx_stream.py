"""The rows of an OFX file, one after the other, whatever dialect it is written in.

OFX 1.x is SGML, whose values need no closing tag; OFX 2.x is XML.  One small scanner reads both as
institutions really write them: headers missing or run together, lists never closed, empty values
without an end, CDATA, stray `<` in names.  It needs no document type, because only two things
matter: values (a tag with text) and rows (the tags of `ROWS`), whose values it gathers by name.
Nothing is expanded but the five entities of XML and numbers, so no file can grow; memory is one
row.

`ofxtools` 1.1.1, the usual library, was tried first on 26 public files and read 18.  It refuses a
whole file for a comment, an empty line or an empty value where it expects none, for one bad number
(`$120`) or a bank's number of ten digits, and knows no lines.  This scanner reads all 26; what is
bad breaks its own row, at its line.

Errors: `InputError` for a document that declares entities, is nested too deeply, or was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from trimtab.model.errors import InputError
from trimtab.model.statements import StatedAccount

__all__ = ["BUYS", "INFOS", "ORDERS", "POSITIONS", "SELLS", "OfxRow", "OfxStream", "Place"]

DEPTH_MAX = 64
"""Elements open at once: four times what the specification nests."""

KINDS = ("DEBT", "MF", "OPT", "OTHER", "STOCK")
"""What the specification tells securities apart by; each has rows of its own."""
BUYS = frozenset(f"BUY{kind}" for kind in KINDS)
SELLS = frozenset(f"SELL{kind}" for kind in KINDS)
POSITIONS = frozenset(f"POS{kind}" for kind in KINDS)
INFOS = frozenset(f"{kind}INFO" for kind in KINDS)
ORDERS = frozenset({*(f"OO{trade}" for trade in BUYS | SELLS), "SWITCHMF"})
BALANCES = frozenset({"INVBAL", "LEDGERBAL", "AVAILBAL", "INV401KBAL"})
OTHERS = frozenset(
    {
        *("CLOSUREOPT", "INCOME", "INVEXPENSE", "JRNLFUND", "JRNLSEC", "MARGININTEREST"),
        *("REINVEST", "RETOFCAP", "SPLIT", "TRANSFER", "INVBANKTRAN", "STMTTRN", "STMTTRNP"),
        *("ACCTINFO", "STATUS"),
    }
)
ROWS = BUYS | SELLS | POSITIONS | INFOS | ORDERS | BALANCES | OTHERS
STATEMENTS = frozenset({"INVSTMTRS", "STMTRS", "CCSTMTRS", "LOANSTMTRS"})
LISTS = frozenset(
    {
        *("INVTRANLIST", "INVPOSLIST", "INVOOLIST"),
        *("BANKTRANLIST", "BANKTRANLISTP", "SECLIST"),
    }
)
ACCOUNTS = {
    "INVACCTFROM": "investment",
    "BANKACCTFROM": "bank",
    "CCACCTFROM": "credit card",
    "LOANACCTFROM": "loan",
}
"""The elements that name an account, and what kind of account it is unless they say so."""
_BEGINS = ROWS | LISTS | STATEMENTS

# A tag and the text up to the next one; `<` that begins no tag is text.
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)[^<>]*>([^<]*(?:<(?![/A-Za-z])[^<]*)*)")
_DECLARES = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}


@dataclass(slots=True)
class Place:
    """The statement that rows stand in, as far as it has been read."""

    account: StatedAccount | None = None
    currency: str = ""
    broker_id: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class OfxRow:
    """A row: its element, its line, and its values by their tags (the first of each counts)."""

    tag: str
    line: int
    place: Place
    fields: Mapping[str, str]

    def get(self, field: str) -> str:
        """The text of a value, empty where there is none."""
        return self.fields.get(field, "")


@dataclass(slots=True)
class OfxStream:
    """Scans the text of one file; iterate over it once.

    `institution` holds what the signing-on says of the sender (ORG and FID); `has_statement` tells
    whether there was any, were it empty.
    """

    text: str
    file: str
    institution: dict[str, str] = field(default_factory=dict)
    has_statement: bool = False
    _open: list[str] = field(default_factory=list)
    _place: Place = field(default_factory=Place)
    _row: OfxRow | None = None
    _row_depth: int = 0
    _values: dict[str, str] = field(default_factory=dict)
    _line: int = 1

    def __iter__(self) -> Iterator[OfxRow]:
        """Rows in the order of the file.

        Refuses: entities declared, more than `DEPTH_MAX` levels, an end before `</OFX>`.
        """
        text, self.text = _flat(self.text, self.file), ""
        counted = 0
        for found in _TAG.finditer(text):
            self._line += text.count("\n", counted, found.start())
            counted = found.start()
            closing, tag, value = found[1], found[2].upper(), found[3].strip()
            if closing:
                row = self._close(tag)
            else:
                row = self._begin(tag)
                if value:
                    self._value(tag, _unescaped(value))
                    self._open.pop()
            if row is not None:
                yield row
        if "OFX" in self._open:
            inside = self._row.tag if self._row else self._open[-1]
            raise self._refusal(
                f"it ends inside <{inside}>", "it was cut off: download it again", self._line
            )

    def _begin(self, tag: str) -> OfxRow | None:
        """Open an element; a row that was never closed ends where the next one begins."""
        row = None
        outer = self._row
        is_inner = outer is not None and outer.tag == "INVBANKTRAN" and tag == "STMTTRN"
        if tag in _BEGINS and not is_inner:
            if outer is not None:
                row = self._close(outer.tag)
            if tag in STATEMENTS:
                self._place, self.has_statement = Place(), True
            elif tag in ROWS:
                self._values = {}
                self._row = OfxRow(tag, self._line, self._place, self._values)
                self._row_depth = len(self._open)
        elif outer is None and tag in ACCOUNTS:
            self._values = {}
        if len(self._open) >= DEPTH_MAX:
            raise self._refusal(
                f"more than {DEPTH_MAX} elements are open at once",
                "it is damaged, or no statement",
                self._line,
            )
        self._open.append(tag)
        return row

    def _value(self, tag: str, text: str) -> None:
        """Keep a value where it belongs: the row, the account, the statement, or the sender."""
        parent = self._open[-2] if len(self._open) > 1 else ""
        if self._row is not None or parent in ACCOUNTS:
            self._values.setdefault(f"ORIG{tag}" if parent == "ORIGCURRENCY" else tag, text)
        elif tag == "CURDEF":
            self._place.currency = text
        elif tag == "DTASOF":
            self._place.as_of = self._place.as_of or text
        elif tag in ("ORG", "FID") and "FI" in self._open:
            self.institution.setdefault(tag, text)

    def _close(self, tag: str) -> OfxRow | None:
        """Close an element and what was left open in it; a value's own end closes nothing.

        A row that this ends is given back, be its own end missing.
        """
        if tag not in self._open:
            return None
        while self._open.pop() != tag:
            pass
        row = self._row
        if row is not None and len(self._open) <= self._row_depth:
            self._row = None
            is_fine = row.tag == "STATUS" and row.get("SEVERITY").upper() != "ERROR"
            return None if is_fine else row
        if row is None and tag in ACCOUNTS:
            kind = self._values.get("ACCTTYPE", "").lower() or ACCOUNTS[tag]
            self._place.broker_id = self._values.get("BROKERID", "")
            if number := self._values.get("ACCTID", ""):
                self._place.account = StatedAccount(number, "", kind)
        return None

    def _refusal(self, fact: str, remedy: str, line: int) -> InputError:
        return InputError("file", fact, "", remedy, file=self.file, line=line)


def _flat(text: str, file: str) -> str:
    """The text without comments and CDATA, line by line what it was."""
    if found := _DECLARES.search(text):
        raise InputError(
            "file",
            "it declares a document type or entities",
            "no statement does",
            "download it again; do not trust where it came from",
            file=file,
            line=text.count("\n", 0, found.start()) + 1,
        )
    text = _each_between(text, "<![CDATA[", "]]>", _escaped)
    return _each_between(text, "<!--", "-->", lambda comment: "\n" * comment.count("\n"))


def _each_between(text: str, begin: str, end: str, change: Callable[[str], str]) -> str:
    """The text with what stands between two marks changed, and the marks gone."""
    pieces: list[str] = []
    done = 0
    while (at := text.find(begin, done)) >= 0 and (to := text.find(end, at + len(begin))) >= 0:
        pieces += (text[done:at], change(text[at + len(begin) : to]))
        done = to + len(end)
    return "".join((*pieces, text[done:])) if pieces else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    named, decimal, hexadecimal = found.groups()
    if named:
        return _NAMED[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    is_text = code < 0x110000 and not 0xD800 <= code < 0xE000 and code != 0
    return chr(code) if is_text else found[0]
