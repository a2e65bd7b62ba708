"""`trimtab bands`: zones beside the field's bands, on the screen, as JSON and as a page."""

import json
import re
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import DATED, write_past
from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.folders import LOTS
from trimtab.app.bands import rules

BONDS = """[[targets]]
name = "bonds"
weight = 0.4
instruments = ["BND"]
"""
THREE = (
    DATED.replace("weight = 0.6", "weight = 0.5").replace('["VTI", "ITOT"]', '["VTI"]')
    + """
[[targets]]
name = "mid caps"
weight = 0.1
instruments = ["ITOT"]
"""
)


@pytest.fixture(autouse=True)
def few_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the paths: what is compared here is compared by its standard errors."""
    monkeypatch.setattr(rules, "REVIEWS_SIMULATED", 40_000)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return write_past(tmp_path / "house")


def test_the_screen_shows_each_class_and_what_each_rule_costs(house: Path):
    result = run("bands", house, env={"COLUMNS": "120"})
    assert result.exit_code == DONE, result.output
    for word in ("stocks", "bonds", "No-trade zone", "5/25", "200/175", "every review", "never"):
        assert word in result.stdout
    assert "Over the long run it costs" in " ".join(result.stdout.split())


@pytest.mark.parametrize("width", [45, 80])
def test_it_fits_a_narrow_screen(house: Path, width: int):
    result = run("bands", house, env={"COLUMNS": str(width)})
    assert max(map(len, result.stdout.splitlines())) <= width


def test_json_has_the_zone_the_bands_and_the_costs(house: Path):
    result = run("bands", house, "--json")
    found = json.loads(result.stdout)
    assert found["kind"] == "trimtab.bands"
    assert [one["name"] for one in found["classes"]] == ["stocks", "bonds"]
    for one in found["classes"]:
        assert one["zone"]["lower"] < one["weight"] < one["zone"]["upper"]
        assert one["bands"]["5/25"] == pytest.approx(min(0.05, 0.25 * one["weight"]))
    costs = {one["name"]: one for one in found["rules"]}
    zone = costs.pop("no-trade zone")
    assert zone["cost_a_year"] == pytest.approx(zone["trading"] + zone["drift"])
    assert all(
        zone["cost_a_year"] <= other["cost_a_year"] + 3 * other["standard_error"]
        for other in costs.values()
    )


def test_rarer_reviews_and_less_aversion_change_the_zone(house: Path):
    def width(*options: str) -> float:
        zone = json.loads(run("bands", house, "--json", *options).stdout)["classes"][0]["zone"]
        return float(zone["upper"] - zone["lower"])

    assert width("--review", "quarterly") < width() < width("--risk-aversion", "2")


def test_the_policy_of_the_mandate_states_the_review(tmp_path: Path):
    mandate = DATED + '\n[policy]\nname = "no_trade_zone"\nreview_days = 63\nrisk_aversion = 4\n'
    found = json.loads(run("bands", write_past(tmp_path / "house", mandate), "--json").stdout)
    assert (found["review_days"], found["risk_aversion"]) == (63, 4.0)


@pytest.mark.parametrize(("mandate", "picture"), [(DATED, "interval-wide"), (THREE, "plane-wide")])
def test_the_page_draws_the_region_and_loads_nothing(tmp_path: Path, mandate: str, picture: str):
    folder, page = write_past(tmp_path / "house", mandate), tmp_path / "bands.html"
    result = run("bands", folder, "--html", page)
    assert result.exit_code == DONE, result.output
    text = page.read_text(encoding="utf-8")
    assert picture in text and "zones-wide" in text and "rule-costs-wide" in text
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "nan" not in text.lower()


def test_the_pair_of_the_picture_can_be_chosen(tmp_path: Path):
    folder, page = write_past(tmp_path / "house", THREE), tmp_path / "bands.html"
    run("bands", folder, "--html", page, "--pair", "mid caps", "bonds")
    assert "The region: mid caps and bonds" in page.read_text(encoding="utf-8")


PAIRS = [
    (("mid cap", "bonds"), "there is no class 'mid cap'"),
    (("bonds", "bonds"), "names 'bonds' twice"),
]


@pytest.mark.parametrize(("pair", "words"), PAIRS)
def test_a_pair_that_is_none_is_refused(tmp_path: Path, pair: tuple[str, str], words: str):
    folder = write_past(tmp_path / "house", THREE)
    result = run("bands", folder, "--html", tmp_path / "bands.html", "--pair", *pair)
    assert result.exit_code == BAD_INPUT
    assert words in result.stderr


def test_a_single_target_has_no_zone(tmp_path: Path):
    single = DATED.replace("weight = 0.6", "weight = 1.0")
    single = single.replace(BONDS, "")
    lots = "".join(line for line in LOTS.splitlines(keepends=True) if "BND" not in line)
    result = run("bands", write_past(tmp_path / "house", single, lots))
    assert result.exit_code == BAD_INPUT
    told = " ".join(result.stderr.split())
    assert "targets: no zone can be worked out: the mandate has 1 target" in told
