"""What choosing was worth is computed from the days judged, and luck is told from skill."""

from decimal import Decimal
from math import log1p, prod

import numpy as np
import pytest

from tests.app.evidence.made_sweeps import BANDS, made_sweep
from trimtab.app.backtesting.sweep import WalkForwardTerms, judge_sweep
from trimtab.app.evidence.sweep_figures import growth, shown, sweep_figures, yearly
from trimtab.quant.performance.criteria import Criterion

SKILL = {9: 0.06}


def test_the_axes_are_the_settings_that_differ_in_the_order_of_the_grid():
    found = sweep_figures(made_sweep())
    assert [(axis.name, axis.values) for axis in found.axes] == [
        ("absolute", BANDS),
        ("destination", ("target", "edge")),
    ]


def test_a_setting_that_all_trials_share_is_no_axis():
    found = sweep_figures(made_sweep({"absolute": BANDS, "destination": ("edge",)}))
    assert [axis.name for axis in found.axes] == ["absolute"]
    assert found.name(found.sweep.trials[0]) == "absolute=0.01"


def test_entries_are_the_returns_of_their_days():
    sweep = made_sweep(edges=SKILL)
    found = {one.name: one for one in sweep_figures(sweep).entries}
    walk = sweep.walk
    assert walk is not None
    days, years = walk.days, len(walk.days) / 252
    stitched = prod((1.0 + walk.returns).tolist()) ** (1 / years) - 1
    assert found["chosen on the past alone"].judged == pytest.approx(stitched)
    assert found["chosen on the past alone"].whole is None
    held = prod((1.0 + sweep.winner.returns[days]).tolist()) ** (1 / years) - 1
    assert found["winner, known afterwards"].judged == pytest.approx(held)
    whole = prod((1.0 + sweep.default.returns).tolist()) ** (252 / len(sweep.dates)) - 1
    assert found["as it stands"].whole == pytest.approx(whole)
    each = sorted(growth(trial.returns[days]) for trial in sweep.trials)
    assert found["the middle"].judged == pytest.approx((each[4] + each[5]) / 2)


def test_each_window_held_what_grew_most_before_it():
    sweep = made_sweep()
    for one, window in zip(sweep_figures(sweep).windows, sweep.windows, strict=True):
        before = [float(np.log1p(t.returns[window.train]).sum()) for t in sweep.trials]
        after = [float(np.log1p(t.returns[window.test]).sum()) for t in sweep.trials]
        assert one.trial == int(np.argmax(before)) and one.ahead == int(np.argmax(after))
        assert one.place == 1 + sum(other > after[one.trial] for other in after)
        assert one.learnt_to < one.held_from <= one.held_to


def test_what_comes_later_changes_no_choice():
    """Changing the days after a window changes nothing that was chosen in it."""
    sweep = made_sweep()
    later = made_sweep()
    for trial in later.trials:
        trial.returns[sweep.windows[1].test.start :] *= -1.0
    again = judge_sweep(later.trials, later.default, later.dates, later.terms)
    assert again.walk is not None and sweep.walk is not None
    assert again.walk.log.chosen[:2].tolist() == sweep.walk.log.chosen[:2].tolist()


def test_a_real_edge_is_told_from_luck():
    skill, luck = sweep_figures(made_sweep(edges=SKILL)), sweep_figures(made_sweep())
    assert skill.sweep.winner_at == 9
    assert skill.lead is not None and luck.lead is not None
    assert skill.lead.probability > 0.95 > luck.lead.probability
    assert skill.sweep.walk is not None and luck.sweep.walk is not None
    assert skill.sweep.walk.overfitting.probability < 0.01
    assert luck.sweep.walk.overfitting.probability > 0.2


def test_a_default_outside_the_grid_counts_for_nothing_in_the_judgement():
    sweep = made_sweep(default=None)
    found = sweep_figures(sweep)
    assert not found.is_default_tried and found.default_name == "threshold"
    assert sweep.walk is not None and sweep.walk.log.in_sample.shape[1] == len(sweep.trials) == 10


@pytest.mark.parametrize(
    ("days", "grid", "why"),
    [
        (300, {"absolute": BANDS}, "learns from 2 years, and the history has 1.2"),
        (1260, {"absolute": BANDS[:1]}, "a single setting leaves nothing to choose"),
    ],
)
def test_a_sweep_without_a_judgement_says_why(days, grid, why):
    sweep = made_sweep(grid, days=days, default=0)
    assert sweep.walk is None and why in sweep.why_not
    found = sweep_figures(sweep)
    assert all(one.judged is None for one in found.entries)
    assert found.windows == ()


def test_trials_that_never_differ_are_told_so():
    sweep = made_sweep(noise=0.0, default=0)
    assert sweep.why_not == "all settings did the same on every day"
    assert sweep_figures(sweep).lead is None


def test_the_winner_is_what_the_terms_look_at():
    calm = made_sweep(terms=WalkForwardTerms(train_years=2.0, criterion=Criterion.SHARPE))
    sharpe = [t.returns.mean() / t.returns.std(ddof=1) for t in calm.trials]
    assert calm.winner_at == int(np.argmax(sharpe))


def test_yearly_figures_of_daily_scores():
    day = log1p(0.10) / 252
    assert yearly(day, Criterion.GROWTH) == pytest.approx(0.10)
    assert yearly(0.0004, Criterion.MEAN) == pytest.approx(0.1008)
    assert yearly(0.05, Criterion.SHARPE) == pytest.approx(0.05 * 252**0.5)


def test_growth_of_less_than_a_year_is_not_made_a_yearly_rate():
    assert growth(np.array([0.01, 0.02])) == pytest.approx(1.01 * 1.02 - 1)


def test_names_tell_what_sets_a_trial_apart():
    found = sweep_figures(made_sweep())
    assert found.name(found.sweep.trials[3]) == "absolute=0.02, destination=edge"
    assert found.sweep.trials[3].entrant.choice.settings["absolute"] == Decimal("0.02")
    assert found.values(found.sweep.trials[3]) == "0.02 · edge"


@pytest.mark.parametrize(
    ("value", "told"),
    [(Decimal("0.100"), "0.1"), (Decimal("10"), "10"), (Decimal("1E+2"), "100"), (True, "True"),
     ("edge", "edge"), (3, "3")],
)  # fmt: skip
def test_numbers_are_shown_without_idle_zeros(value, told):
    assert shown(value) == told
