"""Files of invented households, read by the formats that come with the package; rows as text."""

from pathlib import Path

from trimtab.importers._catalogue import built_in
from trimtab.importers._read import read_statement
from trimtab.importers._recognise import recognise
from trimtab.importers._table import read_table
from trimtab.model.statements import StatedInstrument, Statement

__all__ = ["gains", "happened", "held", "ignored", "lots", "read", "read_file"]


def read(text: str) -> Statement:
    """The statement in a text, by the format that knows it best."""
    found = recognise(text, built_in())
    assert found is not None, "no format has these columns"
    return read_table(text, found.format, found.delimiter, "a file", "")


def read_file(path: Path) -> Statement:
    """The statement in a file."""
    return read_statement(path, built_in())


def held(statement: Statement) -> list[str]:
    """`account: symbol quantity = value cost …`, money with a mark."""
    return [
        f"{one.account}: {_symbol(one.instrument)} {one.quantity} = {one.value} cost {one.cost}"
        for one in statement.positions
    ]


def lots(statement: Statement) -> list[str]:
    """`account: symbol quantity of day cost …`."""
    return [
        f"{one.account}: {one.instrument.symbol} {one.quantity} of {one.acquired} cost {one.cost}"
        for one in statement.lots
    ]


def happened(statement: Statement) -> list[str]:
    """`day action symbol quantity for amount`."""
    return [
        f"{one.on} {one.action} {_symbol(one.instrument)} {one.quantity} for {one.amount}"
        for one in statement.transactions
    ]


def gains(statement: Statement) -> list[str]:
    """`account: symbol quantity of day, sold day: proceeds - cost = gain (disallowed) term`."""
    return [
        f"{one.account}: {one.instrument.symbol} {one.quantity} of {one.acquired}, sold {one.sold}:"
        f" {one.proceeds} - {one.cost} = {one.gain} ({one.disallowed}) {one.term}"
        for one in statement.gains
    ]


def ignored(statement: Statement) -> list[str]:
    """The rules that ignored rows, in the order of the file, each once where several follow."""
    rules = [one.rule for one in statement.ignored]
    return [rule for at, rule in enumerate(rules) if at == 0 or rules[at - 1] != rule]


def _symbol(instrument: StatedInstrument | None) -> str:
    if instrument is None:
        return "-"
    return f"{instrument.symbol} (cash)" if instrument.is_cash else instrument.symbol
