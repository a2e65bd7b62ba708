"""A Merkle tree over the journal, in the manner of Certificate Transparency.

Whoever holds one hash of a journal, its root, can be shown that an entry is in it (inclusion), and
that a longer journal still begins with it (consistency), without being shown any other entry.  A
leaf is a record's line as `books.chain` writes it.

Pure.  Errors: `InvariantError` for a proof of what is not there; a proof that proves nothing is
false, never an error.

Source: RFC 6962, section 2.1; the checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from trimtab.model.errors import must

__all__ = [
    "EMPTY_ROOT",
    "Peaks",
    "consistency_proof",
    "inclusion_proof",
    "is_consistent",
    "is_included",
    "leaf_hash",
    "root_of",
]

EMPTY_ROOT = sha256(b"").digest()
"""The root of no leaves."""


def leaf_hash(line: str) -> bytes:
    """The hash of a leaf; its first byte keeps a leaf from passing for a node."""
    return sha256(b"\x00" + line.encode("utf-8", "surrogatepass")).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Peaks:
    """A tree that grows leaf by leaf and keeps only the roots of its whole subtrees.

    A million leaves take twenty hashes to remember, so that a root is ready at any time.
    """

    def __init__(self) -> None:
        self.count = 0
        self.peaks: list[bytes] = []  # the largest subtree first

    def add(self, leaf: bytes) -> None:
        """Add a leaf's hash at the right."""
        self.count += 1
        node, size = leaf, self.count
        while size % 2 == 0:  # as many pairs as the count ends in zeros
            node = _node(self.peaks.pop(), node)
            size //= 2
        self.peaks.append(node)

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *larger, node = self.peaks
        for peak in reversed(larger):
            node = _node(peak, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree of leaf hashes.

    Source: RFC 6962, section 2.1 (MTH).
    """
    tree = Peaks()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def _left_of(count: int) -> int:
    """The leaves of the left subtree: the largest power of two below `count`."""
    half: int = 1 << (count - 1).bit_length() - 1
    return half


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes that lead from a leaf to the root of all leaves, from the bottom up.

    Unit: `index` counts from 0.
    Source: RFC 6962, section 2.1.1 (PATH).
    """
    must(0 <= index < len(leaves), f"leaf {index} is one of {len(leaves)}")
    start, end = 0, len(leaves)
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _left_of(end - start)
        if index < middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            start = middle
    return tuple(reversed(path))


def is_included(leaf: bytes, index: int, count: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` is number `index` of the tree with this root.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < count:
        return False
    place, last, node = index, count - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            node = _node(sibling, node)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """The hashes that show that the first `earlier` leaves are a tree that all leaves extend.

    Source: RFC 6962, section 2.1.2 (PROOF).
    """
    must(0 < earlier <= len(leaves), f"{earlier} leaves are some of {len(leaves)}")
    start, end = 0, len(leaves)
    path: list[bytes] = []
    is_whole = True  # the earlier tree is the subtree in hand: its root is known to the verifier
    while earlier != end:
        middle = start + _left_of(end - start)
        if earlier <= middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[start:middle]))
            start, is_whole = middle, False
    if not is_whole:
        path.append(root_of(leaves[start:end]))
    return tuple(reversed(path))


def is_consistent(
    earlier: int, earlier_root: bytes, count: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the tree of `count` leaves begins with the earlier one.

    Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 < earlier <= count:
        return False
    if earlier == count:
        return not proof and earlier_root == root
    path = list(proof)
    if earlier & (earlier - 1) == 0:  # a whole subtree: its root is not told again
        path.insert(0, earlier_root)
    if not path:
        return False
    place, last = earlier - 1, count - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root
