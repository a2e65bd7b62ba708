"""Who may import whom: the table of the architecture, held against every file of the package.

The same check runs over planted violations, so that this test is known to be able to fail.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"

# A room may import itself and these. `room._base` allows that one module of the room.
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "ports": {"model"},
    "plugins": {"model"},
    "books": {"model"},
    "quant": {"model"},
    "estimators": {"model", "quant"},
    "targets": {"model", "quant"},
    "taxes": {"model", "books"},
    "policies": {"model", "quant", "estimators._base", "taxes._base"},
    "guards": {"model", "books", "quant"},
    "cycle": {
        *("model", "books", "quant"),
        *("estimators._base", "taxes._base", "guards._base"),
    },
    "learning": {"model", "quant", "policies._base", "estimators._base", "drivers"},
    "client": set(),  # of the API, for programs elsewhere: it knows nothing of the rest
    "brokers": {"model", "ports"},
    "feeds": {"model", "ports"},
    "importers": {"model", "ports"},
    "stores": {"model", "ports", "books"},  # the chain, the fold of orders: what is kept is theirs
    "drivers": {
        *("model", "ports", "books", "quant", "cycle"),
        *("policies._base", "taxes._base", "guards._base"),
    },
}
ALL_ROOMS = {*MAY_IMPORT, "app", "testing", "__init__", "__main__"}
MAY_IMPORT |= {
    "testing": ALL_ROOMS - {"app", "__init__", "__main__"},
    "app": ALL_ROOMS,
    "__init__": ALL_ROOMS,  # the public names
    "__main__": ALL_ROOMS,  # python -m trimtab
}

IMPORTERS = {"importlib.import_module", "__import__"}
COMPUTED = "a module by a computed name"
MAY_COMPUTE_IMPORTS = {"plugins", "testing", "app", "__init__"}

# Here the clock, chance, uuids and the environment are arguments: the same input, the same output.
PURE_ROOMS = {
    *("model", "books", "quant", "estimators", "targets"),
    *("taxes", "policies", "guards", "cycle"),
}
BANNED_MODULES = {
    *("random", "secrets", "uuid", "time"),
    *("socket", "ssl", "urllib", "http", "requests", "httpx", "sqlite3", "subprocess"),
}
BANNED_CALLS = {"open", "input", "print"}
BANNED_NAMES = {
    "date.today": "the clock",
    "datetime.date.today": "the clock",
    "datetime.now": "the clock",
    "datetime.today": "the clock",
    "datetime.utcnow": "the clock",
    "datetime.datetime.now": "the clock",
    "datetime.datetime.today": "the clock",
    "datetime.datetime.utcnow": "the clock",
    "os.environ": "the environment",
    "os.environb": "the environment",
    "os.getenv": "the environment",
    "os.urandom": "chance",
}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"}


@dataclass(frozen=True)
class Violation:
    """One line that breaks the table."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def violations(source: Path) -> list[Violation]:
    """Every break of the table in the package `trimtab` under `source`."""
    found: list[Violation] = []
    package = source / "trimtab"
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        room = parts[1]
        file = path.relative_to(source).as_posix()
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))
        wrong = list(wrong_imports(nodes, parts, room))
        if room in PURE_ROOMS:
            wrong += impurities(nodes)
        found += [Violation(file, line, what) for line, what in wrong]
    return found


def wrong_imports(
    nodes: list[ast.AST], parts: tuple[str, ...], room: str
) -> Iterator[tuple[int, str]]:
    """Imports of our own rooms that the table does not allow, wherever in the file they stand."""
    if room not in MAY_IMPORT:
        yield 1, f"{room} has no row in the table of rooms"
        return
    for line, module in imported_modules(nodes, parts):
        if module == COMPUTED and room not in MAY_COMPUTE_IMPORTS:
            yield line, f"{room} imports {COMPUTED}"
        target = module.split(".")
        if target[0] != "trimtab":
            continue
        other = target[1] if len(target) > 1 and target[1] in ALL_ROOMS else "__init__"
        base = ".".join(target[1:3])
        if other != room and other not in MAY_IMPORT[room] and base not in MAY_IMPORT[room]:
            yield line, f"{room} imports {module}"


def imported_modules(nodes: list[ast.AST], parts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Absolute names of all modules imported: lazily, relatively or through importlib."""
    local = local_names(nodes)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            start = list(parts[: len(parts) - node.level]) if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                # The name may be a module (`_base`) or a thing in one; the start tells the room.
                yield node.lineno, f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and dotted(node.func, local) in IMPORTERS:
            match node.args:
                case [ast.Constant(value=str(module)), *_]:
                    yield node.lineno, module
                case _:
                    yield node.lineno, COMPUTED


def impurities(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Uses of the clock, of chance without a seed, of uuids, the environment, files and sockets."""
    local = local_names(nodes)
    for node in nodes:
        match node:
            case ast.Import():
                for alias in node.names:
                    if alias.name.split(".")[0] in BANNED_MODULES:
                        yield node.lineno, f"uses {alias.name}: take it as an argument"
            case ast.ImportFrom(module=str(module), level=0):
                if module.split(".")[0] in BANNED_MODULES:
                    yield node.lineno, f"uses {module}: take it as an argument"
                for alias in node.names:
                    if reason := BANNED_NAMES.get(f"{module}.{alias.name}"):
                        yield node.lineno, f"uses {module}.{alias.name} ({reason})"
            case ast.Attribute():
                name = dotted(node, local)
                if reason := BANNED_NAMES.get(name):
                    yield node.lineno, f"uses {name} ({reason})"
                if name.startswith("numpy.random.") and name.split(".")[2] not in SEEDED:
                    yield node.lineno, f"uses {name}: a hidden global state; take a Generator"
            case ast.Call():
                name = dotted(node.func, local)
                if name in BANNED_CALLS:
                    yield node.lineno, f"calls {name}(): a driver talks to the world"
                if name.endswith("default_rng") and not node.args and not node.keywords:
                    yield node.lineno, "uses default_rng() without a seed"


def local_names(nodes: list[ast.AST]) -> dict[str, str]:
    """What each imported name of the file stands for: `np` → `numpy`, `dt` → `datetime`."""
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    return names


def dotted(node: ast.expr, local: dict[str, str]) -> str:
    """`a.b.c` as text with its first name resolved, or nothing where it is no plain name."""
    if isinstance(node, ast.Name):
        return local.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, local)}.{node.attr}"
    return ""


def test_every_import_of_the_package_keeps_to_the_table():
    assert not violations(SOURCE), "\n".join(map(str, violations(SOURCE)))


def test_the_table_has_a_row_for_every_room_there_is():
    rooms = {path.stem for path in (SOURCE / "trimtab").iterdir() if path.name != "py.typed"}
    assert rooms - {"__pycache__"} <= set(MAY_IMPORT)


PLANTED = [
    # (file, its text, what the check must say)
    ("model/a.py", "import trimtab.books.lots", "model imports trimtab.books.lots"),
    ("model/a.py", "from trimtab import quant", "model imports trimtab.quant"),
    ("model/a.py", "from ..books import lots", "model imports trimtab.books.lots"),
    ("model/a.py", "from .. import books", "model imports trimtab.books"),
    ("model/a.py", "import trimtab", "model imports trimtab"),
    ("books/a.py", "from trimtab.quant.drift import measure", "books imports trimtab.quant.drift"),
    ("quant/a.py", "def f():\n    from trimtab.books import lots", "quant imports trimtab.books"),
    ("quant/a.py", "import trimtab.ports as p", "quant imports trimtab.ports"),
    ("quant/deep/a.py", "from ...books import x", "quant imports trimtab.books"),
    ("quant/__init__.py", "from ..books import lots", "quant imports trimtab.books.lots"),
    ("ports.py", "from trimtab.books import lots", "ports imports trimtab.books"),
    ("taxes/a.py", "from trimtab.quant import x", "taxes imports trimtab.quant"),
    ("policies/a.py", "from trimtab.taxes import us_federal", "policies imports trimtab.taxes.us_"),
    ("policies/a.py", "from trimtab.taxes.flat import Flat", "policies imports trimtab.taxes.flat"),
    ("policies/a.py", "from trimtab.ports import Broker", "policies imports trimtab.ports"),
    ("guards/a.py", "from trimtab.taxes import _base", "guards imports trimtab.taxes._base"),
    ("cycle/a.py", "from trimtab.policies import _base", "cycle imports trimtab.policies._base"),
    ("feeds/a.py", "from trimtab.quant import x", "feeds imports trimtab.quant"),
    ("learning/a.py", "from trimtab.ports import Feed", "learning imports trimtab.ports"),
    ("policies/a.py", "from trimtab.learning import train", "policies imports trimtab.learning"),
    ("drivers/a.py", "from trimtab.feeds import files", "drivers imports trimtab.feeds"),
    ("testing/a.py", "from trimtab.app import cli", "testing imports trimtab.app"),
    (
        "quant/a.py",
        "import importlib\nimportlib.import_module('trimtab.app')",
        "imports trimtab.app",
    ),
    ("cycle/a.py", "from importlib import import_module as i\ni(name)", "by a computed name"),
    ("quant/a.py", "def f():\n    print('done')", "calls print()"),
    ("cycle/a.py", "import urllib.request", "uses urllib.request"),
    ("parlour/a.py", "", "parlour has no row"),
    ("model/a.py", "from datetime import date\nx = date.today()", "datetime.date.today"),
    ("books/a.py", "import datetime as dt\nx = dt.datetime.now()", "datetime.datetime.now"),
    ("cycle/a.py", "def f():\n    import time", "uses time"),
    ("quant/a.py", "from time import perf_counter", "uses time"),
    ("policies/a.py", "import random", "uses random"),
    ("books/a.py", "from uuid import uuid4", "uses uuid"),
    ("taxes/a.py", "import os\nx = os.environ['A']", "uses os.environ"),
    ("taxes/a.py", "from os import getenv", "uses os.getenv"),
    ("quant/a.py", "import numpy as np\nx = np.random.normal()", "uses numpy.random.normal"),
    ("quant/a.py", "from numpy.random import default_rng\nx = default_rng()", "without a seed"),
]

ALLOWED = [
    ("model/a.py", "import datetime\nfrom .errors import must\nfrom trimtab.model import lots"),
    (
        "policies/a.py",
        "from trimtab.taxes._base import Regime\nfrom trimtab.estimators import _base",
    ),
    ("cycle/a.py", "from trimtab.guards._base import Guard\nfrom ..books import lots"),
    ("quant/a.py", "import numpy as np\ndef f(seed):\n    return np.random.default_rng(seed)"),
    ("quant/a.py", "import numpy as np\ndef f(chance: np.random.Generator): ..."),
    ("app/a.py", "import time, random, os\nx = os.environ\nfrom trimtab.quant import solver"),
    ("__init__.py", "from trimtab.books import lots"),
]


@pytest.mark.parametrize(("file", "text", "complaint"), PLANTED, ids=[p[2] for p in PLANTED])
def test_a_planted_violation_is_caught(tmp_path: Path, file: str, text: str, complaint: str):
    plant(tmp_path, file, text)
    assert complaint in "\n".join(map(str, violations(tmp_path)))


@pytest.mark.parametrize(("file", "text"), ALLOWED)
def test_what_the_table_allows_is_not_reported(tmp_path: Path, file: str, text: str):
    plant(tmp_path, file, text)
    assert violations(tmp_path) == []


def plant(root: Path, file: str, text: str) -> None:
    """Write one file of a small package."""
    path = root / "trimtab" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
