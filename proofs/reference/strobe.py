"""Merlin transcripts over STROBE-128 over Keccak-f[1600], by the paragraph *State* of §4."""

import struct

from . import ristretto

RATE = 166
_MASK = 2**64 - 1


def _round_constants():
    """The iota constants of Keccak, from its shift register."""
    constants = []
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        constants.append(constant)
    return constants


def _rotations_and_moves():
    """For each lane after rho and pi: the lane that it comes from, and by how much that is rotated."""
    rotation = {(0, 0): 0}
    x, y = 1, 0
    for t in range(24):
        rotation[x, y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    moves = [None] * 25
    for (x, y), amount in rotation.items():
        moves[y + 5 * ((2 * x + 3 * y) % 5)] = (x + 5 * y, x, amount, 64 - amount)
    return moves


CONSTANTS = _round_constants()
MOVES = _rotations_and_moves()
# for each lane of chi: itself and its two neighbours in its row
ROWS = [(i, i - i % 5 + (i + 1) % 5, i - i % 5 + (i + 2) % 5) for i in range(25)]


def keccak_f(state):
    """Keccak-f[1600] on 200 bytes, lanes little-endian."""
    a = struct.unpack("<25Q", state)
    for constant in CONSTANTS:
        c0, c1, c2, c3, c4 = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = (
            c4 ^ (c1 << 1 & _MASK | c1 >> 63),
            c0 ^ (c2 << 1 & _MASK | c2 >> 63),
            c1 ^ (c3 << 1 & _MASK | c3 >> 63),
            c2 ^ (c4 << 1 & _MASK | c4 >> 63),
            c3 ^ (c0 << 1 & _MASK | c0 >> 63),
        )
        b = [((lane := a[i] ^ d[x]) << left & _MASK) | lane >> right for i, x, left, right in MOVES]
        a = [b[i] ^ (~b[j] & b[k]) for i, j, k in ROWS]
        a[0] ^= constant
    return bytearray(struct.pack("<25Q", *a))


class Transcript:
    """§4, *Transcript*. Numbers are absorbed as the bytes that the caller makes of them."""

    def __init__(self, label=None):
        if label is not None:
            start = bytes([1, RATE + 2, 1, 0, 1, 96]) + b"STROBEv1.0.2"
            self.state = keccak_f(start + bytes(200 - len(start)))
            self.position = 0
            self.begin = 0
            self._meta(b"Merlin v1.0")
            self.absorb("dom-sep", label.encode())

    def copy(self):
        other = type(self)()
        other.state = bytearray(self.state)
        other.position = self.position
        other.begin = self.begin
        return other

    def fingerprint(self):
        """All of the state, as a key for what is remembered."""
        return bytes(self.state) + bytes([self.position, self.begin])

    def _run_f(self):
        self.state[self.position] ^= self.begin
        self.state[self.position + 1] ^= 0x04
        self.state[RATE + 1] ^= 0x80
        self.state = keccak_f(self.state)
        self.position = self.begin = 0

    def _absorb(self, data):
        at = 0
        while at < len(data):
            piece = data[at : at + RATE - self.position]
            end = self.position + len(piece)
            mixed = int.from_bytes(self.state[self.position : end], "big") ^ int.from_bytes(piece, "big")
            self.state[self.position : end] = mixed.to_bytes(len(piece), "big")
            self.position = end
            at += len(piece)
            if self.position == RATE:
                self._run_f()

    def _squeeze(self, count):
        out = bytearray()
        for _ in range(count):
            out.append(self.state[self.position])
            self.state[self.position] = 0
            self.position += 1
            if self.position == RATE:
                self._run_f()
        return bytes(out)

    def _begin(self, flags):
        old = self.begin
        self.begin = self.position + 1
        self._absorb(bytes([old, flags]))
        if flags & 0x04 and self.position != 0:
            self._run_f()

    def _meta(self, data, more=b""):
        self._begin(0x12)
        self._absorb(data + more)

    def absorb(self, label, value):
        """append_message; integers are passed as bytes, points as points."""
        value = bytes(value)
        self._meta(label.encode(), struct.pack("<I", len(value)))
        self._begin(0x02)
        self._absorb(value)

    def challenge_bytes(self, label, count):
        self._meta(label.encode(), struct.pack("<I", count))
        self._begin(0x07)
        return self._squeeze(count)

    def draw(self, label):
        """A challenge scalar."""
        return ristretto.wide_scalar(self.challenge_bytes(label, 64))

    def fork(self, name, count):
        """A copy that goes its own way (§4, *Fork*)."""
        other = self.copy()
        other.absorb("fork", name.encode())
        other.absorb("count", u32(count))
        return other


def u8(number):
    return number.to_bytes(1, "big")


def u16(number):
    return number.to_bytes(2, "big")


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def i64(number):
    return number.to_bytes(8, "big", signed=True)
