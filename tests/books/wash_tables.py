"""Lots and answers of wash-sale tests as tables that a tax preparer can read."""

from datetime import date
from decimal import Decimal

from trimtab.books.wash_sales import HistoricLot, WashSaleResult
from trimtab.model.accounts import Wrapper

WRAPPERS = {
    "taxable": Wrapper.TAXABLE,
    "ira": Wrapper.TRADITIONAL,
    "roth": Wrapper.ROTH,
    "401k": Wrapper.WORKPLACE,
    "spouse": Wrapper.TAXABLE,
    "spouse_ira": Wrapper.TRADITIONAL,
}


def lots_of(table: str) -> list[HistoricLot]:
    """Lots from rows of `lot | account | shares | bought | cost | sold | proceeds | order`.

    An empty sale means unsold; the order may be left out.  A word `used` as order marks a lot that
    has served as a replacement before.
    """
    lots = []
    for line in table.strip().splitlines():
        name, account, shares, bought, cost, *rest = [cell.strip() for cell in line.split("|")]
        sold, proceeds, order = (*rest, "", "", "")[:3]
        lots.append(
            HistoricLot(
                lot=name,
                account=account,
                owner="spouse" if account.startswith("spouse") else "self",
                wrapper=WRAPPERS[account],
                instrument="X",
                group="X",
                quantity=Decimal(shares),
                acquired=date.fromisoformat(bought),
                cost=Decimal(cost),
                order=order if order not in ("", "used") else None,
                sold=date.fromisoformat(sold) if sold else None,
                proceeds=Decimal(proceeds) if proceeds else None,
                already_used=order == "used",
            )
        )
    return lots


def rows_of(result: WashSaleResult) -> set[tuple[str, ...]]:
    """Segments as rows of `lot, shares, basis, held from, disallowed` (`†`: for good)."""
    return {
        (
            segment.lot,
            f"{segment.quantity.normalize():f}",
            f"{segment.adjusted_basis:.2f}",
            str(segment.holding_start),
            f"{segment.disallowed:.2f}{'†' if segment.permanent else ''}",
        )
        for segment in result.segments
    }


def expected(table: str) -> set[tuple[str, ...]]:
    """The rows that a table asks for."""
    return {tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()}
