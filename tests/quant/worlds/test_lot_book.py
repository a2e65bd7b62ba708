"""Households that tell lots apart: what is sold first, what is washed, what is taxed, by hand and
against the simulator whose years are those of the exact engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import TaxTable
from trimtab.quant.simulate import lot_rules
from trimtab.quant.simulate.lot_market import lot_market
from trimtab.quant.simulate.lots_layout import ACQUIRED
from trimtab.quant.simulate.lots_layout import SERVED as ALREADY
from trimtab.quant.simulate.lots_run import LotsResult, simulate_decisions
from trimtab.quant.simulate.lots_stop import Stop
from trimtab.quant.simulate.lots_terms import AccountTerms, GivenLot
from trimtab.quant.worlds._household_kernels import TAX
from trimtab.quant.worlds._lot_layout import (
    BASIS,
    CHARGED,
    LONG,
    LOTS_MOST,
    SERVED,
    SHORT,
    START,
    UNITS,
)
from trimtab.quant.worlds.bands import Bands
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.lot_book import LotBook, LotTerms, price_levels
from trimtab.quant.worlds.policy_paths import PathTerms, simulate

SHORT_RATE, LONG_RATE = 0.37, 0.20
HALVES = np.array([0.5, 0.5])
ONE = Household(HALVES, np.zeros(2), LONG_RATE, 4.0, np.array([0.4, 0.0]))
ALWAYS = Bands("always", np.zeros(2))


@dataclass(frozen=True)
class Step:
    """A day on which units of the first instrument are bought, or sold where they are negative."""

    day: str
    price: float
    units: float


def lived(steps: Sequence[Step], short_rate: float = SHORT_RATE) -> LotBook:
    """0.5 units of a basis of 0.3 and as much money in what never moves, after some steps."""
    days = np.array(["2000-12-29", *(step.day for step in steps)], dtype="datetime64[D]")
    levels = np.array([1.0, *(step.price for step in steps)])
    returns = np.zeros((len(steps), 1, 2))
    returns[:, 0, 0] = levels[1:] / levels[:-1] - 1.0
    terms = LotTerms(short_rate, days)
    book = LotBook(ONE, price_levels(returns), 0, terms, terms.calendar(len(steps), 252))
    for session, step in enumerate(steps, start=1):
        book.live(returns, session - 1, session)
        part = step.units * step.price / book.values.sum()
        weights, _ = book.observe()
        book.order(weights, weights + np.array([[part, -part]]))
        book.settle(session)
    return book


def taxed(steps: Sequence[Step], short_rate: float = SHORT_RATE) -> list[float]:
    """What each step was taxed, in dollars."""
    books = [lived(steps[: count + 1], short_rate) for count in range(len(steps))]
    sums = [0.0, *(book.sums[0, TAX] for book in books)]
    changes = np.diff(sums)
    return [float(d * book.values.sum()) for d, book in zip(changes, books, strict=True)]


def random_steps(
    seed: int, count: int, volatility: float, sizes: tuple[float, float] = (0.01, 0.05)
) -> list[Step]:
    """Purchases and sales on days of one year, of what moves at random."""
    chance = np.random.default_rng(seed)
    days = np.sort(chance.choice(np.arange(2, 364), count, replace=False))
    prices = np.exp(np.cumsum(chance.normal(0.0, volatility, count)))
    steps, held, money = [], 0.5, 0.5
    for day, price in zip(days.tolist(), prices.tolist(), strict=True):
        units = float(chance.uniform(*sizes))
        buys = chance.random() < 0.5 and money > 1.1 * units * price
        units = units if buys else -min(units, 0.9 * held)
        held, money = held + units, money - units * price
        steps.append(Step(str(np.datetime64("2001-01-01") + day), price, units))
    return steps


def lots_of(book: LotBook) -> list[list[float]]:
    """Units, basis, days held and whether it has replaced something, by units and basis."""
    held = book.room.lots[0, 0, : book.room.filled[0, 0]]
    age = book.days[-1] - held[:, START]
    rows = np.column_stack([held[:, UNITS], held[:, BASIS], age, held[:, SERVED]])
    return sorted(rows.tolist())


BOUGHT_TWICE = (Step("2001-07-02", 1.2, 0.1), Step("2001-12-03", 1.0, 0.1))


def test_the_lot_with_the_least_tax_is_sold_first() -> None:
    # Gains a unit at 1.4: 0.8 long (tax 0.16), 0.2 short (0.074), 0.4 short (0.148).
    steps = (*BOUGHT_TWICE, Step("2001-12-20", 1.4, -0.25))
    tax = SHORT_RATE * (0.1 * 0.2 + 0.1 * 0.4) + LONG_RATE * 0.05 * 0.8
    assert taxed(steps) == pytest.approx([0.0, 0.0, tax])
    assert [row[:2] for row in lots_of(lived(steps))] == [pytest.approx([0.45, 0.27])]


def test_a_loss_that_an_earlier_purchase_washes_goes_with_its_days_into_that_lot() -> None:
    # At 1.1 the lot of July has a loss of 0.1 a unit; that of December replaces half of it.
    steps = (BOUGHT_TWICE[0], Step("2001-12-03", 1.0, 0.05), Step("2001-12-20", 1.1, -0.1))
    book = lived(steps)
    assert book.disallowed == pytest.approx([0.05 * 0.1])
    assert book.room.accounts[0, SHORT] == pytest.approx(-0.1 * 0.1 + 0.05 * 0.1)
    held = 17.0 + 171.0  # its own days since the 3rd, and those of the lot that was sold
    expected = [[0.05, 0.05 * 1.0 + 0.05 * 0.1, held, 1.0], [0.5, 0.3]]
    rows = lots_of(book)
    assert rows[0] == pytest.approx(expected[0])
    assert rows[1][:2] == pytest.approx(expected[1])


@pytest.mark.parametrize(
    ("bought_on", "washed"), [("2001-09-30", 0.04), ("2001-10-01", 0.04), ("2001-10-02", 0.0)]
)
def test_a_purchase_within_thirty_days_after_a_sale_takes_its_loss(
    bought_on: str, washed: float
) -> None:
    # Bought at 1.2, sold at 0.8 on the 1st of September: a loss of 0.4 a unit.
    steps = (
        BOUGHT_TWICE[0],
        Step("2001-09-01", 0.8, -0.1),
        Step(bought_on, 0.9, 0.15),
        Step("2001-12-31", 0.9, 0.0),
    )
    book = lived(steps)
    assert book.disallowed == pytest.approx([washed])
    bought = [row[:2] for row in lots_of(book)[:-1]]
    parts = [[0.05, 0.045], [0.1, 0.09 + washed]] if washed else [[0.15, 0.135]]
    assert bought == [pytest.approx(part) for part in parts]


def test_a_loss_makes_up_for_a_gain_of_its_year_and_is_carried_into_the_next() -> None:
    steps = (
        BOUGHT_TWICE[0],  # 0.1 at 1.2
        Step("2001-07-03", 2.0, -0.1),  # the lot of July has 0.8 a unit short, the other 1.4 long
        Step("2001-07-05", 2.0, 0.2),
        Step("2001-09-10", 1.0, -0.15),  # 1 a unit lost of what was bought at 2
        Step("2002-02-01", 1.5, 0.05),
        Step("2002-02-04", 1.5, -0.05),
        Step("2002-03-04", 1.5, -0.05),
        Step("2002-11-04", 3.0, -0.02),
    )
    found = taxed(steps)
    first = LONG_RATE * 0.1 * 1.4
    assert SHORT_RATE * 0.8 > LONG_RATE * 1.4  # so the old lot goes first
    assert found[1] == pytest.approx(first)
    assert found[3] == pytest.approx(-first)  # 0.15 of loss is more than 0.14 of gain
    carried = 0.15 - 0.14
    # What is left of July, 0.05 at 2, has a loss that the purchase of three days before washes: the
    # lot goes, its loss of 0.025 moves into that purchase, which is sold with it a month later.
    # In November 0.02 of the first lot bring 1.8 a unit, long.
    lost = carried + 0.05 * 0.5
    assert found[4:7] == pytest.approx([0.0, 0.0, 0.0], abs=1e-15)
    assert found[7] == pytest.approx(LONG_RATE * (0.02 * 1.8 - lost))


@given(st.integers(0, 10_000), st.floats(0.01, 0.1))
@examples(40)
def test_within_a_year_at_one_rate_lots_change_when_tax_is_paid_and_not_how_much(
    seed: int, volatility: float
) -> None:
    steps = random_steps(seed, 40, volatility)
    book = lived(steps, LONG_RATE)
    gain = float(book.values.sum() - 0.3 - 0.5)  # what it is worth less what it was bought for
    owed = float(book.deferred()[0]) * book.values.sum()
    charged = float(book.room.accounts[0, CHARGED])
    assert charged + owed == pytest.approx(LONG_RATE * max(0.0, gain), abs=1e-12)


@given(st.integers(0, 10_000), st.floats(0.01, 0.1))
@examples(40)
def test_basis_is_what_was_paid_less_what_was_sold_plus_what_was_disallowed(
    seed: int, volatility: float
) -> None:
    book = lived(random_steps(seed, 60, volatility))
    realised = float(book.room.accounts[0, SHORT] + book.room.accounts[0, LONG])
    # Purchases are as much as sales, so that all bases together grow by what was realised.
    assert book.basis.sum() == pytest.approx(0.3 + 0.5 + realised, abs=1e-12)
    units = book.room.lots[0, :, :, UNITS] * (np.arange(LOTS_MOST) < book.room.filled[0][:, None])
    assert (units.sum(axis=1) * book.prices[-1, 0]) == pytest.approx(book.values[0])
    assert book.room.lots[0, 0, : book.room.filled[0, 0], BASIS].sum() == pytest.approx(
        book.basis[0, 0]
    )


def test_where_nothing_that_was_bought_is_sold_lots_are_one_average() -> None:
    returns = np.zeros((30, 24, 2))
    returns[:, :, 0] = np.random.default_rng(5).uniform(0.0, 0.1, (30, 24))
    household = replace(ONE, cost=np.array([0.001, 0.002]))
    terms = PathTerms(sessions_a_year=12, record=3)
    average = simulate(returns, household, [ALWAYS], terms)[0]
    lots = simulate(returns, household, [ALWAYS], replace(terms, lots=LotTerms(LONG_RATE)))[0]
    assert average.tax.min() > 0.0
    for name in ("trading", "tax", "tracking", "turnover", "trades", "deferred", "by_time"):
        assert getattr(lots, name) == pytest.approx(getattr(average, name), rel=1e-9)


def test_least_tax_first_pays_no_more_than_the_average_while_all_gains_are_long() -> None:
    chance = np.random.default_rng(6)
    returns = chance.normal(0.08, 0.15, (200, 20, 2)).clip(-0.5, 1.0)
    terms = PathTerms(sessions_a_year=0.5, lots=LotTerms(LONG_RATE))  # a trade in two years
    lots = simulate(returns, ONE, [ALWAYS], terms)[0]
    average = simulate(returns, ONE, [ALWAYS], replace(terms, lots=None))[0]
    assert (lots.tax <= average.tax + 1e-12).mean() > 0.9
    assert lots.tax.mean() < average.tax.mean()


def test_more_lots_than_there_is_room_for_are_merged_without_loss() -> None:
    days = np.datetime64("2001-01-02") + 40 * np.arange(3 * LOTS_MOST)
    chance = np.random.default_rng(7)
    prices = np.exp(np.cumsum(chance.normal(0.01, 0.05, len(days))))
    steps = [Step(str(day), p, 0.001) for day, p in zip(days, prices.tolist(), strict=True)]
    book = lived(steps)
    assert book.room.filled[0, 0] == LOTS_MOST
    assert book.room.lots[0, 0, :, UNITS].sum() == pytest.approx(0.5 + 0.001 * len(steps))
    assert book.room.lots[0, 0, :, BASIS].sum() == pytest.approx(0.3 + 0.001 * prices.sum())
    _, gains = book.observe()
    assert gains[0, 0] == pytest.approx(
        1.0 - (0.3 + 0.001 * prices.sum()) / ((0.5 + 0.001 * len(steps)) * prices[-1])
    )


@pytest.mark.parametrize("seed", range(12))
def test_years_and_washes_are_those_of_the_simulator_that_equals_the_exact_engine(
    seed: int,
) -> None:
    steps = random_steps(seed, 50, 0.05, (0.02, 0.02))  # a sale is of one lot
    book, other = lived(steps), exact(steps)
    years = {"short": SHORT, "long": LONG}
    for name, column in years.items():
        expected = float(getattr(other, name)[0, 0, 1])
        assert book.room.accounts[0, column] * DOLLARS == pytest.approx(expected, abs=1e-2), name
    disallowed = float(other.disallowed[0, 0, 1])
    assert float(book.disallowed[0]) * DOLLARS == pytest.approx(disallowed, abs=1e-2)


DOLLARS = 1e6


def exact(steps: Sequence[Step]) -> LotsResult:
    """The same trades in the simulator of lots, which is asked which lots to sell."""
    opening = [date(2000, 12, 29), *(date.fromisoformat(step.day) for step in steps)]
    close = np.array([[1.0, 1.0], *([step.price, 1.0] for step in steps)])
    blank, none = np.full_like(close, np.nan), np.zeros_like(close)
    history = MarketHistory(
        tuple(opening), ("A", "B"), close, blank, blank, blank, none, none, none + 1.0, "a table"
    )
    market = lot_market(history, half_spread=0.0)
    old = date(1998, 12, 28)
    given_lots = (
        GivenLot(0, 0.5 * DOLLARS, 0.3 * DOLLARS, old),
        GivenLot(1, 0.5 * DOLLARS, 0.5 * DOLLARS, old),
    )
    table = TaxTable((), (SHORT_RATE,), (), (LONG_RATE,), graduated=False, loss_limit=0.0)
    account = AccountTerms([0.5, 0.5], lots=given_lots, tax=table, harvest=None)
    asked: Mapping[date, Step] = {date.fromisoformat(step.day): step for step in steps}

    def decide(rule: int, member: int, stop: Stop) -> None:
        step = asked.get(stop.on)
        amount = step.units * step.price * DOLLARS if step else 0.0
        sold = np.zeros(len(stop.lot_value))
        place = 0 if amount < 0.0 else 1
        left = abs(amount)
        bought_on = stop.book.lots[ACQUIRED, stop.rows]
        is_fresh = (stop.book.lots[ALREADY, stop.rows] == 0.0) & (
            stop.on.toordinal() - bought_on <= 30
        )
        while left > 1e-9:
            price = np.where(stop.lot_long, LONG_RATE, SHORT_RATE) * stop.lot_gain
            for lot in np.flatnonzero((stop.lot_gain < 0.0) & (stop.lot_place == place)):
                others = is_fresh & (bought_on != bought_on[lot]) & (stop.lot_place == place)
                price[lot] = 0.0 if others.any() else price[lot]
            price[(stop.lot_place != place) | (sold >= stop.lot_value)] = np.inf
            k = int(np.argmin(price))
            sold[k] = min(left, stop.lot_value[k])
            left -= sold[k]
        bought = np.array([max(amount, 0.0), max(-amount, 0.0)])
        stop.trade(bought, sold) if amount else stop.hold()

    rule = lot_rules.calendar(lot_rules.every(1, market.days))
    return simulate_decisions(market, rule, [account], decide)
