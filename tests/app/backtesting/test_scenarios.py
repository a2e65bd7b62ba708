"""The scenarios that come with the package are the crashes that they are named after."""

import numpy as np
import pytest

from trimtab.app.backtesting.scenario import CLASS_WORDS, Others, class_word
from trimtab.app.backtesting.stress import SCENARIOS, _packaged
from trimtab.drivers.backtest.stress import daily_path
from trimtab.estimators._long_run import AssetClass

UNMAPPED = {AssetClass.CRYPTO, AssetClass.OTHER}

# The lowest point since the start, where it lies, and the end, as fractions; from the funds named
# in each file, and for 2022 from the indices' published years.
FACTS = """
scenario  class             lowest  session  end
1987      stocks            -0.331       38  -0.139
1987      bonds             -0.049        .   0.098
2000-02   stocks            -0.485      637  -0.229
2000-02   emerging_stocks   -0.466        .   0.031
2000-02   real_estate       -0.001        .   0.971
2000-02   bonds             -0.013        .   0.343
2008      stocks            -0.554      355  -0.238
2008      emerging_stocks   -0.644        .  -0.219
2008      real_estate       -0.700        .  -0.329
2008      long_bonds         .            .   0.144
2020      stocks            -0.350       23   0.040
2020      real_estate       -0.415        .  -0.153
2020      bonds             -0.032        .   0.047
2022      stocks             .            .  -0.181
2022      bonds              .            .  -0.130
2022      foreign_stocks     .            .  -0.1445
2022      commodities        .            .   0.161
2022      municipal          .            .  -0.085
"""
ROWS = [line.split() for line in FACTS.strip().splitlines()[1:]]


def scenario(word: str):
    read = _packaged(word).scenario
    assert read is not None
    return read


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row[:2]) for row in ROWS])
def test_its_falls_are_those_of_the_time(row: list[str]):
    word, name, lowest, session, end = row
    one = scenario(word)
    path = np.cumprod(1.0 + daily_path(one.knots)[:, one.columns.index(name)]) - 1.0
    assert path[-1] == pytest.approx(float(end), abs=0.002)
    if lowest != ".":
        assert min(path.min(), 0.0) == pytest.approx(float(lowest), abs=0.012)
    if session != ".":
        assert int(path.argmin()) + 1 == int(session)


@pytest.mark.parametrize(
    ("word", "session", "fall"),
    [("1987", 38, -0.2047), ("2020", 18, -0.1230), ("2008", 257, -0.0921)],
)
def test_its_worst_day_is_kept_as_it_was(word: str, session: int, fall: float):
    one = scenario(word)
    days = daily_path(one.knots)[:, one.columns.index("stocks")]
    worst = int(days.argmin())
    assert days[worst] == pytest.approx(fall, abs=0.002)
    assert abs(worst + 1 - session) <= 40


@pytest.mark.parametrize("word", SCENARIOS)
def test_every_class_that_has_a_market_has_a_path(word: str):
    one = scenario(word)
    assert one.others is Others.REFUSE
    served = {CLASS_WORDS[name] for name in one.columns} | set(one.stand_ins)
    assert served >= set(AssetClass) - UNMAPPED
    assert not {class_word(kind) for kind in one.stand_ins} & set(one.columns)
    assert one.title and one.story and one.source


@pytest.mark.parametrize("word", ["2000-02", "2008", "2020"])
def test_paths_follow_the_funds_that_they_name(word: str, shared_dir):
    """Between knots too, to within a few percent: the shape is that of the time."""
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(
        shared_dir / "data" / "etf" / "vanguard_funds_adjnav_wide_1980_2024.parquet"
    ).to_pydict()
    first = {"2000-02": "2000-03-24", "2008": "2007-10-09", "2020": "2020-02-19"}[word]
    start = [str(on) for on in table["date"]].index(first)
    one = scenario(word)
    for name, fund in (("stocks", "VTSMX"), ("bonds", "VBMFX"), ("foreign_stocks", "VTMGX")):
        nav = np.array(table[fund][start : start + one.sessions + 1], dtype=float)
        path = np.cumprod(1.0 + daily_path(one.knots)[:, one.columns.index(name)])
        assert np.abs(np.log(path / (nav[1:] / nav[0]))).max() < 0.09
        at = [session - 1 for session in one.knots.sessions[1:]]
        assert np.abs(path[at] - (nav[1:] / nav[0])[at]).max() < 0.0002
