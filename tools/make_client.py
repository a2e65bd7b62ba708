"""Write the Python client (`src/trimtab/client/`) from the API's description.

    python -m tools.make_client            # writes it
    python -m tools.make_client --check    # exits with 1 where it is not what is committed

One module a resource: its dataclasses, and a class with one method for each operation.  A shape
that several resources use stands in the first of them.  A test runs the check.
"""

from __future__ import annotations

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trimtab.app.web.api.describe import TAGS
from trimtab.app.web.api_v1.openapi import description_text

FOLDER = Path(__file__).resolve().parents[1] / "src" / "trimtab" / "client"
GENERATED = "Written by `tools/make_client.py` from the API's description; do not edit."
LINE_LENGTH = 100
SHAPES_MAX = 15
"""More stand in a module of their own, so that none grows past one reading."""
LEFT_OUT = frozenset({"description"})
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
FORMATS = {"decimal": "Decimal", "date": "date", "date-time": "datetime"}
JSON_MEDIA = "application/json"

Json = dict[str, Any]


@dataclass(slots=True)
class Module:
    """One resource: names that it needs from elsewhere, and its text so far."""

    tag: str
    shapes: list[str] = field(default_factory=list)
    operations: list[tuple[str, str, Json]] = field(default_factory=list)

    @property
    def home(self) -> str:
        """The module of its shapes; many have one of their own."""
        return self.tag if len(self.shapes) <= SHAPES_MAX else f"{self.tag}_shapes"


def files() -> dict[str, str]:
    """Every generated file by its name."""
    told = json.loads(description_text())
    modules = _modules(told)
    homes = {shape: one.home for one in modules for shape in one.shapes}
    made = {"__init__.py": _front(modules)}
    for one in modules:
        shapes = [_shape(name, told["components"]["schemas"][name]) for name in one.shapes]
        if one.home == one.tag:
            made[f"{one.tag}.py"] = _module_text(told, one, homes, [*shapes, _resource(one)])
        else:
            made[f"{one.home}.py"] = _module_text(told, one, homes, shapes)
            made[f"{one.tag}.py"] = _module_text(told, one, homes, [_resource(one)])
    return {name: _formatted(text) for name, text in made.items()}


def _modules(told: Json) -> list[Module]:
    found = {tag: Module(tag) for tag in TAGS if tag not in LEFT_OUT}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            if operation["tags"][0] in found:
                found[operation["tags"][0]].operations.append((path, method.upper(), operation))
    taken: set[str] = set()
    for module in found.values():
        for _, _, operation in module.operations:
            for name in _named(told, _own_parts(operation)):
                if name not in taken:
                    taken.add(name)
                    module.shapes.append(name)
    return [one for one in found.values() if one.operations]


def _own_parts(operation: Json) -> list[Any]:
    """What of an operation names shapes: its body and what it answers; not its refusals."""
    answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
    return [operation.get("requestBody", {}), answers]


def _named(told: Json, part: Any) -> Iterator[str]:
    """The shapes that a part names, those inside first."""
    if isinstance(part, list):
        for one in part:
            yield from _named(told, one)
    elif isinstance(part, dict):
        for key, one in part.items():
            if key == "$ref":
                name = _last(one)
                yield from _named(told, told["components"]["schemas"][name])
                yield name
            elif key != "examples":
                yield from _named(told, one)


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _type(schema: Json) -> str:
    """A schema as a type of Python."""
    if "$ref" in schema:
        return _last(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(one) for one in schema['enum'])}]"
    match schema.get("type"):
        case "array":
            return f"tuple[{_type(schema['items'])}, ...]"
        case "object":
            return f"Mapping[str, {_type(schema['additionalProperties'])}]"
        case "string":
            return FORMATS.get(schema.get("format", ""), "str")
        case str(kind):
            return PLAIN[kind]
        case _:
            return "object"


def _module_text(told: Json, module: Module, homes: Mapping[str, str], parts: Sequence[str]) -> str:
    """A module of some classes, with what it takes from others."""
    body = "\n\n\n".join(parts)
    bare = _bare(body)
    own = set(re.findall(r"(?m)^(?:class (\w+)|(\w+) = )", body))
    public = sorted({name for pair in own for name in pair if name})
    foreign: dict[str, list[str]] = {}
    for name in dict.fromkeys(_named(told, [_own_parts(one) for _, _, one in module.operations])):
        if name not in public and re.search(rf"\b{name}\b", bare):
            foreign.setdefault(homes[name], []).append(name)
    head = [
        f'"""{TAGS[module.tag]}\n\n{GENERATED}\n\nErrors: `ProblemError` for what is refused.\n"""',
        "from __future__ import annotations",
        "\n".join(_imports(bare, foreign)),
        f"__all__ = {json.dumps(public)}",
    ]
    return "\n\n".join(head) + "\n\n\n" + body + "\n"


def _bare(body: str) -> str:
    """The code without its docstrings and comments."""
    return re.sub(r'"""(?:.|\n)*?"""|#.*', "", body)


def _imports(bare: str, foreign: Mapping[str, Sequence[str]]) -> Iterator[str]:
    known = {
        "collections.abc": ("Mapping",),
        "dataclasses": ("dataclass",),
        "datetime": ("date", "datetime"),
        "decimal": ("Decimal",),
        "typing": ("Literal",),
    }
    for home, offered in known.items():
        std = [name for name in offered if re.search(rf"(?<![.\w]){name}\b(?!:)", bare)]
        if std:
            yield f"from {home} import {', '.join(std)}"
    yield ""
    used = [name for name in ("Tagged", "Transport", "place") if re.search(rf"\b{name}\b", bare)]
    if used:
        yield f"from trimtab.client._transport import {', '.join(used)}"
    for home, names in sorted(foreign.items()):
        yield f"from trimtab.client.{home} import {', '.join(sorted(names))}"


def _doc(text: str, indent: str) -> str:
    """A docstring, wrapped."""
    width = LINE_LENGTH - len(indent)
    parts = [textwrap.fill(part, width - 3) for part in text.split("\n\n")]
    is_long = len(parts) > 1 or "\n" in parts[0]
    whole = "\n\n".join(parts) + ("\n" if is_long else "")
    return textwrap.indent(f'"""{whole}"""', indent).replace(f"\n{indent}\n", "\n\n")


def _shape(name: str, schema: Json) -> str:
    """A shape as a dataclass, what may be left out last."""
    if "enum" in schema:
        return f"{name} = {_type(schema)}"
    needed = set(schema.get("required", ()))
    properties = schema.get("properties", {})
    lines = ["@dataclass(frozen=True, slots=True)", f"class {name}:"]
    lines.append(_doc(schema.get("description", name), "    ") + "\n")
    for key, one in sorted(properties.items(), key=lambda pair: pair[0] not in needed):
        known = f"{key}_" if keyword.iskeyword(key) else key
        default = "" if key in needed else f" = {_default(one)}"
        line = f"    {known}: {_type(one)}{default}"
        words = one.get("description", "")
        if words and len(line) + len(words) + 4 <= LINE_LENGTH:
            line += f"  # {words}"
        lines.append(line)
    return "\n".join(lines)


def _default(schema: Json) -> str:
    value = schema.get("default")
    if isinstance(value, list):
        value = tuple(value)  # as every array is here: nobody changes it for all
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _class_name(tag: str) -> str:
    return f"{tag.title().replace('_', '')}Resource"


def _resource(module: Module) -> str:
    lines = [
        "@dataclass(frozen=True, slots=True)",
        f"class {_class_name(module.tag)}:",
        _doc(TAGS[module.tag], "    ") + "\n",
        "    transport: Transport",
    ]
    for path, method, operation in module.operations:
        lines += ["", *_method(path, method, operation)]
    return "\n".join(lines)


def _method(path: str, method: str, operation: Json) -> Iterator[str]:
    """One operation: names in its path, its body, then what may be said beside."""
    parameters = operation.get("parameters", ())
    inside = [one for one in parameters if one["in"] == "path"]
    beside = [one for one in parameters if one["in"] != "path"]
    takes = ["self", *(f"{one['name']}: str" for one in inside)]
    body = operation.get("requestBody", {}).get("content", {}).get(JSON_MEDIA, {}).get("schema")
    takes += [f"body: {_type(body)}"] if body else []
    takes += ["*"] if beside else []
    for one in sorted(beside, key=lambda one: not _is_needed(one)):
        kind = _type(one["schema"])
        if _is_needed(one):
            takes.append(f"{_python(one)}: {kind}")
        elif one["name"] == "Idempotency-Key":
            takes.append(f"{_python(one)}: str | None = None")
        else:
            takes.append(f"{_python(one)}: {kind} = {_default(one['schema'])}")
    answer, is_tagged = _answer(operation)
    gives = f"Tagged[{answer}]" if is_tagged else answer
    yield f"    def {operation['operationId']}({', '.join(takes)}) -> {gives}:"
    yield _doc(operation["description"], "        ")
    names = ", ".join(one["name"] for one in inside)
    bare = json.dumps(re.sub(r"\{\w+\}", "{}", path))
    where = f"place({bare}, {names})" if inside else bare
    shape = "type(None)" if answer == "None" else answer
    said = [shape, json.dumps(method), where]
    for kind, key in (("query", "query"), ("header", "headers")):
        given = [one for one in beside if one["in"] == kind]
        if given:
            pairs = ", ".join(f"{json.dumps(one['name'])}: {_python(one)}" for one in given)
            said.append(f"{key}={{{pairs}}}")
    said += ["body=body"] if body else []
    call = f"self.transport.{'tagged' if is_tagged else 'ask'}({', '.join(said)})"
    yield f"        {call}" if answer == "None" and not is_tagged else f"        return {call}"


def _is_needed(parameter: Json) -> bool:
    return bool(parameter.get("required")) and parameter["name"] != "Idempotency-Key"


def _python(parameter: Json) -> str:
    return str(parameter["name"]).lower().replace("-", "_")


def _answer(operation: Json) -> tuple[str, bool]:
    """What an operation answers, and whether a version goes with it."""
    status, told = next(
        (status, one) for status, one in operation["responses"].items() if status.startswith("2")
    )
    is_tagged = "ETag" in told.get("headers", {})
    content = told.get("content", {})
    if status == "204" or not content:
        return "None", is_tagged
    return (_type(content[JSON_MEDIA]["schema"]) if JSON_MEDIA in content else "str"), is_tagged


def _front(modules: Sequence[Module]) -> str:
    classes = [(one.tag, _class_name(one.tag)) for one in modules]
    imports = [f"from trimtab.client.{tag} import {name}" for tag, name in classes]
    signed = ("Delivered", "SignatureError", "new_secret", "verified")
    asked = ("Mistake", "ProblemError", "Tagged", "Transport", "all_items")
    public = sorted(["Client", "connect", *signed, *asked[:3], "all_items"])
    fields = "\n".join(f"    {tag}: {name}" for tag, name in classes)
    made = ", ".join(f"{name}(transport)" for _, name in classes)
    return f'''"""A client of the API, typed: one attribute a resource, one method an operation.

    from trimtab.client import connect

    with connect("https://trimtab.example.org", token) as client:
        for one in client.households.list_households().items:
            print(client.households.get_household(one.id).sentence)

It imports nothing of the rest of Trimtab.

{GENERATED}

Errors: `ProblemError` for what is refused, `httpx.HTTPError` for a connection that fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from trimtab.client._transport import TIMEOUT_SECONDS, {", ".join(asked)}
{chr(10).join(imports)}
from trimtab.client.signatures import {", ".join(signed)}

__all__ = {json.dumps(public)}


@dataclass(frozen=True, slots=True)
class Client:
    """Every resource of one server, with one token."""

{fields}


@contextmanager
def connect(address: str, token: str, http: httpx.Client | None = None) -> Iterator[Client]:
    """A client of the server at an address, closed at the end; `http` in place of its own."""
    headers = {{"Authorization": f"Bearer {{token}}", "Accept": "application/json"}}
    own = http or httpx.Client(timeout=TIMEOUT_SECONDS)
    own.base_url = address
    own.headers.update(headers)
    transport = Transport(own)
    try:
        yield Client({made})
    finally:
        if http is None:
            own.close()
'''


def _formatted(text: str) -> str:
    """The text as the formatter and the linter's order of imports leave it."""
    place = ["--stdin-filename", str(FOLDER / "generated.py"), "-"]
    for command in (["check", "--select", "I,RUF022", "--fix", "-q"], ["format", "-q"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *place],
            input=text, capture_output=True, text=True, check=True, cwd=FOLDER.parents[2],
        )  # fmt: skip
        text = done.stdout
    return text


def _written(name: str) -> str | None:
    """What stands there now."""
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else None


def main(arguments: Sequence[str]) -> int:
    """Write the client, or only compare; 1 where it is not what is committed."""
    made = files()
    written = {
        name: (FOLDER / name).read_text("utf-8") for name in made if (FOLDER / name).exists()
    }
    odd = sorted(name for name, text in made.items() if written.get(name) != text)
    if "--check" in arguments:
        for name in odd:
            print(f"{name} is not what the API's description says: python -m tools.make_client")
        return 1 if odd else 0
    for name in odd:
        (FOLDER / name).write_text(made[name], encoding="utf-8")
    print(f"{len(odd)} of {len(made)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
