"""What the README and the pages promise is there: links, anchors, commands, files."""

import re
import shlex
from pathlib import Path

import click
import pytest

from trimtab.app.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "changes").glob("*.md")]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^ {4}|`|^)(?:python3 dev\.py )?(trimtab [^`#\n;]+)", re.MULTILINE)
DEV_COMMAND = re.compile(r"python3 dev\.py ([a-z]+)")


def pages(*which: Path) -> list[object]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in which]


def anchor_of(title: str) -> str:
    """The anchor that a page's heading gets where Markdown is shown."""
    kept = re.sub(r"[^\w\s-]", "", title.replace("`", "").lower())
    return re.sub(r"\s", "-", kept.strip())


def links(page: Path) -> list[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def commands(page: Path) -> list[str]:
    return [found.strip() for found in COMMAND.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", pages(*PAGES))
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        if anchor:
            titles = HEADING.findall(FENCE.sub("", target.read_text(encoding="utf-8")))
            assert anchor in map(anchor_of, titles), f"{page.name} links to {link}: no such heading"


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and what is left of them."""
    command: click.Command = cli
    context = click.Context(cli, info_name="trimtab")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, words = words[0], words[1:]
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name!r}"
        command, context = found, click.Context(found, parent=context, info_name=name)
    return command, words


@pytest.mark.parametrize("page", pages(*PAGES))
def test_every_command_that_a_page_quotes_is_one(page: Path) -> None:
    for quoted in commands(page):
        words = shlex.split(quoted.replace("[", "").replace("]", ""))[1:]
        if not words or not re.match(r"--|[a-z]", words[0]):
            continue  # the word in a sentence
        command, rest = resolve(words)
        known = {option for parameter in command.params for option in parameter.opts}
        known |= {"--help", "-h"}
        given = [word.split("=")[0] for word in rest if word.startswith("--")]
        assert not set(given) - known, f"{page.name}: `{quoted}`: {set(given) - known} unknown"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"], prog_name="trimtab")
    assert end.value.code == 0


def test_the_pages_quote_every_command() -> None:
    quoted = {command.split()[1] for page in PAGES for command in commands(page)}
    assert set(COMMANDS) <= quoted


@pytest.mark.parametrize("page", pages(*PAGES))
def test_every_command_of_the_checkout_that_a_page_quotes_is_one(page: Path) -> None:
    usage = (ROOT / "dev.py").read_text(encoding="utf-8")
    programs = {"trimtab", "python"}
    for name in DEV_COMMAND.findall(page.read_text(encoding="utf-8")):
        assert name in programs or f"python3 dev.py {name} " in usage, f"dev.py has no {name!r}"


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n\n[gone](gone.md) and [there](page.md#here)\n", encoding="utf-8")
    assert links(page) == ["gone.md", "page.md#here"]
    with pytest.raises(AssertionError, match=r"gone\.md"):
        test_every_link_leads_to_a_page_and_a_heading(page)


def test_a_command_that_is_none_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for text in ("`trimtab plna x`", "    trimtab plan --wihtdraw 5"):
        page.write_text(text, encoding="utf-8")
        with pytest.raises(AssertionError):
            test_every_command_that_a_page_quotes_is_one(page)
