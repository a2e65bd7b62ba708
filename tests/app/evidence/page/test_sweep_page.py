"""The page of a sweep: well formed, self-contained, and it never sells its winner."""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from tests.app.evidence.made_sweeps import BANDS, made_sweep
from tests.app.evidence.page.test_page import ATTACK, outline
from trimtab.app.backtesting.entrants import Entrant
from trimtab.app.backtesting.sweep import Sweep, WalkForwardTerms
from trimtab.app.evidence import About
from trimtab.app.evidence.page.sweep_grid import plane_of
from trimtab.app.evidence.page.sweep_page import render_sweep
from trimtab.app.evidence.sweep_figures import sweep_figures
from trimtab.app.report.words import money_in, percent
from trimtab.model.mandate import PlugInChoice
from trimtab.quant.performance.criteria import Criterion

ABOUT = About("The Riveras", "USD", "Made-up closes of six funds.")
THREE = {"a": BANDS, "b": ("x", "y"), "c": (1, 2, 3)}


def render(sweep: Sweep, about: About = ABOUT) -> str:
    return render_sweep(sweep_figures(sweep), about)


@cache
def page() -> str:
    return render(made_sweep())


SWEEPS = {
    "two settings": made_sweep(),
    "one setting": made_sweep({"absolute": BANDS}),
    "one setting of words": made_sweep({"destination": ("target", "edge", "half")}),
    "three settings": made_sweep(THREE),
    "nothing to choose": made_sweep({"absolute": BANDS[:1]}, default=0),
    "all the same": made_sweep(noise=0.0),
    "too short": made_sweep(days=300),
    "two days": made_sweep(days=2),
    "a default of its own": made_sweep(default=None),
    "judged by Sharpe ratio": made_sweep(
        terms=WalkForwardTerms(train_years=1.0, test_years=0.5, criterion=Criterion.SHARPE)
    ),
    "many settings": made_sweep({"a": tuple(Decimal(k) for k in range(30)), "b": BANDS}),
}


@pytest.mark.parametrize("sweep", SWEEPS.values(), ids=SWEEPS.keys())
def test_every_page_is_well_formed_and_has_its_parts(sweep: Sweep):
    text = render(sweep)
    found = outline(text)
    assert found.faults == [] and found.open == []
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in found.tags:
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids
    assert "nan" not in re.sub(r"[a-z]*nan[a-z]+|[a-z]+nan", "", text.lower())
    assert "inf," not in text and "None" not in found.text
    for trial in sweep.trials:
        assert sweep_figures(sweep).values(trial) in found.text


def test_the_page_loads_nothing():
    found = outline(page())
    assert not {tag for tag, _ in found.tags} & {"script", "img", "link", "iframe", "object"}
    assert not re.findall(r"https?:|url\(|@import|//[a-z]", page())


def test_the_figures_of_the_page_are_those_that_were_computed():
    figures = sweep_figures(made_sweep())
    text = outline(page()).text
    for one in figures.entries:
        for rate in (one.whole, one.judged):
            assert rate is None or percent(rate, 2) in text
    for trial in figures.sweep.trials:
        assert money_in("USD")(trial.figures.after_liquidation_end) in text
    walk = figures.sweep.walk
    assert walk is not None and figures.lead is not None
    for chance in (
        walk.overfitting.probability, walk.deflated.probability, figures.lead.probability,
    ):  # fmt: skip
        assert percent(chance, 0) in text


def test_nothing_is_recommended():
    words = outline(page()).text.lower()
    assert not re.search(r"\bbest\b|recommend|optimal|outperform|should", words)


def test_the_judgement_stands_above_the_table_of_trials():
    text = outline(page()).text
    assert text.index("Nobody knew it beforehand") < text.index("Every trial")
    assert text.index("Probability of backtest overfitting") < text.index("Every trial")


def test_every_chart_has_a_title_and_a_description():
    charts = [attrs for tag, attrs in outline(page()).tags if tag == "svg"]
    assert len(charts) == 2 * 4
    assert page().count("<desc id=") == page().count("<title id=") == len(charts)


def test_the_plane_of_three_settings_holds_the_rest_as_the_winner_has_it():
    sweep = made_sweep(THREE)
    plane = plane_of(sweep_figures(sweep))
    assert plane is not None
    assert (plane.across.name, plane.down.name) == ("a", "c")
    winner = sweep.winner.entrant.choice.settings
    assert plane.fixed == (f"b={winner['b']}",)
    for row, down in enumerate(plane.down.values):
        for column, across in enumerate(plane.across.values):
            settings = sweep.trials[plane.trials[row, column]].entrant.choice.settings
            assert settings == {"a": across, "b": winner["b"], "c": down}


def test_every_text_is_escaped():
    sweep = made_sweep({"a": (ATTACK, "y"), "b": BANDS})
    attacked = replace(
        sweep,
        why_not=ATTACK,
        trials=tuple(
            replace(one, entrant=Entrant(PlugInChoice(ATTACK, one.entrant.choice.settings), ATTACK))
            for one in sweep.trials
        ),
    )
    text = render(attacked, About(ATTACK, ATTACK, ATTACK))
    assert not {tag for tag, _ in outline(text).tags} & {"script", "img"}
    assert "<script" not in text and "onerror=alert(1)>" not in text


def test_a_thousand_trials_stay_below_a_megabyte_and_say_what_is_left_out():
    grid = {"a": tuple(range(100)), "b": tuple(range(10))}
    text = render(made_sweep(grid, terms=WalkForwardTerms(train_years=3.0)))
    assert len(text.encode()) < 1_000_000
    assert "500 more are in the files" in text and "one in 2 of 2,000 shown" in text
