"""The direct-indexing simulation: a batch of portfolios over the same history, day by day.

Each session, at its close: dividends are paid in cash; deposits arrive; names that left the index
are sold; losses are harvested if the session is one for review; what is overweight is trimmed if
it is one for that; cash beyond what the tax so far will take is invested; and on the last session
of a tax period the tax is paid from cash, or what is saved is paid in.  Everything is decided and
filled at the close of the same session.
"""

from trimtab.quant.compile import entry, kernel
from trimtab.quant.simulate.direct_book import grown, opened
from trimtab.quant.simulate.direct_layout import (
    CASH,
    CASH_LAST,
    CASH_LEAST,
    CASH_MAX,
    DEPOSIT,
    DEPOSIT_EVERY,
    DEPOSITS,
    DIVIDEND,
    FINAL,
    FREE_COUNT,
    HARVEST_EVERY,
    HARVESTED,
    HELD,
    INITIAL,
    LIQUIDATED,
    LOTS_MOST,
    ORDINAL,
    PAID,
    PAID_IN,
    PRICE,
    QUALIFIED,
    QUALIFIED_PAID,
    REBALANCE_EVERY,
    SESSIONS,
    SETTLE_EVERY,
    TOTALS,
    VALUE_SUM,
    YEAR,
    YEAR_END,
    Book,
    Floats,
    Integers,
    World,
)
from trimtab.quant.simulate.direct_lots import realise
from trimtab.quant.simulate.direct_settle import due, liquidation, settle, worth
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
def _is_due(world: World, rule: Floats, t: int, step: int) -> bool:
    """Whether a step of the day takes place at all; on the first day everything is bought only."""
    if step == INVEST:
        return True
    if t == 0:
        return False
    if step == HARVEST:
        return world.due[int(rule[HARVEST_EVERY]), t]
    return step == DELETE or world.due[int(rule[REBALANCE_EVERY]), t]


@kernel
def _trade(world: World, book: Book, rule: Floats, t: int) -> None:
    """Everything that is sold and bought in a session, step by step."""
    day = world.calendar[t, ORDINAL]
    for step in range(STEPS):
        if not _is_due(world, rule, t, step):
            continue
        found = 0
        if step == DELETE:
            found = mark_deleted(world, book, t)
        else:
            value = worth(world, book, t)
            reserve = max(0.0, due(book, rule, 0.0, 0.0)[0])
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
        answer[LIQUIDATED] = liquidation(world, book, rule, t, answer)
    if world.due[int(rule[SETTLE_EVERY]), t]:
        flow -= settle(book, rule)
    after = worth(world, book, t)
    returns[t] = (after - flow) / before - 1.0
    answer[CASH_LEAST] = min(answer[CASH_LEAST], book.account[CASH])
    used = len(book.lots) - book.store[FREE_COUNT]
    answer[LOTS_MOST] = max(answer[LOTS_MOST], used)
    return after


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
        book = opened(names, sectors)
        book.account[CASH] = book.account[PAID_IN] = before = rules[b, INITIAL]
        answers[b, CASH_LEAST] = before
        last = world.panel.shape[1] - 1
        for t in range(last + 1):
            book = grown(book)
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
