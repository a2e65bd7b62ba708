"""Policies as a person writes them: names, aliases, settings, and the axes of a grid."""

from decimal import Decimal

import pytest

from trimtab.app.backtesting.policy_words import (
    GRID_MAX,
    grid_of,
    read_axes,
    read_axis,
    read_choice,
    usual_axes,
    worded,
)
from trimtab.app.policy_choice import policy_from
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.mandate import Mandate, PlugInChoice, Setting
from trimtab.policies.calendar import Calendar
from trimtab.policies.threshold import Threshold

OWN = PlugInChoice("threshold", {"absolute": Decimal("0.04")})
RULES = Mandate(targets=(), policy=OWN)


@pytest.mark.parametrize(
    ("words", "name", "settings"),
    [
        ("hold", "hold", {}),
        (" annual ", "annual", {}),
        ("5/25", "5/25", {}),
        ("threshold", "threshold", {"absolute": Decimal("0.04")}),
        ("threshold:absolute=0.03", "threshold", {"absolute": Decimal("0.03")}),
        (
            "threshold:absolute=0.03, destination=edge",
            "threshold",
            {"absolute": Decimal("0.03"), "destination": "edge"},
        ),
        (
            "hybrid:frequency=quarterly,relative=1",
            "hybrid",
            {"frequency": "quarterly", "relative": 1},
        ),
        ("cost_aware:harvest=True", "cost_aware", {"harvest": True}),
    ],
)
def test_a_policy_is_read_as_it_is_written(words: str, name: str, settings: dict[str, Setting]):
    assert read_choice(words, RULES) == PlugInChoice(name, settings)


def test_the_mandates_own_settings_hold_only_where_its_policy_is_named_alone():
    assert read_choice("threshold", RULES).settings == OWN.settings
    assert read_choice("threshold:relative=0.2", RULES).settings == {"relative": Decimal("0.2")}
    assert read_choice("hold", RULES).settings == {}


@pytest.mark.parametrize("words", ["threshold:0.03", "threshold:absolute=", "threshold:=0.03"])
def test_a_setting_without_name_or_value_is_refused_with_an_example(words: str):
    with pytest.raises(InputError, match=r"is no setting.*threshold:absolute=0\.03"):
        read_choice(words, RULES)


def test_a_name_of_nothing_is_refused():
    with pytest.raises(InputError, match="has no name"):
        read_choice(":absolute=0.03", RULES)


def test_aliases_become_policies_with_their_settings():
    five = policy_from(PlugInChoice("5/25"))
    assert isinstance(five, Threshold)
    assert (five.absolute, five.relative) == (Decimal("0.05"), Decimal("0.25"))
    assert isinstance(policy_from(PlugInChoice("quarterly")), Calendar)


@pytest.mark.parametrize("choice", [PlugInChoice("treshold"), PlugInChoice("hold", {"every": 3})])
def test_an_unknown_policy_or_setting_is_refused(choice: PlugInChoice):
    with pytest.raises((InputError, InputErrors)):
        policy_from(choice)


@pytest.mark.parametrize("words", ["hold", "threshold:absolute=0.03,destination=edge"])
def test_a_choice_is_worded_as_it_was_written(words: str):
    assert worded(read_choice(words, RULES)) == words


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
def test_what_is_no_finite_number_stays_a_word(text: str):
    assert read_choice(f"threshold:absolute={text}", RULES).settings == {"absolute": text}


def test_a_grid_is_every_combination_the_last_axis_fastest():
    grid = grid_of(OWN, {"absolute": ("0.02", "0.05"), "destination": ("edge", "target")})
    assert [worded(one) for one in grid] == [
        "threshold:absolute=0.02,destination=edge",
        "threshold:absolute=0.02,destination=target",
        "threshold:absolute=0.05,destination=edge",
        "threshold:absolute=0.05,destination=target",
    ]


def test_a_grid_that_nobody_could_look_at_is_refused_with_the_limit():
    many = tuple(str(k) for k in range(400))
    with pytest.raises(InputError, match=f"160,000 combinations.*{GRID_MAX:,}"):
        grid_of(OWN, {"a": many, "b": many})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("absolute=0.02,0.05", ("0.02", "0.05")),
        ("absolute=0.02", ("0.02",)),
        ("absolute=0.01..0.03..0.01", ("0.01", "0.02", "0.03")),
        ("absolute=0.01..0.035..0.01", ("0.01", "0.02", "0.03")),
        ("destination=edge, target", ("edge", "target")),
    ],
)
def test_an_axis_is_a_list_or_a_range(text: str, values: tuple[str, ...]):
    assert read_axis(text) == (text.partition("=")[0], values)


@pytest.mark.parametrize(
    "text",
    ["absolute", "=1,2", "absolute=", "absolute=0.05..0.01..0.01", "absolute=0..1..0",
     "absolute=a..b..c", "absolute=0..1", "absolute=,", "absolute=nan..1..1"],
)  # fmt: skip
def test_what_is_no_axis_is_refused_with_both_ways_to_write_one(text: str):
    with pytest.raises(InputError, match=r"setting=first\.\.last\.\.step"):
        read_axis(text)


def test_only_threshold_has_a_grid_of_its_own() -> None:
    assert read_axes(usual_axes("threshold"))["absolute"][::9] == ("0.01", "0.10")
    with pytest.raises(InputError, match="nothing says which settings of calendar are tried"):
        usual_axes("calendar")
