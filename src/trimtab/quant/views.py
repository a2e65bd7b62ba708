"""How kernels see memory that others own: plain pointers, blocks, and arrays of known width.

Numba counts references to arrays and structures, with a locked instruction each time that one is
passed or read.  The kernels see them without: their owners, which Python or an entry holds, live
longer than any kernel runs.
"""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    lower_setattr_generic,
    register_model,
)

from trimtab.quant.layout import COLUMNS, COUNTS, CUT

__all__ = ["bare", "copy_rows", "hold", "lent"]


class Lent(types.Type):  # type: ignore[misc]
    """A structure seen through a plain pointer; its owner lives elsewhere."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        super().__init__(name=f"Lent({owner.name})")


@register_model(Lent)
class LentModel(models.OpaqueModel):  # type: ignore[misc]
    """A pointer to the structure's fields."""


@infer_getattr
class LentFields(AttributeTemplate):  # type: ignore[misc]
    """The types of a lent structure's fields."""

    key = Lent

    def generic_resolve(self, lent_type: Any, name: str) -> Any:
        """The type of one field or count, or nothing."""
        if COUNTS.get(name) in lent_type.owner.field_dict:
            return types.intp
        return lent_type.owner.field_dict.get(name)


@lower_getattr_generic(Lent)
def _field(context: Any, builder: Any, lent_type: Any, pointer: Any, name: str) -> Any:
    """Load a field, without counting a reference to it, or what one counts."""
    payload = lent_type.owner.get_data_type()
    layout = context.data_model_manager[payload].get_value_type()
    fields = builder.bitcast(pointer, layout.as_pointer())
    field = COUNTS.get(name, name)
    loaded = getattr(cgutils.create_struct_proxy(payload)(context, builder, ref=fields), field)
    array_type = lent_type.owner.field_dict[field]
    array = context.make_array(array_type)(context, builder, loaded)
    shape = cgutils.unpack_tuple(builder, array.shape, array_type.ndim)
    if name in COUNTS:
        return shape[0]
    # A known width spares a multiplication wherever a row is found.  A length that nobody reads is
    # said to be none: what Python would add to a negative index is then nothing, and the compiler
    # leaves out the question whether it is negative.
    if name in COLUMNS:
        shape[1] = context.get_constant(types.intp, COLUMNS[name])
    if name not in CUT:
        shape[0] = context.get_constant(types.intp, 0)
    array.shape = cgutils.pack_array(builder, shape)
    return array._getvalue()


@lower_setattr_generic(Lent)
def _set_field(context: Any, builder: Any, signature: Any, arguments: Any, name: str) -> None:
    """Store a field, without counting a reference to it."""
    lent_type, value_type = signature.args
    payload = lent_type.owner.get_data_type()
    layout = context.data_model_manager[payload].get_value_type()
    fields = builder.bitcast(arguments[0], layout.as_pointer())
    value = context.cast(builder, arguments[1], value_type, lent_type.owner.field_dict[name])
    setattr(cgutils.create_struct_proxy(payload)(context, builder, ref=fields), name, value)


@intrinsic
def lent(_context: Any, owner: Any) -> Any:
    """A structure without its reference count; the caller keeps its owner until `hold`."""
    if not isinstance(owner, types.StructRef):
        return None

    def pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        proxy = cgutils.create_struct_proxy(signature.args[0])
        structure = proxy(context, builder, value=arguments[0])
        fields = context.nrt.meminfo_data(builder, structure.meminfo)
        return builder.bitcast(fields, context.get_value_type(signature.return_type))

    return Lent(owner)(owner), pointer


@intrinsic
def hold(_context: Any, owner: Any) -> Any:
    """Keep a structure that was lent alive up to here."""

    def nothing(context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return context.get_dummy_value()

    return types.none(owner), nothing


@intrinsic
def bare(_context: Any, array: Any) -> Any:
    """The same array without its reference count; the caller keeps its owner alive.

    Kernels take arrays out of structures in their innermost loops, and every such access would
    count references with a locked instruction.
    """
    if not isinstance(array, types.Array):
        return None

    def view(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = context.make_array(signature.args[0])(context, builder, arguments[0])
        plain = context.make_array(signature.return_type)(context, builder)
        for field in ("data", "shape", "strides", "itemsize", "nitems"):
            setattr(plain, field, getattr(whole, field))
        return plain._getvalue()

    return array(array), view


@intrinsic
def copy_rows(_context: Any, source: Any, target: Any, rows: Any) -> Any:
    """Copy the first rows of an array to another of the same kind, as one block of memory."""
    if source != target or source.layout != "C":
        return None

    def block(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])
        origin, goal = array(context, builder, arguments[0]), array(context, builder, arguments[1])
        stride = builder.extract_value(origin.strides, 0)
        cgutils.raw_memcpy(builder, goal.data, origin.data, arguments[2], stride)
        return context.get_dummy_value()

    return types.none(source, target, rows), block
