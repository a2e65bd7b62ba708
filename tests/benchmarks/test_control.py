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
