"""Every plug-in keeps the general promises, and the checks can tell one that does not."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import trimtab
from trimtab import plugins
from trimtab.testing import conform

EVERY = [(family, name) for family in plugins.FAMILIES for name in plugins.names(family)]


@pytest.mark.parametrize(("family", "name"), EVERY)
def test_a_plug_in_of_this_package_conforms(family: str, name: str):
    assert conform.faults(family, name) == ()


BASE = '''
"""What a greeter is."""
from typing import ClassVar, Protocol


class Greeter(Protocol):
    name: ClassVar[str]

    def greet(self, person: str) -> str: ...
'''

GOOD = '''
"""Greets."""
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Polite:
    """Greets politely."""

    name: ClassVar[str] = "polite"
    word: str = "Good day"

    def greet(self, person: str) -> str:
        return f"{self.word}, {person}"


PLUGIN = Polite
'''

SPOILED = [
    # (what is replaced, by what, what the check must say)
    ('"""Greets."""', "", "its module has no docstring"),
    ('    """Greets politely."""\n', "", "its class has no docstring"),
    ("PLUGIN = Polite\n", "PLUGIN = Polite\nx = 1\n", "does not end in `PLUGIN"),
    ('word: str = "Good day"', "word: str", "neither defaults nor a module-level EXAMPLE"),
    ('word: str = "Good day"', "word: object = 1", "its field word takes anything"),
    (
        'word: str = "Good day"',
        "word: Protocol | None = None",
        "settings cannot fill its field word",
    ),
    ("def greet(self, person", "def salute(self, person", "it is no Greeter: lacks greet"),
    ("greet(self, person", "greet(self, name", "greet takes (self, name), not (self, person)"),
    ("person: str", "person: str, loud: bool", "takes (self, person, loud), not (self, person)"),
    ('    name: ClassVar[str] = "polite"\n', "", "it is no Greeter: lacks name"),
    ("from typing", "import random\nfrom typing", "imports random"),
    ("from typing", "from urllib.request import urlopen\nfrom typing", "imports urllib.request"),
]


@pytest.fixture
def greeters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A family of one plug-in, in a folder that the package is told to look into."""
    folder = tmp_path / "greeters"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_base.py").write_text(BASE)
    (folder / "polite.py").write_text(GOOD)
    monkeypatch.setattr(plugins, "FAMILIES", ("greeters",))
    monkeypatch.setattr(conform, "PURE_FAMILIES", frozenset({"greeters"}))
    monkeypatch.setattr(trimtab, "__path__", [*trimtab.__path__, str(tmp_path)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("trimtab.greeters")]:
        del sys.modules[name]
    vars(trimtab).pop("greeters", None)


def test_a_good_plug_in_is_a_case_and_has_no_faults(greeters: Path):
    assert [name for name, _ in conform.cases("greeters")] == ["polite"]
    assert conform.faults("greeters", "polite") == ()


@pytest.mark.parametrize(("old", "new", "fault"), SPOILED, ids=[row[2] for row in SPOILED])
def test_a_spoiled_plug_in_is_told_what_it_breaks(greeters: Path, old: str, new: str, fault: str):
    assert old in GOOD
    text = GOOD.replace("import ClassVar", "import ClassVar, Protocol").replace(old, new)
    (greeters / "polite.py").write_text(text)
    assert fault in "\n".join(conform.faults("greeters", "polite"))


def test_a_plug_in_without_defaults_may_bring_an_example(greeters: Path):
    text = GOOD.replace('word: str = "Good day"', "word: str")
    text = text.replace("PLUGIN =", 'EXAMPLE = Polite("Hello")\n\nPLUGIN =')
    (greeters / "polite.py").write_text(text)
    assert conform.faults("greeters", "polite") == ()


def test_a_plug_in_may_take_more_than_it_is_given_where_that_has_a_default(greeters: Path):
    text = GOOD.replace("person: str", "person: str, loud: bool = False")
    (greeters / "polite.py").write_text(text)
    assert conform.faults("greeters", "polite") == ()


def test_a_family_without_a_protocol_says_so(greeters: Path):
    (greeters / "_base.py").unlink()
    assert conform.faults("greeters", "polite") == ("greeters has no protocol to hold it against",)


def test_an_answer_that_changes_from_call_to_call_is_noticed():
    answers = iter([1, 1, 1, 2])
    assert conform.repeats(lambda: next(answers))
    assert not conform.repeats(lambda: next(answers))


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0, 2.0]), np.array([1.0, 2.5]), False),
        (("a", float("nan")), ("a", float("nan")), True),
        ({"a": np.zeros(2)}, {"a": np.ones(2)}, False),
        ([1], (1,), False),
        ("abc", "abd", False),
    ],
)
def test_sameness_looks_into_arrays_and_holds_nan_equal_to_nan(left, right, equal):
    assert conform.same(left, right) is equal
