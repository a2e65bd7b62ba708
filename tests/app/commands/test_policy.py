"""`trimtab policy`: what decides, what another would change today, the mandate that names it."""

import json
import os
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from tests.stores.models import CARD, NOON, WEIGHTS
from trimtab.app.config import read_mandate
from trimtab.app.models.registry import registry_of
from trimtab.app.plug_in_list import plug_ins
from trimtab.model.models import Provenance

COMMENTED = MANDATE + '\n[policy]        # decided in spring\nname = "5/25"   # for now\n'
TWO = 2


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    lots = LOTS.format(joint=100, basis=6_000, roth=620, bonds=560)
    return write_household(tmp_path / "house", COMMENTED, lots, prices())


def mandate_of(house: Path) -> str:
    return (house / "mandate.toml").read_text(encoding="utf-8")


def words(text: str) -> str:
    return " ".join(text.split())


def test_without_a_name_it_says_what_decides_and_what_that_does(house):
    told = run("policy", house)
    assert told.exit_code == DONE
    assert told.stdout.startswith("5/25 (threshold)\n")
    assert "absolute = 0.05\n" in told.stdout
    assert 'destination = "target" (default)' in words(told.stdout)
    body = json.loads(run("policy", house, "--json").stdout)["policy"]
    assert body["name"] == "5/25" and body["kind"] == "threshold" and body["does"]


def test_a_choice_shows_both_decisions_and_is_written_with_every_comment_kept(house):
    before = mandate_of(house)
    told = run("policy", "hold", house, "--json")
    assert told.exit_code == DONE, told.stderr
    body = json.loads(told.stdout)
    assert body["today"]["before"]["trades"] >= 1
    assert body["today"]["after"] == {
        "policy": "hold", "verdict": "hold", "trades": 0, "turnover": 0.0, "tax": 0.0,
        "cost": 0.0, "findings": [],
    }  # fmt: skip
    assert body["is_written"]
    assert mandate_of(house) == before.replace('"5/25"', '"hold"')


def test_the_figures_shown_are_those_of_the_plans(house):
    body = json.loads(run("policy", "no_trade_zone", house, "--dry-run", "--json").stdout)
    for when, name in (("before", "5/25"), ("after", "no_trade_zone")):
        plan = json.loads(run("plan", house, "--policy", name, "--json").stdout)["plan"]
        shown = body["today"][when]
        assert shown["trades"] == len(plan["trades"])
        assert shown["tax"] == pytest.approx(float(plan["tax"]))


def test_a_dry_run_writes_nothing(house):
    before = mandate_of(house)
    told = run("policy", "hold", house, "--dry-run")
    assert told.exit_code == DONE and "Nothing was written" in words(told.stdout)
    assert mandate_of(house) == before


def test_settings_are_checked_kept_with_their_policy_and_dropped_with_it(house):
    run("policy", "no_trade_zone", house, "--set", "review_days=63")
    run("policy", "no_trade_zone", house, "--set", "risk_aversion=5.5")
    choice = read_mandate(house / "mandate.toml").mandate.policy
    assert dict(choice.settings) == {
        "review_days": 63,
        "risk_aversion": choice.settings["risk_aversion"],
    }
    run("policy", house, "--set", "review_days=")
    assert "review_days" not in mandate_of(house)
    told = run("policy", "5/25", house)
    assert "risk_aversion is removed: it was for no_trade_zone" in words(told.stdout)
    assert not read_mandate(house / "mandate.toml").mandate.policy.settings


WRONG = [
    # (what is wrong, the words after `policy`, what is said)
    ("a name with a slip", ("no_trade_zon",), "did you mean 'no_trade_zone'"),
    ("a setting of no policy", ("5/25", "--set", "absolut=3"), "did you mean 'absolute'"),
    ("a value out of bounds", ("no_trade_zone", "--set", "review_days=0"), "from 1 to 504"),
    ("a value of another kind", ("no_trade_zone", "--set", "review_days=often"), "a whole number"),
    ("no pair", ("hold", "--set", "review_days"), "key=value"),
    ("a model that is not there", ("learned:bend",), "did you mean 'band'"),
    ("a model that is only proposed", ("learned:band",), "it is proposed, not promoted"),
    ("no model", ("learned",), "no model is named"),
]


@pytest.mark.parametrize(
    ("asked", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_cannot_be_chosen_is_refused_and_nothing_is_written(house, asked, said):
    registry = registry_of(house)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {})
    registry.add("band", "network", NOON, made, CARD, WEIGHTS)
    before = mandate_of(house)
    told = run("policy", asked[0], house, *asked[1:])
    assert told.exit_code == BAD_INPUT
    assert said.lower() in words(told.stderr).lower()
    assert mandate_of(house) == before


def test_a_promoted_model_is_written_by_its_name(house):
    registry = registry_of(house)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {})
    registry.add("band", "network", NOON, made, CARD, WEIGHTS)
    run("models", "promote", "band", house, "--yes", "--reason", "a test")
    told = run("policy", "learned:band", house, "--json")
    assert told.exit_code == DONE, told.stderr
    assert 'name = "learned:band"   # for now' in mandate_of(house)
    after = json.loads(told.stdout)["today"]["after"]
    assert {one["code"] for one in after["findings"]} == {"model_unusable"}  # weights of no network


def test_every_policy_that_is_listed_can_be_chosen(house):
    for item in plug_ins("policies"):
        if item.name != "learned":
            told = run("policy", item.name, house, "--dry-run", "--json")
            assert told.exit_code == DONE, (item.name, told.stderr)
            assert json.loads(told.stdout)["policy"]["kind"] == item.name


def test_a_household_that_cannot_decide_today_gets_its_policy_all_the_same(house):
    rows = prices().splitlines()
    (house / "prices.csv").write_text("\n".join([rows[0], *rows[-5:]]) + "\n", encoding="utf-8")
    with (house / "mandate.toml").open("a", encoding="utf-8") as mandate:
        mandate.write('\n[risk]\nwithout_history = "refuse"\n')
    told = run("policy", "hold", house, "--json")
    assert told.exit_code == DONE, told.stderr
    assert json.loads(told.stdout)["today"]["problem"]
    assert read_mandate(house / "mandate.toml").mandate.policy.name == "hold"


def test_a_mandate_with_mistakes_is_not_touched(house):
    (house / "mandate.toml").write_text(COMMENTED.replace("0.6", "0.7"), encoding="utf-8")
    before = mandate_of(house)
    assert run("policy", "hold", house).exit_code == BAD_INPUT
    assert mandate_of(house) == before


def test_a_write_that_fails_leaves_the_mandate_whole(house, monkeypatch):
    before = mandate_of(house)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    told = run("policy", "hold", house)
    assert told.exit_code == BAD_INPUT and "No space left" in told.stderr
    assert mandate_of(house) == before
    assert not list(house.glob(".mandate*"))


def test_the_folder_alone_is_no_name(house, monkeypatch):
    monkeypatch.chdir(house)
    assert run("policy").stdout.startswith("5/25")
    monkeypatch.chdir(house.parent)
    assert run("policy", "house").stdout.startswith("5/25")
    assert run("policy", "a", "b", "c").exit_code == TWO
