"""Scenario files: what they say is what happens, and every mistake is told with its line."""

from pathlib import Path

import pytest

from trimtab.app.backtesting.scenario import Others
from trimtab.app.backtesting.scenario_file import Shock, parse_scenario, read_shock
from trimtab.estimators._long_run import AssetClass
from trimtab.model.errors import InputErrors

KNOWN = ("VTI", "BND", "TSLA")
GOOD = """\
title = "Stocks halve"
stand_ins.real_estate = { stocks = 0.5, bonds = 0.5 }
instruments.TSLA = { class = "stocks", beta = 2 }
[path]
columns = ["stocks", "bonds"]
rows = [
  [1, -0.2, 0.01],
  [21, -0.5, 0.0],
]
"""


def read(text: str) -> Shock:
    return parse_scenario(text, "mine", "mine.toml", KNOWN, {})


def mistakes(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read(text)
    return [str(error) for error in caught.value.errors]


def test_a_whole_file_is_read():
    shock = read(GOOD)
    scenario = shock.scenario
    assert scenario is not None
    assert (scenario.title, scenario.columns) == ("Stocks halve", ("stocks", "bonds"))
    assert scenario.knots.sessions == (0, 1, 21)
    assert scenario.knots.growth.tolist() == [[1, 1], [0.8, 1.01], pytest.approx([0.4, 1.01])]
    assert scenario.stand_ins == {AssetClass.REAL_ESTATE: {"stocks": 0.5, "bonds": 0.5}}
    assert (shock.instruments["TSLA"].mix, shock.instruments["TSLA"].beta) == ({"stocks": 1}, 2)
    assert scenario.others is Others.STILL


def test_returns_since_the_start_are_not_compounded():
    scenario = read('counted_from = "start"\n' + GOOD).scenario
    assert scenario is not None
    assert scenario.knots.growth[2].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("rows", "sessions"),
    [
        ("[2020-03-13, 0, 0], [2020-03-16, -0.12, 0]", (0, 1)),
        ("[2020-03-16, -0.12, 0], [2020-03-17, 0.06, 0]", (0, 1, 2)),
        ("[2020-03-13, 0, 0], [2020-03-23, -0.2, 0]", (0, 6)),
        ("[0, 0, 0], [5, -0.2, 0]", (0, 5)),
        ("[1, -0.2, 0]", (0, 1)),
    ],
)
def test_days_count_as_sessions_and_a_first_row_of_zeros_is_today(rows, sessions):
    text = f'[path]\ncolumns = ["stocks", "bonds"]\nrows = [{rows}]\n'
    scenario = read(text).scenario
    assert scenario is not None and scenario.knots.sessions == sessions


ROW = "  [1, -0.2, 0.01],"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (ROW, "  [1, -1.0, 0.01],", "mine.toml:7: row 1: a return of -1 leaves nothing"),
        (ROW, "  [1, -20.5, 0.01],", "write -0.205 for a fall of 20.5 %"),
        (ROW, "  [1, 30, 0.01],", "mine.toml:7: row 1: a return of 30 is 3,000%"),
        (ROW, "  [1, -0.2],", "mine.toml:7: row 1: it has 1 return; the path has 2 columns"),
        (ROW, "  [22, -0.2, 0.01],", "mine.toml:8: row 21: it is not after the row before"),
        (ROW, "  [0, -0.2, 0.01],", "mine.toml:7: row 0: it moves today"),
        (ROW, "  [2020-03-16, -0.2, 0.01],", "mine.toml:8: row 21: it differs in kind"),
        (ROW, '  ["x", -0.2, 0.01],', "mine.toml:7: path.rows: 'x' is neither a day nor"),
        (ROW, '  [1, "-20 %", 0.01],', "mine.toml:7: row 1: '-20 %' is no return"),
        ("[21,", "[2601,", "mine.toml:8: path: the path lasts 2,601 sessions"),
        ('"bonds"]', '"bond"]', "mine.toml:5: column 'bond': it is no class of assets"),
        ('"bonds"]', '"stocks"]', "mine.toml:5: column 'stocks': it is there twice"),
        ("stand_ins.real_estate", "stand_ins.realestate", "Did you mean 'real_estate'?"),
        ("bonds = 0.5", "gold = 0.5", "mine.toml:2: stand_ins.real_estate.gold: the path has no"),
        ("instruments.TSLA", "instruments.TSLAA", "mine.toml:3: instruments.TSLAA: the household"),
        ('class = "stocks"', 'class = "gold"', "mine.toml:3: instruments.TSLA.class: the path has"),
        ("beta = 2", "beta = 200", "mine.toml:3: instruments.TSLA.beta: it is 200; at most 20"),
        ("beta = 2", 'beta = "2"', "instruments.TSLA.beta: '2' is no number"),
        ("beta = 2", "betta = 2", "instruments.TSLA.betta: there is no such key"),
        ("title", "titel", "mine.toml:1: titel: there is no such key. Did you mean 'title'?"),
        ("[path]", 'counted_from = "x"\n[path]', "mine.toml:4: counted_from: 'x' is none"),
        ("[21, -0.5, 0.0]", "5", "mine.toml:8: path.rows: 5 is no row"),
        ("rows = [", "rowss = [", "mine.toml:4: path: it lacks columns or rows"),
        ('title = "Stocks halve"', 'title = "Stocks', "mine.toml: shock file: it breaks here"),
    ],
)
def test_every_mistake_is_told_with_its_line(old: str, new: str, told: str):
    assert old in GOOD
    assert told in " ".join(mistakes(GOOD.replace(old, new)))


def test_a_day_on_which_the_exchange_was_closed_is_refused():
    text = '[path]\ncolumns = ["stocks"]\nrows = [[2020-03-15, -0.1]]\n'
    assert "the exchange was closed that day" in mistakes(text)[0]


def test_rows_that_are_no_list_are_refused():
    text = '[path]\ncolumns = ["stocks"]\nrows = 5\n'
    assert mistakes(text) == ["mine.toml:3: path.rows: 5 is no list. Write [[1, -0.2]]."]


def test_several_mistakes_come_together():
    text = GOOD.replace("beta = 2", "beta = 99").replace("-0.2, 0.01", "-1.2, 0.01")
    assert len(mistakes(text)) == 2


def test_a_file_that_moves_nothing_is_refused():
    assert "it moves nothing" in mistakes('title = "x"\n')[0]


def test_instruments_alone_are_told_to_other_scenarios(tmp_path: Path):
    file = tmp_path / "mine.toml"
    file.write_text('[instruments]\nTSLA = { class = "gold" }\n', "utf-8")
    shock = read_shock(file, KNOWN)
    assert shock.scenario is None
    other = read(GOOD).scenario
    assert other is not None
    with pytest.raises(InputErrors, match=r"mine\.toml:2: instruments\.TSLA: scenario 'mine' has"):
        shock.told(other)


def test_a_csv_is_a_table_of_returns(tmp_path: Path):
    file = tmp_path / "crash.csv"
    file.write_text("# a comment\nsession,stocks,BND\n1,-0.2,0.01\n2,-0.1,0\n", "utf-8")
    scenario = read_shock(file, KNOWN).scenario
    assert scenario is not None
    assert scenario.columns == ("stocks", "BND")
    assert scenario.knots.growth[-1].tolist() == pytest.approx([0.72, 1.01])
    assert scenario.stand_ins[AssetClass.FOREIGN_STOCKS] == {"stocks": 1.0}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "crash.csv:1: shock file: it is empty"),
        ("when,stocks\n1,-0.2\n", "crash.csv:1: header: its first column is 'when'"),
        ("session,stocks\n1,-20%\n", "crash.csv:2: row 1: '-20%' is no return"),
        ("session,stocks\nx,-0.2\n", "crash.csv:2: row: 'x' is neither a session number nor a day"),
        ("session,stocks\n1,-1.5\n", "crash.csv:2: row 1: a return of -1.5 leaves nothing"),
        ("session,stocks\n", "crash.csv: path: it has no row"),
        ("session,shares\n1,-0.1\n", "crash.csv:1: column 'shares': it is no class"),
    ],
)
def test_mistakes_in_a_csv_are_told_with_their_line(tmp_path: Path, text: str, told: str):
    file = tmp_path / "crash.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputErrors) as caught:
        read_shock(file, KNOWN)
    assert told in str(caught.value.errors[0])
