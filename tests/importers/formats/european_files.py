"""Files of invented customers in the layouts of European brokers, read as they would be; rows as
text: one line for each thing that a row says."""

from tests.importers.reading import read
from trimtab.importers._text import decode
from trimtab.model.statements import StatedInstrument, Statement

__all__ = ["broken", "gains", "held", "ignored", "lots", "moved", "read", "read_bytes"]


def read_bytes(data: bytes) -> Statement:
    """The statement in the bytes of a file."""
    return read(decode(data, "a file"))


def moved(statement: Statement) -> list[str]:
    """`day action symbol quantity @ price for amount currency, fee …`, what is unknown left out."""
    rows = []
    for one in statement.transactions:
        words = [str(one.on), str(one.action)]
        words += [one.instrument.symbol] if one.instrument else []
        words += [str(one.quantity)] if one.quantity is not None else []
        words += [f"@ {one.price}"] if one.price is not None else []
        words += [f"for {one.amount}"] if one.amount is not None else []
        words += [one.currency] if one.currency else []
        rows.append(" ".join(words) + (f", fee {one.fee}" if one.fee else ""))
    return rows


def held(statement: Statement) -> list[str]:
    """`symbol quantity = value currency (cost …) @ price`, what is unknown left out."""
    rows = []
    for one in statement.positions:
        words = [_symbol(one.instrument)]
        words += [str(one.quantity)] if one.quantity is not None else []
        words += [f"= {one.value} {one.currency}"]
        words += [f"(cost {one.cost})"] if one.cost is not None else []
        words += [f"@ {one.price}"] if one.price is not None else []
        rows.append(" ".join(words))
    return rows


def lots(statement: Statement) -> list[str]:
    """`symbol quantity of day cost …`."""
    return [
        f"{one.instrument.symbol} {one.quantity} of {one.acquired} cost {one.cost} {one.currency}"
        for one in statement.lots
    ]


def gains(statement: Statement) -> list[str]:
    """`symbol quantity of day, sold day: cost …, gain …`."""
    return [
        f"{one.instrument.symbol} {one.quantity} of {one.acquired}, sold {one.sold}:"
        f" cost {one.cost}, gain {one.gain} {one.currency}"
        for one in statement.gains
    ]


def ignored(statement: Statement) -> list[str]:
    """The rules that ignored rows besides headers, in the order of the file."""
    return [one.rule for one in statement.ignored if one.rule != "header"]


def broken(statement: Statement) -> list[tuple[int, str]]:
    """Line and reason of each row that could not be taken."""
    return [(one.line, one.reason) for one in statement.breaks]


def _symbol(instrument: StatedInstrument) -> str:
    return f"{instrument.symbol} (cash)" if instrument.is_cash else instrument.symbol
