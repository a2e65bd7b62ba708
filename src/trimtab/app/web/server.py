"""The server: the application on a socket, in a thread beside the service.

Errors: `InputError` for an address that is taken or that this machine does not have.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from trimtab.app.web.security.slow_clients import PatientProtocol
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from trimtab.app.web.settings import WebSettings

__all__ = ["address_of", "listening", "serving"]

START_SECONDS_MAX = 10.0
CLOSE_SECONDS = 3
IDLE_SECONDS = 15
"""A connection that asks nothing for so long is closed."""
HEADER_BYTES_MAX = 32 * 1024
BACKLOG = 128
"""So many connections are accepted at once, before what is to be closed is."""
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2 (1.3 has its own): what was said stays secret when the key is lost later."""
TLS_LOOP = "trimtab.app.web.security.slow_clients:tls_loop"


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any that is free.

    Refuses: an address that is taken, and one that this machine does not have.
    """
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends at once; without, each answer waits 40 ms for an ACK.
    bound = socket.socket(kind, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        fact = error.strerror or str(error)
        remedy = "name another with --port, or leave the dashboard out with --no-web"
        raise InputError(f"address {host}:{port}", fact, "", remedy) from None
    bound.listen()
    return bound


def address_of(settings: WebSettings, bound: socket.socket) -> str:
    """The address that people type: the public one, or this machine's."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    scheme = "https" if settings.tls_certificate else "http"
    host, port = bound.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def serving(app: ASGIApp, settings: WebSettings, bound: socket.socket) -> Iterator[None]:
    """Serve from a thread for as long as the block runs; open streams are ended with it.

    Refuses: a certificate or key that cannot be used.
    """
    server = uvicorn.Server(_config(app, settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    ends = time.monotonic() + START_SECONDS_MAX
    while not server.started and thread.is_alive() and time.monotonic() < ends:
        time.sleep(0.005)
    if not server.started:
        bound.close()
        raise InputError("dashboard", "it did not start", "", "leave it out with --no-web")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(CLOSE_SECONDS + 1)
        bound.close()


def _config(app: ASGIApp, settings: WebSettings) -> uvicorn.Config:
    try:
        config = uvicorn.Config(
            app,
            http=PatientProtocol,
            loop=TLS_LOOP if settings.tls_certificate else "auto",
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,  # ours are read where the settings trust them
            backlog=BACKLOG,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=CLOSE_SECONDS,
            h11_max_incomplete_event_size=HEADER_BYTES_MAX,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
            ssl_ciphers=CIPHERS,
        )
        config.load()
    except OSError as error:  # among it what OpenSSL says
        fact = f"{settings.tls_certificate} cannot be used: {error.strerror or error}"
        raise InputError("tls_certificate", fact, "", "name a PEM file and its key") from None
    return config
