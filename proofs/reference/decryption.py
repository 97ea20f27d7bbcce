"""Threshold decryption of sums (§10)."""

from typing import NamedTuple

from . import speed
from .errors import demand
from .ristretto import IDENTITY_BYTES, G, Q, combine, decode, scalar
from .strobe import u16, u32


class Sums:
    """What is decrypted: `r[g][p]` is the sum of R of cell g and contest p, `contests` the number of keys of each."""

    def __init__(self, r, contests):
        self.r = r
        self.contests = contests
        of_key = [contest for contest, count in enumerate(contests) for _ in range(count)]
        self.by_key = [[row[contest] for contest in of_key] for row in r]
        self.keys = len(of_key)
        self.left = [o for o in range(self.keys) if any(not row[o].is_identity() for row in self.by_key)]

    def content_length(self):
        return 32 * len(self.r) * self.keys + 96 * len(self.left)


class Partial(NamedTuple):
    """A content (§10.2): `factors[g][o]`, None where the sum is the identity; (U, V, s) by key with a sum left."""

    factors: list
    proofs: dict


def decode_partial(sums, content):
    """Refused as `Malformed`."""
    demand(len(content) == sums.content_length(), "Malformed", "another length")
    at = 0
    factors = []
    for row in sums.by_key:
        factors.append([])
        for total in row:
            encoding = content[at : at + 32]
            at += 32
            if total.is_identity():
                demand(encoding == IDENTITY_BYTES, "Malformed", "a factor of an empty sum")
                factors[-1].append(None)
            else:
                factors[-1].append(decode(encoding, "Malformed"))
    proofs = {}
    for key in sums.left:
        u, v, s = (content[at + i : at + i + 32] for i in (0, 32, 64))
        at += 96
        demand(IDENTITY_BYTES not in (u, v), "Malformed", "U or V is the identity")
        proofs[key] = (u, v, scalar(s, "Malformed"))
    return Partial(factors, proofs)


def verify(election, seal, trustee, shares, sums, content):
    """A trustee's content (§10.5). `shares[j][o]` are the Y of trustee j + 1; `election` is the election transcript.

    Refused as `KeyCount`, `Nothing`, `NoSuchTrustee`, `Malformed`, `KeyEquation`, `FactorEquation`.
    """
    demand(sums.keys == len(shares[0]), "KeyCount")
    demand(sums.left, "Nothing", "there is nothing to decrypt")
    demand(1 <= trustee <= len(shares), "NoSuchTrustee")
    partial = decode_partial(sums, content)
    mine = shares[trustee - 1]
    points = tuple(bytes(point) for row in [mine, *sums.r] for point in row)
    key = (election.fingerprint(), seal, trustee, points, tuple(sums.contests), content)
    speed.once(_answers, key, _verify_equations, election, seal, trustee, mine, sums, partial)
    return partial


_answers = {}  # what `speed.once` keeps


def _verify_equations(election, seal, trustee, mine, sums, partial):
    transcript = statement(election, seal, trustee, mine, sums, partial)

    # §10.4
    weights = [[transcript.draw("epsilon") for _ in range(sums.keys)] for _ in sums.r]
    for key in sums.left:
        u, v, _ = partial.proofs[key]
        transcript.absorb("U", u)
        transcript.absorb("V", v)
    e = transcript.draw("e")
    for key in sums.left:
        u, v, s = partial.proofs[key]
        demand(bytes(combine([(s, G), (Q - e, mine[key])])) == u, "KeyEquation", f"key {key}")
        # [s]M - [e]N over the cells whose sum is not the identity
        pairs = []
        for cell, row in enumerate(weights):
            factor = partial.factors[cell][key]
            if factor is not None:
                pairs.append((s * row[key], sums.by_key[cell][key]))
                pairs.append((-e * row[key], factor))
        demand(bytes(combine(pairs)) == v, "FactorEquation", f"key {key}")


def statement(election, seal, trustee, mine, sums, partial):
    """§10.3."""
    cells, contests = len(sums.r), len(sums.contests)
    count = 4 + contests + sums.keys + cells * contests + cells * sums.keys
    transcript = election.fork("decryption", count)
    transcript.absorb("seal", seal)
    transcript.absorb("trustee", u16(trustee))
    transcript.absorb("cells", u32(cells))
    transcript.absorb("contests", u32(contests))
    for number in sums.contests:
        transcript.absorb("contest-keys", u32(number))
    for y in mine:
        transcript.absorb("Y", y)
    for row in sums.r:
        for point in row:
            transcript.absorb("R", IDENTITY_BYTES if point.is_identity() else point)
    for row in partial.factors:
        for point in row:
            transcript.absorb("D", IDENTITY_BYTES if point is None else point)
    return transcript


def combine_partials(sums, threshold, partials):
    """[z_o]R by cell, then key, from (trustee, partial) of exactly t trustees (§10.6).

    Refused as `Number`, `Trustees`. The identity where the sum is.
    """
    demand(len(partials) == threshold, "Number", "not exactly t trustees")
    trustees = [trustee for trustee, _ in partials]
    demand(len({trustee % Q for trustee in trustees}) == len(trustees), "Trustees", "one trustee twice")
    demand(all(trustee % Q != 0 for trustee in trustees), "Trustees", "a trustee of number zero")
    lagrange = []
    for j in trustees:
        top = bottom = 1
        for i in trustees:
            if i != j:
                top, bottom = top * i, bottom * (i - j)
        lagrange.append(top * pow(bottom, -1, Q) % Q)
    return [
        [
            combine(
                [
                    (weight, partial.factors[cell][key])
                    for weight, (_, partial) in zip(lagrange, partials)
                    if partial.factors[cell][key] is not None
                ]
            )
            for key in range(sums.keys)
        ]
        for cell in range(len(sums.r))
    ]
