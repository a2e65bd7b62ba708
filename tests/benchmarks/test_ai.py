"""The evidence runs without files, gives every family the same budget, and hides no seed."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import ai
from benchmarks._ai_page import render
from benchmarks._ai_panel import MissingPanel, Panel, etf_panel
from benchmarks._ai_peers import agreement
from benchmarks._ai_policies import BUDGET, CONTROL, PEER, RULE, Knowledge, families
from benchmarks._ai_walk import WalkSetting, walk
from benchmarks._ai_worlds import WorldSetting
from trimtab.model.errors import InputError

KNOWN = Knowledge(
    target=np.array([0.4, 0.3, 0.2, 0.1]),
    cost=np.array([1e-3, 2e-3, 1e-3, 3e-3]),
    drift=np.full(4, 0.05),
    covariance=0.01 * (np.eye(4) + 0.5),
    risk_aversion=4.0,
    tax_rate=0.2,
    gain=0.25,
    month=1,
)


def test_every_tuned_family_has_the_same_number_of_trials() -> None:
    tuned = [family for family in families(KNOWN) if family.trials]
    assert {family.trials for family in tuned} == {BUDGET}
    assert {RULE, CONTROL, PEER} == {family.role for family in tuned}


def test_a_folder_without_prices_is_named(tmp_path: object) -> None:
    with pytest.raises(MissingPanel, match="--data"):
        etf_panel(tmp_path)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_small_run_shows_all_policies_seeds_and_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small = WorldSetting((2005, 2012), 2, 4, (1, 2), 4, (1.0,), daily=False)
    monkeypatch.setattr(ai, "QUICK", small)
    assert ai.main(["--quick", "--json", "--sections", "worlds"]) == 0
    found = json.loads(capsys.readouterr().out)["sections"]["worlds"]
    assert {case["world"] for case in found["cases"]} == {
        "lognormal",
        "block bootstrap",
        "GARCH-t",
        "regime switching",
    }
    for case in found["cases"]:
        assert all(len(policy["seeds_bps"]) == 2 for policy in case["policies"])
        cheapest = min(policy["total_bps"] for policy in case["policies"])
        assert cheapest > 0.0
        assert case["differences"]
    both = found["lots"]["policies"]
    assert {one["name"] for one in both} == {one["name"] for one in found["cases"][0]["policies"]}
    assert any(one["lots_tax_bps"] < one["average_tax_bps"] for one in both)
    page = render({"quick": True, "sections": {"worlds": found}})
    assert "Lots instead of an average basis" in page
    assert found["verdict"]["sentence"] in page
    assert page.count("<svg") >= 2 * len(found["verdict"]["standings"])
    assert "http" not in page.replace("http-equiv", "")


def panel(sessions: int, seed: int) -> Panel:
    chance = np.random.default_rng(seed)
    returns = chance.normal(3e-4, 0.01, (sessions, 4))
    days = np.datetime64("2000-01-01") + np.arange(sessions)
    return Panel("invented", tuple("abcd"), days, returns, KNOWN.target, KNOWN.cost)


def test_a_walk_forward_changes_nothing_before_what_it_has_seen() -> None:
    setting = WalkSetting(train_years=2, validate_years=1, cost_times=(1.0,))
    whole = panel(252 * 6, 1)
    spoilt = replace(whole, returns=whole.returns.copy())
    spoilt.returns[-252:] = panel(252, 2).returns
    first, second = (walk(one, setting).cases[0] for one in (whole, spoilt))
    assert len(first.entries[0].seeds) == 3 - 1  # the last year is not whole
    for one, other in zip(first.entries, second.entries, strict=True):
        assert one.seeds[0] == pytest.approx(other.seeds[0], rel=0.2, abs=1e-5)
        assert one.total != other.total


def test_a_walk_forward_shows_every_trial_and_trains_on_whole_years() -> None:
    setting = WalkSetting(train_years=2, validate_years=1, test_years=2, cost_times=(1.0,))
    gaps = 2 * (setting.purge + setting.embargo)
    shortest = panel(252 * 3 + gaps + 450, 1)
    found = walk(shortest, setting)
    assert len(found.cases) == 1
    trials = {len(one.costs) for one in found.tuned["invented", 1.0]}
    assert trials == {0, BUDGET}
    with pytest.raises(InputError, match="first test"):
        walk(panel(252 * 3 + gaps, 1), setting)


def test_lots_change_what_is_taxed_and_nothing_else() -> None:
    setting = WalkSetting(train_years=2, validate_years=1, cost_times=(1.0,))
    lots, average = (
        {one.name: one for one in walk(panel(252 * 5, 4), which).cases[0].entries}
        for which in (setting, replace(setting, lots=False))
    )
    assert lots["never"].total == average["never"].total
    assert lots["monthly"].tax != average["monthly"].tax
    assert lots["monthly"].trading == pytest.approx(average["monthly"].trading)


def test_cvxportfolio_itself_decides_as_its_stand_in_does() -> None:
    pytest.importorskip("cvxportfolio")
    months = np.random.default_rng(3).normal(0.005, 0.05, (12, 4))
    for planned in (False, True):
        found = agreement(KNOWN, months, 48, planned=planned)
        assert found.apart < 1e-3
        assert found.traded > 0.0
