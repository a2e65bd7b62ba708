"""The front of a household: unbeaten plans, the policies' figures those of `trimtab plan`."""

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tests.app.backtesting.pasts import write_past
from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.app.api import decide
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.pareto.page import render_pareto
from trimtab.app.pareto.question import ParetoFront, pareto_of

pytest.importorskip("pymoo")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> LoadedHousehold:
    return load_folder(write_past(tmp_path_factory.mktemp("pareto") / "house"))


@lru_cache(maxsize=4)
def front_of(loaded_at: Path, trades_max: int | None = None) -> ParetoFront:
    loaded = load_folder(loaded_at)
    return pareto_of(loaded, trades_max=trades_max, population=24, generations=8)


def test_no_point_of_the_front_is_beaten_by_another_or_by_a_policy(house):
    front = front_of(house.folder)
    assert len(front.points) > 3
    for one in front.points:
        for other in (*front.points, *front.policies):
            pairs = list(zip(other.objectives, one.objectives, strict=True))
            as_good = all(a <= b + 1e-9 for a, b in pairs)
            better = any(a < b - 0.006 for a, b in pairs[1:]) or pairs[0][0] < pairs[0][1] - 2e-7
            assert not (as_good and better), (one, other)


def test_the_solver_s_own_answer_is_beaten_by_no_more_than_its_gap(house):
    """Whole shares, to which plans are rounded after they are solved, may make a percent more."""
    front = front_of(house.folder)
    own = next(one for one in front.policies if one.policy == "cost_aware")
    assert own.total <= front.best.total + own.gap + 0.01 * abs(own.total) + 1.0


@pytest.mark.parametrize("policy", ["hold", "5/25", "cost_aware"])
def test_a_policy_s_point_has_the_figures_of_its_plan(house, policy):
    plan = decide(house, policy=policy).plan
    (point,) = [one for one in front_of(house.folder).policies if one.policy == policy]
    assert plan is not None
    assert point.tracking_error == plan.after.tracking_error
    assert (point.cost, point.tax) == (float(plan.cost), plan.after.tax)
    assert point.trades == len(plan.trades)


def test_the_same_seed_gives_the_same_front(house):
    again = pareto_of(house, population=24, generations=8)
    assert again == front_of(house.folder)


def test_at_most_so_many_orders_are_placed(house):
    few = front_of(house.folder, 1)
    assert few.points
    assert all(one.trades <= 1 for one in few.points)


def test_json_has_every_point_and_where_the_policies_stand(house):
    result = run("pareto", house.folder, "--json", "--generations", "2")
    assert result.exit_code == DONE, result.output
    found = json.loads(result.stdout)
    assert found["kind"] == "trimtab.pareto"
    assert {one["policy"] for one in found["policies"]} >= {"hold", "5/25", "cost_aware"}
    assert found["points"][found["best"]]["total"] == min(one["total"] for one in found["points"])
    assert found["targets"] is None


@pytest.mark.parametrize("width", [50, 100])
def test_the_screen_fits_and_says_what_the_front_spans(house, width):
    result = run("pareto", house.folder, "--generations", "2", env={"COLUMNS": str(width)})
    assert result.exit_code == DONE, result.output
    assert max(map(len, result.stdout.splitlines())) <= width
    told = " ".join(result.stdout.split())
    assert "plans that no other beats, from a tracking error of" in told
    assert "no_trade_zone (yours)" in told


def test_the_page_marks_every_policy_and_loads_nothing(house):
    front = front_of(house.folder)
    page = render_pareto(front)
    for policy in ("hold", "5/25", "no_trade_zone"):
        assert policy in page
    assert not re.search(r"(?:src|href)=[\"'](?!#)", page)
    assert page.count('class="front-dot"') >= len(front.points) - 1


def test_what_cannot_be_read_is_told_as_for_a_plan(tmp_path):
    result = run("pareto", tmp_path / "nowhere")
    assert result.exit_code == BAD_INPUT
