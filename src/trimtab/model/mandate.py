"""The mandate: the owner's rules, each with the clause by which a trade or a refusal cites it.

Weights are exact fractions of one.  A field that is `None` sets no limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.choices import EstimateRules, PlugInChoice, Setting, TargetRules
from trimtab.model.money import ZERO
from trimtab.model.schedule import Schedule
from trimtab.model.taxes import TaxProfile
from trimtab.model.wash_readings import WashSaleReading

__all__ = [
    "Band",
    "CashFlow",
    "CashRules",
    "CostRules",
    "EstimateRules",
    "HarvestRules",
    "Liability",
    "Limits",
    "Mandate",
    "ModelRules",
    "PlugInChoice",
    "Restriction",
    "RestrictionKind",
    "RiskRules",
    "Setting",
    "Split",
    "Target",
    "TargetRules",
    "TradingRules",
    "WashSaleRules",
    "WithoutHistory",
]


@dataclass(frozen=True, slots=True)
class Band:
    """The tolerated distance from a target: the smaller of the limits that are set.

    Unit: `absolute` in fractions of the household's value, `relative` in fractions of the target.
    Source: 5/25, Swedroe; Daryanani (2008) for relative bands.
    """

    absolute: Decimal | None = Decimal("0.05")
    relative: Decimal | None = Decimal("0.25")

    def width(self, weight: Decimal) -> Decimal:
        """The tolerated distance for a target weight, in fractions of the household's value."""
        limits = [
            limit
            for limit in (
                self.absolute,
                None if self.relative is None else self.relative * weight,
            )
            if limit is not None
        ]
        return min(limits) if limits else Decimal(1)


class Split(StrEnum):
    """How a target's weight is meant among its instruments."""

    FIRST = "first"
    """All in the first; the others may stand in for it."""
    EQUAL = "equal"
    """The same weight in each."""
    HELD = "held"
    """In the proportions held today, all in the first where none is held."""


@dataclass(frozen=True, slots=True)
class Target:
    """A wanted weight, held in any of its instruments, the first being the preferred one."""

    name: str
    weight: Decimal
    instruments: tuple[str, ...]
    band: Band = Band()
    split: Split = Split.FIRST

    @property
    def clause(self) -> str:
        """The clause by which trades cite it."""
        return f"targets.{self.name}"


class RestrictionKind(StrEnum):
    """What a restriction forbids or demands."""

    DO_NOT_BUY = "do_not_buy"
    DO_NOT_SELL = "do_not_sell"
    NEVER_OWN = "never_own"
    HOLD_RANGE = "hold_range"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A rule on some instruments (by id or by tag), in some accounts or all.

    Unit: `minimum` and `maximum` in fractions of the household's value, for `hold_range`.
    """

    clause: str
    kind: RestrictionKind
    instruments: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CashRules:
    """Cash that must stay: `reserve` for the household, `account_reserve` account by account.

    Unit: base currency.
    """

    reserve: Decimal = ZERO
    account_reserve: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that comes (positive) or is needed (negative), by a date; `account` where fixed."""

    amount: Decimal
    due: date | None = None
    account: str | None = None
    clause: str = "flows"


@dataclass(frozen=True, slots=True)
class Liability:
    """What the household owes, for its net worth alone: no plan looks at it.

    Unit: `amount` base currency, positive, as owed today; `rate` a fraction a year.
    """

    name: str
    amount: Decimal
    due: date | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TradingRules:
    """What a single trade must satisfy.

    Unit: `minimum_trade` base currency, `minimum_trade_fraction` of the household's value; the
    larger applies.
    """

    minimum_trade: Decimal = Decimal(100)
    minimum_trade_fraction: Decimal = Decimal("0.0005")


@dataclass(frozen=True, slots=True)
class CostRules:
    """What trading is assumed to cost where no data says better.

    Unit: `half_spread` a fraction of price; `impact` the square-root law's coefficient: a trade of
    the whole daily volume costs `impact` × daily volatility.  `drift_aversion` is κ of the drift
    cost (κ/2)·V·TE²: dollars a year that a variance of one is worth, per dollar held.
    """

    half_spread: Decimal = Decimal("0.0005")
    impact: Decimal = Decimal("0.1")
    daily_volume: Decimal = Decimal(50_000_000)
    drift_aversion: Decimal = Decimal(15)


class WithoutHistory(StrEnum):
    """What becomes of an instrument with too few closes for an estimate of its risk."""

    REFUSE = "refuse"
    """No plan is made, and the instruments are named."""
    ASSUME = "assume"
    """Long-run figures of its class stand in, and every one of them is a finding: the default."""


@dataclass(frozen=True, slots=True)
class RiskRules:
    """How risk is estimated where data is short."""

    without_history: WithoutHistory = WithoutHistory.ASSUME


@dataclass(frozen=True, slots=True)
class HarvestRules:
    """When losses are taken for their tax value.

    Unit: `minimum_loss` base currency a lot, `minimum_loss_fraction` of its basis; both must hold.
    `days_held_min` days since purchase.  `rising_towards_year_end` asks more of each loss from
    October on, when there is less time left for the year's gains that it could offset.
    """

    enabled: bool = True
    minimum_loss: Decimal = Decimal(200)
    minimum_loss_fraction: Decimal = Decimal("0.05")
    days_held_min: int = 30
    rising_towards_year_end: bool = False


@dataclass(frozen=True, slots=True)
class WashSaleRules:
    """What counts as substantially identical, and how the law is read.

    `groups` lists instruments that are the same thing; `substitutes` lists, for an instrument, what
    may stand in for it without being the same; `reading` settles what the law leaves open.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reading: WashSaleReading = field(default_factory=WashSaleReading)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one cycle.

    Unit: `turnover_max` fraction of value, one-way; `tax_budget` dollars of tax a year on
    capital gains; `price_age_days_max` calendar days.
    """

    turnover_max: Decimal | None = None
    tax_budget: Decimal | None = None
    price_age_days_max: int = 5


@dataclass(frozen=True, slots=True)
class ModelRules:
    """When learned models are due for training again.

    Unit: `retrain_after_days` from the last day of what a model learned from; as its card says
    where it is `None`.
    """

    retrain_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """All of the owner's rules.  `guards` run in the order given."""

    targets: tuple[Target, ...]
    policy: PlugInChoice = field(default_factory=lambda: PlugInChoice("no_trade_zone"))
    restrictions: tuple[Restriction, ...] = ()
    cash: CashRules = CashRules()
    flows: tuple[CashFlow, ...] = ()
    trading: TradingRules = TradingRules()
    costs: CostRules = CostRules()
    risk: RiskRules = RiskRules()
    estimates: EstimateRules = field(default_factory=EstimateRules)
    target_source: TargetRules | None = None
    tax: TaxProfile = field(default_factory=TaxProfile)
    harvest: HarvestRules = HarvestRules()
    wash_sales: WashSaleRules = WashSaleRules()
    limits: Limits = Limits()
    guards: tuple[PlugInChoice, ...] = ()
    approval_above: Decimal | None = ZERO
    models: ModelRules = ModelRules()
    liabilities: tuple[Liability, ...] = ()
    schedule: Schedule = field(default_factory=Schedule)

    def members_of(self, target: Target) -> tuple[str, ...]:
        """What counts towards a target: its instruments, then what may stand in for one of them.

        A substitute that another target names belongs to that one.
        """
        named = {name for other in self.targets for name in other.instruments}
        stand_ins = (
            name
            for original in target.instruments
            for name in self.wash_sales.substitutes.get(original, ())
            if name not in named
        )
        return tuple(dict.fromkeys((*target.instruments, *stand_ins)))

    def target_of(self, instrument: str) -> Target | None:
        """The target that an instrument counts towards, if any; the first where several would."""
        for target in self.targets:
            if instrument in target.instruments:
                return target
        for target in self.targets:
            if instrument in self.members_of(target):
                return target
        return None
