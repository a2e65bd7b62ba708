"""Commands that make, check and describe folders."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.commands_run import (
    BAD_INPUT,
    DONE,
    FINDINGS,
    run,
)
from tests.app.decisions import HOLD
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE
from trimtab.model.plans import Decision


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


def test_orders_go_to_stdout_alone_where_asked(
    folder: Path, decided: "list[Decision]", monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("trimtab.app.first_compile.needs_compiling", lambda: False)
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


def test_check_names_figures_that_stand_in_for_a_history_too_short(folder: Path):
    result = run("check", folder, "--as-of", AS_OF)
    assert result.exit_code == FINDINGS
    assert "only 1 daily return, where an estimate needs 60" in " ".join(result.stdout.split())


def test_check_names_a_history_too_short_for_a_plan_in_one_line(folder: Path):
    with (folder / "mandate.toml").open("a", encoding="utf-8") as mandate:
        mandate.write('[risk]\nwithout_history = "refuse"\n')
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
