"""A tunnel with TLS: QuickFIX speaks plainly to a port of this machine, the network sees TLS.

The certificate and the host's name are checked; there is no way to turn that off.  One connection
at a time: a FIX session has one.

Errors: a connection that cannot be made or breaks is closed on both sides, and `why` says what
happened; QuickFIX then tries again at its own pace.
"""

import socket
import ssl
from select import select
from threading import Event, Thread

__all__ = ["TlsTunnel"]

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 0.2
"""How often a waiting thread looks whether it should end."""
CHUNK = 65_536


class TlsTunnel:
    """From a port of this machine to a host, through TLS."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None = None) -> None:
        self._remote = (host, port)
        self._context = context or ssl.create_default_context()
        self._ended = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LOOK_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        self.why = ""
        self._thread = Thread(target=self._serve, name="fix-tls", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the tunnel and what runs through it."""
        self._ended.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            with near:
                self._carry(near)

    def _carry(self, near: socket.socket) -> None:
        try:
            plain = socket.create_connection(self._remote, CONNECT_SECONDS)
            with plain, self._context.wrap_socket(plain, server_hostname=self._remote[0]) as far:
                self.why = ""
                near.setblocking(False)
                far.setblocking(False)
                # One thread for both ways: two may not use one TLS connection at once.
                while not self._ended.is_set() and self._pass_on(near, far):
                    pass
        except OSError as error:  # TLS errors are of this kind
            self.why = f"{self._remote[0]}: {error}"

    def _pass_on(self, near: socket.socket, far: ssl.SSLSocket) -> bool:
        """Carry what is there both ways; false where one side has ended."""
        waiting, _, _ = select([near, far], [], [], LOOK_SECONDS)
        for source, sink in ((near, far), (far, near)):
            if source not in waiting:
                continue
            while (data := _received(source)) is not None:
                if not data:
                    return False
                self._send(sink, data)
        return True

    def _send(self, sink: socket.socket, data: bytes) -> None:
        """Send all, however slowly the other side takes it."""
        rest = memoryview(data)
        while rest and not self._ended.is_set():
            try:
                rest = rest[sink.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                select([], [sink], [], LOOK_SECONDS)


def _received(source: socket.socket) -> bytes | None:
    """What is there; nothing at all where the other side has ended, none where nothing came yet."""
    try:
        return source.recv(CHUNK)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
