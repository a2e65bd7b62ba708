"""A file is known by its header; between formats that know it, the one that explains most wins."""

from dataclasses import replace

import pytest

from tests.importers.one_format import POSITIONS, form
from trimtab.importers._format import Format
from trimtab.importers._recognise import recognise

WIDE = "Account,Symbol,Name,Quantity,Value,Cost\nA,VTI,Fund,1,2,3\n"


def named(name: str, text: str = POSITIONS, more: str = "") -> Format:
    return replace(form(text + more), id=name)


def winner(text: str, *formats: Format) -> str | None:
    found = recognise(text, formats)
    return None if found is None else found.format.id


def test_a_text_without_a_header_that_anybody_knows_is_nobodys():
    assert winner("Sym,Quant\nVTI,1\n", named("a")) is None
    assert winner("", named("a")) is None
    assert winner("Symbol", named("a")) is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    found = recognise(WIDE.replace(",", delimiter), [named("a")])
    assert found is not None and found.delimiter == delimiter


def test_a_format_with_a_delimiter_of_its_own_takes_no_other():
    fixed = named("a", more="[file]\ndelimiter = ';'\n")
    assert winner(WIDE, fixed) is None
    assert winner(WIDE.replace(",", ";"), fixed) == "a"


def test_the_format_that_explains_more_columns_wins():
    narrow = named(
        "narrow", POSITIONS.replace('cost = ["Cost"]', "").replace('value = ["Value"]', "")
    )
    assert winner(WIDE, narrow, named("wide")) == "wide"
    assert winner(WIDE, named("wide"), narrow) == "wide"


def test_a_mark_adds_certainty():
    marked = named("marked", more="[file]\nmarks = ['for account']\n")
    assert winner("Positions for account 1\n" + WIDE, named("plain"), marked) == "marked"


def test_what_a_format_needs_must_be_there_and_what_it_excludes_must_not():
    needs = named("needs", more="[file]\nneeds = ['Broker A']\n")
    excludes = named("excludes", more="[file]\nexcludes = ['Broker A']\n")
    assert winner("Broker A\n" + WIDE, needs, excludes) == "needs"
    assert winner("Broker B\n" + WIDE, needs, excludes) == "excludes"


def test_a_generic_format_gives_way_to_a_brokers():
    generic = named("generic", POSITIONS.replace('broker = "mine"', 'broker = "generic"'))
    assert winner(WIDE, generic, named("broker")) == "broker"
    assert winner(WIDE, generic) == "generic"


def test_between_equals_what_a_person_wrote_wins():
    own = replace(named("own"), is_own=True)
    assert winner(WIDE, named("a"), own, named("z")) == "own"


def test_the_header_may_stand_below_a_long_preamble():
    assert winner("Some words, and more\n" * 100 + WIDE, named("a")) == "a"
    assert winner("Some words, and more\n" * 200 + WIDE, named("a")) is None
