"""`trimtab keys [SECTION]`: every key of mandate.toml, with its meaning and default."""

import click

from trimtab.app.exits import Exit
from trimtab.model.errors import InputError, nearest

__all__ = ["keys"]


@click.command()
@click.argument("section", default="", metavar="[SECTION]")
def keys(section: str) -> int:
    """Every key of mandate.toml: what it means, what it may hold, its default.

    Name a section, as in `trimtab keys tax`, to see that one alone.
    """
    from trimtab.app.mandate_file.sections import SECTIONS
    from trimtab.app.mandate_file.text import section_text

    name = section.strip("[]")
    chosen = [item for item in SECTIONS if name in ("", item.name)]
    if not chosen:
        remedy = nearest(name, (item.name for item in SECTIONS))
        raise InputError(f"section {section!r}", "the mandate has no such section", "", remedy)
    click.echo("\n".join(section_text(item) for item in chosen).rstrip())
    return Exit.DONE
