"""Tables without lines; on a screen too narrow for one, its rows as paragraphs.

A table that lacks room would drop its first column, which is the one that says what a row is about.

Errors: none.
"""

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from trimtab.app.screens.words import paragraph

__all__ = ["plain_table", "show_table"]

COLUMN_GAP = 2


def plain_table(*columns: tuple[str, str]) -> Table:
    """A table without lines: each column has a title and a side (`left`, `right` or `fold`)."""
    table = Table(box=None, padding=(0, COLUMN_GAP, 0, 0), pad_edge=False, header_style="dim")
    for title, side in columns:
        if side == "fold":
            table.add_column(title, overflow="fold")
        else:
            table.add_column(title, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def show_table(out: Console, table: Table) -> None:
    """Print a table, or one paragraph a row where the screen is too narrow for its columns."""
    if sum(map(_width_min, table.columns)) + COLUMN_GAP * (len(table.columns) - 1) <= out.width:
        out.print(table)
        return
    titles = [str(column.header) for column in table.columns]
    for name, *cells in zip(*(column.cells for column in table.columns), strict=True):
        told = zip(titles[1:], map(_words, cells), strict=True)
        parts = [f"{title.lower()} {words}".strip() for title, words in told if words]
        paragraph(out, f"{_words(name)}: {', '.join(parts)}", indent=2, hang=2)


def _width_min(column: Column) -> int:
    """The least width that shows a column whole: of its cells, or their words where it folds."""
    texts = [str(column.header), *map(_words, column.cells)]
    parts = texts if column.no_wrap else [word for text in texts for word in text.split()]
    return max((cell_len(line) for part in parts for line in part.splitlines()), default=0)


def _words(cell: object) -> str:
    """The words of a cell."""
    return (cell.plain if isinstance(cell, Text) else str(cell)).strip()
