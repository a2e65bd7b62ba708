"""Scenarios and shocks as files: TOML with a path and what moves as what, or CSV with a path alone.

    title = "Stocks halve in a month"
    stand_ins.real_estate = { stocks = 0.8 }
    instruments.TSLA = { class = "stocks", beta = 1.8 }
    [path]
    columns = ["stocks", "bonds"]
    rows = [[1, -0.10, 0.01], [21, -0.45, 0.03]]   # session or day, returns since the last row

Errors: `InputErrors` with file, line, value and remedy, all of them at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from trimtab.app.backtesting.scenario import (
    CLASS_WORDS,
    Mix,
    MovesAs,
    Others,
    Scenario,
    class_word,
)
from trimtab.app.backtesting.scenario_path import ReadPath, path_of_csv, path_of_toml
from trimtab.app.text_files import Collector, read_text
from trimtab.estimators._long_run import AssetClass
from trimtab.model.errors import InputError, InputErrors, nearest
from trimtab.model.toml_lines import key_lines

__all__ = ["Shock", "parse_scenario", "read_shock"]

Kind = TypeVar("Kind")

KEYS = ("title", "story", "source", "counted_from", "others", "stand_ins", "instruments", "path")
BETA_MAX = 20.0
USUAL_STAND_INS: Mapping[AssetClass, Mix] = {
    AssetClass.SINGLE_STOCK: {"stocks": 1.0},
    AssetClass.SMALL_STOCKS: {"stocks": 1.0},
    AssetClass.FOREIGN_STOCKS: {"stocks": 1.0},
    AssetClass.EMERGING_STOCKS: {"stocks": 1.0},
    AssetClass.LONG_BONDS: {"bonds": 1.0},
    AssetClass.SHORT_BONDS: {"bonds": 1.0},
    AssetClass.INFLATION_BONDS: {"bonds": 1.0},
    AssetClass.MUNICIPAL: {"bonds": 1.0},
    AssetClass.HIGH_YIELD: {"bonds": 1.0},
    AssetClass.BALANCED: {"stocks": 0.6, "bonds": 0.4},
}
"""What moves as what where a shock of one's own does not say; a finding tells it."""


@dataclass(frozen=True, slots=True)
class Shock:
    """What a person's own file says: a path, what single instruments move as, or both."""

    scenario: Scenario | None
    instruments: Mapping[str, MovesAs]
    lines: Mapping[str, int]
    file: str

    def told(self, scenario: Scenario) -> Scenario:
        """Another scenario, with the instruments as this file has them.

        Refuses: classes that it has no path for.
        """
        errors = Collector(self.file)
        for name, moves in self.instruments.items():
            for word in moves.mix:
                if not _is_known(word, scenario.columns, scenario.stand_ins):
                    errors.refuse(
                        self.lines[name],
                        f"instruments.{name}",
                        f"scenario {scenario.id!r} has no path of {word}",
                        "",
                        nearest(word, scenario.columns),
                    )
        errors.raise_any()
        return replace(scenario, instruments={**scenario.instruments, **self.instruments})


def read_shock(path: Path, instruments: Collection[str]) -> Shock:
    """A shock file; `instruments` are those that the household knows.

    Refuses: whatever is wrong in it, all at once.
    """
    text = read_text(path, "shock file")
    if path.suffix.lower() == ".csv":
        return _from_csv(text, path, instruments)
    return parse_scenario(text, path.stem, str(path), instruments, USUAL_STAND_INS)


def _from_csv(text: str, path: Path, instruments: Collection[str]) -> Shock:
    errors = Collector(str(path))
    found = path_of_csv(text, instruments, errors)
    errors.raise_any()
    if found is None:
        raise InputErrors(errors.errors)
    stand_ins = _fitting(USUAL_STAND_INS, found.columns)
    scenario = Scenario(
        path.stem, path.name, "", f"the shock file {path.name}", found.columns, found.knots,
        stand_ins, {}, Others.STILL, str(path),
    )  # fmt: skip
    return Shock(scenario, {}, {}, str(path))


def parse_scenario(
    text: str,
    scenario_id: str,
    file: str,
    instruments: Collection[str] = (),
    usual: Mapping[AssetClass, Mix] | None = None,
) -> Shock:
    """The scenario in a TOML text; `usual` are stand-ins for what it does not say itself.

    Refuses: whatever is wrong in it, all at once.
    """
    errors = Collector(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputErrors(
            [InputError("shock file", f"it breaks here: {error}", remedy="mend it", file=file)]
        ) from None
    reader = _Reader(values, key_lines(text), errors)
    for key in values:
        if key not in KEYS:
            reader.refuse((key,), "there is no such key", remedy=nearest(key, KEYS))
    found = reader.path(instruments)
    columns = None if found is None else found.columns
    told = {} if usual is None else _fitting(usual, columns or ())
    stand_ins = {**told, **reader.stand_ins(columns)}
    moves = reader.instruments(instruments, columns, stand_ins)
    title, story = reader.text("title", scenario_id), reader.text("story")
    source = reader.text("source", f"the shock file {Path(file).name}")
    others = Others.REFUSE if reader.text("others", "still") == "refuse" else Others.STILL
    errors.raise_any()
    lines = {name: reader.line(("instruments", name)) or 1 for name in moves}
    scenario = None
    if found is not None:
        scenario = Scenario(
            scenario_id,
            title,
            story,
            source,
            found.columns,
            found.knots,
            stand_ins,
            moves,
            others,
            file,
        )
    elif not moves:
        remedy = "give it a [path], or say under [instruments] what moves as what"
        raise InputErrors([InputError("shock file", "it moves nothing", "", remedy, file=file)])
    return Shock(scenario, moves, lines, file)


def _fitting(usual: Mapping[AssetClass, Mix], columns: Collection[str]) -> dict[AssetClass, Mix]:
    """Those of the usual stand-ins that a path can serve, for classes that it has not itself."""
    return {
        one: mix
        for one, mix in usual.items()
        if class_word(one) not in columns and set(mix) <= set(columns)
    }


def _is_known(word: str, columns: Collection[str], stand_ins: Mapping[AssetClass, Mix]) -> bool:
    return word in columns or CLASS_WORDS.get(word) in stand_ins


class _Reader:
    """The keys of one file, each checked as it is read."""

    def __init__(
        self,
        values: Mapping[str, object],
        lines: Mapping[tuple[str | int, ...], int],
        errors: Collector,
    ) -> None:
        self.values, self.lines, self.errors = values, lines, errors

    def line(self, path: tuple[str | int, ...]) -> int | None:
        """The line of a key, or of what holds it."""
        ends = range(len(path), 0, -1)
        return next((self.lines[path[:end]] for end in ends if path[:end] in self.lines), None)

    def refuse(
        self, path: tuple[str | int, ...], fact: str, bound: str = "", remedy: str = ""
    ) -> None:
        """Keep a mistake at the line of its key."""
        subject = ".".join(str(part) for part in path)
        self.errors.refuse(self.line(path), subject, fact, bound, remedy)

    def text(self, key: str, default: str = "") -> str:
        """A text; `others` only one of its words."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.refuse((key,), f"{value!r} is no text", "", 'write it in quotes: "…"')
            return default
        if key == "others" and value not in list(Others):
            self.refuse((key,), f"{value!r} is none", "", nearest(value, Others))
        return value

    def table(self, key: str) -> Mapping[str, object]:
        """A table of tables."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.refuse((key,), f"{value!r} is no table", "", f"write it under [{key}]")
            return {}
        return value

    def path(self, instruments: Collection[str]) -> ReadPath | None:
        """The path, where there is one."""
        if "path" not in self.values:
            return None
        return path_of_toml(self.values, self.lines, instruments, self.errors)

    def stand_ins(self, columns: Collection[str] | None) -> dict[AssetClass, Mix]:
        """What classes without a column move as; columns that are not known are not checked."""
        found: dict[AssetClass, Mix] = {}
        for word, value in self.table("stand_ins").items():
            place = ("stand_ins", word)
            if word not in CLASS_WORDS:
                self.refuse(place, "there is no such class", "", nearest(word, CLASS_WORDS))
            elif not isinstance(value, dict) or not value:
                self.refuse(
                    place, f"{value!r} is no mix", "", "write { stocks = 0.6, bonds = 0.4 }"
                )
            else:
                mix = {name: self.number((*place, name), part) for name, part in value.items()}
                for name in mix.keys() - set(mix if columns is None else columns):
                    remedy = nearest(name, columns or ())
                    self.refuse((*place, name), "the path has no such column", "", remedy)
                found[CLASS_WORDS[word]] = mix
        return found

    def instruments(
        self,
        known: Collection[str],
        columns: Collection[str] | None,
        stand_ins: Mapping[AssetClass, Mix],
    ) -> dict[str, MovesAs]:
        """What single instruments move as; without a path, any class there is."""
        found: dict[str, MovesAs] = {}
        for name, value in self.table("instruments").items():
            place = ("instruments", name)
            if name not in known:
                self.refuse(place, "the household has no such instrument", "", nearest(name, known))
                continue
            if not isinstance(value, dict) or not isinstance(value.get("class"), str):
                self.refuse(place, f"{value!r} names no class", "", 'write { class = "stocks" }')
                continue
            for key in value.keys() - {"class", "beta"}:
                self.refuse((*place, key), "there is no such key", "", "known are class and beta")
            word = value["class"]
            if columns is not None and not _is_known(word, columns, stand_ins):
                self.refuse((*place, "class"), f"the path has no {word!r}", "",
                            nearest(word, columns))  # fmt: skip
            elif columns is None and word not in CLASS_WORDS:
                self.refuse((*place, "class"), f"{word!r} is no class", "",
                            nearest(word, CLASS_WORDS))  # fmt: skip
            beta = self.number((*place, "beta"), value.get("beta", 1.0))
            if abs(beta) > BETA_MAX:
                self.refuse((*place, "beta"), f"it is {beta:g}", f"at most {BETA_MAX:g}")
            found[name] = MovesAs({word: 1.0}, beta, "file")
        return found

    def number(self, path: tuple[str | int, ...], value: object) -> float:
        """A number."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse(path, f"{value!r} is no number", "", "write it as 0.5")
            return 0.0
        return float(value)
