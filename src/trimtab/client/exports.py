"""Files for other programs.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.client._transport import Transport, place

__all__ = ["ExportsResource"]


@dataclass(frozen=True, slots=True)
class ExportsResource:
    """Files for other programs."""

    transport: Transport

    def export_ofx(self, household: str) -> str:
        """What is held and what the journal says happened, as OFX 2.2; lots are no part of it.

        Needs the right `view`.
        """
        return self.transport.ask(str, "GET", place("/api/v1/households/{}/export.ofx", household))
