"""Every kind of question by brute force, ranked contests by naive methods, tie-breaks by hand (§13.1, §18)."""

import random
import unittest
from fractions import Fraction
from itertools import combinations, permutations, product
from types import SimpleNamespace

from reference import counts, descriptions, ranked, tie_breaks
from reference.errors import Refused
from reference.forms import apply
from reference.partition import DECRYPTED, NO_RESULT


def contest(kind, options=3, blank=True, **numbers):
    return {"kind": kind, "options": [{}] * options, "blank": {} if blank else None, "method": "schulze"} | numbers


def small():
    yield {"kind": "yes_no_blank"}
    yield {"kind": "yes_no_both_none"}
    for blank in (False, True):
        for options in (2, 3, 4):
            yield contest("single_choice", options, blank)
            for most in range(1, options + 1):
                for least in range(most + 1):
                    yield contest("approval", options, blank, minimum=least, maximum=most)
        for options, maximum in ((2, 1), (2, 5), (3, 2)):
            yield contest("score", options, blank, maximum=maximum)
        for budget in (1, 3, 5):
            for most in range(1, budget + 1):
                for least in range(min(budget, 2 * most) + 1):
                    yield contest("cumulative", 2, blank, budget=budget, minimum=least, maximum=most)
        for budget in (1, 2, 4, 5, 8, 9):
            yield contest("quadratic", 2, blank, budget=budget)
        for options in (2, 3):
            yield contest("borda", options, blank)
        for options in (2, 3) if blank else (2, 3, 4):
            yield contest("condorcet", options, blank)


def legal(of):
    """What every legal ballot adds to the tallied numbers, from the words of §12.3 alone."""
    options, blank = descriptions.answers(of)
    kind = of["kind"]
    if kind in descriptions.ONE_OF:
        found = [tuple(int(o == chosen) for o in range(options)) for chosen in range(options)]
        return {*found, (0,) * options} if blank else set(found)
    if kind == "approval":
        found = [n for n in product((0, 1), repeat=options) if of["minimum"] <= sum(n) <= of["maximum"]]
    elif kind == "score":
        found = list(product(range(of["maximum"] + 1), repeat=options))
    elif kind == "cumulative":
        numbers = product(range(of["maximum"] + 1), repeat=options)
        found = [n for n in numbers if of["minimum"] <= sum(n) <= of["budget"]]
    elif kind == "quadratic":
        numbers = product(range(of["budget"] + 1), repeat=options)
        found = [n for n in numbers if sum(v * v for v in n) <= of["budget"]]
    elif kind == "borda":
        found = list(permutations(range(options)))
    else:
        orders = permutations(range(options))
        found = [tuple(int(o.index(a) < o.index(b)) for a, b in combinations(range(options), 2)) for o in orders]
    length = len(found[0])
    return {(*n, 0) for n in found} | {(0,) * length + (1,)} if blank else set(found)


class Kinds(unittest.TestCase):
    def test_the_solutions_of_the_rules_are_exactly_the_legal_ballots(self):
        kinds = set()
        for of in small():
            form = descriptions.form_of(of, 1000)
            self.assertLessEqual(form.bits, 14, of)
            solutions = [bits for bits in product((0, 1), repeat=form.bits) if form.obeys(bits)]
            said = {tuple(apply(terms, bits) for terms in form.tallied) for bits in solutions}
            self.assertEqual(said, legal(of), of)
            kinds.add(of["kind"])
        self.assertEqual(kinds, set(descriptions.KINDS))

    def test_counts_of_ballots_are_possible(self):
        dice = random.Random(6)
        for of in small():
            ballots = sorted(legal(of))
            cast = [dice.choice(ballots) for _ in range(12)]
            added = [sum(numbers) for numbers in zip(*cast)]
            self.assertTrue(counts.are_possible(of, added, 12), (of, added))
            beyond = [added[0] + 12 * max(max(n) for n in ballots) + 1, *added[1:]]
            self.assertFalse(counts.are_possible(of, beyond, 12), (of, beyond))

    def test_a_basis_reaches_its_range_and_nothing_else(self):
        for most in range(70):
            weights = descriptions.basis(most)
            sums = {sum(w for w, bit in zip(weights, bits) if bit) for bits in product((0, 1), repeat=len(weights))}
            self.assertEqual(sums, set(range(most + 1)))

    def test_too_many_bits_are_refused_at_once(self):
        for of in (contest("quadratic", 1000, budget=2**32 - 1), contest("borda", 100)):
            with self.assertRaises(Refused) as refusal:
                descriptions.form_of(of, 1)
            self.assertEqual((refusal.exception.name, refusal.exception.reason), ("Compile", "Bits"))


def matrix(options, ballots):
    pairs = [
        sum(count for count, order in ballots if order.index(a) < order.index(b))
        for a, b in combinations("ABCDEFGH"[:options], 2)
    ]
    return ranked.matrix(options, pairs, sum(count for count, _ in ballots))


class Ranked(unittest.TestCase):
    def test_the_example_of_18_5(self):
        ballots = [(5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")]  # fmt: skip
        preferences = matrix(5, ballots)
        self.assertEqual([preferences[a][b] for a, b in ((1, 3), (4, 3), (0, 3), (2, 1))], [33, 31, 30, 29])
        self.assertEqual(ranked.schulze(preferences), [4])
        self.assertEqual(ranked.ranked_pairs(preferences), ([0], []))

    def test_a_circle_is_a_tie_and_an_order(self):
        preferences = matrix(3, [(1, "ABC"), (1, "BCA"), (1, "CAB")])
        self.assertEqual(ranked.schulze(preferences), [0, 1, 2])
        self.assertEqual(ranked.ranked_pairs(preferences), ([0], [[2, 0]]))

    def test_schulze_by_widest_paths(self):
        """Beside Floyd and Warshall's way, which shares nothing with the search here."""
        dice = random.Random(5)
        for _ in range(300):
            options, voters = dice.randint(2, 6), dice.randint(1, 7)
            pairs = [dice.randint(0, voters) for _ in combinations(range(options), 2)]
            d = ranked.matrix(options, pairs, voters)
            width = [[d[a][b] if d[a][b] > d[b][a] else 0 for b in range(options)] for a in range(options)]
            for through, a, b in product(range(options), repeat=3):
                if a != b:
                    width[a][b] = max(width[a][b], min(width[a][through], width[through][b]))
            unbeaten = [a for a in range(options) if all(width[a][b] >= width[b][a] for b in range(options))]
            self.assertEqual(ranked.schulze(d), unbeaten)
            self.assertTrue(ranked.ranked_pairs(d)[0])


class TieBreaks(unittest.TestCase):
    def judged(self, preferred, regions=True, decisions=(1, 1), heads=(100, 100, 100)):
        votes = (Fraction(1), Fraction(1), Fraction(1, 2))
        manifest = SimpleNamespace(
            contests=[{"id": name} for name in ("a", "b", "which")], regions=[{"region_votes": v} for v in votes]
        )
        outcomes = [NO_RESULT if pair is None else DECRYPTED for pair in preferred]
        cells = [SimpleNamespace(regions=[i], outcome=o, heads=h) for i, (o, h) in enumerate(zip(outcomes, heads))]
        of_cells = [None if pair is None else [[], [], list(pair)] for pair in preferred]
        totals = [sum(pair[side] for pair in preferred if pair) for side in (0, 1)]
        open_heads = sum(h for o, h in zip(outcomes, heads) if o == NO_RESULT)
        contests = [{"decision": d} for d in decisions]
        contests.append({"totals": totals, "open": open_heads, "heads_without_result": open_heads})
        tie_break = {"contest": "which", "between": ["a", "b"], "regions": regions}
        found = tie_breaks.judge(manifest, tie_break, cells, of_cells, contests)
        return tie_breaks.OUTCOMES[found["outcome"]]

    def test_people_and_regions(self):
        self.assertEqual(self.judged([(60, 30), (51, 40), (10, 20)]), "first")
        self.assertEqual(self.judged([(90, 2), (5, 30), (5, 28)]), "first")
        self.assertEqual(self.judged([(75, 15), (5, 30), (5, 30)]), "second")
        self.assertEqual(self.judged([(80, 2), (5, 30), (5, 28)]), "tie")
        self.assertEqual(self.judged([(50, 30), (30, 40), (30, 40)]), "second")

    def test_people_alone(self):
        self.assertEqual(self.judged([(75, 15), (5, 30), (5, 30)], regions=False), "first")
        self.assertEqual(self.judged([(20, 20)] * 3, regions=False), "tie")

    def test_what_is_not_decided(self):
        self.assertEqual(self.judged([(60, 30)] * 3, decisions=(1, 0)), "not_needed")
        self.assertEqual(self.judged([(60, 30)] * 3, decisions=(1, 2)), "undecided")
        self.assertEqual(self.judged([(30, 30), (10, 10), None], heads=(100, 100, 2)), "undecided")
        self.assertEqual(self.judged([(60, 30), (10, 10), None], heads=(100, 100, 2)), "first")


if __name__ == "__main__":
    unittest.main()
