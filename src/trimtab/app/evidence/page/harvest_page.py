"""The page of a harvest report.

Errors: `InputError` where the page cannot be written.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.harvest import HarvestReport
from trimtab.app.evidence.page.harvest_charts import ahead_chart, losses_chart, saved_chart
from trimtab.app.evidence.page.render import environment
from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.view import both, with_names
from trimtab.app.evidence.sentences import harvest_sentences
from trimtab.app.report.words import Money, money_in, signed
from trimtab.app.text_files import write_text

__all__ = ["render_harvest", "write_harvest"]


def render_harvest(report: HarvestReport, about: About) -> str:
    """What harvesting brought, as one HTML page that loads nothing from elsewhere."""
    money = money_in(about.currency)
    has_days = len(report.dates) > 1
    return (
        environment()
        .get_template("harvest.html")
        .render(
            report=report,
            about=about,
            money=money,
            sentences=[with_names(one) for one in harvest_sentences(report, money)],
            losses=both(partial(losses_chart, report, money)),
            saved=both(partial(saved_chart, report, money)),
            ahead=both(partial(ahead_chart, report, money)) if has_days else None,
            years=_years(report, money),
        )
    )


def write_harvest(path: Path, report: HarvestReport, about: About) -> None:
    """Write the page; a reader meets the old page or the new one.

    Refuses: a place that cannot be written.
    """
    write_text(path, render_harvest(report, about))


def _years(report: HarvestReport, money: Money) -> Table:
    rows = [
        (str(one.year), money(one.kept), money(one.disallowed), signed(money(one.tax_saved)))
        for one in report.years
    ]
    kept, washed = money(report.kept), money(report.disallowed)
    rows.append(("Together", kept, washed, signed(money(report.tax_saved))))
    heads = ("Year", "Losses kept", "Disallowed", "Tax saved")
    return Table("Harvesting year by year", heads, tuple(rows))
