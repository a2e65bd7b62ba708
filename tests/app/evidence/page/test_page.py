"""The page: well formed, self-contained, safe, and with the figures that were computed."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tests.app.evidence.made_runs import RULES, made_run, made_runs
from tests.app.evidence.test_figures import first_days
from tests.app.report_parts import Outline
from trimtab.app.evidence import About, Comparison, Drawing, compare
from trimtab.app.evidence.page import render_page, write_page
from trimtab.app.report.words import money_in, percent
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.plans import Verdict

FEW = Drawing(draws=200)
ABOUT = About("The Riveras", "USD", "Made-up closes of six funds.")
ATTACK = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> & {{ 7 * 7 }}"
USD = money_in("USD")


@cache
def seven() -> Comparison:
    return compare(made_runs(), drawing=FEW)


@cache
def page() -> str:
    return render_page(seven(), ABOUT)


class PageOutline(Outline):
    """Choices of a page close nothing."""

    VOID = Outline.VOID | {"input"}


def outline(text: str) -> Outline:
    """The page's tags."""
    return PageOutline(text.replace("<!DOCTYPE html>", ""))


def pages() -> list[object]:
    run = made_run("5/25")
    value = run.daily.value.copy()
    value[-20:] = -1_000.0
    poor = replace(run, policy="poor", daily=replace(run.daily, value=value))
    cases: dict[str, list[BacktestRun]] = {
        "seven policies": list(made_runs(count=700)),
        "one policy": [run],
        "no trades": [made_run("hold")],
        "one day": [first_days(run, 1)],
        "one day of two policies": [first_days(made_run(name), 1) for name in ("hold", "annual")],
        "two days": [first_days(run, 2)],
        "a month": [first_days(made_run(name), 21) for name in ("hold", "annual")],
        "a year and a half": [first_days(made_run(name), 390) for name in ("hold", "annual")],
        "fifty years": [made_run("annual", 13_000)],
        "negative wealth": [run, poor],
        "nine policies": [replace(run, policy=f"policy {at}") for at in range(9)],
    }
    return [pytest.param(runs, id=name) for name, runs in cases.items()]


@pytest.mark.parametrize("runs", pages())
def test_every_page_is_well_formed_and_has_its_parts(runs: list[BacktestRun]):
    text = render_page(compare(runs, drawing=FEW), ABOUT)
    found = outline(text)
    assert found.faults == [] and found.open == []
    for run in runs:
        assert run.policy in found.text
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in found.tags:
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids
        if attrs.get("for"):
            assert attrs["for"] in ids
        if (attrs.get("href") or "").startswith("#"):
            assert (attrs["href"] or "")[1:] in ids
    assert "nan" not in re.sub(r"[a-z]*nan[a-z]+|[a-z]+nan", "", text.lower())
    assert "inf," not in text and "None" not in found.text


def test_the_page_loads_nothing():
    found = outline(page())
    assert not {tag for tag, _ in found.tags} & {"script", "img", "link", "iframe", "object"}
    assert not re.findall(r"https?:|url\(|@import|//[a-z]", page())
    policy = next(a for t, a in found.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_figures_of_the_page_are_those_that_were_computed():
    text = outline(page()).text
    for one in seven().figures:
        for amount in (
            *(one.value_end, one.after_tax_end, one.after_liquidation_end),
            *(one.taxes.paid, one.taxes.deferred, one.costs.total, one.costs.shortfall),
        ):
            assert USD(amount) in text
        for rate in (
            *(one.time_weighted, one.after_liquidation_return, one.volatility),
            *(one.drawdown_max, one.tracking_error, one.turnover, one.money_weighted),
        ):
            assert rate is not None
            assert percent(rate, 2) in text
    for difference in seven().differences:
        assert f"{abs(difference.low) * 100:.2f}" in text
        assert f"{abs(difference.high) * 100:.2f}" in text


def test_every_text_is_escaped():
    """Names, reasons, findings, settings: whatever a file or a policy can put into a run."""
    run = made_run("200/175")
    attacked = replace(
        run,
        policy=ATTACK,
        target_names=tuple(ATTACK + name for name in run.target_names),
        fills=tuple(
            replace(fill, account=ATTACK, instrument=ATTACK, clause=ATTACK, reason=ATTACK)
            for fill in run.fills
        ),
        findings=(Finding("x", Severity.REFUSAL, *[ATTACK] * 6),),
        settings={ATTACK: ATTACK},
    )
    found = compare([attacked, made_run("hold")], drawing=FEW)
    text = render_page(found, About(ATTACK, ATTACK, ATTACK))
    tags = {tag for tag, _ in outline(text).tags}
    assert not tags & {"script", "img"}
    assert "<script" not in text and "onerror=alert(1)>" not in text
    assert "{{ 7 * 7 }}" in text
    assert text.count("&lt;script&gt;") > 40


def test_every_chart_has_a_title_a_description_and_a_table_beside_it():
    found = outline(page())
    charts = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert len(charts) == 2 * (4 + 1 + 3 + 3 * len(RULES))
    assert all(attrs["role"] == "img" for attrs in charts)
    assert page().count("<desc id=") == page().count("<title id=") == len(charts)
    assert page().count("<details") == 5 + 3 * len(RULES)


def test_one_policy_has_no_ranking_and_no_tabs():
    text = render_page(compare([made_run("5/25")]), ABOUT)
    assert 'name="policy"' not in text
    assert "More than chance" not in text
    assert "policies" not in outline(text).text.split("Words")[0]


def test_no_policy_is_recommended():
    words = outline(page()).text.lower()
    assert not re.search(r"\bbest\b|recommend|optimal|winner|outperform", words)


def test_a_span_of_years_offers_equal_ratios_and_a_short_one_does_not():
    assert 'id="scale-log"' in page()
    short = render_page(compare([first_days(made_run("hold"), 300)]), ABOUT)
    assert 'id="scale-log"' not in short


def test_seven_policies_over_twenty_years_stay_below_a_megabyte_and_a_half():
    text = render_page(compare(made_runs(count=5040), drawing=FEW), ABOUT)
    assert len(text.encode()) < 1_500_000


def test_the_same_comparison_gives_the_same_page():
    assert page() == render_page(seven(), ABOUT)


def test_findings_of_many_decisions_are_told_once_with_their_count():
    run = made_run("5/25")
    finding = Finding("stale", Severity.WARNING, "VTI", "the price is old", "5 days", "3 days")
    again = tuple(replace(one, findings=(finding,)) for one in run.decisions)
    text = outline(render_page(compare([replace(run, decisions=again)]), ABOUT)).text
    assert text.count("the price is old") == 1
    assert f"{len(again)} times" in text


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path):
    found = compare([first_days(made_run("hold"), 5)])
    place = tmp_path / "backtest.html"
    place.write_text("older")
    write_page(place, found, ABOUT)
    assert place.read_text(encoding="utf-8") == render_page(found, ABOUT)
    assert list(tmp_path.iterdir()) == [place]
    with pytest.raises(InputError, match=r"cannot write 'backtest\.html'"):
        write_page(place / "backtest.html", found, ABOUT)


def test_a_policy_that_was_mostly_refused_is_told_so():
    run = made_run("5/25")
    refused = tuple(replace(one, verdict=Verdict.REFUSED) for one in run.decisions)
    stopped = replace(run, policy="stopped", decisions=refused)
    text = outline(render_page(compare([run, stopped], drawing=FEW), ABOUT)).text
    count = len(refused)
    assert text.count(f"refused {count} of {count} times") == 1
    assert f"refused by a guard {count}" in text
    assert f"traded {count}" in text


def test_only_costs_that_were_paid_have_a_key():
    run = made_run("5/25")
    free = tuple(replace(fill, commission=Decimal(0)) for fill in run.fills)
    text = render_page(compare([replace(run, fills=free)]), ABOUT)
    assert '"swatch kind-spread"' in text
    assert '"swatch kind-commission"' not in text and '"swatch kind-fees"' not in text


def test_paper_is_light_whatever_the_screen_is():
    paper = page().split("@media print {")[-1]
    assert paper.count("--s0: #3d4656") == 1 and "--t0: #2f6db3" in paper
