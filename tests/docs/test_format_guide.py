"""The guide's format file is one, has every key there is, and names every field and word."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.importers.one_format import form, mistakes
from trimtab.importers import _format_file
from trimtab.importers._format import FIELDS, BySign
from trimtab.importers._table import read_table
from trimtab.model.statements import Action

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guides" / "importing.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILE = """Depot 17 per 31.12.2024
Datum;Vorgang;Verwendungszweck;ISIN;Betrag;;Provision;Spesen;Kurs (USD)
02.01.2024;Kauf;10 Stück zu 20,50;VTI;-205,00;EUR;1,00;0,50;20,50
03.01.2024;Split, alte Stücke;;VTI;;;;;
04.01.2024;Order;Auftrag erteilt;VTI;1;EUR;;;
Summe;Summe;;;;;;;
Wertpapier;Bezeichnung;Bestand
VTI;Vanguard;10
  02.01.2024;;4
Alle Angaben ohne Gewähr My Bank AG
"""


def test_the_example_is_a_format_without_a_mistake():
    assert mistakes(EXAMPLE) == []


def test_the_example_reads_what_its_comments_say():
    read = form(EXAMPLE)
    statement = read_table(FILE, read, read.delimiter, "a.csv", "digest")
    bought, split = statement.transactions
    assert (str(bought.quantity), str(bought.amount), str(bought.fee)) == ("10", "-205.00", "1.50")
    assert (split.action, split.amount) == (Action.SPLIT, None)
    assert [(one.account, str(one.quantity)) for one in statement.positions] == [("17", "10")]
    assert [(one.instrument.name, str(one.acquired)) for one in statement.lots] == [
        ("Vanguard", "2024-01-02")
    ]
    assert {one.rule for one in statement.ignored} == {
        *("title", "header", "order", "total", "disclaimer"),
    }
    assert not statement.breaks


def keys(values: object) -> set[str]:
    """All keys of a table, at any depth."""
    if isinstance(values, list):
        return {key for one in values for key in keys(one)}
    if not isinstance(values, dict):
        return set()
    return values.keys() | {key for one in values.values() for key in keys(one)}


def test_every_key_that_the_reader_asks_for_is_in_the_example():
    source = Path(_format_file.__file__).read_text(encoding="utf-8")
    asked = re.findall(
        r'\.(?:string|strings|pattern|patterns|word|flag|tables?)\(\s*"(\w+)"', source
    )
    assert len(set(asked)) > 30
    assert set(asked) - keys(tomllib.loads(EXAMPLE)) == set()
    assert "# like = " in EXAMPLE


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_named(kind):
    table = PAGE[PAGE.index("| kind | fields |") :]
    rows = dict(re.findall(r"^\| ([a-z, ]+) \| (.+) \|$", table, re.MULTILINE))
    named = rows["all"] + next(row for name, row in rows.items() if kind.replace("_", " ") in name)
    assert set(re.findall(r"`(\w+)`", named)) == set(FIELDS[kind])


def test_every_word_for_an_action_is_named():
    words = {word.value for some in (Action, BySign) for word in some}
    assert {word for word in words if f"`{word}`" in PAGE} == words
