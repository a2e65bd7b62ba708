"""Every fragment of `changes/` opens with its kind, as the README there says."""

import re
from pathlib import Path

import pytest

CHANGES = Path(__file__).resolve().parents[2] / "changes"
FRAGMENTS = sorted(path for path in CHANGES.glob("*.md") if path.name != "README.md")


def kinds() -> list[str]:
    told = re.search(r"^Kinds: (.*?)\.", (CHANGES / "README.md").read_text("utf-8"), re.M)
    assert told
    return re.findall(r"`(\w+)`", told[1])


def test_the_readme_names_the_kinds() -> None:
    assert kinds() == ["added", "changed", "mended", "removed"]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_opens_with_its_kind(path: Path) -> None:
    kind, _, words = path.read_text("utf-8").partition(": ")
    assert kind in kinds()
    assert words.strip()
