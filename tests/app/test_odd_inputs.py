"""Odd input through the command line: an answer by the rule that says so, or one clear sentence.

A household of two classes, one thing in it odd.  What a plan can be made from is planned, with a
finding that names what is odd; what can be no price is refused with its line.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from trimtab.app.models.registry import registry_of

PRICES = prices()
HEAD, *ROWS = PRICES.splitlines()
OWN = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
SAMPLE = '\n[estimates]\ncovariance = "sample"\n'
FREE = "\n[costs]\nhalf_spread = 0\nimpact = 0\n"
DRIFT = '\n[estimates]\ndrift = "bootstrap_drift"\n'
PARITY = '\n[target_source]\nname = "risk_parity"\n'
REFUSE = '\n[risk]\nwithout_history = "refuse"\n'
THURSDAY = 200
ALL, NONE = MANDATE.replace("0.6", "1.0"), MANDATE.replace("0.6", "0.0")
ALL_STOCKS, ALL_BONDS = ALL.replace("0.4", "0.0"), NONE.replace("0.4", "1.0")
ALL_CASH = NONE.replace("0.4", "0.0") + "\n[cash]\nweight = 1.0\n"
Cells = Callable[[int, str, str], tuple[object, object]]


def changed(cells: Cells) -> str:
    """The two years of prices with other cells; days count from 0."""
    rows = (row.split(",") for row in ROWS)
    told = [",".join(map(str, (day, *cells(at, a, b)))) for at, (day, a, b) in enumerate(rows)]
    return "\n".join([HEAD, *told]) + "\n"


def last(rows: int) -> str:
    return "\n".join([HEAD, *ROWS[-rows:]]) + "\n"


def home(place: Path, closes: str = PRICES, mandate: str = MANDATE) -> Path:
    return write_household(place / "house", mandate, OWN, closes)


def planned(house: Path, *options: str):
    """The plan's JSON, and its findings by code."""
    told = run("plan", house, "--json", *options)
    assert told.exit_code == DONE, told.stdout + told.stderr
    plan = json.loads(told.stdout)
    return plan, {one["code"]: one for one in plan["findings"]}


SHORT_BONDS = changed(lambda at, a, b: (a, b if at > 470 else ""))
HOLE = changed(lambda at, a, b: ("nan" if at == THURSDAY else a, b))
BLANKS = changed(lambda at, a, b: ("" if 200 <= at < 300 else a, b))
EVERY_OTHER = changed(lambda at, a, b: ("nan" if at % 2 and at < 499 else a, b))
STILL = changed(lambda at, a, b: (100, 50))
STILL_BONDS = changed(lambda at, a, b: (a, 50))
WILD = changed(lambda at, a, b: (float(a) * 1e9 if at % 2 and at < 499 else a, b))
ALIKE = changed(lambda at, a, b: (a, float(a) / 2))

ANSWERED = [
    # (what is odd, prices, mandate, the finding, what it names, what it says)
    ("ten days of prices", last(10), MANDATE, "risk_assumed", "risk of", "only 9 daily returns"),
    ("one day of prices", last(1), MANDATE, "risk_assumed", "risk of", "no history"),
    ("one fund that is new", SHORT_BONDS, MANDATE, "risk_assumed", "risk of BND", "only 28 daily"),
    ("every other close", EVERY_OTHER, MANDATE, "risk_assumed", "risk of VTI", "only 1 daily ret"),
    ("one cell that says nan", HOLE, MANDATE, "history.missing_closes", "VTI", "2021-12-16"),
    ("a hundred blank cells", BLANKS, MANDATE, "history.missing_closes", "VTI", "in 72 of 500"),
    ("prices that never change", STILL, MANDATE, "history.constant_price", "BND", "never changed"),
    ("no prices that change", STILL, MANDATE, "no_trade_zone", "targets.stocks", "bands decide"),
    ("one price that never changes", STILL_BONDS, MANDATE, "history.constant_price", "BND", "free"),
    ("two funds that are one", ALIKE, MANDATE + SAMPLE, "no_trade_zone", "targets", "exactly as"),
    (
        "costs of zero",
        PRICES,
        MANDATE + FREE,
        "no_trade_zone",
        "household",
        "trading costs nothing",
    ),
    ("everything to be sold", PRICES, ALL_CASH + PARITY, "targets_not_estimated", "targets",
     "all of them are 0 %"),
    ("ten days and targets made from risk", last(10), MANDATE + PARITY, "targets_not_estimated",
     "targets", "the risk of VTI, BND is assumed"),
    ("all in one class", PRICES, ALL_STOCKS, "no_trade_zone", "targets.stocks", "is 100.0 %"),
    ("one class to be sold out", PRICES, ALL_BONDS, "no_trade_zone", "targets.stocks", "is 0.0 %"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("closes", "mandate", "code", "subject", "words"),
    [each[1:] for each in ANSWERED],
    ids=[each[0] for each in ANSWERED],
)
def test_odd_input_is_planned_by_the_rule_and_told(tmp_path, closes, mandate, code, subject, words):
    if PARITY in mandate:
        pytest.importorskip("skfolio")
    plan, findings = planned(home(tmp_path, closes, mandate))
    assert plan["plan"]["trades"]
    told = findings[code]
    assert told["severity"] in ("note", "warning")
    assert subject in told["subject"]
    assert words in told["message"]
    assert told["remedy"]


def test_two_funds_that_are_one_need_no_word_where_the_covariance_is_shrunk(tmp_path):
    plan, findings = planned(home(tmp_path, ALIKE))
    assert plan["plan"]["trades"]
    assert "no_trade_zone" not in findings


def test_moves_too_wild_to_be_forecast_from_are_told_and_the_rule_decides(tmp_path):
    _, findings = planned(home(tmp_path, WILD, MANDATE + DRIFT))
    assert "too wild to be drawn from" in findings["estimate_fell_back"]["message"]
    assert "history.jump" in findings


def test_a_class_to_be_sold_out_is_sold_to_its_last_share(tmp_path):
    plan, _ = planned(home(tmp_path, mandate=ALL_BONDS))
    sold = sum(float(one["quantity"]) for one in plan["plan"]["trades"] if one["side"] == "sell")
    assert sold == 700


def test_a_mandate_that_refuses_short_histories_says_so_in_one_sentence(tmp_path):
    told = run("plan", home(tmp_path, last(10), MANDATE + REFUSE))
    assert told.exit_code == BAD_INPUT
    assert "too few daily returns up to 2022-10-11: 9 for VTI, BND" in told.stderr
    assert '[risk] without_history = "assume"' in told.stderr


IMPOSSIBLE = [
    # (what is wrong, the cell, the complaint)
    ("a negative price", -90, "is -90; a price must be above zero"),
    ("a price of zero", 0, "is 0; a price must be above zero"),
    ("a price too small for anything", 1e-300, "is 1e-300; a price is from 1e-12 to 1e+12"),
    ("a price too large for anything", 1e13, "is 1e+13; a price is from 1e-12 to 1e+12"),
    ("a price without end", "inf", "'inf' is not a finite number"),
    ("a word", "abc", "'abc' is not a number"),
]


@pytest.mark.parametrize("command", ["plan", "compare"])
@pytest.mark.parametrize(
    ("cell", "complaint"), [each[1:] for each in IMPOSSIBLE], ids=[each[0] for each in IMPOSSIBLE]
)
def test_what_can_be_no_price_is_refused_with_its_line(tmp_path, command, cell, complaint):
    house = home(tmp_path, changed(lambda at, a, b: (cell if at == THURSDAY else a, b)))
    out = ("--out", tmp_path / "out") if command == "compare" else ()
    told = run(command, house, *out)
    assert told.exit_code == BAD_INPUT
    assert f"prices.csv:{THURSDAY + 2}: price of VTI on 2021-12-16:" in told.stderr
    assert complaint in told.stderr or "is inf; it must be finite" in told.stderr


FILES = [
    # (what is wrong, the file, the complaint)
    ("a day that is there twice", f"{PRICES}{ROWS[-1]}\n", "502: date 2022-10-11: the file has it"),
    ("a header alone", f"{HEAD}\n", "the feed has no price on or before 2022-10-11"),
    ("nothing", "", "price file: is empty"),
    ("no close of one fund", changed(lambda at, a, b: ("nan", b)), "instrument 'VTI'"),
]


@pytest.mark.parametrize(
    ("closes", "complaint"), [each[1:] for each in FILES], ids=[each[0] for each in FILES]
)
def test_a_price_file_that_says_nothing_is_refused(tmp_path, closes, complaint):
    told = run("plan", home(tmp_path, closes))
    assert told.exit_code == BAD_INPUT
    assert complaint in told.stderr


ZONELESS = [
    # (what is odd, prices, mandate, the reason)
    ("no prices that change", STILL, MANDATE, "it moves exactly as bonds does"),
    ("two funds that are one", ALIKE, MANDATE + SAMPLE, "it moves exactly as"),
    ("costs of zero", PRICES, MANDATE + FREE, "trading costs nothing"),
    ("all in one class", PRICES, ALL_STOCKS, "the weight wanted is 100.0 %"),
    ("one class to be sold out", PRICES, ALL_BONDS, "the weight wanted is 0.0 %"),
]


@pytest.mark.parametrize(
    ("closes", "mandate", "reason"),
    [each[1:] for each in ZONELESS],
    ids=[each[0] for each in ZONELESS],
)
def test_without_a_zone_the_bands_decide_and_every_command_says_why(
    tmp_path, closes, mandate, reason
):
    house = home(tmp_path, closes, mandate)
    refused = run("bands", house)
    assert refused.exit_code == BAD_INPUT
    assert f"no zone can be worked out: {reason}" in refused.stderr
    out = ("--from", "2022-08-01", "--workers", "1", "--out", tmp_path / "out")
    for command in (
        ("backtest", house, *out),
        ("compare", house, *out, "--policy", "hold", "--policy", "no_trade_zone"),
    ):
        told = run(*command)
        assert told.exit_code == DONE, told.stderr
        assert f"the mandate's bands decide: {reason}" in " ".join(told.stderr.split())
    learned, findings = planned(house, "--policy", "learned:band")
    assert "model_missing" in findings and reason in findings["no_trade_zone"]["message"]
    assert learned["plan"]["trades"] == planned(house)[0]["plan"]["trades"]


def test_bands_say_which_risk_was_assumed(tmp_path):
    told = run("bands", home(tmp_path, last(10)), "--json")
    assert told.exit_code == DONE
    assert "assumed: VTI 30 % a year" in json.loads(told.stdout)["source"]


def test_the_first_days_of_a_backtest_stand_on_long_run_figures_and_it_says_so(tmp_path):
    house = home(tmp_path)
    compared = run(
        "compare", house, "--from", "2021-05-30", "--to", "2021-08-31", "--workers", "1",
        "--out", tmp_path / "out", "--policy", "hold", "--policy", "no_trade_zone",
    )  # fmt: skip
    assert compared.exit_code == DONE, compared.stderr
    words = " ".join(compared.stderr.split())
    assert "no_trade_zone: risk of VTI: on 2021-05-30, it is assumed, 30 % a year" in words
    decided = json.loads((tmp_path / "out" / "backtest.json").read_text())
    assert "not_decided" not in json.dumps(decided)


UNLEARNABLE = [
    # (what is odd, prices, mandate, the complaint)
    ("ten days of prices", last(10), MANDATE, "the risk of VTI, BND is assumed"),
    ("one fund that is new", SHORT_BONDS, MANDATE, "the risk of BND is assumed"),
    ("no prices that change", STILL, MANDATE, "neither ever moved"),
    ("costs of zero", PRICES, MANDATE + FREE, "trading costs nothing"),
    ("one class to be sold out", PRICES, ALL_BONDS, "the weight wanted is 0.0 %"),
]


@pytest.mark.parametrize(
    ("closes", "mandate", "complaint"),
    [each[1:] for each in UNLEARNABLE],
    ids=[each[0] for each in UNLEARNABLE],
)
def test_nothing_is_learned_from_what_cannot_be_measured(
    tmp_path, monkeypatch, closes, mandate, complaint
):
    pytest.importorskip("torch")
    monkeypatch.setenv("TRIMTAB_CONFIG", str(tmp_path / "config"))
    house = home(tmp_path, closes, mandate)
    told = run("train", house, "--seeds", "1", "--seconds", "2")
    assert told.exit_code == BAD_INPUT
    assert "nothing can be learned" in told.stderr and complaint in told.stderr
    assert registry_of(house).names() == ()


def test_the_doctor_and_the_check_tell_a_hole_in_the_prices(tmp_path):
    house = home(tmp_path, HOLE)
    for command, code in (("doctor", DONE), ("check", FINDINGS)):
        told = run(command, house)
        assert told.exit_code == code
        words = " ".join(told.stdout.split())
        assert "VTI: it has no close once though its market was open (on 2021-12-16)" in words
