"""A tax year in float64: the bill on gains, dividends and interest, and the rates around a place.

The same rules as the exact regimes, from the numbers of a `TaxTable`: gains net within and across
terms, the loss left over is deducted up to a limit or carried by character, what the schedule taxes
stands below qualified dividends and long-term gains, and the tax never exceeds the schedule's on
all of it.  Every amount is a change from the household's other income, worked out bracket by
bracket over the change alone, so that no digits are lost to large sums: a marginal rate over one
cent is as exact as a bill.

Kernels take `tables`, one row a year (or a household) as `tax_rows` lays it, and `at`, the row.
Source of the rules: 26 USC 1(h), 1(j), 1211(b), 1212(b), 1222, 1411.  Errors: none of its own.
"""

from trimtab.quant.compile import entry, kernel
from trimtab.quant.simulate.tax_rows import (
    BY_INCOME,
    CARRIES,
    CARRY_VALUE,
    GRADUATED,
    INVESTMENT,
    INVESTMENT_RATE,
    INVESTMENT_THRESHOLD,
    LOSS_LIMIT,
    MODIFIED_AGI,
    NETTING,
    ORDINARY,
    ORDINARY_LOWER,
    ORDINARY_RATE,
    PREFERRED_LOWER,
    PREFERRED_RATE,
    QUALIFIED,
    STATE,
    STATE_LONG,
    Floats,
)

__all__ = ["marginal_rates", "rates_of_years", "tax_of_years", "year_tax"]

STEP = 0.01
"""The dollar amount over which a marginal rate is taken, as in the exact regimes."""

FULL = 1e-7  # dollars by which rounding may leave a used-up deduction short of its limit


@kernel
def change_above_zero(start: float, change: float) -> float:
    """How much of a change lies above zero."""
    if start >= 0.0 and start + change >= 0.0:
        return change
    return max(0.0, start + change) - max(0.0, start)


@kernel
def slice_tax(tables: Floats, at: int, lower: int, rate: int, start: float, width: float) -> float:
    """The tax of a schedule between `start` and `start + width`, negative for a width below zero.

    `lower` and `rate` are the columns where the schedule's edges and rates begin.
    """
    sign = 1.0
    if width < 0.0:
        start, width, sign = start + width, -width, -1.0
    tax = 0.0
    for k in range(rate - lower - 1):
        low, high = tables[at, lower + k] - start, tables[at, lower + k + 1] - start
        if low >= width:
            break
        if high > 0.0:
            tax += tables[at, rate + k] * (min(width, high) - max(0.0, low))
    return sign * tax


@kernel
def federal_change(
    tables: Floats, at: int, ordinary: float, preferred: float, more: float, more_preferred: float
) -> float:
    """What more ordinary and more preferred income add to the income tax.

    With A the tax of the two schedules stacked and B that of the ordinary one on all, the tax is
    min(A, B); it is followed as a change of A and of B and by the gap A − B at the start.
    Source: 26 USC 1(h)(1).
    """
    if tables[at, GRADUATED] == 0.0:
        return tables[at, ORDINARY_RATE] * more + tables[at, PREFERRED_RATE] * more_preferred
    floor, top = max(0.0, ordinary), max(0.0, ordinary + preferred)
    up = change_above_zero(ordinary, more)
    top_up = change_above_zero(ordinary + preferred, more + more_preferred)
    by_schedule = slice_tax(tables, at, ORDINARY_LOWER, ORDINARY_RATE, top, top_up)
    stacked = (
        slice_tax(tables, at, ORDINARY_LOWER, ORDINARY_RATE, floor, up)
        + slice_tax(tables, at, PREFERRED_LOWER, PREFERRED_RATE, top, top_up)
        - slice_tax(tables, at, PREFERRED_LOWER, PREFERRED_RATE, floor, up)
    )
    gap = slice_tax(tables, at, PREFERRED_LOWER, PREFERRED_RATE, floor, top - floor) - slice_tax(
        tables, at, ORDINARY_LOWER, ORDINARY_RATE, floor, top - floor
    )
    return min(gap + stacked, by_schedule) - min(gap, 0.0)


@kernel
def net_terms(short: float, long: float, limit: float) -> tuple[float, float, float, float]:
    """Net the terms against each other and take off what may be deducted.

    Gains are above zero and losses to carry below; then the short and the long loss deducted.
    """
    if short < 0.0 < long or long < 0.0 < short:
        net = short + long
        if (net >= 0.0) == (short > 0.0):
            short, long = net, 0.0
        else:
            short, long = 0.0, net
    deducted_short = min(max(0.0, -short), limit)
    deducted_long = min(max(0.0, -long), limit - deducted_short)
    return short + deducted_short, long + deducted_long, deducted_short, deducted_long


@kernel
def limit_of(tables: Floats, at: int, yielded: float) -> float:
    """The most of a net loss that the year's income takes up."""
    limit = tables[at, LOSS_LIMIT]
    if tables[at, BY_INCOME] == 0.0:
        return limit
    return max(0.0, min(limit, tables[at, ORDINARY] + tables[at, QUALIFIED] + yielded))


@kernel
def investment_room(tables: Floats, at: int) -> float:
    """The lesser of other investment income and what other income exceeds the threshold by."""
    over = tables[at, MODIFIED_AGI] - tables[at, INVESTMENT_THRESHOLD]
    return min(tables[at, INVESTMENT], over)


@kernel
def year_tax(
    tables: Floats,
    at: int,
    short: float,
    long: float,
    qualified: float,
    ordinary: float,
    interest: float,
) -> tuple[float, float, float]:
    """What a year's investments add to its tax, and the short and long loss carried out.

    Unit: dollars, carried losses above zero; `short` and `long` are nets within their term, losses
    carried in taken off; `ordinary` are dividends that are not qualified.
    """
    state, plain = tables[at, STATE], ordinary + interest
    short_loss = long_loss = 0.0
    if tables[at, NETTING] != 0.0:
        limit = limit_of(tables, at, plain + qualified)
        short, long, deducted_short, deducted_long = net_terms(short, long, limit)
        if tables[at, CARRIES] != 0.0:
            short_loss, long_loss = max(0.0, -short), max(0.0, -long)
        short = max(0.0, short) - deducted_short - deducted_long
        long = max(0.0, long)
    start, preferred = tables[at, ORDINARY], tables[at, QUALIFIED]
    tax = federal_change(tables, at, start, preferred, plain + short, qualified + long)
    more = plain + short + qualified + long
    room = investment_room(tables, at)
    tax += tables[at, INVESTMENT_RATE] * change_above_zero(room, more)
    tax += state * (plain + short + qualified) + tables[at, STATE_LONG] * long
    return tax, short_loss, long_loss


@kernel
def rate_around(
    tables: Floats, at: int, ordinary: float, preferred: float, room: float, is_long: bool
) -> float:
    """Tax a dollar over one step of ordinary income or long-term gain, all taxes together."""
    more, more_long = (0.0, STEP) if is_long else (STEP, 0.0)
    tax = federal_change(tables, at, ordinary, preferred, more, more_long)
    tax += tables[at, INVESTMENT_RATE] * change_above_zero(room, STEP)
    return tax / STEP + (tables[at, STATE_LONG] if is_long else tables[at, STATE])


@kernel
def marginal_rates(
    tables: Floats,
    at: int,
    short: float,
    long: float,
    qualified: float,
    ordinary: float,
    interest: float,
) -> tuple[float, float, float, float, float, float]:
    """The marginal rates around a place in the year, as `TaxRegime.curve` gives them.

    Short-term, long-term and ordinary rate, the limit of the deduction, and what a carried short
    and long dollar of loss is worth.  Arguments as for `year_tax`.
    """
    if tables[at, NETTING] == 0.0:
        state, state_long = tables[at, STATE], tables[at, STATE_LONG]
        short_rate = tables[at, ORDINARY_RATE] + state
        return short_rate, tables[at, PREFERRED_RATE] + state_long, 0.0, 0.0, 0.0, 0.0
    plain = ordinary + interest
    limit = limit_of(tables, at, plain + qualified)
    short, long, deducted_short, deducted_long = net_terms(short, long, limit)
    short, long, deducted = max(0.0, short), max(0.0, long), deducted_short + deducted_long
    floor = tables[at, ORDINARY] + plain + short
    preferred = tables[at, QUALIFIED] + qualified + long
    room = investment_room(tables, at) + plain + qualified + short + long
    long_rate = rate_around(tables, at, floor, preferred, room, True)
    short_rate = max(long_rate, rate_around(tables, at, floor, preferred, room, False))
    # A used-up deduction is priced where it ends, one with room where the next dollar of it lies.
    back = deducted if limit > 0.0 and deducted >= limit - FULL else deducted + STEP
    ordinary_rate = 0.0
    if tables[at, LOSS_LIMIT] > 0.0:
        ordinary_rate = rate_around(tables, at, floor - back, preferred, room - back, False)
    worth = tables[at, CARRY_VALUE]
    return short_rate, long_rate, ordinary_rate, limit, worth * short_rate, worth * long_rate


@entry
def tax_of_years(tables: Floats, incomes: Floats, taxes: Floats) -> None:
    """`year_tax` of many years, row by row: tax, short and long loss carried out into `taxes`.

    Shape: tables (B, TABLE_COLUMNS); incomes (B, 5): short, long, qualified and ordinary dividends,
    interest; taxes (B, 3).
    """
    for at in range(incomes.shape[0]):
        taxes[at, 0], taxes[at, 1], taxes[at, 2] = year_tax(
            tables,
            at,
            incomes[at, 0],
            incomes[at, 1],
            incomes[at, 2],
            incomes[at, 3],
            incomes[at, 4],
        )


@entry
def rates_of_years(tables: Floats, incomes: Floats, rates: Floats) -> None:
    """`marginal_rates` of many years, row by row, into `rates`.

    Shape: tables (B, TABLE_COLUMNS); incomes (B, 5) as for `tax_of_years`; rates (B, 6).
    """
    for at in range(incomes.shape[0]):
        found = marginal_rates(
            tables,
            at,
            incomes[at, 0],
            incomes[at, 1],
            incomes[at, 2],
            incomes[at, 3],
            incomes[at, 4],
        )
        for k in range(6):
            rates[at, k] = found[k]
