"""`group.json`: points, scalars, generators (§2, §3)."""

from .. import ristretto
from .steps import same


def multiple(case, _):
    same(bytes(case["number"] * ristretto.G), case["encoding"], "encoding")


def point(case, _):
    encoding = bytes.fromhex(case["encoding"])
    if case["identity_admitted"] and encoding == ristretto.IDENTITY_BYTES:
        decoded = ristretto.decode_or_none(encoding)
    else:
        decoded = ristretto.decode(encoding, "point", identity="identity")
    same(ristretto.encode(decoded.coordinates), case["encoding"], "encoding")


def derivation(case, _):
    same(bytes(ristretto.derive(bytes.fromhex(case["input"]))), case["encoding"], "encoding")


def generator(case, _):
    same(bytes(ristretto.generator(case["number"])), case["encoding"], "encoding")


def scalar(case, _):
    number = ristretto.scalar(bytes.fromhex(case["encoding"]))
    same(ristretto.scalar_bytes(number), case["encoding"], "encoding")


def wide(case, _):
    number = ristretto.wide_scalar(bytes.fromhex(case["input"]))
    same(ristretto.scalar_bytes(number), case["scalar"], "scalar")


KINDS = {f.__name__: f for f in (multiple, point, derivation, generator, scalar, wide)}
