"""Ears for a policy that listens: what orders cost lately, and a backtest that hears day by day."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import write_household
from tests.policies.learned_models import HandMade, in_use, listener
from tests.stores.models import CARD, NOON
from trimtab.app.backtesting.api import backtest
from trimtab.app.fills_file import Fill
from trimtab.app.household import load_folder
from trimtab.app.models.hearing import ears_of, recent_costs
from trimtab.app.models.registry import registry_of
from trimtab.model.models import Provenance
from trimtab.policies.learned import Learned
from trimtab.policies.no_trade_zone import NoTradeZone
from trimtab.quant.learned.files import to_bytes

MANDATE = """\
[household]
name = "Two classes, no tax"
as_of = 2022-10-11

[[accounts]]
id = "roth"
wrapper = "roth"
fractional = true

[[targets]]
name = "stocks"
weight = 0.6
instruments = ["VTI"]

[[targets]]
name = "bonds"
weight = 0.4
instruments = ["BND"]

[tax]
regime = "none"
"""
LOTS = """\
account,instrument,quantity,basis,acquired
roth,VTI,600,,
roth,BND,800,,
"""
TODAY = date(2022, 10, 11)
DAYS = [TODAY - timedelta(days=k) for k in reversed(range(700)) if k % 7 not in (2, 3)]
"""Weekdays enough for a year before the backtest."""
START, END = date(2022, 6, 1), date(2022, 9, 1)


def prices(after: date = TODAY, seed: int = 0) -> str:
    """Closes with a storm every summer; after a day other ones."""
    chance, other = np.random.default_rng(5), np.random.default_rng(seed)
    moves = np.array([
        (other if seed and day > after else chance).standard_normal(2)
        * [0.01, 0.004] * (3.0 if day.month in (6, 7) else 1.0)
        for day in DAYS
    ])  # fmt: skip
    level = np.exp(np.cumsum(moves, axis=0)) * [100.0, 50.0]
    rows = zip(DAYS, level, strict=True)
    return "date,VTI,BND\n" + "".join(f"{day},{a:.4f},{b:.4f}\n" for day, (a, b) in rows)


def home(folder: Path, closes: str) -> Path:
    """The household, with a model that listens proposed as ears@1."""
    house = write_household(folder, MANDATE, LOTS, closes)
    registry = registry_of(house)
    made = Provenance(registry.package, "d" * 64, "c" * 64, "f" * 64, {})
    registry.add("ears", "network", NOON, made, CARD, {"weights.npz": to_bytes(listener())})
    return house


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))


def test_only_a_model_that_listens_gets_ears():
    assert ears_of(Learned("ears", in_use=in_use(listener()))) is not None
    assert ears_of(Learned("band", in_use=in_use(HandMade()))) is None
    assert ears_of(NoTradeZone()) is None


def test_a_decision_and_its_record_name_what_was_heard(tmp_path):
    house = home(tmp_path / "house", prices())
    plan = json.loads(run("plan", house, "--policy", "learned:ears@1", "--json").stdout)
    assert "heard of the market: " in json.dumps(plan)
    record = json.loads(run("explain", house, "--policy", "learned:ears@1", "--json").stdout)
    heard = record["inputs"]["heard"]
    assert set(heard) >= {"storm_excess", "log_expected_volatility", "log_recent_cost"}
    assert heard["cost_reviews"] == 0 and heard["log_recent_cost"] == 0.0
    assert any("The model hears the market" in one["text"] for one in record["reasons"])
    assert record["withheld"] == []
    rule = json.loads(run("explain", house, "--policy", "no_trade_zone", "--json").stdout)
    assert rule["inputs"]["heard"] is None


def test_what_comes_after_the_day_is_not_heard(tmp_path):
    told = []
    for number, seed in enumerate((0, 1)):
        house = home(tmp_path / str(number), prices(END, seed))
        answer = run("explain", house, "--policy", "learned:ears@1", "--as-of", END, "--json")
        assert answer.exit_code == DONE, answer.stderr
        record = json.loads(answer.stdout)
        told.append((record["inputs"]["heard"], record["verdict"], record["alternatives"]))
    assert told[0] == told[1]


def test_a_backtest_hears_day_by_day_and_nothing_of_later(tmp_path):
    runs = []
    for number, seed in enumerate((0, 1)):
        house = home(tmp_path / str(number), prices(END, seed))
        loaded = load_folder(house)
        found = backtest(loaded, ["learned:ears@1"], start=START, end=END, value=100_000)
        runs.append(found.runs[0])
    one, other = runs
    assert one.decisions == other.decisions and one.fills == other.fills
    assert {note.code for note in one.findings} & {"model_unheard", "market_unheard"} == set()
    heard = {row.sentence.partition("heard of the market: ")[2] for row in one.decisions}
    assert len(heard - {""}) > 1, "what is heard changes from day to day"


def test_too_little_history_is_the_rules_decision_and_a_finding(tmp_path):
    closes = prices().splitlines()
    house = home(tmp_path / "house", "\n".join([closes[0], *closes[-150:]]) + "\n")
    plan = json.loads(run("plan", house, "--policy", "learned:ears@1", "--json").stdout)
    codes = {one["code"] for one in plan["findings"]}
    assert {"market_unheard", "model_unheard"} <= codes


def fill(days_ago: int, cost: float) -> Fill:
    on = TODAY - timedelta(days=days_ago)
    price = 100.0 * (1.0 + cost)
    return Fill(1, on, 0.5, "VTI", True, 10.0, price, 100.0, 0.0, None, None)


USUAL = [fill(days, 0.001) for days in range(40, 340, 10)]
COSTS = [
    # (what is known, the orders, reviews known, the latest review's factor)
    ("nothing", [], 0, None),
    ("too few orders", USUAL[:10], 0, None),
    ("as usual", [*USUAL, *(fill(d, 0.001) for d in (2, 9, 20))], 10, 1.0),
    ("twice as dear", [*USUAL, *(fill(d, 0.002) for d in (2, 9, 20))], 10, 2.0 * 33 / 36),
    ("one dear order is chance", [*USUAL, fill(5, 0.01)], 9, 1.0),
    ("beyond any storm", [*USUAL * 9, *(fill(d, 0.03) for d in (2, 9, 20))], 12, 5.0),
]


@pytest.mark.parametrize(
    ("fills", "reviews", "latest"), [c[1:] for c in COSTS], ids=[c[0] for c in COSTS]
)
def test_recent_costs_come_from_the_orders_of_each_month(fills, reviews, latest):
    found = recent_costs(fills, TODAY)
    assert found.reviews == reviews
    if latest is None:
        assert len(found.factors) == 0
    else:
        assert found.factors[-1] == pytest.approx(latest)
