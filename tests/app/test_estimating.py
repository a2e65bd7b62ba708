"""Estimators by a mandate's choice: built, shown, refused, and blind to the future."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.app.folders import MANDATE, write_household
from trimtab.app.api import decide
from trimtab.app.as_json import decision_json
from trimtab.app.cost_models import write_cost_model
from trimtab.app.estimating import estimates_if_any, estimates_of, estimators_of, history_of
from trimtab.app.household import load_folder
from trimtab.app.status import status_of
from trimtab.app.status_json import status_json
from trimtab.cycle.requests import Observation
from trimtab.estimators.quantile_cost import QuantileCost
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.estimates import Estimates
from trimtab.testing.simulated_fills import FillWorld, simulated_fills

AS_OF = date(2022, 10, 11)
NAMES = ("VTI", "ITOT", "BND")
PAST, FUTURE = 500, 60

EVERYTHING = """
[estimates]
covariance = "normal_inverse_wishart"
mean = "black_litterman"
state = "jump_model"
drift = "lognormal_drift"
trend = "momentum"

[estimates.lognormal_drift]
review_sessions = 21

[[estimates.black_litterman.views]]
instrument = "VTI"
over = "BND"
expected = 0.03
"""


def prices(sessions: int = PAST, future: int = 0, change: float = 1.0) -> str:
    """Closes up to the day, and others after it."""
    chance = np.random.default_rng(5)
    steps = chance.normal(0, [0.01, 0.01, 0.003], (sessions + FUTURE, 3))
    steps[:, 1] = 0.98 * steps[:, 0] + 0.02 * steps[:, 1]
    closes = 100 * np.exp(np.cumsum(steps, axis=0))
    after = closes[sessions:][::-1] * change
    rows = [*closes[:sessions], *after[:future]]
    first = AS_OF - timedelta(days=sessions - 1)
    lines = [
        f"{first + timedelta(days=at)}," + ",".join(f"{price:.4f}" for price in row)
        for at, row in enumerate(rows)
    ]
    return "\n".join(["date," + ",".join(NAMES), *lines, ""])


def estimated(folder: Path, chosen: str, closes: str | None = None) -> Estimates:
    loaded = load_folder(
        write_household(folder, MANDATE + chosen, prices=closes or prices()), AS_OF
    )
    history, _ = history_of(loaded, AS_OF)
    return estimates_of(Observation(loaded.snapshot, history), loaded.mandate, loaded.folder)


def test_every_choice_is_made_and_says_what_it_rests_on(tmp_path: Path):
    made = estimated(tmp_path, EVERYTHING)
    assert set(made.mean) == set(made.drift) == set(made.trend_confidence) == set(NAMES)
    assert made.state is not None
    assert made.risk_uncertainty >= (2 / (21 + 499 - 2)) ** 0.5
    sources = {what: words.split(",")[0] for what, words in made.sources.items()}
    assert sources["covariance"] == "NormalInverseWishart"
    assert sources["mean"] == "BlackLitterman"
    assert sources["state"] == "JumpModel"
    assert sources["drift"] == "LognormalDrift"
    assert sources["trend"] == "Momentum"


def test_without_a_word_nothing_changes(tmp_path: Path):
    made = estimated(tmp_path, "")
    assert (made.mean, made.drift, made.state, made.trend_confidence) == ({}, {}, None, {})
    assert made.sources["covariance"].startswith("LedoitWolf")
    assert 0 < made.risk_uncertainty < 0.2


CHOICES = [
    '[estimates]\ncovariance = "factor"',
    '[estimates]\ncovariance = "ewma"',
    '[estimates]\ncovariance = "sample"',
    '[estimates]\nmean = "normal_inverse_wishart"',
    '[estimates]\nstate = "markov_switching"',
    '[estimates]\ndrift = "bootstrap_drift"',
    EVERYTHING,
]


@pytest.mark.parametrize("chosen", CHOICES)
def test_prices_after_the_day_change_no_estimate(tmp_path: Path, chosen: str):
    if "markov" in chosen:
        pytest.importorskip("statsmodels")
    alone = estimated(tmp_path / "alone", chosen)
    for at, (future, change) in enumerate([(60, 1.0), (60, 3.0), (20, 0.1)]):
        closes = prices(future=future, change=change)
        assert estimated(tmp_path / str(at), chosen, closes) == alone


MISTAKES = [
    ('covariance = "facto"', "did you mean 'factor'"),
    ('state = "factor"', "'factor' does not estimate that; there are jump_model"),
    ('mean = "momentum"', "there are black_litterman, normal_inverse_wishart"),
    ('cost = "quantile_cost"', "no model is named"),
    ('covariance = "factor"\n[estimates.factor]\nfactors = 99', "factors is 99; must be between"),
    ('covariance = "factor"\n[estimates.factor]\nfactor = 2', "did you mean 'factors'"),
    ('covariance = "ewma"\n[estimates.factor]\nfactors = 2', "has settings, but is not chosen"),
    ('covarianc = "factor"', "did you mean 'covariance'"),
    (
        'mean = "black_litterman"\n[[estimates.black_litterman.views]]\ninstrument = "VTI"',
        "expected: missing",
    ),
]


@pytest.mark.parametrize(("chosen", "message"), MISTAKES, ids=[row[1] for row in MISTAKES])
def test_a_choice_that_cannot_be_is_refused(tmp_path: Path, chosen: str, message: str):
    with pytest.raises((InputError, InputErrors)) as caught:
        estimated(tmp_path, f"\n[estimates]\n{chosen}\n")
    assert message.lower() in str(caught.value).lower()


def test_a_missing_package_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.regime_switching.markov_regression", None)
    with pytest.raises(InputError, match=r'statsmodels.*Pip install "trimtab\[ai\]"'):
        estimated(tmp_path, '\n[estimates]\nstate = "markov_switching"\n')


def test_a_state_that_cannot_be_told_is_a_finding_that_says_what_stands_instead(tmp_path: Path):
    made = estimated(tmp_path, '\n[estimates]\nstate = "jump_model"\n', prices(120))
    assert made.state is None
    (found,) = made.findings
    assert found.code == "estimate_fell_back"
    assert "instead: not known" in found.message
    assert made.sources["state"] == "not known"


def test_constant_prices_leave_every_other_estimate_standing(tmp_path: Path):
    lines = prices().splitlines()
    still = [lines[0], *(",".join([*line.split(",")[:3], "80"]) for line in lines[1:])]
    made = estimated(tmp_path, EVERYTHING, "\n".join([*still, ""]))
    assert (made.trend["BND"], made.trend_confidence["BND"]) == (0.0, 0.5)
    assert np.isfinite(np.array(made.covariance)).all()
    assert made.state is not None


def test_a_plan_and_a_status_show_the_estimates_with_their_sources(tmp_path: Path):
    loaded = load_folder(write_household(tmp_path, MANDATE + EVERYTHING, prices=prices()), AS_OF)
    told = json.loads(json.dumps(decision_json(decide(loaded))))["estimates"]
    stood, why_none = estimates_if_any(loaded)
    shown = json.loads(json.dumps(status_json(status_of(loaded), stood)))["estimates"]
    assert why_none == ()
    for one in (told, shown):
        vti = one["instruments"]["VTI"]
        assert vti["drift"]["low"] < vti["drift"]["middle"] < vti["drift"]["high"]
        assert vti["mean_error"] > 0
        assert one["state"]["likeliest"] in ("calm", "trending", "crisis")
        assert one["sources"]["drift"].startswith("LognormalDrift, 499 daily returns")


def test_a_status_without_history_has_no_estimates_and_says_why(tmp_path: Path):
    refuse = '\n[risk]\nwithout_history = "refuse"\n'
    loaded = load_folder(write_household(tmp_path, MANDATE + refuse), AS_OF)
    made, why_none = estimates_if_any(loaded)
    assert made is None
    assert "too few daily returns" in why_none[0].message


COST = '\n[estimates]\ncost = "quantile_cost"\n[estimates.quantile_cost]\nmodel = "costs"\n'


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a trained model of trading cost."""
    pytest.importorskip("lightgbm")
    pytest.importorskip("mapie")
    folder = tmp_path_factory.mktemp("models")
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 1, 1_000, AS_OF)
    write_cost_model(folder, QuantileCost(trees=30).fit(fills, AS_OF))
    return folder


def with_costs(folder: Path, costs: Path) -> Path:
    (folder / "costs").mkdir(parents=True)
    for file in costs.iterdir():
        (folder / "costs" / file.name).write_bytes(file.read_bytes())
    return folder


def test_a_plan_counts_with_the_forecast_cost(tmp_path: Path, costs: Path):
    made = estimated(with_costs(tmp_path, costs), COST)
    vti = made.trading_cost["VTI"]
    assert vti.low < vti.middle < vti.high
    assert made.half_spread["VTI"] == vti.middle
    assert "for an order of 10,000" in made.sources["trading_cost"]


def test_an_instrument_unlike_any_seen_in_training_keeps_its_stated_spread(
    tmp_path: Path, costs: Path
):
    stated = "\n[instruments.BND]\nhalf_spread = 0.2\n"
    made = estimated(with_costs(tmp_path, costs), COST + stated)
    assert set(made.trading_cost) == {"VTI", "ITOT"}
    assert made.half_spread["BND"] == 0.2
    (found,) = made.findings
    assert found.subject == "trading cost of BND"
    assert "instead: the spread that is stated or assumed" in found.message


def test_an_altered_cost_model_is_refused(tmp_path: Path, costs: Path):
    folder = with_costs(tmp_path, costs)
    (folder / "costs" / "low.txt").write_text("tree\n")
    with pytest.raises(InputError, match=r"low\.txt: it is not the file that was written"):
        estimated(folder, COST)


def test_a_cost_model_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="there is no such folder"):
        estimated(tmp_path, COST)


def test_an_estimator_can_be_asked_for_from_python():
    from trimtab.model.mandate import EstimateRules, PlugInChoice

    rules = EstimateRules(state=PlugInChoice("jump_model", {"jump_penalty": 9}))
    made = estimators_of(rules)
    assert made.state is not None
    assert made.state.jump_penalty == 9  # type: ignore[attr-defined]
