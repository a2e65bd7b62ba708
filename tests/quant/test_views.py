"""What the kernels take for granted about the arrays that they see."""

import ast
from collections.abc import Iterator
from pathlib import Path

import trimtab.quant
from tests.quant.households import make_household
from trimtab.quant.layout import COLUMNS, CUT, Household, Work
from trimtab.quant.packing import pack, sizes_of
from trimtab.quant.scratch import scratch_for

FIELDS = {*Household.__annotations__, *Work.__annotations__}
COMPILED = {"kernel", "hot", "inlined"}


def kernels() -> Iterator[ast.FunctionDef]:
    """Every function of the package that runs on lent structures."""
    for path in Path(trimtab.quant.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
                if marks & COMPILED:
                    yield node


def field_named(node: ast.expr) -> str:
    """The field that an expression takes, or a variable named like it; nothing for others."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in ("h", "w") else ""
    return node.id if isinstance(node, ast.Name) and node.id in FIELDS else ""


def has_slice(index: ast.expr) -> bool:
    """Whether an index cuts a range out of its array."""
    return any(isinstance(part, ast.Slice) for part in ast.walk(index))


def lengths_asked() -> set[str]:
    """Fields whose length some kernel asks for, or that it cuts."""
    asked = set()
    for kernel in kernels():
        for node in ast.walk(kernel):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "len":
                asked.add(field_named(node.args[0]))
            if isinstance(node, ast.For):
                asked.add(field_named(node.iter))
            if isinstance(node, ast.Attribute) and node.attr in ("shape", "size"):
                asked.add(field_named(node.value))
            if isinstance(node, ast.Subscript) and has_slice(node.slice):
                asked.add(field_named(node.value))
    return asked - {""}


def test_kernels_ask_the_length_only_of_arrays_whose_length_they_know():
    assert lengths_asked() == CUT


def test_no_kernel_counts_from_the_end_of_an_array():
    from_the_end = [
        ast.unparse(node)
        for kernel in kernels()
        for node in ast.walk(kernel)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.UnaryOp)
    ]

    assert from_the_end == []


def test_tables_have_the_columns_that_kernels_take_for_granted():
    packed = pack([make_household(1)])
    scratch = scratch_for(*sizes_of(packed))

    for name, columns in COLUMNS.items():
        tables = [getattr(part, name, None) for part in (packed, scratch)]
        widths = {table.shape[1] for table in tables if table is not None}
        assert widths == {columns}, name
