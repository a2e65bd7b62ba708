"""A year's gains that the household's own fills change, while a cycle runs and after it."""

from datetime import date
from pathlib import Path

from tests.app.commands_run import DONE, run
from tests.app.web.served import demo_house
from tests.app.web.traded import question_in
from trimtab.app.household import load_folder


def test_fills_count_in_later_plans_and_not_in_the_cycle_that_made_them(tmp_path: Path) -> None:
    house = demo_house(tmp_path / "home")
    mandate = house / "mandate.toml"
    stated = mandate.read_text("utf-8").replace(
        "[tax]\n", "[tax]\nrealized_until = 2022-10-10\n", 1
    )
    mandate.write_text(stated, encoding="utf-8")
    before = load_folder(house).mandate.tax.realized
    assert run("broker", "add", "paper", str(house)).exit_code == DONE
    assert "waiting" in run("run", "--once", str(house)).stdout
    asked = question_in(house).id
    assert run("approve", asked, str(house), "--as", "ann").exit_code == DONE
    for _ in range(2):  # it sells at a loss, and is taken up again after that
        assert "another plan" not in run("run", "--once", str(house)).output
    replay = run("journal", "replay", str(house), "--approval", asked)
    assert replay.exit_code == DONE, replay.output
    after = load_folder(house).mandate.tax.realized
    assert after.until == date(2022, 10, 11)
    assert after.short < before.short - 10_000
    assert load_folder(house, date(2022, 10, 12)).mandate.tax.realized.short == after.short
