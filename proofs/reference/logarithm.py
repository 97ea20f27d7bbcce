"""Reading a count m back from m*G (§8)."""

from . import speed
from .errors import demand
from .ristretto import ZERO, G


@speed.remembered
def find(point, bound):
    """m between 0 and `bound` with m*G = point, by baby steps and giant steps."""
    demand(bound <= 2**32 - 1, "bound", "the bound is above 2^32 - 1")
    size = 1
    while size * size <= bound:
        size *= 2
    baby = {}
    step = ZERO
    for m in range(min(size, bound + 1)):
        baby.setdefault(bytes(step), m)
        step = step + G
    giant = -(size * G)
    for j in range(bound // size + 1):
        m = baby.get(bytes(point))
        if m is not None and j * size + m <= bound:
            return j * size + m
        point = point + giant
    demand(False, "outofrange", "no such multiple of G")
