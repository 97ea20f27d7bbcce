"""Linear bit forms: rules on bits, and tallied numbers (§6.1)."""

import hashlib
from typing import NamedTuple

from .errors import demand
from .ristretto import Q
from .strobe import i64, u32


class Row(NamedTuple):
    """A rule: the sum of coefficient * bit over its terms is `value`; `pivot` is one of its bits."""

    pivot: int
    value: int
    terms: list  # of (bit, coefficient), by bit


def _encode_terms(terms):
    return u32(len(terms)) + b"".join(u32(index) + i64(coefficient) for index, coefficient in terms)


class Form:
    """`bits` is N, `rows` the d rules in the order in which their pivots are solved, `tallied` the k lists of terms."""

    def __init__(self, bits, rows, tallied):
        self.bits = bits
        self.rows = rows
        self.tallied = tallied
        self._judge()
        encoded_rows = b"".join(u32(row.pivot) + i64(row.value) + _encode_terms(row.terms) for row in rows)
        self.encoding = (
            u32(bits) + u32(len(rows)) + encoded_rows + u32(len(tallied)) + b"".join(map(_encode_terms, tallied))
        )
        self.digest = hashlib.sha256(b"plebiscite/v1/linear-bit-form" + self.encoding).digest()
        pivots = {row.pivot for row in rows}
        self.free = [i for i in range(bits) if i not in pivots]
        self.points = len(tallied) + 7
        self.scalars = len(self.free) + 3
        self.length = 32 * (self.points + self.scalars)  # §6.5

    def _judge(self):
        """The numbered list of §6.1."""
        demand(1 <= self.bits <= 65_535 and 1 <= len(self.tallied) <= 65_535 and len(self.rows) <= 65_535, "form", "1")
        for terms in [*(row.terms for row in self.rows), *self.tallied]:
            indices = [index for index, _ in terms]
            demand(terms and indices == sorted(set(indices)), "form", "2")
            demand(0 <= indices[0] and indices[-1] < self.bits, "form", "2")
            demand(all(coefficient != 0 for _, coefficient in terms), "form", "2")
        for row in self.rows:
            demand(sum(abs(c) for _, c in row.terms) + abs(row.value) < 2**62, "form", "3")
            demand(abs(dict(row.terms).get(row.pivot, 0)) == 1, "form", "4")
        for terms in self.tallied:
            demand(sum(abs(c) for _, c in terms) < 2**62, "form", "3")
        for number, row in enumerate(self.rows):
            bits = {index for index, _ in row.terms}
            demand(all(later.pivot not in bits for later in self.rows[number + 1 :]), "form", "5")

    def solve(self, free_values, scale):
        """All N values, modulo q, from those at the free bits, so that M*w = scale*v."""
        values = [0] * self.bits
        for index, value in zip(self.free, free_values):
            values[index] = value
        for row in self.rows:
            sign = dict(row.terms)[row.pivot]
            rest = sum(c * values[index] for index, c in row.terms if index != row.pivot)
            values[row.pivot] = sign * (scale * row.value - rest) % Q
        return values

    def obeys(self, bits):
        """Whether these are N bits that every rule allows."""
        return (
            len(bits) == self.bits
            and all(bit in (0, 1) for bit in bits)
            and all(sum(c * bits[i] for i, c in row.terms) == row.value for row in self.rows)
        )


def apply(terms, values):
    """The sum of coefficient * value."""
    return sum(coefficient * values[index] for index, coefficient in terms)
