"""No text of a file becomes a part of the page, and the page is written whole."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.report_parts import Outline, decision, demo, page
from trimtab.app.report import render_report, write_report
from trimtab.app.report.charts import aging_chart
from trimtab.app.report.figures import AgingLot
from trimtab.app.report.svg import WIDE, Line, Text
from trimtab.app.report.words import bps, money_in, percent, quantity, signed
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding, Severity
from trimtab.model.plans import (
    Skipped,
    Verdict,
)
from trimtab.model.proposals import (
    Action,
    Binding,
    ClauseConflict,
    Proposal,
    ProposalStatus,
)
from trimtab.model.taxes import TaxLine

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
