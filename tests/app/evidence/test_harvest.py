"""What harvesting brought, from two runs that differ in nothing else."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app.evidence.made_runs import made_run
from tests.app.evidence.page.test_page import ATTACK, outline
from tests.app.evidence.test_figures import first_days
from trimtab.app.evidence import About, Drawing, Format, compare
from trimtab.app.evidence.harvest import HarvestEvidence, HarvestReport, harvest_of_comparison
from trimtab.app.evidence.harvest_files import write_harvest_evidence
from trimtab.app.evidence.harvest_records import HARVEST_TABLES
from trimtab.app.evidence.harvest_simulated import harvest_simulated
from trimtab.app.evidence.page.harvest_page import render_harvest, write_harvest
from trimtab.app.evidence.records import Table
from trimtab.app.evidence.sentences import harvest_sentences, plain
from trimtab.app.report.words import money_in
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.model.lots import Term
from trimtab.model.plans import LotSale
from trimtab.quant.simulate.harvest_rule import Every, HarvestRule
from trimtab.quant.simulate.harvest_run import HarvestRun, HarvestYear

FEW = Drawing(draws=200)
ABOUT = About("The Riveras", "USD", "Made-up closes.")
USD = money_in("USD")
FILES_PAGE = Path(__file__).resolve().parents[3] / "docs" / "concepts" / "backtest-files.md"

# account, year, gain, disallowed: what the harvesting run sold
SALES = """
joint   2014  -8000  1000
joint   2014   3000     0
joint   2015  -2500     0
ana_ira 2015  -9000     0
joint   2016  -4000     0
"""


def sale(gain: int, washed: int) -> LotSale:
    return LotSale(
        "lot", Decimal(10), Decimal(20_000 + gain), Decimal(20_000), None, Term.SHORT,
        Decimal(washed),
    )  # fmt: skip


def pair() -> tuple[BacktestRun, BacktestRun]:
    """The same run twice; the second pays 500 less of tax each year of three, and sells losses."""
    without = replace(made_run("annual", 1400), policy="plain")
    daily = without.daily
    value, less_tax = daily.value.copy(), daily.tax_paid.copy()
    for year in (2014, 2015, 2016):
        at = daily.dates.index(next(on for on in daily.dates if (on.year, on.month) == (year, 6)))
        value[at:] *= 1.0 + 500.0 / value[at]  # what was saved stays invested
        less_tax[at] -= 500.0
    fills, washed = [], dict.fromkeys(range(2013, 2020), Decimal(0))
    for row in SALES.strip().splitlines():
        account, year, gain, disallowed = row.split()
        on = date(int(year), 8, 3)
        sales = (sale(int(gain), int(disallowed)),)
        fills.append(replace(without.fills[0], account=account, on=on, decided=on, lots=sales))
        washed[int(year)] += Decimal(disallowed)
    harvested = replace(
        without,
        policy="harvest",
        daily=replace(daily, value=value, tax_paid=less_tax),
        fills=tuple(fills),
        tax_years=tuple(replace(one, disallowed=washed[one.year]) for one in without.tax_years),
    )
    return harvested, without


def report() -> HarvestReport:
    harvested, without = pair()
    return harvest_of_comparison(compare([without, harvested], drawing=FEW), {"joint"})


def test_losses_of_taxable_accounts_count_less_those_that_were_washed():
    years = {one.year: one for one in report().years}
    assert (years[2014].kept, years[2014].disallowed) == (7000.0, 1000.0)
    assert (years[2015].kept, years[2015].disallowed) == (2500.0, 0.0)
    assert report().kept == 13_500.0


def test_tax_saved_is_told_in_the_year_it_was_saved():
    saved = {one.year: one.tax_saved for one in report().years}
    assert {year for year, amount in saved.items() if abs(amount) > 0.01} == {2014, 2015, 2016}
    assert all(saved[year] == pytest.approx(500.0) for year in (2014, 2015, 2016))
    assert report().tax_saved == pytest.approx(1500.0)


def test_where_nothing_but_tax_differs_the_whole_wealth_difference_is_tax_alpha():
    alphas = report().alphas
    assert alphas.held_instead == pytest.approx(0.0, abs=1e-5)
    assert alphas.tax_alpha == pytest.approx(alphas.wealth_difference, abs=1e-5)
    assert alphas.tax_alpha > 0.0001


def grown(drift: float, yearly_flow: float, rate: float = 0.2) -> BacktestRun:
    """A run that holds, its value growing evenly, with a tax of `rate` due on all its gain."""
    run = made_run("hold", 700)
    daily, count = run.daily, len(run.daily.dates)
    flow = np.zeros(count)
    flow[250:501:250] = yearly_flow
    value = np.full(count, 1e6)
    for at in range(1, count):
        value[at] = value[at - 1] * (1 + drift * (1 + (at % 3))) + flow[at]
    none = np.zeros(count)
    due = rate * (value - flow.cumsum() - 0.7e6)  # 300,000 were gained before the run
    made = replace(
        daily, value=value, flow=flow, tax_paid=none, accrued_tax=none, liquidation_tax=due,
        cost=none,
    )  # fmt: skip
    return replace(run, policy=f"hold {drift}", daily=made, fills=())


@settings(deadline=None, max_examples=20)
@given(
    st.floats(0.0001, 0.0005),
    st.floats(0.0001, 0.0005),
    st.sampled_from([0.0, 90_000.0, -40_000.0]),
)
def test_two_runs_that_are_taxed_alike_have_no_tax_alpha_however_they_grow(
    drift: float, other: float, flow: float
):
    runs = [grown(drift, flow), replace(grown(other, flow), policy="other")]
    found = harvest_of_comparison(compare(runs, drawing=Drawing(draws=0)), {"joint"})
    alphas = found.alphas
    assert (found.kept, found.tax_saved) == (0.0, pytest.approx(0.0))
    assert alphas.tax_alpha == pytest.approx(0.0, abs=1e-10)
    assert alphas.tax_alpha_liquidated == pytest.approx(0.0, abs=1e-10)
    assert alphas.held_instead_liquidated == pytest.approx(
        alphas.wealth_difference_liquidated, abs=1e-10
    )


def test_the_lead_is_that_after_liquidation():
    found = report()
    assert found.is_liquidated
    assert found.ahead[-1] == pytest.approx(found.harvested_end - found.plain_end)
    assert found.difference is not None and found.difference.against == "plain"


def test_the_sentences_tell_losses_tax_and_what_is_left():
    told = plain(" ".join(harvest_sentences(report(), USD)))
    assert "harvest realised $13,500 of losses that count" in told
    assert "wash sales took $1,000 more" in told
    assert "$1,500 less tax fell due" in told
    assert f"{USD(report().ahead[-1])} more than plain" in told
    found = report().alphas
    assert f"wealth difference is +{found.wealth_difference_liquidated * 100:.2f} points" in told
    assert f"+{found.tax_alpha_liquidated * 100:.2f} is tax, the tax alpha" in told
    assert "0.00 is what was held instead" in told


def test_a_span_below_a_year_is_refused():
    found = compare([first_days(run, 100) for run in pair()], drawing=FEW)
    with pytest.raises(InputError, match="a yearly figure needs at least one"):
        harvest_of_comparison(found, {"joint"})


def test_one_run_alone_is_no_harvest_report():
    with pytest.raises(InputError, match="it has 1 run;"):
        harvest_of_comparison(compare([pair()[0]]), {"joint"})


def evidence() -> HarvestEvidence:
    harvested, without = pair()
    comparison = compare([without, harvested], drawing=FEW)
    return HarvestEvidence(comparison, harvest_of_comparison(comparison, {"joint"}))


def test_page_and_files_of_harvesting_lie_beside_those_of_both_runs(tmp_path: Path):
    formats = {Format.HTML, Format.JSON}
    files = write_harvest_evidence(tmp_path / "out", evidence(), ABOUT, formats)
    assert files.page is not None and files.runs.page is not None
    assert files.page.read_text(encoding="utf-8") == render_harvest(report(), ABOUT)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("harvest.html", "harvest.json", "backtest.html", "backtest.json"),
    }


def test_json_and_parquet_hold_alpha_and_years(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    files = write_harvest_evidence(tmp_path, evidence(), ABOUT)
    assert files.json is not None
    told = json.loads(files.json.read_text(encoding="utf-8"))
    found = report()
    assert (told["kind"], told["first"]) == ("trimtab.harvest", "plain")
    assert told["figures"]["tax_alpha_liquidated"] == found.alphas.tax_alpha_liquidated
    assert told["figures"]["wealth_difference"] == found.alphas.wealth_difference
    assert [row[0] for row in told["tables"]["harvest_years"]["rows"]] == [*range(2013, 2019)]
    years = parquet.read_table(tmp_path / "harvest_years.parquet").to_pylist()
    assert [tuple(row.values()) for row in years] == [
        (one.year, one.kept, one.disallowed, one.tax_saved) for one in found.years
    ]
    (figures,) = parquet.read_table(tmp_path / "harvest_figures.parquet").to_pylist()
    assert figures["tax_alpha"] == found.alphas.tax_alpha


@pytest.mark.parametrize("table", HARVEST_TABLES, ids=lambda table: table.name)
def test_the_page_about_the_files_names_every_table_and_column(table: Table):
    text = FILES_PAGE.read_text(encoding="utf-8")
    section = text.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
    section = section.partition("\n## ")[0]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert listed == [column.name for column in table.columns]


def test_the_page_of_a_harvest_report_is_whole_and_loads_nothing(tmp_path: Path):
    write_harvest(tmp_path / "harvest.html", report(), ABOUT)
    text = (tmp_path / "harvest.html").read_text(encoding="utf-8")
    found = outline(text)
    assert found.faults == [] and found.open == []
    assert not {tag for tag, _ in found.tags} & {"script", "img", "link"}
    assert "$13,500" in found.text and "$1,500" in found.text
    assert sum(tag == "svg" for tag, _ in found.tags) == 6


def test_names_in_a_harvest_report_are_escaped():
    attacked = replace(report(), harvested=ATTACK, plain=ATTACK)
    text = render_harvest(attacked, About(ATTACK, "USD", ATTACK))
    assert not {tag for tag, _ in outline(text).tags} & {"script", "img"}
    assert text.count("&lt;script&gt;") > 5


def simulated(harvest: Every, tax: float, losses: float, last: float) -> HarvestRun:
    """Two years of three sessions, with the figures that the report reads."""
    dates = (date(2020, 1, 2), date(2020, 12, 30), date(2021, 12, 30))
    years = tuple(
        HarvestYear(
            year, 0.0, losses, 0.0, 0.0, -losses / 10, 0.0, 0.0, 0.0, tax, 0.0, 0.0, 0.0, 0.0,
            1_000_000.0, 252, 0, 0, 1_000_000.0,
        )
        for year in (2020, 2021)
    )  # fmt: skip
    values = np.array([1e6, 1.01e6, last])
    return HarvestRun(
        HarvestRule(harvest=harvest), dates, values, np.array([0.0, 0.02, 0.02]), years,
        np.zeros(1), 0.0, last - 5_000.0, 1, 1, 0.0, 0.0,
    )  # fmt: skip


def test_two_simulated_runs_make_the_same_report():
    run = simulated(Every.DAY, 1_000.0, -20_000.0, 1_036_000.0)
    without = simulated(Every.NEVER, 9_000.0, 0.0, 1_020_000.0)
    found = harvest_simulated(run, without, np.array([0.0, 0.02, 0.02]))
    assert [one.kept for one in found.years] == [18_000.0, 18_000.0]
    assert [one.tax_saved for one in found.years] == [8_000.0, 8_000.0]
    assert found.ahead.tolist() == [0.0, 0.0, 16_000.0]
    assert found.alphas.held_instead == pytest.approx(0.0)
    assert found.alphas.tax_alpha == pytest.approx(0.008, abs=2e-4)
    assert not found.is_liquidated
    text = outline(render_harvest(found, ABOUT)).text
    assert "harvesting every day" in text and "$36,000" in text
