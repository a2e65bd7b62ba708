"""Re-estimated targets of a household: read from its mandate, told in plans, the same for all."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.app.backtesting.pasts import DATED, write_past
from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.folders import MANDATE, write_household
from trimtab.app.explaining.asking import question_of
from trimtab.app.household import load_folder
from trimtab.app.targeting import current_targets, targeting_of
from trimtab.model.errors import InputErrors
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import review_day

D = Decimal
GLIDE = """
[target_source]
name = "glide_path"
review_sessions = 21

[[target_source.points]]
on = 2020-01-01
mix = { stocks = 0.7, bonds = 0.3 }

[[target_source.points]]
on = 2030-01-01
mix = { stocks = 0.3, bonds = 0.7 }
"""
PARITY = """
[target_source]
name = "risk_parity"
distance_max = 0.1
"""


def house(folder: Path, section: str) -> Path:
    return write_past(folder / "house", mandate=DATED + section)


def refused(folder: Path, section: str) -> str:
    with pytest.raises(InputErrors) as caught:
        load_folder(write_household(folder / "house", mandate=MANDATE + section))
    return str(caught.value)


def test_a_plan_and_the_status_show_stated_and_current_targets(tmp_path: Path):
    folder = house(tmp_path, GLIDE)
    plan = json.loads(run("plan", folder, "--json").stdout)["targets"]
    status = json.loads(run("status", folder, "--json").stdout)
    assert plan["source"] == "glide_path"
    assert plan["stated"] == {"stocks": 0.6, "bonds": 0.4}
    assert plan["current"]["stocks"] == pytest.approx(0.7 - 0.4 * 0.277, abs=0.005)
    assert sum(plan["current"].values()) == pytest.approx(1.0)
    assert status["targets_current"] == plan
    weights = {one["name"]: one["weight"] for one in status["targets"]}
    assert weights == plan["current"]


def test_the_screens_say_from_what_to_what_the_targets_went(tmp_path: Path):
    folder = house(tmp_path, GLIDE)
    for command in ("status", "plan"):
        result = run(command, folder, env={"COLUMNS": "200"})
        assert result.exit_code in (DONE, FINDINGS), result.output
        told = " ".join(result.stdout.split())
        day = review_day(date(2022, 10, 11), 21)
        assert f"re-estimated by glide_path on {day}: stocks from 60.0 % to" in told


def test_explaining_asks_about_the_current_targets(tmp_path: Path):
    loaded = load_folder(house(tmp_path, GLIDE))
    asked = question_of(loaded)
    assert asked.targets is not None
    assert asked.mandate.targets[0].weight == asked.targets.weights["stocks"]


def test_an_optimiser_keeps_its_distance_from_the_stated_weights(tmp_path: Path):
    pytest.importorskip("skfolio")
    current = current_targets(load_folder(house(tmp_path, PARITY)))
    assert current is not None
    assert current.weights["stocks"] == pytest.approx(D("0.5"))
    assert sum(current.weights.values()) == 1
    assert current.findings == ()


def test_too_little_history_leaves_the_stated_targets_with_a_finding(tmp_path: Path):
    pytest.importorskip("skfolio")
    refuse = '\n[risk]\nwithout_history = "refuse"\n'
    for rule, words in (("", "is assumed, for want of prices"), (refuse, "too few daily returns")):
        folder = write_household(tmp_path / "house", mandate=DATED + PARITY + rule)
        current = current_targets(load_folder(folder))
        assert current is not None
        assert current.weights == current.stated
        assert words in current.findings[0].message


def test_what_comes_after_the_review_changes_nothing(tmp_path: Path):
    pytest.importorskip("skfolio")
    loaded = load_folder(house(tmp_path, PARITY))
    targeting = targeting_of(loaded.mandate, loaded.snapshot.instruments)
    assert targeting is not None
    history = loaded.feed.history(("VTI", "ITOT", "BND"), date(2022, 6, 1), 400)
    before = targeting(date(2022, 6, 1), history, loaded.mandate)
    closes = np.array(history.closes)
    shuffled = np.vstack([closes, np.random.default_rng(1).permutation(closes)])[: len(closes)]
    again = PriceHistory(history.dates, history.instruments, shuffled, history.source)  # type: ignore[arg-type]
    assert targeting(date(2022, 6, 1), again, loaded.mandate) == before


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("[target_source]\nblend = 0.5", "target_source.name: it is missing"),
        ('[target_source]\nname = "fixed"\nmaximum = { shares = 0.5 }', "no target 'shares'"),
        ('[target_source]\nname = "fixed"\nmaximum = { stocks = 0.5 }', "stocks is stated at 0.6"),
        ('[target_source]\nname = "fixed"\nreview_sessions = 0', "too small"),
    ],
)
def test_a_mistake_in_the_section_is_told_with_its_line(tmp_path: Path, section: str, told: str):
    assert told in refused(tmp_path, "\n" + section + "\n")


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ('name = "risk_party"', "there is no 'risk_party'"),
        ('name = "fixed"\nmixx = 1', "unknown key"),
    ],
)
def test_a_source_or_setting_that_is_none_is_told_at_its_line(tmp_path: Path, section, told):
    folder = house(tmp_path, f"\n[target_source]\n{section}\n")
    for command in ("check", "plan", "status"):
        result = run(command, folder)
        assert result.exit_code == BAD_INPUT
        assert told in " ".join(result.output.split())
        assert "mandate.toml:" in result.output
