"""What a portfolio is worth, what it owes in tax, and what selling all of it would leave."""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.direct_layout import (
    BASIS,
    BASIS_LAST,
    CARRIED_LONG,
    CARRIED_SHORT,
    CASH,
    COST_RATE,
    HEAD,
    HELD,
    HOLDING,
    LONG,
    LOTS_LAST,
    NEXT,
    NOBODY,
    ORDINAL,
    ORDINARY,
    PAID_IN,
    PRICE,
    QUALIFIED,
    SHORT,
    TAX,
    UNITS,
    Book,
    Floats,
    World,
)
from trimtab.quant.simulate.direct_tax import assess

__all__ = ["due", "liquidation", "settle", "worth"]


@kernel
def worth(world: World, book: Book, t: int) -> float:
    """Cash and holdings at the prices of a session."""
    value = book.account[CASH]
    for name in range(len(book.names)):
        value += book.sums[name, HELD] * world.panel[PRICE, t, name]
    return value


@kernel
def due(book: Book, rule: Floats, short: float, long: float) -> tuple[float, float, float]:
    """Tax if the period ended now with further gains, and the losses that it would carry."""
    own = book.account
    return assess(
        rule,
        own[PAID_IN],
        own[SHORT] + short,
        own[LONG] + long,
        own[QUALIFIED],
        own[ORDINARY],
        own[CARRIED_SHORT],
        own[CARRIED_LONG],
    )


@kernel
def settle(book: Book, rule: Floats) -> float:
    """Pay the tax of the period, or take in what it saves; carry the losses left."""
    tax, left_short, left_long = due(book, rule, 0.0, 0.0)
    own = book.account
    own[CASH] -= tax
    own[SHORT] = own[LONG] = own[QUALIFIED] = own[ORDINARY] = 0.0
    own[CARRIED_SHORT], own[CARRIED_LONG] = left_short, left_long
    book.totals[TAX] += tax
    return tax


@kernel
def liquidation(world: World, book: Book, rule: Floats, t: int, answer: Floats) -> float:
    """What would be left today if all were sold and taxed, beyond what is due anyway."""
    day = world.calendar[t, ORDINAL]
    edge = world.edges[0]
    short = long = proceeds = 0.0
    count = basis = 0.0
    for name in range(len(book.names)):
        net = world.panel[PRICE, t, name] * (1.0 - rule[COST_RATE])
        row = book.names[name, HEAD]
        while row != NOBODY:
            gain = book.lots[row, UNITS] * net - book.lots[row, BASIS]
            if day >= world.long_from[max(book.marks[row, HOLDING] - edge, 0)]:
                long += gain
            else:
                short += gain
            proceeds += book.lots[row, UNITS] * net
            basis += book.lots[row, BASIS]
            count += 1.0
            row = book.marks[row, NEXT]
    tax, _, _ = due(book, rule, short, long)
    answer[LOTS_LAST] = count
    answer[BASIS_LAST] = basis
    return book.account[CASH] + proceeds - tax
