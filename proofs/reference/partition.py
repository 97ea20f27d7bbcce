"""Regions and privacy cells: which sums are decrypted (§17)."""

from typing import NamedTuple

from .errors import demand
from .strobe import u8, u16, u64

NO_RESULT, DECRYPTED, ZERO = 0, 1, 2


class Cell(NamedTuple):
    regions: list  # numbers from 0, ascending
    heads: int
    eligible: int
    outcome: int


def partition(manifest, heads, eligible):
    """The cells of §17.2, from both numbers of every region.

    Refused as `Lengths`, `MoreHeadsThanEligible`, `RollTooLarge`.
    """
    regions = manifest.regions
    demand(len(heads) == len(eligible) == len(regions), "Lengths")
    demand(all(h <= e for h, e in zip(heads, eligible)), "MoreHeadsThanEligible")
    demand(sum(eligible) <= manifest.roll["maximum"], "RollTooLarge")
    minimum_cell = manifest.privacy["minimum_cell"]
    minimum_eligible = manifest.privacy["minimum_eligible"]

    def of(numbers, members):
        return sum(numbers[region] for region in members)

    def too_small(members):
        """§17.1."""
        opened = any(regions[region]["always_opened"] for region in members)
        return of(heads, members) < (3 if opened else minimum_cell) or of(eligible, members) < minimum_eligible

    def cell(members, decrypted):
        count = of(heads, members)
        outcome = ZERO if count == 0 else DECRYPTED if decrypted else NO_RESULT
        return Cell(sorted(members), count, of(eligible, members), outcome)

    if manifest.privacy["small_poll"] is not None and sum(heads) < minimum_cell:
        everyone = range(len(regions))
        return [cell(everyone, sum(heads) >= 3 and sum(eligible) >= minimum_eligible)]

    cells = [{region} for region in range(len(regions))]  # kept ordered by their first regions
    while step := _next_step(cells, manifest.siblings, too_small):
        small, other = step
        cells = [members for members in cells if members not in (small, other)] + [small | other]
        cells.sort(key=min)
    return [cell(members, not too_small(members)) for members in cells]


def _next_step(cells, siblings, too_small):
    """The first cell that is too small and can join another, and that other one."""
    for members in cells:
        if too_small(members):
            for region in sorted(members):
                sibling = siblings[region]
                if sibling is not None and sibling not in members:
                    return members, next(other for other in cells if sibling in other)
    return None


def encode(cells):
    """§17.3."""
    out = u16(len(cells))
    for cell in cells:
        out += u8(cell.outcome) + u64(cell.heads) + u64(cell.eligible) + u16(len(cell.regions))
        out += b"".join(map(u16, cell.regions))
    return out
