"""The layouts of entries (§19). `decode` accepts exactly what an encoder writes; all else is `entry-encoding`."""

from typing import NamedTuple

from . import credentials
from .errors import Refused, demand
from .texts import is_clean

CHUNK = 32_768
LONGEST = 65_535

KINDS = {
    0x01: "head",
    0x02: "chunk",
    0x10: "attempt-ended",
    0x11: "attempt-begins",
    0x20: "roll-commitment",
    0x21: "roll-attempt-ended",
    0x22: "roll-seal",
    0x30: "open",
    0x31: "ballot",
    0x32: "replacement",
    0x33: "extension",
    0x34: "scheduled-close",
    0x35: "official-close",
    0x36: "cancel",
    0x40: "seal",
    0x41: "seal-confirmation",
    0x42: "result",
    0x43: "certification",
    0x50: "successor",
    0x51: "official-statement",
}

# §19.4: the number of a chunked message
MANIFEST, R0, R4, LIST, PARTIAL = 1, 2, 6, 7, 8


class Slot(NamedTuple):
    message: int
    attempt: int
    signer: int


class Head(NamedTuple):
    kind: str
    election: bytes
    slot: Slot
    chunks: int
    length: int
    root: bytes
    seen_size: int
    seen_root: bytes
    signatures: list
    signed: bytes


class Chunk(NamedTuple):
    kind: str
    slot: Slot
    number: int
    path: list
    bytes: bytes


class Act(NamedTuple):
    """§19.3. `body` has the fields of its kind; `cosignatures` is None for kinds without cosigners."""

    kind: str
    election: bytes
    seen_size: int
    seen_root: bytes
    body: dict
    signatures: list
    cosignatures: list
    signed: bytes


class Plain(NamedTuple):
    """§19.5: an entry with one signature or none."""

    kind: str
    body: dict
    signature: bytes = None
    signed: bytes = None


class _Reader:
    def __init__(self, entry):
        self.entry = entry
        self.at = 1

    def bytes(self, count):
        piece = self.entry[self.at : self.at + count]
        demand(len(piece) == count, "entry-encoding", "the entry ends early")
        self.at += count
        return piece

    def number(self, count):
        return int.from_bytes(self.bytes(count), "big")

    def rest(self):
        return self.bytes(len(self.entry) - self.at)

    def so_far(self):
        return self.entry[: self.at]

    def end(self):
        demand(self.at == len(self.entry), "entry-encoding", "bytes are left over")

    def signatures(self):
        return [(self.number(2), self.bytes(64)) for _ in range(self.number(1))]

    def text(self, longest):
        length = self.number(2)
        demand(length <= longest, "entry-encoding", "a text is too long")
        try:
            text = self.bytes(length).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("entry-encoding", "a text is not UTF-8") from None
        demand(is_clean(text), "entry-encoding", "a text is not clean")
        return text

    def reason(self):
        return self.text(1_000)

    def slot(self):
        slot = Slot(self.number(1), self.number(4), self.number(2))
        demand(MANIFEST <= slot.message <= PARTIAL, "entry-encoding", "an unknown message")
        return slot

    def replacement(self):
        try:
            replacement, rest = credentials.decode_replacement(self.entry[self.at :])
        except Refused as refusal:
            raise Refused("entry-encoding", refusal.reason) from None
        self.at = len(self.entry) - len(rest)
        return replacement

    def one_of(self, *allowed):
        number = self.number(1)
        demand(number in allowed, "entry-encoding", "a number out of range")
        return number


# kind -> (reader of the body, whether it has cosigners)
ACTS = {
    "attempt-ended": (lambda r: {"number": r.number(4), "trustee": r.number(2), "round": r.number(1)}, False),
    "attempt-begins": (lambda r: {"number": r.number(4)}, False),
    "roll-attempt-ended": (lambda r: {"number": r.number(4)}, False),
    "roll-seal": (
        lambda r: {"attempt": r.number(4), "count": r.number(4), "root": r.bytes(32), "base": r.bytes(32)},
        True,
    ),
    "open": (
        lambda r: {
            "key_digest": r.bytes(32),
            "ceremony_digest": r.bytes(32),
            "roll_root": r.bytes(32),
            "reason": r.reason(),
        },
        False,
    ),
    "replacement": (lambda r: {"replacement": r.replacement()}, True),
    "extension": (lambda r: {"old": r.number(8), "new": r.number(8), "reason": r.reason()}, False),
    "official-close": (lambda r: {"time": r.number(8), "reason": r.reason()}, False),
    "cancel": (lambda r: {"reason": r.reason()}, False),
    "seal": (lambda r: {"close": r.number(8), "partition": r.bytes(32), "heads": r.bytes(32)}, False),
    "certification": (lambda r: {"result": r.bytes(32)}, False),
    "successor": (
        lambda r: {"number": r.number(4), "role": r.one_of(0, 1), "official": r.number(2), "key": r.bytes(32)},
        True,
    ),
    "official-statement": (lambda r: {"statement": r.one_of(1, 2), "text": r.text(32_768)}, False),
}


def decode(entry):
    demand(1 <= len(entry) <= LONGEST, "entry-encoding", "an entry is 1 to 65,535 bytes")
    kind = KINDS.get(entry[0])
    demand(kind, "entry-encoding", "an unknown kind")
    reader = _Reader(entry)
    if kind in ACTS:
        decoded = _act(kind, reader)
    else:
        decoded = PLAIN[kind](kind, reader)
    reader.end()
    return decoded


def _act(kind, reader):
    election, seen_size, seen_root = reader.bytes(32), reader.number(8), reader.bytes(32)
    read_body, has_cosigners = ACTS[kind]
    body = read_body(reader)
    if kind == "successor":
        demand(body["role"] == 1 or body["official"] == 0, "entry-encoding", "the board is no official")
    signed = reader.so_far()
    signatures = reader.signatures()
    cosignatures = reader.signatures() if has_cosigners else None
    return Act(kind, election, seen_size, seen_root, body, signatures, cosignatures, signed)


def _head(kind, reader):
    election, slot = reader.bytes(32), reader.slot()
    chunks, length, root = reader.number(4), reader.number(8), reader.bytes(32)
    demand(length >= 1 and chunks == (length + CHUNK - 1) // CHUNK, "entry-encoding", "another number of chunks")
    seen_size, seen_root = reader.number(8), reader.bytes(32)
    signed = reader.so_far()
    return Head(kind, election, slot, chunks, length, root, seen_size, seen_root, reader.signatures(), signed)


def _chunk(kind, reader):
    slot, number = reader.slot(), reader.number(4)
    hashes = reader.number(1)
    demand(hashes <= 32, "entry-encoding", "a path of more than 32 hashes")
    path = [reader.bytes(32) for _ in range(hashes)]
    data = reader.rest()
    demand(1 <= len(data) <= CHUNK, "entry-encoding", "a chunk is 1 to 32,768 bytes")
    return Chunk(kind, slot, number, path, data)


def _signed(**fields):
    """Fields of so many bytes each; lists are numbers. Then the one signature."""

    def read(kind, reader):
        body = {
            name: reader.number(size[0]) if isinstance(size, list) else reader.bytes(size)
            for name, size in fields.items()
        }
        signed = reader.so_far()
        return Plain(kind, body, reader.bytes(64), signed)

    return read


PLAIN = {
    "head": _head,
    "chunk": _chunk,
    "roll-commitment": _signed(election=32, attempt=[4], registrar=[2], commitment=32),
    "scheduled-close": _signed(election=32, time=[8]),
    "seal-confirmation": _signed(election=32, trustee=[2], seen_size=[8], seen_root=32, seal=32),
    "result": lambda kind, reader: Plain(kind, {"election": reader.bytes(32), "content": reader.rest()}),
    "ballot": lambda kind, reader: Plain(kind, {"ballot": reader.rest()}),
}
