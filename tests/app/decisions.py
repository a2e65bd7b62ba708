"""A decision made by hand, with one of everything that a screen can show."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Term
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

__all__ = ["DECISION", "HOLD", "INFEASIBLE", "PLAN", "REFUSED"]

AS_OF = date(2022, 10, 11)
ZERO = Decimal(0)

SALE = LotSale(
    lot="joint/VTI/2020-01-15",
    quantity=Decimal(40),
    proceeds=Decimal("4040.00"),
    basis=Decimal("3600.00"),
    acquired=date(2020, 1, 15),
    term=Term.LONG,
)
WASHED = LotSale(
    lot="joint/BND/2021-06-01",
    quantity=Decimal("12.5"),
    proceeds=Decimal("1006.25"),
    basis=Decimal("1125.00"),
    acquired=date(2021, 6, 1),
    term=Term.LONG,
    disallowed=Decimal("59.38"),
)
TRADES = (
    Trade(
        "T1", "joint", "VTI", Side.SELL, Decimal(40), Decimal(101), Decimal("4040.00"),
        TradeCost(Decimal("2.02"), Decimal("0.10"), Decimal("4.95")),
        "targets.stocks", "stocks is 6.2 points over its target of 60.0 %",
        (SALE,), Decimal("66.00"),
    ),
    Trade(
        "T2", "joint", "BND", Side.SELL, Decimal("12.5"), Decimal("80.5"), Decimal("1006.25"),
        TradeCost(Decimal("0.50")), "harvest", "takes a loss", (WASHED,), Decimal("-8.91"),
    ),
    Trade(
        "T3", "ira", "BND", Side.BUY, Decimal(50), Decimal("80.5"), Decimal("4025.00"),
        TradeCost(Decimal("2.01")), "targets.bonds", "bonds is below its target",
    ),
)  # fmt: skip

BILL_BEFORE = TaxBill(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
BILL_AFTER = TaxBill(
    Decimal("57.09"), ZERO, Decimal("380.63"), ZERO, ZERO, ZERO,
    (TaxLine("long-term gain at 15 %", Decimal("57.09"), "26 USC 1(h)"),),
)  # fmt: skip

PLAN = Plan(
    trades=TRADES,
    cash_after={"joint": Decimal("6541.31"), "ira": Decimal("0.00")},
    bill_before=BILL_BEFORE,
    bill_after=BILL_AFTER,
    before=CostParts(drift=210.0, tracking_error=0.021),
    after=CostParts(drift=20.0, spread=4.5, impact=0.1, commission=4.95, tax=57.0),
    weights_before={"stocks": 0.68, "bonds": 0.23},
    weights_after={"stocks": 0.6, "bonds": 0.39},
    skipped=(Skipped("VTI lot ira/VTI/unknown", "its gain is not taxed", "targets.stocks"),),
    coverage=Coverage(("joint", "ira"), ("spouse's 401(k)",), date(2022, 9, 11), AS_OF, 0),
    bindings=(Binding("limits.turnover_max", "$1 more turnover would be worth 3.0¢", 0.03),),
    gap=12.5,
)
DECISION = Decision(
    "c0ffee",
    AS_OF,
    Verdict.TRADE,
    "3 trades in 2 accounts take $57 of tax and $10 of trading cost.",
    Proposal(Action.PARTIAL, ProposalStatus.SOLVED, "stocks left its band", "targets.stocks"),
    PLAN,
    (
        Finding(
            "turnover",
            Severity.WARNING,
            "turnover",
            "the plan turns over 25 %",
            actual="25 %",
            bound="at most 20 %",
            remedy="raise limits.turnover_max",
        ),
    ),
)
REFUSED = replace(DECISION, verdict=Verdict.REFUSED, sentence="The plan is refused by a guard.")
HOLD = Decision(
    "c0ffee",
    AS_OF,
    Verdict.HOLD,
    "Nothing to do: every target is within its band.",
    Proposal(Action.NONE, ProposalStatus.HELD, "every target is within its band"),
    None,
)
INFEASIBLE = Decision(
    "c0ffee",
    AS_OF,
    Verdict.INFEASIBLE,
    "No set of trades meets the mandate: flows: cash of joint is short by $100.00.",
    Proposal(
        Action.NONE,
        ProposalStatus.INFEASIBLE,
        "no solution",
        conflicts=(ClauseConflict(("flows",), "flows: cash of joint is short by $100.00"),),
    ),
    None,
)
