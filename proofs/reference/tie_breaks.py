"""Tie-breaks: which of two adopted proposals enters into force (§18.6)."""

from fractions import Fraction

from .partition import NO_RESULT

NOT_NEEDED, FIRST, SECOND, TIE, UNDECIDED = range(5)
OUTCOMES = ("not_needed", "first", "second", "tie", "undecided")


def judge(manifest, tie_break, cells, counts, contests):
    """`contests` are the verdicts of all contests."""
    names = [contest["id"] for contest in manifest.contests]
    place = names.index(tie_break["contest"])
    known = contests[place]
    votes = known["totals"][:2]
    mine = [None if of_cell is None else of_cell[place] for of_cell in counts]
    certain = [_regions(manifest, cells, mine, side, False) for side in (0, 1)]
    possible = [_regions(manifest, cells, mine, side, True) for side in (0, 1)]
    weigh = tie_break["regions"]
    return {
        "contest": tie_break["contest"],
        "between": tie_break["between"],
        "outcome": _outcome(manifest, tie_break, contests, known, votes, certain, possible),
        "votes": votes,
        "heads_without_result": known["heads_without_result"],
        "region_votes": certain if weigh else [Fraction(0), Fraction(0)],
    }


def _outcome(manifest, tie_break, contests, known, votes, certain, possible):
    names = [contest["id"] for contest in manifest.contests]
    decisions = [contests[names.index(name)]["decision"] for name in tie_break["between"]]
    if 0 in decisions:
        return NOT_NEEDED
    total = sum(region["region_votes"] for region in manifest.regions)
    evaluations = []
    for side in (0, 1):
        x, y = votes[0] + known["open"] * (side == 0), votes[1] + known["open"] * (side == 1)
        regions = (possible[0], certain[1]) if side == 0 else (certain[0], possible[1])
        evaluations.append(_preferred(x, y, *(regions if tie_break["regions"] else (0, 0)), total))
    if 2 in decisions or evaluations[0] != evaluations[1]:
        return UNDECIDED
    return evaluations[0]


def _preferred(x, y, x_regions, y_regions, total):
    people, regions = _sign(x - y), _sign(x_regions - y_regions)
    if people * regions < 0:
        lead = _sign((x - y) * total - (y_regions - x_regions) * (x + y))
    else:
        lead = people or regions
    return {1: FIRST, -1: SECOND, 0: TIE}[lead]


def _sign(number):
    return (number > 0) - (number < 0)


def _regions(manifest, cells, counts, side, all_open_for_it):
    """`region_votes` of the regions with more votes for this side."""
    votes = Fraction(0)
    for cell, of_cell in zip(cells, counts):
        if of_cell is not None:
            mine = of_cell[side] > of_cell[1 - side]
        else:
            mine = all_open_for_it and cell.outcome == NO_RESULT and cell.heads >= 3
        if mine:
            votes += sum(manifest.regions[region]["region_votes"] for region in cell.regions)
    return votes
