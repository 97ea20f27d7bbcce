"""Ranked contests: every pair, Schulze's method and ranked pairs (§18.5)."""

from itertools import combinations, permutations


def matrix(options, pairs, ranked):
    """How many ballots put the row before the column; `ranked` ballots are not blank and have a result."""
    preferences = [[0] * options for _ in range(options)]
    for (a, b), count in zip(combinations(range(options), 2), pairs):
        preferences[a][b] = count
        preferences[b][a] = ranked - count
    return preferences


def _majorities(preferences):
    pairs = permutations(range(len(preferences)), 2)
    return [(a, b) for a, b in pairs if preferences[a][b] > preferences[b][a]]


def _leads(steps, start, end):
    """Whether there is a path from `start` to `end`."""
    reached, waiting = set(), [start]
    while waiting:
        at = waiting.pop()
        if at == end:
            return True
        if at not in reached:
            reached.add(at)
            waiting += [b for a, b in steps if a == at]
    return False


def schulze(preferences):
    """The unbeaten options. A path of strength s exists if the majorities of at least s lead there."""
    majorities = _majorities(preferences)
    strengths = sorted({preferences[a][b] for a, b in majorities}, reverse=True)

    def strongest(start, end):
        for strength in strengths:
            if _leads([(a, b) for a, b in majorities if preferences[a][b] >= strength], start, end):
                return strength
        return 0

    options = range(len(preferences))
    return [a for a in options if all(a == b or strongest(a, b) >= strongest(b, a) for b in options)]


def ranked_pairs(preferences):
    """The unbeaten options, and the majorities that were skipped because of the manifest's order."""

    def strength(pair):
        a, b = pair
        return preferences[a][b], preferences[b][a]

    order = sorted(_majorities(preferences), key=lambda pair: (-strength(pair)[0], strength(pair)[1], pair))
    locked, by_order = [], []
    for a, b in order:
        if not _leads(locked, b, a):
            locked.append((a, b))
        elif not _leads([other for other in locked if strength(other) != strength((a, b))], b, a):
            by_order.append([a, b])
    beaten = {b for _, b in locked}
    return [a for a in range(len(preferences)) if a not in beaten], by_order
