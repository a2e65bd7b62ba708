"""A folder is the registry: plug-ins are found by file, and settings build them or are refused."""

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

import trimtab
from trimtab import plugins
from trimtab.model.errors import InputError, InputErrors, InvariantError

BAND = '''
"""A plug-in with one field of each kind of setting."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal


class Cadence(Enum):
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Step:
    size: Decimal
    count: int = 1


@dataclass(frozen=True, slots=True)
class Band:
    width: float
    enabled: bool = True
    count: int = 1
    cadence: Cadence = Cadence.MONTHLY
    until: Literal["target", "edge"] = "target"
    start: date | None = None
    groups: tuple[str, ...] = ()
    step: Step | None = None
    caps: dict[str, Decimal] | None = None

    def __post_init__(self) -> None:
        if not 0 < self.width < 1:
            raise ValueError(f"width is {self.width}; it must lie between 0 and 1")


PLUGIN = Band
'''


@pytest.fixture(autouse=True)
def oddments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A family of its own, in a folder that the package is told to look into."""
    folder = tmp_path / "oddments"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A family for tests."""')
    (folder / "_base.py").write_text('"""Private: no plug-in."""')
    (folder / "no_trade_zone.py").write_text(BAND)
    (folder / "broken.py").write_text("raise RuntimeError('imported without being asked for')")
    (folder / "empty.py").write_text('"""Forgets its last line."""')
    monkeypatch.setattr(plugins, "FAMILIES", ("oddments", "policies"))
    monkeypatch.setattr(trimtab, "__path__", [*trimtab.__path__, str(tmp_path)])
    plugins._third_party.cache_clear()
    yield folder
    plugins._third_party.cache_clear()
    for name in [name for name in sys.modules if name.startswith("trimtab.oddments")]:
        del sys.modules[name]
    vars(trimtab).pop("oddments", None)


def build(**settings: object) -> Any:
    return plugins.configure("oddments", "no_trade_zone", {"width": 0.05, **settings})


def refusal(**settings: object) -> str:
    with pytest.raises(InputError) as caught:
        build(**settings)
    return str(caught.value)


def test_every_public_file_of_the_folder_is_a_plug_in_and_listing_imports_none():
    assert plugins.names("oddments") == ("broken", "empty", "no_trade_zone")


def test_a_name_is_found_with_dashes_as_well():
    assert plugins.load("oddments", "no-trade-zone") is plugins.load("oddments", "no_trade_zone")


def test_an_unknown_name_is_answered_with_the_near_one_and_with_all():
    with pytest.raises(InputError) as caught:
        plugins.load("oddments", "no_trade_zon")
    assert str(caught.value) == (
        "oddments: there is no 'no_trade_zon'; there are broken, empty, no_trade_zone. "
        "Did you mean 'no_trade_zone'?"
    )


def test_an_unknown_family_is_answered_with_the_near_one():
    with pytest.raises(InputError, match=r"there is no 'polices'.*Did you mean 'policies'"):
        plugins.names("polices")


def test_a_file_without_a_plugin_line_is_a_defect_of_the_code():
    with pytest.raises(InvariantError, match=r"oddments\.empty ends in `PLUGIN"):
        plugins.load("oddments", "empty")


def test_another_package_adds_a_plug_in_by_an_entry_point_and_built_in_names_win(monkeypatch):
    here = f"{__name__}:Outside"
    monkeypatch.setattr(sys.modules[__name__], "Outside", build().__class__, raising=False)
    points = EntryPoints(
        EntryPoint(name, here, "trimtab.oddments") for name in ("outside", "broken")
    )
    monkeypatch.setattr(plugins, "entry_points", lambda group: points.select(group=group))
    assert plugins.names("oddments") == ("broken", "empty", "no_trade_zone", "outside")
    assert plugins.load("oddments", "outside").__name__ == "Band"
    with pytest.raises(RuntimeError, match="imported without being asked for"):
        plugins.load("oddments", "broken")


@pytest.mark.parametrize(
    ("key", "given", "becomes"),
    [
        ("width", 0.25, 0.25),
        ("enabled", False, False),
        ("count", 3, 3),
        ("until", "edge", "edge"),
        ("start", "2022-10-14", date(2022, 10, 14)),
        ("start", None, None),
        ("groups", ["bonds", "stocks"], ("bonds", "stocks")),
        ("caps", {"VTI": 0.1}, {"VTI": Decimal("0.1")}),
    ],
)
def test_a_setting_becomes_the_type_of_its_field(key, given, becomes):
    assert getattr(build(**{key: given}), key) == becomes


def test_an_enumeration_is_given_by_its_value_and_a_nested_table_by_its_keys():
    built = build(cadence="yearly", step={"size": 0.1})
    assert built.cadence.name == "YEARLY"
    assert (built.step.size, built.step.count) == (Decimal("0.1"), 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": "wide"}, "no_trade_zone.width: is 'wide'; it must be a finite number"),
        ({"width": float("nan")}, "no_trade_zone.width: is nan; it must be a finite number"),
        ({"width": True}, "no_trade_zone.width: is True; it must be a finite number"),
        ({"width": 2.0}, "no_trade_zone: width is 2.0; it must lie between 0 and 1"),
        ({"enabled": 1}, "no_trade_zone.enabled: is 1; it must be true or false"),
        ({"count": 1.5}, "no_trade_zone.count: is 1.5; it must be a whole number"),
        ({"cadence": "montly"}, "must be one of monthly, yearly. Did you mean 'monthly'?"),
        ({"until": "egde"}, "must be one of target, edge. Did you mean 'edge'?"),
        ({"start": "14.10.2022"}, "start: is '14.10.2022'; it must be a date, as in 2022-10-14"),
        ({"groups": "bonds"}, "groups: is 'bonds'; it must be a list"),
        ({"groups": ["bonds", 7]}, "groups[1]: is 7; it must be text in quotes"),
        ({"step": {"size": "much"}}, "step.size: is 'much'; it must be a finite decimal number"),
        ({"step": {}}, "step.size: missing; it has no default"),
        ({"caps": {"VTI": "x"}}, "caps.VTI: is 'x'; it must be a finite decimal number"),
        ({"widht": 0.1}, "no_trade_zone.widht: unknown key. Did you mean 'width'?"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_with_key_value_and_bound(settings, message):
    assert message in refusal(**settings)


def test_all_wrong_settings_are_named_in_one_pass():
    with pytest.raises(InputErrors) as caught:
        plugins.configure("oddments", "no_trade_zone", {"count": "x", "enabeld": True})
    subjects = [
        error.subject.removeprefix("oddments.no_trade_zone.") for error in caught.value.errors
    ]
    assert subjects == ["count", "enabeld", "width"]
