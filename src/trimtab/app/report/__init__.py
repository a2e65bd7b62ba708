"""The report: one decision as one self-contained HTML page, with charts, for screen and paper.

    page = render_report(decision, snapshot, mandate)
    write_report(Path("report.html"), loaded, decision)

The page loads nothing: no script, no font, no image from elsewhere, and a policy in its head that
forbids it.  `figures` turns a decision into rows, `charts` into shapes, the templates into text;
every text in them is escaped.

Errors: `InputError` where the page cannot be written.
"""

from trimtab.app.report.page import render_report, write_report

__all__ = ["render_report", "write_report"]
