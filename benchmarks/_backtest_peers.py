"""The problems P1 to P3 in bt and vectorbt: final values and seconds, as JSON.

    PYTHON benchmarks/_backtest_peers.py DATA --repeats 5

Runs under any interpreter that has pandas and at least one of the two, needs nothing of Trimtab and
is started by `benchmarks.backtest`.  What each program can be given beforehand (frames of prices
and of wanted weights) is not timed; what is timed ends with the value of every day.

Errors: a program that is not installed is said to be absent; anything else ends with a traceback.
"""

import argparse
import json
import time
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

BAND = 0.05


class Problem:
    """One problem: frames of prices and of wanted weights, on the days that trade for certain."""

    def __init__(self, folder, name, prices):
        self.facts = json.loads((folder / f"{name}.json").read_text())
        names = list(self.facts["targets"])
        self.prices = prices[names]
        self.weights = pd.Series(self.facts["targets"])
        self.cost, self.start = self.facts["cost"], self.facts["init"]
        self.band = self.facts.get("band")
        period = {"quarterly": "Q", "monthly": "M"}.get(self.facts.get("calendar"))
        if period is None:
            self.looks = np.ones(len(prices), dtype=bool)
        else:
            number = prices.index.to_period(period)
            self.looks = np.r_[True, number[1:] != number[:-1]]


def in_bt(problem):
    """The problem in bt, as a function to be timed."""
    import bt

    prices, weights = problem.prices, problem.weights
    wanted = weights.to_dict()

    class OnDays(bt.Algo):
        def __call__(self, target):
            return target.now in days

    class OutOfBand(bt.Algo):
        def __call__(self, target):
            held = {name: child.weight for name, child in target.children.items()}
            return any(abs(held.get(name, 0.0) - wanted[name]) > problem.band for name in wanted)

    days = set(prices.index[problem.looks])
    trigger = OnDays() if problem.band is None else OutOfBand()

    def run():
        strategy = bt.Strategy(
            "peer",
            [
                trigger,
                bt.algos.SelectAll(),
                bt.algos.WeighSpecified(**wanted),
                bt.algos.Rebalance(),
            ],
        )
        test = bt.Backtest(
            strategy,
            prices,
            initial_capital=problem.start,
            commissions=lambda quantity, price: abs(quantity) * price * problem.cost,
            integer_positions=False,
            progress_bar=False,
        )
        test.run()
        return float(test.strategy.values.iloc[-1])

    return run


def in_vectorbt(problem):
    """The problem in vectorbt, as a function to be timed."""
    if problem.band is not None:
        return band_in_vectorbt(problem)
    import vectorbt as vbt

    wanted = pd.DataFrame(np.nan, index=problem.prices.index, columns=problem.prices.columns)
    wanted.loc[problem.looks] = problem.weights.to_numpy()

    def run():
        portfolio = vbt.Portfolio.from_orders(
            problem.prices,
            size=wanted,
            size_type="targetpercent",
            fees=problem.cost,
            init_cash=problem.start,
            group_by=True,
            cash_sharing=True,
            call_seq="auto",
        )
        return float(portfolio.value().iloc[-1])

    return run


def band_in_vectorbt(problem):
    """A threshold in vectorbt: the user's own functions, compiled by it."""
    import vectorbt as vbt
    from numba import njit
    from vectorbt.portfolio import nb
    from vectorbt.portfolio.enums import Direction, SizeType

    to_weight, both = SizeType.TargetPercent, Direction.Both

    @njit
    def before_day(c, weights, band, sizes, values):
        value = c.last_cash[c.group]
        for column in range(c.from_col, c.to_col):
            c.last_val_price[column] = c.close[c.i, column]
            value += c.last_position[column] * c.close[c.i, column]
        acts = c.i == 0
        for column in range(c.from_col, c.to_col):
            held = c.last_position[column] * c.close[c.i, column]
            acts = acts or abs(held / value - weights[column]) > band
        if acts:
            nb.sort_call_seq_nb(c, weights, to_weight, both, values)
        return (acts,)

    @njit
    def order(c, acts, weights, cost):
        if not acts:
            return nb.order_nothing_nb()
        price = c.close[c.i, c.col]
        return nb.order_nb(weights[c.col], price, size_type=to_weight, fees=cost)

    weights = problem.weights.to_numpy()
    scratch = np.empty(len(weights))

    def run():
        portfolio = vbt.Portfolio.from_order_func(
            problem.prices,
            order,
            weights,
            problem.cost,
            pre_segment_func_nb=before_day,
            pre_segment_args=(weights, problem.band, scratch, scratch),
            init_cash=problem.start,
            group_by=True,
            cash_sharing=True,
        )
        return float(portfolio.value().iloc[-1])

    return run


PEERS = {"bt": in_bt, "vectorbt": in_vectorbt}


def timed(run, repeats):
    """The answer of a warm call, and the median seconds of several."""
    final = run()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return {"final": final, "seconds": median(seconds)}


def main():
    """Answer for each program that is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    wide = pd.read_parquet(given.data / "p3.parquet")
    narrow = pd.read_parquet(given.data / "p1.parquet")
    problems = {
        name.upper(): Problem(given.data, name, wide if name == "p3" else narrow)
        for name in ("p1", "p2", "p3")
    }
    found = {}
    for peer, prepare in PEERS.items():
        if find_spec(peer) is None:
            found[peer] = None
            continue
        try:
            number = version(peer)
        except PackageNotFoundError:
            number = "unknown"
        runs = {name: timed(prepare(one), given.repeats) for name, one in problems.items()}
        found[peer] = {"version": number, "problems": runs}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
