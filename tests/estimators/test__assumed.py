"""Risk without history: long-run figures, joined to what is measured so that it can be."""

from dataclasses import replace
from datetime import date, timedelta
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.estimators import estimate
from trimtab.model.errors import InputError
from trimtab.model.estimates import Estimates
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.mandate import Mandate, RiskRules, WashSaleRules, WithoutHistory
from trimtab.model.snapshots import PriceHistory

AS_OF = date(2026, 11, 20)
K = InstrumentKind
SAID = WashSaleRules(substitutes={"VTI": ("ITOT",)})
ASSUME = Mandate((), risk=RiskRules(WithoutHistory.ASSUME), wash_sales=SAID)
REFUSE = Mandate((), risk=RiskRules(WithoutHistory.REFUSE), wash_sales=SAID)
HOUSE = {
    "VTI": Instrument("VTI", "Total Stock Market", K.ETF),
    "ITOT": Instrument("ITOT", "Core Total US Market", K.ETF),
    "BND": Instrument("BND", "Total Bond Market", K.ETF),
    "GLD": Instrument("GLD", "Gold Shares", K.ETF),
    "AAPL": Instrument("AAPL", "Apple"),
    "MSFT": Instrument("MSFT", "Microsoft"),
    "BTC": Instrument("BTC", kind=K.CRYPTO),
}
NAMES = tuple(HOUSE)


def history(known: dict[str, int], sessions: int = 300, seed: int = 1) -> PriceHistory:
    """Random walks with one common market; of each name its last so many closes are known."""
    chance = np.random.default_rng(seed)
    market = chance.normal(0, 0.008, (sessions, 1))
    steps = market + chance.normal(0, 0.006, (sessions, len(NAMES)))
    closes = 100 * np.exp(np.cumsum(steps, axis=0))
    for at, name in enumerate(NAMES):
        closes[: sessions - known.get(name, 0), at] = nan
    dates = tuple(AS_OF - timedelta(days=at) for at in reversed(range(sessions)))
    return PriceHistory(dates, NAMES, tuple(map(tuple, closes.tolist())), "prices.csv")


def correlation(made: Estimates, one: str, other: str) -> float:
    at, to = made.instruments.index(one), made.instruments.index(other)
    covariance = np.array(made.covariance)
    return float(covariance[at, to] / sqrt(covariance[at, at] * covariance[to, to]))


def volatility(made: Estimates, name: str) -> float:
    return made.daily_volatility[name] * sqrt(252)


ONE_PRICE = history(dict.fromkeys(NAMES, 1))


def test_without_a_word_in_the_mandate_long_run_figures_stand_in() -> None:
    assert estimate(ONE_PRICE, Mandate((), wash_sales=SAID), HOUSE, as_of=AS_OF) == estimate(
        ONE_PRICE, ASSUME, HOUSE, as_of=AS_OF
    )


def test_a_mandate_may_have_it_refused() -> None:
    with pytest.raises(InputError, match=r"0 for VTI, ITOT, BND, .*without_history = \"assume\""):
        estimate(ONE_PRICE, REFUSE, HOUSE, as_of=AS_OF)


def test_with_one_price_each_the_figures_of_the_classes_stand() -> None:
    made = estimate(ONE_PRICE, ASSUME, HOUSE, as_of=AS_OF)
    assert {name: round(volatility(made, name), 4) for name in NAMES} == {
        "VTI": 0.17,
        "ITOT": 0.17,
        "BND": 0.06,
        "GLD": 0.17,
        "AAPL": 0.3,
        "MSFT": 0.3,
        "BTC": 0.7,
    }
    assert set(made.trend.values()) == {0.0}
    assert correlation(made, "VTI", "ITOT") > 0.995
    assert correlation(made, "AAPL", "MSFT") == pytest.approx(0.30, abs=0.01)
    assert correlation(made, "VTI", "BND") == pytest.approx(0.25 * 0.97 * 0.95)
    assert correlation(made, "GLD", "VTI") < 0.1


def test_every_figure_that_is_assumed_is_a_finding_and_stands_in_the_sources() -> None:
    made = estimate(ONE_PRICE, ASSUME, HOUSE, as_of=AS_OF)
    assert [found.subject for found in made.findings] == [
        "risk of VTI, ITOT",
        "risk of BND",
        "risk of GLD",
        "risk of AAPL, MSFT",
        "risk of BTC",
    ]
    first = made.findings[0]
    assert str(first) == (
        "risk of VTI, ITOT: it is assumed, 17 % a year, that of a stock fund "
        "(J.P. Morgan LTCMA 2025): no history"
    )
    assert "prices.csv" in first.remedy
    assert all(f"{name} " in made.sources["covariance"] for name in NAMES)
    assert made.sources["covariance"].startswith("assumed: VTI 17 % a year")
    assert "none for VTI, ITOT, BND" in made.sources["trend"]


def test_what_is_measured_stays_as_measured() -> None:
    known = history({"VTI": 300, "BND": 300, "GLD": 20})
    alone = estimate(known, REFUSE, {name: HOUSE[name] for name in ("VTI", "BND")}, as_of=AS_OF)
    made = estimate(known, ASSUME, HOUSE, as_of=AS_OF)
    for one in ("VTI", "BND"):
        assert volatility(made, one) == pytest.approx(volatility(alone, one))
        assert made.trend[one] == alone.trend[one] != 0
    assert correlation(made, "VTI", "BND") == pytest.approx(correlation(alone, "VTI", "BND"))
    told = {found.subject: found.message for found in made.findings}
    assert "only 19 daily returns, where an estimate needs 60" in told["risk of GLD"]
    assert "risk of VTI" not in " ".join(told)


def test_a_substitute_of_what_is_measured_follows_it_in_everything() -> None:
    made = estimate(history({"VTI": 300, "BND": 300}), ASSUME, HOUSE, as_of=AS_OF)
    assert volatility(made, "ITOT") == pytest.approx(volatility(made, "VTI"))
    assert correlation(made, "ITOT", "VTI") > 0.99
    assert correlation(made, "ITOT", "BND") == pytest.approx(
        correlation(made, "VTI", "BND"), abs=0.02
    )
    itot = next(found for found in made.findings if found.subject == "risk of ITOT")
    assert "as measured for VTI" in itot.message


def test_of_two_that_never_traded_together_the_shorter_is_assumed() -> None:
    rows = [list(row) for row in history(dict.fromkeys(NAMES, 400), 400).closes]
    for at, row in enumerate(rows):
        row[NAMES.index("VTI" if at >= 150 else "BND")] = nan
    apart = replace(history({}, 400), closes=tuple(map(tuple, rows)))
    two = {name: HOUSE[name] for name in ("VTI", "BND")}
    made = estimate(apart, ASSUME, two, as_of=AS_OF)
    assert [found.subject for found in made.findings] == ["risk of VTI"]
    assert "shares too few days with the others" in made.findings[0].message
    assert volatility(made, "VTI") == pytest.approx(0.17)


def test_with_enough_history_assume_changes_nothing() -> None:
    whole = history(dict.fromkeys(NAMES, 300))
    assert estimate(whole, ASSUME, HOUSE) == estimate(whole, REFUSE, HOUSE)


def test_a_price_that_cannot_be_is_still_refused() -> None:
    rows = [list(row) for row in history(dict.fromkeys(NAMES, 300)).closes]
    rows[250][0] = -1.0
    wrong = replace(ONE_PRICE, closes=tuple(map(tuple, rows)))
    with pytest.raises(InputError, match="must be above zero"):
        estimate(wrong, ASSUME, HOUSE)


@examples(60)
@given(
    known=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 300)),
    seed=st.integers(0, 1000),
)
def test_whatever_is_known_the_covariance_can_be_and_is_complete(
    known: dict[str, int], seed: int
) -> None:
    made = estimate(history(known, seed=seed), ASSUME, HOUSE, as_of=AS_OF)
    covariance = np.array(made.covariance)
    scale = np.sqrt(np.diag(covariance))
    assert np.isfinite(covariance).all()
    assert np.allclose(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance / np.outer(scale, scale)).min() > -1e-9
    told = " ".join(found.subject for found in made.findings)
    assert all((name in told) == (known.get(name, 0) < 61) for name in NAMES)
