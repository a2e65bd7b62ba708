"""What deserves a word when a household is loaded: an empty folder, prices that are old or missing,
unknown bases, money whose day is past.

Errors: none; these are findings, and what cannot be used at all is refused by the readers.
"""

from collections.abc import Iterable
from datetime import date

from trimtab.app.lots_file import LOTS_NAME
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import Price, Snapshot

__all__ = ["new_folder_findings", "past_flows", "price_gaps", "stale_prices", "unknown_bases"]


def new_folder_findings(is_new: bool, missing: list[str]) -> Iterable[Finding]:
    """A folder that was just made holds nothing yet, and may lack prices until it does."""
    if is_new:
        yield Finding(
            "nothing_held",
            Severity.WARNING,
            LOTS_NAME,
            "it holds neither lots nor cash yet",
            remedy="write one row for each lot, and the cash of each account",
        )
    if is_new and missing:
        yield Finding(
            "no_price",
            Severity.WARNING,
            "prices",
            f"none for {', '.join(missing)} yet",
            remedy="add them to prices.csv before the first plan",
        )


def stale_prices(snapshot: Snapshot, mandate: Mandate) -> Iterable[Finding]:
    """Prices older than the mandate allows."""
    limit = mandate.limits.price_age_days_max
    for name, price in snapshot.prices.items():
        age = (snapshot.as_of - price.on).days
        if age > limit:
            yield Finding(
                "price_age",
                Severity.WARNING,
                f"price of {name}",
                f"it is of {price.on}, {age} days before {snapshot.as_of}",
                actual=f"{age} days",
                bound=f"at most {limit} days",
                remedy="get newer prices, or plan with --as-of",
                clause="limits.price_age_days_max",
            )


def price_gaps(prices: Iterable[Price]) -> Iterable[Finding]:
    """Prices of an earlier day, because the latest one has none."""
    for price in prices:
        gap = price.gap
        if gap is not None:
            stands = repr(gap.text) if gap.text else "no price"
            yield Finding(
                "price_gap",
                Severity.NOTE,
                f"price of {price.instrument}",
                f"{gap.file}:{gap.line} has {stands} on {gap.on}, so "
                f"{price.amount:f} of {price.on} is used",
                actual=f"{price.amount:f} of {price.on}",
                remedy="write the price of that day, if there was one",
            )


def past_flows(mandate: Mandate, as_of: date) -> Iterable[Finding]:
    """Money that was to come or needed before the day, and is counted with no longer."""
    for flow in mandate.flows:
        if flow.due is not None and flow.due < as_of:
            yield Finding(
                "past_flow",
                Severity.WARNING,
                flow.clause,
                f"it was due on {flow.due}, {(as_of - flow.due).days} days before {as_of}, and is "
                "not counted with",
                actual=str(flow.due),
                remedy="take it out of the mandate, or give it a new day",
                clause=flow.clause,
            )


def unknown_bases(snapshot: Snapshot) -> Iterable[Finding]:
    """Lots that no plan sells, because nobody knows their tax."""
    for lot in snapshot.lots:
        taxable = snapshot.household.account(lot.account).wrapper.is_taxable
        if taxable and not lot.is_known:
            what = "basis" if lot.basis is None else "day of acquisition"
            yield Finding(
                "unknown_basis",
                Severity.WARNING,
                f"lot {lot.id}",
                f"its {what} is unknown, so it is not sold",
                actual="unknown",
                bound="basis and day known",
                remedy=f"write them into {LOTS_NAME}",
            )
