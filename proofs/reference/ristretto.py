"""The group ristretto255 (RFC 9496), its points and scalars as bytes (§2), and the generators (§3)."""

import hashlib

from . import speed
from .curve import D, IDENTITY, P, Q, SQRT_M1, absolute, add, is_negative, negate, sqrt_ratio
from .errors import demand

# RFC 9496, §4.1
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578
ONE_MINUS_D_SQUARED = (1 - D * D) % P
D_MINUS_ONE_SQUARED = (D - 1) * (D - 1) % P

IDENTITY_BYTES = bytes(32)


class Point:
    """An element of the group. Additive; `number * point` is the multiple."""

    __slots__ = ("_bytes", "coordinates")

    def __init__(self, coordinates, encoding=None):
        self.coordinates = coordinates
        self._bytes = encoding

    def __bytes__(self):
        if self._bytes is None:
            self._bytes = encode(self.coordinates)
        return self._bytes

    def __eq__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        x1, y1, _, _ = self.coordinates
        x2, y2, _, _ = other.coordinates
        return (x1 * y2 - y1 * x2) % P == 0 or (y1 * y2 - x1 * x2) % P == 0

    def __hash__(self):
        return hash(bytes(self))

    def __add__(self, other):
        return Point(add(self.coordinates, other.coordinates))

    def __sub__(self, other):
        return Point(add(self.coordinates, negate(other.coordinates)))

    def __neg__(self):
        return Point(negate(self.coordinates))

    def __rmul__(self, number):
        return combine([(number, self)])

    def is_identity(self):
        x, y, _, _ = self.coordinates
        return x == 0 or y == 0


def combine(pairs):
    """The sum of number * point over all pairs."""
    return Point(speed.combine([(number % Q, point.coordinates) for number, point in pairs]))


def total(points):
    result = IDENTITY
    for point in points:
        result = add(result, point.coordinates)
    return Point(result)


def encode(coordinates):
    """RFC 9496, §4.3.2."""
    x0, y0, z0, t0 = coordinates
    u1 = (z0 + y0) * (z0 - y0) % P
    u2 = x0 * y0 % P
    _, inverse = sqrt_ratio(1, u1 * u2 % P * u2 % P)
    den1 = inverse * u1 % P
    den2 = inverse * u2 % P
    z_inverse = den1 * den2 % P * t0 % P
    if is_negative(t0 * z_inverse % P):
        x, y, den = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if is_negative(x * z_inverse % P):
        y = -y
    return absolute(den * (z0 - y) % P).to_bytes(32, "little")


@speed.remembered
def _decode(encoding):
    """RFC 9496, §4.3.1. None if the 32 bytes are no canonical encoding."""
    s = int.from_bytes(encoding, "little")
    if s >= P or is_negative(s):
        return None
    ss = s * s % P
    u1 = (1 - ss) % P
    u2 = (1 + ss) % P
    u2_squared = u2 * u2 % P
    v = (-(D * u1 % P * u1) - u2_squared) % P
    was_square, inverse = sqrt_ratio(1, v * u2_squared % P)
    den_x = inverse * u2 % P
    den_y = inverse * den_x % P * v % P
    x = absolute(2 * s * den_x % P)
    y = u1 * den_y % P
    t = x * y % P
    if not was_square or is_negative(t) or y == 0:
        return None
    return Point((x, y, 1, t), encoding)


def decode_or_none(encoding):
    """The point of 32 bytes, the identity included, or None."""
    return _decode(encoding) if len(encoding) == 32 else None


def decode(encoding, name="point", identity=None):
    """The point of 32 bytes. Refused as `name`, and the identity as `identity` (by default `name` too)."""
    demand(encoding != IDENTITY_BYTES, identity or name, "the identity")
    point = decode_or_none(encoding)
    demand(point is not None, name, "no canonical encoding of a point")
    return point


def _map(t):
    """RFC 9496, §4.3.4, MAP."""
    r = SQRT_M1 * t % P * t % P
    u = (r + 1) * ONE_MINUS_D_SQUARED % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = sqrt_ratio(u, v)
    c = P - 1
    if not was_square:
        s = -absolute(s * t % P) % P
        c = r
    n = (c * (r - 1) % P * D_MINUS_ONE_SQUARED - v) % P
    w0 = 2 * s * v % P
    w1 = n * SQRT_AD_MINUS_ONE % P
    w2 = (1 - s * s) % P
    w3 = (1 + s * s) % P
    return (w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def derive(uniform):
    """RFC 9496, §4.3.4: the element of 64 bytes."""
    halves = (uniform[:32], uniform[32:])
    first, second = (_map(int.from_bytes(half, "little") % 2**255 % P) for half in halves)
    return Point(add(first, second))


def scalar(encoding, name="scalar"):
    """§2: 32 bytes, little-endian, below q."""
    number = int.from_bytes(encoding, "little")
    demand(len(encoding) == 32 and number < Q, name, "a scalar that is not canonical")
    return number


def scalar_bytes(number):
    return (number % Q).to_bytes(32, "little")


def wide_scalar(sixty_four):
    """§2: a scalar from 64 bytes."""
    return int.from_bytes(sixty_four, "little") % Q


ZERO = Point(IDENTITY, IDENTITY_BYTES)
G = decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))


@speed.remembered
def generator(number):
    """§3: number 0 is H, number i is G_i."""
    return derive(hashlib.sha512(b"plebiscite/v1/generators" + number.to_bytes(4, "big")).digest())
