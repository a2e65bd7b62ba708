"""The screen of `trimtab policies`."""

from collections.abc import Sequence

from rich.text import Text

from trimtab.app.plug_in_list import PlugInLine
from trimtab.app.screens.words import console, paragraph

__all__ = ["show_plug_ins"]


def show_plug_ins(found: Sequence[PlugInLine]) -> None:
    """Print each plug-in with its summary and settings."""
    out = console()
    for number, item in enumerate(found):
        if number:
            out.print()
        out.print(Text(item.name, style="bold"))
        paragraph(out, item.summary, indent=2)
        for setting in item.settings:
            paragraph(out, f"{setting.name} = {setting.default}", "dim", indent=4, hang=2)
