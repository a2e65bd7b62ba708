"""`/openapi.json`: the API's description, which needs no token and tells nothing of a household.

Errors: none.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter
from starlette.responses import Response

from trimtab.app.web.api.describe import description_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.security.no_way_past import OPEN_TO_ALL

__all__ = ["ROUTER", "description_text"]

ROUTER = resource("description", "")
ROOM = "trimtab.app.web.api_v1"


@ROUTER.get("/openapi.json", response_model=dict, dependencies=[OPEN_TO_ALL])
def get_description() -> Response:
    """All operations of the API, in OpenAPI 3.1."""
    return Response(description_text(), media_type="application/json")


@cache
def description_text() -> str:
    """The description as JSON, the same each time."""
    return json.dumps(description_of(_routers()), indent=1, ensure_ascii=True)


def _routers() -> list[APIRouter]:
    """The routers of every resource."""
    names = sorted(one.name for one in iter_modules(import_module(ROOM).__path__))
    found = (getattr(import_module(f"{ROOM}.{name}"), "ROUTER", None) for name in names)
    return [router for router in found if isinstance(router, APIRouter)]
