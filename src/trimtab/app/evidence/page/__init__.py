"""The page of a comparison: one self-contained HTML file, for screen, phone and paper.

    page = render_page(comparison, About("The Riveras", "USD", "Closes of 6 funds, 2014 to 2022"))
    write_page(Path("backtest.html"), comparison, about)

The page loads nothing: no script, no font, no image from elsewhere, and a policy in its head that
forbids it.  Charts are SVG drawn here; what a pointer shows over them, and which policy is looked
at, is the style sheet's work.

Errors: `InputError` where the page cannot be written.
"""

from trimtab.app.evidence.page.render import render_page, write_page

__all__ = ["render_page", "write_page"]
