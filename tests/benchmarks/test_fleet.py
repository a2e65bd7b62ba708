"""The fleet benchmark measures what it says: its households, its recount and its references."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import fleet as command
from benchmarks._fleet_arrays import KAPPA, Fleet
from benchmarks._fleet_households import BLOCK, LOTS_LEAST, LOTS_MOST, make_block
from benchmarks._fleet_market import INSTRUMENTS, make_market
from benchmarks._fleet_packing import pack_fleet
from benchmarks._fleet_regions import regions_of
from benchmarks._fleet_report import Report, as_json, as_text
from benchmarks._fleet_scoring import RULES, score, tax_of
from trimtab.quant.figures import IDLE_FEASIBLE, NO_ANSWER, SOLVED, STATUS
from trimtab.quant.packing import pack
from trimtab.quant.problem import QUICK, SolverOptions
from trimtab.quant.solver import BatchAnswer, solve_packed

MARKET = make_market()
SMALL = 200
SAMPLE = 5
NEAR = 1e-6  # of value: what the convex part may be off


@pytest.fixture(scope="module")
def block() -> Fleet:
    return make_block(MARKET, 1, 0)


@pytest.fixture(scope="module")
def small(block: Fleet) -> Fleet:
    return block.first(SMALL)


@pytest.fixture(scope="module")
def answer(small: Fleet) -> BatchAnswer:
    return solve_packed(pack_fleet(small), threads=2)


@pytest.mark.parametrize("options", [SolverOptions(), QUICK], ids=("thorough", "quick"))
def test_none_is_refused_or_left_idle_for_a_trade_that_is_too_small(
    block: Fleet, options: SolverOptions
) -> None:
    """Every household here gains from trading; a last trade below the least one stopped 6 %."""
    figures = solve_packed(pack_fleet(block.first(1_000)), options, threads=2).figures
    assert np.flatnonzero(figures[:, STATUS] != SOLVED).tolist() == []


def idle(fleet: Fleet) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(len(fleet.position_household)), np.zeros(len(fleet.lot_value))


# Households


def test_households_have_the_sizes_that_the_benchmark_states(block: Fleet) -> None:
    lots, accounts = np.diff(block.lot_start), np.diff(block.account_start)
    assert len(block) == BLOCK
    assert lots.min() >= LOTS_LEAST and lots.max() <= LOTS_MOST
    assert set(accounts.tolist()) == {2, 3}
    assert (np.diff(block.position_start) == accounts * INSTRUMENTS).all()


def test_households_have_what_makes_the_problem_hard(block: Fleet) -> None:
    at_a_loss = block.lot_value[block.lot_taxable & (block.lot_gain < 0)].sum()
    assert 0.2 < at_a_loss / block.lot_value[block.lot_taxable].sum() < 0.6
    assert (block.recent_value > 0).any(axis=1).mean() > 0.5  # washes to exclude
    assert block.buy_blocked.any(axis=1).mean() > 0.3
    assert (block.tax[:, 6:] < 0).any(axis=1).mean() > 0.3  # losses to net
    assert (block.flow < 0).any() and (block.flow > 0).any() and (block.reserve > 0).any()


def test_every_household_is_one_that_the_library_accepts(small: Fleet) -> None:
    for b in range(len(small)):
        small.problem(b).validate()


def test_a_household_depends_on_seed_and_number_alone(block: Fleet) -> None:
    again, other = make_block(MARKET, 1, 0).first(7), make_block(MARKET, 2, 0)
    np.testing.assert_array_equal(again.lot_value, block.first(7).lot_value)
    assert not np.array_equal(other.value, block.value)


def test_packing_all_at_once_is_packing_one_by_one(small: Fleet) -> None:
    ours = pack_fleet(small)
    theirs = pack([small.problem(b) for b in range(len(small))])
    for name in ours._fields:
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), err_msg=name)


# Recount


def test_two_readings_of_the_tax_code_agree(block: Fleet) -> None:
    rng = np.random.default_rng(5)
    short, long = rng.normal(0.0, 20_000.0, (2, BLOCK))
    bill = tax_of(block.tax, short, long)
    for b in range(SMALL):
        curve = block.problem(b).tax
        assert bill[b] == pytest.approx(curve.tax(short[b], long[b]), abs=1e-6)


def test_the_regions_of_the_bill_cover_all_net_gains_and_agree_with_it(small: Fleet) -> None:
    rng = np.random.default_rng(6)
    for b in range(SMALL):
        curve = replace(small.problem(b).tax, net_short=0.0, net_long=0.0)
        short, long = rng.normal(0.0, 4_000.0, 2)
        found = [region for region in regions_of(curve) if region.holds(short, long, 1e-9)]
        assert found
        for region in found:
            assert region.bill(short, long) == pytest.approx(curve.tax(short, long), abs=1e-6)


def test_doing_nothing_costs_drift_and_location_only(small: Fleet) -> None:
    result = score(small, *idle(small))
    problem = small.problem(0)
    held = problem.holdings()
    d = np.bincount(problem.position_instrument, held, INSTRUMENTS) / problem.value - problem.target
    assert result.drift[0] == pytest.approx(
        KAPPA / 2 * problem.value * d @ problem.covariance @ d, rel=1e-9
    )
    assert result.location[0] == pytest.approx(problem.location_cost @ held, rel=1e-9)
    for part in (result.spread, result.impact, result.tax):
        assert (part == 0).all()


def _first(condition: np.ndarray) -> int:
    return int(np.flatnonzero(condition)[0])


def _planted(fleet: Fleet, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Trades that break a rule."""
    bought, sold = idle(fleet)
    home, group = fleet.position_household, fleet.position_instrument
    held = np.bincount(fleet.lot_position, fleet.lot_value, len(bought))
    loss = _first(fleet.lot_taxable & (fleet.lot_gain < 0))
    place = fleet.lot_position[loss]
    shut = fleet.buy_blocked[home, group]
    if rule == "oversold":
        sold[0] = fleet.lot_value[0] + 1.0
    elif rule == "cash_below_reserve":
        bought[0] = fleet.cash[0] + abs(fleet.flow[0]) + 1_000.0
    elif rule == "below_lower_bound":
        kept = _first(fleet.lower[fleet.lot_position] > 0)
        sold[kept] = fleet.lot_value[kept]
    elif rule == "above_upper_bound":
        bought[_first(np.isfinite(fleet.upper))] = 5_000.0
    elif rule == "bought_and_sold":
        sold[loss], bought[place] = fleet.lot_value[loss], held[place]
    elif rule == "bought_after_loss_sale":
        bought[_first(shut)] = 5_000.0
    elif rule == "loss_sale_and_purchase":
        elsewhere = _first((home == home[place]) & (group == group[place]) & (held >= 0))
        bought[elsewhere + INSTRUMENTS], sold[loss] = 5_000.0, fleet.lot_value[loss]
    elif rule == "below_minimum_trade":
        bought[0] = 0.5 * fleet.minimum_trade[0]
    else:
        bought[0] = np.nan
    return bought, sold


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_counted(small: Fleet, rule: str) -> None:
    before = score(small, *idle(small)).violations
    after = score(small, *_planted(small, rule)).violations
    broken = (after - before).sum(axis=0)
    assert broken[RULES.index(rule)] >= 1


def test_a_washed_loss_brings_no_benefit(small: Fleet) -> None:
    group = small.position_instrument[small.lot_position]
    owner = small.position_household[small.lot_position]
    recent = small.recent_value[owner, group]
    lot = _first(small.lot_taxable & (small.lot_gain < 0) & (recent > 0) & (small.lot_value > 1))
    bought, sold = idle(small)
    sold[lot] = small.lot_value[lot]
    result = score(small, bought, sold)
    counted = max(sold[lot] - recent[lot], 0.0) * small.lot_gain[lot]
    realised = result.realised_short + result.realised_long
    assert realised[owner[lot]] == pytest.approx(counted, abs=1e-6)


# Answers


def test_answers_do_not_depend_on_the_number_of_threads(small: Fleet, answer: BatchAnswer) -> None:
    alone = solve_packed(pack_fleet(small), threads=1)
    for ours, theirs in zip(alone, answer, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_no_answer_breaks_a_limit_or_is_worse_than_doing_nothing(
    small: Fleet, answer: BatchAnswer
) -> None:
    solved = answer.figures[:, STATUS] != NO_ANSWER
    result = score(small, np.maximum(answer.trades, 0.0), answer.sold)
    nothing = score(small, *idle(small)).objective
    assert dict(zip(RULES, result.violations[solved].sum(axis=0), strict=True)) == dict.fromkeys(
        RULES, 0
    )
    free = solved & (answer.figures[:, IDLE_FEASIBLE] > 0)
    assert (result.objective[free] <= nothing[free] + 1e-6).all()


# The command


@pytest.fixture(scope="module")
def report() -> Report:
    pytest.importorskip("clarabel")
    pytest.importorskip("cvxpy")
    return command.run(
        command.Request(SMALL, threads=2, sample=SAMPLE, exact=1, exact_seconds=25.0)
    )


def test_answers_are_optimal_once_their_discrete_choices_are_held(report: Report) -> None:
    assert report.references is not None
    for gaps in (report.references.held, report.references.fixed):
        assert gaps.compared + gaps.unsolved > 0
        assert gaps.unsolved == 0 and gaps.refused == 0
        assert gaps.worst <= NEAR
        assert gaps.least >= -NEAR
        assert gaps.worst_miss <= 0.01


def test_cvxpy_and_clarabel_solve_the_same_program(report: Report) -> None:
    assert report.references is not None
    assert report.references.cvxpy_difference <= 1e-7


@pytest.mark.slow
def test_the_proven_bound_lies_below_our_answer_and_close_to_it(report: Report) -> None:
    assert report.exact is not None
    assert report.exact.bound_worst >= -1e-8
    assert report.exact.bound_worst <= 2e-4


def test_the_report_names_what_was_compared_and_reached(report: Report) -> None:
    data = json.loads(json.dumps(as_json(report)))
    assert data["throughput"]["households"] == SMALL
    assert data["throughput"]["infeasible"] == 0
    assert not any(data["throughput"]["violations"].values())
    assert data["throughput"]["objective_difference_worst"] < 0.01
    assert set(data["targets"]) == {
        "households_per_second",
        "cvxpy_over_full",
        "clarabel_over_full",
        "cvxpy_over_convex",
        "clarabel_over_convex",
        "worst_convex_gap",
    }
    text = as_text(report)
    for word in ("households a second", "Clarabel", "cvxpy", "proven bound", "Targets"):
        assert word in text


def test_without_references_trimtab_is_timed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--households", "64", "--sample", "8", "--no-references", "--json"]
    assert command.main(arguments) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["convex_gap"] is None and data["exact_gap"] is None
    assert data["microseconds_per_household"]["full"] > 0


def test_a_missing_reference_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clarabel", None)
    with pytest.raises(SystemExit, match=r"install trimtab\[bench\] or pass --no-references"):
        command.main(["--households", "8"])


@pytest.mark.parametrize("wrong", [["--households", "0"], ["--sample", "99999"]])
def test_sizes_that_cannot_be_run_are_refused(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        command.main(wrong)
    assert refusal.value.code == 2
