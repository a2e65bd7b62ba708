"""What every format of the package promises: a new file in the folder is a new case."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from benchmarks._import_damage import has_plain_names, sample_text
from tests.importers.one_format import POSITIONS
from trimtab.importers._catalogue import built_in, catalogue, format_file, package_format
from trimtab.importers._format import FIELDS, Format
from trimtab.importers._recognise import recognise
from trimtab.importers._table import read_table
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.statements import StatementKind

FORMATS = tuple(package_format(one.id) for one in built_in())  # every pattern of them checked
every_format = pytest.mark.parametrize("form", FORMATS, ids=[one.id for one in FORMATS])
INSTRUMENT = {"symbol", "name", "cusip", "isin"}


def test_every_file_of_the_folder_is_a_format_and_ids_are_unique():
    folder = files("trimtab.importers").joinpath("formats")
    names = {one.name.removesuffix(".toml") for one in folder.iterdir() if one.name[0] not in "_."}
    ids = [one.id for one in FORMATS]
    assert set(ids) == names
    assert len(ids) == len(set(ids))


@every_format
def test_a_format_says_whose_it_is_and_begins_its_name_with_its_broker(form: Format):
    assert form.broker == form.broker.lower()
    assert form.broker.replace("_", "").isalnum()
    assert form.name
    assert form.id == form.id.lower()


@every_format
def test_a_format_requires_what_its_rows_cannot_do_without(form: Format):
    for section in form.sections:
        columns = set(section.columns)
        assert set(section.required) <= columns <= set(FIELDS[section.kind])
        assert len(section.required) >= 2, "a header that one common word opens opens too much"
        says = any(rule.match.groupindex for rule in (*form.banners, *section.extract))
        if section.kind in (StatementKind.POSITIONS, StatementKind.LOTS):
            assert columns & INSTRUMENT or form.symbol or says
            assert columns & {"quantity", "value"}
        if section.kind is StatementKind.TRANSACTIONS:
            assert columns & {"on", "settles"}


@every_format
def test_no_two_rules_of_a_format_have_the_same_pattern(form: Format):
    for section in form.sections:
        rules = [(rule.column, rule.match.pattern, rule.when) for rule in section.ignore]
        assert len(rules) == len(set(rules))


@pytest.mark.parametrize(
    "form",
    [pytest.param(one, id=one.id) for one in FORMATS if all(map(has_plain_names, one.sections))],
)
def test_a_file_in_a_formats_own_words_is_read_and_accounted_for(form: Format):
    """What its titles must say besides (`needs`) is left out of the question here."""
    for seed in range(5):
        text = sample_text(form, Random(seed))
        found = recognise(text, (replace(form, needs=(), excludes=()),))
        assert found is not None
        statement = read_table(text, form, found.delimiter, "sample.csv", "digest")
        accounted = statement.taken + len(statement.ignored) + len(statement.breaks)
        assert accounted == statement.rows
        assert [one.rule for one in statement.ignored].count("header") >= 1


def test_a_persons_format_replaces_the_packages_of_the_same_name(tmp_path):
    name = FORMATS[0].id
    own = tmp_path / f"{name}.toml"
    own.write_text(POSITIONS, encoding="utf-8")
    found = {one.id: one for one in catalogue([own])}
    assert len(found) == len(FORMATS)
    assert (found[name].broker, found[name].is_own) == ("mine", True)
    assert not found[FORMATS[1].id].is_own


def test_the_mistakes_of_all_of_a_persons_formats_are_named_at_once(tmp_path):
    for name, text in (("a", "broker = 1"), ("b", "= x"), ("c", POSITIONS)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "d.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputErrors) as errors:
        catalogue(sorted(tmp_path.glob("*.toml")))
    places = {Path(one.file or "").name for one in errors.value.errors}
    assert places == {"a.toml", "b.toml", "d.toml"}


def test_there_is_no_format_of_a_name_that_nobody_gave():
    with pytest.raises(InputError, match="formats list"):
        format_file("no_such_format")
