"""What a plug-in finds wrong in the mandate is told with file and line."""

from pathlib import Path

import pytest

from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.cli import main

RATES = "short_rate = 0.32\nlong_rate = 0.15\n"


@pytest.mark.parametrize("options", [(), ("--policy", "5/25")])
def test_a_tax_year_without_brackets_names_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
):
    text = MANDATE.replace(RATES, "year = 2019\nordinary_income = 100000\n")
    folder = write_household(tmp_path / "home", text, prices=LONG_PRICES)
    assert main(["plan", str(folder), "--as-of", AS_OF, *options]) == 2
    line = text.splitlines().index("year = 2019") + 1
    told = capsys.readouterr().err
    assert f"mandate.toml:{line}: tax.year: the federal brackets of 2019" in told
