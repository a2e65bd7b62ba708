"""Options that the backtest commands share: the days, the opening, fills, costs and taxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from trimtab.app.commands.options import read_amount_option, read_day_option
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.backtesting.question import Stage
    from trimtab.app.household import LoadedHousehold
    from trimtab.drivers.backtest.settings import BacktestSettings

__all__ = ["Terms", "backtest_options", "stage_of", "terms_given"]

Command = TypeVar("Command", bound=Callable[..., Any])
Reader = Callable[[click.Context, click.Parameter, Any], Any]
PERCENT = 0.01
KEPT = "trimtab.backtest_terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the options say, before the household is known.

    Unit: `cash_rate`, `fee` and `participation` percent, as a person writes them.
    """

    start: date | None
    end: date | None
    start_from: str
    value: Decimal | None
    fill: str
    dividends: str
    taxes: str
    review: int
    commission_per_share: Decimal
    commission_minimum: Decimal
    participation: float | None
    cash_rate: float
    fee: float
    settlement: int
    workers: int | None
    output: Path


def backtest_options(command: Command) -> Command:
    """Add the shared options; the command reads them with `terms_given`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def terms_given() -> Terms:
    """What the options of the running command say."""
    kept = click.get_current_context().meta[KEPT]
    return Terms(*(kept[name] for name in Terms.__slots__))


def _kept(read: Reader | None = None) -> Reader:
    """Put an option's value aside for `terms_given`, read first where it needs reading."""

    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        given = value if read is None else read(ctx, param, value)
        ctx.meta.setdefault(KEPT, {})[param.name] = given
        return given

    return keep


def _read_value(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """An amount above zero: nobody can begin with nothing."""
    amount = read_amount_option(ctx, param, value)
    if amount == 0:
        raise click.BadParameter("0 leaves nothing to begin with; give more.", ctx, param)
    return amount


_OPTIONS = (
    click.option(
        "--from", "start", metavar="DAY", callback=_kept(read_day_option),
        help="The first day, as 2014-01-02; where left out, ten years before the last, or the "
        "first day with prices of every target.",
        expose_value=False,
    ),
    click.option(
        "--to", "end", metavar="DAY", callback=_kept(read_day_option),
        help="The last day; the mandate's as_of or today where left out.",
        expose_value=False,
    ),
    click.option(
        "--start-from", type=click.Choice(["targets", "own"]), default="targets",
        show_default=True,
        help="What is held on the first day: the targets, or what you held yourself, with your own "
        "deposits and withdrawals since.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--value", metavar="AMOUNT", callback=_kept(_read_value), default=None,
        help="What the household is worth on the first day; as much as today where left out.",
        expose_value=False,
    ),
    click.option(
        "--fill", type=click.Choice(["close", "next_open", "next_close", "next_vwap"]),
        default="close", show_default=True,
        help="When an order is filled: at the close that it was decided on, or in the next "
        "session.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--dividends", type=click.Choice(["cash", "reinvest"]), default="cash", show_default=True,
        help="Keep dividends as cash, or buy more of the same with them.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--taxes", type=click.Choice(["portfolio", "outside"]), default="portfolio",
        show_default=True,
        help="Where money for taxes comes from: the accounts, which sell for it, or elsewhere.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--review", type=click.IntRange(1), default=21, show_default=True, metavar="SESSIONS",
        help="How often a policy that weighs cost against drift is asked.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--commission-per-share", metavar="AMOUNT", callback=_kept(read_amount_option), default="0",
        help="Commission on every share, beside the account's own per order.",
        expose_value=False,
    ),
    click.option(
        "--commission-minimum", metavar="AMOUNT", callback=_kept(read_amount_option), default="0",
        help="The least commission of an order that pays by the share.",
        expose_value=False,
    ),
    click.option(
        "--participation", type=click.FloatRange(0.0, 100.0, min_open=True), metavar="PERCENT",
        help="The most of a session's volume that an order may be filled with; no limit where "
        "left out.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--cash-rate", type=click.FloatRange(0.0, 50.0), default=0.0, metavar="PERCENT",
        help="Interest on cash, percent a year.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--fee", type=click.FloatRange(0.0, 20.0), default=0.0, metavar="PERCENT",
        help="An adviser's fee, percent of value a year, taken quarterly.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--settlement", type=click.IntRange(0, 10), default=1, show_default=True,
        metavar="SESSIONS", help="Sessions until what was sold can be paid out.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--workers", type=click.IntRange(1), default=None, metavar="COUNT",
        help="Processes to use; as many as there are cores where left out.",
        expose_value=False, callback=_kept(),
    ),
    click.option(
        "--out", "output", type=click.Path(path_type=Path), default=Path("trimtab-out"),
        metavar="DIR", show_default=True, help="Where the page, JSON and Parquet go.",
        expose_value=False, callback=_kept(),
    ),
)  # fmt: skip


def settings_of(terms: Terms, loaded: LoadedHousehold) -> BacktestSettings:
    """The driver's settings that the options ask for.

    Refuses: what makes no sense together.
    """
    from trimtab.app.backtesting.opening import StartFrom
    from trimtab.app.backtesting.period import period_of
    from trimtab.drivers.backtest.settings import (
        BacktestSettings,
        Dividends,
        FillTiming,
        TaxesPaid,
    )

    period = period_of(loaded, terms.start, terms.end, StartFrom(terms.start_from))
    limit = terms.participation
    try:
        return BacktestSettings(
            start=period.start,
            end=period.end,
            fill=FillTiming(terms.fill),
            dividends=Dividends(terms.dividends),
            commission_per_share=terms.commission_per_share,
            commission_minimum=terms.commission_minimum,
            participation_max=None if limit is None else limit * PERCENT,
            settlement_sessions=terms.settlement,
            cash_rate=terms.cash_rate * PERCENT,
            advisory_fee=terms.fee * PERCENT,
            taxes_paid=TaxesPaid(terms.taxes),
            review_sessions=terms.review,
        )
    except ValueError as error:
        raise InputError("backtest", str(error)) from None


def stage_of(terms: Terms, loaded: LoadedHousehold) -> Stage:
    """The market and the household, ready for policies to run on."""
    from trimtab.app.backtesting.api import stage_for

    return stage_for(
        loaded,
        start_from=terms.start_from,
        value=terms.value,
        settings=settings_of(terms, loaded),
    )
