"""Which account and instrument of the household a broker's names mean."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.books.statement_parts import lists, rows
from trimtab.app.importing.names import NAMES_FILE, Names, read_names
from trimtab.model.errors import InputError
from trimtab.model.statements import StatedAccount, StatedInstrument, Statement


def ids(*stated: tuple[str, str, str], taken: tuple[str, ...] = ()) -> list[str]:
    """The household's ids of accounts given as broker, number and name."""
    names = Names()
    return [names.account(broker, StatedAccount(id, name), taken) for broker, id, name in stated]


@pytest.mark.parametrize(
    ("broker", "number", "name", "id"),
    [
        ("schwab", "XXXX-4321", "Joint Tenant", "schwab_joint_tenant"),
        ("schwab", "XXXX-4321", "", "schwab_4321"),
        ("fidelity", "Z12345678", "Individual - TOD", "fidelity_individual_tod"),
        ("trading212", "", "", "trading212"),
        ("generic", "joint", "", "joint"),
        ("generic", "Roth IRA", "", "roth_ira"),
        ("generic", "12345678", "", "generic_5678"),
        ("generic", "", "", "generic"),
        ("generic", "CASH", "", "cash_2"),  # the name of cash itself
    ],
)
def test_a_new_account_is_called_what_its_broker_calls_it(
    broker: str, number: str, name: str, id: str
) -> None:
    assert ids((broker, number, name)) == [id]


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (("XXXX-4321", "Joint"), ("12344321", ""), True),
        (("...321", "Joint"), ("1234-4321", ""), True),
        (("11114321", ""), ("22224321", ""), False),
        (("XXX-4321", ""), ("XXX-4322", ""), False),
        (("XXXX-4321", "Joint"), ("Joint", ""), True),  # a file that gives the name alone
        (("U1111111", "A"), ("U2222222", "A"), False),
    ],
)
def test_an_account_that_files_name_in_two_ways_is_one(
    first: tuple[str, str], second: tuple[str, str], is_same: bool
) -> None:
    one, other = ids(("schwab", *first), ("schwab", *second))
    assert (one == other) is is_same


def test_the_same_number_at_another_broker_is_another_account() -> None:
    assert len(set(ids(("schwab", "12344321", ""), ("fidelity", "12344321", "")))) == 2


def test_own_tables_mean_the_accounts_that_the_household_has() -> None:
    assert ids(("generic", "joint", ""), ("schwab", "joint", ""), taken=("joint",)) == [
        "joint",
        "schwab_joint",
    ]


def test_two_accounts_of_one_name_get_ids_of_their_own() -> None:
    assert ids(("schwab", "XX-1111", "Roth"), ("schwab", "XX-2222", "Roth")) == [
        "schwab_roth",
        "schwab_roth_2222",
    ]


@pytest.mark.parametrize(
    ("stated", "id"),
    [
        (StatedInstrument("VTI"), "VTI"),
        (StatedInstrument("FB"), "META"),
        (StatedInstrument("922908769"), "VTI"),
        (StatedInstrument("VANGUARD TOTAL", cusip="922908769"), "VTI"),
        (StatedInstrument("IE00B3XXRP09", isin="IE00B3XXRP09"), "VUSA"),
        (StatedInstrument("  VTI "), "VTI"),
        (StatedInstrument("STABLE\u00a0VALUE \tFUND"), "STABLE VALUE FUND"),
    ],
)
def test_the_map_gives_instruments_their_ids_by_symbol_cusip_or_isin(
    stated: StatedInstrument, id: str
) -> None:
    names = Names(instruments={"FB": "META", "922908769": "VTI", "IE00B3XXRP09": "VUSA"})
    assert names.instrument(stated).symbol == id
    assert names.instrument(stated).symbol in names.seen


def test_cash_is_no_instrument() -> None:
    names = Names()
    assert names.instrument(StatedInstrument("SPAXX", is_cash=True)).symbol == "SPAXX"
    assert names.seen == {}


def test_a_file_without_an_account_is_of_the_brokers_only_one() -> None:
    names = Names(accounts={"example Joint": "joint"})
    file = rows("2024-07-01 X buy VTI 1 -1.00")
    (row,) = file.transactions
    nameless = replace(file, accounts=(), transactions=(replace(row, account=""),))
    assert names.named(nameless, ()).transactions[0].account == "joint"
    names.accounts["example Roth"] = "roth"
    with pytest.raises(InputError, match="joint, roth") as refused:
        names.named(nameless, ())
    assert "--account example=joint" in refused.value.remedy


def test_the_map_is_written_and_read_and_may_be_edited(tmp_path: Path) -> None:
    names = Names()
    names.account("schwab", StatedAccount("XXXX-4321", 'The "big" one'), ())
    names.instruments["FB"] = "META"
    path = tmp_path / NAMES_FILE
    path.parent.mkdir()
    path.write_text(names.text(), "utf-8")
    read = read_names(tmp_path)
    assert (read.accounts, read.instruments, read.labels) == (
        names.accounts,
        names.instruments,
        names.labels,
    )
    assert read.text() == names.text()
    path.write_text(names.text().replace('= "schwab_the_big_one"', '= "joint"'), "utf-8")
    assert read_names(tmp_path).accounts == {"schwab XXXX-4321": "joint"}


def test_a_household_without_a_map_has_an_empty_one(tmp_path: Path) -> None:
    assert read_names(tmp_path).accounts == {}


def test_rows_carry_the_households_account() -> None:
    file = lists("2024-06-28", "XX-4321 VTI 10 2600.00")
    named: Statement = Names(accounts={"example XX-4321": "joint"}).named(file, ("joint",))
    assert [one.account for one in named.positions] == ["joint"]
    assert [one.id for one in named.accounts] == ["joint"]


def test_two_long_names_that_begin_alike_are_two_instruments() -> None:
    names, begin = Names(), "NEW YORK CITY GENERAL OBLIGATION BONDS FISCAL SERIES C COUPON DUE "
    found = {names.instrument(StatedInstrument(begin + year)).symbol for year in ("2030", "2031")}
    assert len(found) == 2
    assert all(len(one) <= 60 and one.startswith(begin[:40]) for one in found)
