"""Rules replayed over history with lots, wash sales and taxes: rules × accounts in one call.

    market = lot_market(history, half_spread=0.0005)
    rules = threshold([0.03, 0.05], every(1, market.days))
    found = simulate_lots(market, rules, [AccountTerms(weights, cash=1e6, tax=table)])
    found.final[:, 0], found.after_tax[:, 0]

The order of a day and every rule of tax are those of the exact path, which `drivers.backtest` runs;
a test holds the two equal (docs/internals/backtest.md says what is not covered).

Errors: `InputError` for targets, lots and terms that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.simulate.lot_market import LotMarket
from trimtab.quant.simulate.lot_rules import LotRules
from trimtab.quant.simulate.lot_sheet import COUNT, FIRST
from trimtab.quant.simulate.lots_book import open_book
from trimtab.quant.simulate.lots_kernel import advance
from trimtab.quant.simulate.lots_layout import (
    ACQUIRED,
    BASIS,
    CASH,
    COSTS,
    DISALLOWED,
    FINAL,
    LIQUIDATION,
    LONG,
    LONG_OUT,
    LOT_UNITS,
    ORDINARY,
    QUALIFIED,
    REBALANCES,
    SERVED,
    SHORT,
    SHORT_OUT,
    START,
    TAX,
    TOTALS,
    TRADES,
    TURNOVER,
    YEARS,
)
from trimtab.quant.simulate.lots_stop import Stop
from trimtab.quant.simulate.lots_terms import AccountTerms, GivenLot, HarvestTest, TermRows

__all__ = [
    "AccountTerms",
    "GivenLot",
    "HarvestTest",
    "LotTable",
    "LotsResult",
    "simulate_decisions",
    "simulate_lots",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Decide = Callable[[int, int, Stop], None]


@dataclass(frozen=True, slots=True)
class LotTable:
    """Lots of one member at the end, instrument by instrument, the oldest first.

    Shape: (L,).  Unit: dates as proleptic ordinals; `served` whether it has replaced a washed loss.
    """

    instrument: Integers
    quantity: Floats
    basis: Floats
    acquired: Integers
    holding_start: Integers
    served: Flags


@dataclass(frozen=True, slots=True)
class LotsResult:
    """What became of B rules in A accounts.

    Shape: (B, A); `years` (B, A, Y, …) by calendar year: net short-term and long-term gains,
    disallowed losses taken out, qualified and ordinary dividends, losses disallowed, tax, and
    losses carried out; `values` (B, A, T) and `lots` by rule and account where asked for.
    Unit: dollars; `liquidation_tax` is what selling everything at the end would add to the last
    year's tax; taxes are paid from elsewhere, so that `final` is before tax; `turnover` sums
    max(bought, sold) ÷ value.
    """

    final: Floats
    cash: Floats
    liquidation_tax: Floats
    turnover: Floats
    costs: Floats
    trades: Integers
    rebalances: Integers
    short: Floats
    long: Floats
    qualified: Floats
    ordinary: Floats
    disallowed: Floats
    tax: Floats
    carry_short: Floats
    carry_long: Floats
    values: Floats | None = None
    lots: tuple[tuple[LotTable, ...], ...] | None = None

    @property
    def after_tax(self) -> Floats:
        """Final value less the tax of all years."""
        return np.asarray(self.final - self.tax.sum(axis=2))

    @property
    def after_liquidation(self) -> Floats:
        """What would be left if everything were sold on the last day and its tax paid."""
        return np.asarray(self.after_tax - self.liquidation_tax)


def simulate_lots(
    market: LotMarket,
    rules: LotRules,
    accounts: Sequence[AccountTerms],
    *,
    with_values: bool = False,
    with_lots: bool = False,
) -> LotsResult:
    """Replay every rule in every account, each on its own.

    Refuses: targets that are negative or add up to more than one, looks of another number of
    sessions, bands of another number of instruments, lots without a price or bought later, cash
    below the reserve.
    """
    return _simulated(market, rules, accounts, None, with_values, with_lots)


def simulate_decisions(
    market: LotMarket,
    rules: LotRules,
    accounts: Sequence[AccountTerms],
    decide: Decide,
    *,
    with_values: bool = False,
    with_lots: bool = False,
) -> LotsResult:
    """The same with each decision left to the caller: rules only say when it is asked.

    `decide` is given rule, account and where they stand, and writes its trades there.
    """
    return _simulated(market, rules, accounts, decide, with_values, with_lots)


def _simulated(
    market: LotMarket,
    rules: LotRules,
    accounts: Sequence[AccountTerms],
    decide: Decide | None,
    with_values: bool,
    with_lots: bool,
) -> LotsResult:
    _check(market, rules)
    size, n = (len(rules), len(accounts)), len(market.instruments)
    world = market.world._replace(looks=np.array(rules.looks, dtype=np.int64, order="C"))
    years = np.zeros((*size, len(market.years), YEARS))
    totals = np.zeros((*size, TOTALS))
    values = np.zeros((*size, len(market.days) if with_values else 0))
    terms = [TermRows.of(market, account) for account in accounts]
    rows = _rule_rows(rules, decide is not None)
    widths = np.array(np.broadcast_to(rules.width, (size[0], n)), dtype=np.float64, order="C")
    kept = []
    for b in range(size[0]):
        members = []
        for a, own in enumerate(terms):
            book = open_book(rows[b], own.row, own.table, own.given, years[b, a], totals[b, a], n)
            run = own.targets, widths[b], values[b, a]
            book, t = advance(world, book, *run, 0, False)
            while decide is not None and t < len(market.days):
                decide(b, a, Stop.at(world, book, t, market.days[t]))
                book, t = advance(world, book, *run, t, True)
            if with_lots:
                members.append(_lot_table(book.lots, book.spans))
        kept.append(tuple(members))
    return _result(
        years, totals, values if with_values else None, tuple(kept) if with_lots else None
    )


def _check(market: LotMarket, rules: LotRules) -> None:
    if len(rules.looks) and rules.looks.shape[1] != len(market.days):
        fact = f"cover {rules.looks.shape[1]} sessions"
        raise InputError("looks of the rules", fact, f"the market has {len(market.days)}")
    if rules.width.shape[1] not in (1, len(market.instruments)):
        fact = f"are for {rules.width.shape[1]} instruments"
        raise InputError("bands of the rules", fact, f"the market has {len(market.instruments)}")


def _result(
    years: Floats,
    totals: Floats,
    values: Floats | None,
    lots: tuple[tuple[LotTable, ...], ...] | None,
) -> LotsResult:
    return LotsResult(
        final=totals[..., FINAL].copy(),
        cash=totals[..., CASH].copy(),
        liquidation_tax=totals[..., LIQUIDATION].copy(),
        turnover=totals[..., TURNOVER].copy(),
        costs=totals[..., COSTS].copy(),
        trades=totals[..., TRADES].astype(np.int64),
        rebalances=totals[..., REBALANCES].astype(np.int64),
        short=years[..., SHORT].copy(),
        long=years[..., LONG].copy(),
        qualified=years[..., QUALIFIED].copy(),
        ordinary=years[..., ORDINARY].copy(),
        disallowed=years[..., DISALLOWED].copy(),
        tax=years[..., TAX].copy(),
        carry_short=years[..., SHORT_OUT].copy(),
        carry_long=years[..., LONG_OUT].copy(),
        values=values,
        lots=lots,
    )


def _rule_rows(rules: LotRules, asks: bool) -> Floats:
    """Rules as the kernel reads them."""
    columns = (rules.look, rules.catch_up, rules.on_breach)
    ways = rules.fraction, rules.kept, rules.loose_kept
    return np.array([*columns, *ways, np.full(len(rules), asks)], float).T.copy()


def _lot_table(lots: Floats, spans: Integers) -> LotTable:
    first, count = spans[FIRST].tolist(), spans[COUNT].tolist()
    at = np.concatenate([np.arange(a, a + c) for a, c in zip(first, count, strict=True)])
    size = lots.shape[1] // spans.shape[1]
    return LotTable(
        at // size,
        lots[LOT_UNITS, at],
        lots[BASIS, at],
        lots[ACQUIRED, at].astype(np.int64),
        lots[START, at].astype(np.int64),
        lots[SERVED, at] != 0.0,
    )
