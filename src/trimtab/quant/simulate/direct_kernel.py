"""The direct-indexing simulation: a batch of portfolios over the same history, day by day.

Each session, at its close: dividends are paid in cash; deposits arrive; names that left the index
are sold; losses are harvested if the session is one for review; what is overweight is trimmed if
it is one for that; cash beyond what the tax so far will take is invested; and on the last session
of a tax period the tax is paid from cash, or what is saved is paid in.  Everything is decided and
filled at the close of the same session.
"""

import numpy as np

from trimtab.quant.compile import entry, kernel, owning
from trimtab.quant.simulate.direct_layout import (
    ACCOUNT,
    BASIS,
    BASIS_LAST,
    CARRIED_LONG,
    CARRIED_SHORT,
    CASH,
    CASH_LAST,
    CASH_LEAST,
    CASH_MAX,
    COST_RATE,
    DEPOSIT,
    DEPOSIT_EVERY,
    DEPOSITS,
    DIVIDEND,
    FINAL,
    FREE_COUNT,
    FREE_HEAD,
    HARVEST_EVERY,
    HARVESTED,
    HEAD,
    HELD,
    HOLDING,
    INITIAL,
    LIQUIDATED,
    LONG,
    LOT_MARKS,
    LOT_SUMS,
    LOTS_LAST,
    LOTS_MOST,
    NAME_MARKS,
    NAME_SUMS,
    NEXT,
    NOBODY,
    ORDINAL,
    ORDINARY,
    PAID,
    PAID_IN,
    PRICE,
    PRIMARY,
    QUALIFIED,
    QUALIFIED_PAID,
    REBALANCE_EVERY,
    SECTOR,
    SECTOR_SUMS,
    SESSIONS,
    SETTLE_EVERY,
    SHORT,
    STORE,
    TAX,
    TOTALS,
    TWIN,
    UNITS,
    VALUE_SUM,
    YEAR,
    YEAR_END,
    Book,
    Floats,
    Integers,
    World,
)
from trimtab.quant.simulate.direct_lots import chain_free, realise
from trimtab.quant.simulate.direct_tax import assess
from trimtab.quant.simulate.direct_trades import (
    invest,
    mark_deleted,
    mark_harvest,
    mark_overweight,
    want,
)

__all__ = ["simulate"]

STEPS = 4
DELETE, HARVEST, TRIM, INVEST = range(STEPS)
SPARE = 8  # free rows kept beyond two per name, which is what one session can use


@kernel
def _worth(world: World, book: Book, t: int) -> float:
    """Cash and holdings at the prices of a session."""
    value = book.account[CASH]
    for name in range(len(book.names)):
        value += book.sums[name, HELD] * world.panel[PRICE, t, name]
    return value


@kernel
def _pay_dividends(world: World, book: Book, t: int) -> None:
    """Pay the session's dividends in cash; qualified until a lot is sold too soon."""
    paid = 0.0
    for name in range(len(book.names)):
        dividend = world.panel[DIVIDEND, t, name]
        if dividend != 0.0:
            book.sums[name, PAID] += dividend
            paid += book.sums[name, HELD] * dividend
    book.account[CASH] += paid
    book.account[QUALIFIED] += paid
    book.totals[QUALIFIED_PAID] += paid


@kernel
def _due(book: Book, rule: Floats, short: float, long: float) -> tuple[float, float, float]:
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
def _settle(book: Book, rule: Floats) -> float:
    """Pay the tax of the period, or take in what it saves; carry the losses left."""
    tax, left_short, left_long = _due(book, rule, 0.0, 0.0)
    own = book.account
    own[CASH] -= tax
    own[SHORT] = own[LONG] = own[QUALIFIED] = own[ORDINARY] = 0.0
    own[CARRIED_SHORT], own[CARRIED_LONG] = left_short, left_long
    book.totals[TAX] += tax
    return tax


@kernel
def _liquidation(world: World, book: Book, rule: Floats, t: int, answer: Floats) -> float:
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
    tax, _, _ = _due(book, rule, short, long)
    answer[LOTS_LAST] = count
    answer[BASIS_LAST] = basis
    return book.account[CASH] + proceeds - tax


@kernel
def _trade(world: World, book: Book, rule: Floats, t: int) -> None:
    """Everything that is sold and bought in a session, step by step."""
    day = world.calendar[t, ORDINAL]
    for step in range(STEPS):
        if step == DELETE:
            found = mark_deleted(world, book, t)
        elif (step == HARVEST and (t == 0 or not world.due[int(rule[HARVEST_EVERY]), t])) or (
            step == TRIM and (t == 0 or not world.due[int(rule[REBALANCE_EVERY]), t])
        ):
            continue
        else:
            value = _worth(world, book, t)
            reserve = max(0.0, _due(book, rule, 0.0, 0.0)[0])
            value -= reserve
            cash = book.account[CASH] - reserve
            if step == INVEST and cash <= rule[CASH_MAX] * value:
                continue
            want(world, book, t, day, value)
            if step == HARVEST:
                found = mark_harvest(world, book, rule, t, day, value)
            elif step == TRIM:
                found = mark_overweight(world, book, rule, t, day, value)
            else:
                found = 0
                invest(world, book, rule, t, day, value, cash)
        for place in range(found):
            name = book.picks[place]
            loss = realise(world, book, rule, name, day, world.panel[PRICE, t, name])
            if step == HARVEST:
                book.totals[HARVESTED] -= loss


@kernel
def _session(
    world: World, book: Book, rule: Floats, t: int, before: float, answer: Floats, returns: Floats
) -> float:
    """One session; the value at its end, `before` being that of the one before."""
    _pay_dividends(world, book, t)
    flow = 0.0
    if t > 0 and world.due[int(rule[DEPOSIT_EVERY]), t]:
        flow = rule[DEPOSIT]
        book.account[CASH] += flow
        book.account[PAID_IN] += flow
        book.totals[DEPOSITS] += flow
    _trade(world, book, rule, t)
    if t == world.panel.shape[1] - 1:
        answer[LIQUIDATED] = _liquidation(world, book, rule, t, answer)
    if world.due[int(rule[SETTLE_EVERY]), t]:
        flow -= _settle(book, rule)
    after = _worth(world, book, t)
    returns[t] = (after - flow) / before - 1.0
    answer[CASH_LEAST] = min(answer[CASH_LEAST], book.account[CASH])
    used = len(book.lots) - book.store[FREE_COUNT]
    answer[LOTS_MOST] = max(answer[LOTS_MOST], used)
    return after


@owning
def _grown(book: Book, needed: int) -> Book:
    """The same book with at least so many free rows in its store."""
    if book.store[FREE_COUNT] >= needed:
        return book
    rows = len(book.lots)
    size = max(2 * rows, rows + needed)
    lots = np.zeros((size, LOT_SUMS))
    marks = np.zeros((size, LOT_MARKS), dtype=np.int64)
    for row in range(rows):  # loops: a slice assignment takes four seconds to compile
        for column in range(LOT_SUMS):
            lots[row, column] = book.lots[row, column]
        for column in range(LOT_MARKS):
            marks[row, column] = book.marks[row, column]
    grown = Book(
        book.names,
        book.sums,
        lots,
        marks,
        book.account,
        book.store,
        book.sector,
        book.totals,
        book.picks,
        book.scores,
    )
    chain_free(grown, rows)
    return grown


@owning
def _opened(names: Integers, sectors: int) -> Book:
    """A book without lots; `names` holds sector and twin of every name."""
    count = len(names)
    marks = np.zeros((count, NAME_MARKS), dtype=np.int64)
    for name in range(count):
        for column in range(NAME_MARKS):
            marks[name, column] = NOBODY
    for name in range(count):
        marks[name, SECTOR], marks[name, TWIN] = names[name, SECTOR], names[name, TWIN]
        if names[name, TWIN] != NOBODY:
            marks[names[name, TWIN], PRIMARY] = name
    rows = 4 * count + SPARE
    store = np.zeros(STORE, dtype=np.int64)
    store[FREE_HEAD] = NOBODY
    book = Book(
        marks,
        np.zeros((count, NAME_SUMS)),
        np.zeros((rows, LOT_SUMS)),
        np.zeros((rows, LOT_MARKS), dtype=np.int64),
        np.zeros(ACCOUNT),
        store,
        np.zeros((sectors, SECTOR_SUMS)),
        np.zeros(TOTALS),
        np.zeros(count, dtype=np.int64),
        np.zeros(count),
    )
    chain_free(book, 0)
    return book


@entry
def simulate(
    world: World,
    names: Integers,
    sectors: int,
    rules: Floats,
    values: Floats,
    returns: Floats,
    units: Floats,
    totals: Floats,
    answers: Floats,
) -> None:
    """Simulate every rule; `values`, `returns`, `units`, `totals` and `answers` are filled.

    Shape: names N × 2 (sector, twin); rules B × rules; values, returns B × sessions; units B × N;
    totals B × years × columns; answers B × columns.
    """
    for b in range(len(rules)):
        book = _opened(names, sectors)
        book.account[CASH] = book.account[PAID_IN] = before = rules[b, INITIAL]
        answers[b, CASH_LEAST] = before
        last = world.panel.shape[1] - 1
        for t in range(last + 1):
            book = _grown(book, 2 * len(names) + SPARE)
            before = _session(world, book, rules[b], t, before, answers[b], returns[b])
            values[b, t] = before
            book.totals[VALUE_SUM] += before
            book.totals[SESSIONS] += 1.0
            if t == last or world.calendar[t + 1, YEAR] != world.calendar[t, YEAR]:
                book.totals[YEAR_END] = before
                for column in range(TOTALS):
                    totals[b, world.calendar[t, YEAR], column] = book.totals[column]
                    book.totals[column] = 0.0
        answers[b, FINAL], answers[b, CASH_LAST] = before, book.account[CASH]
        for name in range(len(names)):
            units[b, name] = book.sums[name, HELD]
