"""The demo's household on a server, for the client to ask."""

from tests.app.web.conftest import world

__all__ = ["world"]
