"""A block leaves once, its accounts share what it filled, and no crash changes anybody's share."""

from decimal import Decimal

import pytest

from tests.drivers.live.block_parts import Home, wants
from tests.drivers.live.live_parts import HOME
from trimtab.cycle.blocks import BLOCK
from trimtab.drivers.live.sending import Refused
from trimtab.model.live import Halt, HaltKind
from trimtab.model.orders import AckVerdict, OrderState
from trimtab.model.snapshots import Side

D = Decimal


def three(side: Side = Side.BUY) -> Home:
    return Home(wants("joint", "50", side), wants("ira", "30", side), wants("roth", "20", side))


def test_one_order_leaves_for_all_accounts_and_is_sent_by_the_first():
    home = three()
    home.run(lambda: home.pool.fill("100", "100.03"))
    (sent,) = home.pool.sent
    assert (sent.trade, sent.account, sent.quantity) == (BLOCK, "ira", 100)
    assert home.agrees()
    assert {home.ticket(one).state for one in home.accounts} == {OrderState.FILLED}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("fills", "shares"),  # of 50, 30 and 20 wanted
    [
        ([("100", "100.03")], (50, 30, 20)),
        ([("60", "100.03"), ("40", "100.47")], (50, 30, 20)),
        ([("50", "100.03")], (25, 15, 10)),
        ([("7", "100.03"), ("3", "99.99")], (5, 3, 2)),
        ([("33", "100.0333")], (17, 10, 6)),  # 16.5, 9.9 and 6.6: the first step goes to 9.9
        ([("1", "100.03")], (1, 0, 0)),
        ([], (0, 0, 0)),
    ],
)
def test_what_filled_is_shared_in_proportion_at_one_price(side, fills, shares):
    home = three(side)
    happens = [lambda fill=fill: home.pool.fill(*fill) for fill in fills]
    if sum(D(units) for units, _ in fills) < 100:
        happens.append(home.pool.end)
    home.run(*happens)
    got = {one: home.ticket(one).filled for one in ("joint", "ira", "roth")}
    if sum(shares) == 33:
        assert sum(got.values()) == 33
        assert all(abs(got[one] - D("0.33") * want) < 1 for one, want in WANTED.items())
    else:
        assert tuple(got.values()) == shares
    assert home.agrees()
    assert not any(desk.breaks for desk in home.engine.desks.values())


WANTED = {"joint": 50, "ira": 30, "roth": 20}


def deaths() -> list[tuple[int, bool]]:
    return [(number, before) for number in range(1, 24) for before in (True, False)]


@pytest.mark.parametrize(("dies_at", "before"), deaths())
def test_a_death_at_any_write_changes_no_share_and_sends_nothing_twice(dies_at, before):
    home = three(Side.SELL)
    home.run(
        lambda: home.pool.fill("33", "100.03"),
        lambda: home.pool.fill("34", "100.49"),
        home.pool.end,
        dies_at=dies_at,
        before=before,
    )
    assert home.agrees()
    assert len({one.id for one in home.pool.sent}) == 1
    assert len(home.pool.blocks) == 1
    assert sum(home.ticket(one).filled for one in home.accounts) == 67


def test_deaths_are_tried_at_every_write_of_such_a_day():
    home = three(Side.SELL)
    home.run(
        lambda: home.pool.fill("33", "100.03"),
        lambda: home.pool.fill("34", "100.49"),
        home.pool.end,
    )
    assert home.store.writes <= deaths()[-1][0]


def test_what_fills_after_the_cancel_is_shared_anew():
    home = three()
    home.run(lambda: home.pool.fill("33", "100.03"), home.pool.end)
    assert home.agrees()
    home.pool.fill("44", "99.87")
    home.engine.look_again()
    home.step()
    home.step()
    assert sum(home.ticket(one).filled for one in home.accounts) == 77
    assert home.agrees()


def test_what_is_taken_back_after_the_end_is_taken_back_from_all():
    home = three()
    home.run(
        lambda: home.pool.fill("30", "100.03"),
        lambda: home.pool.fill("20", "100.11"),
        home.pool.end,
        lambda: home.pool.fill("0", "100.03", busts="x1"),
    )
    assert {one: home.ticket(one).filled for one in WANTED} == {"joint": 10, "ira": 6, "roth": 4}
    assert home.agrees()


def test_a_late_fill_is_shared_by_a_process_that_works_on_another_decision():
    home = three()
    home.run(lambda: home.pool.fill("33", "100.03"), home.pool.end)
    home.pool.fill("7", "99.87")
    home.start(wants("joint", "1", cycle="c-2"))
    home.step()
    home.step()
    assert sum(home.ticket(one).filled for one in home.accounts) in (40, 41)
    assert sum(home.books.units("VTI", one) for one in home.accounts) == 340


def test_a_block_that_is_refused_leaves_every_part_refused():
    home = three()
    home.pool.answers = [AckVerdict.REJECTED]
    home.step()
    home.step()
    assert {home.ticket(one).state for one in home.accounts} == {OrderState.REJECTED}
    assert home.agrees()


def test_a_block_of_unknown_outcome_is_sent_again_only_once_it_is_proven_absent():
    home = three()
    home.pool.answers = [AckVerdict.UNKNOWN]
    home.step()
    assert {home.ticket(one).state for one in home.accounts} == {OrderState.UNKNOWN}
    home.run(lambda: home.pool.fill("100", "100.03"))
    assert [one.id for one in home.pool.sent] == [home.pool.sent[0].id] * 2
    assert home.pool.sent[0] == home.pool.sent[1]
    assert home.agrees()


def test_an_account_that_the_last_look_refuses_is_left_out_and_the_others_go():
    class NotRoth:
        def look(self, order, at, sent_today):
            return Refused("hold", "it is on hold") if order.account == "roth" else order

    home = Home(wants("joint", "50"), wants("ira", "30"), wants("roth", "20"), look=NotRoth())
    home.run(lambda: home.pool.fill("40", "100.03"), home.pool.end)
    assert home.pool.sent[0].quantity == 80
    assert home.ticket("roth").state is OrderState.DENIED
    assert (home.ticket("joint").filled, home.ticket("ira").filled) == (25, 15)
    assert home.agrees()


def test_each_account_pays_with_its_own_cash():
    home = Home(wants("joint", "5"), wants("ira", "50"), cash="1000")
    home.run(lambda: home.pool.fill("14", "100.03"))
    assert home.ticket("joint").order.quantity == 5
    assert home.ticket("ira").order.quantity == 9  # at a limit of 101 each
    assert home.pool.sent[0].quantity == 14
    assert home.agrees()


def test_where_the_broker_takes_no_blocks_each_account_has_its_own_order():
    home = Home(wants("joint", "50"), wants("ira", "30"), takes_blocks=False)
    home.step()
    assert {(one.trade, one.quantity) for one in home.pool.sent} == {("t-joint", 50), ("t-ira", 30)}


def test_a_halt_cancels_the_block_and_its_parts_end_with_it():
    home = three()
    home.step()
    home.pool.fill("10", "100.03")
    home.store.store.put_halt(Halt("*", HaltKind.ALL, "ada", home.now, "enough"))
    for _ in range(4):
        home.step()
    assert {home.ticket(one).state for one in home.accounts} == {OrderState.CANCELED}
    assert home.agrees()
    orders = home.store.store.orders(HOME)
    assert [one.trade for one in orders].count(BLOCK) == 1
