"""Every mistake of a format file is named with its line, its key and what would mend it."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.one_format import POSITIONS, form, mistakes
from trimtab.importers._format import BySign, ColumnName, Costs, Signs
from trimtab.importers._format_file import normal
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action, StatementKind

WHOLE = r"""
broker = "mine"
name = "Everything"
seen = ["2020", "2024"]

[file]
delimiter = ";"
marks = ['Positions for']
needs = ['Account']
excludes = ['Secret']
currency = "EUR"

[numbers]
decimal = ","
unknown = ["Pending"]

[dates]
formats = ["%d %b %Y"]
months = { "März" = 3 }

[[banners]]
match = 'Account (?P<account>\d+) as of (?P<as_of>\S+)'

[[ignore]]
rule = "footer"
match = '^Total'

[instruments]
cash = ['^Geld$']
kinds = [{ match = '^Aktie', kind = "stock" }]

[[sections]]
kind = "transactions"
required = ["on", "action"]
other = ["Saldo"]
[sections.columns]
on = ["Datum"]
action = ["Art", "/^Vorgang/"]
amount = [">Betrag", "Summe#2"]
fees = ["Gebühr", "@7"]
[[sections.ignore]]
rule = "order"
column = "action"
match = '^Auftrag'
[[sections.extract]]
column = "action"
match = '(?P<quantity>\d+) Stück'
[[sections.actions]]
match = '^Kauf'
do = "buy"
[[sections.actions]]
match = '^Übertrag'
do = "transfer"
[sections.amounts]
sign = "reversed"
costs = "deducted"
"""


def test_a_format_is_read_as_it_is_written():
    read = form(WHOLE)
    (section,) = read.sections
    assert (read.id, read.broker, read.seen, read.delimiter) == (
        "mine",
        "mine",
        ("2020", "2024"),
        ";",
    )
    assert (read.numbers.decimal, read.currency) == (",", "EUR")
    assert {"pending", "n/a"} <= read.numbers.unknown
    assert read.dates.months == {"märz": 3}
    assert read.kinds[0][1] is InstrumentKind.STOCK
    assert section.kind is StatementKind.TRANSACTIONS
    assert section.other == {"saldo"}
    assert (section.signs, section.costs) == (Signs.REVERSED, Costs.DEDUCTED)
    assert [rule.do for rule in section.actions[:2]] == [Action.BUY, BySign.TRANSFER]


def test_its_own_rules_come_before_those_that_all_formats_share():
    read = form(WHOLE)
    assert read.ignore[0].rule == "footer"
    assert len(read.ignore) > 1
    assert len(read.sections[0].actions) > 2
    assert read.cash[0].pattern == "^Geld$"


def test_columns_may_be_named_in_five_ways():
    columns = form(WHOLE).sections[0].columns
    art, pattern = columns["action"]
    assert art == ColumnName("art")
    assert pattern.pattern is not None and pattern.pattern.search("Vorgang 1")
    assert columns["amount"] == (ColumnName("betrag", right=1), ColumnName("summe", nth=2))
    assert columns["fees"][1] == ColumnName(position=7)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Market  Value", " market value "), ("unit_price", "Unit Price"), ("Price:", "price")],
)
def test_names_are_compared_without_case_blanks_and_underscores(one, other):
    assert normal(one) == normal(other)


# The text that is put in place of one of POSITIONS' lines, and what must be said about it.
MISTAKES = [
    (
        "broker",
        'brokr = "mine"',
        ["mine.toml:2: brokr: there is no such key. Did you mean 'broker'?"],
    ),
    ("broker", "broker = 1", ['mine.toml:2: broker: 1 is no text. Write it in quotes: "…".']),
    ("name", "", ['mine.toml: name: it is missing. Add name = "…".']),
    ("name", 'name = "a', ["mine.toml:3: format: it is no TOML"]),
    ("name", 'name = "a"\nname = "b"', ["mine.toml:4: format: it is no TOML"]),
    (
        "kind",
        'kind = "lotz"',
        ["mine.toml:6: sections.kind: there is no 'lotz'. Did you mean 'lots'?"],
    ),
    (
        "required",
        'required = ["symbol", "amount"]',
        ["mine.toml:7: sections.required: no column is bound to 'amount'. Bind it under columns"],
    ),
    (
        "required",
        "required = [1]",
        ['mine.toml:7: sections.required: [1] is no list of texts. Write ["…", "…"].'],
    ),
    (
        "cost",
        'costt = ["Cost"]',
        ["mine.toml:15: sections.columns.costt: there is no such field. Did you mean 'cost'?"],
    ),
    (
        "cost",
        'cost = ["/(/"]',
        ["mine.toml:15: sections.columns.cost: '(' is no regular expression"],
    ),
    (
        "cost",
        'cost = ["/(?P<cots>x)/"]',
        ["mine.toml:15: sections.columns.cost: no field is called 'cots'. Did you mean 'cost'?"],
    ),
]
ADDED = [
    ('[file]\ndelimiter = ",,"', ["file.delimiter: ',,' is longer than one character"]),
    ("[file]\nmarks = ['(']", ["file.marks: '(' is no regular expression", "Correct it."]),
    ('[file]\ncurency = "USD"', ["file.curency: there is no such key. Did you mean 'currency'?"]),
    ('[numbers]\ndecimal = "x"', ["numbers.decimal: 'x' is no decimal mark", 'Write ".", ","']),
    (
        '[dates]\nformats = ["%d/%m"]',
        ["dates.formats: '%d/%m' lacks a year, month or day. Add it."],
    ),
    ('[dates]\nformats = ["%H"]', ["dates.formats: '%H' has %H; known are %Y, %y, %m, %d and %b"]),
    ("[dates]\nmonths = { x = 13 }", ["dates.months.x: 13 is no month; 1 to 12."]),
    ("[[banners]]\nrule = 'b'", ["banners.match: it is missing. Add match"]),
    (
        "[[banners]]\nmatch = '(?P<acount>x)'",
        ["banners.match: nothing is called 'acount'. Did you"],
    ),
    ("[[ignore]]\nmatch = 'x'", ["ignore.rule: it is missing. Add rule"]),
    ("[ignore]\nmatch = 'x'", ["ignore: it is no list of tables. Write [[ignore]]."]),
    (
        "[instruments]\nkinds = [{ match = 'x', kind = 'stok' }]",
        ["there is no 'stok'. Did you mean"],
    ),
    (
        "[[sections.ignore]]\nrule = 'x'\ncolumn = 'symbl'\nmatch = 'x'",
        ["sections.ignore.column: no column is bound to 'symbl'. Did you mean 'symbol'?"],
    ),
    (
        "[[sections.rows]]\nkind = 'lots'\ncolumn = 'symbol'\nmatch = '(?P<aquired>x)'",
        ["sections.rows.match: nothing is called 'aquired'. Did you mean 'acquired'?"],
    ),
    (
        "[[sections.rows]]\nkind = 'lots'\ncolumn = 'symbol'\nmatch = 'x'\ninherit = ['nam']",
        ["sections.rows.inherit: there is no field 'nam'. Did you mean 'name'?"],
    ),
    (
        "[[sections.extract]]\ncolumn = 'nam'\nmatch = '(?P<cost>x)'",
        ["sections.extract.column: there is no field 'nam'. Did you mean 'name'?"],
    ),
    (
        "[[sections.extract]]\ncolumn = 'name'\nmatch = '(?P<costs>x)'",
        ["sections.extract.match: nothing is called 'costs'. Did you mean 'cost'?"],
    ),
    (
        "[[sections.actions]]\nmatch = 'x'\ndo = 'byu'",
        ["sections.actions.do: there is no action 'byu'. Did you mean 'buy'?"],
    ),
    (
        "[[actions]]\nmatch = 'x'\ndo = 'buy'\ncolumn = 'txt'",
        ["actions.column: there is no field 'txt'. Did you mean 'text'?"],
    ),
    ("[sections.amounts]\nsign = 'signd'", ["sections.amounts.sign: there is no 'signd'. Did you"]),
    ("[[sections]]\nkind = 'lots'", ["sections.required: it is missing. Add required"]),
]


@pytest.mark.parametrize(("key", "line", "said"), MISTAKES, ids=[line for _, line, _ in MISTAKES])
def test_a_mistake_in_a_line_is_named_with_that_line(key, line, said):
    lines = POSITIONS.splitlines()
    at = next(number for number, one in enumerate(lines) if one.startswith(f"{key} = "))
    found = mistakes("\n".join([*lines[:at], line, *lines[at + 1 :]]))
    for one in said:
        assert any(one in mistake for mistake in found), found


@pytest.mark.parametrize(("added", "said"), ADDED, ids=[text for text, _ in ADDED])
def test_a_mistake_in_a_table_is_named_with_its_line(added, said):
    first = POSITIONS.count("\n") + 1
    found = mistakes(POSITIONS + added)
    for one in said:
        assert any(one in mistake for mistake in found), found
    for mistake in found:
        line = int(mistake.split(":")[1])
        assert first <= line <= first + added.count("\n") + 1


def test_all_mistakes_are_named_at_once_in_the_order_of_lines():
    found = mistakes('broker = 1\nname = 2\n[file]\nmarks = ["("]\n')
    assert [mistake.split(" ")[0] for mistake in found] == [
        "mine.toml:",
        "mine.toml:1:",
        "mine.toml:2:",
        "mine.toml:4:",
    ]
    assert "sections: there is none" in found[0]


def test_no_broken_line_of_a_format_gets_by_without_its_line():
    """Each line of the whole format in turn, spoilt: it is refused, and never with a defect."""
    lines = dedent(WHOLE).strip("\n").splitlines()
    for number, line in enumerate(lines):
        if not line or line.startswith(("seen", "unknown", "months")):
            continue
        spoilt = line.replace(" = ", " = = ") if " = " in line else f"[{line}"
        found = mistakes("\n".join([*lines[:number], spoilt, *lines[number + 1 :]]))
        assert found[0].startswith(f"mine.toml:{number + 1}: "), (spoilt, found)


values = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.sampled_from(["x", "(", "lots", "%d", ""])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["match", "kind", "rule", "x"]), inner, max_size=2),
    ),
    max_leaves=4,
)
KEYS = [
    *("broker", "seen", "like", "file", "numbers", "dates", "banners", "ignore", "instruments"),
    *("sections", "actions", "file.marks", "numbers.decimal", "dates.formats", "dates.months"),
    *("instruments.cash", "instruments.kinds"),
]


@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=4))
def test_whatever_stands_at_a_key_is_read_or_refused(given_values):
    """`mistakes` lets everything but a refusal through as a failure of this test."""
    lines = [f"{key} = {written(value)}" for key, value in given_values.items()]
    for mistake in mistakes("\n".join(lines)):
        assert mistake.startswith("mine.toml")


def written(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return f"'{value}'" if isinstance(value, str) else str(value)
