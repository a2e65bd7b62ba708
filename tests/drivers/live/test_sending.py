"""The last look before an order leaves: caps, quotes, drawdown, and the guards once more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.drivers.live.live_parts import OPENS, Live, buy
from trimtab.drivers.live.guards_again import Drawdown, GuardsAgain
from trimtab.drivers.live.sending import Caps, EveryLook, FreshQuotes, LetGo, Refused, halted
from trimtab.model.brokers import Quote
from trimtab.model.findings import Finding, Severity
from trimtab.model.live import Halt, HaltKind
from trimtab.model.mandate import Mandate
from trimtab.model.orders import Order, OrderState
from trimtab.model.plans import Decision, Plan, Verdict
from trimtab.model.proposals import Action, CostParts, Proposal, ProposalStatus
from trimtab.model.taxes import TaxBill

D = Decimal
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ORDER = buy().order  # 5 units, at most 100 each


def worth(order: Order) -> Decimal:
    return (order.quantity or D(0)) * (order.limit or D(0))


@pytest.mark.parametrize(
    ("caps", "sent", "words"),
    [
        (Caps(worth), 0, ""),
        (Caps(worth, trade_max=D(500)), 0, ""),
        (Caps(worth, trade_max=D("499.99")), 0, "its trade is worth 500.00"),
        (Caps(worth, day_max=D(1000)), 1, ""),
        (Caps(worth, day_max=D(1000)), 2, "1,000.00 went out today, 500.00 more would pass"),
        (Caps(worth, trade_max=D(999), whole=lambda order: D(1000)), 0, "trade is worth 1,000.00"),
        (Caps(lambda order: None), 0, ""),
        (Caps(lambda order: None, day_max=D(1)), 0, "nobody knows what it is worth"),
    ],
)
def test_caps_hold_an_order_and_a_day(caps, sent, words):
    earlier = [buy("t9", part=number).order for number in range(sent)]
    answer = caps.look(ORDER, AT, earlier)
    assert words in answer.fact if words else answer is ORDER


class Quotes:
    """One quote of VTI, so many seconds old."""

    def __init__(self, bid: str, ask: str, age: float = 1.0) -> None:
        self.quote = Quote("VTI", D(bid), D(ask), AT - timedelta(seconds=age))

    def quotes(self, instruments, at):
        return {"VTI": self.quote} if "VTI" in instruments else {}


@pytest.mark.parametrize(
    ("quotes", "words"),
    [
        (Quotes("99.9", "100.1"), ""),
        (Quotes("99.9", "100.1", age=61), "its quote is 61 s old, and 60 s are the bound"),
        (Quotes("102.9", "103.1"), "the market moved from 100 to 103.0, by 3.00 %"),
    ],
)
def test_an_order_leaves_on_a_fresh_quote_near_its_plan_alone(quotes, words):
    answer = FreshQuotes(quotes, lambda order: D(100)).look(ORDER, AT, ())
    assert words in answer.fact if words else answer is ORDER


def test_without_a_quote_nothing_leaves():
    other = buy(instrument="BND").order
    looked = FreshQuotes(Quotes("1", "2"), lambda order: None).look(other, AT, ())
    assert isinstance(looked, Refused)
    assert (looked.rule, looked.fact) == ("quote", "there is no quote of BND")


@pytest.mark.parametrize(("value", "leaves"), [("80", True), ("79.9", False), (None, True)])
def test_a_deep_fall_stops_everything(value, leaves):
    now = None if value is None else D(value)
    answer = Drawdown(lambda: now, lambda: D(100)).look(ORDER, AT, ())
    assert (answer is ORDER) is leaves
    assert leaves or "20.1 % below its highest" in answer.fact


def test_the_first_refusal_of_several_decides():
    looks = EveryLook((LetGo(), Caps(worth, trade_max=D(1)), Caps(worth, trade_max=D(2))))
    assert "may be worth 1.00" in looks.look(ORDER, AT, ()).fact
    assert EveryLook((LetGo(), LetGo())).look(ORDER, AT, ()) is ORDER


def test_a_refused_order_is_denied_with_the_reason_and_never_sent():
    live = Live(buy(), look=Caps(worth, trade_max=D(1)))
    live.step()
    ticket = live.ticket(live.slices[0])
    assert not live.broker.sent
    assert ticket.state is OrderState.DENIED
    assert "may be worth 1.00" in ticket.text


@pytest.mark.parametrize(
    ("halts", "kind"),
    [
        ([], None),
        ([("ira", HaltKind.NEW)], HaltKind.NEW),
        ([("roth", HaltKind.ALL)], None),
        ([("*", HaltKind.NEW), ("ira", HaltKind.ALL)], HaltKind.ALL),
        ([("home/ira", HaltKind.ALL)], HaltKind.ALL),
        ([("smith/ira", HaltKind.ALL)], None),
        ([("home", HaltKind.NEW)], HaltKind.NEW),
    ],
)
def test_the_strongest_halt_that_concerns_an_account_counts(halts, kind):
    found = [Halt(subject, one, "ada", AT, "why") for subject, one in halts]
    assert halted(found, "home", "ira") is kind


class Says:
    """A guard with one finding."""

    name = "says"

    def __init__(self, severity: Severity) -> None:
        self.found = Finding("says", severity, "VTI", "has moved")
        self.asked = 0

    def check(self, plan, snapshot, mandate):
        self.asked += 1
        return (self.found,)


def decision(*findings: Finding) -> Decision:
    bill = TaxBill(D(0), D(0), D(0), D(0), D(0), D(0))
    plan = Plan((), {}, bill, bill, CostParts(), CostParts(), {}, {})
    proposal = Proposal(Action.NONE, ProposalStatus.SOLVED, "")
    return Decision("c-1", date(2026, 3, 2), Verdict.TRADE, "", proposal, plan, findings)


@pytest.mark.parametrize(
    ("severity", "leaves"),
    [
        (Severity.WARNING, True),
        (Severity.APPROVAL, False),
        (Severity.REFUSAL, False),
    ],
)
def test_guards_look_again_and_what_they_say_only_now_stops_the_order(severity, leaves):
    guard = Says(severity)
    look = GuardsAgain(decision(), (guard,), Mandate(()), lambda at: None)
    answer = look.look(ORDER, AT, ())
    assert (answer is ORDER) is leaves
    assert leaves or answer.fact == "guard says: VTI: has moved"


def test_what_was_decided_on_does_not_stop_the_order_again():
    guard = Says(Severity.APPROVAL)
    look = GuardsAgain(decision(guard.found), (guard,), Mandate(()), lambda at: None)
    assert look.look(ORDER, AT, ()) is ORDER


def test_guards_are_asked_once_for_all_orders_of_a_moment():
    guard = Says(Severity.NOTE)
    look = GuardsAgain(decision(), (guard,), Mandate(()), lambda at: None)
    for at in (OPENS, OPENS, AT):
        look.look(ORDER, at, ())
    assert guard.asked == 2
