"""In self-directed mode nothing says recommended, best or optimal; each trade names its clause.

All texts that ship are read (templates, prose in the code, help of commands, what plug-ins say of
themselves), and so is what is made of them for the demo's household.
"""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.app.plain_words import advising

SOURCE = Path(__file__).parents[2] / "src/trimtab"
SPOKEN_ELSEWHERE = ("learning/", "testing/", "quant/", "drivers/env/")
"""Rooms for people who build on it: nothing of them reaches a household's screen as prose."""


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of a module that a person may read: literals with a space, and help of commands."""
    tree = ast.parse(path.read_text("utf-8"))
    helps = {id(text) for text in helps_of(tree)}
    documenting = {  # docstrings, and strings below a constant
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documenting - helps:
            continue
        if isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, node.value


def helps_of(tree: ast.Module) -> Iterator[ast.Constant]:
    """The docstrings of commands, which their help shows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(one).startswith(("click.command", "click.group"))
            or ".command(" in ast.unparse(one)
            for one in node.decorator_list
        ):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def modules() -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if not path.relative_to(SOURCE).as_posix().startswith(SPOKEN_ELSEWHERE)
    ]


def test_the_texts_that_are_read_are_those_that_people_see(tmp_path: Path):
    path = tmp_path / "one.py"
    path.write_text(
        '"""The best module."""\nX = 1\n"""The best number."""\n'
        '@click.command()\ndef go():\n    """The best command."""\n    say("the best plan")\n'
    )
    assert {text for _, text in prose(path)} == {"The best command.", "the best plan"}


def test_no_text_of_the_code_advises():
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {words}"
        for path in modules()
        for line, text in prose(path)
        for words in advising(text)
    ]
    assert not found, "\n".join(found)


def test_no_template_and_no_script_advises():
    paths = [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.js")]
    assert len(paths) > 15
    found = [
        f"{path.relative_to(SOURCE)}: {words}"
        for path in paths
        for words in advising(words_of(path.read_text("utf-8")))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("family", ["policies", "guards", "targets", "estimators", "taxes"])
def test_nothing_that_a_plug_in_says_of_itself_advises(family: str):
    from trimtab.app.plug_in_list import plug_ins

    told = {one.name: one.summary for one in plug_ins(family)}
    assert told
    assert not {name: words for name, text in told.items() if (words := advising(text))}


@pytest.mark.parametrize(
    "text",
    [
        "This is the recommended portfolio.",
        "We recommend selling VTI",
        "the best plan",
        "the optimal weights",
        "You should sell it",
        "It is advisable to wait",
        "Our suggestion: hold",
        "This is advice.",
    ],
)
def test_what_advises_is_caught(text: str):
    assert advising(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is no investment, tax or legal advice, and nothing was traded.",
        "Nothing of this is advice: it is what the rules come to.",
        "none of them is advice.",
        "Your adviser's judgement counts.",
        "The market was at its highest.",
    ],
)
def test_what_states_or_denies_is_not(text: str):
    assert not advising(text)


def words_of(html: str) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", plain))


def test_the_page_of_a_decision_states_and_does_not_advise():
    from tests.app.report_parts import page

    assert advising(words_of(page())) == []
