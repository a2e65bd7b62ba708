"""Backtests from tables that can be checked on paper: lots, closes, and the orders of a script.

The script is a policy: on the days it names it wants exactly those units bought and sold.  Trading
costs nothing and every gain pays its own rate (35 % short, 15 % long) unless a test says otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import nan
from typing import Any, ClassVar

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, Ledger
from trimtab.cycle.requests import Observation
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.guards._base import Guard
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding
from trimtab.model.mandate import CashFlow, CostRules, Mandate, PlugInChoice, TradingRules
from trimtab.model.market import MarketHistory
from trimtab.model.proposals import Action, Proposal, ProposalStatus, ProposedBuy, ProposedSale
from trimtab.model.snapshots import Side
from trimtab.model.taxes import ReliefOrder, TaxProfile
from trimtab.plugins import configure
from trimtab.policies._aliases import resolve
from trimtab.policies._base import Policy
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime
from trimtab.testing.markets import market_of
from trimtab.testing.situations import StatedCurve, estimates_of
from trimtab.testing.tables import Row, rows
from trimtab.testing.worlds import World, world

D = Decimal
NO_COSTS = CostRules(half_spread=D(0), impact=D(0))
PLAIN = Mandate(
    (),
    costs=NO_COSTS,
    trading=TradingRules(minimum_trade=D(0), minimum_trade_fraction=D(0)),
    tax=TaxProfile(relief=ReliefOrder.SPECIFIC),
    approval_above=None,
)
ORDER_COLUMNS = ("on", "account", "side", "qty", "instrument", "lot")


@dataclass(frozen=True)
class Script:
    """Wants the orders of a table, each on its day."""

    orders: tuple[Row, ...]
    name: ClassVar[str] = "script"

    def propose(self, situation: Situation) -> Proposal:
        snapshot = situation.snapshot
        today = [row for row in self.orders if row.day("on") == snapshot.as_of]
        sales, buys = [], []
        for row in today:
            name, units = row.need("instrument"), row.number("qty") or D(0)
            amount = float(units * snapshot.unit_value(name))
            if Side(row.need("side")) is Side.SELL:
                lot = row.get("lot") or lot_of(situation, row)
                sales.append(ProposedSale(lot, amount))
            else:
                buys.append(ProposedBuy(row.need("account"), name, amount))
        if not today:
            return Proposal(Action.NONE, ProposalStatus.HELD, "the script says nothing", "policy")
        return Proposal(
            Action.FULL, ProposalStatus.SOLVED, "the script says so", "policy", tuple(sales),
            tuple(buys),
        )  # fmt: skip


def lot_of(situation: Situation, row: Row) -> str:
    """The first lot of what a row sells."""
    place = row.need("account"), row.need("instrument")
    return next(lot.id for lot in situation.snapshot.lots if (lot.account, lot.instrument) == place)


def script(orders: str) -> Script:
    return Script(rows(orders, ORDER_COLUMNS))


def policy_named(name: str, settings: Mapping[str, Any] | None = None) -> Policy:
    choice = resolve(PlugInChoice(name, settings or {}))
    policy: Policy = configure("policies", choice.name, choice.settings)
    return policy


def books_of(home: World, on: date) -> Books:
    ledger = Ledger(Books("USD"))
    for lot in home.snapshot.lots:
        ledger.apply(opening_lot(f"open {lot.id}", on, lot))
    for cash in home.snapshot.cash:
        entry_id = f"open cash of {cash.account}"
        ledger.apply(opening_cash(entry_id, on, cash.account, "USD", cash.amount))
    return ledger.books()


def stated_estimates(seen: Observation, mandate: Mandate) -> Estimates:
    return estimates_of(World(seen.snapshot, mandate))


def backtest(
    lots: str,
    closes: str | MarketHistory,
    events: str = "",
    *,
    orders: str = "",
    policy: Policy | str | None = None,
    targets: str = "",
    rules: str = "",
    accounts: str = "",
    trades: str = "",
    mandate: Mandate = PLAIN,
    regime: TaxRegime | None = None,
    guards: tuple[Guard, ...] = (),
    volume: float = nan,
    half_spread: float = nan,
    estimator: Callable[[Observation, Mandate], Estimates] = stated_estimates,
    **terms: Any,
) -> Backtest:
    """A backtest over all days of the closes; `terms` are settings of the backtest."""
    history = closes
    if isinstance(history, str):
        history = market_of(history, events, volume=volume, half_spread=half_spread)
    targets = targets or even_targets(history.instruments)
    terms = {"start": history.dates[0], "end": history.dates[-1], "review_sessions": 1} | terms
    home = world(
        lots, targets=targets, rules=rules, accounts=accounts, trades=trades, mandate=mandate,
        as_of=terms["start"],
    )  # fmt: skip
    household = home.snapshot.household
    if "fractional" not in accounts:
        whole = tuple(replace(account, fractional=False) for account in household.accounts)
        household = replace(household, accounts=whole)
    instruments = dict(home.snapshot.instruments)
    for name in history.instruments:
        if name not in instruments:
            named = world(f"instrument\n{name}", as_of=terms["start"])
            instruments |= named.snapshot.instruments
    start = Start(
        household,
        instruments,
        home.mandate,
        books_of(home, terms["start"]),
        home.snapshot.trades,
    )
    chosen = policy_named(policy) if isinstance(policy, str) else policy or script(orders)
    return Backtest(
        policy if isinstance(policy, str) else "script",
        chosen,
        start,
        MarketDays(history),
        regime or StatedCurve(),
        guards,
        estimator,
        BacktestSettings(**terms),
    )


def even_targets(instruments: tuple[str, ...]) -> str:
    """A target for each instrument, all of one weight."""
    weight = f"{100 // len(instruments)}%"
    return "target weight instruments\n" + "\n".join(
        f"{name.lower()} {weight} {name}" for name in instruments
    )


def run(*args: Any, **named: Any) -> BacktestRun:
    """The result of `backtest(…)`."""
    return backtest(*args, **named).run()


def flow(amount: str, due: str, account: str | None = None) -> CashFlow:
    """A deposit, or a withdrawal with a minus."""
    return CashFlow(D(amount.replace(",", "")), date.fromisoformat(due), account)


def cash(result: BacktestRun) -> dict[str, str]:
    """Cash by account, as a person writes it."""
    return {account: f"{amount:,.2f}" for account, amount in result.cash.items()}


def plain(number: Decimal) -> str:
    """A number without zeros at its end."""
    return f"{number.normalize():f}"


def lots(result: BacktestRun) -> list[str]:
    """Lots: account, units, instrument, basis, first day."""
    return [
        f"{lot.account} {plain(lot.quantity)} {lot.instrument} {lot.basis} {lot.starts}"
        for lot in result.lots
    ]


def filled(result: BacktestRun) -> list[str]:
    """Fills: day, side, units, instrument, price."""
    return [
        f"{fill.on} {fill.side} {plain(fill.quantity)} {fill.instrument} @ {fill.price:f}"
        for fill in result.fills
    ]


def said(result: BacktestRun, code: str) -> list[str]:
    """The findings of a code, in words."""
    return [str(finding) for finding in found(result, code)]


def found(result: BacktestRun, code: str) -> list[Finding]:
    return [finding for finding in result.findings if finding.code == code]


def values(result: BacktestRun) -> list[float]:
    return [round(value, 2) for value in result.daily.value.tolist()]


def entries(test: Backtest, kind: EntryKind) -> list[Entry]:
    """What was booked of a kind, after the run."""
    if not test.done:
        test.run()
    return [entry for entry in test.holdings.entries if entry.kind is kind]


def with_tax(mandate: Mandate, **profile: Any) -> Mandate:
    """The mandate with other facts of the household's tax."""
    return replace(mandate, tax=replace(mandate.tax, **profile))
