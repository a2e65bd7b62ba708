"""The sections of `mandate.toml` on taxes, costs, limits, and who proposes and checks."""

from decimal import Decimal

from trimtab.app.mandate_file.keys import (
    Form,
    Key,
    Kind,
    Section,
    amount_key,
    choice_key,
    fraction_key,
)
from trimtab.model.mandate import (
    CostRules,
    HarvestRules,
    Limits,
    RiskRules,
    TradingRules,
    WithoutHistory,
)
from trimtab.model.taxes import FilingStatus, ReliefOrder, TaxProfile
from trimtab.model.wash_readings import HoldingReading, WashSaleReading

__all__ = [
    "COSTS",
    "FEED",
    "GUARDS",
    "HARVEST",
    "LIMITS",
    "MODELS",
    "POLICY",
    "RISK",
    "TAX",
    "TRADING",
    "WASH_SALES",
]

READING = WashSaleReading()

TAX = Section(
    "tax",
    "What your tax depends on. Give the income (the brackets are built in) or the rates.",
    (
        Key("regime", Kind.WORD, "whose rules: us_federal, flat or none", TaxProfile().regime),
        Key(
            "year",
            Kind.WHOLE,
            "tax year; that of the day where left out",
            minimum=Decimal(1990),
            maximum=Decimal(2100),
            example="2026",
        ),
        choice_key("filing_status", "how you file", FilingStatus, TaxProfile().filing_status.value),
        Key(
            "ordinary_income",
            Kind.AMOUNT,
            "taxable income without capital gains, after deductions; negative where they exceed it",
            example="180000",
        ),
        amount_key(
            "qualified_dividends",
            "the part of ordinary_income that is qualified dividends, taxed like long-term gains",
            TaxProfile().qualified_dividends,
        ),
        Key(
            "modified_agi",
            Kind.AMOUNT,
            "modified adjusted gross income, without capital gains, for the 3.8 % tax",
            example="210000",
        ),
        fraction_key(
            "short_rate", "federal rate on short-term gains, instead of brackets", example="0.32"
        ),
        fraction_key(
            "long_rate", "federal rate on long-term gains, instead of brackets", example="0.15"
        ),
        fraction_key("state_rate", "your state's rate on gains", TaxProfile().state_rate),
        fraction_key(
            "state_long_rate", "its rate on long-term gains, where it differs", example="0.05"
        ),
        amount_key(
            "net_investment_income",
            "interest, dividends and rents of the year, for the 3.8 % tax",
            TaxProfile().net_investment_income,
        ),
        Key("realized_short", Kind.AMOUNT, "net short-term gain so far this year", Decimal(0)),
        Key("realized_long", Kind.AMOUNT, "net long-term gain so far this year", Decimal(0)),
        Key(
            "realized_until",
            Kind.DAY,
            "day up to which they count every sale; later sales of trades.csv are added",
            example="2026-03-31",
        ),
        amount_key("carry_short", "short-term loss carried over, as a positive amount", Decimal(0)),
        amount_key("carry_long", "long-term loss carried over, as a positive amount", Decimal(0)),
        fraction_key(
            "carry_value",
            "worth of a loss that must wait for later years, as a share of what it would save",
            TaxProfile().carry_value,
        ),
        choice_key("relief", "which lots are sold first", ReliefOrder, TaxProfile().relief.value),
    ),
)

WASH_SALES = Section(
    "wash_sales",
    "What counts as substantially identical (26 USC 1091). The law gives no list: these are your\n"
    "own judgements, and your adviser's. So are the last five keys, where the law is unsettled.",
    (
        Key(
            "groups",
            Kind.GROUPS,
            "each list holds instruments that are the same thing",
            example='[["VTI", "ITOT"]]',
        ),
        Key(
            "substitutes",
            Kind.LISTS,
            "what may stand in for an instrument without being the same",
            example='{ VTI = ["SCHX"] }',
        ),
        choice_key(
            "holding",
            "how the days held pass to what replaces it",
            HoldingReading,
            READING.holding.value,
        ),
        Key(
            "earlier_lots",
            Kind.FLAG,
            "whether shares bought before the sold lot replace it",
            READING.lots_acquired_earlier,
        ),
        Key(
            "sold_earlier",
            Kind.FLAG,
            "whether shares that were gone before the loss replace it",
            READING.lots_sold_earlier,
        ),
        Key(
            "sold_same_day",
            Kind.FLAG,
            "whether shares sold on the day of the loss replace it",
            READING.lots_sold_same_day,
        ),
        Key(
            "workplace",
            Kind.FLAG,
            "whether purchases in a 401(k), HSA or 529 count like those in an IRA",
            READING.workplace_counts,
        ),
    ),
)

HARVEST = Section(
    "harvest",
    "When a loss is worth taking for its tax value; both tests must hold.",
    (
        Key("enabled", Kind.FLAG, "whether losses are harvested", HarvestRules().enabled),
        amount_key("minimum_loss", "dollars a lot", HarvestRules().minimum_loss),
        fraction_key(
            "minimum_loss_fraction", "share of the basis", HarvestRules().minimum_loss_fraction
        ),
        Key(
            "days_held_min",
            Kind.WHOLE,
            "days since the purchase",
            HarvestRules().days_held_min,
            minimum=Decimal(0),
            maximum=Decimal(3650),
        ),
        Key(
            "rising_towards_year_end",
            Kind.FLAG,
            "ask more of a loss from October on",
            HarvestRules().rising_towards_year_end,
        ),
    ),
)

TRADING = Section(
    "trading",
    "What a single trade must satisfy.",
    (
        amount_key("minimum_trade", "dollars", TradingRules().minimum_trade),
        fraction_key(
            "minimum_trade_fraction",
            "share of the household's value; the larger applies",
            TradingRules().minimum_trade_fraction,
        ),
        Key(
            "approval_above",
            Kind.AMOUNT_OR_NEVER,
            'plans that trade more than this wait for your yes; "never" lets all pass',
            Decimal(0),
            minimum=Decimal(0),
        ),
    ),
)

COSTS = Section(
    "costs",
    "What trading is assumed to cost where no data says better.",
    (
        fraction_key("half_spread", "share of the price", CostRules().half_spread),
        Key(
            "impact",
            Kind.NUMBER,
            "square-root law: a day's whole volume costs this × daily volatility",
            CostRules().impact,
            minimum=Decimal(0),
            maximum=Decimal(10),
        ),
        Key(
            "daily_volume",
            Kind.AMOUNT,
            "dollars traded a day, where unknown",
            CostRules().daily_volume,
            above=Decimal(0),
        ),
        Key(
            "drift_aversion",
            Kind.NUMBER,
            "how much drift is worth avoiding: a larger number trades more",
            CostRules().drift_aversion,
            minimum=Decimal(0),
            maximum=Decimal(10_000),
        ),
    ),
)

RISK = Section(
    "risk",
    "How risk is estimated; it rests on past prices where there are some.",
    (
        choice_key(
            "without_history",
            "of fewer than 61 closes: assume lets long-run figures stand in, refuse plans nothing",
            WithoutHistory,
            RiskRules().without_history.value,
        ),
    ),
)

LIMITS = Section(
    "limits",
    "Limits of one run; no limit where left out.",
    (
        fraction_key(
            "turnover_max", "larger of bought and sold, as a share of everything", example="0.2"
        ),
        amount_key("tax_budget", "dollars of tax on gains in the year", example="5000"),
        Key(
            "price_age_days_max",
            Kind.WHOLE,
            "calendar days after which a price is too old",
            Limits().price_age_days_max,
            minimum=Decimal(0),
            maximum=Decimal(3650),
        ),
    ),
)

POLICY = Section(
    "policy",
    "The rule that proposes trades; `trimtab policies` lists them with their settings.",
    (Key("name", Kind.WORD, "which policy", "no_trade_zone"),),
    open=True,
)

GUARDS = Section(
    "guards",
    "Checks on a finished plan, with settings of your own; `trimtab policies --guards` lists them.",
    (),
    Form.NAMED,
    open=True,
)

MODELS = Section(
    "models",
    "Learned models; `trimtab models retrain --due` trains those anew that are due, and proposes.",
    (
        Key(
            "retrain_after_days",
            Kind.WHOLE,
            "age of what a model learned at which it is due; as its card says where left out",
            minimum=Decimal(1),
            maximum=Decimal(3650),
            example="90",
        ),
    ),
)

FEED = Section(
    "feed",
    "Where prices come from: files (prices.csv beside this file), yahoo, or skfolio_sample.",
    (Key("kind", Kind.WORD, "which feed", "files"),),
    open=True,
)
