"""The client asks a real server, in one process, and its answers are typed."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest

from tests.app.web.api_v1.programs import token_of
from tests.app.web.served import stranger_at
from trimtab.app.web.world import WebWorld
from trimtab.client import Client, ProblemError, all_items, connect
from trimtab.client._transport import Transport
from trimtab.client.cash_flows import CashFlowGiven, CashFlowNew, CashFlowsResource
from trimtab.client.decisions_shapes import ProposalAsked
from trimtab.model.web import Right


@pytest.fixture
def client(world: WebWorld) -> Iterator[Client]:
    http = stranger_at(world)
    with connect(str(http.base_url), token_of(world, Right.TRADE), http) as made:
        yield made


def test_a_household_is_read_with_exact_money_and_days(client: Client):
    lines = list(
        all_items(lambda cursor: client.households.list_households(cursor=cursor, limit=1))
    )
    assert [one.id for one in lines] == ["home"]
    found = client.households.get_household("home")
    assert (found.as_of, found.value) == (date(2022, 10, 11), Decimal("1044986.628333"))
    assert found.coverage.from_ == date(2022, 9, 11)
    decision = client.decisions.get_current_decision("home")
    assert decision.plan is not None
    assert sum(one.tax for one in decision.plan.trades) <= decision.plan.tax
    snapshot = client.snapshots.get_snapshot("home", "current")
    assert sum(one.value or 0 for one in snapshot.lots) + found.cash == found.value


def test_a_change_names_the_version_that_was_read(client: Client):
    read = client.cash_flows.list_cash_flows("home")
    new = CashFlowNew(amount=Decimal("-500.25"), name="bike & more/less", due=date(2023, 1, 2))
    made = client.cash_flows.add_cash_flow("home", new, if_match=read.etag)
    assert made.value.amount == Decimal("-500.25")
    given = CashFlowGiven(amount=Decimal(1))
    with pytest.raises(ProblemError) as refused:
        client.cash_flows.put_cash_flow("home", new.name, given, if_match=read.etag)
    assert (refused.value.status, refused.value.kind) == (412, "urn:trimtab:problem:changed-since")
    gone = client.cash_flows.delete_cash_flow("home", new.name, if_match=made.etag)
    assert gone.value is None
    assert client.cash_flows.list_cash_flows("home").etag == gone.etag


def test_a_proposal_is_asked_for(client: Client):
    found = client.decisions.propose("home", ProposalAsked(deposit=Decimal(100_000)))
    assert found.plan is not None
    assert any(one.side == "buy" for one in found.plan.trades)


def test_a_refusal_has_its_parts(client: Client):
    with pytest.raises(ProblemError) as refused:
        client.households.get_household("nobody")
    assert refused.value.status == 404
    assert dataclasses.asdict(refused.value.errors[0])["subject"] == "household"


def test_a_lost_answer_is_asked_for_again_with_the_same_key(world: WebWorld):
    inner = stranger_at(world)
    inner.headers["Authorization"] = f"Bearer {token_of(world, Right.TRADE)}"
    sent: list[str] = []

    def lossy(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["idempotency-key"])
        path, body = request.url.raw_path.decode(), request.content
        kept = ("idempotency-key", "if-match", "content-type")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        answer = inner.request(request.method, path, content=body, headers=headers)
        if len(sent) == 1:
            raise httpx.ReadError("the connection is lost in the answer")
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    http = httpx.Client(transport=httpx.MockTransport(lossy), base_url="http://127.0.0.1")
    new = CashFlowNew(amount=Decimal(-1), name="once")
    made = CashFlowsResource(Transport(http, wait=lambda _: None)).add_cash_flow(
        "home", new, if_match="*"
    )
    assert made.value.name == "once"
    assert len(sent) == 2
    assert len(set(sent)) == 1


def test_no_repr_shows_the_token(client: Client):
    assert "tt_" not in repr(client)
