"""The log's tree, tiles and notes (§11)."""

import unittest

from reference import notes, tiles, tree
from reference.errors import Refused
from reference.tests.made import files_of, inclusion_path


def refused(test, name, function, *arguments):
    with test.assertRaises(Refused) as refusal:
        function(*arguments)
    test.assertEqual(refusal.exception.name, name)


def example_entry(i):
    """The known answers of §11.1."""
    out = b'{"kind":"ballot","n":%d,"pad":"' % i
    while len(out) < 100 + i * 7919 % 500:
        out += bytes([ord("a") + (i + len(out)) % 26])
    return out + b'"}'


class Tree(unittest.TestCase):
    def test_known_answers(self):
        grown = tree.Tree(tree.leaf(example_entry(i)) for i in range(10_000))
        roots = {2_991: "NNUfQs3AsdtvLIMJajlSRJ64cqVxHrX+AmcU1UwY6JA=", 10_000: "II4tV7fMhcsXqXs0JeNsYD0KWp7BN1lzgCZgZpHZcaI="}
        for size, root in roots.items():
            self.assertEqual(grown.roots[size], notes.base64_bytes(root, "root"))

    def test_proofs(self):
        """Every inclusion and consistency up to 9 entries, from RFC 6962's definition of the paths."""
        leaves = [tree.leaf(bytes([i])) for i in range(9)]
        roots = tree.Tree(leaves).roots
        for size in range(1, 10):
            for index in range(size):
                path = inclusion_path(leaves[:size], index)
                tree.verify_inclusion(leaves[index], index, size, path, roots[size])
                refused(self, "root", tree.verify_inclusion, leaves[index], index, size, path, roots[size - 1])
                refused(self, "length", tree.verify_inclusion, leaves[index], index, size, [*path, roots[0]], roots[size])
            for old in range(size + 1):
                path = consistency_path(leaves[:size], old) if old else []
                tree.verify_consistency(old, size, path, roots[old], roots[size])
                if old:  # every tree extends the empty one
                    refused(self, "root", tree.verify_consistency, old, size, path, roots[old], roots[size - 1])
                refused(self, "length", tree.verify_consistency, old, size, [*path, roots[0]], roots[old], roots[size])
        refused(self, "range", tree.verify_inclusion, leaves[0], 3, 3, [], roots[3])
        refused(self, "range", tree.verify_consistency, 4, 3, [], roots[4], roots[3])


def consistency_path(leaves, old, known=True):
    if old == len(leaves):
        return [] if known else [tree.Tree(leaves).root]
    k = tree.split(len(leaves))
    if old <= k:
        return [*consistency_path(leaves[:k], old, known), tree.Tree(leaves[k:]).root]
    return [*consistency_path(leaves[k:], old - k, False), tree.Tree(leaves[:k]).root]


class Tiles(unittest.TestCase):
    def setUp(self):
        self.entries = [b"entry %d" % i for i in range(600)]
        self.files = files_of(self.entries)
        self.root = tree.root_of(self.entries)

    def read(self):
        return sum(tiles.Log(self.files.__getitem__, 600, self.root).bundles(), [])

    def test_every_file_is_compared(self):
        self.assertEqual(self.read(), self.entries)
        for path, data in self.files.items():
            for changed in (data[:-1], data + b"\0", bytes([data[0] ^ 1]) + data[1:]):
                self.files[path] = changed
                refused(self, "log-entries" if "entries" in path else "log-tree", self.read)
            self.files[path] = data
        self.assertEqual(self.read(), self.entries)

    def test_sizes(self):
        for size in (0, 1, 255, 256, 257, 512):
            files = files_of(self.entries[:size])
            log = tiles.Log(files.__getitem__, size, tree.root_of(self.entries[:size]))
            self.assertEqual(sum(log.bundles(), []), self.entries[:size])
        refused(self, "log-tree", tiles.Log, {}.__getitem__, 0, bytes(32))


class Notes(unittest.TestCase):
    ROOT = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
    TEXT = f"plebiscite/v1/00\n8\n{ROOT}\n"
    LINE = "\u2014 name AAAAAAA=\n"

    def test_checkpoints(self):
        checkpoint = notes.parse_checkpoint((self.TEXT + "\n" + self.LINE).encode())
        self.assertEqual((checkpoint.origin, checkpoint.size), ("plebiscite/v1/00", 8))
        for size in ("08", "+8", "-1", "8 ", "", "18446744073709551616", "\u0668"):
            text = self.TEXT.replace("\n8\n", f"\n{size}\n")
            refused(self, "text", notes.parse_checkpoint, (text + "\n" + self.LINE).encode())
        for root in ("AAAA", self.ROOT[:-1], self.ROOT.replace("g=", "h="), self.ROOT + "="):
            text = self.TEXT.replace(self.ROOT, root)
            refused(self, "text", notes.parse_checkpoint, (text + "\n" + self.LINE).encode())

    def test_notes(self):
        bad = [
            self.TEXT,
            self.TEXT + "\n",
            self.TEXT + "\n" + self.LINE[:-1],
            self.TEXT + "\n" + self.LINE + "\n",
            self.TEXT + "\n" + self.LINE.replace("\u2014", "-"),
            self.TEXT + "\n" + self.LINE.replace("name", "na+me"),
            self.TEXT + "\n" + self.LINE.replace("AAAAAAA=", "AAAAAAB="),  # another spelling of the same bytes
            self.TEXT + "\n" + self.LINE.replace("AAAAAAA=", "AAAA"),  # no signature behind the key's id
            self.TEXT + "\r\n" + self.LINE,
        ]
        for note in bad:
            refused(self, "malformed", notes.parse_checkpoint, note.encode())
        refused(self, "malformed", notes.parse_checkpoint, b"\xff" + (self.TEXT + "\n" + self.LINE).encode())


if __name__ == "__main__":
    unittest.main()
