"""A mandate file is read exactly, and every mistake in one is named with its line and remedy."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.folders import MANDATE
from trimtab.app.config import parse_mandate, read_mandate
from trimtab.app.mandate_file.sections import SECTIONS
from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.mandate import Band, PlugInChoice, RestrictionKind, Split
from trimtab.model.taxes import FilingStatus, ReliefOrder
from trimtab.model.wash_readings import HoldingReading, WashSaleReading

PLACE = Path("mandate.toml")

FULL = """\
[household]
name = "Ana and Ben"
base_currency = "USD"
not_loaded = ["Ben's 401(k)"]
as_of = 2022-10-11

[[accounts]]
id = "joint"
owner = "Ana+Ben"
wrapper = "taxable"
fractional = true
commission = 4.95

[[accounts]]
id = "plan"
wrapper = "workplace"
currency = "EUR"
can_hold = ["BND"]

[[targets]]
name = "stocks"
weight = "57.5 %"
instruments = ["VTI", "ITOT"]
band = { absolute = 0.03 }
split = "held"

[[targets]]
name = "bonds"
weight = 0.4
instruments = ["BND"]

[bands]
relative = 0.2

[cash]
weight = 0.025
reserve = 1_000
account_reserve = { joint = 250.5 }

[[flows]]
amount = -20000
due = 2022-11-01
account = "joint"
name = "roof"

[tax]
filing_status = "joint"
ordinary_income = 180000
qualified_dividends = 4000
realized_short = -1200.5
carry_long = 3000
relief = "hifo"

[wash_sales]
groups = [["VTI", "VTSAX"]]
substitutes = { VTI = ["SCHX"] }
holding = "begin_with_old"
earlier_lots = false
sold_earlier = true
sold_same_day = false
workplace = false

[trading]
approval_above = "never"

[[restrictions]]
kind = "never_own"
tags = ["employer"]
reason = "my salary depends on it"

[limits]
turnover_max = 0.2
price_age_days_max = 3

[policy]
name = "threshold"
calm = 0.5
levels = [1, 2.5, "x"]

[guards.turnover]
limit = 0.1

[feed]
kind = "files"
path = "closes.csv"

[instruments.ACME]
tags = ["employer"]
quantity_step = 0.001
dividend_yield = 0.013
"""


def test_deductions_may_exceed_the_income():
    text = FULL.replace("ordinary_income = 180000", "ordinary_income = -5000")
    assert parse_mandate(text, PLACE).mandate.tax.ordinary_income == -5000


def test_every_key_of_a_full_mandate_reaches_the_model():
    read = parse_mandate(FULL, PLACE)
    household, mandate = read.household, read.mandate
    assert household.not_loaded == ("Ben's 401(k)",)
    assert read.as_of == date(2022, 10, 11)
    joint, plan = household.accounts
    assert (joint.owner, joint.fractional, joint.commission) == ("Ana+Ben", True, Decimal("4.95"))
    assert (plan.wrapper, plan.currency) == (Wrapper.WORKPLACE, "EUR")
    stocks, bonds = mandate.targets
    assert stocks.weight == Decimal("0.575")
    assert stocks.band == Band(Decimal("0.03"), None)
    assert stocks.split is Split.HELD
    assert bonds.band == Band(None, Decimal("0.2"))
    assert mandate.cash.reserve == 1000
    assert mandate.cash.account_reserve == {"joint": Decimal("250.5")}
    (flow,) = mandate.flows
    assert (flow.amount, flow.due, flow.clause) == (-20000, date(2022, 11, 1), "flows.roof")
    assert mandate.tax.qualified_dividends == 4000
    assert mandate.tax.filing_status is FilingStatus.JOINT
    assert mandate.tax.realized.short == Decimal("-1200.5")
    assert mandate.tax.relief is ReliefOrder.HIFO
    assert mandate.wash_sales.substitutes == {"VTI": ("SCHX",)}
    assert mandate.wash_sales.reading == WashSaleReading(
        HoldingReading.BEGIN_WITH_OLD,
        lots_acquired_earlier=False,
        lots_sold_earlier=True,
        lots_sold_same_day=False,
        workplace_counts=False,
    )
    assert read.instruments["VTSAX"].wash_group == read.instruments["VTI"].wash_group == "VTI"
    assert mandate.approval_above is None
    assert mandate.limits.turnover_max == Decimal("0.2")
    assert mandate.policy == PlugInChoice(
        "threshold", {"calm": Decimal("0.5"), "levels": (1, Decimal("2.5"), "x")}
    )
    assert mandate.guards == (PlugInChoice("turnover", {"limit": Decimal("0.1")}),)
    assert read.feed == PlugInChoice("files", {"path": "closes.csv"})
    assert read.instruments["ACME"].quantity_step == Decimal("0.001")


def test_an_account_with_a_menu_may_not_buy_what_is_not_on_it():
    read = parse_mandate(FULL, PLACE)
    menu = next(r for r in read.mandate.restrictions if r.clause == "accounts.plan.can_hold")
    assert menu.kind is RestrictionKind.DO_NOT_BUY
    assert menu.accounts == ("plan",)
    assert "BND" not in menu.instruments
    assert {"VTI", "ITOT", "ACME"} <= set(menu.instruments)


def test_what_a_mandate_leaves_out_has_the_default_of_the_model():
    mandate = parse_mandate(MANDATE, PLACE).mandate
    assert mandate.policy.name == "cost_aware"
    assert mandate.targets[0].band == Band()
    assert mandate.approval_above == 0
    assert mandate.limits.price_age_days_max == 5


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MANDATE.encode())
    assert read_mandate(path).household.name == "Test household"


def edit(old: str, new: str) -> str:
    assert old in MANDATE, old
    return MANDATE.replace(old, new, 1)


# What is changed in a right mandate → its line, and words that the message must hold.
MISTAKES = {
    "a key with a typo": (
        edit('wrapper = "taxable"', 'wraper = "taxable"'),
        6,
        ["accounts.joint.wraper", "no such key", "Did you mean 'wrapper'?"],
    ),
    "a section with a typo": (
        MANDATE + "[harvst]\nenabled = true\n",
        25,
        ["harvst", "no such section", "Did you mean 'harvest'?"],
    ),
    "a key of another section": (
        MANDATE + "turnover_max = 0.1\n",
        25,
        ["tax.turnover_max", "It belongs under [limits]"],
    ),
    "a key outside every section": (
        "turnover_max = 0.1\n" + MANDATE,
        1,
        ["turnover_max", "outside every section", "[limits]"],
    ),
    "a weight in percent": (
        edit("weight = 0.6", "weight = 60"),
        14,
        ["targets.stocks.weight", "60 is too large", "at most 1", '60 % is written 0.6 or "60 %"'],
    ),
    "a weight below zero": (
        edit("weight = 0.6", "weight = -0.6"),
        14,
        ["targets.stocks.weight", "-0.6 is too small", "at least 0"],
    ),
    "a weight that is a word": (
        edit("weight = 0.6", 'weight = "most"'),
        14,
        ["targets.stocks.weight", "'most' is not a number", "Write it like 1234.56"],
    ),
    "a weight that is no number": (
        edit("weight = 0.6", "weight = nan"),
        14,
        ["targets.stocks.weight", "'NaN' is not a finite number"],
    ),
    "a weight without end": (
        edit("weight = 0.6", "weight = inf"),
        14,
        ["targets.stocks.weight", "not a finite number"],
    ),
    "weights that sum to less than one": (
        edit("weight = 0.4", "weight = 0.35"),
        19,
        ["0.6 + 0.35 = 0.95", "must sum to 1", "Set targets.bonds.weight to 0.4", "cash"],
    ),
    "weights that sum to more than one": (
        edit("weight = 0.4", "weight = 0.5"),
        19,
        ["0.6 + 0.5 = 1.1", "Set targets.bonds.weight to 0.4"],
    ),
    "a target without a weight": (
        edit("weight = 0.6\n", ""),
        12,
        ["targets.stocks.weight", "it is missing", "Add weight = 0.6"],
    ),
    "a target without an instrument": (
        edit('instruments = ["BND"]', "instruments = []"),
        20,
        ["targets.bonds.instruments", "it is empty"],
    ),
    "two targets of one name": (
        edit('name = "bonds"', 'name = "stocks"'),
        18,
        ["'stocks' is taken", "line 13 has it", "Choose another name"],
    ),
    "two accounts of one id": (
        edit('id = "ira"', 'id = "joint"'),
        9,
        ["'joint' is taken", "line 5 has it"],
    ),
    "an instrument in two targets": (
        edit('["BND"]', '["BND", "VTI"]'),
        20,
        ["'VTI' belongs to targets.stocks already", "Leave it in one target"],
    ),
    "an instrument twice in a target": (
        edit('["VTI", "ITOT"]', '["VTI", "VTI"]'),
        15,
        ["'VTI' is in it twice", "Leave it in once"],
    ),
    "cash as a target": (
        edit('["BND"]', '["CASH"]'),
        20,
        ["'CASH' is money", "Set [cash] weight"],
    ),
    "a target that may not be owned": (
        MANDATE + '[[restrictions]]\nkind = "never_own"\ninstruments = ["BND"]\n',
        20,
        ["no account can hold any of BND", "eligible instrument"],
    ),
    "a target that no account can hold": (
        edit('wrapper = "taxable"', 'can_hold = ["VTI"]').replace(
            'wrapper = "traditional"', 'can_hold = ["VTI"]'
        ),
        20,
        ["no account can hold any of BND"],
    ),
    "no accounts at all": (
        MANDATE.split("[[accounts]]")[0] + "[[targets]]" + MANDATE.split("[[targets]]", 1)[1],
        None,
        ["accounts: there is none", "Add a [[accounts]] block"],
    ),
    "no targets at all": (
        MANDATE.split("[[targets]]")[0] + '[tax]\nregime = "none"\n',
        None,
        ["targets: there is none"],
    ),
    "a list of tables written as a table": (
        MANDATE.split("[[accounts]]")[0]
        + '[accounts]\nid = "x"\n[[targets]]'
        + MANDATE.split("[[targets]]", 1)[1],
        4,
        ["accounts: it is not written as it must be", "[[accounts]]"],
    ),
    "a table written as a value": ("tax = 3\n" + MANDATE.split("[tax]")[0], 1, ["[tax]"]),
    "an unknown wrapper": (
        edit('"traditional"', '"tradtional"'),
        10,
        ["'tradtional' is none of its choices", "Did you mean 'traditional'?"],
    ),
    "a flag in quotes": (
        MANDATE + '[harvest]\nenabled = "yes"\n',
        26,
        ["harvest.enabled", "'yes' does not fit", "it must be true or false"],
    ),
    "an amount below zero": (
        MANDATE + "[cash]\nreserve = -1\n",
        26,
        ["cash.reserve", "-1 is too small", "at least 0"],
    ),
    "an amount in quotes": (
        MANDATE + '[cash]\nreserve = "1000"\n',
        26,
        ["cash.reserve", "'1000' does not fit", "it must be an amount"],
    ),
    "a whole number with a fraction": (
        MANDATE + "[limits]\nprice_age_days_max = 2.5\n",
        26,
        ["limits.price_age_days_max", "2.5 does not fit", "a whole number"],
    ),
    "a day in another order": (
        MANDATE + '[[flows]]\namount = -1\ndue = "03/04/2026"\n',
        27,
        ["'03/04/2026' is not a day", "year-month-day", "March or April"],
    ),
    "a flow of an unknown account": (
        MANDATE + '[[flows]]\namount = -1\naccount = "jiont"\n',
        27,
        ["there is no account 'jiont'", "Did you mean 'joint'?"],
    ),
    "a reserve of an unknown account": (
        MANDATE + "[cash]\naccount_reserve = { jiont = 5 }\n",
        26,
        ["there is no account 'jiont'", "Did you mean 'joint'?"],
    ),
    "a restriction on an unknown instrument": (
        MANDATE + '[[restrictions]]\nkind = "do_not_buy"\ninstruments = ["GE"]\n',
        27,
        ["there is no instrument 'GE'", "[instruments.GE]"],
    ),
    "a restriction on nothing": (
        MANDATE + '[[restrictions]]\nkind = "do_not_buy"\n',
        25,
        ["neither instruments nor tags"],
    ),
    "a range without bounds": (
        MANDATE + '[[restrictions]]\nkind = "hold_range"\ninstruments = ["VTI"]\n',
        25,
        ["hold_range without minimum and maximum"],
    ),
    "a range upside down": (
        MANDATE
        + '[[restrictions]]\nkind = "hold_range"\ninstruments = ["VTI"]\n'
        + "minimum = 0.3\nmaximum = 0.1\n",
        28,
        ["minimum 0.3 is above maximum 0.1", "Swap them"],
    ),
    "federal tax without income or rates": (
        edit("short_rate = 0.32\n", ""),
        22,
        ["neither ordinary_income nor both", 'regime = "none"'],
    ),
    "a group that is declared twice": (
        MANDATE + '[wash_sales]\ngroups = [["VTI", "A"], ["VTI", "B"]]\n',
        26,
        ["'VTI' is in two groups", "Join the groups"],
    ),
    "a substitute that is the same thing": (
        MANDATE + '[wash_sales]\ngroups = [["VTI", "ITOT"]]\nsubstitutes = { VTI = ["ITOT"] }\n',
        27,
        ["'ITOT' is substantially identical to 'VTI'", "must differ"],
    ),
    "a currency in small letters": (
        edit('name = "Test household"', 'base_currency = "usd"'),
        2,
        ["'usd' is no currency code", "Write 'USD'"],
    ),
    "a band with a typo": (
        edit("weight = 0.6\n", "weight = 0.6\nband = { absolut = 0.05 }\n"),
        15,
        ["targets.stocks.band.absolut", "Did you mean 'absolute'?"],
    ),
    "a text without quotes": (
        edit('wrapper = "taxable"', "wrapper = taxable"),
        6,
        ["the file breaks here", "Put the text after the equals sign in quotes"],
    ),
    "a quotation mark that is missing": (
        edit('wrapper = "taxable"', 'wrapper = "taxable'),
        6,
        ["the file breaks here", "A quotation mark is missing in this line"],
    ),
    "a file that was cut off": (
        MANDATE[:195],
        15,
        ["the file breaks here", "may have been cut off"],
    ),
    "a key that stands twice": (
        edit('wrapper = "taxable"', 'wrapper = "taxable"\nwrapper = "roth"'),
        7,
        ["the file breaks here", "overwrite a value"],
    ),
    "a number too large to keep": (
        edit("weight = 0.6", "weight = 1e30"),
        14,
        ["targets.stocks.weight", "too large", "24 digits"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_line_and_remedy(name: str):
    text, line, words = MISTAKES[name]
    with pytest.raises(InputErrors) as caught:
        parse_mandate(text, PLACE)
    message = str(caught.value)
    for word in words:
        assert word in message
    fitting = [error for error in caught.value.errors if words[0] in str(error)]
    assert [error.line for error in fitting] == [line]
    assert all(error.file == "mandate.toml" for error in caught.value.errors)


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines():
    text = edit("weight = 0.6", "weight = 60").replace('wrapper = "taxable"', "fractional = 1")
    text += '[harvest]\nenabled = "yes"\n[limts]\nx = 1\n'
    with pytest.raises(InputErrors) as caught:
        parse_mandate(text, PLACE)
    lines = [error.line for error in caught.value.errors]
    assert lines == [6, 14, 26, 27]


def test_another_encoding_is_refused_by_byte_and_offset(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(edit("Test", "Müller").encode("latin-1"))
    with pytest.raises(InputErrors, match=r"mandate\.toml:2: .*byte 0xfc at offset 21 .*'ü'"):
        read_mandate(path)


def test_a_spreadsheet_s_utf_16_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "mandate.toml"
    path.write_bytes(MANDATE.encode("utf-16"))
    with pytest.raises(InputErrors, match=r"encoded in UTF-16 .* Save it as UTF-8"):
        read_mandate(path)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(InputErrors, match=r"there is no such file\. Make one with `trimtab init`"):
        read_mandate(tmp_path / "mandate.toml")


def test_every_key_says_what_it_means():
    for section in SECTIONS:
        assert section.doc
        assert all(key.doc for key in section.keys)
        names = [key.name for key in section.keys]
        assert len(names) == len(set(names))


WORDS = st.sampled_from(
    [
        *("[tax]", "[[accounts]]", "[targets]", "id", "weight", "VTI", "=", "true", "\n", "#"),
        *('"', "'''", "[", "]", "{", "}", ",", ".", "\\u00", "\x00", "é"),
        *("1e999999999", "nan", "-0", "2022-13-45"),
    ]
)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("[tax]\nyear = 2024\nyear = 2025\n", "this key stands twice in its section"),
        ("[tax]\nyear = 2024\n[tax]\n", "this section stands twice"),
    ],
)
def test_what_stands_twice_is_said_so(text: str, remedy: str):
    with pytest.raises(InputErrors) as refused:
        parse_mandate(text, PLACE)
    assert [error.line for error in refused.value.errors] == [3]
    assert remedy in refused.value.errors[0].remedy


@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=200))
def test_no_text_is_ever_more_than_a_mandate_or_mistakes(text: str):
    refuses_or_reads(text)


@given(st.integers(0, len(FULL)), st.integers(0, 12), st.lists(WORDS, max_size=4).map(" ".join))
def test_no_damage_to_a_mandate_is_ever_more_than_mistakes(at: int, cut: int, put: str):
    refuses_or_reads(FULL[:at] + put + FULL[at + cut :])


@given(
    st.sampled_from([f"{s.name}.{k.name}" for s in SECTIONS for k in s.keys]),
    st.sampled_from(["-1", "1e20", "nan", "true", '""', "[]", "{}", "[[1]]", "07:32:00", '["a"]']),
)
def test_no_value_of_any_key_is_ever_more_than_a_mistake(place: str, value: str):
    section = next(s for s in SECTIONS if s.name == place.split(".")[0])
    heading = section.heading.replace("NAME", "X")
    refuses_or_reads(f"{heading}\n{place.split('.')[1]} = {value}\n")


def refuses_or_reads(text: str) -> None:
    refused: tuple[InputError, ...] | None = None
    try:
        parse_mandate(text, PLACE)
    except InputErrors as several:
        refused = several.errors
    assert refused is None or {error.file for error in refused} == {"mandate.toml"}
