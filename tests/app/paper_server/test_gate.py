"""Keys, pace, faults and control of the paper server."""

from decimal import Decimal

import pytest
import requests

from tests.app.paper_server.served import served
from tests.brokers.paper.paper_parts import Market, at, tick
from trimtab.app.paper_server.clocks import RealClock, ReplayClock
from trimtab.app.paper_server.pace import Pace
from trimtab.app.paper_server.server import listening_socket
from trimtab.brokers.paper.terms import Commission, PaperTerms
from trimtab.model.errors import InputError

ORDER = {"symbol": "VTI", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


def order(name: str) -> dict[str, str]:
    return ORDER | {"client_order_id": name}


def test_a_key_that_is_not_there_is_refused_everywhere(paper):
    for path in ("/v2/account", "/paper/clock", "/v2/nothing"):
        answer = paper.ask("GET", path, key="other")
        assert (answer.status_code, answer.json()["code"]) == (401, 40110000)
    assert "sesame" not in repr(paper.service)


def test_so_many_requests_a_minute_pass_and_the_headers_count_them():
    with served(Market([tick(at(4, 9, 30), "100", "100.1")]), at(4), limit=3) as paper:
        answers = [paper.ask("GET", "/v2/clock") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
        assert 0 < int(answers[3].headers["Retry-After"]) <= 60
        assert answers[3].json()["code"] == 42910000


def test_a_minute_later_the_budget_is_whole_again():
    pace = Pace(2)
    taken = [pace.take("a", now).is_allowed for now in (0.0, 1.0, 59.9, 60.0)]
    assert taken == [True, True, False, True]
    assert pace.take("b", 59.0).left == 1


@pytest.mark.parametrize(
    ("fault", "status", "stands"),
    [("429", 429, False), ("500", 500, False), ("after-500", 500, True),
     ("after-504", 504, True), ("after-html", 200, True), ("after-cut", 200, True)],
)  # fmt: skip
def test_a_fault_happens_before_or_after_the_order_is_taken(paper, fault, status, stands):
    answer = paper.ask("POST", "/v2/orders", json=order("tt-1"), headers={"Paper-Fault": fault})
    assert answer.status_code == status
    if status == 200:
        with pytest.raises(requests.exceptions.JSONDecodeError):
            answer.json()
    found = paper.ask("GET", "/v2/orders:by_client_order_id?client_order_id=tt-1")
    assert found.status_code == (200 if stands else 404)


def test_a_connection_may_be_lost_though_the_order_stands(paper):
    with pytest.raises(requests.exceptions.RequestException):
        paper.ask("POST", "/v2/orders", json=order("tt-1"), headers={"Paper-Fault": "after-lost"})
    found = paper.ask("GET", "/v2/orders:by_client_order_id?client_order_id=tt-1")
    assert found.status_code == 200


def test_queued_faults_meet_the_next_writes_and_no_reads(paper):
    paper.ask("POST", "/paper/faults", json={"next": ["after-504", "429"]})
    assert paper.ask("GET", "/v2/account").status_code == 200
    answers = [paper.ask("POST", "/v2/orders", json=order(f"tt-{one}")) for one in range(3)]
    assert [one.status_code for one in answers] == [504, 429, 200]
    unknown = paper.ask("POST", "/paper/faults", json={"next": ["after-htm"]})
    assert "did you mean 'after-html'" in unknown.json()["message"]


def test_a_fee_is_an_activity_of_its_own():
    terms = PaperTerms(commission=Commission(per_order=Decimal("1.25")))
    with served(Market([tick(at(4, 9, 30), "100", "100.1")], terms=terms), at(4)) as paper:
        paper.ask("POST", "/v2/orders", json=order("tt-1"))
        fee, fill = paper.ask("GET", "/v2/account/activities").json()
        assert (fee["activity_type"], fee["net_amount"]) == ("FEE", "-1.25")
        assert fill["price"] == "100.1"
        assert paper.ask("GET", "/v2/account/activities/FEE").json() == [fee]


def test_halts_and_busts_are_made_on_request(paper):
    assert paper.ask("POST", "/paper/halts", json={"symbol": "VTI"}).json() == {"halted": ["VTI"]}
    waiting = paper.ask("POST", "/v2/orders", json=order("tt-1")).json()
    assert waiting["status"] == "new"
    paper.ask("POST", "/paper/halts", json={"symbol": "VTI", "halted": False})
    (fill,) = paper.ask("GET", "/v2/account/activities/FILL").json()
    name = fill["id"].split("::")[1]
    busted = paper.ask("POST", "/paper/busts", json={"execution_id": name})
    assert busted.json()["busts"] == name
    assert paper.ask("GET", "/v2/account").json()["cash"] == "20000"
    assert paper.ask("POST", "/paper/busts", json={"execution_id": name}).status_code == 404


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>", "format is invalid"),
        (b"[1]", "no object"),
        (b'{"symbol": "VTI"}', "type is required"),
        (b'{"type": "stop"}', "'stop' is not supported"),
        (b'{"type": "limit"}', "require a limit price"),
        (b'{"type": "market", "limit_price": "1"}', "must not have"),
        (b'{"type": "market", "side": "short"}', "neither buy nor sell"),
        (b'{"type": "market", "side": "buy", "qty": NaN}', "NaN is no number"),
        (b'{"type": "market", "trail_price": "1"}', "trail_price not supported"),
        (b'{"type": "market", "order_class": "bracket"}', "'bracket' is not supported"),
        (b'{"type": "market", "extended_hours": true}', "extended_hours"),
        (b'{"type":"market","side":"buy","symbol":"VTI","qty":"1e3","time_in_force":"day"}',
         "'1e3' is no plain number"),
        (b'{"type":"market","side":"buy","symbol":"VTI","qty":true,"time_in_force":"day"}',
         "qty is no number"),
        (b'{"type":"market","side":"buy","symbol":"VTI","qty":-1,"time_in_force":"day"}',
         "above zero"),
        (b" " * 70_000, "more than 65536"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_meant_so_is_refused_by_name(paper, body, says):
    answer = paper.ask("POST", "/v2/orders", data=body)
    assert answer.status_code == 422
    assert says in answer.json()["message"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/orders/none", 404),
        ("/v2/assets/XYZ", 404),
        ("/v2/watchlists", 404),
        ("/v2/positions/XYZ", 404),
        ("/v2/stocks/XYZ/quotes/latest", 404),
        ("/v2/stocks/news/latest?symbols=VTI", 404),
        ("/v2/orders?status=some", 422),
        ("/v2/orders?limit=501", 422),
        ("/v2/orders?after=yesterday", 422),
        ("/v2/account/activities?page_size=0", 422),
        ("/v2/account/activities?page_token=x", 422),
        ("/v2/calendar?start=soon", 422),
        ("/v2/calendar?start=0001-01-01", 422),
    ],
)
def test_a_question_that_has_no_answer_is_told_so(paper, path, status):
    answer = paper.ask("GET", path)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_a_replayed_clock_goes_forward_only_and_the_real_one_is_not_set():
    seconds = iter([0.0, 10.0, 10.0, 10.0])
    clock = ReplayClock(at(4), 6.0, lambda: next(seconds))
    assert clock() == at(4, 10, 1)
    with pytest.raises(InputError, match="is past"):
        clock.set(at(4, 9))
    with pytest.raises(InputError, match="real one"):
        RealClock().set(at(4))


def test_a_port_that_is_taken_is_named():
    with listening_socket(0) as taken, pytest.raises(InputError, match="--port"):
        listening_socket(taken.getsockname()[1])
