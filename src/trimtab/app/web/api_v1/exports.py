"""`/households/{household}/export.ofx`: holdings and transactions for other programs.

Errors: problems; 422 for an instrument without a price.
"""

from __future__ import annotations

from starlette.responses import Response

from trimtab.app.ofx_export import OFX_MEDIA, ofx_entries, ofx_parts
from trimtab.app.web.api.route import resource
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Viewing

__all__ = ["ROUTER"]

ROUTER = resource("exports", "/households/{household}")
OFX = {"content": {OFX_MEDIA: {"schema": {"type": "string"}}}, "description": "An OFX 2.2 file."}


@ROUTER.get("/export.ofx", response_class=Response, responses={200: OFX})
def export_ofx(seen: Viewing) -> Response:
    """What is held and what the journal says happened, as OFX 2.2; lots are no part of it."""
    snapshot = seen.one.view().loaded.snapshot
    entries = ofx_entries(seen.one.folder, snapshot.as_of)
    text = "".join(ofx_parts(snapshot, entries, seen.world.clock()))
    who, about = seen.principal.name, seen.one.id
    audit(seen.world, who, "export", "ofx", Outcome.DONE, household=about, address=seen.address)
    name = f"{seen.one.id}-{snapshot.as_of}.ofx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, 200, headers, OFX_MEDIA)
