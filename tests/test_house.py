"""House rules that no linter knows: each is held against the tree and against a planted break."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES_MAX = 300

# Spelled in pieces, or this file would break its own rule.
REGISTRY_HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "test.py" + "pi",
    "conda.ana" + "conda.org",
)
INDEX_OPTIONS = ("--index" + "-url", "--extra-index" + "-url", "--find" + "-links")
MACHINE_PATHS = (
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    "/tm" + "p/",
    "/Us" + "ers/",
    "C:" + "\\Users",
)
NOT_FROM_HERE = re.compile(
    "|".join(map(re.escape, (*REGISTRY_HOSTS, *INDEX_OPTIONS)))
    + rf"|(?<![\w.])(?:{'|'.join(map(re.escape, MACHINE_PATHS))})"  # not a part of an address
)
TEXT_SUFFIXES = {
    *(".py", ".md", ".toml", ".lock", ".txt", ".csv", ".json", ".html", ".css", ".js"),
    *(".yml", ".yaml", ".cfg", ".ini", ".sh", ""),
}


def tracked() -> list[Path]:
    """All text files of the checkout: what git does not ignore, or all where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        folders = ("src", "tests", "docs", "benchmarks", "tools", ".ci", "changes")
        paths = [path for folder in folders for path in (ROOT / folder).rglob("*")]
        paths += [path for path in ROOT.iterdir() if path.is_file()]
    return [path for path in paths if path.is_file() and path.suffix in TEXT_SUFFIXES]


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted((ROOT / "src").rglob("*.py"))


@lru_cache(maxsize=1)
def parsed(text: str) -> tuple[ast.Module, list[ast.AST]]:
    """The tree of a module and all its nodes, once for the rules that look at the same text."""
    tree = ast.parse(text)
    return tree, list(ast.walk(tree))


def places_named(text: str) -> Iterator[str]:
    """Registry hosts, index options and paths of one machine."""
    for found in NOT_FROM_HERE.finditer(text):
        number = text.count("\n", 0, found.start()) + 1
        what = "a path of one machine, " if found.group() in MACHINE_PATHS else ""
        yield f"line {number} names {what}{found.group()}"


def unmerged(text: str) -> Iterator[str]:
    """Two versions of a passage that nobody decided between."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("<" * 7 + " ", ">" * 7 + " ")):
            yield f"line {number} is a mark of an unfinished merge"


def too_long(text: str) -> Iterator[str]:
    """A module that no longer fits one reading."""
    if (count := len(text.splitlines())) > LINES_MAX:
        yield f"{count} lines; at most {LINES_MAX}: split it along its ideas"


def undocumented(text: str) -> Iterator[str]:
    """The module, or a public class, function or method of it, without a docstring."""
    tree, _ = parsed(text)
    if text.strip() and not ast.get_docstring(tree):
        yield "the module has no docstring"
    yield from undocumented_members(tree.body, "")


def undocumented_members(body: list[ast.stmt], owner: str) -> Iterator[str]:
    """Public functions, classes and methods in a body that have no docstring."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_") or is_variant(node):
                continue
            if not ast.get_docstring(node):
                yield f"line {node.lineno}: {owner}{node.name} has no docstring"
            if isinstance(node, ast.ClassDef):
                yield from undocumented_members(node.body, f"{node.name}.")


def is_variant(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """An overload or an override, which its first statement documents."""
    names = {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}
    return bool(names & {"overload", "override", "setter"})


def asserted(text: str) -> Iterator[str]:
    """Runtime checks that vanish under `python -O`."""
    for node in parsed(text)[1]:
        if isinstance(node, ast.Assert):
            yield f"line {node.lineno}: assert; use must(...), which -O keeps"


def bagged(text: str) -> Iterator[str]:
    """Public functions that take `**kwargs`: their real parameters are hidden."""
    for node in parsed(text)[1]:
        if isinstance(node, ast.FunctionDef) and node.args.kwarg and node.name[0] != "_":
            yield f"line {node.lineno}: {node.name} hides its settings in **{node.args.kwarg.arg}"


Rule = Callable[[str], Iterator[str]]
OF_EVERY_TEXT: tuple[Rule, ...] = (places_named, unmerged)
OF_EVERY_MODULE: tuple[Rule, ...] = (too_long, undocumented, asserted, bagged)


@cache
def breaks() -> dict[str, list[str]]:
    """What breaks each rule: every file is read once, and every module parsed once."""
    found = defaultdict(list)
    for files, rules in ((tracked(), OF_EVERY_TEXT), (modules(), OF_EVERY_MODULE)):
        assert files, "the rules have files to look at"
        for path in files:
            text = path.read_text(encoding="utf-8")
            for rule in rules:
                place = path.relative_to(ROOT)
                found[rule.__name__] += [f"{place}: {what}" for what in rule(text)]
    return dict(found)


@pytest.mark.parametrize("rule", [*OF_EVERY_TEXT, *OF_EVERY_MODULE], ids=lambda rule: rule.__name__)
def test_the_house_rule_holds_in_every_file(rule: Rule):
    broken = breaks()[rule.__name__]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (places_named, "x = 'https://files.python" + "hosted.org/packages'"),
        (places_named, "--index" + "-url https://example.org/simple"),
        (places_named, "see /ho" + "me/someone/notes.txt"),
        (unmerged, "words\n" + "<" * 7 + " HEAD\nwords"),
        (too_long, "x = 1\n" * (LINES_MAX + 1)),
        (undocumented, "x = 1"),
        (undocumented, '"""Module."""\ndef f(): ...'),
        (undocumented, '"""Module."""\nclass A:\n    """A."""\n    def f(self): ...'),
        (asserted, "def f(x):\n    assert x"),
        (bagged, "def f(**settings): ..."),
    ],
)
def test_a_planted_break_of_a_house_rule_is_caught(rule: Rule, text: str):
    assert list(rule(text))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (places_named, "https://example.org/home/page and ../work/notes"),
        (places_named, "Source: https://www.law.cornell.edu/uscode/text/26/1091"),
        (unmerged, "Heading\n=======\n"),
        (too_long, "x = 1\n" * LINES_MAX),
        (undocumented, ""),
        (undocumented, '"""Module."""\ndef _f(): ...\nclass _A:\n    def f(self): ...'),
        (asserted, "must(x, 'x holds')"),
        (bagged, "def f(*, width: float): ..."),
    ],
)
def test_what_keeps_to_the_house_rules_is_not_reported(rule: Rule, text: str):
    assert not list(rule(text))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-ai.lock"])
def test_a_lock_file_pins_every_package_with_hashes(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 20
    loose = [
        entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
    ]
    assert not loose


def test_the_lock_of_the_extra_agrees_with_the_other_and_brings_no_cuda():
    core, extra = (
        set(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-ai.lock")
    )
    known = {name for name, _ in core}
    assert {(name, version) for name, version in extra if name in known} <= core
    assert not [name for name, _ in extra if name.startswith(("nvidia", "cuda", "triton"))]
