"""Where a backtest begins: the household's rules, holdings and latest trades, and its dated flows.

Errors: `InputErrors` for holdings that the market history has no price for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trimtab.books.ledger import Books
from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.snapshots import TradeRecord

__all__ = ["Start", "dated_flows", "refuse_unusable"]


@dataclass(frozen=True, slots=True)
class Start:
    """The household on the first day: what it holds, what it traded lately, and its rules."""

    household: Household
    instruments: Mapping[str, Instrument]
    mandate: Mandate
    books: Books
    trades: tuple[TradeRecord, ...] = ()


def refuse_unusable(start: Start, market: MarketDays, first: int) -> None:
    """Check that everything held has a price on the first day, and every account one currency.

    Refuses: what has none, all of it at once.
    """
    day = market.dates[first]
    held = sorted({lot.instrument for lot in start.books.lots.values()})
    errors = []
    for name in held:
        column = market.column.get(name)
        if column is None or market.age[first, column] == NEVER:
            errors.append(
                InputError(
                    f"instrument {name!r}",
                    f"it is held and has no price on or before {day}",
                    "a backtest values every holding from its first day on",
                    "give prices for it, or start later with --from",
                )
            )
    base = start.household.base_currency
    for account in start.household.accounts:
        if account.currency != base:
            errors.append(
                InputError(
                    f"account {account.id!r}",
                    f"is kept in {account.currency}",
                    f"backtests keep every account in the household's {base}",
                    "leave it out, or restate it",
                )
            )
    names = [name for target in start.mandate.targets for name in target.instruments]
    if start.mandate.targets and not any(name in market.column for name in names):
        errors.append(
            InputError(
                "targets",
                f"none of {', '.join(names[:8])} has a price between {day} and {market.dates[-1]}",
                "a backtest needs at least one",
                "give prices for them",
            )
        )
    if errors:
        raise InputErrors(errors)


def dated_flows(mandate: Mandate, settings: BacktestSettings, first: date) -> list[CashFlow]:
    """All flows with their days, the earliest first; one of the mandate without a day is due at
    the start."""
    flows = [flow for flow in mandate.flows if flow.due is None or flow.due >= first]
    flows += [flow for flow in settings.flows if flow.due is None or flow.due >= first]
    return sorted(flows, key=lambda flow: flow.due or first)
