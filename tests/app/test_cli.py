"""The command line from end to end: what it prints, where, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.commands_run import (
    BAD_INPUT,
    DEFECT,
    DONE,
    FINDINGS,
    INFEASIBLE_CODE,
    run,
)
from tests.app.decisions import DECISION, HOLD, INFEASIBLE, REFUSED
from tests.app.folders import AS_OF, MANDATE
from trimtab.app import api
from trimtab.app.cli import COMMANDS, main
from trimtab.model.plans import Decision


def test_help_names_every_command_and_imports_nothing_heavy():
    code = (
        "import sys; from trimtab.app.cli import main; main(['--help']);"
        "heavy = {'numpy', 'numba', 'scipy', 'pandas', 'rich', 'jinja2'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


def test_status_imports_neither_solver_nor_compiler(folder: Path):
    code = (
        "import sys; from trimtab.app.cli import main;"
        f"code = main(['status', {str(folder)!r}, '--as-of', '{AS_OF}']);"
        "sys.exit(code or 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_module_runs_as_the_command_does():
    done = subprocess.run(
        [sys.executable, "-m", "trimtab", "--version"], capture_output=True, text=True
    )
    assert done.stdout.startswith("trimtab ")
    assert done.returncode == DONE


def test_a_misspelt_command_is_refused_with_the_near_one():
    result = run("statsu")
    assert result.exit_code == BAD_INPUT
    assert "Did you mean 'status'?" in result.stderr


def test_status_fits_eighty_columns_without_colour(folder: Path, monkeypatch):
    monkeypatch.chdir(folder.parent)  # a path that is longer than a line cannot be broken
    result = run("status", folder.name, "--as-of", AS_OF)
    assert result.exit_code == DONE
    assert "stocks" in result.stdout
    assert "above its band" in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_status_in_json_is_json_and_nothing_else(folder: Path):
    result = run("status", folder, "--as-of", AS_OF, "--json")
    assert json.loads(result.stdout)["value"] == "17645.0"
    assert result.stderr == ""


def test_the_current_folder_is_the_household_where_none_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder)
    assert run("status", "--as-of", AS_OF).exit_code == DONE


def test_mistakes_go_to_stderr_with_file_and_line(folder: Path):
    (folder / "mandate.toml").write_text(MANDATE.replace("wrapper", "wraper", 1))
    result = run("status", folder)
    assert result.exit_code == BAD_INPUT
    assert result.stdout == ""
    assert "mandate.toml:6: accounts.joint.wraper" in result.stderr
    assert "Traceback" not in result.stderr


def test_mistakes_are_json_too_where_json_was_asked_for(folder: Path):
    (folder / "mandate.toml").write_text(MANDATE.replace("0.6", "60", 1))
    result = run("plan", folder, "--json")
    (error,) = json.loads(result.stdout)["errors"]
    assert (error["line"], error["subject"]) == (14, "targets.stocks.weight")
    assert result.exit_code == BAD_INPUT


@pytest.mark.parametrize(
    ("decision", "code"),
    [(DECISION, DONE), (HOLD, DONE), (REFUSED, FINDINGS), (INFEASIBLE, INFEASIBLE_CODE)],
    ids=lambda value: value.verdict.value if isinstance(value, Decision) else str(value),
)
def test_the_exit_code_tells_the_verdict(
    folder: Path, decided: "list[Decision]", decision: Decision, code: int
):
    decided.append(decision)
    result = run("plan", folder, "--as-of", AS_OF)
    assert result.exit_code == code
    assert " ".join(decision.sentence.split()) in " ".join(result.stdout.split())


def test_the_plan_shows_trades_lots_costs_clauses_and_what_was_left(
    folder: Path, decided: "list[Decision]"
):
    shown = " ".join(run("plan", folder, "--as-of", AS_OF).stdout.split())
    for words in (
        "T1 sell 40 VTI in joint $4,040",
        "40 of joint/VTI/2020-01-15, long-term gain $440",
        "tax +$66, cost $7.07; targets.stocks: stocks is 6.2 points over its target of 60.0 %",
        "long-term loss $119, of it $59 disallowed (wash sale)",
        "What doing nothing would cost",
        "drift, a year $210 $20",
        "VTI lot ira/VTI/unknown: its gain is not taxed",
        "limits.turnover_max: $1 more turnover would be worth 3.0¢",
        "not loaded: spouse's 401(k)",
        "warning: turnover: the plan turns over 25 % (25 %; bound: at most 20 %)",
    ):
        assert words in shown


def test_a_plan_in_json_is_json_and_nothing_else(folder: Path, decided: "list[Decision]"):
    result = run("plan", folder, "--as-of", AS_OF, "--json")
    assert json.loads(result.stdout)["plan"]["trades"][0]["id"] == "T1"


def test_orders_are_written_beside_the_screen(
    folder: Path, decided: "list[Decision]", tmp_path: Path
):
    goal = tmp_path / "orders.csv"
    result = run("plan", folder, "--as-of", AS_OF, "--csv", str(goal))
    assert result.exit_code == DONE
    assert len(goal.read_text().splitlines()) == 4
    assert f"Orders written to {goal}" in result.stderr.replace("\n", "")


def test_one_trade_is_explained_in_full(folder: Path, decided: "list[Decision]"):
    result = run("explain", "t1", folder, "--as-of", AS_OF)
    shown = " ".join(result.stdout.split())
    for words in (
        "T1: sell 40 VTI in joint",
        "40 × 101 USD = $4,040.00; price of 2022-10-11",
        "Clause targets.stocks: 60 % in VTI, ITOT; band ±5 %",
        "proceeds $4,040.00 − basis $3,600.00 = $440.00; bought 2020-01-15, held 1000 days",
        "+$66 is this trade's share of the plan's +$57",
        "long-term gain at 15 %: $57.09 [26 USC 1(h)]",
        "spread $2.02 + impact $0.10 + commission $4.95 = $7.07",
        "joint 100 60",
    ):
        assert words in shown
    assert result.exit_code == DONE


def test_a_trade_in_a_shelter_is_explained_without_tax(folder: Path, decided: "list[Decision]"):
    shown = run("explain", "T3", folder, "--as-of", AS_OF).stdout
    assert "not a taxable event" in " ".join(shown.split())


def test_a_trade_that_is_not_there_is_refused(folder: Path, decided: "list[Decision]"):
    result = run("explain", "T9", folder, "--as-of", AS_OF)
    assert result.exit_code == BAD_INPUT
    assert "the plan has no such trade" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--as-of", "11.10.2022", "is not a day"),
        ("--deposit", "lots", "is not a number"),
        ("--withdraw", "-5", "negative"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused(
    folder: Path, option: str, value: str, words: str
):
    result = run("plan", folder, option, value)
    assert result.exit_code == BAD_INPUT
    assert words in result.stderr


def test_a_defect_is_one_breath_and_its_own_exit_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_arguments: object, **_options: object) -> Decision:
        raise ZeroDivisionError("nothing by nothing")

    monkeypatch.setattr(api, "decide", broken)
    result = run("plan", folder, "--as-of", AS_OF)
    assert result.exit_code == DEFECT
    assert "ZeroDivisionError: nothing by nothing" in result.stderr
    assert "Traceback" not in result.stderr
    monkeypatch.setenv("TRIMTAB_DEBUG", "1")
    assert "Traceback" in run("plan", folder, "--as-of", AS_OF).stderr


def test_main_returns_the_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["status", str(folder), "--as-of", AS_OF]) == DONE
    assert main(["status", str(folder / "none")]) == BAD_INPUT
    assert "there is no such folder" in capsys.readouterr().err
