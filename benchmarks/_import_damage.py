"""Broker files for the fuzzing of the importer: made of the formats' own words, then damaged.

Everything comes from a `random.Random`, so a seed is a file.
"""

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from trimtab.importers._format import Format, Section

__all__ = ["DAMAGES", "Damage", "damaged", "has_plain_names", "sample_markup", "sample_text"]

ROWS_MAX = 12
DAMAGES_MAX = 4
LONG = 1_000_000
WIDE = 100_000
DEEP = 20_000

_NUMBERS = (
    *(
        "10",
        "1,234.56",
        "$1,234.56",
        "(5.00)",
        "-3",
        "0",
        "12.5%",
        "1.234,56",
        "1'000.00",
        "--",
        "",
    ),
    *("1e400", "9" * 40, "-0", "NaN", "Infinity", "1,23", ".", "-", "+", "1_000", "٣", "½", "0x10"),
)
_DAYS = (
    "2021-03-04",
    "03/04/2021",
    "04.03.2021",
    "Mar-04-2021",
    "20210304",
    "--",
    "31/02/2021",
    "",
)
_WORDS = (
    *("VTI", "SPAXX**", "Cash", "Total", "Vanguard Total, Inc", "US0378331005", "037833100"),
    *("Buy", "Sold", "Dividend", "AAPL 01/17/2025 150.00 C", "", "'=1+1", "Ünïcödé", "N/A"),
    *("\u202eright", "\u200b", "🙂", "treasury note " * 40, "(" * 50, "X" * 300),
)


_OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240201
<LANGUAGE>ENG<FI><ORG>Some Broker<FID>1</FI></SONRS></SIGNONMSGSRSV1>
<INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>0<INVSTMTRS><DTASOF>20240131160000.000[-5:EST]
<CURDEF>USD<INVACCTFROM><BROKERID>broker.example<ACCTID>12-345</INVACCTFROM>
<INVTRANLIST><DTSTART>20240101<DTEND>20240131
{rows}</INVTRANLIST>
<INVPOSLIST><POSSTOCK><INVPOS><SECID><UNIQUEID>037833100<UNIQUEIDTYPE>CUSIP</SECID>
<HELDINACCT>CASH<POSTYPE>LONG<UNITS>{number}<UNITPRICE>10<MKTVAL>{number}<DTPRICEASOF>{day}
</INVPOS></POSSTOCK></INVPOSLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>037833100<UNIQUEIDTYPE>CUSIP
</SECID><SECNAME>{word}<TICKER>AAPL</SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1></OFX>
"""
_OFX_ROW = """<BUYSTOCK><INVBUY><INVTRAN><FITID>{number}<DTTRADE>{day}</INVTRAN><SECID>
<UNIQUEID>037833100<UNIQUEIDTYPE>CUSIP</SECID><UNITS>{number}<UNITPRICE>{number}
<TOTAL>{number}</INVBUY><BUYTYPE>BUY</BUYSTOCK>
"""
_FLEX = """<?xml version="1.0" encoding="UTF-8"?>
<FlexQueryResponse queryName="All" type="AF"><FlexStatements count="1">
<FlexStatement accountId="U1" fromDate="20250101" toDate="20251231" period="">
<OpenPositions>
{rows}</OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>
"""
_FLEX_ROW = """<OpenPosition accountId="U1" currency="USD" assetCategory="STK" symbol="{word}"
 levelOfDetail="SUMMARY" position="{number}" markPrice="{number}" openDateTime="{day}"/>
"""


_BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'


def sample_markup(rng: Random) -> str:
    """An OFX file or a Flex report, with some cells that are none."""
    frame, row = rng.choice(((_OFX, _OFX_ROW), (_FLEX, _FLEX_ROW)))

    def filled(text: str) -> str:
        cells = (rng.choice(some).replace('"', "") for some in (_NUMBERS, _DAYS, _WORDS))
        for name, cell in zip(("number", "day", "word"), cells, strict=True):
            text = text.replace("{" + name + "}", cell)
        return text

    rows = "".join(filled(row) for _ in range(rng.randrange(ROWS_MAX)))
    return filled(frame).replace("{rows}", rows)


def sample_text(form: Format, rng: Random) -> str:
    """A file whose columns are called as a format calls them, with plausible cells below."""
    delimiter = form.delimiter or rng.choice((",", ",", ",", ";", "\t"))
    parts = []
    for section in form.sections:
        columns = _header(section)
        parts.append(_row([title for title, _ in columns], delimiter, rng))
        for _ in range(rng.randrange(ROWS_MAX)):
            parts.append(_row([_cell(field, rng) for _, field in columns], delimiter, rng))
        parts.append("")
    return "\n".join(parts)


def has_plain_names(section: Section) -> bool:
    """Whether each required column has a name that can be written down, not a pattern alone."""
    return all(any(one.name for one in section.columns[field]) for field in section.required)


def _header(section: Section) -> list[tuple[str, str]]:
    """Title and field of each column that has a name; one right of another has no title."""
    fields: dict[tuple[str, int], str] = {}
    beside: dict[str, str] = {}
    for field, columns in section.columns.items():
        one = next((one for one in columns if one.name), None)
        if one is not None and one.right:
            beside.setdefault(one.name, field)
        elif one is not None:
            fields.setdefault((one.name, one.nth), field)
    found: list[tuple[str, str]] = []
    for title in dict.fromkeys((*(title for title, _ in fields), *beside)):
        count = max((nth for name, nth in fields if name == title), default=1)
        found += [(title, fields.get((title, nth), "")) for nth in range(1, count + 1)]
        found += [("", beside[title])] if title in beside else []
    return found


def _cell(field: str, rng: Random) -> str:
    if field in ("acquired", "on", "settles", "sold", "as_of"):
        return rng.choice(_DAYS)
    if field in ("quantity", "price", "value", "cost", "unit_cost", "amount", "fees", "proceeds"):
        return rng.choice(_NUMBERS)
    return rng.choice(_WORDS)


def _row(cells: Sequence[str], delimiter: str, rng: Random) -> str:
    quotes = rng.random() < 0.3
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"' if quotes or delimiter in cell else cell
        for cell in cells
    )


@dataclass(frozen=True, slots=True)
class Damage:
    """A named way to damage bytes."""

    name: str
    inflict: Callable[[bytes, Random], bytes]


def _lines(
    change: Callable[[list[bytes], Random], list[bytes]],
) -> Callable[[bytes, Random], bytes]:
    return lambda data, rng: b"\n".join(change(data.split(b"\n"), rng))


def _at(piece: Callable[[Random], bytes]) -> Callable[[bytes, Random], bytes]:
    """Put a piece somewhere into the bytes."""

    def insert(data: bytes, rng: Random) -> bytes:
        place = rng.randrange(len(data) + 1)
        return data[:place] + piece(rng) + data[place:]

    return insert


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _doubled(lines: list[bytes], rng: Random) -> list[bytes]:
    return [line for line in lines for _ in range(rng.choice((1, 1, 2)))]


def _shuffled(lines: list[bytes], rng: Random) -> list[bytes]:
    return rng.sample(lines, len(lines))


def _columns_shuffled(lines: list[bytes], rng: Random) -> list[bytes]:
    seed = rng.random()
    return [b",".join(Random(seed).sample(cells, len(cells))) for cells in _split(lines)]


def _column_lost(lines: list[bytes], rng: Random) -> list[bytes]:
    place = rng.randrange(8)
    return [b",".join(cells[:place] + cells[place + 1 :]) for cells in _split(lines)]


def _split(lines: list[bytes]) -> list[list[bytes]]:
    return [line.split(b",") for line in lines]


def _reencoded(data: bytes, rng: Random) -> bytes:
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252", "utf-7"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def _bits_flipped(data: bytes, rng: Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(rng.randrange(1, 20)):
        if flipped:
            flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def _zipped(data: bytes, _rng: Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("positions.csv", data)
    return stream.getvalue()


DAMAGES = (
    Damage("cut", _cut),
    Damage("rows doubled", _lines(_doubled)),
    Damage("rows shuffled", _lines(_shuffled)),
    Damage("columns shuffled", _lines(_columns_shuffled)),
    Damage("a column lost", _lines(_column_lost)),
    Damage("another encoding", _reencoded),
    Damage("bits flipped", _bits_flipped),
    Damage("a NUL", _at(lambda rng: b"\0")),
    Damage("an open quote", _at(lambda rng: rng.choice((b'"', b',"', b'\n"', b'"\n"', b'""')))),
    Damage("a huge number", _at(lambda rng: b"9" * rng.choice((25, 400, 5_000)))),
    Damage("a huge exponent", _at(lambda rng: b",1e999999999,")),
    Damage(
        "other delimiters", lambda data, rng: data.replace(b",", rng.choice((b";", b"\t", b"|")))
    ),
    Damage("other line ends", lambda data, rng: data.replace(b"\n", rng.choice((b"\r\n", b"\r")))),
    Damage("control characters", _at(lambda rng: bytes(rng.randrange(1, 32) for _ in range(9)))),
    Damage("no text", _at(lambda rng: rng.randbytes(200))),
    Damage("blank lines", _at(lambda rng: b"\n" * 5_000)),
    Damage("deep nesting", _at(lambda rng: rng.choice((b"(", b"[", b"<a>", b'{"a":')) * DEEP)),
    Damage("an XML bomb", _at(lambda rng: _BOMB)),
    Damage("gzip", lambda data, rng: gzip.compress(data)),
    Damage("zip", _zipped),
    Damage("PDF", lambda data, rng: b"%PDF-1.7\n" + data),
)
"""Ways to damage a file; the last three leave no text."""
GREAT_DAMAGES = (
    Damage(
        "a cell of a million characters", _at(lambda rng: rng.choice((b"x", b"9", b" ")) * LONG)
    ),
    Damage("a quoted cell of a million characters", _at(lambda rng: b',"' + b"y" * LONG + b'",')),
    Damage("words of a million characters", _at(lambda rng: b"treasury " * (LONG // 9))),
    Damage("a row of 100,000 cells", _at(lambda rng: b"1," * WIDE)),
    Damage("100,000 rows", _at(lambda rng: b"\na,1,2" * WIDE)),
    Damage("100,000 open quotes", _at(lambda rng: b'\n"a,1' * WIDE)),
)
"""Slower ones, for the long run."""


def damaged(data: bytes, rng: Random, damages: Sequence[Damage] = DAMAGES) -> tuple[bytes, str]:
    """The bytes after a few kinds of damage, and their names."""
    chosen = rng.choices(damages, k=rng.randrange(DAMAGES_MAX))
    for one in chosen:
        data = one.inflict(data, rng)
    return data, ", ".join(one.name for one in chosen) or "none"
