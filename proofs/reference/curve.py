"""The field of 2^255 - 19 and the twisted Edwards curve over it, on which §2 (ristretto255, RFC 9496) and §19.2
(Ed25519, RFC 8032) stand.

A field element is an int from 0 to P - 1. A point is a tuple (X, Y, Z, T) of extended coordinates:
x = X/Z, y = Y/Z, x*y = T/Z. Nothing here is constant time: a verifier has no secrets (§2).
"""

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493  # the prime order of the group, §2
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

IDENTITY = (0, 1, 1, 0)


def is_negative(x):
    """RFC 9496, §3.1: an element is negative if its least bit is set."""
    return x & 1 == 1


def absolute(x):
    return P - x if x & 1 else x


def sqrt_ratio(u, v):
    """RFC 9496, §4.2, SQRT_RATIO_M1: (whether u/v is a square, the non-negative root of u/v or of i*u/v)."""
    v3 = v * v % P * v % P
    r = u * v3 % P * pow(u * v3 % P * v3 % P * v % P, (P - 5) // 8, P) % P
    check = v * r % P * r % P
    correct = check == u % P
    flipped = check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


def add(p, q):
    """The sum of two points; complete, so it also doubles."""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = 2 * D * t1 % P * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def negate(p):
    x, y, z, t = p
    return ((P - x) % P, y, z, (P - t) % P)


def multiply(number, p):
    """number * p by doubling and adding. `speed.py` does the same faster."""
    result = IDENTITY
    for bit in bin(number)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, p)
    return result
