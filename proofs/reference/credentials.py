"""Codes, credentials, registrars' lists, the roll, replacements (§14)."""

import hashlib
from typing import NamedTuple

from . import sigma
from .errors import Refused, demand
from .ristretto import IDENTITY_BYTES, G, Point, decode, decode_or_none, scalar, total, wide_scalar
from .strobe import u8, u16, u32
from .texts import WHITE_SPACE
from .tree import root_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DROPPED = set(WHITE_SPACE) | set("-\u2212") | set(map(chr, range(0x2010, 0x2016)))


def symbols(data, count):
    """The first `count` symbols of bytes, five bits each, most significant bit first (§14.1)."""
    bits = "".join(f"{byte:08b}" for byte in data)
    return "".join(ALPHABET[int(bits[5 * i : 5 * i + 5], 2)] for i in range(count))


def grouped(text, size):
    return "-".join(text[i : i + size] for i in range(0, len(text), size))


def normalise(text):
    """§14.1; refused as `symbol`."""
    out = []
    for c in text:
        if c in _DROPPED:
            continue
        if c.isascii():
            c = c.upper()
        c = {"O": "0", "I": "1", "L": "1"}.get(c, c)
        demand(c in ALPHABET, "symbol", "a character that is no symbol")
        out.append(c)
    return "".join(out)


def fingerprint(election):
    """§14.2."""
    return grouped(symbols(election, 28), 7)


def tracker_shown(tracker):
    """§15.2."""
    return grouped(symbols(tracker, 25), 5)


def _check_symbols(registrar, code):
    return symbols(hashlib.sha256(b"plebiscite/v1/code-check" + u8(registrar) + code.encode()).digest(), 2)


def read_code(text):
    """(registrar, the 26 symbols); refused as `symbol`, `fingerprint`, `length`, `check`, `ambiguous`."""
    code = normalise(text)
    groups = text.strip(WHITE_SPACE).split("-")
    demand([len(group) for group in groups] != [7] * 4, "fingerprint", "the election's fingerprint, not a code")
    demand(len(code) == 28, "length", "a code has 28 symbols")
    fitting = [registrar for registrar in (0, 1) if _check_symbols(registrar, code[:26]) == code[26:]]
    demand(fitting, "check", "mistyped")
    demand(len(fitting) == 1, "ambiguous", "the check symbols fit both registrars")
    return fitting[0], code[:26]


def code_secret(election, registrar, code):
    """x_j of §14.3."""
    data = b"plebiscite/v1/code-secret" + election + u8(registrar) + code.encode()
    return wide_scalar(hashlib.sha512(data).digest())


def credential_of_codes(election, texts, registrars):
    """K; refused as `missing`, `surplus`, `credential`."""
    secrets = {}
    for text in texts:
        registrar, code = read_code(text)
        demand(registrar < registrars and registrar not in secrets, "surplus")
        secrets[registrar] = code_secret(election, registrar, code)
    demand(len(secrets) == registrars, "missing")
    credential = sum(secrets.values()) * G
    demand(not credential.is_identity(), "credential", "the credential is the identity")
    return credential


class Part(NamedTuple):
    """A row of a registrar's list."""

    encoding: bytes
    point: Point
    region: int


class List:
    """A registrar's list as its bytes come (§14.4): `feed` judges what is complete, `end` the rest.

    Refused as `toolong`, `malformedproof`, `region`, `part`, `trailing` by `feed`, and as `short`,
    `keysdigest`, `duplicate`, `proof` by `end`.
    """

    HEADER, ROW = 132, 34

    def __init__(self, setup, roll_attempt, registrar, regions, maximum):
        self._transcript = setup.fork("registrar-list", 2)
        self._transcript.absorb("attempt", u32(roll_attempt))
        self._transcript.absorb("registrar", u8(registrar))
        self._regions = regions
        self._maximum = maximum
        self._content = bytearray()
        self._at = 0  # what lies before it has been read
        self.count = None
        self.persons = None
        self.rows = []

    def feed(self, data):
        self._content += data
        if self.count is None and len(self._content) >= self.HEADER:
            self._read_header(bytes(self._content[: self.HEADER]))
            self._at = self.HEADER
        if self.count is None:
            return
        while len(self._content) - self._at >= self.ROW and len(self.rows) < self.count:
            self._read_row(bytes(self._content[self._at : self._at + self.ROW]))
            self._at += self.ROW
        complete = len(self.rows) == self.count
        demand(not complete or self._at == len(self._content), "trailing", "bytes after the last row")

    def _read_header(self, header):
        self.count = int.from_bytes(header[:4], "big")
        demand(self.count <= self._maximum, "toolong", "more rows than the manifest allows")
        self.persons = header[4:36]
        self._keys_digest = header[36:68]
        self._proof = header[68:132]
        commitment = self._proof[:32]
        demand(commitment != IDENTITY_BYTES and decode_or_none(commitment) is not None, "malformedproof", "A")
        scalar(self._proof[32:], "malformedproof")

    def _read_row(self, row):
        region = int.from_bytes(row[32:], "big")
        demand(region < self._regions, "region", "a region that is not in the manifest")
        self.rows.append(Part(row[:32], decode(row[:32], "part"), region))

    def end(self):
        demand(self.count is not None and len(self.rows) == self.count, "short", "fewer bytes than count says")
        encodings = [row.encoding for row in self.rows]
        demand(hashlib.sha256(b"".join(encodings)).digest() == self._keys_digest, "keysdigest")
        demand(len(set(encodings)) == len(encodings), "duplicate", "a part stands twice")
        try:
            sigma.list_knowledge(self._transcript, G, [row.point for row in self.rows], self._proof)
        except Refused as refusal:
            raise Refused("proof", refusal.reason) from None

    def commitment(self, election, roll_attempt, registrar):
        head = b"plebiscite/v1/list-commitment" + election + u32(roll_attempt) + u8(registrar)
        return hashlib.sha256(head + hashlib.sha256(self._content).digest()).digest()


class Row(NamedTuple):
    """A row of the roll."""

    credential: Point
    region: int


def combine_lists(lists):
    """The rows of the roll (§14.5); refused as `count`, `persons`, `region`, `credential`, `duplicate`."""
    first = lists[0]
    demand(all(one.count == first.count for one in lists), "count")
    demand(all(one.persons == first.persons for one in lists), "persons")
    rows = []
    for parts in zip(*(one.rows for one in lists)):
        demand(len({part.region for part in parts}) == 1, "region")
        credential = total([part.point for part in parts])
        demand(not credential.is_identity(), "credential", "a sum is the identity")
        rows.append(Row(credential, parts[0].region))
    demand(len({bytes(row.credential) for row in rows}) == len(rows), "duplicate", "a credential stands twice")
    return rows


def roll_leaf(index, row):
    return u32(index) + bytes(row.credential) + u16(row.region)


def roll_root(rows):
    return root_of(roll_leaf(index, row) for index, row in enumerate(rows))


class Replacement(NamedTuple):
    """§14.6; parts are (point, proof)."""

    roll_index: int
    number: int
    old: bytes
    reason: int
    parts: list


def decode_replacement(data):
    """(replacement, what follows it); refused as `malformed`."""

    def take(count):
        nonlocal data
        demand(len(data) >= count, "malformed", "the replacement ends early")
        piece, data = data[:count], data[count:]
        return piece

    roll_index = int.from_bytes(take(4), "big")
    number = int.from_bytes(take(4), "big")
    old = take(32)
    decode(old, "malformed")
    reason = take(1)[0]
    demand(1 <= reason <= 5, "malformed", "an unknown reason")
    count = take(1)[0]
    demand(count <= 2, "malformed", "more parts than there can be registrars")
    parts = []
    for _ in range(count):
        point = decode(take(32), "malformed")
        proof = take(64)
        demand(proof[:32] != IDENTITY_BYTES, "malformed", "the proof's A is the identity")
        scalar(proof[32:], "malformed")
        parts.append((point, proof))
    return Replacement(roll_index, number, old, reason, parts), data


def judge_replacement(setup, replacement, registrars):
    """The new credential; refused as `parts`, `proof`, `credential`."""
    demand(len(replacement.parts) == registrars, "parts", "another number of parts than of registrars")
    for registrar, (point, proof) in enumerate(replacement.parts):
        transcript = replacement_context(setup, replacement, registrar)
        try:
            sigma.knowledge(transcript, G, point, proof)
        except Refused as refusal:
            raise Refused("proof", refusal.reason) from None
    credential = total([point for point, _ in replacement.parts])
    demand(not credential.is_identity(), "credential", "the new credential is the identity")
    demand(bytes(credential) != replacement.old, "credential", "the new credential is the old one")
    return credential


def replacement_context(setup, replacement, registrar):
    transcript = setup.fork("replacement", 5)
    transcript.absorb("registrar", u8(registrar))
    transcript.absorb("roll-index", u32(replacement.roll_index))
    transcript.absorb("number", u32(replacement.number))
    transcript.absorb("K", replacement.old)
    transcript.absorb("reason", u8(replacement.reason))
    return transcript

