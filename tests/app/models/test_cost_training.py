"""Trading cost learned from a household's fills: proposed with evidence, used, or said why not."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from trimtab.app.models.registry import registry_of
from trimtab.model.mandate import CostRules

HEADER = "date,time,instrument,side,quantity,price,decision_price,commission"
LAST = date(2022, 10, 11)
FILLS, A_DAY = 900, 6
YES = ("--yes", "--reason", "a test", "--despite-evidence")
LEARNED = MANDATE + '\n[estimates]\ncost = "learned:costs"\n'
SPREAD = float(CostRules().half_spread)


def fills(count: int = FILLS, dear: float = 3.0, seed: int = 3) -> str:
    """Fills of a broker who takes so many times the stated spread, with noise that anyone has."""
    chance = np.random.default_rng(seed)
    lines = [HEADER]
    for number in range(count):
        day = LAST - timedelta(days=(count - number) // A_DAY)
        side, name = ("buy", "sell")[number % 2], ("VTI", "BND")[number // 2 % 2]
        cost = SPREAD * (dear + 0.5 * chance.standard_normal())
        price = 100.0 * (1.0 + cost if side == "buy" else 1.0 - cost)
        minute = 600 + int(chance.integers(0, 300))
        quantity = round(float(np.exp(chance.normal(np.log(100.0), 0.8))), 3)
        lines.append(
            f"{day},{minute // 60}:{minute % 60:02d},{name},{side},{quantity},{price:.6f},100,0"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("lightgbm")
    pytest.importorskip("mapie")
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    return at(tmp_path)


def at(folder: Path, mandate: str = MANDATE, text: str | None = None) -> Path:
    lots = LOTS.format(joint=100, basis=6_000, roth=620, bonds=560)
    house = write_household(folder / "house", mandate, lots, prices())
    (house / "fills.csv").write_text(fills() if text is None else text, encoding="utf-8")
    return house


def words(text: str) -> str:
    return " ".join(text.split())


def plan(house: Path) -> dict:
    return json.loads(run("plan", house, "--json", "--policy", "no_trade_zone").stdout)


def fell_back(house: Path) -> list[str]:
    return [
        one["message"]
        for one in json.loads(run("status", house, "--json").stdout)["findings"]
        if one["code"] == "estimate_fell_back"
    ]


def test_fills_make_a_model_that_is_proposed_with_its_coverage_then_used(house):
    told = run("train", "cost", house)
    assert told.exit_code == DONE, told.stderr
    assert "costs@1 is proposed" in told.stdout and "it keeps its word" in words(told.stdout)
    card = registry_of(house).manifest("costs", 1).card
    assert card.trained_until == LAST
    assert card.coverage is not None
    assert card.coverage.low <= 0.8 <= card.coverage.high
    assert card.coverage.first > date(2022, 8, 1), "judged by the later quarter, split by day"
    assert card.is_better, "three times the stated spread is there to be learned"
    assert card.evidence[0].difference == pytest.approx(-1.5 * SPREAD, rel=0.35)
    body = json.loads(run("models", "list", house, "--json").stdout)["models"]
    assert [(m["label"], m["kind"]) for m in body] == [("costs@1", "quantile_cost")]
    (house / "mandate.toml").write_text(LEARNED, encoding="utf-8")
    (waiting,) = fell_back(house)
    assert "proposed, not promoted" in waiting and "the spread that is stated" in waiting
    assert run("models", "promote", "costs", house, "--yes", "--reason", "test").exit_code == DONE
    assert fell_back(house) == []
    estimates = json.loads(run("status", house, "--json").stdout)["estimates"]
    middle = estimates["instruments"]["VTI"]["trading_cost"]["middle"]
    assert middle == pytest.approx(3 * SPREAD, rel=0.35)


def test_a_model_file_that_was_altered_is_the_stated_spread_and_a_finding(house):
    run("train", "cost", house)
    run("models", "promote", "costs", house, *YES)
    (house / "mandate.toml").write_text(LEARNED, encoding="utf-8")
    (house / "models" / "costs" / "0001" / "low.txt").write_text("trees of another", "utf-8")
    (why,) = fell_back(house)
    assert "low.txt" in why and "the spread that is stated" in why
    assert plan(house)["verdict"] in ("hold", "trade", "approval")


def test_a_model_that_is_not_there_is_the_stated_spread_and_a_finding(house):
    (house / "mandate.toml").write_text(LEARNED, encoding="utf-8")
    assert "there is no such model" in fell_back(house)[0]


def test_days_before_its_last_fill_are_planned_without_it(house):
    run("train", "cost", house)
    run("models", "promote", "costs", house, *YES)
    (house / "mandate.toml").write_text(LEARNED, encoding="utf-8")
    told = json.loads(run("status", house, "--as-of", "2022-10-03", "--json").stdout)
    notes = [one for one in told["findings"] if one["code"] == "estimate_fell_back"]
    assert "learned from fills up to 2022-10-11" in notes[0]["message"]


def changed(row: int, old: str, new: str) -> str:
    lines = fills().splitlines()
    lines[row] = lines[row].replace(old, new, 1)
    return "\n".join(lines) + "\n"


def constant() -> str:
    rows = [line.split(",") for line in fills().splitlines()[1:]]
    return (
        HEADER
        + "\n"
        + "".join(
            ",".join([*row[:5], "100.05" if row[3] == "buy" else "99.95", "100", "0"]) + "\n"
            for row in rows
        )
    )


UNLEARNABLE = [
    # (what is wrong, the fills, the complaint)
    ("too few fills", fills(350), "there are 350 fills up to 2022-10-11"),
    ("no fills", HEADER + "\n", "there are none"),
    ("costs that never change", constant(), "all 900 are 5.00 bps"),
    ("not a number", changed(7, ",100,0", ",nan,0"), "fills.csv:8: decision_price"),
    ("an unknown instrument", changed(9, "VTI", "VTX"), "does not know 'VTX'"),
    ("a price of another unit", changed(3, ",100,0", ",1,0"), "cost of 1 fills"),
    ("a day to come", changed(900, "2022-10-11", "2022-12-01"), "has not come yet"),
    ("a fill before all prices", changed(1, "2022-", "2019-"), "its volatility needs 60"),
]


@pytest.mark.parametrize(
    ("text", "complaint"), [u[1:] for u in UNLEARNABLE], ids=[u[0] for u in UNLEARNABLE]
)
def test_what_cannot_be_learned_from_is_refused_and_nothing_is_registered(house, text, complaint):
    (house / "fills.csv").write_text(text, encoding="utf-8")
    told = run("train", "cost", house)
    assert told.exit_code == BAD_INPUT, told.stdout
    assert complaint in words(told.stderr)
    assert registry_of(house).names() == ()


def test_fills_elsewhere_are_found_again_for_the_next_training(house, tmp_path):
    elsewhere = tmp_path / "broker.csv"
    elsewhere.write_text(fills(), encoding="utf-8")
    run("train", "cost", house, "--fills", elsewhere)
    run("models", "promote", "costs", house, *YES)
    elsewhere.write_text(fills(1000, dear=9.0, seed=4), encoding="utf-8")
    told = run("models", "retrain", house, "--json")
    assert told.exit_code == DONE, told.stderr
    (one,) = json.loads(told.stdout)["models"]
    assert (one["became"], one["successor"]) == ("proposed", "costs@2")
    elsewhere.unlink()
    (failed,) = json.loads(run("models", "retrain", house, "--json").stdout)["models"]
    assert failed["became"] == "failed" and "there is no such file" in failed["problem"]


def test_costs_that_are_no_longer_those_of_training_make_it_due(house):
    early = fills().splitlines()
    cut = len(early) // 2
    (house / "fills.csv").write_text("\n".join(early[:cut]) + "\n", encoding="utf-8")
    assert run("train", "cost", house).exit_code == DONE
    run("models", "promote", "costs", house, *YES)
    dear = fills(dear=9.0).splitlines()
    (house / "fills.csv").write_text("\n".join([*early[:cut], *dear[cut:]]) + "\n", "utf-8")
    (one,) = json.loads(run("models", "check", house, "--json").stdout)["models"]
    assert one["condition"] == "drifting"
    (again,) = json.loads(run("models", "retrain", house, "--due", "--json").stdout)["models"]
    assert again["became"] == "proposed"
    (beside,) = again["beside_evidence"]
    assert beside["difference"] > again["evidence"][0]["difference"]


def test_fills_without_the_word_cost_are_a_wrong_use(house):
    assert run("train", house, "--fills", house / "fills.csv").exit_code == BAD_INPUT
