"""The proof in every contest of a ballot: the encrypted numbers are those of a legal choice (§6)."""

from typing import NamedTuple

from .errors import demand
from .forms import apply
from .ristretto import IDENTITY_BYTES, G, Point, Q, combine, decode_or_none, generator, scalar, total
from .strobe import u32


class Contest(NamedTuple):
    """§6.5. Points are still bytes here: that they are canonical is found with the proof (§6.4, §15.5)."""

    r: bytes
    e: list
    b: bytes
    a: bytes
    t1: bytes
    t0: bytes
    a_r: bytes
    a_e: bytes
    f: list
    z_b: int
    z_t: int
    z_rho: int


def decode(form, data):
    """§6.5: the exact length, no point the identity, every scalar canonical; in this order."""
    demand(len(data) == form.length, "length", "another length than the form's")
    parts = [data[i : i + 32] for i in range(0, len(data), 32)]
    points, scalars = parts[: form.points], parts[form.points :]
    demand(IDENTITY_BYTES not in points, "identity", "a point is the identity")
    numbers = [scalar(part) for part in scalars]
    k = len(form.tallied)
    return Contest(points[0], points[1 : k + 1], *points[k + 1 :], numbers[:-3], *numbers[-3:])


def verify(transcript, form, keys, contest):
    """§6.4: what fails is named `distinct`, `point`, `equation-1` … `equation-4`, in this order.

    The transcript is the contest's (§4.2), and is used up. Returns the points R, E_1 … E_k.
    """
    k = len(form.tallied)
    demand(len(keys) == k and len(contest.e) == k and len(contest.f) == len(form.free), "shape")
    demand(contest.r != contest.b, "distinct", "R and B are equal")
    encodings = [contest.r, *contest.e, *contest[2:8]]
    decoded = [decode_or_none(encoding) for encoding in encodings]
    demand(all(point is not None for point in decoded), "point", "a point is no canonical encoding")
    r, e = decoded[0], decoded[1 : k + 1]
    b, a, t1, t0, a_r, a_e = decoded[k + 1 :]

    y = _first_challenge(transcript, form, keys, [r, *e, b, a])
    transcript.absorb("T1", t1)
    transcript.absorb("T0", t0)
    transcript.absorb("A_R", a_r)
    transcript.absorb("A_E", a_e)
    x = transcript.draw("x")

    # §6.4; every equation is brought to the form "0 = …"
    f = form.solve(contest.f, x)
    h = generator(0)
    powers = [pow(y, i, Q) for i in range(max(form.bits, k) + 1)]
    bits = sum(powers[i] * f[i - 1] * (x - f[i - 1]) for i in range(1, form.bits + 1))
    numbers = sum(powers[o] * apply(form.tallied[o - 1], f) for o in range(1, k + 1))
    _zero(
        "equation-1",
        [(x, b), (1, a), (-contest.z_b, h), *((-f[i - 1], generator(i)) for i in range(1, form.bits + 1))],
    )
    _zero("equation-2", [(x, t1), (1, t0), (-bits, G), (-contest.z_t, h)])
    _zero("equation-3", [(x, r), (1, a_r), (-contest.z_rho, G)])
    _zero(
        "equation-4",
        [
            (1, a_e),
            (-numbers, G),
            *((x * powers[o], e[o - 1]) for o in range(1, k + 1)),
            *((-contest.z_rho * powers[o], keys[o - 1]) for o in range(1, k + 1)),
        ],
    )
    return [r, *e]


def _zero(name, pairs):
    demand(combine(pairs).is_identity(), name, "the equation does not hold")


def add_up(ciphertexts, k):
    """§6.6: the sums of R, E_1 … E_k, each of k + 1 points."""
    return [total([ciphertext[i] for ciphertext in ciphertexts]) for i in range(k + 1)]


class Secrets(NamedTuple):
    """What a prover draws (§6.3, §15.3); `a` at the free bits."""

    rho: int
    r_b: int
    r_a: int
    a: list
    tau1: int
    tau0: int
    w: int


def _first_challenge(transcript, form, keys, points):
    """§6.2, 1 to 3: the statement and the first move, R, E_1 … E_k, B and A; then y."""
    transcript.absorb("fork", b"linear-bits")
    transcript.absorb("form", form.digest)
    transcript.absorb("N", u32(form.bits))
    transcript.absorb("k", u32(len(keys)))
    for key in keys:
        transcript.absorb("P", key)
    for label, point in zip(["R", *["E"] * len(keys), "B", "A"], points, strict=True):
        transcript.absorb(label, point)
    return transcript.draw("y")


def prove(transcript, form, keys, bits, secrets):
    """§6.3: the contest's bytes. A verifier needs it for the openings of tested ballots (§16.2) only."""
    h = generator(0)
    k = len(form.tallied)
    a = form.solve(secrets.a, 0)
    points = [secrets.rho * G]
    points += [
        combine([(apply(form.tallied[o], bits), G), (secrets.rho, keys[o])]) for o in range(k)
    ]
    for values, blind in ((bits, secrets.r_b), (a, secrets.r_a)):
        points.append(combine([(blind, h), *((values[i], generator(i + 1)) for i in range(form.bits))]))
    y = _first_challenge(transcript, form, keys, points)
    powers = [pow(y, i, Q) for i in range(max(form.bits, k) + 1)]
    t1 = sum(powers[i + 1] * a[i] * (1 - 2 * bits[i]) for i in range(form.bits))
    t0 = -sum(powers[i + 1] * a[i] * a[i] for i in range(form.bits))
    numbers = sum(powers[o + 1] * apply(form.tallied[o], a) for o in range(k))
    second: list[Point] = [
        combine([(t1, G), (secrets.tau1, h)]),
        combine([(t0, G), (secrets.tau0, h)]),
        secrets.w * G,
        combine([(numbers, G), *((secrets.w * powers[o + 1], keys[o]) for o in range(k))]),
    ]
    for label, point in zip(["T1", "T0", "A_R", "A_E"], second):
        transcript.absorb(label, point)
    x = transcript.draw("x")
    scalars = [bits[i] * x + a[i] for i in form.free]
    scalars += [secrets.r_b * x + secrets.r_a, secrets.tau1 * x + secrets.tau0, secrets.rho * x + secrets.w]
    return b"".join(map(bytes, points + second)) + b"".join((s % Q).to_bytes(32, "little") for s in scalars)
