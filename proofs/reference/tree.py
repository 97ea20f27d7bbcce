"""The Merkle tree of the log and its proofs (§11.1, RFC 6962)."""

import hashlib

from .errors import demand

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size):
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A tree that grows leaf by leaf and knows its root at every size that it had."""

    def __init__(self, leaves=()):
        self._edge = []  # (height, hash) of the full subtrees, largest first
        self.roots = [EMPTY_ROOT]
        for leaf_hash in leaves:
            self.append(leaf_hash)

    def append(self, leaf_hash):
        height = 0
        while self._edge and self._edge[-1][0] == height:
            leaf_hash = node(self._edge.pop()[1], leaf_hash)
            height += 1
        self._edge.append((height, leaf_hash))
        self.roots.append(fold([subtree for _, subtree in self._edge]))

    @property
    def size(self):
        return len(self.roots) - 1

    @property
    def root(self):
        return self.roots[-1]


def fold(subtrees):
    """The root over full subtrees that stand side by side, largest first."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for subtree in reversed(subtrees[:-1]):
        root = node(subtree, root)
    return root


def root_of(entries):
    return Tree(map(leaf, entries)).root


def inclusion_length(index, size):
    length = 0
    while size > 1:
        k = split(size)
        index, size = (index, k) if index < k else (index - k, size - k)
        length += 1
    return length


def inclusion_root(leaf_hash, index, size, path):
    """The root that the path leads to, from the leaf's sibling upwards; refused as `range` or `length`."""
    demand(index < size, "range", "no such leaf in a tree of this size")
    demand(len(path) == inclusion_length(index, size), "length", "another number of hashes")

    def climb(index, size, used):
        if size == 1:
            return leaf_hash
        k = split(size)
        sibling = path[used - 1]
        if index < k:
            return node(climb(index, k, used - 1), sibling)
        return node(sibling, climb(index - k, size - k, used - 1))

    return climb(index, size, len(path))


def verify_inclusion(leaf_hash, index, size, path, root):
    demand(inclusion_root(leaf_hash, index, size, path) == root, "root", "the path leads to another root")


def verify_consistency(old, new, path, old_root, new_root):
    """RFC 6962, §2.1.2; errors `range`, `length`, `root`."""
    demand(old <= new, "range", "the older tree is the larger one")
    left = list(path)

    def take():
        demand(left, "length", "too few hashes")
        return left.pop()

    def climb(m, n, is_old_root):
        """The roots of the first m leaves and of all n, in this part of the tree."""
        if m == n:
            subtree = old_root if is_old_root else take()
            return subtree, subtree
        k = split(n)
        sibling = take()
        if m <= k:
            older, newer = climb(m, k, is_old_root)
            return older, node(newer, sibling)
        older, newer = climb(m - k, n - k, False)
        return node(sibling, older), node(sibling, newer)

    if old == 0:
        roots = (EMPTY_ROOT, new_root)
    else:
        roots = climb(old, new, True)
    demand(not left, "length", "hashes are left over")
    demand(roots == (old_root, new_root), "root", "the path leads to other roots")
