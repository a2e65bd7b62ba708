"""The sections of `mandate.toml` on who owns what, and what is wanted."""

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
from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import InstrumentKind
from trimtab.model.mandate import Band, CashRules, RestrictionKind, Split

__all__ = [
    "ACCOUNTS",
    "BANDS",
    "CASH",
    "FLOWS",
    "HOUSEHOLD",
    "INSTRUMENTS",
    "LIABILITIES",
    "RESTRICTIONS",
    "TARGETS",
]

HOUSEHOLD = Section(
    "household",
    "Who is judged together for tax.",
    (
        Key("name", Kind.TEXT, "shown on screens", "", example='"The Rivera household"'),
        Key("base_currency", Kind.CURRENCY, "all totals are in this currency", "USD"),
        Key(
            "not_loaded",
            Kind.WORDS,
            "accounts you have but do not list here; every wash-sale answer names them",
            example='["spouse\'s 401(k)"]',
        ),
        Key(
            "as_of",
            Kind.DAY,
            "the day these files describe; leave it out for today",
            example="2026-03-31",
        ),
    ),
)

ACCOUNTS = Section(
    "accounts",
    "One block for each account.",
    (
        Key("id", Kind.WORD, "the name used in lots.csv", required=True, example='"joint"'),
        Key("name", Kind.TEXT, "shown on screens", "", example='"Joint brokerage"'),
        Key("owner", Kind.TEXT, "whose it is; join several with +", "self", example='"Ana+Ben"'),
        choice_key("wrapper", "how the law treats it", Wrapper, "taxable"),
        Key("currency", Kind.CURRENCY, "currency of its cash; the household's where left out"),
        Key("fractional", Kind.FLAG, "whether it can hold parts of a share", default=False),
        amount_key("commission", "dollars an order", Decimal(0)),
        Key(
            "can_hold",
            Kind.WORDS,
            "all it can hold, as in an employer's plan; anything where left out",
            example='["VTI", "BND"]',
        ),
    ),
    Form.LIST,
    required=True,
)

TARGETS = Section(
    "targets",
    "What you want to hold, one block for each class. Weights are shares of the whole household;\n"
    "with the weight of cash they sum to one.",
    (
        Key("name", Kind.WORD, "trades cite it", required=True, example='"us stocks"'),
        Key(
            "weight",
            Kind.FRACTION,
            'wanted share of everything, as 0.6 or "60 %"',
            required=True,
            minimum=Decimal(0),
            maximum=Decimal(1),
            example="0.6",
        ),
        Key(
            "instruments",
            Kind.WORDS,
            "what it is held in, the first preferred",
            required=True,
            example='["VTI", "ITOT"]',
        ),
        Key(
            "band",
            Kind.BAND,
            "tolerated distance; [bands] where left out",
            example="{ absolute = 0.05, relative = 0.25 }",
        ),
        choice_key(
            "split",
            "all in the first, the same in each (equal), or in today's proportions (held)",
            Split,
            Split.FIRST.value,
        ),
    ),
    Form.LIST,
    required=True,
)

BANDS = Section(
    "bands",
    "How far a target may drift before anything happens; the smaller of the two that are given.\n"
    "The usual 5/25 rule: five points, or a quarter of the target (Swedroe).",
    (
        fraction_key("absolute", "share of the whole household", Band().absolute),
        Key(
            "relative",
            Kind.FRACTION,
            "share of the target itself",
            Band().relative,
            minimum=Decimal(0),
            maximum=Decimal(10),
        ),
    ),
)

CASH = Section(
    "cash",
    "Cash that you want, and cash that must stay.",
    (
        fraction_key("weight", "wanted share of everything", Decimal(0)),
        amount_key("reserve", "for the household as a whole", CashRules().reserve),
        Key(
            "account_reserve",
            Kind.AMOUNTS,
            "account by account",
            minimum=Decimal(0),
            example="{ joint = 2000 }",
        ),
    ),
)

FLOWS = Section(
    "flows",
    "Money that you know will come, or that you will need.",
    (
        Key(
            "amount",
            Kind.AMOUNT,
            "positive comes in, negative is needed",
            required=True,
            example="-20000",
        ),
        Key("due", Kind.DAY, "by when", example="2026-06-30"),
        Key("account", Kind.WORD, "into or out of which account; any where left out"),
        Key("name", Kind.WORD, "trades cite it", example='"roof repair"'),
    ),
    Form.LIST,
)

LIABILITIES = Section(
    "liabilities",
    "What you owe. It counts in your net worth and in nothing else: no plan looks at it.",
    (
        Key("name", Kind.WORD, "shown on screens", required=True, example='"mortgage"'),
        Key(
            "amount",
            Kind.AMOUNT,
            "owed today, positive",
            required=True,
            minimum=Decimal(0),
            example="240000",
        ),
        Key("due", Kind.DAY, "when the last of it is paid back", example="2041-06-30"),
        fraction_key("rate", "interest a year", example="0.0325"),
    ),
    Form.LIST,
)

RESTRICTIONS = Section(
    "restrictions",
    "What you rule out or demand.",
    (
        Key("name", Kind.WORD, "trades and refusals cite it", example='"no employer stock"'),
        Key(
            "kind",
            Kind.CHOICE,
            "what it does",
            required=True,
            choices=tuple(kind.value for kind in RestrictionKind),
        ),
        Key("instruments", Kind.WORDS, "which instruments", example='["ACME"]'),
        Key("tags", Kind.WORDS, "or which tags", example='["tobacco"]'),
        Key("accounts", Kind.WORDS, "in which accounts; all where left out"),
        fraction_key("minimum", "least share of the household, for hold_range", example="0.02"),
        fraction_key("maximum", "largest share of the household, for hold_range"),
        Key("reason", Kind.TEXT, "shown where it matters", ""),
    ),
    Form.LIST,
)

INSTRUMENTS = Section(
    "instruments",
    "What you hold or want to hold. Instruments named in a target need no block of their own;\n"
    "others that appear in lots.csv do, so that a misspelt one is noticed.",
    (
        Key("name", Kind.TEXT, "shown on screens", ""),
        choice_key("kind", "what it is", InstrumentKind, "stock"),
        Key("currency", Kind.CURRENCY, "currency of its price; the household's where left out"),
        Key(
            "quantity_step",
            Kind.NUMBER,
            "smallest quantity traded; 1 is whole shares",
            Decimal(1),
            above=Decimal(0),
        ),
        Key("tags", Kind.WORDS, "for screens by tag", example='["employer"]'),
        Key(
            "identical_group",
            Kind.WORD,
            "instruments of one group are the same thing for wash sales",
            example='"s&p 500"',
        ),
        fraction_key("half_spread", "share of the price; [costs] where left out", example="0.0002"),
        fraction_key("dividend_yield", "dividends a year, as a share of the price", Decimal(0)),
        fraction_key("qualified_fraction", "share of the dividends that is qualified", Decimal(1)),
    ),
    Form.NAMED,
)
