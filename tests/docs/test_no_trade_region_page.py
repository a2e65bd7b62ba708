"""The example of the page on no-trade regions runs, and prints what it leads one to expect."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "no-trade-region.md"


def test_the_example_runs_and_shows_a_band_for_each_instrument(capsys):
    example = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example, "the page opens with an example"
    exec(compile(example.group(1), str(PAGE), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["domestic", "foreign", "bonds"]
    sold = float(re.findall(r"[0-9.]+", lines[3])[0])
    assert 0.40 < sold < 0.46
