"""How numbers and days are written on screens, and the console that shows them.

Fractions become percent here and nowhere before.  Colour is left out where the output is no
terminal, or `NO_COLOR` is set; the words never depend on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from textwrap import wrap

from rich.console import Console
from rich.text import Text

__all__ = [
    "console",
    "heading",
    "messages",
    "money",
    "money_cents",
    "paragraph",
    "percent",
    "points",
    "progress",
    "quantity",
    "signed_money",
    "until_words",
    "warn_of_compiling",
]

COLUMNS_MIN = 40
NO_BREAK_SPACE = "\u00a0"
CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def console() -> Console:
    """Where results go: standard output; names from files are never taken for markup."""
    return Console(highlight=False, emoji=False)


def messages() -> Console:
    """Where messages go: standard error, so that results can be piped."""
    return Console(stderr=True, highlight=False, emoji=False)


def money(amount: Decimal | float, currency: str = "USD") -> str:
    """An amount without cents: `−$1,234`."""
    return _amount(amount, f"{abs(amount):,.0f}", currency)


def money_cents(amount: Decimal | float, currency: str = "USD") -> str:
    """An amount with cents: `−$1,234.50`."""
    return _amount(amount, f"{abs(amount):,.2f}", currency)


def _amount(amount: Decimal | float, digits: str, currency: str) -> str:
    """The digits with sign and currency; what rounds to zero has no sign."""
    is_negative = amount < 0 and digits.strip("0.,") != ""
    return f"{'−' if is_negative else ''}{CURRENCY_SIGNS.get(currency, currency + ' ')}{digits}"


def signed_money(amount: Decimal | float, currency: str = "USD") -> str:
    """An amount with its sign, also where it is positive."""
    written = money(amount, currency)
    return written if written.startswith("−") else f"+{written}"


def percent(fraction: Decimal | float, digits: int = 1) -> str:
    """A fraction of one as percent: `−61.8 %`."""
    written = f"{abs(float(fraction)) * 100:.{digits}f}"
    return f"{'−' if fraction < 0 and written.strip('0.') else ''}{written} %"


def points(fraction: Decimal | float) -> str:
    """A difference of weights in percentage points, signed: `+2.3`."""
    value = float(fraction) * 100
    return f"{'−' if round(value, 1) < 0 else '+'}{abs(value):.1f}"


def quantity(units: Decimal) -> str:
    """A quantity without trailing zeros: `12.5`."""
    text = f"{units:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def until_words(day: date, as_of: date) -> str:
    """How far away a day is, in words."""
    days = (day - as_of).days
    if days == 0:
        return "today"
    if days < 0:
        return f"{-days} day{'s' if days != -1 else ''} ago"
    return f"in {days} day{'s' if days != 1 else ''}"


def heading(out: Console, text: str) -> None:
    """A heading with a blank line before it."""
    out.print()
    out.print(Text(text, style="bold"))


def paragraph(out: Console, text: str, style: str = "", indent: int = 0, hang: int = 0) -> None:
    """A paragraph, wrapped at the width of the screen; `hang` indents all lines but the first."""
    lines = wrap(
        text.replace(" %", f"{NO_BREAK_SPACE}%"),
        max(out.width, COLUMNS_MIN),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_on_hyphens=False,
        break_long_words=False,
    )
    for line in lines or [""]:
        out.print(Text(line.replace(NO_BREAK_SPACE, " "), style=style), soft_wrap=True)


def warn_of_compiling() -> None:
    """Say, on standard error, that the first solve on this machine takes long, before it does."""
    from trimtab.app.first_compile import COMPILE_NOTE, needs_compiling

    if needs_compiling():
        messages().print(COMPILE_NOTE)


@contextmanager
def progress(text: str, wanted: bool = True) -> Iterator[None]:
    """Show that something is at work, on a terminal's standard error only."""
    out = messages()
    if not wanted or not out.is_terminal:
        yield
        return
    with out.status(text):
        yield
