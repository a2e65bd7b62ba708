"""The words that the report uses in the sense of the trade, each explained once, as footnotes."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.model.errors import must

__all__ = ["TERMS", "Term", "footnote"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means here."""

    key: str
    word: str
    meaning: str


TERMS = (
    Term(
        "band",
        "Band",
        "How far a weight may lie from its target before anything has to happen.",
    ),
    Term(
        "tracking-error",
        "Tracking error",
        "How much the household's return would differ from that of its targets in a typical year "
        "(one standard deviation), because its weights differ. 100 bp are one per cent.",
    ),
    Term(
        "drift-cost",
        "Cost of drift",
        "The dollars a year that the mandate is ready to pay to be rid of the present drift: value "
        "× drift aversion ÷ 2 × the square of the tracking error. It is a price on risk, not money "
        "that leaves an account.",
    ),
    Term(
        "turnover",
        "Turnover",
        "The larger of all sales and all purchases, as a share of the household's value.",
    ),
    Term(
        "lot",
        "Lot",
        "Shares bought together. Each lot has its own cost (basis) and date, so which one is sold "
        "decides the tax.",
    ),
    Term(
        "long-term",
        "Long-term",
        "Held for more than one year, counted from the day after the purchase. Such gains are "
        "taxed less than short-term ones (26 USC 1222).",
    ),
    Term(
        "harvest",
        "Harvesting a loss",
        "Selling at a loss, which offsets gains, and holding something similar meanwhile.",
    ),
    Term(
        "wash-sale",
        "Wash sale",
        "A loss that does not count, because substantially the same thing is bought within 30 days "
        "before or after the sale in any account of the household, a spouse's IRA included "
        "(26 USC 1091). Bought in an IRA, the loss is gone for good.",
    ),
    Term(
        "clause",
        "Clause",
        "The rule of the household's own mandate that a trade serves or that forbids it.",
    ),
    Term(
        "shadow-price",
        "Worth of a limit",
        "What loosening a limit by one unit would improve the result by, in dollars.",
    ),
)


def footnote(key: str) -> int:
    """The number of a term's footnote."""
    found = [at for at, term in enumerate(TERMS, 1) if term.key == key]
    must(found, f"the glossary explains {key!r}")
    return found[0]
