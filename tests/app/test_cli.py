"""The command line from end to end: what it prints, where, and with which exit code."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.app.decisions import DECISION, HOLD, INFEASIBLE, REFUSED
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app import api
from trimtab.app.cli import COMMANDS, cli, main
from trimtab.model.plans import Decision

DONE, FINDINGS, BAD_INPUT, INFEASIBLE_CODE, DEFECT = 0, 1, 2, 3, 70


def run(*arguments: str, **options: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_household(tmp_path / "house")


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> "list[Decision]":
    """Answers of the engine, the last of which is given; what it was asked is no matter here."""
    answers = [DECISION]
    monkeypatch.setattr(api, "decide", lambda loaded, **_asked: answers[-1])
    return answers


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


def test_status_fits_eighty_columns_without_colour(folder: Path):
    result = run("status", folder, "--as-of", AS_OF)
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


def test_a_folder_made_from_a_template_has_a_status(tmp_path: Path):
    made = run("init", tmp_path / "new", "--template", "three-fund")
    assert made.exit_code == DONE
    assert "put your lots into" in made.stderr
    assert run("status", tmp_path / "new").exit_code == DONE
    again = run("init", tmp_path / "new", "--template", "three-fund")
    assert again.exit_code == BAD_INPUT
    assert "nothing was written" in again.stderr


def test_questions_taken_as_they_stand_make_a_household_that_loads(tmp_path: Path):
    made = run("init", tmp_path / "new", input="\n" * 20)
    assert made.exit_code == DONE, made.stderr
    assert made.stdout == ""
    assert run("status", tmp_path / "new").exit_code == DONE


def test_answers_of_one_s_own_reach_the_mandate(tmp_path: Path):
    answers = ["The Riveras", "taxable", "Ana+Ben", "Joint", "y", "roth", "Ben", "Ben's Roth", "n"]
    answers += ["own", "shares", "70", "VT, VTI", "bonds", "40", "30", "BND"]
    answers += ["joint", "180,000", "9.3 %", "files"]
    made = run("init", tmp_path / "new", input="\n".join(answers) + "\n")
    assert made.exit_code == DONE, made.stderr
    told = json.loads(run("status", tmp_path / "new", "--json").stdout)
    assert [account["id"] for account in told["accounts"]] == ["joint", "ben_s_roth"]
    assert [target["weight"] for target in told["targets"]] == [0.7, 0.3]
    text = (tmp_path / "new" / "mandate.toml").read_text()
    assert "ordinary_income = 180000" in text
    assert "state_rate = 0.093" in text


def test_keys_of_a_section_are_told_with_meaning_and_default():
    result = run("keys", "harvest")
    assert "# minimum_loss = 200" in result.stdout
    assert "[tax]" not in result.stdout
    assert run("keys", "harvst").exit_code == BAD_INPUT


def test_orders_go_to_stdout_alone_where_asked(folder: Path, decided: "list[Decision]"):
    result = run("plan", folder, "--as-of", AS_OF, "--csv", "-")
    assert result.stdout.startswith("trade,account,side")
    assert result.stderr == ""
    refused = run("plan", folder, "--as-of", AS_OF, "--csv", "-", "--json")
    assert refused.exit_code == BAD_INPUT
    assert "both want stdout" in refused.stderr


def test_check_counts_what_it_read(folder: Path):
    (folder / "prices.csv").write_text(LONG_PRICES)
    result = run("check", folder, "--as-of", AS_OF)
    assert result.exit_code == DONE, result.stderr
    assert "2 accounts, 3 lots" in " ".join(result.stdout.split())


def test_check_tells_what_deserves_a_look(folder: Path):
    (folder / "prices.csv").write_text(LONG_PRICES)
    result = run("check", folder, "--as-of", "2022-10-20")
    assert result.exit_code == FINDINGS
    assert "9 days before 2022-10-20" in " ".join(result.stdout.split())


def test_check_names_a_history_too_short_for_a_plan_in_one_line(folder: Path):
    result = run("check", folder, "--as-of", AS_OF)
    assert result.exit_code == BAD_INPUT
    (line,) = result.stderr.splitlines()
    assert "too few daily returns up to 2022-10-11: 1 for VTI, ITOT, BND; an estimate" in line
    assert "needs 60, that is prices of 61 sessions" in line


def test_a_day_without_a_price_is_told_with_the_price_used_instead(folder: Path):
    whole = LONG_PRICES.splitlines()
    gap = "2022-10-11,nan,45,80"
    (folder / "prices.csv").write_text("\n".join([*whole[:-1], gap]) + "\n")
    used = whole[-2].split(",")[1]
    told = f"prices.csv:104 has 'nan' on 2022-10-11, so {used} of 2022-10-10 is used"
    for options in (("status",), ("check",), ("status", "--json"), ("check", "--json")):
        result = run(*options[:1], folder, "--as-of", AS_OF, *options[1:])
        assert told in " ".join(result.stdout.split()), options
    assert told in run("status", folder, "--as-of", AS_OF, "--json").stderr


def test_check_reads_the_settings_of_plug_ins_too(folder: Path):
    for text, words in (
        ('[policy]\nname = "treshold"\n', "mandate.toml:26: policies: there is no 'treshold'"),
        ('[policy]\nname = "threshold"\ndestination = "moon"\n', "mandate.toml:27: policies.thr"),
        ("[guards.turnover]\nask = 1\n", "mandate.toml:26: guards.turnover.ask: unknown key"),
    ):
        (folder / "mandate.toml").write_text(MANDATE + text)
        result = run("check", folder, "--as-of", AS_OF)
        assert result.exit_code == BAD_INPUT
        assert words in result.stderr


@pytest.mark.parametrize("option", ["", "--guards", "--feeds"])
def test_plug_ins_are_listed_with_their_settings(option: str):
    listed = run("policies", *([option] if option else []), "--json")
    found = json.loads(listed.stdout)
    assert found
    assert all(item["summary"] for item in found)


def test_a_hold_shows_no_trades_and_no_empty_headings(folder: Path, decided: "list[Decision]"):
    decided.append(replace(HOLD, findings=()))
    shown = run("plan", folder, "--as-of", AS_OF).stdout
    for words in ("Trades", "Findings", "explain"):
        assert words not in shown


def test_a_folder_that_holds_nothing_is_told_so_before_anything_is_computed(tmp_path: Path):
    run("init", tmp_path / "new", "--template", "three-fund")
    result = run("plan", tmp_path / "new")
    assert result.exit_code == BAD_INPUT
    assert "it holds neither lots nor cash" in result.stderr
