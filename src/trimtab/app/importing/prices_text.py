"""Prices that brokers' files show, added to `prices.csv`; every price that it had stays.

A file with one column an instrument keeps that form where all prices are in one currency.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.app.importing.breaks_found import MULTIPLIERS, VALUE_SLACK, VALUE_SLACK_DOLLARS
from trimtab.books.from_statements import FromStatements
from trimtab.feeds._file_rows import (
    CLOSE_NAMES,
    CURRENCY_NAMES,
    DATE_NAMES,
    INSTRUMENT_NAMES,
)
from trimtab.model.statements import StatedLot, StatedPosition

__all__ = ["SeenPrice", "prices_text", "seen_prices"]

COMMENT = "# Prices as your brokers' files showed them; add closes of your own as you like.\n"
COLUMNS = ("date", "instrument", "close", "currency")
PLACES = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class SeenPrice:
    """A price that a file showed for a unit."""

    on: date
    instrument: str
    amount: Decimal
    currency: str


def seen_prices(done: FromStatements, base: str) -> list[SeenPrice]:
    """Every price that a list shows, and of what no list has the price of its last transaction."""
    found: dict[tuple[str, date], SeenPrice] = {}

    def keep(on: date, name: str, price: Decimal | None, currency: str) -> None:
        if price is not None and price > 0:
            found.setdefault((name, on), SeenPrice(on, name, price, currency or base))

    for holdings in done.holdings.values():
        for name, position in holdings.positions.items():
            keep(holdings.as_of, name, _unit_price(position), position.currency)
        for name, lots in holdings.lots.items():
            price = next((p for p in map(_unit_price, lots) if p is not None), None)
            keep(holdings.lots_as_of[name], name, price, lots[0].currency)
    listed = {name for name, _ in found}
    last: dict[str, SeenPrice] = {}
    for row in done.rows:
        one = row.transaction
        if one.instrument is not None and not one.instrument.is_cash and one.price:
            name, currency = one.instrument.symbol, one.currency or base
            if name not in listed:
                last[name] = SeenPrice(one.on, name, _shown(abs(one.price)), currency)
    rates = [SeenPrice(on, code + base, rate, base) for code, (on, rate) in done.rates.items()]
    everything = (*found.values(), *last.values(), *rates)
    return sorted(everything, key=lambda seen: (seen.on, seen.instrument))


def _unit_price(row: StatedPosition | StatedLot) -> Decimal | None:
    """The price of one unit: the stated one, or by the value where it is quoted for 100 units.

    Where quantity, price and value contradict each other the price counts, as it is quoted: the
    break that says so stays open.
    """
    quantity, price, value = row.quantity, row.price, row.value
    if not quantity or value is None:
        return price
    if price:
        slack = max(VALUE_SLACK * abs(value), VALUE_SLACK_DOLLARS)
        factor = min(MULTIPLIERS, key=lambda one: abs(abs(quantity * price * one) - abs(value)))
        misses = abs(abs(quantity * price * factor) - abs(value)) > slack
        if factor == 1 or misses:
            return _shown(price * factor)
    return _shown(abs(value / quantity))


def _shown(price: Decimal) -> Decimal:
    return Decimal(f"{price.quantize(PLACES).normalize():f}")


def prices_text(before: str | None, seen: Sequence[SeenPrice], base: str) -> str:
    """The price file with the prices added that it had not; as it is where it had them all.

    A long file keeps every line and gains rows at its end.  A wide one is written anew, in the
    long form where a price is in another currency than the base.
    """
    if before is None:
        return COMMENT + _long({}, seen)
    rows = [row for row in csv.reader(io.StringIO(before)) if row and not row[0].startswith("#")]
    if not rows:
        return before + _long({}, seen)
    header = [cell.strip() for cell in rows[0]]
    names = [cell.lower() for cell in header]
    if set(names) & set(INSTRUMENT_NAMES):
        return _longer(before, names, rows[1:], seen, base)
    day = _place(names, DATE_NAMES)
    known = _known_wide(header, rows[1:], day, base)
    new = [one for one in seen if (one.on.isoformat(), one.instrument) not in known]
    if day < 0 or not new:
        return before
    comments = "".join(f"{line}\n" for line in before.splitlines() if line.startswith("#"))
    if all(one.currency == base for one in new):
        return comments + _wide(header, rows[1:], day, new)
    return comments + _long(known, new)


Known = Mapping[tuple[str, str], tuple[str, str]]


def _longer(
    before: str,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    seen: Iterable[SeenPrice],
    base: str,
) -> str:
    """A long file with a row more for each price that it had not.

    What is no price file is left as it is: whoever reads it says so.
    """
    places = [_place(names, one) for one in (DATE_NAMES, INSTRUMENT_NAMES, CLOSE_NAMES)]
    day, instrument, close = places
    if min(places) < 0:
        return before
    currency = _place(names, CURRENCY_NAMES)
    known = {
        (row[day].strip(), row[instrument].strip()): (
            row[close].strip(),
            row[currency].strip() if 0 <= currency < len(row) else base,
        )
        for row in rows
        if len(row) > max(places)
    }
    new = [one for one in seen if (one.on.isoformat(), one.instrument) not in known]
    if not new:
        return before
    if currency < 0 and any(one.currency != base for one in new):
        comments = "".join(f"{line}\n" for line in before.splitlines() if line.startswith("#"))
        return comments + _long(known, new)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for one in new:
        cells = {day: one.on.isoformat(), instrument: one.instrument, close: f"{one.amount:f}"}
        cells |= {currency: one.currency}
        writer.writerow([cells.get(place, "") for place in range(len(names))])
    return before.rstrip("\n") + "\n" + stream.getvalue()


def _known_wide(header: Sequence[str], rows: Iterable[Sequence[str]], day: int, base: str) -> Known:
    return {
        (row[day].strip(), name): (cell.strip(), base)
        for row in rows
        for place, (name, cell) in enumerate(zip(header, row, strict=False))
        if place != day and cell.strip()
    }


def _place(names: Sequence[str], wanted: Sequence[str]) -> int:
    return next((at for at, name in enumerate(names) if name in wanted), -1)


def _long(known: Known, seen: Iterable[SeenPrice]) -> str:
    """One row a price, those that were there first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (day, name), (amount, currency) in known.items():
        writer.writerow([day, name, amount, currency])
    for one in seen:
        if (one.on.isoformat(), one.instrument) not in known:
            writer.writerow([one.on.isoformat(), one.instrument, f"{one.amount:f}", one.currency])
    return stream.getvalue()


def _wide(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    day: int,
    new: Iterable[SeenPrice],
) -> str:
    """One column an instrument; a new one for each that had none."""
    columns = list(header)
    table = {row[day].strip(): dict(zip(columns, row, strict=False)) for row in rows}
    for one in new:
        if one.instrument not in columns:
            columns.append(one.instrument)
        on = one.on.isoformat()
        table.setdefault(on, {columns[day]: on})[one.instrument] = f"{one.amount:f}"
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for on in sorted(table):
        writer.writerow([table[on].get(name, "") for name in columns])
    return stream.getvalue()
