"""As much of JSON Schema as our schemas use: what in a value does not fit one."""

from collections.abc import Mapping
from typing import Any

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}
KNOWN = {
    *("$schema", "$defs", "$ref", "title", "description", "type", "const", "enum"),
    *("properties", "additionalProperties", "required", "items"),
}


def faults_of(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None,
              at: str = "$") -> list[str]:  # fmt: skip
    """Each place that does not fit, with the reason."""
    root = schema if root is None else root
    assert set(schema) <= KNOWN, f"{at}: the schema uses {set(schema) - KNOWN}"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return faults_of(value, root["$defs"][name], root, at)
    if "const" in schema and value != schema["const"]:
        return [f"{at} is {value!r}, not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at} is {value!r}, none of {schema['enum']}"]
    kinds = schema.get("type")
    if kinds is not None and not is_of(value, [kinds] if isinstance(kinds, str) else kinds):
        return [f"{at} is {type(value).__name__}, not {kinds}"]
    if isinstance(value, dict):
        return object_faults(value, schema, root, at)
    if isinstance(value, list) and "items" in schema:
        return [
            fault
            for place, one in enumerate(value)
            for fault in faults_of(one, schema["items"], root, f"{at}[{place}]")
        ]
    return []


def is_of(value: Any, kinds: list[str]) -> bool:
    """Whether a value is of one of the kinds; true and false are no numbers."""
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, KINDS[kind]) for kind in kinds)


def object_faults(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any],
                  at: str) -> list[str]:  # fmt: skip
    """What an object lacks, has too much, or holds that does not fit."""
    known = schema.get("properties", {})
    found = [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
    rest = schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in known:
            found += faults_of(one, known[name], root, f"{at}.{name}")
        elif rest is False:
            found.append(f"{at} has {name}, which the schema does not know")
        elif isinstance(rest, dict):
            found += faults_of(one, rest, root, f"{at}.{name}")
    return found
