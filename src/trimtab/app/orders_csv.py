"""The order list as CSV, for a spreadsheet or a broker's upload form.

A cell that a spreadsheet would run as a formula is made harmless with a leading apostrophe: names
come from files that others may have written.

Errors: none here; writing is `text_files.write_text`.
"""

import csv
import io
import re

from trimtab.model.plans import Decision, Trade

__all__ = ["COLUMNS", "orders_csv", "safe_cell"]

COLUMNS = (
    *("trade", "account", "side", "instrument", "quantity", "price", "amount"),
    *("lots", "tax", "cost", "clause", "reason"),
)
_FORMULA = re.compile("[\t\r\n]|[\\s\u200b\u2060\ufeff\0]*[-=+@|%＝＋－＠]")
"""How a formula begins, after blanks and what does not show; a tab or an end of line does, too."""


def safe_cell(text: str) -> str:
    """The text, made harmless where a spreadsheet would take it for a formula.

    Source: OWASP, CSV injection.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def orders_csv(decision: Decision) -> str:
    """The trades of a decision, one row each, sells before purchases."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for trade in decision.plan.trades if decision.plan else ():
        writer.writerow(_row(trade))
    return out.getvalue()


def _row(trade: Trade) -> list[str]:
    """Numbers stay numbers; only text can be a formula."""
    lots = "; ".join(f"{sale.quantity:f} of {sale.lot}" for sale in trade.lots)
    return [
        safe_cell(trade.id),
        safe_cell(trade.account),
        trade.side.value,
        safe_cell(trade.instrument),
        f"{trade.quantity:f}",
        f"{trade.price:f}",
        f"{trade.amount:.2f}",
        safe_cell(lots),
        f"{trade.tax:.2f}",
        f"{trade.cost.total:.2f}",
        safe_cell(trade.clause),
        safe_cell(trade.reason),
    ]
