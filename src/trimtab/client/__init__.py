"""A client of the API, typed: one attribute a resource, one method an operation.

    from trimtab.client import connect

    with connect("https://trimtab.example.org", token) as client:
        for one in client.households.list_households().items:
            print(client.households.get_household(one.id).sentence)

It imports nothing of the rest of Trimtab.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused, `httpx.HTTPError` for a connection that fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from trimtab.client._transport import (
    TIMEOUT_SECONDS,
    Mistake,
    ProblemError,
    Tagged,
    Transport,
    all_items,
)
from trimtab.client.accounts import AccountsResource
from trimtab.client.approvals import ApprovalsResource
from trimtab.client.backtests import BacktestsResource
from trimtab.client.breaks import BreaksResource
from trimtab.client.cash_flows import CashFlowsResource
from trimtab.client.decisions import DecisionsResource
from trimtab.client.exports import ExportsResource
from trimtab.client.households import HouseholdsResource
from trimtab.client.journal import JournalResource
from trimtab.client.liabilities import LiabilitiesResource
from trimtab.client.models import ModelsResource
from trimtab.client.orders import OrdersResource
from trimtab.client.signatures import Delivered, SignatureError, new_secret, verified
from trimtab.client.snapshots import SnapshotsResource
from trimtab.client.statements import StatementsResource
from trimtab.client.webhooks import WebhooksResource

__all__ = [
    "Client",
    "Delivered",
    "Mistake",
    "ProblemError",
    "SignatureError",
    "Tagged",
    "all_items",
    "connect",
    "new_secret",
    "verified",
]


@dataclass(frozen=True, slots=True)
class Client:
    """Every resource of one server, with one token."""

    households: HouseholdsResource
    snapshots: SnapshotsResource
    decisions: DecisionsResource
    approvals: ApprovalsResource
    orders: OrdersResource
    journal: JournalResource
    backtests: BacktestsResource
    models: ModelsResource
    accounts: AccountsResource
    liabilities: LiabilitiesResource
    cash_flows: CashFlowsResource
    statements: StatementsResource
    breaks: BreaksResource
    exports: ExportsResource
    webhooks: WebhooksResource


@contextmanager
def connect(address: str, token: str, http: httpx.Client | None = None) -> Iterator[Client]:
    """A client of the server at an address, closed at the end; `http` in place of its own."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    own = http or httpx.Client(timeout=TIMEOUT_SECONDS)
    own.base_url = address
    own.headers.update(headers)
    transport = Transport(own)
    try:
        yield Client(
            HouseholdsResource(transport),
            SnapshotsResource(transport),
            DecisionsResource(transport),
            ApprovalsResource(transport),
            OrdersResource(transport),
            JournalResource(transport),
            BacktestsResource(transport),
            ModelsResource(transport),
            AccountsResource(transport),
            LiabilitiesResource(transport),
            CashFlowsResource(transport),
            StatementsResource(transport),
            BreaksResource(transport),
            ExportsResource(transport),
            WebhooksResource(transport),
        )
    finally:
        if http is None:
            own.close()
