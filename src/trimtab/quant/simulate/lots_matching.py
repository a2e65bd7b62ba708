"""Wash sales in columns: which shares replace which loss, as `books.wash_sales` matches them.

Losses are taken in order of disposition and replacements in order of acquisition; every share
serves once, parts of one purchase do not replace each other, and a loss that a replacement carries
in can make its own sale a loss.  The readings of the law are the defaults of `WashSaleReading`.
Source: 26 USC 1091, 1223(3); 26 CFR 1.1091-1, 1.1091-2; Rev. Rul. 56-602.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.lots_layout import (
    M_DISALLOWED,
    M_LOSS,
    M_REPLACEMENT,
    M_START,
    M_UNITS,
    NO_DAY,
    P_ACQUIRED,
    P_CARRIED,
    P_COST,
    P_JUDGED,
    P_OFFSET,
    P_PROCEEDS,
    P_PURCHASE,
    P_SERIAL,
    P_SOLD,
    P_START,
    P_UNITS,
    P_USED,
    UNIT_DUST,
    WASH_DAYS,
    WORK_ROWS,
    Book,
    Floats,
)

__all__ = ["OPEN", "UNMATCHED", "WASHED", "loss_of", "match"]

OPEN, UNMATCHED, WASHED = 0.0, 1.0, 2.0
"""What has become of a piece as a loss: not judged yet, nothing replaces it, disallowed."""

NOISE = 1e-7
"""Dollars of loss that are rounding of the arithmetic."""


@kernel
def loss_of(pieces: Floats, p: int) -> float:
    """The loss that a piece's sale realised, however small; zero where there is none."""
    if pieces[P_SOLD, p] >= NO_DAY:
        return 0.0
    loss = pieces[P_COST, p] - pieces[P_PROCEEDS, p]
    return loss if loss > NOISE else 0.0


@kernel
def sold_before(work: Floats, a: int, b: int) -> bool:
    """Whether a stands before b in the order of disposition (26 CFR 1.1091-1(b))."""
    if work[P_SOLD, a] != work[P_SOLD, b]:
        return work[P_SOLD, a] < work[P_SOLD, b]
    if work[P_ACQUIRED, a] != work[P_ACQUIRED, b]:
        return work[P_ACQUIRED, a] < work[P_ACQUIRED, b]
    return named_before(work, a, b)


@kernel
def bought_before(work: Floats, a: int, b: int) -> bool:
    """Whether a stands before b in the order of acquisition (26 CFR 1.1091-1(c))."""
    if work[P_ACQUIRED, a] != work[P_ACQUIRED, b]:
        return work[P_ACQUIRED, a] < work[P_ACQUIRED, b]
    if work[P_SOLD, a] != work[P_SOLD, b]:
        return work[P_SOLD, a] < work[P_SOLD, b]
    return named_before(work, a, b)


@kernel
def named_before(work: Floats, a: int, b: int) -> bool:
    """The order of lots of one day: of purchases, of their parts, of pieces of a part."""
    if work[P_PURCHASE, a] != work[P_PURCHASE, b]:
        return work[P_PURCHASE, a] < work[P_PURCHASE, b]
    if work[P_SERIAL, a] != work[P_SERIAL, b]:
        return work[P_SERIAL, a] < work[P_SERIAL, b]
    return work[P_OFFSET, a] < work[P_OFFSET, b]


@kernel
def may_replace(work: Floats, p: int, loss: int) -> bool:
    """Whether shares bought in the window replace a loss."""
    if work[P_USED, p] != 0.0 or work[P_JUDGED, p] != OPEN:
        return False
    if work[P_ACQUIRED, p] >= NO_DAY or work[P_SERIAL, p] == work[P_SERIAL, loss]:
        return False
    if abs(work[P_ACQUIRED, p] - work[P_SOLD, loss]) > WASH_DAYS:
        return False
    carried = loss
    while carried >= 0:  # its own purchase, and those whose losses sit in its basis
        if work[P_PURCHASE, p] == work[P_PURCHASE, carried]:
            return False
        carried = int(work[P_CARRIED, carried])
    return work[P_SOLD, p] >= work[P_SOLD, loss]


@kernel
def next_loss(work: Floats, count: int) -> int:
    """The earliest loss not judged yet, -1 where there is none."""
    best = -1
    for p in range(count):
        is_loss = work[P_JUDGED, p] == OPEN and loss_of(work, p) > 0.0
        if is_loss and (best < 0 or sold_before(work, p, best)):
            best = p
    return best


@kernel
def next_replacement(work: Floats, count: int, loss: int) -> int:
    """The earliest purchase that may replace a loss, -1 where there is none."""
    best = -1
    for p in range(count):
        if may_replace(work, p, loss) and (best < 0 or bought_before(work, p, best)):
            best = p
    return best


@kernel
def cut(work: Floats, count: int, p: int, units: float) -> None:
    """Keep this many units of a piece and put the rest at the end."""
    for row in range(WORK_ROWS):
        work[row, count] = work[row, p]
    share = units / work[P_UNITS, p]
    for row in (P_COST, P_PROCEEDS):
        work[row, p] *= share
        work[row, count] -= work[row, p]
    work[P_UNITS, p] = units
    work[P_UNITS, count] -= units
    work[P_OFFSET, count] += units


@kernel
def match(book: Book, count: int) -> tuple[int, int]:
    """Judge every loss among the pieces; how many pieces there are then, and how many matches."""
    work, matches, found = book.work, book.matches, 0
    while True:
        loss = next_loss(work, count)
        if loss < 0:
            return count, found
        other = next_replacement(work, count, loss)
        if other < 0:
            work[P_JUDGED, loss] = UNMATCHED
            continue
        excess = work[P_UNITS, loss] - work[P_UNITS, other]
        if abs(excess) > UNIT_DUST:
            larger = loss if excess > 0.0 else other
            cut(work, count, larger, min(work[P_UNITS, loss], work[P_UNITS, other]))
            count += 1
        disallowed = loss_of(work, loss)
        work[P_JUDGED, loss], work[P_USED, other] = WASHED, 1.0
        work[P_CARRIED, other] = loss
        work[P_COST, other] += disallowed
        work[P_START, other] -= work[P_SOLD, loss] - work[P_START, loss]
        matches[M_LOSS, found], matches[M_REPLACEMENT, found] = loss, other
        matches[M_UNITS, found], matches[M_DISALLOWED, found] = work[P_UNITS, loss], disallowed
        matches[M_START, found] = work[P_START, other]
        found += 1
