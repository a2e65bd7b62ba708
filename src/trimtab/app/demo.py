"""The demo: an invented household that needs a decision, over real prices, without a network.

Its files are package data (`demo_household/`); prices come from the `skfolio` package where that is
installed.  `run_demo` shows the decision, writes it as a page, and leaves the household's files
beside it, so that a newcomer can change them and plan again.

Errors: `InputError` where the sample prices are not installed or the folder cannot be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.text_files import write_text
from trimtab.model.errors import InputError
from trimtab.model.money import ZERO
from trimtab.model.plans import Decision

__all__ = ["DEMO_FILES", "DEMO_FOLDER", "REPORT_NAME", "DemoResult", "load_demo", "run_demo"]

DEMO_FOLDER = Path(__file__).parent / "demo_household"
DEMO_FILES = ("mandate.toml", "lots.csv", "trades.csv")
REPORT_NAME = "decision.html"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo decided, and the page that it wrote."""

    loaded: LoadedHousehold
    decision: Decision
    page: Path


def load_demo() -> LoadedHousehold:
    """The demo household with its prices.

    Refuses: sample prices that are not installed.
    """
    return load_folder(DEMO_FOLDER)


def run_demo(output_dir: Path) -> DemoResult:
    """Decide for the demo household, show it, and write page and files into a folder.

    Files of the household that are there already are left as they are.
    Refuses: a folder that cannot be written.
    """
    from trimtab.app.api import decide, flows_of
    from trimtab.app.report import write_report
    from trimtab.app.screens.plan_screen import show_decision
    from trimtab.app.status import status_of

    loaded = load_demo()
    _copy_files(output_dir)
    decision = decide(loaded)
    page = output_dir / REPORT_NAME
    write_report(page, loaded, decision)  # first: a reader such as `head` may cut the screen short
    show_decision(
        decision,
        status_of(loaded, decision.targets),
        str(output_dir),
        flows_of(loaded, ZERO, ZERO, None),
    )
    return DemoResult(loaded, decision, page)


def _copy_files(output_dir: Path) -> None:
    """The household's files, for a newcomer to change."""
    try:
        output_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"demo folder {str(output_dir)!r}",
            f"cannot be made ({error.strerror or error})",
            remedy="name another with --out",
        ) from None
    for name in DEMO_FILES:
        if not (output_dir / name).exists():
            write_text(output_dir / name, (DEMO_FOLDER / name).read_text(encoding="utf-8"))
