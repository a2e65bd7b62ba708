"""The lot store: buy a lot, and sell what was marked, with wash sales worked out.

A sale marks units in `SELLING` first and is carried out in one walk per name, so that shares sold
the same day never replace each other, and the loss of a whole position is never washed by itself.
A loss is replaced by what is left of purchases of the last 30 days that have not replaced before:
losses and replacements in order of purchase, share for share; the loss joins the replacement's
basis and its days held the replacement's holding period (26 USC 1091, 1223(3); 26 CFR 1.1091-1).
Parts of one purchase do not replace each other (Rev. Rul. 56-602).  Purchases after a loss cannot
wash it, because the name is locked for 30 days.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.direct_layout import (
    BASIS,
    BOUGHT,
    BUYS,
    CASH,
    COST,
    COST_RATE,
    DISALLOWED,
    DUST,
    FREE_COUNT,
    FREE_HEAD,
    HEAD,
    HELD,
    HOLDING,
    LOCKED,
    LONG,
    LONG_GAINS,
    LONG_LOSSES,
    LOTS_SOLD,
    NEXT,
    NOBODY,
    ORDINARY,
    ORDINARY_PAID,
    PAID,
    PAID_BEFORE,
    PURCHASES,
    QUALIFIED,
    QUALIFIED_DAYS,
    QUALIFIED_PAID,
    SALES,
    SELLING,
    SHORT,
    SHORT_GAINS,
    SHORT_LOSSES,
    TAIL,
    TOP_BASIS,
    UNITS,
    USED,
    WASH,
    WASH_DAYS,
    Book,
    Floats,
    World,
)

__all__ = ["buy", "chain_free", "is_recent", "realise"]


@kernel
def chain_free(book: Book, first: int) -> None:
    """Put all rows of the store from `first` on into the chain of free rows."""
    for row in range(first, len(book.marks)):
        book.marks[row, NEXT] = row + 1
    book.marks[len(book.marks) - 1, NEXT] = book.store[FREE_HEAD]
    book.store[FREE_HEAD] = first
    book.store[FREE_COUNT] += len(book.marks) - first


@kernel
def _take_free(book: Book) -> int:
    """Take a free row; the caller has made sure that there is one."""
    row = book.store[FREE_HEAD]
    book.store[FREE_HEAD] = book.marks[row, NEXT]
    book.store[FREE_COUNT] -= 1
    book.lots[row, SELLING] = 0.0
    book.marks[row, USED] = 0
    return row


@kernel
def buy(book: Book, rule: Floats, name: int, day: int, price: float, dollars: float) -> None:
    """Spend dollars on a name, cost included, as a new lot at the end of its list."""
    units = dollars / (price * (1.0 + rule[COST_RATE]))
    row = _take_free(book)
    book.lots[row, UNITS] = units
    book.lots[row, BASIS] = dollars
    book.lots[row, PAID_BEFORE] = book.sums[name, PAID]
    book.marks[row, NEXT] = NOBODY
    book.marks[row, HOLDING] = book.marks[row, BOUGHT] = day
    last = book.names[name, TAIL]
    if last == NOBODY:
        book.names[name, HEAD] = row
    else:
        book.marks[last, NEXT] = row
    book.names[name, TAIL] = row
    book.sums[name, HELD] += units
    book.sums[name, TOP_BASIS] = max(book.sums[name, TOP_BASIS], dollars / units)
    book.account[CASH] -= dollars
    book.totals[BUYS] += dollars
    book.totals[COST] += dollars - units * price
    book.totals[PURCHASES] += 1.0


@kernel
def is_recent(book: Book, row: int, day: int) -> bool:
    """Whether what is left of a lot could replace shares sold at a loss today."""
    return book.marks[row, USED] == 0 and day - book.marks[row, BOUGHT] <= WASH_DAYS


@kernel
def _replace(
    book: Book, name: int, sold: int, day: int, units: float, unit_loss: float, held: int
) -> float:
    """Let recent purchases replace units sold at a loss; the loss that this disallows."""
    disallowed = 0.0
    row = book.names[name, HEAD]
    while row != NOBODY and units > 0.0:
        left = book.lots[row, UNITS] - book.lots[row, SELLING]
        other = book.marks[row, BOUGHT] != book.marks[sold, BOUGHT]
        if other and left > 0.0 and is_recent(book, row, day):
            matched = min(units, left)
            if matched < book.lots[row, UNITS]:
                _split(book, name, row, matched)
            book.lots[row, BASIS] += matched * unit_loss
            book.marks[row, HOLDING] -= held
            book.marks[row, USED] = 1
            disallowed += matched * unit_loss
            units -= matched
        row = book.marks[row, NEXT]
    return disallowed


@kernel
def _split(book: Book, name: int, row: int, units: float) -> None:
    """Cut a lot in two: the first keeps `units`, the second the rest and what is being sold."""
    rest = _take_free(book)
    share = units / book.lots[row, UNITS]
    book.lots[rest, UNITS] = book.lots[row, UNITS] - units
    book.lots[rest, BASIS] = book.lots[row, BASIS] * (1.0 - share)
    book.lots[rest, PAID_BEFORE] = book.lots[row, PAID_BEFORE]
    book.lots[rest, SELLING] = book.lots[row, SELLING]
    book.marks[rest, HOLDING] = book.marks[row, HOLDING]
    book.marks[rest, BOUGHT] = book.marks[row, BOUGHT]
    book.marks[rest, NEXT] = book.marks[row, NEXT]
    book.marks[row, NEXT] = rest
    if book.names[name, TAIL] == row:
        book.names[name, TAIL] = rest
    book.lots[row, UNITS] = units
    book.lots[row, BASIS] *= share
    book.lots[row, SELLING] = 0.0


@kernel
def _book_gain(world: World, book: Book, row: int, day: int, gain: float, washed: float) -> None:
    """Enter a gain or loss under its term; `washed` of a loss is disallowed."""
    edge = world.edges[0]
    start = max(book.marks[row, HOLDING] - edge, 0)
    if day >= world.long_from[start]:
        book.account[LONG] += gain + washed
        book.totals[LONG_GAINS if gain >= 0.0 else LONG_LOSSES] += gain
    else:
        book.account[SHORT] += gain + washed
        book.totals[SHORT_GAINS if gain >= 0.0 else SHORT_LOSSES] += gain
    book.totals[DISALLOWED] += washed


@kernel
def _sell_lot(
    world: World, book: Book, rule: Floats, name: int, row: int, day: int, price: float
) -> float:
    """Sell what is marked of a lot; the loss that it brought, at most 0."""
    units = book.lots[row, SELLING]
    basis = book.lots[row, BASIS] * (units / book.lots[row, UNITS])
    proceeds = units * price * (1.0 - rule[COST_RATE])
    gain = proceeds - basis
    book.account[CASH] += proceeds
    book.totals[SALES] += units * price
    book.totals[COST] += units * price - proceeds
    book.totals[LOTS_SOLD] += 1.0
    if day - book.marks[row, BOUGHT] <= QUALIFIED_DAYS:
        paid = units * (book.sums[name, PAID] - book.lots[row, PAID_BEFORE])
        book.account[QUALIFIED] -= paid
        book.account[ORDINARY] += paid
        book.totals[QUALIFIED_PAID] -= paid
        book.totals[ORDINARY_PAID] += paid
    washed = 0.0
    if gain < 0.0 and rule[WASH] != 0.0:
        held = day - book.marks[row, HOLDING]
        washed = _replace(book, name, row, day, units, -gain / units, held)
        book.names[name, LOCKED] = day + WASH_DAYS
    _book_gain(world, book, row, day, gain, washed)
    book.lots[row, UNITS] -= units
    book.lots[row, BASIS] -= basis
    book.lots[row, SELLING] = 0.0
    return min(gain, 0.0)


@kernel
def realise(world: World, book: Book, rule: Floats, name: int, day: int, price: float) -> float:
    """Sell all that is marked of a name, and sum up what is left; the losses, at most 0."""
    losses = 0.0
    before = NOBODY
    row = book.names[name, HEAD]
    while row != NOBODY:
        selling, units = book.lots[row, SELLING], book.lots[row, UNITS]
        if selling > 0.0:
            losses += _sell_lot(world, book, rule, name, row, day, price)
            while before != NOBODY and book.marks[before, NEXT] != row:
                before = book.marks[before, NEXT]  # a wash sale cut an earlier lot in two
        after = book.marks[row, NEXT]
        if units - selling <= DUST * units:
            _free(book, name, before, row)
        else:
            before = row
        row = after
    _sum_up(book, name)
    return losses


@kernel
def _free(book: Book, name: int, before: int, row: int) -> None:
    """Take a sold lot out of its list and back into the chain of free rows."""
    after = book.marks[row, NEXT]
    if before == NOBODY:
        book.names[name, HEAD] = after
    else:
        book.marks[before, NEXT] = after
    if after == NOBODY:
        book.names[name, TAIL] = before
    book.marks[row, NEXT] = book.store[FREE_HEAD]
    book.store[FREE_HEAD] = row
    book.store[FREE_COUNT] += 1


@kernel
def _sum_up(book: Book, name: int) -> None:
    """Sum up what a name's lots hold, and find the highest basis of a unit."""
    held = top = 0.0
    row = book.names[name, HEAD]
    while row != NOBODY:
        held += book.lots[row, UNITS]
        top = max(top, book.lots[row, BASIS] / book.lots[row, UNITS])
        row = book.marks[row, NEXT]
    book.sums[name, HELD] = held
    book.sums[name, TOP_BASIS] = top
