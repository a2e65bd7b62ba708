"""The benchmark of control problems: the known answers within tolerance, and readable refusals."""

import json

import pytest

from benchmarks import control
from benchmarks._control_answers import KINDS, Parameters, years

HARD = "monthly_DP_three_assets"


def known(shared_dir):
    return json.loads((shared_dir / "control" / "cases.json").read_text())["cases"]


def test_every_known_case_is_answered_within_its_tolerance(shared_dir):
    for case in known(shared_dir):
        result = control.answered(case)
        assert result.answer is not None, result.error
        apart = list(control.differences(case, result))
        assert apart, case["id"]
        assert not [found for found in apart if found[1] > found[2]], case["id"]


def test_every_key_of_a_known_answer_is_answered(shared_dir):
    for case in known(shared_dir):
        if case["kind"] != HARD and "answer" in case:
            assert set(control.answered(case).answer) == set(case["answer"])


def test_answers_in_the_file_are_never_looked_at(shared_dir):
    for case in known(shared_dir):
        if case["kind"] != HARD:
            bare = {k: v for k, v in case.items() if k not in {"answer", "check", "tolerance"}}
            for key in ("a", "trading_rate", "aim_matrix", "holdings", "kappa"):
                bare.pop(key, None)
            assert control.answered(bare).answer == control.answered(case).answer


def test_the_command_prints_answers_and_says_what_it_cannot(tmp_path, capsys):
    case = {"id": "x", "kind": "track_target_arithmetic", "params": {"kappa": 0.001, "q": 0.1}}
    good = {**case, "id": "y", "params": {**case["params"], "s": 0.036, "disc": 0.0}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [case, good, {"id": "z", "kind": "none"}]}))
    assert control.main(["--cases", str(path), "--json"]) == 1
    first, second, third = json.loads(capsys.readouterr().out)
    assert first == {"id": "x", "answer": None, "error": "the parameter 's' is missing"}
    assert second["answer"]["half_width"] == pytest.approx(0.026888428479)
    assert "the kind 'none' is none of" in third["error"]
    assert control.main(["--cases", str(path)]) == 1
    assert "refused: the parameter 's' is missing" in capsys.readouterr().out


@pytest.mark.parametrize(("stated", "found"), [("1/12", 1 / 12), (0.25, 0.25), (None, 1 / 12)])
def test_a_review_period_is_a_number_or_a_fraction(stated, found):
    assert years(stated) == pytest.approx(found)


def test_parameters_that_nothing_asks_for_are_named():
    parameters = Parameters({"params": {"kappa": 1.0, "colour": "red"}})
    assert parameters["kappa"] == 1.0
    assert parameters.ignored() == ["colour"]


@pytest.mark.parametrize("target", [0.02, 0.05, 0.95, 0.98])
def test_a_target_as_near_to_the_whole_as_a_usual_band_is_wide_is_answered(target):
    params = {"mu": [0.07, 0.02], "sigma": [0.16, 0.05], "rho": 0.0, "gamma": 5}
    params |= {"cost_per_unit_weight": 0.0001, "wstar": target}
    result = control.answered({"id": "near", "kind": "monthly_DP_two_assets", "params": params})
    assert result.answer is not None, result.error


def test_nine_kinds_are_known():
    assert len(KINDS) == 9


#  what a file holds: what is said of it
FILES = [
    ("not json", "is not JSON"),
    ('{"cases": 3}', "holds neither a list of cases"),
    ("7", "holds neither a list of cases"),
]


@pytest.mark.parametrize(("text", "said"), FILES)
def test_a_file_that_holds_no_cases_is_refused_in_words(tmp_path, capsys, text, said):
    path = tmp_path / "cases.json"
    path.write_text(text)
    assert control.main(["--cases", str(path), "--json"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "a case is" in told


#  a case: what is said of it
FAULTY = [
    (3, "not 3"),
    ({"id": "x", "kind": "longrun_CRRA", "params": 3}, "not names with values"),
    ({"id": "x", "kind": "D_almgren_chriss", "X": "much"}, "'X' holds 'much', which is no number"),
    ({"id": "x", "kind": "C_garleanu_pedersen", "Sigma": [[True]]}, "'Sigma' holds True"),
]


@pytest.mark.parametrize(("faulty", "said"), FAULTY)
def test_a_faulty_case_says_why_and_stops_no_other(tmp_path, capsys, faulty, said):
    good = {
        "id": "good",
        "kind": "track_target_arithmetic",
        "params": {"kappa": 0.001, "q": 0.1, "s": 0.036, "disc": 0.0},
    }
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([faulty, good]))
    assert control.main(["--cases", str(path), "--json"]) == 1
    refused, answered = json.loads(capsys.readouterr().out)
    assert refused["answer"] is None
    assert said in refused["error"]
    assert answered["answer"]["half_width"] == pytest.approx(0.026888428479343)


@pytest.mark.parametrize("period", ["0/0", "soon", [1]])
def test_a_review_period_that_is_none_is_refused(period):
    params = {"mu": [0.08, 0.03], "sigma": [0.18, 0.06], "rho": 0.1, "gamma": 4}
    params |= {"cost_per_unit_weight": 0.006, "wstar": 0.5, "dt": period}
    result = control.answered({"id": "x", "kind": "monthly_DP_two_assets", "params": params})
    assert result.answer is None
    assert "it is years" in result.error


GROWTH = {"mu_excess": 0.06, "sigma": 0.2, "gamma": 3.0, "buy_cost": 0.0, "sell_cost": 0.01}
SPENDING = {
    "r": 0.01, "alpha": 0.05, "sigma": 0.2, "rra": 2.0, "delta": 0.05, "buy_cost": 0.01,
    "sell_cost": 0.01,
}  # fmt: skip
TRACKING = {"wstar": 0.5, "kappa": 0.002, "q": 0.1, "sig1": 0.15}
LINE = {"kappa": 0.002, "q": 0.1, "s": 0.04, "disc": 0.0}
TICKET = {"fixed": 1e-5, "kappa": 0.001, "q": 0.1, "s": 0.04}
TWO = {
    "mu": [0.07, 0.03], "sigma": [0.16, 0.05], "rho": 0.1, "gamma": 4, "wstar": 0.5, "dt": "1/12",
    "cost_per_unit_weight": 0.005,
}  # fmt: skip
ONE_PAIR = [[1, 1, 0.1], [1, 1, 0.1], [0.1, 0.1, 1]]
THREE = {
    "mu": [0.07, 0.05, 0.03], "sig": [0.16, 0.16, 0.05], "g": 4.0, "c": [0.003, 0.003, 0.002],
    "corr": [[1, 0.5, 0.1], [0.5, 1, 0.1], [0.1, 0.1, 1]], "wstar": [0.4, 0.2, 0.4],
}  # fmt: skip
AIM = {"Sigma": [[0.005]], "B": [[0.003]], "Phi": [[0.2]], "gamma": 0.1, "lam": 0.5, "rho": 1e-4}
SALE = {"X": 1e6, "T": 5.0, "N": 5, "sig": 0.9, "eps": 0.05, "gam": 2e-7, "eta": 2e-6, "lam": 1e-6}
ODD = [
    # (the kind, its parameters, what is odd; the part of the answer that says it, or the refusal)
    ("longrun_CRRA", GROWTH, {"sell_cost": 0.0}, {"half_gap": 0.0}),
    ("longrun_CRRA", GROWTH, {"mu_excess": 0.12}, "it must be neither 0 nor 1"),
    ("longrun_CRRA", GROWTH, {"mu_excess": 0.0}, "it must be neither 0 nor 1"),
    ("longrun_CRRA", GROWTH, {"sigma": 0.0}, "volatility: is 0"),
    ("longrun_CRRA", GROWTH, {"sigma": float("nan")}, "volatility: is nan"),
    ("consumption_CRRA", SPENDING, {"buy_cost": 0.0, "sell_cost": 0.0}, {"asym_half_gap": 0.0}),
    ("consumption_CRRA", SPENDING, {"alpha": 0.09}, "it must be neither 0 nor 1"),
    ("consumption_CRRA", SPENDING, {"alpha": 0.01}, "it must be neither 0 nor 1"),
    ("track_target_exact_diffusion", TRACKING, {"kappa": 0.0}, {"lower": 0.5, "upper": 0.5}),
    ("track_target_exact_diffusion", TRACKING, {"wstar": 1.0}, "strictly between 0 and 1"),
    ("track_target_exact_diffusion", TRACKING, {"wstar": 0.0}, "strictly between 0 and 1"),
    ("track_target_arithmetic", LINE, {"kappa": 0.0}, {"half_width": 0.0}),
    ("track_target_arithmetic", LINE, {"s": 0.0}, "moves: is 0"),
    ("track_target_fixed_plus_proportional", TICKET, {"fixed": 0.0, "kappa": 0.0}, {"trigger": 0}),
    ("monthly_DP_two_assets", TWO, {"cost_per_unit_weight": 0.0}, {"lower": 0.5, "upper": 0.5}),
    ("monthly_DP_two_assets", TWO, {"wstar": 1.0}, "strictly between 0 and 1"),
    ("monthly_DP_two_assets", TWO, {"wstar": 0.0}, "strictly between 0 and 1"),
    ("monthly_DP_two_assets", TWO, {"sigma": [0.0, 0.0]}, "variance of the first against"),
    ("monthly_DP_two_assets", TWO, {"sigma": [0.1, 0.1], "rho": 1.0}, "variance of the first"),
    (HARD, THREE, {"c": [0.0, 0.0, 0.0]}, {"cost_bps_year": 0.0}),
    (HARD, THREE, {"wstar": [1.0, 0.0, 0.0]}, "strictly between 0 and 1"),
    (HARD, THREE, {"wstar": [0.6, 0.0, 0.4]}, "target of instrument 2: is 0"),
    (HARD, THREE, {"corr": ONE_PAIR}, "variance of one against the others: is 0"),
    (HARD, THREE, {"sig": [0.0, 0.0, 0.0]}, "variance of one against the others: is 0"),
    ("C_garleanu_pedersen", AIM, {"lam": 0.0}, {"trading_rate": 1.0}),
    ("C_garleanu_pedersen", AIM, {"Sigma": [[0.0]]}, "covariance: is singular"),
    ("D_almgren_chriss", SALE, {"lam": 0.0}, {"holdings": [1e6, 8e5, 6e5, 4e5, 2e5, 0.0]}),
    ("D_almgren_chriss", SALE, {"eta": 0.0, "eps": 0.0, "gam": 0.0}, "temporary_impact: is 0"),
    ("D_almgren_chriss", SALE, {"X": 0.0}, {"holdings": [0.0] * 6}),
]


@pytest.mark.parametrize(
    ("kind", "params", "odd", "expected"),
    ODD,
    ids=[f"{kind} {', '.join(odd)} {place}" for place, (kind, _, odd, _) in enumerate(ODD)],
)
def test_costs_of_zero_and_targets_at_an_end_are_answered_or_refused_in_words(
    kind, params, odd, expected
):
    found = control.answered({"id": "odd", "kind": kind, "params": {**params, **odd}})
    if isinstance(expected, str):
        assert found.answer is None
        assert expected in found.error
    else:
        assert found.answer is not None, found.error
        for name, value in expected.items():
            assert found.answer[name] == pytest.approx(value, rel=1e-9, abs=1e-12)
