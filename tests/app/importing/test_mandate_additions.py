"""The mandate that an import begins, and what it adds to one that is there."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import MANDATE
from trimtab.app.config import MandateFile, parse_mandate
from trimtab.app.importing.mandate_additions import (
    Held,
    added_text,
    guessed_wrapper,
    instrument_table,
    new_mandate,
)
from trimtab.app.importing.names import NamedAccount
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import StatedAccount, StatedInstrument

D = Decimal


def account(id: str, name: str = "", broker: str = "schwab") -> NamedAccount:
    return NamedAccount(id, broker, StatedAccount(id, name))


def held(
    symbol: str,
    value: str = "100",
    *,
    name: str = "",
    kind: InstrumentKind | None = None,
    fractional: bool = False,
    currency: str = "USD",
) -> Held:
    return Held(StatedInstrument(symbol, name, kind), D(value), fractional, currency)


def parsed(text: str) -> MandateFile:
    return parse_mandate(text, Path("mandate.toml"))


@pytest.mark.parametrize(
    ("name", "wrapper"),
    [
        ("Joint Tenant", "taxable"),
        ("Individual - TOD", "taxable"),
        ("Roth Contributory IRA", "roth"),
        ("Rollover IRA", "traditional"),
        ("SEP-IRA", "traditional"),
        ("SIMPLE IRA", "traditional"),
        ("ACME 401(k) PLAN", "workplace"),
        ("Roth 401k", "workplace"),
        ("403b Supplemental Retirement", "workplace"),
        ("Health Savings Account", "hsa"),
        ("529 College", "education"),
        ("", "taxable"),
    ],
)
def test_how_the_law_treats_an_account_is_guessed_from_its_name(name: str, wrapper: str) -> None:
    assert guessed_wrapper(name).value == wrapper


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (held("VTI", name="VANGUARD TOTAL STOCK MARKET ETF"), "etf"),
        (held("VTSAX", name="Vanguard Total Stock Market Index Admiral"), "mutual_fund"),
        (held("AAPL", name="Apple Inc"), "stock"),
        (held("912828XX1", kind=InstrumentKind.BOND), "bond"),
        (held("STABLE VALUE FUND"), "mutual_fund"),
        (held("Traditional Annuity", kind=InstrumentKind.OTHER), "other"),
    ],
)
def test_what_an_instrument_is_is_guessed_where_the_broker_does_not_say(
    one: Held, kind: str
) -> None:
    assert instrument_table(one, "USD")["kind"] == kind


def test_parts_of_units_and_other_currencies_are_noted() -> None:
    table = instrument_table(held("SAP", fractional=True, currency="EUR"), "USD")
    assert (table["quantity_step"], table["currency"]) == (D("0.001"), "EUR")


def test_a_new_household_wants_what_it_holds() -> None:
    accounts = [(account("joint", "Joint"), "USD"), (account("roth", "Roth IRA"), "EUR")]
    file = parsed(
        new_mandate("home", accounts, [held("VTI", "600"), held("BND", "300")], D(100), "USD")
    )
    assert [(one.name, str(one.weight)) for one in file.mandate.targets] == [
        ("VTI", "0.6"),
        ("BND", "0.3"),
    ]
    assert [(one.id, one.wrapper.value, one.currency) for one in file.household.accounts] == [
        ("joint", "taxable", "USD"),
        ("roth", "roth", "EUR"),
    ]


@pytest.mark.parametrize("values", [("1", "2", "4"), ("0.01", "1000000", "3"), ("5", "0", "5")])
def test_weights_and_cash_come_to_one(values: tuple[str, ...]) -> None:
    every = [held(f"S{n}", value) for n, value in enumerate(values)]
    table = tomllib.loads(
        new_mandate("home", [(account("joint"), "USD")], every, D("0.07"), "USD"), parse_float=D
    )
    assert sum(one["weight"] for one in table["targets"]) + table["cash"]["weight"] == 1


def test_without_any_value_nothing_is_traded() -> None:
    text = new_mandate("home", [(account("joint"), "USD")], [held("X", "0")], D(0), "USD")
    assert tomllib.loads(text)["policy"]["name"] == "hold"


def test_options_are_neither_bought_nor_sold() -> None:
    option = held("AAPL 250117C00150000", kind=InstrumentKind.OPTION)
    file = parsed(
        new_mandate("home", [(account("joint"), "USD")], [held("VTI"), option], D(0), "USD")
    )
    rules = {(one.kind.value, tuple(one.instruments)) for one in file.mandate.restrictions}
    assert rules == {
        ("do_not_buy", ("AAPL 250117C00150000",)),
        ("do_not_sell", ("AAPL 250117C00150000",)),
    }


@pytest.mark.parametrize("word", ['a "quoted" name', "Zoë’s\tname", "back\\slash", "# no comment"])
def test_names_of_brokers_are_written_as_they_are_but_for_what_cannot_be_seen(word: str) -> None:
    text = new_mandate(
        "home", [(account("joint", word), "USD")], [held("VTI", name=word)], D(0), "USD"
    )
    assert " ".join(word.split()) in parsed(text).household.accounts[0].name


def test_a_mandate_that_is_there_keeps_every_line_and_gains_what_it_lacks() -> None:
    text = MANDATE + "\n# my own words"
    after = added_text(text, [(account("hsa", "HSA"), "USD")], [held("VTI"), held("XOM")], "USD")
    assert after.startswith(text)
    file = parsed(after)
    assert [one.id for one in file.household.accounts] == ["joint", "ira", "hsa"]
    assert "XOM" in file.instruments
    assert after.count("[instruments") == 1


def test_a_mandate_that_lacks_nothing_is_not_touched() -> None:
    assert added_text(MANDATE, [], [held("VTI"), held("BND")], "USD") == MANDATE
