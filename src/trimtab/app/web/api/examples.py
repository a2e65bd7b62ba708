"""Examples of requests and answers for the API's description; a test holds each against its shape.

Errors: none.
"""

from __future__ import annotations

from typing import Any

__all__ = ["EXAMPLES", "PROBLEM_EXAMPLE"]

PROBLEM_EXAMPLE: dict[str, Any] = {
    "type": "urn:trimtab:problem:not-found",
    "title": "There is no such thing",
    "status": 404,
    "detail": "cash flow 'roof': there is none of this name. The list has those that there are.",
    "instance": "/api/v1/households/rivera/cash-flows/roof",
    "errors": [
        {
            "subject": "cash flow 'roof'",
            "fact": "there is none of this name",
            "bound": "",
            "remedy": "the list has those that there are",
            "file": None,
            "line": None,
        }
    ],
}

EXAMPLES: dict[str, Any] = {
    "AccountGiven": {"name": "Joint brokerage", "owner": "Ana+Ben", "wrapper": "taxable"},
    "BacktestAsked": {"policies": ["hold", "5/25"], "start": "2024-01-02"},
    "CashFlow": {
        "name": "roof repair",
        "amount": "-25000",
        "due": "2026-11-01",
        "account": "joint",
    },
    "CashFlowGiven": {"amount": "-25000.00", "due": "2026-11-01", "account": "joint"},
    "CashFlowNew": {"name": "roof repair", "amount": "-25000.00", "due": "2026-11-01"},
    "HouseholdLine": {"id": "rivera", "name": "Ana and Ben Rivera"},
    "Liability": {"name": "mortgage", "amount": "240000", "due": "2041-06-30", "rate": "0.0325"},
    "LiabilityGiven": {"amount": "240000.00", "due": "2041-06-30", "rate": "0.0325"},
    "LiabilityNew": {"name": "mortgage", "amount": "240000.00", "rate": "0.0325"},
    "ProposalAsked": {"withdraw": "20000.00", "account": "joint"},
    "BreakAnswerGiven": {"choice": "positions", "note": "the custodian's list is right"},
    "StatementGiven": {
        "source": "custodian",
        "as_of": "2026-03-31",
        "accounts": [
            {
                "account": "joint",
                "lots": [
                    {
                        "instrument": "VTI",
                        "quantity": "40",
                        "cost": "9120.00",
                        "acquired": "2024-02-05",
                        "price": "291.17",
                    }
                ],
                "cash": [{"amount": "1204.55"}],
            }
        ],
    },
    "WebhookNew": {
        "url": "https://example.org/hooks/trimtab",
        "secret": "kept-by-you-and-never-shown-again",
        "events": ["live", "work"],
    },
    "WordGiven": {
        "word": "approve",
        "bound_to": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "note": "as we talked about",
    },
}
