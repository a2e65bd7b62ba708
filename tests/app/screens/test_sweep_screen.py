"""The screen of a sweep shows the judgement with the winner, and how far the trials are."""

import io
import re

import pytest
from rich.console import Console

from tests.app.evidence.made_sweeps import made_sweep
from trimtab.app.evidence import About
from trimtab.app.evidence.sweep_figures import sweep_figures
from trimtab.app.screens.sweep_screen import show_sweep, watch_trials

ABOUT = About("The Riveras", "USD", "Made-up closes.")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_winner_never_stands_alone(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", str(width))
    show_sweep(sweep_figures(made_sweep()), ABOUT)
    shown = capsys.readouterr().out
    words = " ".join(shown.split())
    assert "Nobody knew it beforehand" in words
    assert "in the lower half of all settings" in words
    assert not re.search(r"\bbest\b|recommend|optimal", words.lower())
    assert max(map(len, shown.splitlines())) <= width


def test_a_history_too_short_for_a_judgement_says_so(capsys: pytest.CaptureFixture[str]):
    show_sweep(sweep_figures(made_sweep(days=300)), ABOUT)
    words = " ".join(capsys.readouterr().out.split())
    assert "cannot be said: the first choice learns from 2 years, and the history has 1.2" in words


def test_trials_are_counted_on_a_terminal_only():
    screen = io.StringIO()
    with watch_trials(Console(file=screen, force_terminal=True, width=80)) as tell:
        tell(1, 4)
        tell(4, 4)
    assert "4/4" in screen.getvalue()
    silent = io.StringIO()
    with watch_trials(Console(file=silent, force_terminal=False)) as tell:
        tell(1, 4)
    assert silent.getvalue() == ""
