"""A record in one file: a tar of the log's files, with one form of header and nothing else in it (§11.17).

Nothing in it is believed, the list of its members no more than their bytes: it says where bytes lie.
"""

import pathlib

from .errors import NoVerdict, Refused
from .tiles import parse_path

BLOCK = 512
NAMES = ("checkpoint", "cosigned/open", "cosigned/close", "cosigned/latest")  # beside the tiles (§11.9)
NOTE, TILE, BUNDLE = 65_536, 8_192, 256 * (65_535 + 2)  # the longest of each kind
FILES = 1 << 22


def header(name, length):
    """The one header of a file of this name and length."""
    block = bytearray(BLOCK)
    for at, field in (
        (0, name.encode()), (100, b"0000644\0"), (108, b"0000000\0"), (116, b"0000000\0"),
        (124, b"%011o\0" % length), (136, b"00000000000\0"), (148, b" " * 8), (156, b"0"), (257, b"ustar\x0000"),
    ):  # fmt: skip
        block[at : at + len(field)] = field
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _longest(name):
    """The most bytes that a file of a log may have; none where a log has no such file."""
    if name in NAMES:
        return NOTE
    entries = name.startswith("tile/entries/")
    try:
        level, number, _ = parse_path(name.replace("tile/entries/", "tile/0/", 1) if entries else name)
    except Refused:
        return None
    if level >= 64 or number >= 1 << 64:
        return None
    return BUNDLE if entries else TILE


def members(data):
    """Name -> bytes of every file; `NoVerdict` for whatever is not of the form."""
    found = {}
    at = 0

    def demand(holds, what):
        if not holds:
            raise NoVerdict(f"no record in one file: at byte {at}: {what}")

    while True:
        block = data[at : at + BLOCK]
        demand(len(block) == BLOCK, "it is cut off")
        if block == bytes(BLOCK):
            demand(data[at:] == bytes(2 * BLOCK), "it does not end as it must")
            return found
        name, _, _ = block[:100].partition(b"\0")
        digits = block[124:135]
        plain = name.isascii() and len(digits) == 11 and all(digit in b"01234567" for digit in digits)
        demand(plain and block == header(name.decode(), int(digits, 8)), "not a header of this form")
        name, length = name.decode(), int(digits, 8)
        longest = _longest(name)
        demand(longest is not None, "no file of a log")
        demand(length <= longest, "a file longer than any of its kind")
        demand(name not in found and len(found) < FILES, "a file that stands there already, or one too many")
        begin, end = at + BLOCK, at + BLOCK + (length + BLOCK - 1) // BLOCK * BLOCK
        demand(end <= len(data), "it is cut off")
        demand(not any(data[begin + length : end]), "a block that is not filled with zeros")
        found[name] = data[begin : begin + length]
        at = end


def file_reader(path):
    found = members(pathlib.Path(path).read_bytes())

    def read(name):
        if name not in found:
            raise NoVerdict(f"{name}: not in the file")
        return found[name]

    return read
