"""The report: everything a person asks about is on one page that loads nothing and runs nothing."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from trimtab.app.demo import DEMO_FOLDER
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.report import render_report, write_report
from trimtab.app.report.charts import aging_chart
from trimtab.app.report.figures import AgingLot
from trimtab.app.report.svg import WIDE, Line, Text
from trimtab.app.report.words import bps, money_in, percent, quantity, signed
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO, cents
from trimtab.model.plans import (
    Coverage,
    Decision,
    LotSale,
    Plan,
    Skipped,
    Trade,
    TradeCost,
    Verdict,
)
from trimtab.model.proposals import (
    Action,
    Binding,
    ClauseConflict,
    CostParts,
    Proposal,
    ProposalStatus,
)
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill, TaxLine

# side account instrument quantity lot-day washed tax clause
TRADES = """
sell joint    AMD   102 2021-11-15 0    -2300 harvest
sell joint    MTUM  153 2021-11-15 3125 -1100 harvest
sell joint    QUAL  183 2021-11-15 0    -1650 harvest
buy  joint    SIZE  190 -          0    0     targets.core_funds
buy  joint    MSFT  25  -          0    0     targets.technology
sell ana_ira  CVX   120 2020-03-23 0    0     targets.energy
buy  ana_ira  QUAL  170 -          0    0     targets.core_funds
sell ben_roth XOM   150 2020-10-15 0    0     targets.energy
buy  ben_roth VLUE  170 -          0    0     targets.style_funds
"""


@cache
def demo() -> LoadedHousehold:
    return load_folder(DEMO_FOLDER)


def trade(number: int, row: str) -> Trade:
    side, account, instrument, quantity, bought, washed, tax, clause = row.split()
    snapshot = demo().snapshot
    price = snapshot.prices[instrument].amount
    units, amount = Decimal(quantity), cents(Decimal(quantity) * price)
    sales = tuple(
        LotSale(lot.id, units, amount, cents(lot.basis or ZERO), lot.acquired, lot.term(AS_OF))
        for lot in snapshot.lots
        if bought != "-"
        and (lot.account, lot.instrument, str(lot.acquired)) == (account, instrument, bought)
    )
    sales = tuple(replace(sale, disallowed=Decimal(washed)) for sale in sales)
    cost = TradeCost(spread=cents(amount * Decimal("0.0002")), impact=Decimal("1.10"))
    return Trade(
        f"T{number}",
        account,
        instrument,
        Side(side),
        units,
        price,
        amount,
        cost,
        clause,
        f"a reason for {instrument}",
        sales,
        Decimal(tax),
    )


AS_OF = date(2022, 10, 11)


def bill(net_short: str, net_long: str, tax: str) -> TaxBill:
    lines = (
        TaxLine("net short-term", Decimal(net_short), "26 USC 1222(5)"),
        TaxLine("net long-term", Decimal(net_long), "26 USC 1222(7)"),
        TaxLine("tax on gains", Decimal(tax)),
    )
    return TaxBill(Decimal(tax), Decimal(net_short), Decimal(net_long), ZERO, ZERO, ZERO, lines)


def decision() -> Decision:
    trades = tuple(trade(at, row) for at, row in enumerate(TRADES.strip().splitlines(), 1))
    targets = demo().mandate.targets
    now = [0.1805, 0.1253, 0.1111, 0.1240, 0.1384, 0.1000, 0.1268, 0.0542, 0.0261]
    then = [0.2010, 0.1266, 0.1150, 0.1262, 0.1360, 0.1010, 0.0910, 0.0561, 0.0262]
    plan = Plan(
        trades=trades,
        cash_after={"joint": Decimal("8010.11"), "ana_ira": Decimal("512"), "ben_roth": ZERO},
        bill_before=bill("3400", "14800", "4216.40"),
        bill_after=bill("-5664", "9923", "1013.57"),
        before=CostParts(drift=640.2, location=388.0, tracking_error=0.0121),
        after=CostParts(
            drift=188.6,
            location=371.5,
            tax=-3202.83,
            spread=31.2,
            impact=9.9,
            tracking_error=0.0066,
        ),
        weights_before={t.name: w for t, w in zip(targets, now, strict=True)},
        weights_after={t.name: w for t, w in zip(targets, then, strict=True)},
        skipped=(
            Skipped(
                "XOM lot joint/XOM/2021-10-22",
                "its gain of $5,616 is long-term from 2022-10-23, in 12 days",
                "guards.short_term_gain",
                Decimal("5616.33"),
            ),
            Skipped("energy", "stays 1.1 points over its target", "targets.energy"),
        ),
        coverage=Coverage(
            ("joint", "ana_ira", "ben_roth"),
            ("Ben's 401(k) at work",),
            AS_OF - timedelta(days=30),
            AS_OF,
            1,
        ),
        bindings=(Binding("limits.turnover_max", "$1 more turnover would be worth 3¢", 0.03),),
        gap=0.0,
    )
    proposal = Proposal(Action.FULL, ProposalStatus.SOLVED, "drift and losses outweigh their cost")
    note = Finding(
        "wash_sale", Severity.WARNING, "MTUM", "60 of 153 shares are washed", "60", "0", "wait"
    )
    return Decision(
        "d1c6", AS_OF, Verdict.TRADE, "9 trades in 3 accounts.", proposal, plan, (note,)
    )


@cache
def page() -> str:
    return render_report(decision(), demo().snapshot, demo().mandate)


class Outline(HTMLParser):
    """Tags that open and close, attributes, and text."""

    VOID = frozenset({"meta", "br", "link", "img", "rect", "line", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_it_says_what_a_person_asks_about() -> None:
    text = Outline(page()).text
    for words in (
        "Ana and Ben Rivera",
        "9 trades in 3 accounts.",
        "4.7 points over, 2.7 points outside its band",  # where it stands
        "Sell 102 AMD",
        "102 of the lot of 15 Nov 2021, short-term : loss of $9,0",  # which lots
        "a reason for AMD harvest",  # why, and under which clause
        "$3,125 of it washed",
        "long-term from 2022-10-23, in 12 days",  # what was left alone
        "What doing nothing would cost",
        "not loaded: Ben's 401(k) at work",  # coverage
        "Needed : $25,000 by 1 Nov 2022",
        "$1 more turnover would be worth 3¢",
        "60 of 153 shares are washed (60; bound: 0). To change it: wait",
        "It is no investment, tax or legal advice",
    ):
        assert words.replace(" : ", ": ") in text.replace(" : ", ": "), words


def test_it_loads_nothing_and_runs_nothing() -> None:
    outline = Outline(page())
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    attributes = [name for _, given in outline.tags for name in given]
    assert not [name for name in attributes if name.startswith("on") or name == "src"]
    links = [given["href"] for tag, given in outline.tags if tag == "a"]
    assert links and all(link and link.startswith("#") for link in links)
    assert "url(" not in page() and "@import" not in page()
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert {"http-equiv": "Content-Security-Policy", "content": policy} in [
        given for tag, given in outline.tags if tag == "meta"
    ]


def test_every_tag_is_closed_and_every_id_is_used_once() -> None:
    outline = Outline(page().replace("<!DOCTYPE html>", ""))
    assert outline.faults == [] and outline.open == []
    ids = [given["id"] for _, given in outline.tags if "id" in given]
    assert len(ids) == len(set(ids))
    named = [given["aria-labelledby"] for _, given in outline.tags if "aria-labelledby" in given]
    assert {part for names in named for part in str(names).split()} <= set(ids)
    targets = {str(given["href"])[1:] for tag, given in outline.tags if tag == "a"}
    assert targets <= set(ids)


def test_charts_have_words_for_those_who_do_not_see_them() -> None:
    outline = Outline(page())
    charts = [given for tag, given in outline.tags if tag == "svg"]
    assert len(charts) == 2 * 6  # each for wide and for narrow screens
    assert all(given.get("role") == "img" for given in charts)
    assert "energy 12.7 % to 9.1 %, target 8.0 % ± 2.0 %" in page()


def test_tables_have_headers_that_say_what_they_head() -> None:
    headers = [given for tag, given in Outline(page()).tags if tag == "th"]
    assert headers and all("scope" in given for given in headers)


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_no_shape_lies_outside_its_chart(name: str) -> None:
    drawn = re.findall(
        rf'<svg class="chart {name}" viewBox="0 0 ([\d.]+) ([\d.]+)"(.*?)</svg>', page(), re.DOTALL
    )
    assert len(drawn) == 6
    for width, height, shapes in drawn:
        xs = [float(x) for x in re.findall(r' (?:x|x1|x2|cx)="(-?[\d.]+)"', shapes)]
        ys = [float(y) for y in re.findall(r' (?:y|y1|y2|cy)="(-?[\d.]+)"', shapes)]
        assert min(xs) >= 0 and max(xs) <= float(width)
        assert min(ys) >= 0 and max(ys) <= float(height)


ATTACK = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> & {{ 7 * 7 }}"


def test_every_text_is_escaped() -> None:
    """Names, reasons, sources: whatever a file or a feed can put into a decision."""
    plain = decision()
    assert plain.plan is not None
    trades = tuple(
        replace(
            one, reason=ATTACK, clause=ATTACK, lots=tuple(replace(s, lot=ATTACK) for s in one.lots)
        )
        for one in plain.plan.trades
    )
    skipped = (Skipped(ATTACK, ATTACK, ATTACK, Decimal(1)),)
    coverage = replace(plain.plan.coverage, not_loaded=(ATTACK,))  # type: ignore[type-var]
    bill_after = replace(plain.plan.bill_after, lines=(TaxLine(ATTACK, Decimal(1), ATTACK),))
    names = {target.name: ATTACK + target.name for target in demo().mandate.targets}
    plan = replace(
        plain.plan,
        trades=trades,
        skipped=skipped,
        coverage=coverage,
        bill_after=bill_after,
        bindings=(Binding(ATTACK, ATTACK, 1.0),),
        weights_before={names[k]: w for k, w in plain.plan.weights_before.items()},
        weights_after={names[k]: w for k, w in plain.plan.weights_after.items()},
    )
    finding = Finding("x", Severity.REFUSAL, *[ATTACK] * 6)
    attacked = replace(
        plain,
        cycle_id=ATTACK,
        sentence=ATTACK,
        plan=plan,
        findings=(finding,),
        proposal=replace(plain.proposal, conflicts=(ClauseConflict((ATTACK,), ATTACK, ATTACK),)),
    )
    accounts = tuple(replace(one, name=ATTACK, owner=ATTACK) for one in demo().household.accounts)
    household = Household(ATTACK, accounts, "USD", ATTACK, (ATTACK,))
    prices = {k: replace(price, source=ATTACK) for k, price in demo().snapshot.prices.items()}
    snapshot = replace(demo().snapshot, household=household, prices=prices)
    mandate = demo().mandate
    mandate = replace(
        mandate,
        targets=tuple(replace(t, name=names[t.name]) for t in mandate.targets),
        flows=tuple(replace(flow, clause=ATTACK) for flow in mandate.flows),
    )
    attacked_page = render_report(attacked, snapshot, mandate)
    tags = {tag for tag, _ in Outline(attacked_page).tags}
    assert not tags & {"script", "img"}
    assert "<script" not in attacked_page and "onerror=alert(1)>" not in attacked_page
    assert "49" not in re.findall(r"& (\S+)", attacked_page)
    assert attacked_page.count("&lt;script&gt;") > 40


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_page_with_and_without_a_plan(verdict: Verdict) -> None:
    plain = decision()
    assert plain.plan is not None
    empty = replace(plain.plan, trades=(), skipped=(), bindings=(), coverage=None)
    for plan in (plain.plan, empty, None):
        text = render_report(
            replace(plain, verdict=verdict, plan=plan, findings=()),
            demo().snapshot,
            demo().mandate,
        )
        outline = Outline(text.replace("<!DOCTYPE html>", ""))
        assert outline.faults == [] and outline.open == []
        assert "9 trades in 3 accounts." in outline.text


def test_an_infeasible_decision_names_the_clauses_that_clash() -> None:
    conflict = ClauseConflict(("cash",), "joint cannot pay 900,000")
    proposal = Proposal(Action.NONE, ProposalStatus.INFEASIBLE, "", conflicts=(conflict,))
    clash = replace(decision(), verdict=Verdict.INFEASIBLE, plan=None, proposal=proposal)
    text = Outline(render_report(clash, demo().snapshot, demo().mandate)).text
    assert "conflict joint cannot pay 900,000" in text


def test_the_same_decision_gives_the_same_page() -> None:
    assert page() == render_report(decision(), demo().snapshot, demo().mandate)


def test_a_page_stays_small() -> None:
    assert len(page().encode()) < 120_000


def test_writing_replaces_the_page_in_one_step_and_leaves_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "new folder" / "report.html"
    place.parent.mkdir()
    place.write_text("an older page")
    write_report(place, demo(), decision())
    assert place.read_text(encoding="utf-8") == page()
    assert list(place.parent.iterdir()) == [place]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write 'report\.html'"):
        write_report(tmp_path / "file" / "report.html", demo(), decision())


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (money_in("USD")(Decimal("1234.5")), "$1,234"),
        (money_in("USD")(-1234), "−$1,234"),
        (money_in("USD", 2)(Decimal("3.456")), "$3.46"),
        (money_in("USD", 2)(-0.001), "$0.00"),
        (money_in("USD")(0), "$0"),
        (money_in("CHF")(12), "CHF 12"),
        (signed("$5"), "+$5"),
        (signed("−$5"), "−$5"),
        (signed("$0"), "$0"),
        (percent(-0.0123), "−1.2 %"),
        (percent(-0.00001), "0.0 %"),
        (bps(0.0121), "121 bp"),
        (quantity(Decimal("1234.500")), "1,234.5"),
        (quantity(Decimal("100")), "100"),
    ],
)
def test_figures_are_written_as_people_read_them(shown: str, wanted: str) -> None:
    assert shown == wanted


def test_no_name_in_the_chart_of_lots_stands_on_another_or_on_the_line_of_zero():
    lots = [
        AgingLot(f"lot {name}", name, date(2023, 1, 1), days, Decimal(gain), name == "HD")
        for name, gain, days in (
            *(("MSFT", -4700, 43), ("HD", -3700, 57), ("QUAL", -20, 350), ("USMV", -21, 350)),
            *(("XOM", 5600, 12), ("KO", -10, 180)),
        )
    ]
    chart = aging_chart(lots, money_in("USD"), WIDE)
    named = [shape for shape in chart.shapes if isinstance(shape, Text) and shape.look == "value"]
    zero = next(
        shape.y1 for shape in chart.shapes if isinstance(shape, Line) and shape.look == "zero"
    )
    assert sorted(text.words for text in named) == sorted(lot.instrument for lot in lots)
    for at, text in enumerate(named):
        assert abs(text.y - 4 - zero) > 6 or text.words not in ("QUAL", "USMV", "KO")
        for other in named[at + 1 :]:
            assert abs(text.x - other.x) > 20 or abs(text.y - other.y) >= 13
