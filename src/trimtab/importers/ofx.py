"""OFX and QFX statements of any institution: what Quicken downloads, for investments and banks.

Positions, transactions of every type of the specification, cash and margin loans, several accounts
in one file.  Lots are not part of the format.  `_ofx_stream` reads the dialects, `_ofx_rows` the
rows.

Errors: `InputError` for a file that was cut off, declares entities, or holds no statement.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.importers._ofx_fields import ofx_day
from trimtab.importers._ofx_rows import OfxRows
from trimtab.importers._ofx_securities import broker_of, securities_of
from trimtab.importers._ofx_stream import OfxStream
from trimtab.importers._row_book import enter
from trimtab.importers._tally import Tally
from trimtab.importers._text import decode
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError
from trimtab.model.statements import IgnoredRow, StatedAccount, StatedPosition, Statement

__all__ = ["PLUGIN", "Ofx"]

HEAD_BYTES = 8192
"""Where a file of this kind says what it is; some begin with empty lines."""
CASH_IN_FUND = "cash held in the money fund"

_HEAD = re.compile(rb"OFXHEADER|<\?OFX|<OFX>", re.IGNORECASE)
_CHARSET = re.compile(rb"CHARSET:\s*([\w-]{1,20})|encoding=[\"']([\w-]{1,20})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ofx:
    """Reads OFX 1.x (SGML) and 2.x (XML), also as QFX."""

    def recognises(self, data: bytes) -> bool:
        """Whether the file says that it is OFX; damaged ones too."""
        return bool(_HEAD.search(data[:HEAD_BYTES].replace(b"\0", b"")))

    def read(self, file: str, data: bytes, digest: str) -> Statement:
        """The file as a statement.

        Refuses: a file that ends before its end, declares entities, is nested without bound, or
        holds no statement.
        """
        if len(data) > FILE_BYTES_MAX:
            fact, limit = f"it has {len(data):,} bytes", f"the limit is {FILE_BYTES_MAX:,}"
            raise InputError("file", fact, limit, "download a shorter period", file=file)
        text = _decoded(data, file)
        rows, stream, tally = OfxRows(securities_of(text, file)), OfxStream(text, file), Tally()
        accounts: dict[str, StatedAccount] = {}
        broker_ids: set[str] = set()
        for row in stream:
            account = row.place.account
            if account is not None and account.id not in accounts:
                accounts[account.id] = account
            broker_ids.add(row.place.broker_id)
            balance_of = row.get("DTASOF") if row.tag == "LEDGERBAL" else ""
            tally.note_day(_day_or_none(row.place.as_of or balance_of))
            try:
                for outcome in rows.take(row):
                    enter(tally, file, row.line, outcome)
            except CellError as error:
                enter(tally, file, row.line, error)
        if not stream.has_statement and not tally.rows:
            raise InputError(
                "file",
                "it is an OFX file without a statement",
                "",
                "download the account's activity as OFX or QFX",
                file=file,
            )
        said = stream.institution
        broker = broker_of(said.get("ORG", ""), said.get("FID", ""), broker_ids)
        statement = tally.statement(file, broker, "ofx", digest)
        return replace(_cash_once(statement), accounts=tuple(accounts.values()))


def _decoded(data: bytes, file: str) -> str:
    """The text: UTF-8, or else what the header says, which is often wrong about UTF-8."""
    said = _CHARSET.search(data[:HEAD_BYTES])
    charset = (said[1] or said[2]).decode("ascii").lower() if said else ""
    if charset.isdigit():
        charset = f"cp{charset}"
    if charset and charset not in ("cp1252", "none", "utf-8", "us-ascii", "usascii"):
        try:
            codecs.lookup(charset)
            data.decode("utf-8")
        except UnicodeDecodeError:
            data = data.decode(charset, errors="replace").encode("utf-8")
        except LookupError:
            pass
    return decode(data, file)


def _day_or_none(text: str) -> date | None:
    """The day that a statement describes; an unreadable one is no reason to break a row."""
    try:
        return ofx_day(text, "DTASOF")
    except CellError:
        return None


def _cash_once(statement: Statement) -> Statement:
    """Take cash once where the money fund that holds it is a position as well.

    Available cash "should include sweep funds" (OFX 2.2, 13.9.2.7), and the fund's own position
    stands beside it.
    """
    funds: dict[str, list[Decimal]] = defaultdict(list)
    for held in statement.positions:
        if held.instrument.is_cash and held.instrument.cusip and held.value is not None:
            funds[held.account].append(held.value)

    def is_repeated(held: StatedPosition) -> bool:
        values = funds.get(held.account, [])
        is_balance = held.instrument.is_cash and not held.instrument.cusip and held.value
        return bool(is_balance) and held.value in (*values, sum(values))

    repeated = [held for held in statement.positions if is_repeated(held)]
    if not repeated:
        return statement
    ignored = [*statement.ignored, *(IgnoredRow(held.line, CASH_IN_FUND) for held in repeated)]
    return replace(
        statement,
        positions=tuple(held for held in statement.positions if not is_repeated(held)),
        ignored=tuple(sorted(ignored, key=lambda row: row.line)),
    )


PLUGIN = Ofx
