"""Pages from templates: one Jinja environment, and figures as the reader wants them.

Templates compute nothing and hold no script and no style of their own: the policy of the pages
forbids both.  Everything is escaped, and a name that is not there is an error.

Errors: those of Jinja, for a template that names what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse, Response
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from trimtab.app.report import words
from trimtab.app.report.page import SHAPES
from trimtab.app.report.templating import escaping_environment
from trimtab.app.web.fractions import chosen_fractions, picture_in_bps
from trimtab.app.web.preferences import Preferences, Shares
from trimtab.app.web.tables import Cell, Column, Kind, Table, csv_text, named_table
from trimtab.model.errors import InputErrors

if TYPE_CHECKING:
    from jinja2 import Environment

    from trimtab.app.web.security.gate import Seen

__all__ = ["csv_answer", "csv_of", "fragment", "page", "pictures_in", "plain_page"]

PACKAGES = ("trimtab.app.report.templates", "trimtab.app.web.templates")
HIDDEN = "•••"
AMOUNTS = re.compile(
    r"[-−]?(?:[$€£¥]|\b(?!USC )[A-Z]{3} )\d[\d,]*(?:\.\d+)?"  # USC: the code of law, no money
    r"|\b\d[\d,]*\.\d\d(?= at | of settled )"  # a tax bill's lines, and what an order lacked
)
"""Amounts of money within sentences."""
BARE = re.compile(r"\b\d[\d,]*\.\d\d\b")
PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
BASE_USUAL = "USD"


def page(
    seen: Seen, template: str, context: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """A page for somebody who may see it."""
    return HTMLResponse(fragment(seen, template, context), status)


def fragment(seen: Seen, template: str, context: Mapping[str, object]) -> Markup:
    """A template's text for somebody; escaped, and good inside another page."""
    shared = {
        "seen": seen,
        "world": seen.world,
        "principal": seen.principal,
        "household": seen.household,
        "preferences": seen.preferences,
        "base": _base_of(seen),
        "path": seen.request.url.path,
        "this_page": _this_page(seen),
        "heard": getattr(seen.request.state, "heard", ""),
        "is_self_directed": seen.world.settings.is_self_directed,
    }
    text = _environment().get_template(template).render({**shared, **context})
    return Markup(text)  # the environment escapes all that is not a template's  # nosec B704


def _this_page(seen: Seen) -> str:
    """The address of a page with all that it was asked for, for coming back to it."""
    url = seen.request.url
    is_read = seen.request.method == "GET"
    return f"{url.path}?{url.query}" if url.query and is_read else url.path


def plain_page(
    template: str, context: Mapping[str, object], status: int = 200, headers: Mapping[str, str] = {}
) -> HTMLResponse:
    """A page for somebody who is not known yet, such as the one to sign in at."""
    shared = {"preferences": Preferences(), "base": BASE_USUAL}
    text = _environment().get_template(template).render({**shared, **context})
    return HTMLResponse(text, status, dict(headers))


def csv_of(seen: Seen, tables: Sequence[Table] | Callable[[], Sequence[Table]]) -> Response | None:
    """The table that was asked for as CSV (`?table=ID&format=csv`); none where a page was.

    Tables that only a CSV needs may be given as what makes them.
    Refuses: a table that the page does not have.
    """
    asked = seen.request.query_params
    if asked.get("format") != "csv":
        return None
    return csv_answer(
        seen, named_table(tables() if callable(tables) else tables, asked.get("table", ""))
    )


def csv_answer(seen: Seen, table: Table) -> Response:
    """A table as a file."""
    name = f"{seen.household.id}-{table.id}" if seen.household is not None else table.id
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_text(table), media_type="text/csv; charset=utf-8", headers=headers)


def _base_of(seen: Seen) -> str:
    """The currency of a page's amounts; where the mandate cannot be read there are none to show."""
    if seen.household is None:
        return BASE_USUAL
    try:
        return seen.household.base_currency
    except InputErrors:
        return BASE_USUAL


@cache
def _environment() -> Environment:
    environment = escaping_environment(PACKAGES)
    environment.filters |= {
        "money": _money,
        "cents": _cents,
        "share": _share,
        "cell": _cell,
        "told": _told,
        "refusal": _refusal,
        "drawn": _drawn,
        "plain": lambda units: f"{units.normalize():f}",
        "units": _units,
        "moment": moment,
        "points": words.points,
        "bps": words.bps,
        "term_word": words.term_word,
        "shape": lambda shape: SHAPES[type(shape)],
        "px": lambda number: f"{number:.1f}".removesuffix(".0"),
    }
    environment.globals["csv_address"] = _csv_address
    environment.globals["rows_of"] = _rows
    return environment


def moment(at: datetime) -> str:
    """A moment to the minute, in UTC, which it says."""
    return f"{words.day(at.date())} {at.astimezone(UTC):%H:%M} UTC"


@pass_context
def _money(context: Context, amount: Decimal | float | None, currency: str = "") -> str:
    """An amount in whole units; hidden where the reader wants it so."""
    return _amount(context, amount, currency, 0)


@pass_context
def _cents(context: Context, amount: Decimal | float | None, currency: str = "") -> str:
    """An amount to the cent; hidden where the reader wants it so."""
    return _amount(context, amount, currency, 2)


def _amount(context: Context, amount: Decimal | float | None, currency: str, digits: int) -> str:
    if amount is None:
        return ""
    if context["preferences"].hides_amounts:
        return HIDDEN
    return words.money_in(currency or context["base"], digits)(amount)


@pass_context
def _units(context: Context, units: Decimal) -> str:
    """Units of an instrument; hidden with the amounts."""
    return HIDDEN if context["preferences"].hides_amounts else words.quantity(units)


@pass_context
def _told(context: Context, text: str) -> str:
    """A sentence of ours, with its fractions as the reader chose, and amounts hidden if so."""
    household = context.get("household")
    names = () if household is None else household.named_shares
    return chosen_fractions(_covered(context, text), context["preferences"].shares, names)


@pass_context
def _refusal(context: Context, error: object) -> str:
    """A mistake, in which amounts may also stand without their currency."""
    text = _covered(context, str(error))
    return BARE.sub(HIDDEN, text) if context["preferences"].hides_amounts else text


def _covered(context: Context, text: str) -> str:
    """Words, with the amounts in them hidden where the reader wants it so."""
    return AMOUNTS.sub(HIDDEN, text) if context["preferences"].hides_amounts else text


@pass_context
def _drawn(context: Context, picture: Markup) -> Markup:
    """A picture; the shares in it are in basis points where the reader wants them so."""
    if context["preferences"].shares is not Shares.BPS:
        return picture
    return Markup(picture_in_bps(str(picture)))  # figures for figures  # nosec B704


def pictures_in(body: Markup, preferences: Preferences) -> Markup:
    """A document's body with the shares in its pictures as the reader wants them."""
    if preferences.shares is not Shares.BPS:
        return body
    drawn = PICTURE.sub(lambda found: picture_in_bps(found[0]), str(body))
    return Markup(drawn)  # figures for figures  # nosec B704


@pass_context
def _share(context: Context, fraction: Decimal | float | None, digits: int = 1) -> str:
    """A fraction of one as the reader chose: percent or basis points."""
    if fraction is None:
        return ""
    if context["preferences"].shares is Shares.BPS:
        return words.bps(fraction)
    return words.percent(fraction, digits)


@pass_context
def _cell(context: Context, value: Cell, column: Column) -> str:
    """A table's cell as its column wants it."""
    return _written(context, value, column.kind, _numbers(context, column.kind))


def _numbers(context: Context, kind: Kind) -> Callable[[Decimal | float], str] | None:
    """How a column writes its numbers; none where they stand as they are."""
    preferences = context["preferences"]
    if preferences.hides_amounts and kind in (Kind.MONEY, Kind.CENTS, Kind.QUANTITY):
        return lambda _: HIDDEN
    match kind:
        case Kind.MONEY:
            return words.money_in(context["base"], 0)
        case Kind.CENTS:
            return words.money_in(context["base"], 2)
        case Kind.SHARE:
            return words.bps if preferences.shares is Shares.BPS else words.percent
        case Kind.QUANTITY:
            return lambda units: words.quantity(Decimal(units))
    return None


def _written(
    context: Context, value: Cell, kind: Kind, numbers: Callable[[Decimal | float], str] | None
) -> str:
    if value is None:
        return ""
    match value:
        case Decimal() | float() | int() if numbers is not None:
            return numbers(value)
        case datetime():
            return moment(value)
        case date():
            return words.day(value)
        case str():
            told = _told if kind is Kind.SENTENCE else _covered
            return told(context, value)
    return str(value)


@pass_context
def _rows(context: Context, table: Table) -> Markup:
    """The rows of a table; written here, because a template takes three times as long for them."""
    if not table.rows:
        span = len(table.columns)
        nothing = Markup('<tr><td colspan="{}" class="quiet">{}</td></tr>')
        return nothing.format(span, table.empty)
    looks = [f' class="{look}"' if (look := one.kind.look) else "" for one in table.columns]
    kinds = [(column.kind, _numbers(context, column.kind)) for column in table.columns]
    lines = []
    for row in table.rows:
        look = f' class="{escape(row.look)}"' if row.look else ""
        texts = [
            escape(_written(context, value, kind, how))
            for value, (kind, how) in zip(row.cells, kinds, strict=True)
        ]
        head = f'<a href="{escape(row.link)}">{texts[0]}</a>' if row.link else texts[0]
        rest = "".join(
            f"<td{at}>{text}</td>" for at, text in zip(looks[1:], texts[1:], strict=True)
        )
        lines.append(f'<tr{look}><th scope="row"{looks[0]}>{head}</th>{rest}</tr>')
    return Markup("\n".join(lines))  # every word in it is escaped above  # nosec B704


@pass_context
def _csv_address(context: Context, path: str, table: Table) -> str:
    """The address of a table's CSV, with all else that the page was asked for."""
    asked = context["seen"].request.query_params.multi_items()
    kept = [(name, value) for name, value in asked if name not in ("table", "format")]
    return f"{path}?{urlencode([*kept, ('table', table.id), ('format', 'csv')])}"
