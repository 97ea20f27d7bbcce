"""Proofs of knowledge and of equal logarithms (§5). Each raises `Refused` with the names of the vectors' README.

Order: lengths, then identities, then scalars, then the equation.
"""

import hashlib

from .errors import demand
from .ristretto import IDENTITY_BYTES, Q, combine, decode, scalar
from .strobe import u32


def _commitment_and_scalar(proof, commitments):
    demand(len(proof) == 32 * commitments + 32, "length", "another length than the proof's")
    parts = [proof[i : i + 32] for i in range(0, 32 * commitments, 32)]
    demand(IDENTITY_BYTES not in parts, "identity", "a commitment is the identity")
    return parts, proof[32 * commitments :]


def _knowledge(transcript, base, public, proof):
    (a,), z = _commitment_and_scalar(proof, 1)
    demand(not public.is_identity(), "identity", "the public point is the identity")
    z = scalar(z)
    transcript.absorb("A", a)
    c = transcript.draw("c")
    # z*B - c*X, encoded, is compared with the bytes of A (§5.1)
    demand(bytes(combine([(z, base), (Q - c, public)])) == a, "equation", "z*B is not A + c*X")


def knowledge(transcript, base, public, proof):
    """§5.1. `transcript` is used up."""
    transcript.absorb("fork", b"knowledge")
    transcript.absorb("base", base)
    transcript.absorb("X", public)
    _knowledge(transcript, base, public, proof)


def signature(transcript, base, public, message, proof):
    """§5.3; `message` is a digest of 32 bytes."""
    transcript.absorb("fork", b"signature")
    transcript.absorb("base", base)
    transcript.absorb("X", public)
    transcript.absorb("message", message)
    _knowledge(transcript, base, public, proof)


def list_knowledge(transcript, base, points, proof):
    """§5.2; `points` are decoded already, and none is the identity."""
    (a,), z = _commitment_and_scalar(proof, 1)
    demand(not any(point.is_identity() for point in points), "identity", "a point is the identity")
    z = scalar(z)
    commitment = decode(a)
    transcript.absorb("fork", b"list-knowledge")
    transcript.absorb("base", base)
    transcript.absorb("length", u32(len(points)))
    transcript.absorb("points", hashlib.sha256(b"".join(map(bytes, points))).digest())
    transcript.absorb("A", a)
    y = transcript.draw("c")
    powers = []
    power = 1
    for point in points:
        power = power * y % Q
        powers.append((power, point))
    demand(combine([(z, base), *((Q - power, point) for power, point in powers)]) == commitment, "equation")


def equal_logarithms(transcript, base, second_base, first, second, proof):
    """§5.4."""
    (u, v), s = _commitment_and_scalar(proof, 2)
    demand(not first.is_identity() and not second.is_identity(), "identity", "X or Y is the identity")
    s = scalar(s)
    transcript.absorb("fork", b"dleq")
    transcript.absorb("base", base)
    transcript.absorb("second-base", second_base)
    transcript.absorb("X", first)
    transcript.absorb("Y", second)
    transcript.absorb("U", u)
    transcript.absorb("V", v)
    c = transcript.draw("c")
    demand(bytes(combine([(s, base), (Q - c, first)])) == u, "equation", "s*B is not U + c*X")
    demand(bytes(combine([(s, second_base), (Q - c, second)])) == v, "equation", "s*C is not V + c*Y")
