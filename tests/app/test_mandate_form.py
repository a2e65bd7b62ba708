"""The main rules as a form: what is typed changes that and nothing else, and odd words stay odd."""

from pathlib import Path

import pytest

from trimtab.app.config import parse_mandate
from trimtab.app.demo import DEMO_FOLDER
from trimtab.app.mandate_form import MandateForm, form_of, with_form
from trimtab.model.errors import InputError, InputErrors

DEMO = (DEMO_FOLDER / "mandate.toml").read_text()


def values(form: MandateForm) -> dict[str, str]:
    found = {field.name: field.value for group in form.groups for field in group.fields}
    for target in form.targets:
        for field in (target.weight, target.absolute, target.relative):
            found[field.name] = field.value
    return found


def lines_changed(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = old.splitlines(), new.splitlines()
    return (
        [line for line in before if line not in after],
        [line for line in after if line not in before],
    )


def test_the_form_shows_what_is_set_and_leaves_the_usual_empty() -> None:
    form = form_of(DEMO)
    shown = values(form)
    assert form.policy == "no_trade_zone"
    assert shown["targets.0.weight"] == "21 %"
    assert shown["targets.0.absolute"] == ""
    assert shown["bands.absolute"] == "5 %"
    assert shown["cash.weight"] == "1 %"
    assert shown["limits.turnover_max"] == "20 %"
    assert shown["limits.tax_budget"] == ""
    assert shown["trading.minimum_trade"] == "1500"
    harvest = next(group for group in form.groups if group.name == "harvest")
    assert next(field.usual for field in harvest.fields) == "true"


def test_what_was_shown_and_sent_back_changes_nothing() -> None:
    form = form_of(DEMO)
    assert with_form(DEMO, {**values(form), "policy.name": form.policy}) == DEMO


@pytest.mark.parametrize(
    ("given", "gone", "come"),
    [
        (
            {"bands.absolute": "4 %"},
            ["absolute = 0.05          # five points of everything …"],
            ["absolute = 0.04          # five points of everything …"],
        ),
        ({"bands.absolute": "0.050"}, [], []),
        ({"limits.turnover_max": ""}, ["turnover_max = 0.20"], []),
        ({"limits.tax_budget": "$5,000"}, [], ["tax_budget = 5000"]),
        ({"harvest.enabled": "false"}, [], ["enabled = false"]),
        ({"trading.approval_above": "never"}, [], ['approval_above = "never"']),
        ({"targets.1.weight": "13%"}, [], []),
        ({"targets.1.weight": "1,300 bp"}, [], []),
        ({"limits.tax_budget": "1,234,567.89"}, [], ["tax_budget = 1234567.89"]),
        ({"targets.3.relative": "20 %"}, [], ["band = {relative = 0.2}"]),
    ],
)
def test_what_is_typed_changes_its_line_alone(
    given: dict[str, str], gone: list[str], come: list[str]
) -> None:
    written = with_form(DEMO, given)
    removed, added = lines_changed(DEMO, written)
    assert removed == gone
    assert [line.replace("{ ", "{").replace(" }", "}") for line in added] == come


def test_weights_of_targets_are_written_where_they_stand() -> None:
    written = with_form(DEMO, {"targets.0.weight": "20 %", "targets.1.weight": "14 %"})
    targets = parse_mandate(written, Path("mandate.toml")).mandate.targets
    assert [f"{one.weight}" for one in targets[:3]] == ["0.2", "0.14", "0.12"]


def test_a_section_that_is_missing_is_added() -> None:
    text = DEMO.replace("[limits]\nturnover_max = 0.20\n", "")
    written = with_form(text, {"limits.tax_budget": "300"})
    assert parse_mandate(written, Path("m")).mandate.limits.tax_budget == 300


def test_a_band_of_its_own_is_taken_away_again() -> None:
    once = with_form(DEMO, {"targets.0.absolute": "3 %", "targets.0.relative": "10 %"})
    band = parse_mandate(once, Path("m")).mandate.targets[0].band
    assert (str(band.absolute), str(band.relative)) == ("0.03", "0.1")
    again = with_form(once, {"targets.0.absolute": "", "targets.0.relative": ""})
    assert parse_mandate(again, Path("m")).mandate == parse_mandate(DEMO, Path("m")).mandate


def test_another_policy_leaves_the_settings_of_the_one_before() -> None:
    text = DEMO.replace('name = "no_trade_zone"', 'name = "no_trade_zone"\nreview_days = 5')
    written = with_form(text, {"policy.name": "threshold"})
    policy = parse_mandate(written, Path("m")).mandate.policy
    assert (policy.name, dict(policy.settings)) == ("threshold", {})


def test_line_ends_stay() -> None:
    text = DEMO.replace("\n", "\r\n")
    written = with_form(text, {"bands.absolute": "4 %", "targets.0.weight": "22 %"})
    assert written.count("\r\n") == written.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("bands.absolute", "five"),
        ("bands.absolute", "500 %"),
        ("cash.reserve", "1e99999"),
        ("cash.reserve", "-5"),
        ("cash.reserve", "NaN"),
        ("limits.price_age_days_max", "2.5"),
        ("harvest.enabled", "perhaps"),
        ("targets.0.weight", '"]\n[policy]\nname = "hold"'),
        ("targets.0.weight", "2"),
        ("bands.absolute", "2,5 %"),
        ("limits.price_age_days_max", "1,5"),
        ("cash.reserve", "1.500"),
        ("cash.reserve", "1,50"),
    ],
)
def test_what_is_no_value_is_refused_by_the_reader_of_the_file_with_its_line(
    field: str, typed: str
) -> None:
    written = with_form(DEMO, {field: typed})
    with pytest.raises(InputErrors) as refused:
        parse_mandate(written, Path("mandate.toml"))
    assert all(error.line for error in refused.value.errors)


def test_fields_that_there_are_not_change_nothing() -> None:
    assert with_form(DEMO, {"targets.99.weight": "1 %", "tax.year": "1999", "": "x"}) == DEMO


@pytest.mark.parametrize("text", ["[household", "a = ", "\0", "[" * 5000])
def test_a_text_that_is_no_toml_has_no_form(text: str) -> None:
    with pytest.raises(InputError, match="the text breaks"):
        form_of(text)


@pytest.mark.parametrize("text", ["", "targets = 3", "targets = [1, 2]", "[targets]\nname = 'x'"])
def test_a_text_of_another_shape_has_a_form_and_its_sections_can_be_set(text: str) -> None:
    assert form_of(text).targets == ()
    written = with_form(text, {"bands.absolute": "4 %", "targets.0.weight": "3 %"})
    assert values(form_of(written))["bands.absolute"] == "4 %"


def test_a_section_that_is_no_section_is_not_edited() -> None:
    with pytest.raises(InputError, match="cannot be edited"):
        with_form("bands = 3", {"bands.absolute": "4 %"})


def test_a_policy_is_written_as_a_text_whatever_it_holds() -> None:
    written = with_form(DEMO, {"policy.name": '<b>"][x]'})
    assert parse_mandate(written, Path("m")).mandate.policy.name == '<b>"][x]'
