"""What is kept of a backtest comes back as it was, and nothing else is taken for one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from trimtab.app.web.backtests.kept import (
    BacktestAsked,
    Curve,
    Outcome,
    RunState,
    StoredRun,
    keep_run,
    kept_run,
    kept_runs,
    remove_run,
    run_folder,
)
from trimtab.model.errors import InputError

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
RUN = StoredRun("0123456789abcdef", "smith", "ann", BacktestAsked(("hold", "5/25")), AT)
DONE = replace(
    RUN,
    id="fedcba9876543210",
    asked=BacktestAsked(("hold",), date(2014, 1, 2), None),
    state=RunState.DONE,
    done=10,
    of=10,
    ended_at=AT,
    outcome=Outcome(
        ("It ended.",),
        ({"policy": "hold", "value_end": 1.5, "turnover": None},),
        (date(2014, 1, 2), date(2014, 1, 3)),
        (Curve("hold", (1.0, 1.5)),),
        "USD",
    ),
)


def test_runs_come_back_as_they_were_kept_the_latest_first(tmp_path: Path) -> None:
    later = replace(DONE, asked_at=datetime(2026, 3, 3, tzinfo=UTC))
    keep_run(tmp_path, RUN)
    keep_run(tmp_path, later)
    assert kept_runs(tmp_path) == (later, RUN)
    assert kept_run(tmp_path, RUN.id) == RUN


@pytest.mark.parametrize("run_id", ["", "..", "../../etc", "0123", "0123456789ABCDEF", "a" * 17])
def test_an_id_that_no_run_can_have_leads_to_no_file(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(InputError, match="there is none of this id"):
        run_folder(tmp_path, run_id)


def test_a_file_that_is_none_of_ours_is_passed_over(tmp_path: Path) -> None:
    keep_run(tmp_path, RUN)
    (run_folder(tmp_path, RUN.id) / "run.json").write_text('{"id": 3}')
    assert kept_runs(tmp_path) == ()
    with pytest.raises(InputError, match="there is none of this id"):
        kept_run(tmp_path, RUN.id)


def test_only_a_run_that_is_over_is_removed(tmp_path: Path) -> None:
    keep_run(tmp_path, RUN)
    keep_run(tmp_path, DONE)
    with pytest.raises(InputError, match="Cancel it first"):
        remove_run(tmp_path, RUN.id)
    remove_run(tmp_path, DONE.id)
    assert kept_runs(tmp_path) == (RUN,)
