"""The page on learning: its example runs, and finds the boundaries that the page names."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "concepts" / "learning.md"


def test_the_example_learns_the_boundaries_that_the_page_names(capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("torch")
    text = PAGE.read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(example.group(1), str(PAGE), "exec"), {})
    printed = [float(number) for number in re.findall(r"0\.\d+", capsys.readouterr().out)]
    named = [float(number) / 100 for number in re.findall(r"(?:up|down) to ([\d.]+) %", text)]
    assert printed[0::2] == pytest.approx(named, abs=0.0015)
    assert printed[0::2] == pytest.approx([0.57865, 0.61717], abs=0.0015)
