"""Write the reference from the docstrings, as HTML pages that need no network.

    python3 dev.py docs        writes docs/reference/index.html

pdoc reads what a module holds without asking it, so the public names that `trimtab` imports when
they are first used are asked for beforehand.
"""

import pkgutil
from pathlib import Path

import pdoc

import trimtab

OUTPUT = Path(__file__).resolve().parents[1] / "docs" / "reference"


def main() -> None:
    """Write every page anew."""
    for name in trimtab.__all__:
        setattr(trimtab, name, getattr(trimtab, name))
    rooms = [f"trimtab.{module.name}" for module in pkgutil.iter_modules(trimtab.__path__)]
    pdoc.render.configure(docformat="markdown", show_source=False, footer_text="Trimtab")
    rooms = [room for room in rooms if not room.endswith("__main__")]  # which would run it
    pdoc.pdoc("trimtab", *rooms, output_directory=OUTPUT)
    print(f"Reference: {OUTPUT / 'index.html'}")


if __name__ == "__main__":
    main()
