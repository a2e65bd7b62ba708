"""A wash-sale case in one sentence, its lots and its answer as tables."""

from dataclasses import dataclass

from trimtab.books.wash_sales import (
    WashSaleReading,
)


@dataclass(frozen=True)
class Case:
    sentence: str
    lots: str
    answer: str
    reading: WashSaleReading | None = None
