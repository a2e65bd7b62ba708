"""What tax-loss harvesting brings on real prices, beside what others have published.

    python -m benchmarks.harvest_study [--json] [--data DIR] [--threads N] [--no-speed]

Direct indexing on point-in-time members of the S&P 500, and eight asset classes with a twin fund
each, both as simulated by `trimtab.quant.simulate`, under the settings of each published study as
far as they are known; then one thing changed at a time, to see what makes the difference.
`docs/concepts/direct-indexing.md` says what the figures mean and why they differ.

Errors: missing data end the benchmark with the file's name.
"""

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._harvest_cases import ADVISED, ALONE, CBL, FREQUENCIES, INVESTORS, PUBLISHED, VARIED
from benchmarks._harvest_funds import FUNDS_FROM, US_SHARES, load_funds
from benchmarks._harvest_long import one_fund, twenty_stocks
from benchmarks._harvest_report import as_text
from benchmarks._harvest_speed import measure_speed
from benchmarks._harvest_stocks import Stocks, load_stocks
from trimtab.quant.simulate.direct_market import DirectMarket, index_returns
from trimtab.quant.simulate.harvest_figures import compare_harvest
from trimtab.quant.simulate.harvest_rule import Every, HarvestRule, LossUse
from trimtab.quant.simulate.harvest_run import simulate_harvest

__all__ = ["Study", "main"]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FIRST, LAST = date(2006, 1, 1), date(2020, 12, 31)  # 2005 is what the first weights are made of
STARTS = range(2006, 2012)  # of rolling ten years; the last ends three weeks early
EARLY_FUND, EARLY_STOCKS = range(1982, 2006), range(1990, 2006)  # starts before the members'
LATER = 2011  # a start after the crisis
FAILING, SEED = 0.01, 1091  # invented failures of a year
THIRDS = ((2006, 2010), (2011, 2015), (2016, 2020))

Figures = dict[str, object]
Table = dict[str, Figures]


@dataclass(frozen=True, slots=True)
class Study:
    """The data, and how many threads may work."""

    stocks: Stocks
    folder: Path
    threads: int

    def compare(self, market: DirectMarket, rules: Mapping[str, HarvestRule]) -> Table:
        """Each rule against the same without harvesting."""
        without = [replace(rule, harvest=Every.NEVER) for rule in rules.values()]
        runs = simulate_harvest(market, [*rules.values(), *without], self.threads)
        index = index_returns(market)
        pairs = zip(rules, runs[: len(rules)], runs[len(rules) :], strict=True)
        return {name: asdict(compare_harvest(run, base, index)) for name, run, base in pairs}

    def members(self, first: int, last: int) -> DirectMarket:
        """The cap-like index from one year's start to another's end."""
        return self.stocks.market(date(first, 1, 1), date(last, 12, 31))

    def replications(self) -> Table:
        """Chaudhuri, Burnham and Lo's settings over all years, and over thirds of them."""
        found: Table = {}
        for first, last in ((FIRST.year, LAST.year), *THIRDS):
            rules = {
                f"{first}-{last}, no wash sales": replace(CBL, wash_sales=False),
                f"{first}-{last}, wash sales": CBL,
            }
            found |= self.compare(self.members(first, last), rules)
        return found

    def rolling(self) -> Table:
        """Ten years from each start, the two investors, by frequency: mean and range."""
        rules = _by_frequency(INVESTORS)
        used = replace(INVESTORS["A"], losses=LossUse.OUTSIDE)
        rules["A, every loss used, DAY"] = used
        rules["B, every loss, no wash sales, DAY"] = replace(
            INVESTORS["B"], loss_min=0.0, wash_sales=False
        )
        tables = [self.compare(self.members(y, y + 9), rules) for y in STARTS]
        funds = {
            f"{who} one fund, {every.name}": replace(rule, harvest=every)
            for who, rule in INVESTORS.items()
            for every in (Every.YEAR, Every.DAY)
        }
        for start, table in zip(STARTS, tables, strict=True):
            last = date(start + 9, 12, 31)
            market = load_funds(self.folder, date(start, 1, 1), last, US_SHARES)
            table |= self.compare(market, funds)
        return {name: _mean_of([table[name] for table in tables]) for name in tables[0]}

    def long(self) -> Table:
        """The same ten years from early and from late starts: what the choice of years does."""
        found: Table = {}
        rules = {
            f"B {every.name}": replace(INVESTORS["B"], harvest=every, wash_sales=False)
            for every in (Every.YEAR, Every.DAY)
        }
        for said, starts, market_of in (
            ("one fund", (*EARLY_FUND, *STARTS), partial(one_fund, self.folder)),
            ("twenty stocks", (*EARLY_STOCKS, *STARTS), twenty_stocks),
        ):
            tables = {
                y: self.compare(market_of(date(y, 1, 1), date(y + 9, 12, 31)), rules)
                for y in starts
            }
            for name in rules:
                for years in (starts[: -len(STARTS)], tuple(STARTS)):
                    rows = [tables[y][name] for y in years]
                    label = f"{said}, {name}, from {years[0]} ... {years[-1]}"
                    found[label] = _mean_of(rows)
        return found

    def funds(self) -> Table:
        """Eight asset classes with twins, by frequency, and as an adviser sells it."""
        market = load_funds(self.folder, FUNDS_FROM, LAST)
        plain = replace(CBL, settle=Every.YEAR, loss_min=0.03, cost=0.0005)
        rules = _by_frequency({"eight classes": plain}) | {
            "eight classes, no wash sales, DAY": replace(
                plain, harvest=Every.DAY, wash_sales=False
            ),
            "eight classes, own $100,000, DAY": replace(
                ALONE, initial=100_000.0, loss_min=0.03, rates=CBL.rates
            ),
            "Betterment": ADVISED["Betterment"],
        }
        found = self.compare(market, rules)
        daily = replace(plain, harvest=Every.DAY)
        for year in (FUNDS_FROM.year, LATER):
            later = load_funds(self.folder, date(year, 1, 1), LAST)
            found |= self.compare(later, {f"eight classes from {year}, DAY": daily})
            found |= self.compare(
                self.members(year, LAST.year), {f"shares of the index from {year}, DAY": daily}
            )
        return found

    def varied(self) -> Table:
        """One thing changed at a time."""
        found = self.compare(self.members(FIRST.year, LAST.year), VARIED)
        markets = {
            "equal weights": self.stocks.market(FIRST, LAST, "equal"),
            "the 100 largest only": self.stocks.market(FIRST, LAST, keep=100),
            "only names still members in 2020": self.stocks.survivors().market(FIRST, LAST),
            "1 % of names fail each year": self.stocks.with_failures(0.01, SEED).market(
                FIRST, LAST
            ),
        }
        for name, market in markets.items():
            found |= self.compare(market, {name: CBL})
        return found

    def advised(self) -> Table:
        """Stocks with quarterly deposits, and what an owner without other gains gets."""
        rules = {"Wealthfront": ADVISED["Wealthfront"]} | _by_frequency(
            {"own $100,000": replace(ALONE, initial=100_000.0), "own $1,000,000": ALONE}
        )
        return self.compare(self.members(FIRST.year, LAST.year), rules)

    def by_year(self) -> Table:
        """What harvesting saved in each calendar year, from one first investment."""
        market = self.members(FIRST.year, LAST.year)
        run, without = simulate_harvest(market, [CBL, replace(CBL, harvest=Every.NEVER)], 2)
        index = index_returns(market)
        lost = -sum(year.short_losses + year.long_losses for year in run.years)
        found: Table = {}
        for now, base in zip(run.years, without.years, strict=True):
            of_year = np.array([day.year == now.year for day in market.dates])
            losses = -(now.short_losses + now.long_losses)
            found[str(now.year)] = {
                "saved": (base.tax - now.tax) / now.mean_value,
                "loss_yield": (losses - now.disallowed) / now.mean_value,
                "index": float(np.prod(1.0 + index[of_year]) - 1.0),
                "dispersion": _dispersion(market, of_year),
                "turnover": now.sold / now.mean_value,
                "of_all_losses": losses / lost,
            }
        return found


def _by_frequency(rules: Mapping[str, HarvestRule]) -> dict[str, HarvestRule]:
    """Each rule at each frequency."""
    return {
        f"{name}, {every.name}": replace(rule, harvest=every)
        for name, rule in rules.items()
        for every in FREQUENCIES
    }


def _mean_of(rows: list[Figures]) -> Figures:
    """The mean of each figure over the rows, and the range of the alpha."""
    alphas = [float(str(row["tax_alpha"])) for row in rows]
    means = {key: float(np.mean([float(str(row[key])) for row in rows])) for key in rows[0]}
    return {**means, "tax_alpha_low": min(alphas), "tax_alpha_high": max(alphas)}


def _dispersion(market: DirectMarket, of_year: np.ndarray) -> float:
    """Standard deviation of the members' returns over a year, each counted once."""
    t = np.flatnonzero(of_year)
    whole = (market.weights[t[0]] > 0.0) & (market.weights[t[-1]] > 0.0)
    return float(np.std(market.prices[t[-1], whole] / market.prices[t[0], whole] - 1.0))


def run_study(folder: Path, threads: int, speed: bool) -> dict[str, object]:
    """All tables."""
    stocks = load_stocks(folder)
    study = Study(stocks, folder, threads)
    market = study.members(FIRST.year, LAST.year)
    reasons = list(stocks.excluded.values())
    index = index_returns(market)
    years = (market.dates[-1] - market.dates[0]).days / 365.25
    return {
        "benchmark": "harvest_study",
        "data": {
            "first": str(market.dates[0]),
            "last": str(market.dates[-1]),
            "names": len(market.names),
            "members_mean": stocks.members_mean,
            "usable_mean": stocks.priced_mean,
            "usable_first": int((market.weights[0] > 0.0).sum()),
            "usable_last": int((market.weights[-1] > 0.0).sum()),
            "excluded": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
            "spin_offs": stocks.spin_offs,
            "index_return": float(np.prod(1.0 + index) ** (1.0 / years) - 1.0),
        },
        "published": {name: asdict(row) for name, row in PUBLISHED.items()},
        "replications": study.replications(),
        "rolling": study.rolling(),
        "long": study.long(),
        "advised": study.advised(),
        "funds": study.funds(),
        "varied": study.varied(),
        "by_year": study.by_year(),
        "speed": asdict(measure_speed()) if speed else None,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.harvest_study", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the market data")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-speed", action="store_true", help="leave the timing out")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    if given.threads < 1:
        parser.error(f"--threads is {given.threads}, needs at least 1")
    if not (given.data / "stocks").is_dir():
        parser.error(f"--data {given.data} has no folder `stocks`")
    found = run_study(given.data, given.threads, not given.no_speed)
    print(json.dumps(found, indent=2) if given.json else as_text(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
