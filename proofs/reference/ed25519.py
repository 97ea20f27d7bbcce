"""Ed25519 signatures (RFC 8032) by the one strict rule of §1 and §19.2."""

import hashlib

from . import speed
from .curve import D, P, Q, add, negate, sqrt_ratio


@speed.remembered
def decode(encoding):
    """RFC 8032, §5.1.3: the point of 32 bytes, or None if they are not its canonical encoding."""
    number = int.from_bytes(encoding, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(encoding) != 32 or y >= P:
        return None
    is_square, x = sqrt_ratio((y * y - 1) % P, (D * y * y + 1) % P)
    if not is_square or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def is_small_order(point):
    for _ in range(3):
        point = add(point, point)
    return point[0] == 0 and point[1] == point[2]


def is_key(encoding):
    """§12.2: the canonical encoding of a point whose order is not small."""
    point = decode(encoding)
    return point is not None and not is_small_order(point)


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


@speed.remembered
def verify(key, message, signature):
    """Whether the signature holds: canonical s, neither key nor R of small order, the cofactorless equation.

    R is compared as bytes with what the equation gives, so an R that is not canonical fails too.
    """
    if len(signature) != 64 or not is_key(key):
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % Q
    expected = speed.combine([(s, BASE), (h, negate(decode(key)))])
    return not is_small_order(expected) and encode(expected) == r
