"""Write the reference from the docstrings, as HTML pages that need no network.

    python3 dev.py docs        writes docs/reference/index.html

pdoc reads what a module holds without asking it, so the public names that `trimtab` imports when
they are first used are asked for beforehand.
"""

import pkgutil
from importlib import import_module
from pathlib import Path

import pdoc

import trimtab

LEFT_OUT = (r"!trimtab\.stores\.sql\.migrations",)
"""Migrations are read by Alembic alone, which gives them what they need."""

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "reference"


def main() -> None:
    """Write every page anew."""
    for name in trimtab.__all__:
        setattr(trimtab, name, getattr(trimtab, name))
    rooms = list(pkgutil.iter_modules(trimtab.__path__, "trimtab."))
    for room in rooms:
        if room.ispkg:  # whose list of names would hide its modules
            vars(import_module(room.name)).pop("__all__", None)
    names = [room.name for room in rooms if not room.name.endswith("__main__")]
    pdoc.render.configure(docformat="markdown", show_source=False, footer_text="Trimtab")
    pdoc.pdoc("trimtab", *names, *LEFT_OUT, output_directory=OUTPUT)
    print(f"Reference: {OUTPUT / 'index.html'}")


if __name__ == "__main__":
    main()
