"""`trimtab formats`: what is known, what a format finds in a file, and formats of one's own."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run

LOTS = """Konto;Wertpapier;Kürzel;Stücke;Kaufwert;Gekauft am
1;Fonds, ein guter;VTI;10,5;"1.234,56";04.03.2021
1;Anleihen;BND;3;"99,10";31.12.2020
Total;;;;"1.333,66";
"""
NAMES = (
    "account=Konto",
    "symbol=Kürzel",
    "quantity=Stücke",
    "cost=Kaufwert",
    "acquired=Gekauft am",
)
MAPS = [part for name in NAMES for part in ("--map", name)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "depot.csv"
    path.write_text(LOTS, encoding="utf-8")
    return path


def new(file: Path, home: Path, *options: str):
    return run("formats", "new", file, "--household", home, *options)


def listed(home: Path) -> dict[str, bool]:
    done = run("formats", "list", "--household", home, "--json")
    assert done.exit_code == DONE
    return {one["format"]: one["own"] for one in json.loads(done.stdout)["formats"]}


def test_all_formats_are_listed_the_households_own_among_them(home, file):
    before = listed(home)
    assert len(before) > 40 and not any(before.values())
    assert new(file, home, "--kind", "lots", *MAPS).exit_code == DONE
    assert {name: own for name, own in listed(home).items() if own} == {"depot": True}
    shown = run("formats", "--help").stdout
    assert all(name in shown for name in ("list", "show", "test", "edit", "new"))
    assert "schwab_positions" in run("formats").stdout
    assert "ofx" in run("formats", "list").stdout


def test_a_format_made_by_options_reads_its_file_from_then_on(home, file):
    done = new(file, home, "--kind", "lots", "--broker", "Bank", *MAPS)
    assert done.exit_code == DONE, done.stderr
    path = home / "formats" / "depot.toml"
    assert f"wrote {path}" in done.stderr
    assert "2 taken (lots), 2 ignored by rules, 0 breaks" in done.stdout
    text = path.read_text(encoding="utf-8")
    made = tomllib.loads(text)
    assert (made["broker"], made["numbers"]["decimal"]) == ("Bank", ",")
    assert made["dates"]["formats"] == ["%d.%m.%Y"]
    tested = run("formats", "test", file, "--household", home, "--json")
    assert tested.exit_code == DONE
    (report,) = json.loads(tested.stdout)["files"]
    assert report["format"] == "depot"
    assert [(one["symbol"], one["quantity"], one["cost"]) for one in report["lots"]] == [
        ("VTI", "10.5", "1234.56"),
        ("BND", "3", "99.10"),
    ]
    (header,) = report["headers"]
    assert {"field": "acquired", "column": "Gekauft am"} in header["columns"]
    assert run("import", "--dry-run", "--household", home, file).exit_code == DONE


REFUSED = [
    # options, what is said
    (["--kind", "lotz"], "kind: there is none 'lotz'. Did you mean 'lots'?"),
    (["--kind", "lots", "--map", "symbol"], "--map: 'symbol' is no pair"),
    (["--kind", "lots", "--map", "symbl=Kürzel"], "there is none 'symbl'. Did you mean 'symbol'?"),
    (["--kind", "lots", "--map", "symbol=Kurzel"], "none called 'Kurzel'. Did you mean 'Kürzel'?"),
    (["--kind", "lots", "--map", "symbol=Kürzel"], "no column is mapped to quantity"),
    (["--kind", "lots", *MAPS, "--map", "value=Kaufwert"], "'Kaufwert' is mapped to"),
    (["--kind", "lots", *MAPS, "--decimal", "x"], "decimal: 'x' is no decimal mark"),
    (["--kind", "lots", *MAPS, "--decimal", "."], "with it no row of"),
    (["--kind", "lots", *MAPS, "--date-format", "%Y"], "'%Y' lacks a year, month or day"),
    (["--kind", "lots", *MAPS, "--name", "../x"], "'../x' is no name for a format"),
    (["--kind", "lots", *MAPS, "--action", "Kauf=byu"], "there is none 'byu'. Did you mean 'buy'?"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_mapped_is_refused_and_nothing_is_written(home, file, options, said):
    done = new(file, home, *options)
    assert done.exit_code == BAD_INPUT
    assert said in done.stderr
    assert not (home / "formats").exists()


def test_days_and_numbers_that_could_mean_two_things_are_asked_for(home, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text('Symbol,Quantity,Acquired\nVTI,"1,234",03/04/2021\n', encoding="utf-8")
    assert (
        "say which: --decimal '.' or --decimal ','"
        in new(file, home, "--kind", "lots").stderr.lower()
    )
    done = new(file, home, "--kind", "lots", "--decimal", ".")
    assert done.exit_code == BAD_INPUT
    assert "'03/04/2021' can be read in 2 ways" in done.stderr
    done = new(file, home, "--kind", "lots", "--decimal", ".", "--date-format", "%d/%m/%Y")
    assert done.exit_code == DONE
    assert "2021-04-03" in done.stdout


def test_a_format_of_the_same_name_is_replaced_only_by_force(home, file):
    assert new(file, home, "--kind", "lots", *MAPS).exit_code == DONE
    again = new(file, home, "--kind", "lots", *MAPS)
    assert again.exit_code == BAD_INPUT
    assert "there is one of this name already" in again.stderr
    assert new(file, home, "--kind", "lots", *MAPS, "--force").exit_code == DONE
    assert new(file, home, "--kind", "lots", *MAPS, "--name", "other").exit_code == DONE


def test_a_household_that_is_not_there_is_refused(tmp_path, file):
    done = new(file, tmp_path / "nowhere", "--kind", "lots", *MAPS)
    assert done.exit_code == BAD_INPUT
    assert "there is no such folder" in done.stderr


def answers(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_questions_have_answers_ready(home, file):
    said = answers(
        "lots",
        *("Konto", "-", "Kürzel", "2", "-", "-", "-", "Stücke"),  # to quantity
        *("-", "-", "Kaufwerd", "Kaufwert", "-", "6", "-", "-"),  # to the lot's id
        *("EUR", "my bank", "Bank", "y"),
    )
    done = run("formats", "new", file, "--household", home, input=said)
    assert done.exit_code == DONE, done.stderr
    assert "2 taken (lots)" in done.stderr
    made = tomllib.loads((home / "formats" / "my_bank.toml").read_text(encoding="utf-8"))
    assert made["broker"] == "Bank"
    assert made["sections"][0]["columns"]["acquired"] == ["Gekauft am"]


def test_answers_that_end_early_leave_nothing_behind(home, file):
    for count in range(0, 21, 4):
        done = run("formats", "new", file, "--household", home, input="lots\n" + "1\n" * count)
        assert done.exit_code == BAD_INPUT
        assert "the answers ended before the questions did; nothing was written" in done.stderr
    assert not (home / "formats").exists()


def test_a_person_may_not_want_the_format_after_all(home, tmp_path):
    file = tmp_path / "plain.csv"
    file.write_text("Symbol,Quantity,Value\nVTI,1,200\n", encoding="utf-8")
    done = run("formats", "new", file, "--household", home, input="\n" * 40)
    assert (home / "formats" / "plain.toml").exists(), done.stderr
    again = run("formats", "new", file, "--household", home, input="\n" * 15 + "other\n\nn\n")
    assert "nothing was written" in again.stderr
    assert not (home / "formats" / "other.toml").exists()


def test_words_that_nobody_knows_may_be_given_a_meaning(home, tmp_path):
    file = tmp_path / "moves.csv"
    rows = "2021-03-04,Gefummel,VTI,1,-200\n2021-03-05,Rausch,VTI,1,210\n"
    file.write_text("Date,Action,Symbol,Quantity,Amount\n" + rows, encoding="utf-8")
    done = new(file, home, "--kind", "transactions", "--action", "Gefummel=buy")
    assert done.exit_code == FINDINGS
    assert "1 taken (transactions), 1 ignored by rules, 1 breaks" in done.stdout
    assert "nothing is known of 'Rausch' (unknown_action)" in " ".join(done.stdout.split())


def test_a_format_file_is_checked_and_its_mistakes_are_named(home, tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(run("formats", "show", "schwab_positions").stdout, encoding="utf-8")
    done = run("formats", "test", good)
    assert done.exit_code == DONE
    assert "a format of schwab for positions; all is well" in done.stdout
    bad.write_text(good.read_text().replace("symbol = ", "symbl = ", 1), encoding="utf-8")
    done = run("formats", "test", bad, "--json")
    assert done.exit_code == BAD_INPUT
    errors = json.loads(done.stdout)["errors"]
    assert any("Did you mean 'symbol'" in one["message"] for one in errors)
    assert all(one["file"] == str(bad) for one in errors)


def test_a_format_file_is_tried_on_the_files_beside_it(tmp_path, file):
    other = tmp_path / "one.toml"
    other.write_text(
        'broker = "b"\nname = "n"\n[dates]\nformats = ["%d.%m.%Y"]\n[numbers]\ndecimal = ","\n'
        '[[sections]]\nkind = "lots"\nrequired = ["symbol", "quantity"]\n'
        '[sections.columns]\nsymbol = ["Kürzel"]\nquantity = ["Stücke"]\n',
        encoding="utf-8",
    )
    done = run("formats", "test", other, file)
    assert "read by one (yours): b" in done.stdout
    assert "unused: Konto, Wertpapier, Kaufwert, Gekauft am" in " ".join(done.stdout.split())


def test_the_nearest_format_says_which_column_an_unknown_file_lacks(tmp_path):
    file = tmp_path / "near.csv"
    header = "Symbol,Description,Qty (Quantity),Price,Cost Basis,Worth\nVTI,Fund,1,2,3,4\n"
    file.write_text(header, encoding="utf-8")
    done = run("formats", "test", file, "--json")
    (report,) = json.loads(done.stdout)["files"]
    if report["format"]:
        pytest.fail("a format knows this file: take another header for this test")
    assert report["nearest"]["lacks"]
    assert done.exit_code == FINDINGS


def test_edit_copies_the_packages_format_into_the_household_and_checks_it(home, monkeypatch):
    monkeypatch.delenv("EDITOR", raising=False)
    done = run("formats", "edit", "schwab_positions", "--household", home)
    path = home / "formats" / "schwab_positions.toml"
    assert done.exit_code == DONE
    assert done.stdout.strip() == str(path)
    assert path.read_text() == run("formats", "show", "schwab_positions").stdout
    path.write_text(path.read_text().replace('broker = "schwab"', 'broker = "mine"'))
    assert (
        'broker = "mine"' in run("formats", "show", "schwab_positions", "--household", home).stdout
    )
    assert run("formats", "edit", "schwab_positions", "--household", home).exit_code == DONE
    path.write_text("broker = 1")
    assert run("formats", "edit", "schwab_positions", "--household", home).exit_code == BAD_INPUT


def test_a_name_that_no_format_has_is_told_with_the_near_one(home):
    for command in ("show", "edit"):
        done = run("formats", command, "schwab_position", "--household", home)
        assert done.exit_code == BAD_INPUT
        assert "there is none. Did you mean 'schwab_positions'?" in done.stderr
    assert run("formats", "show", "../secret", "--household", home).exit_code == BAD_INPUT
