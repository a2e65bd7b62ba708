"""An OpenID issuer on loopback that signs whom a test names, or lies where a test wants it."""

import json
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "trimtab"


@cache
def rsa_key(whose: str) -> RSAKey:
    """Somebody's key by the name `k1`; a process makes each once, for it takes a while."""
    return RSAKey.generate_key(2048, {"kid": "k1"})


@dataclass
class Issuer:
    """What the issuer says; `claims` override those of a sign-in, `header` the signature's."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: rsa_key("the issuer's"))
    signs_with: RSAKey | None = None
    published: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    secret: str = ""

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        } | self.published

    def signs_in(self, place: str) -> dict[str, str]:
        """What a browser brings back from the page that it was sent to."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(place).query).items()}
        self.asked.append(asked)
        code = f"code{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if asked is None or _challenge(verifier) != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "subject-1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "ada@example.org", "email_verified": True,
            "auth_time": now,
        } | self.claims  # fmt: skip
        claims = {key: value for key, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "k1"} | self.header
        signed = jwt.encode(header, claims, self.signs_with or self.key)
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@contextmanager
def fake_issuer() -> Iterator[Issuer]:
    """An issuer that answers on a port of this machine."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = {
                "/.well-known/openid-configuration": issuer.configuration(),
                "/keys": {"keys": [issuer.key.as_dict(private=False)]},
            }
            self._say(known.get(self.path))

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            form = parse_qs(self.rfile.read(length).decode())
            given = self.headers.get("authorization", "")
            wanted = b64encode(f"{CLIENT}:{quote(issuer.secret, safe='')}".encode()).decode()
            is_known = given == f"Basic {wanted}" if issuer.secret else "client_id" in form
            fields = {key: values[0] for key, values in form.items()}
            self._say(issuer.token(fields) if is_known else None)

        def _say(self, answer: object) -> None:
            body = json.dumps(answer or {"error": "invalid_grant"}).encode()
            self.send_response(200 if answer else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
