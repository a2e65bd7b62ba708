"""The paper server as a whole: the application, and a way to run it.

Errors: `InputError` for a port that is taken.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from trimtab.app.paper_server import accounts, market, orders
from trimtab.app.paper_server.control import control_routes
from trimtab.app.paper_server.errors import ApiError
from trimtab.app.paper_server.gate import Gate
from trimtab.app.paper_server.service import PaperService, json_answer
from trimtab.app.paper_server.stream import OrderStream
from trimtab.model.brokers import BrokerError
from trimtab.model.errors import InputError

__all__ = ["HOST", "application", "listening_socket", "run", "running"]

HOST = "127.0.0.1"
START_SECONDS_MAX = 10.0


def application(service: PaperService, seconds: Callable[[], float] = time.time) -> ASGIApp:
    """The application; `seconds` tells the time by which requests are counted, since 1970."""
    app = FastAPI(title="Trimtab's paper broker", openapi_url=None)
    for routes in (orders.routes, accounts.routes, market.routes, control_routes(service)):
        app.include_router(routes)

    @app.exception_handler(ApiError)
    async def refuse(_: Request, error: ApiError) -> Response:
        return json_answer({"code": error.code, "message": error.message}, error.status)

    @app.exception_handler(BrokerError)
    async def unavailable(_: Request, error: BrokerError) -> Response:
        return json_answer({"code": 50310000, "message": str(error)}, 503)

    @app.exception_handler(HTTPException)
    async def unknown(_: Request, error: HTTPException) -> Response:
        code = error.status_code * 100_000 + 10_000
        return json_answer({"code": code, "message": "endpoint not found"}, error.status_code)

    @app.websocket("/stream")
    async def stream(websocket: WebSocket) -> None:
        await OrderStream(websocket, service).serve()

    return Gate(app, service, seconds)


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on this machine alone; port 0 takes any that is free.

    Refuses: a port that is taken.
    """
    # With the protocol named, asyncio sends at once; without, each answer waits 40 ms for an ACK.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        remedy = "name another with --port"
        raise InputError(f"port {port}", error.strerror or str(error), remedy=remedy) from None
    bound.listen()
    return bound


def run(service: PaperService, bound: socket.socket) -> None:
    """Serve until the process is asked to stop."""
    _server(service).run(sockets=[bound])


@contextmanager
def running(service: PaperService, bound: socket.socket) -> Iterator[str]:
    """Serve from a thread for as long as the block runs; gives the address."""
    server = _server(service)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    ends = time.monotonic() + START_SECONDS_MAX
    while not server.started and thread.is_alive() and time.monotonic() < ends:
        time.sleep(0.005)
    try:
        yield f"http://{HOST}:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS_MAX)
        bound.close()


def _server(service: PaperService) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            application(service),
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
