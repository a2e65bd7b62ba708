"""The board's view: what was asked of it, the tiles, the rows of a page, and everyone's drift.

All of it comes from rows that were computed before (`summaries`), so that a page costs the same
with ten thousand households.

Errors: none; what an address asks for and is not there counts as not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from trimtab.app.web.board_strip import drift_strip
from trimtab.app.web.charts import Figure
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.web_board import ANYBODY, NOT_THEM, BoardFlag, Summary
from trimtab.stores.sql._web_board import Board, BoardSort

__all__ = ["PAGE_ROWS", "TILES", "Asked", "BoardView", "Heading", "Tile", "all_rows", "board_view"]

PAGE_ROWS = 50
WORDS_MAX = 80
PLACE = "/board"
TILES: Mapping[BoardFlag, str] = {
    BoardFlag.OUT_OF_BAND: "Out of band",
    BoardFlag.CASH_HIGH: "Cash high",
    BoardFlag.CASH_LOW: "Cash low",
    BoardFlag.FIRST_TIME: "First time",
    BoardFlag.LOSS_TO_HARVEST: "Loss to harvest",
    BoardFlag.BROKEN: "Data broken",
    BoardFlag.WAITING: "Waiting for me",
}
SOMEBODY_WAITS = "Waiting for approval"
"""In the place of `Waiting for me`, for who cannot say a word or has said it."""
COLUMNS = (
    Column("household", "Household"),
    Column("id", "Its id"),
    Column("drift", "Farthest drift", Kind.SHARE),
    Column("target", "Target"),
    Column("band", "Its band", Kind.SHARE),
    Column("cash", "Cash", Kind.SHARE),
    Column("value", "Value", Kind.MONEY),
    Column("currency", "Currency"),
    Column("harvest", "Loss to harvest", Kind.MONEY),
    Column("state", "State"),
    Column("words", "In words"),
    Column("looked_at", "Looked at", Kind.MOMENT),
)
HEADINGS = (
    ("Household", BoardSort.NAME, False),
    ("Farthest drift", BoardSort.DRIFT, True),
    ("Cash", BoardSort.CASH, True),
    ("Value", BoardSort.VALUE, True),
    ("Looked at", BoardSort.UPDATED, True),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted, in which order, and which page of them; pages begin with 1."""

    flags: tuple[BoardFlag, ...] = ()
    words: str = ""
    sort: BoardSort = BoardSort.NAME
    descending: bool = False
    page: int = 1

    @classmethod
    def of(cls, flags: list[str], words: str, sort: str, down: bool, page: int) -> Asked:
        """What an address asks for; unknown words in it are passed over."""
        known = tuple(flag for flag in BoardFlag if flag.value in flags)
        by = BoardSort(sort) if sort in set(BoardSort) else BoardSort.NAME
        return cls(known, words.strip()[:WORDS_MAX], by, down, max(1, page))

    @property
    def address(self) -> str:
        """The address that asks for this."""
        parts = [("flag", flag.value) for flag in self.flags]
        parts += [("q", self.words)] if self.words else []
        parts += [("sort", self.sort.value)] if self.sort is not BoardSort.NAME else []
        parts += [("down", "1")] if self.descending else []
        parts += [("page", str(self.page))] if self.page > 1 else []
        return f"{PLACE}?{urlencode(parts)}" if parts else PLACE

    def toggled(self, flag: BoardFlag) -> Asked:
        """The same with one filter more, or less."""
        flags = set(self.flags) ^ {flag}
        return replace(self, flags=tuple(one for one in BoardFlag if one in flags), page=1)

    def sorted_by(self, sort: BoardSort, starts_down: bool) -> Asked:
        """The same in another order; asked again, the other way round."""
        down = not self.descending if sort is self.sort else starts_down
        return replace(self, sort=sort, descending=down, page=1)


@dataclass(frozen=True, slots=True)
class Tile:
    """A count that is a filter at once."""

    label: str
    count: int
    address: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that rows may be sorted by; `order` as `aria-sort` says it."""

    label: str
    address: str
    order: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """A page of the board; `found` rows in all, of `households`."""

    asked: Asked
    tiles: tuple[Tile, ...]
    headings: tuple[Heading, ...]
    rows: tuple[Summary, ...]
    found: int
    households: int
    strip: Figure | None

    @property
    def shared_names(self) -> frozenset[str]:
        """Names that several of the page's households have."""
        count = Counter(one.name for one in self.rows)
        return frozenset(name for name, times in count.items() if times > 1)

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return max(1, -(-self.found // PAGE_ROWS))

    @property
    def earlier(self) -> str:
        """The address of the page before, empty where there is none."""
        at = self.asked.page
        return replace(self.asked, page=min(at - 1, self.pages)).address if at > 1 else ""

    @property
    def later(self) -> str:
        """The address of the page after, empty where there is none."""
        at = self.asked.page
        return replace(self.asked, page=at + 1).address if at < self.pages else ""


def board_view(
    board: Board, asked: Asked, among: frozenset[str] | None, person: str = ""
) -> BoardView:
    """The board as somebody sees it who may see the households `among`, all where none are named.

    `person` is whose word is waited for, empty for anybody's.
    """
    rows = board.page(
        PAGE_ROWS,
        (asked.page - 1) * PAGE_ROWS,
        flags=asked.flags,
        words=asked.words,
        sort=asked.sort,
        descending=asked.descending,
        among=among,
        person=person,
    )
    counts = board.counts(among, person)
    drifts = board.drifts(among)
    is_all = not asked.flags and not asked.words
    return BoardView(
        asked,
        tuple(
            Tile(label, counts[flag], asked.toggled(flag).address, flag in asked.flags)
            for flag, label in _tiles(person).items()
        ),
        tuple(_heading(asked, *one) for one in HEADINGS),
        rows,
        len(drifts) if is_all else _count(board, asked, among, person),
        len(drifts),
        drift_strip([(drift, band) for _, drift, band in drifts]) if drifts else None,
    )


def all_rows(board: Board, asked: Asked, among: frozenset[str] | None, person: str = "") -> Table:
    """Every row that the filters find, of all pages, for the CSV."""
    found = board.page(
        _count(board, asked, among, person),
        flags=asked.flags,
        words=asked.words,
        sort=asked.sort,
        descending=asked.descending,
        among=among,
        person=person,
    )
    return Table("board", "Households", COLUMNS, tuple(_row(one, person) for one in found))


def state_words(one: Summary, person: str = "") -> tuple[str, ...]:
    """What is up with a household, in the words of the tiles, for whom the row is shown."""
    mine = TILES[BoardFlag.WAITING] if person and _waits_for(one, person) else SOMEBODY_WAITS
    told = dict(TILES) | {BoardFlag.WAITING: mine}
    return tuple(label for flag, label in told.items() if flag in one.flags)


def _waits_for(one: Summary, person: str) -> bool:
    """Whether somebody's word is waited for; the tile counts by the same."""
    is_anybody = ANYBODY in one.waits and f"{NOT_THEM}{person}" not in one.waits
    return person in one.waits or is_anybody


def _tiles(person: str) -> Mapping[BoardFlag, str]:
    """The words of the tiles; nothing waits for who may say no word."""
    return TILES if person else {**TILES, BoardFlag.WAITING: SOMEBODY_WAITS}


def _count(board: Board, asked: Asked, among: frozenset[str] | None, person: str) -> int:
    return board.count(flags=asked.flags, words=asked.words, among=among, person=person)


def _row(one: Summary, person: str) -> Row:
    cells = (
        *(one.name, one.household),
        *(one.drift, one.farthest, one.band, one.cash, one.value, one.currency),
        *(one.harvest, "; ".join(state_words(one, person)), one.words, one.updated_at),
    )
    return Row(cells, link=f"/h/{one.household}")


def _heading(asked: Asked, label: str, sort: BoardSort, starts_down: bool) -> Heading:
    order = "none"
    if sort is asked.sort:
        order = "descending" if asked.descending else "ascending"
    return Heading(label, asked.sorted_by(sort, starts_down).address, order)
