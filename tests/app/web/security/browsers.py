"""A browser without a window: signs in at the pages, and a device that holds passkeys."""

import json
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.testclient import TestClient

CSRF = re.compile(r'(?:name="csrf" value|data-csrf)="([^"]+)"')
GOOD = "correct horse battery staple"


def csrf_at(client: TestClient, address: str) -> str:
    found = CSRF.search(client.get(address).text)
    assert found, f"{address} has a form"
    return found[1]


def send(client: TestClient, address: str, page: str, **fields: str):
    """Send a form of a page."""
    return client.post(address, data={**fields, "csrf": csrf_at(client, page)})


def log_in(client: TestClient, name: str, password: str = GOOD, code: str = "", place: str = "/"):
    return send(client, "/login", "/login", name=name, password=password, code=code, next=place)


def plain(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A security key in software: signs as WebAuthn says, or wrongly where a test wants it."""

    def __init__(self, origin: str, host: str) -> None:
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(str(id(self)).encode() + origin.encode()).digest()
        self.count = 0

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _data(self, flags: int) -> bytes:
        self.count += 1
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        known = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        about = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + known})
        said = self._client_data("webauthn.create", options["challenge"])
        response = {"attestationObject": plain(about), "clientDataJSON": plain(said)}
        return self._answer(response)

    def sign(self, options: dict[str, Any], flags: int = 0x05) -> dict[str, Any]:
        said = self._client_data("webauthn.get", options["challenge"])
        data = self._data(flags)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "authenticatorData": plain(data),
                "clientDataJSON": plain(said),
                "signature": plain(signature),
            }
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = plain(self.id)
        return {
            "id": name, "rawId": name, "type": "public-key", "response": response,
            "clientExtensionResults": {},
        }  # fmt: skip


def call(client: TestClient, address: str, page: str, **body: Any):
    """What the page's script sends."""
    return client.post(address, json=body, headers={"x-csrf-token": csrf_at(client, page)})
