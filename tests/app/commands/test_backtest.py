"""`trimtab backtest` and `trimtab compare`: what they print, write and refuse, with which code."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from tests.app.backtesting.pasts import DATED, START, prices, write_past
from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.evidence import RankBy

SHORT = ("--from", "2022-08-01", "--workers", "1")
EMPTY = "account,instrument,quantity,basis,acquired\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return write_past(tmp_path / "house")


def asked(command: str, folder: Path, *options: str) -> Result:
    return run(command, folder, *SHORT, "--out", folder / "out", *options)


def words(result: Result) -> str:
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One comparison of three policies, and where it wrote."""
    folder = write_past(tmp_path_factory.mktemp("house"))
    names = ("--policy", "hold", "--policy", "quarterly", "--policy", "5/25")
    return asked("compare", folder, *names), folder / "out"


def test_a_comparison_ranks_the_policies_that_are_named(compared: tuple[Result, Path]):
    result, _ = compared
    assert result.exit_code == DONE
    assert "Test household, 2022-08-01 to 2022-10-11" in result.stdout
    assert "In the order of wealth after liquidation tax" in result.stdout
    assert all(f"\n{name} " in result.stdout for name in ("hold", "quarterly", "5/25"))


def test_page_json_and_tables_are_written_and_named(compared: tuple[Result, Path]):
    result, out = compared
    assert (out / "backtest.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert {"daily.parquet", "fills.parquet"} <= {path.name for path in out.iterdir()}
    assert str(out / "backtest.html") in result.stdout.replace("\n", "")
    told = json.loads((out / "backtest.json").read_text())
    assert told["first"] == "hold"


def test_the_page_says_the_terms(compared: tuple[Result, Path]):
    page = (compared[1] / "backtest.html").read_text(encoding="utf-8")
    for term in ("Begins with", "the targets in every account", "law of 2022 for every year"):
        assert term in page


def test_what_was_noticed_in_the_data_goes_to_stderr(compared: tuple[Result, Path]):
    result, _ = compared
    assert "warning: prices.csv: gives neither dividends nor splits" in result.stderr
    assert "household-days in" in result.stderr
    assert "warning" not in result.stdout


def test_json_is_json_and_nothing_else(house: Path):
    result = asked("backtest", house, "--policy", "annual", "--json")
    told = json.loads(result.stdout)
    assert (told["kind"], told["ranking"]) == ("trimtab.backtest", ["annual"])
    assert result.exit_code == DONE


def test_a_backtest_runs_the_mandates_own_policy_beside_hold(house: Path):
    result = asked("backtest", house, "--json")
    assert sorted(json.loads(result.stdout)["ranking"]) == ["hold", "no_trade_zone"]


def test_a_comparison_of_nobody_is_of_the_usual_seven_and_the_mandates_own(tmp_path: Path):
    own = DATED + '\n[policy]\nname = "hybrid"\nrelative = 0.2\n'
    result = asked("compare", write_past(tmp_path / "house", own), "--json")
    told = json.loads(result.stdout)
    assert (len(told["ranking"]), told["first"]) == (8, "hold")
    assert "hybrid" in told["ranking"]


def test_a_policy_that_is_named_twice_runs_once(house: Path):
    result = asked("backtest", house, "--policy", "hold", "--policy", "hold ", "--json")
    assert json.loads(result.stdout)["ranking"] == ["hold"]


def test_the_figures_to_rank_by_are_listed():
    result = run("compare", "nowhere", "--by", "?")
    assert result.exit_code == DONE
    assert [line.split()[0] for line in result.stdout.splitlines()] == [one.value for one in RankBy]


def test_policies_are_put_in_order_by_the_figure_that_is_named(house: Path):
    names = ("--policy", "quarterly", "--policy", "hold")
    result = asked("compare", house, *names, "--by", "turnover")
    assert "In the order of turnover" in result.stdout
    assert words(result).rindex("hold $") < words(result).rindex("quarterly $")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--by", "turnove"), "'turnove' is no figure, did you mean 'turnover'; --by ? lists them"),
        (("--from", "2022-13-01"), "'--from': '2022-13-01'"),
        (("--value", "0"), "'--value': 0 leaves nothing to begin with"),
        (("--value", "-5"), "is negative"),
        (("--workers", "0"), "'--workers': 0 is not in the range x>=1"),
        (("--participation", "0"), "'--participation': 0.0 is not in the range"),
        (("--fill", "vwap"), "'vwap' is not one of 'close'"),
        (("--start-from", "mine"), "'mine' is not one of 'targets', 'own'"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(house: Path, options: tuple[str, ...], told: str):
    result = asked("compare", house, *options)
    assert result.exit_code == BAD_INPUT
    assert told in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from", "2022-09-01", "--to", "2022-08-31"), "the last day must be after the first"),
        (("--from", "2022-08-06", "--to", "2022-08-07"), "no session lies between"),
        (("--from", "1999-01-04", "--to", "1999-12-31"), "has no price from"),
        (("--policy", "treshold"), "treshold"),
        (("--policy", "threshold:absolut=0.05"), "did you mean 'absolute'"),
        (("--policy", "threshold:absolute=much"), "much"),
        (("--start-from", "own", "--value", "100"), "--value: is given together"),
        (("--out", "/dev/null/out"), "name another with --out"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_before_anything_runs(
    house: Path, options: tuple[str, ...], told: str
):
    result = asked("backtest", house, *options)
    assert result.exit_code == BAD_INPUT
    assert told.lower() in result.stderr.lower()
    assert "household-days" not in result.stderr
    assert "Traceback" not in result.stderr


def test_all_policies_that_are_wrong_are_told_at_once_and_as_json_too(house: Path):
    names = ("--policy", ":a", "--policy", "treshold", "--policy", "threshold:a")
    result = asked("compare", house, *names, "--json")
    assert result.exit_code == BAD_INPUT
    assert len(json.loads(result.stdout)["errors"]) == 3


@pytest.mark.parametrize("command", ["backtest", "compare", "harvest-report"])
def test_a_folder_without_prices_is_refused_with_the_file_that_is_missing(
    tmp_path: Path, command: str
):
    folder = write_past(tmp_path / "house")
    (folder / "prices.csv").unlink()
    result = asked(command, folder)
    assert result.exit_code == BAD_INPUT
    assert "prices.csv" in result.stderr


def test_an_empty_household_needs_an_amount_and_runs_with_one(tmp_path: Path):
    folder = write_past(tmp_path / "house", lots=EMPTY)
    refused = asked("backtest", folder)
    assert refused.exit_code == BAD_INPUT
    assert "--value 100000" in refused.stderr
    result = asked("backtest", folder, "--value", "100,000", "--json")
    assert result.exit_code == DONE
    figures = json.loads(result.stdout)["tables"]["figures"]
    start = figures["rows"][0][figures["columns"].index("value_start")]
    assert start == pytest.approx(100_000, abs=0.01)


def test_a_household_without_a_taxable_account_pays_no_tax(tmp_path: Path):
    folder = write_past(tmp_path / "house", DATED.replace('"taxable"', '"roth"'))
    result = asked("backtest", folder, "--policy", "quarterly", "--json")
    told = json.loads(result.stdout)["tables"]
    assert result.exit_code == DONE
    assert told["fills"]["rows"]
    assert told["tax_years"]["rows"] == []
    figures = dict(zip(told["figures"]["columns"], told["figures"]["rows"][0], strict=True))
    assert (figures["tax_paid"], figures["tax_owed"]) == (0, 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--participation", "5"), "the data have no volume on any day: the limit of"),
        (("--fill", "next_vwap"), "no volume-weighted price on any day"),
        (("--fill", "next_open"), "no open on any day"),
    ],
)
def test_what_the_prices_cannot_give_is_said_and_the_run_goes_on(
    house: Path, options: tuple[str, ...], told: str
):
    result = asked("backtest", house, "--policy", "quarterly", *options)
    assert result.exit_code == DONE
    assert told in result.stderr.replace("\n", " ")


def test_your_own_holdings_are_what_it_begins_with(house: Path):
    result = asked("backtest", house, "--start-from", "own", "--policy", "hold", "--json")
    lots = json.loads(result.stdout)["tables"]["lots"]
    held = {row[lots["columns"].index("lot")] for row in lots["rows"]}
    assert held == {"joint/VTI/2020-01-15", "joint/BND/2021-06-01", "ira/VTI/unknown"}


def test_prices_that_begin_late_are_told_and_what_is_there_is_run(tmp_path: Path):
    folder = write_past(tmp_path / "house", closes=prices(first=date(2022, 3, 1)))
    result = run("backtest", folder, "--from", "2022-01-03", "--to", str(START), "--policy", "hold",
                 "--out", folder / "out")  # fmt: skip
    assert result.exit_code == DONE
    assert "opens on 2022-03-01, asked for was 2022-01-03" in result.stderr
    assert re.search(r"2022-03-01 to 2022-05-02", result.stdout)
