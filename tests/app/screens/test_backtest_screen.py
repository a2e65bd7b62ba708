"""The screens of a backtest: a ranking that fits, and progress that keeps quiet in a pipe."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.app.evidence.made_runs import made_run, made_runs
from trimtab.app.evidence import About, Drawing, as_parquet, compare, write_evidence
from trimtab.app.report.words import money_in
from trimtab.app.screens.backtest_screen import RunProgress, show_comparison, show_files, watch_runs

ABOUT = About("The Riveras", "USD", "Made-up closes.")
USD = money_in("USD")


@pytest.mark.parametrize("width", [50, 80, 120])
def test_the_ranking_shows_every_policy_whatever_the_width(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", str(width))
    found = compare(made_runs(count=600), drawing=Drawing(draws=100))
    show_comparison(found, ABOUT)
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= width
    at = [told.rindex(USD(one.after_liquidation_end)) for one in found.ranking]
    assert at == sorted(at)
    assert "ended highest of 7 policies" in " ".join(told.split())
    assert ("Turnover" in told) == (width == 120)
    assert "\u2068" not in told


def test_one_policy_is_shown_with_its_figures(capsys: pytest.CaptureFixture[str]):
    found = compare([made_run("5/25")])
    show_comparison(found, ABOUT)
    told = capsys.readouterr().out
    assert USD(found.first.after_liquidation_end) in told
    assert "Deepest drawdown" in told
    assert "Against" not in told


def test_names_are_never_markup(capsys: pytest.CaptureFixture[str]):
    show_comparison(compare([made_run("hold")]), About("[red]x[/red]"))
    assert "[red]x[/red]" in capsys.readouterr().out


class Clock:
    """Each look is half a second later."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


def test_progress_counts_household_days_a_second():
    progress = RunProgress(None, Clock())
    for policy in ("annual", "5/25"):
        tell = progress.of(policy)
        for done in range(1, 501):
            tell(done, 500)
    assert progress.household_days == 1000
    assert progress.speed == "2,000 household-days/s"
    assert progress.sentence.startswith("1,000 household-days in 1.0 s")


def run_in(out: Console) -> str:
    with watch_runs(out=out) as progress:
        tell = progress.of("5/25 [bold]")
        for done in range(1, 11):
            tell(done, 10)
    assert progress.household_days == 10
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_a_terminal_sees_a_bar_and_a_pipe_nothing():
    shown = run_in(Console(file=io.StringIO(), force_terminal=True, width=100))
    assert "5/25 [bold]" in shown and "household-days/s" in shown and "100%" in shown
    assert run_in(Console(file=io.StringIO(), force_terminal=False, width=100)) == ""


def test_the_files_are_named_and_what_is_missing_for_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(as_parquet, "find_spec", lambda name: None)
    show_files(write_evidence(tmp_path, compare([made_run("hold", 100)]), ABOUT))
    told = capsys.readouterr().out
    assert str(tmp_path / "backtest.html") in told
    assert "pip install pyarrow" in told
