"""Tiles and bundles of entries, and reading a log of which no file is believed (§11.2, §11.3, §11.8)."""

import re

from .errors import Refused, demand
from .tree import fold, leaf, node

WIDTH = 256


def spell(level, number, width=WIDTH):
    """The one path of a tile; `level` is "entries" for a bundle."""
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03}")
    path = f"tile/{level}/" + "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def parse_path(path):
    """(level, number, width) of a tile's path; refused as `path` unless it is spelled as `spell` does."""
    match = re.fullmatch(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", path, re.ASCII)
    demand(match, "path", "no path of a tile")
    level = int(match[1])
    number = int(re.sub("[x/]", "", match[2]))
    width = int(match[3]) if match[3] else WIDTH
    demand((width < WIDTH) == bool(match[3]) and spell(level, number, width) == path, "path", "another spelling")
    return level, number, width


def full_hash(hashes):
    """The root over 2^n hashes."""
    while len(hashes) > 1:
        hashes = [node(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def decode_tile(data, width):
    demand(len(data) == 32 * width, "tile", "another number of hashes than its path says")
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def decode_bundle(data, width):
    """§11.3: exactly as many entries as the path says, and nothing after them."""
    entries = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        demand(at + 2 <= len(data) and end <= len(data), "bundle", "the bundle ends early")
        entries.append(data[at + 2 : end])
        at = end
    demand(len(entries) == width, "bundle", "another number of entries than its path says")
    return entries


class Log:
    """The entries under one checkpoint. `read(path)` gives a file's bytes; what it raises goes through.

    Files that contradict the checkpoint are refused as `log-tree` or `log-entries` (§23.1).
    """

    def __init__(self, read, size, root):
        self._read = read
        self._size = size
        self._tiles = {}  # (level, number) -> hashes, authenticated
        self._authenticate_edge(root)

    def _count(self, level):
        """How many hashes the level has."""
        return self._size // WIDTH**level

    def _tile(self, level, number, width):
        try:
            return decode_tile(self._read(spell(level, number, width)), width)
        except Refused as refusal:
            raise Refused("log-tree", refusal.reason) from None

    def _authenticate_edge(self, root):
        """§11.8 (1): the partial tiles together give the root."""
        subtrees = []
        level = 0
        while self._count(level) > 0:
            number, width = divmod(self._count(level), WIDTH)
            if width:
                hashes = self._tiles[level, number] = self._tile(level, number, width)
                at = width
                for bit in range(8):  # smallest subtrees stand last
                    if width >> bit & 1:
                        subtrees.append(full_hash(hashes[at - (1 << bit) : at]))
                        at -= 1 << bit
            level += 1
        demand(fold(subtrees[::-1]) == root, "log-tree", "the right edge does not give the checkpoint's root")

    def hashes(self, level, number):
        """§11.8 (2): a tile of the right edge, or a full one that its parent commits to."""
        hashes = self._tiles.get((level, number))
        if hashes is None:
            parent = self.hashes(level + 1, number // WIDTH)[number % WIDTH]
            hashes = self._tile(level, number, WIDTH)
            demand(full_hash(hashes) == parent, "log-tree", "a tile is not the one that its parent commits to")
            self._tiles[level, number] = hashes
        return hashes

    def bundles(self):
        """All entries, bundle by bundle; each bundle is compared with its tile as a whole (§11.8 (3))."""
        for number in range((self._size + WIDTH - 1) // WIDTH):
            width = min(WIDTH, self._size - number * WIDTH)
            hashes = self.hashes(0, number)
            try:
                entries = decode_bundle(self._read(spell("entries", number, width)), width)
            except Refused as refusal:
                raise Refused("log-entries", refusal.reason) from None
            demand([leaf(entry) for entry in entries] == hashes, "log-entries", "an entry is not the one of its leaf")
            yield entries
