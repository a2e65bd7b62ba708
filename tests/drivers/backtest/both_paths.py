"""One world for both paths: the exact backtest and the simulator with lots, and how far apart they
come out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import numpy as np

from trimtab.books.ledger import Books
from trimtab.cycle.requests import Observation
from trimtab.cycle.situate import instruments_of
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.settings import BacktestSettings, Dividends, TaxesPaid
from trimtab.drivers.backtest.start import Start
from trimtab.model.accounts import Account, Household, Wrapper
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.mandate import CashRules, CostRules, HarvestRules, Mandate, Target, TradingRules
from trimtab.model.market import MarketHistory
from trimtab.model.taxes import FilingStatus, TaxProfile
from trimtab.policies._as_lot_rule import lot_rule
from trimtab.policies._asked_of_lots import Review, simulate_asked
from trimtab.policies._base import Policy
from trimtab.policies.cost_aware import CostAware
from trimtab.quant.simulate.lot_market import lot_market
from trimtab.quant.simulate.lots_run import (
    AccountTerms,
    GivenLot,
    HarvestTest,
    LotsResult,
    simulate_lots,
)
from trimtab.taxes.flat import Flat
from trimtab.taxes.none import Untaxed
from trimtab.taxes.us_federal import UsFederal

RATES = TaxProfile(short_rate=Decimal("0.35"), long_rate=Decimal("0.15"))
BRACKETS = TaxProfile(
    year=2022,
    ordinary_income=Decimal(85_000),
    modified_agi=Decimal(95_000),
    filing_status=FilingStatus.JOINT,
    state_rate=Decimal("0.05"),
)
REGIMES = {"us_federal": UsFederal(), "flat": Flat(), "none": Untaxed()}
ACCOUNT = "main"


@dataclass(frozen=True)
class World:
    """A market, an account and its rules; `weights` and `lots` by instrument of the market."""

    history: MarketHistory
    weights: tuple[str, ...]
    wrapper: Wrapper = Wrapper.TAXABLE
    profile: TaxProfile = RATES
    regime: str = "us_federal"
    cash: Decimal = Decimal(1_000_000)
    reserve: Decimal = Decimal(0)
    reinvest: bool = False
    half_spread: float = 0.0006  # not the default, for which spreads by what is traded stand in
    qualified: Decimal = Decimal(1)
    lots: tuple[Lot, ...] = ()
    start: date | None = None
    harvest: HarvestRules = field(default_factory=HarvestRules)

    @property
    def first(self) -> date:
        """The first day that is simulated."""
        return self.start or self.history.dates[0]

    @property
    def mandate(self) -> Mandate:
        """The owner's rules, without anything that the fast path does not know."""
        names = self.history.instruments
        return Mandate(
            tuple(
                Target(name, Decimal(weight), (name,))
                for name, weight in zip(names, self.weights, strict=True)
            ),
            cash=CashRules(reserve=self.reserve),
            trading=TradingRules(Decimal(0), Decimal(0)),
            costs=CostRules(Decimal(repr(self.half_spread)), Decimal(0)),
            tax=replace(self.profile, regime=self.regime),
            harvest=self.harvest,
        )


def exact(world: World, policy: Policy) -> BacktestRun:
    """The backtest of books, cents and cycles."""
    account = Account(ACCOUNT, wrapper=world.wrapper, fractional=True)
    history = world.history
    blank = np.full(np.asarray(history.close).shape, np.nan)
    start = Start(
        Household("home", (account,)),
        {
            name: Instrument(
                name,
                half_spread=Decimal(repr(world.half_spread)),
                qualified_fraction=world.qualified,
            )
            for name in history.instruments
        },
        world.mandate,
        Books(
            lots={lot.id: lot for lot in world.lots},
            cash={(ACCOUNT, "USD"): world.cash},
        ),
    )
    settings = BacktestSettings(
        world.first,
        history.dates[-1],
        dividends=Dividends.REINVEST if world.reinvest else Dividends.CASH,
        taxes_paid=TaxesPaid.OUTSIDE,
        estimated_payments=False,
    )

    def estimator(seen: Observation, mandate: Mandate) -> Estimates:
        return estimated(world, instruments_of(seen.snapshot, mandate))

    days = MarketDays(replace(history, half_spread=blank))
    name = policy.name
    return Backtest(name, policy, start, days, REGIMES[world.regime], (), estimator, settings).run()


def estimated(world: World, names: tuple[str, ...]) -> Estimates:
    """What both paths hold risk and costs to be."""
    covariance = 0.03 * np.eye(len(names)) + 0.01
    return Estimates(names, covariance.tolist(), dict.fromkeys(names, world.half_spread))


def fast(world: World, policy: Policy) -> LotsResult:
    """The simulator's answer."""
    market = lot_market(
        world.history,
        world.first,
        half_spread=world.half_spread,
        qualified_fraction=float(world.qualified),
    )
    regime, is_taxed = REGIMES[world.regime], world.wrapper.is_taxable
    profile = world.mandate.tax
    profile = replace(profile, year=profile.year or world.first.year)
    rules, column = world.harvest, {name: k for k, name in enumerate(world.history.instruments)}
    terms = AccountTerms(
        [float(weight) for weight in world.weights],
        cash=float(world.cash),
        lots=tuple(
            GivenLot(
                column[lot.instrument], float(lot.quantity), float(lot.basis), lot.acquired,
                lot.holding_start,
            )
            for lot in world.lots
        ),
        reserve=float(world.reserve),
        tax=regime.table(profile, world.first.year) if is_taxed else None,
        reinvest=world.reinvest,
        harvest=HarvestTest(
            float(rules.minimum_loss), float(rules.minimum_loss_fraction), rules.days_held_min
        )
        if rules.enabled
        else None,
    )  # fmt: skip
    if isinstance(policy, CostAware):
        review = Review(world.mandate, lambda _, names: estimated(world, names))
        return simulate_asked(market, [policy], [terms], review, with_values=True, with_lots=True)
    rule = lot_rule(policy, market.days, world.mandate)
    return simulate_lots(market, rule, [terms], with_values=True, with_lots=True)


@dataclass(frozen=True)
class Gap:
    """How far apart the paths are.

    Unit: `value` the largest gap of a day as a fraction of value; `tax` the largest of a year and
    `lots` the largest in the basis of what was bought on one day and counts from one day, dollars.
    """

    value: float
    tax: float
    lots: float
    trades: int


def gap_between(world: World, policy: Policy) -> Gap:
    """Run both paths and hold them against each other."""
    books, arrays = exact(world, policy), fast(world, policy)
    values = books.daily.value
    taxes = [float(year.bill.tax) for year in books.tax_years]
    columns = arrays.tax[0, 0][: len(taxes)]
    return Gap(
        float(np.max(np.abs(values - arrays.values[0, 0]) / values)),
        float(np.max(np.abs(np.array(taxes) - columns), initial=0.0)),
        lots_apart(world.history.instruments, books.lots, arrays),
        len(books.fills),
    )


def lots_apart(instruments: Sequence[str], lots: Sequence[Lot], arrays: LotsResult) -> float:
    """The largest gap in basis, or in units at their basis, among lots of the same days."""
    table, sums = arrays.lots[0][0], defaultdict(lambda: np.zeros(4))
    for lot in lots:
        key = lot.instrument, lot.acquired.toordinal(), lot.starts.toordinal()
        sums[key][:2] += float(lot.quantity), float(lot.basis)
    for k, column in enumerate(table.instrument):
        key = instruments[column], int(table.acquired[k]), int(table.holding_start[k])
        sums[key][2:] += table.quantity[k], table.basis[k]
    return max(
        (
            max(abs(basis - other), abs(units - others) * max(basis, other) / max(units, others))
            for units, basis, others, other in sums.values()
        ),
        default=0.0,
    )
