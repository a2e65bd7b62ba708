"""No module needs, while the program runs, one that needs it, nor by an import in a function.

A type that is only written down (`if TYPE_CHECKING`) may name a module that opens this one; such
are a plug-in's settings and what it opens with them.  The same check runs over planted circles.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src"


def circle(source: Path) -> list[str]:
    """The modules of one circle, the first also at the end; empty where there is none."""
    files = {_name(path, source): path for path in sorted(source.rglob("*.py"))}
    needs = {name: _needed(name, path, set(files)) for name, path in files.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _name(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _needed(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules of the tree that a module imports, a name from a package as the package's."""
    found: set[str] = set()
    for node in _running(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return (found & known) - {name}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _running(other)
        else:
            yield from _running(child)


def test_no_modules_of_the_package_need_each_other() -> None:
    found = circle(SOURCE)
    assert not found, " -> ".join(found)


@pytest.mark.parametrize(
    "back",
    [
        "from house.a import thing",
        "def f():\n    from house import a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import house.a",
    ],
)
def test_a_planted_circle_is_found(tmp_path: Path, back: str) -> None:
    plant(tmp_path, back)
    assert set(circle(tmp_path)) == {"house.a", "house.b"}


@pytest.mark.parametrize(
    "back", ["", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.a import x"]
)
def test_what_only_a_type_checker_reads_is_no_circle(tmp_path: Path, back: str) -> None:
    plant(tmp_path, back)
    assert circle(tmp_path) == []


def plant(root: Path, back: str) -> None:
    """A house of two rooms, one of which imports the other."""
    (root / "house").mkdir()
    (root / "house" / "__init__.py").write_text('"""Two rooms."""\n', encoding="utf-8")
    (root / "house" / "a.py").write_text("from house import b\n", encoding="utf-8")
    (root / "house" / "b.py").write_text(back, encoding="utf-8")
