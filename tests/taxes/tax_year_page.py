"""Reads `ten_tax_years.md`: what is given for each year, and its lines worked by hand."""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from trimtab.model.taxes import FilingStatus, RealizedGains, TaxProfile, YearIncome

D = Decimal
PAGE = Path(__file__).parent / "ten_tax_years.md"

OPERATIONS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Line:
    """One line of a worksheet: the form's, how it was worked out, and where the bill has it."""

    form: str
    what: str
    working: str
    amount: Decimal
    in_bill: str


@dataclass(frozen=True)
class Year:
    """One situation of the page."""

    title: str
    given: dict[str, str]
    lines: tuple[Line, ...]
    held: tuple[list[str], ...]
    trades: tuple[list[str], ...]

    @property
    def number(self) -> str:
        return self.title.split(".")[0]

    def amount(self, name: str) -> Decimal:
        return number(self.given.get(name, "0"))

    def maybe(self, name: str) -> Decimal | None:
        return number(self.given[name]) if name in self.given else None

    @property
    def calendar_year(self) -> int:
        return int(self.given["year"])

    @property
    def profile(self) -> TaxProfile:
        return TaxProfile(
            filing_status=FilingStatus(self.given["status"]),
            ordinary_income=self.maybe("taxable income"),
            modified_agi=self.maybe("modified AGI"),
            short_rate=self.maybe("short rate"),
            long_rate=self.maybe("long rate"),
            state_rate=self.amount("state rate"),
            state_long_rate=self.maybe("state long rate"),
            net_investment_income=self.amount("other investment income"),
            realized=RealizedGains(
                carry_short=self.amount("short-term loss carried in"),
                carry_long=self.amount("long-term loss carried in"),
            ),
        )

    @property
    def income(self) -> YearIncome:
        return YearIncome(
            short=self.amount("short-term"),
            long=self.amount("long-term"),
            qualified_dividends=self.amount("qualified dividends"),
            ordinary_dividends=self.amount("ordinary dividends"),
            interest=self.amount("interest"),
        )


def number(text: str) -> Decimal:
    """A number as the page writes it."""
    return D(text.replace(",", ""))


def worked_out(working: str) -> Decimal:
    """What a line's working comes to."""
    lesser = re.fullmatch(r"the lesser of (.+) and (.+)", working)
    if lesser:
        return min(number(lesser[1]), number(lesser[2]))
    plain = working.translate(str.maketrans({",": "", "×": "*", "÷": "/", "−": "-"}))
    plain = plain.replace(" %", " / 100")
    return _value(ast.parse(plain, mode="eval").body, plain)


def _value(node: ast.expr, source: str) -> Decimal:
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](_value(node.left, source), _value(node.right, source))
    return D(ast.get_source_segment(source, node) or "")


def years() -> list[Year]:
    """The situations of the page, in its order."""
    return [_year(section) for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]]


def _year(section: str) -> Year:
    given: dict[str, str] = {}
    lines, held, trades = [], [], []
    for head, cells in _rows(section):
        if head == "given":
            given[cells[0]] = cells[1]
        elif head == "line":
            form, what, working, amount, in_bill = cells
            lines.append(Line(form, what, working, number(amount), in_bill))
        elif head == "lot":
            trades.append(cells)
        else:
            held.append(cells)
    return Year(section.splitlines()[0], given, tuple(lines), tuple(held), tuple(trades))


def _rows(section: str) -> Iterator[tuple[str, list[str]]]:
    """The cells of each row of each table, with the first word over the table."""
    head = ""
    for text in section.splitlines():
        if not text.startswith("|"):
            head = ""
            continue
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if not head:
            head = cells[0]
        elif not set(cells[0]) <= {"-", ":"} or not cells[0]:
            yield head, cells
