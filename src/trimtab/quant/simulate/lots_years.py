"""Tax years of a member: what is earned and realised, what each year inherits, and its bill.

A wash sale of January and a dividend that a sale makes ordinary change the year before; what later
years inherit of it is then worked out anew.  The tax is paid from elsewhere.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.simulate.lot_sheet import (
    CARRY_LONG_RATE,
    CARRY_SHORT_RATE,
    LONG_RATE,
    NET_LONG,
    NET_SHORT,
    NETTING,
    ORDINARY_LIMIT,
    ORDINARY_RATE,
    SHORT_RATE,
)
from trimtab.quant.simulate.lots_layout import (
    ACQUIRED,
    DAY,
    DIVIDEND,
    DIVIDEND_DAYS,
    GROWN,
    LONG,
    LONG_IN,
    LONG_OUT,
    ORDINARY,
    QUALIFIED,
    QUALIFIED_PART,
    SHORT,
    SHORT_IN,
    SHORT_OUT,
    TAX,
    TAXED_SINCE,
    YEAR,
    Book,
    World,
)
from trimtab.quant.simulate.tax_rows import NETTING as TABLE_NETTING
from trimtab.quant.simulate.tax_table import marginal_rates, year_tax

__all__ = ["assess", "inherit", "note_dividend", "requalify", "set_rates", "tax_with"]


@kernel
def assess(book: Book, year: int, short: float, long: float) -> tuple[float, float, float]:
    """A year's tax with further gains, and the short and long losses that it leaves."""
    own = book.years[year]
    return year_tax(
        book.table,
        0,
        own[SHORT] - own[SHORT_IN] + short,
        own[LONG] - own[LONG_IN] + long,
        own[QUALIFIED],
        own[ORDINARY],
        0.0,
    )


@kernel
def inherit(book: Book, year: int) -> None:
    """Bring up to date what each year up to this one has inherited."""
    first = int(book.totals[TAXED_SINCE])
    for y in range(first, year):
        tax, short, long = assess(book, y, 0.0, 0.0)
        own = book.years[y]
        own[TAX], own[SHORT_OUT], own[LONG_OUT] = tax, short, long
        book.years[y + 1, SHORT_IN], book.years[y + 1, LONG_IN] = short, long
    book.totals[TAXED_SINCE] = year


@kernel
def set_rates(book: Book, year: int, short: float, long: float) -> float:
    """Put the year's tax curve into the sheet, its rates taken after these gains.

    The largest change of a rate that this is.
    """
    own, terms = book.years[year], book.terms
    net_short, net_long = own[SHORT] - own[SHORT_IN], own[LONG] - own[LONG_IN]
    rates = marginal_rates(
        book.table, 0, net_short + short, net_long + long, own[QUALIFIED], own[ORDINARY], 0.0
    )
    moved = max(
        abs(rates[0] - terms[SHORT_RATE]),
        abs(rates[1] - terms[LONG_RATE]),
        abs(rates[2] - terms[ORDINARY_RATE]),
    )
    terms[SHORT_RATE], terms[LONG_RATE], terms[ORDINARY_RATE] = rates[0], rates[1], rates[2]
    terms[ORDINARY_LIMIT], terms[CARRY_SHORT_RATE], terms[CARRY_LONG_RATE] = (
        rates[3],
        rates[4],
        rates[5],
    )
    terms[NET_SHORT], terms[NET_LONG] = net_short, net_long
    terms[NETTING] = book.table[0, TABLE_NETTING]
    return moved


@inlined
def tax_with(book: Book, year: int, short: float, long: float) -> float:
    """The year's tax with these gains, less what the losses left are worth at its rates.

    The rates of the sheet are those at the end of these gains.
    """
    tax, short_left, long_left = assess(book, year, short, long)
    terms = book.terms
    return tax - terms[CARRY_SHORT_RATE] * short_left - terms[CARRY_LONG_RATE] * long_left


@inlined
def note_dividend(world: World, book: Book, i: int, year: int, amount: float) -> None:
    """A dividend of a taxed account, qualified as far as it can be until a sale says otherwise."""
    qualified = amount * world.assets[QUALIFIED_PART, i]
    book.years[year, QUALIFIED] += qualified
    book.years[year, ORDINARY] += amount - qualified


@kernel
def requalify(world: World, book: Book, i: int, k: int, t: int, units: float, latest: int) -> None:
    """Turn the dividends of units that are sold too early, up to session `latest`, into ordinary
    income.

    Source: 26 USC 1(h)(11)(B)(iii)(I), 246(c)(3); as `books.dividend_years`.
    """
    part = world.assets[QUALIFIED_PART, i]
    if part == 0.0:
        return
    day, acquired = world.calendar[DAY, t], book.lots[ACQUIRED, k]
    s = latest
    while s >= 0 and day - world.calendar[DAY, s] < DIVIDEND_DAYS:
        ex_date = world.calendar[DAY, s]
        rate = world.panel[DIVIDEND, s, i]
        safe = max(ex_date - DIVIDEND_DAYS + 1, acquired + 1) + DIVIDEND_DAYS - 1
        if rate > 0.0 and acquired < ex_date and day < safe:
            eve_units = units * world.panel[GROWN, s, i] / world.panel[GROWN, t + 1, i]
            year = world.calendar[YEAR, s]
            amount = eve_units * rate * part
            book.years[year, QUALIFIED] -= amount
            book.years[year, ORDINARY] += amount
            book.totals[TAXED_SINCE] = min(book.totals[TAXED_SINCE], year)
        s -= 1
