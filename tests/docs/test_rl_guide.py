"""The code of the guide on agents runs from top to bottom, and its tables are those of the code."""

import re
from pathlib import Path

import pytest

pytest.importorskip("stable_baselines3")

from trimtab.drivers.env import choices, observing
from trimtab.drivers.env.choices import Choice

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "rl-environment.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = re.compile(r"^\| (\d?n?[^|]*) \| ([^|]+) \| (\S+ … \S+) \|$", re.MULTILINE)


def test_all_of_its_code_runs(capsys):
    blocks = BLOCK.findall(TEXT)
    assert len(blocks) == 3
    exec(compile("\n".join(blocks), str(PAGE), "exec"), {})
    assert "bps" in capsys.readouterr().out


def test_its_table_of_what_is_observed_is_that_of_the_code():
    shown = [(place, bounds) for place, _, bounds in PLACES.findall(TEXT)]
    in_code = [(place, bounds) for place, _, bounds in PLACES.findall(observing.__doc__ or "")]
    assert len(shown) == 9
    assert shown == in_code
    space = choices.observation_space(4)
    least, most = (space.low.tolist(), space.high.tolist())
    for row, (_, bounds) in enumerate(shown):
        low, high = (float(word.replace("−", "-")) for word in bounds.split(" … "))
        place = 4 * row if row < 3 else 12 + row - 3
        assert (least[place], most[place]) == (low, high)


@pytest.mark.parametrize("choice", list(Choice))
def test_it_names_every_choice(choice: Choice):
    assert f"| `{choice}` |" in TEXT
