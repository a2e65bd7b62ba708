"""Requests and answers held against a broker's own OpenAPI description, strictly, both ways."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

HOST = "https://broker.example"


class Described:
    """A description, cut down to the operations that an adapter uses.

    `prefix` is what the server's address puts before the described paths.
    """

    def __init__(self, text: Mapping[str, Any], paths: Iterable[str], prefix: str = "") -> None:
        kept = {name: text["paths"][name] for name in paths}
        for methods in kept.values():
            methods.pop("servers", None)
            for operation in methods.values():
                if isinstance(operation, dict):
                    operation.pop("servers", None)
                    operation.pop("security", None)  # the fakes look at credentials themselves
                    _close(operation.get("requestBody"), text)
        cut = {**text, "paths": kept, "servers": [{"url": HOST}], "security": []}
        # The descriptions are no perfect OpenAPI; what they say of messages is what counts here.
        self._api = OpenAPI.from_dict(cut, config=Config(spec_validator_cls=None))
        self._paths, self._prefix = kept, prefix

    def check(self, request: httpx.Request, response: httpx.Response) -> None:
        """Refuse what the description does not allow."""
        asked = Asked(request, self._prefix)
        self._api.validate_request(asked)
        known = self._parameters(asked)
        extra = set(request.url.params) - known
        assert not extra, f"{request.method} {asked.path} asks for what is not described: {extra}"
        if 200 <= response.status_code < 300 and response.content:
            self._api.validate_response(asked, Answered(response))

    def _parameters(self, asked: "Asked") -> set[str]:
        parts = asked.path.split("/")
        for name, methods in self._paths.items():
            shape = name.split("/")
            fits = len(shape) == len(parts) and all(
                one.startswith("{") or one == part for one, part in zip(shape, parts, strict=True)
            )
            if fits and asked.method in methods:
                listed = methods[asked.method].get("parameters", ())
                return {one["name"] for one in listed if one["in"] == "query"}
        raise AssertionError(f"{asked.method} {asked.path} is not described")


class Asked:
    """An httpx request as openapi-core wants it."""

    def __init__(self, request: httpx.Request, prefix: str) -> None:
        self.host_url = HOST
        self.path = request.url.path.removeprefix(prefix)
        self.method = request.method.lower()
        self.content_type = request.headers.get("content-type", "")
        self.body: bytes | None = request.content or None
        pairs = parse_qsl(request.url.query.decode())
        # Saxo takes a list of field groups in one parameter; the description repeats the parameter.
        query = ImmutableMultiDict(
            (name, one)
            for name, text in pairs
            for one in (text.split(",") if name == "FieldGroups" else [text])
        )
        self.parameters = RequestParameters(query=query, header=Headers(dict(request.headers)))


class Answered:
    """An httpx response as openapi-core wants it."""

    def __init__(self, response: httpx.Response) -> None:
        self.data, self.status_code = response.content, response.status_code
        self.content_type = response.headers.get("content-type", "").partition(";")[0]
        self.headers = Headers(dict(response.headers))


def amended(path: Path) -> dict[str, Any]:
    """A JSON description whose "one of" is "any of": its kinds of answers overlap."""
    text = path.read_text().replace('"oneOf"', '"anyOf"')
    found: dict[str, Any] = json.loads(text)
    return found


def _close(part: Any, text: Mapping[str, Any], depth: int = 0) -> None:
    """Let no object of a request have a field that is not described: it would be read over."""
    if depth > 12:
        return
    if isinstance(part, list):
        for one in part:
            _close(one, text, depth + 1)
    if not isinstance(part, dict):
        return
    if "$ref" in part:
        target: Any = text
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        _close(target, text, depth + 1)
        return
    if "properties" in part and "allOf" not in part:
        part.setdefault("additionalProperties", False)
    for one in part.values():
        _close(one, text, depth + 1)
