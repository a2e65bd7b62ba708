"""What is traded on a day: harvest losses, sell what is deleted or overweight, invest cash.

Names sold at a loss are locked for 30 days.  What a locked name lacks is wanted from the open names
of its sector in proportion to their weights, or from its twin where it has one; a harvest that
would ask more than a set share on top of those weights is left.  A loss is also left where recent
purchases would wash more than a small part of it and are not at a loss themselves.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.simulate.direct_layout import (
    BAND,
    BASIS,
    COST_RATE,
    DUST,
    GAIN_MAX,
    HEAD,
    HELD,
    HOLDING,
    LACKED,
    LOCKED,
    LOSS_MIN,
    LOSS_VALUE_MIN,
    NEXT,
    NOBODY,
    OPEN,
    PRICE,
    PRIMARY,
    RECENT_MAX,
    SECTOR,
    SELLING,
    SPECK,
    TILT_MAX,
    TOP_BASIS,
    TRADE_MIN,
    TWIN,
    UNITS,
    WANTED,
    WASH,
    WASH_DAYS,
    WEIGHT,
    Book,
    Floats,
    World,
)
from trimtab.quant.simulate.direct_lots import buy, is_recent

__all__ = ["invest", "mark_deleted", "mark_harvest", "mark_overweight", "want"]


@kernel
def _lacks(world: World, book: Book, t: int, name: int, value: float, sold: float) -> float:
    """Dollars that a name would lack of its weight if `sold` of it were sold."""
    held = book.sums[name, HELD] * world.panel[PRICE, t, name] - sold
    return max(0.0, world.panel[WEIGHT, t, name] * value - held)


@kernel
def want(world: World, book: Book, t: int, day: int, value: float) -> None:
    """Work out the dollars wanted of every name, locked names and twins seen to."""
    sector, names, sums = book.sector, book.names, book.sums
    for row in range(len(sector)):
        sector[row, LACKED] = sector[row, OPEN] = 0.0
    lacked = opened = 0.0
    for name in range(len(names)):
        wanted = world.panel[WEIGHT, t, name] * value
        if wanted > 0.0 and names[name, TWIN] == NOBODY:
            if day <= names[name, LOCKED]:
                sector[names[name, SECTOR], LACKED] += _lacks(world, book, t, name, value, 0.0)
            else:
                sector[names[name, SECTOR], OPEN] += wanted
    for row in range(len(sector)):
        if sector[row, OPEN] == 0.0:  # nobody of the sector can step in: all others do
            lacked += sector[row, LACKED]
        opened += sector[row, OPEN]
    for name in range(len(names)):
        held = sums[name, HELD] * world.panel[PRICE, t, name]
        wanted = world.panel[WEIGHT, t, name] * value
        twin = names[name, TWIN]
        if twin != NOBODY:
            price = world.panel[PRICE, t, twin]
            if day <= names[name, LOCKED]:
                sums[twin, WANTED], sums[name, WANTED] = wanted - held, held
            else:
                sums[twin, WANTED] = sums[twin, HELD] * price
                sums[name, WANTED] = wanted - sums[twin, WANTED]
        elif names[name, PRIMARY] == NOBODY:
            if wanted == 0.0 or day <= names[name, LOCKED]:
                sums[name, WANTED] = held
            else:
                row = names[name, SECTOR]
                sums[name, WANTED] = wanted * (
                    1.0 + sector[row, LACKED] / sector[row, OPEN] + lacked / opened
                )


@kernel
def _mark_losses(
    book: Book, rule: Floats, name: int, day: int, price: float
) -> tuple[float, float, float]:
    """Mark the lots of a name whose loss is worth taking; the loss, its basis, its units.

    Marks nothing where recent purchases that are not at a loss would wash too much of it.
    """
    loss = basis = units = recent = 0.0
    net = price * (1.0 - rule[COST_RATE])
    row = book.names[name, HEAD]
    while row != NOBODY:
        lost = book.lots[row, BASIS] - book.lots[row, UNITS] * net
        if lost > 0.0 and lost >= rule[LOSS_MIN] * book.lots[row, BASIS]:
            book.lots[row, SELLING] = book.lots[row, UNITS]
            loss += lost
            basis += book.lots[row, BASIS]
            units += book.lots[row, UNITS]
        elif is_recent(book, row, day):
            recent += book.lots[row, UNITS]
        row = book.marks[row, NEXT]
    if rule[WASH] == 0.0 or loss == 0.0 or recent <= rule[RECENT_MAX] * units:
        return loss, basis, units
    recent = 0.0
    row = book.names[name, HEAD]
    while row != NOBODY:  # the recent purchases go too, where they are at a loss at all
        lost = book.lots[row, BASIS] - book.lots[row, UNITS] * net
        if book.lots[row, SELLING] == 0.0 and is_recent(book, row, day):
            if lost > 0.0:
                book.lots[row, SELLING] = book.lots[row, UNITS]
                loss += lost
                basis += book.lots[row, BASIS]
                units += book.lots[row, UNITS]
            else:
                recent += book.lots[row, UNITS]
        row = book.marks[row, NEXT]
    if recent > rule[RECENT_MAX] * units:
        _unmark(book, name)
        return 0.0, 0.0, 0.0
    return loss, basis, units


@kernel
def _unmark(book: Book, name: int) -> None:
    """Leave a name unsold after all."""
    row = book.names[name, HEAD]
    while row != NOBODY:
        book.lots[row, SELLING] = 0.0
        row = book.marks[row, NEXT]


@kernel
def _admit(
    world: World, book: Book, rule: Floats, t: int, name: int, day: int, value: float
) -> bool:
    """Whether others may stand in for a name if what is marked of it goes; if so, they will."""
    if rule[WASH] == 0.0:
        return True  # it is bought back at once
    twin, primary = book.names[name, TWIN], book.names[name, PRIMARY]
    if twin != NOBODY or primary != NOBODY:
        other = twin if twin != NOBODY else primary
        if day <= book.names[other, LOCKED]:
            return False
        book.names[name, LOCKED] = day + WASH_DAYS  # before it is sold: only one of the two goes
        return True
    sold = 0.0
    row = book.names[name, HEAD]
    while row != NOBODY:
        sold += book.lots[row, SELLING] * world.panel[PRICE, t, name]
        row = book.marks[row, NEXT]
    row = book.names[name, SECTOR]
    lacked, opened = book.sector[row, LACKED], book.sector[row, OPEN]
    if day <= book.names[name, LOCKED]:
        lacked -= _lacks(world, book, t, name, value, 0.0)
    else:
        opened -= world.panel[WEIGHT, t, name] * value
    lacked += _lacks(world, book, t, name, value, sold)
    if lacked > rule[TILT_MAX] * opened:
        return False
    book.sector[row, LACKED], book.sector[row, OPEN] = lacked, opened
    return True


@kernel
def mark_harvest(world: World, book: Book, rule: Floats, t: int, day: int, value: float) -> int:
    """Mark losses worth taking, the deepest first; how many names are picked."""
    picks, scores = book.picks, book.scores
    found = 0
    net_rate = 1.0 - rule[COST_RATE]
    for name in range(len(book.names)):
        price = world.panel[PRICE, t, name]
        if price * net_rate >= book.sums[name, TOP_BASIS] * (1.0 - rule[LOSS_MIN]):
            continue
        loss, basis, _ = _mark_losses(book, rule, name, day, price)
        if loss == 0.0:
            continue
        if loss < rule[LOSS_VALUE_MIN] * value:
            _unmark(book, name)
            continue
        spot = found
        score = loss / basis
        while spot > 0 and scores[spot - 1] < score:
            picks[spot], scores[spot] = picks[spot - 1], scores[spot - 1]
            spot -= 1
        picks[spot], scores[spot] = name, score
        found += 1
    admitted = 0
    for place in range(found):
        name = picks[place]
        if _admit(world, book, rule, t, name, day, value):
            picks[admitted] = name
            admitted += 1
        else:
            _unmark(book, name)
    return admitted


@kernel
def mark_deleted(world: World, book: Book, t: int) -> int:
    """Mark names that have left the index, whatever it costs; how many are picked."""
    found = 0
    for name in range(len(book.names)):
        gone = world.panel[WEIGHT, t, name] == 0.0 and book.names[name, PRIMARY] == NOBODY
        if gone and book.sums[name, HELD] > 0.0:
            row = book.names[name, HEAD]
            while row != NOBODY:
                book.lots[row, SELLING] = book.lots[row, UNITS]
                row = book.marks[row, NEXT]
            book.picks[found] = name
            found += 1
    return found


@kernel
def _mark_excess(
    world: World, book: Book, rule: Floats, name: int, day: int, price: float, excess: float
) -> None:
    """Mark losses and small long-term gains for sale, the highest basis first, up to an excess."""
    edge = world.edges[0]
    least = DUST * excess
    while excess > least:
        best, top = NOBODY, 0.0
        row = book.names[name, HEAD]
        while row != NOBODY:
            if book.lots[row, SELLING] == 0.0:
                start = max(book.marks[row, HOLDING] - edge, 0)
                unit = book.lots[row, BASIS] / book.lots[row, UNITS]
                gain = price - unit
                small = gain <= rule[GAIN_MAX] * price and day >= world.long_from[start]
                if (gain < 0.0 or small) and unit > top:
                    best, top = row, unit
            row = book.marks[row, NEXT]
        if best == NOBODY:
            return
        units = min(book.lots[best, UNITS], excess / price)
        book.lots[best, SELLING] = units
        excess -= units * price
        if units < book.lots[best, UNITS]:
            return


@kernel
def mark_overweight(world: World, book: Book, rule: Floats, t: int, day: int, value: float) -> int:
    """Mark what is overweight beyond the band, without short-term gains; how many are picked."""
    found = 0
    for name in range(len(book.names)):
        price = world.panel[PRICE, t, name]
        held = book.sums[name, HELD] * price
        wanted = book.sums[name, WANTED]
        if held > wanted * (1.0 + rule[BAND]) + SPECK * value:
            _mark_excess(world, book, rule, name, day, price, held - wanted)
            book.picks[found] = name
            found += 1
    return found


@kernel
def invest(
    world: World, book: Book, rule: Floats, t: int, day: int, value: float, cash: float
) -> None:
    """Spend cash on the names that lack most, one after the other."""
    picks, scores = book.picks, book.scores
    least = max(rule[TRADE_MIN], SPECK) * value
    found = 0
    for name in range(len(book.names)):
        if day > book.names[name, LOCKED]:
            gap = book.sums[name, WANTED] - book.sums[name, HELD] * world.panel[PRICE, t, name]
            if gap >= least:
                picks[found], scores[found] = name, gap
                found += 1
    while found > 0 and cash > 0.0:
        best = 0
        for place in range(1, found):
            if scores[place] > scores[best]:
                best = place
        spent = min(scores[best], cash)
        if spent < least:
            return
        buy(book, rule, picks[best], day, world.panel[PRICE, t, picks[best]], spent)
        cash -= spent
        found -= 1
        for place in range(best, found):  # keep the order of names, so that ties fall alike
            picks[place], scores[place] = picks[place + 1], scores[place + 1]
