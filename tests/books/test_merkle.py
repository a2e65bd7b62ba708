"""Proofs of a Merkle tree: the published vectors, every tree of up to 40 leaves, and forgeries."""

from dataclasses import dataclass
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.books.merkle import (
    EMPTY_ROOT,
    Peaks,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)
from trimtab.model.errors import InvariantError

# The leaves and roots of the tests of Google's Certificate Transparency (trees of 1 to 8 leaves).
VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
VECTORS += ["606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def vector_leaves() -> list[bytes]:
    return [sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in VECTORS]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(f"entry {number}") for number in range(count)]


@dataclass
class Definition:
    """The recursive definitions of RFC 6962, word for word, to hold the loops against."""

    leaves: list[bytes]

    def root(self, start: int, end: int) -> bytes:
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return self.leaves[start]
        middle = start + self.split(end - start)
        parts = b"\x01" + self.root(start, middle) + self.root(middle, end)
        return sha256(parts).digest()

    @staticmethod
    def split(count: int) -> int:
        size = 1
        while size * 2 < count:
            size *= 2
        return size

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        size = self.split(end - start)
        if index < size:
            below = self.path(index, start, start + size)
            return [*below, self.root(start + size, end)]
        below = self.path(index - size, start + size, end)
        return [*below, self.root(start, start + size)]

    def proof(self, earlier: int, start: int, end: int, is_whole: bool) -> list[bytes]:
        if earlier == end - start:
            return [] if is_whole else [self.root(start, end)]
        size = self.split(end - start)
        if earlier <= size:
            below = self.proof(earlier, start, start + size, is_whole)
            return [*below, self.root(start + size, end)]
        below = self.proof(earlier - size, start + size, end, False)
        return [*below, self.root(start, start + size)]


@pytest.mark.parametrize("count", range(1, 9))
def test_the_published_roots_come_out(count):
    assert root_of(vector_leaves()[:count]).hex() == ROOTS[count - 1]


def test_a_published_inclusion_proof_holds():
    """The path of leaf 0 in the tree of 8 (Certificate Transparency's test data)."""
    proof = inclusion_proof(vector_leaves(), 0)
    assert [step.hex() for step in proof] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_tree_of_nothing_has_the_hash_of_nothing():
    assert root_of([]) == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize("count", range(1, 41))
def test_every_proof_of_every_small_tree_is_the_defined_one_and_holds(count):
    tree = leaves(count)
    told, root = Definition(tree), root_of(tree)
    assert root == told.root(0, count)
    for index in range(count):
        proof = inclusion_proof(tree, index)
        assert list(proof) == told.path(index, 0, count)
        assert is_included(tree[index], index, count, proof, root)
    for earlier in range(1, count + 1):
        proof = consistency_proof(tree, earlier)
        assert list(proof) == told.proof(earlier, 0, count, True)
        assert is_consistent(earlier, root_of(tree[:earlier]), count, root, proof)


def test_a_growing_tree_has_the_root_of_each_moment():
    tree, grown = leaves(70), Peaks()
    for count, leaf in enumerate(tree, start=1):
        grown.add(leaf)
        assert (grown.count, grown.root) == (count, root_of(tree[:count]))


counts = st.integers(1, 200)


@given(count=counts, data=st.data())
def test_no_other_leaf_place_size_or_path_passes(count, data):
    tree = leaves(count)
    index = data.draw(st.integers(0, count - 1))
    proof, root = inclusion_proof(tree, index), root_of(tree)
    assert not is_included(leaf_hash("forged"), index, count, proof, root)
    other = data.draw(st.integers(-1, count + 1).filter(lambda place: place != index))
    assert not is_included(tree[index], other, count, proof, root)
    assert not is_included(tree[index], index, count, (*proof, tree[0]), root)
    assert not is_included(tree[index], index, count, proof, leaf_hash("root"))
    if proof:
        assert not is_included(tree[index], index, count, proof[:-1], root)
        broken = list(proof)
        broken[data.draw(st.integers(0, len(proof) - 1))] = leaf_hash("forged")
        assert not is_included(tree[index], index, count, broken, root)


@given(count=counts, data=st.data())
def test_a_journal_that_was_rewritten_is_consistent_with_no_earlier_one(count, data):
    tree = leaves(count)
    earlier = data.draw(st.integers(1, count))
    rewritten = list(tree)
    rewritten[data.draw(st.integers(0, earlier - 1))] = leaf_hash("forged")
    old, new = root_of(tree[:earlier]), root_of(rewritten)
    assert not is_consistent(earlier, old, count, new, consistency_proof(rewritten, earlier))
    assert not is_consistent(earlier, old, count, new, consistency_proof(tree, earlier))
    good, root = consistency_proof(tree, earlier), root_of(tree)
    assert not is_consistent(earlier, old, count, root, (*good, tree[0]))
    if good:
        assert not is_consistent(earlier, old, count, root, good[:-1])


@pytest.mark.parametrize(("index", "count"), [(0, 0), (-1, 3), (3, 3)])
def test_what_is_not_there_has_no_proof(index, count):
    with pytest.raises(InvariantError, match="is one of"):
        inclusion_proof(leaves(count), index)
    assert not is_included(leaf_hash("x"), index, count, (), leaf_hash("x"))


@pytest.mark.parametrize("earlier", [0, -1, 4])
def test_nothing_is_consistent_with_no_journal_or_a_longer_one(earlier):
    with pytest.raises(InvariantError, match="are some of"):
        consistency_proof(leaves(3), earlier)
    assert not is_consistent(earlier, EMPTY_ROOT, 3, root_of(leaves(3)), ())
