"""Where a backtest begins: the household's rules, holdings and latest trades, and its dated flows.

Errors: `InputErrors` for what no first day can be begun with, such as holdings without a price.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from trimtab.books.ledger import Books
from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError, InputErrors, nearest
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.snapshots import TradeRecord

__all__ = ["Start", "dated_flows", "refuse_unusable"]

NAMES_MAX = 8


@dataclass(frozen=True, slots=True)
class Start:
    """The household on the first day: what it holds, what it traded lately, and its rules."""

    household: Household
    instruments: Mapping[str, Instrument]
    mandate: Mandate
    books: Books
    trades: tuple[TradeRecord, ...] = ()


def refuse_unusable(
    start: Start, market: MarketDays, settings: BacktestSettings, first: int
) -> None:
    """Check that the first day can be begun with: prices, days, currencies, accounts of flows.

    Refuses: what it cannot be begun with, all of it at once.
    """
    errors = [
        *_unpriced(start, market, first),
        *_bought_later(start, market.dates[first]),
        *_foreign(start),
        *_unknown_accounts(start, settings),
        *_nothing_to_buy(start, market, first),
    ]
    if errors:
        raise InputErrors(errors)


def _unpriced(start: Start, market: MarketDays, first: int) -> Iterator[InputError]:
    day = market.dates[first]
    for name in sorted({lot.instrument for lot in start.books.lots.values()}):
        column = market.column.get(name)
        if column is None or market.age[first, column] == NEVER:
            yield InputError(
                f"instrument {name!r}",
                f"it is held and has no price on or before {day}",
                "a backtest values every holding from its first day on",
                "give prices for it, or start later with --from",
            )


def _bought_later(start: Start, day: date) -> Iterator[InputError]:
    for lot in start.books.lots.values():
        if lot.acquired is not None and lot.acquired > day:
            yield InputError(
                f"lot {lot.id!r}",
                f"it was bought on {lot.acquired}, after the first day {day}",
                "the household begins with what it held by then",
                "leave it out, or start later with --from",
            )


def _foreign(start: Start) -> Iterator[InputError]:
    base = start.household.base_currency
    for account in start.household.accounts:
        if account.currency != base:
            yield InputError(
                f"account {account.id!r}",
                f"is kept in {account.currency}",
                f"backtests keep every account in the household's {base}",
                "leave it out, or restate it",
            )


def _unknown_accounts(start: Start, settings: BacktestSettings) -> Iterator[InputError]:
    known = [account.id for account in start.household.accounts]
    for flow in (*start.mandate.flows, *settings.flows):
        if flow.account is not None and flow.account not in known:
            yield InputError(
                f"flow of {flow.amount:,.2f} on {flow.due}",
                f"names the account {flow.account!r}, which the household does not have",
                remedy=nearest(flow.account, known),
            )


def _nothing_to_buy(start: Start, market: MarketDays, first: int) -> Iterator[InputError]:
    names = [name for target in start.mandate.targets for name in target.instruments]
    if names and not any(name in market.column for name in names):
        yield InputError(
            "targets",
            f"none of {', '.join(names[:NAMES_MAX])} has a price between {market.dates[first]} "
            f"and {market.dates[-1]}",
            "a backtest needs at least one",
            "give prices for them",
        )


def dated_flows(mandate: Mandate, settings: BacktestSettings) -> list[CashFlow]:
    """All flows with their days, the earliest first; one of the mandate without a day is due at
    the start."""
    first = settings.start
    flows = [flow for flow in (*mandate.flows, *settings.flows) if (flow.due or first) >= first]
    return sorted(flows, key=lambda flow: flow.due or first)
