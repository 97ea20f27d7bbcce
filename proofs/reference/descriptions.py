"""Bits, rules and tallied numbers of every kind of question (§13.1)."""

from itertools import combinations
from math import isqrt

from .errors import demand
from .questions import MOST_BITS, compile_form

YES_NO = ("yes_no_blank", "yes_no_both_none")
ONE_OF = (*YES_NO, "single_choice")


def answers(contest):
    """How many options, answers other than blank or none; and whether blank (or none) can be chosen."""
    if contest["kind"] == "yes_no_blank":
        return 2, True
    if contest["kind"] == "yes_no_both_none":
        return 3, True
    return len(contest["options"]), contest["blank"] is not None


def tallies_blank(contest):
    """Whether the last tallied number is blank."""
    return contest["kind"] not in ONE_OF and answers(contest)[1]


def basis(most):
    """Weights whose subsets add up to exactly 0 to `most`."""
    digits = most.bit_length()
    if digits == 0:
        return []
    powers = [2**i for i in range(digits - 1)]
    return [*powers, most - (2 ** (digits - 1) - 1)]


def form_of(contest, maximum):
    """The compiled form; refused as `Compile`."""
    bits, rules, tallied = KINDS[contest["kind"]](contest)
    return compile_form(bits, rules, tallied, maximum)


class _Bits:
    """Bits handed out in order."""

    def __init__(self):
        self.count = 0

    def take(self, weights):
        """A term for each weight, on a bit of its own."""
        demand(self.count + len(weights) <= MOST_BITS, "Compile", "Bits")
        terms = [(self.count + place, weight) for place, weight in enumerate(weights)]
        self.count += len(weights)
        return terms


def _one_of(contest):
    options, blank = answers(contest)
    bits = _Bits()
    terms = bits.take([1] * (options + blank))
    return bits.count, [(terms, 1)], [[term] for term in terms[:options]]


def _points(contest, most, whole, slack, ruled=True):
    """Numbers of 0 to `most`; with what is left over, they are `whole`."""
    options, blank = answers(contest)
    bits = _Bits()
    tallied = [bits.take(basis(most)) for _ in range(options)]
    rules = []
    if ruled:
        rule = [term for terms in tallied for term in terms] + bits.take(basis(slack))
        if blank:
            [(bit, _)] = bits.take([whole])
            rule.append((bit, whole))
            tallied.append([(bit, 1)])
        rules.append((rule, whole))
    return bits.count, rules, tallied


def _approval(contest):
    return _points(contest, 1, contest["maximum"], contest["maximum"] - contest["minimum"])


def _score(contest):
    options, blank = answers(contest)
    whole = options * contest["maximum"]
    return _points(contest, contest["maximum"], whole, whole, ruled=blank)


def _cumulative(contest):
    return _points(contest, contest["maximum"], contest["budget"], contest["budget"] - contest["minimum"])


def _quadratic(contest):
    options, blank = answers(contest)
    budget = contest["budget"]
    most = isqrt(budget)
    demand(options * (most + 1) <= MOST_BITS, "Compile", "Bits")
    bits = _Bits()
    rules, tallied, cost = [], [], []
    for _ in range(options):
        votes = bits.take(list(range(most + 1)))
        rules.append(([(bit, 1) for bit, _ in votes], 1))
        tallied.append(votes[1:])
        cost += [(bit, number * number) for bit, number in votes[1:]]
    cost += bits.take(basis(budget))
    if blank:
        cost += bits.take([budget])
        tallied.append([(cost[-1][0], 1)])
    return bits.count, [*rules, (cost, budget)], tallied


def _borda(contest):
    options, blank = answers(contest)
    demand(options * options <= MOST_BITS, "Compile", "Bits")
    bits = _Bits()
    rows = [[bit for bit, _ in bits.take([1] * options)] for _ in range(options)]
    tallied = [[(bit, options - 1 - rank) for rank, bit in enumerate(row[:-1])] for row in rows]
    columns = [[row[rank] for row in rows] for rank in range(options - 1)]
    beside = bits.take([1]) if blank else []
    tallied += [[term] for term in beside]
    rules = [([(bit, 1) for bit in members] + beside, 1) for members in rows + columns]
    return bits.count, rules, tallied


def _condorcet(contest):
    options, blank = answers(contest)
    bits = _Bits()
    before = {pair: bits.take([1])[0][0] for pair in combinations(range(options), 2)}
    rules = []
    for a, b, c in combinations(range(options), 3):
        [(slack, _)] = bits.take([1])
        signed = [(before[a, b], 1), (before[b, c], 1), (before[a, c], -1), (slack, -1)]
        rules.append((sorted(signed), 0))
    tallied = [[(bit, 1)] for bit in before.values()]
    if blank:
        opposite = {pair: bits.take([1])[0][0] for pair in before}
        [(none, _)] = bits.take([1])
        rules += [([(before[pair], 1), (opposite[pair], 1), (none, 1)], 1) for pair in before]
        tallied.append([(none, 1)])
    return bits.count, rules, tallied


KINDS = {
    "yes_no_blank": _one_of,
    "yes_no_both_none": _one_of,
    "single_choice": _one_of,
    "approval": _approval,
    "score": _score,
    "cumulative": _cumulative,
    "quadratic": _quadratic,
    "borda": _borda,
    "condorcet": _condorcet,
}
