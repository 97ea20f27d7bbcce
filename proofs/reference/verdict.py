"""The verdict: a function of manifest, partition and counts (§18)."""

from fractions import Fraction

from . import ranked, tie_breaks
from .counts import are_possible
from .descriptions import ONE_OF, YES_NO, answers, tallies_blank
from .errors import demand
from .manifest import condition_fraction
from .partition import DECRYPTED, NO_RESULT
from .strobe import u8, u16, u64

FAILS, HOLDS, UNDECIDED, NO_DATA = 0, 1, 2, 3
NOT_VALID, VALID, NOT_KNOWN = 0, 1, 2
ANSWERS = ("fails", "holds", "undecided", "no_data")
DECISIONS = ("not_adopted", "adopted", "undecided")
OPTION_OUTCOMES = ("undecided", "decided", "tied")


def verdict(manifest, cells, counts):
    """A dictionary for each contest, and for each tie-break. `counts[cell][contest][tallied]`, or None for a cell that is not decrypted.

    Refused as `Cells`, `Missing`, `Unexpected`, `Contests`, `Impossible`.
    """
    _judge_counts(manifest, cells, counts)
    weights = [manifest.regions[cell.regions[0]]["voter_weight"] for cell in cells]
    numbers = {
        "eligible": sum(w * cell.eligible for w, cell in zip(weights, cells)),
        "participants": sum(w * cell.heads for w, cell in zip(weights, cells)),
        "open": sum(w * cell.heads for w, cell in zip(weights, cells) if cell.outcome == NO_RESULT),
        "heads_without_result": sum(cell.heads for cell in cells if cell.outcome == NO_RESULT),
    }
    rules = {rule["contest"]: rule["conditions"] for rule in manifest.rules}
    contests = []
    for place, contest in enumerate(manifest.contests):
        mine = [None if of_cell is None else of_cell[place] for of_cell in counts]
        totals = [
            sum(w * of_cell[tallied] for w, of_cell in zip(weights, mine) if of_cell is not None)
            for tallied in range(len(manifest.forms[place].tallied))
        ]
        blank = 0
        if tallies_blank(contest):
            blank = totals.pop()
        elif contest["kind"] in ONE_OF:
            blank = numbers["participants"] - numbers["open"] - sum(totals)
        known = {"kind": contest["kind"], "totals": totals, "blank": blank} | numbers
        if contest["kind"] in YES_NO:
            contests.append(_yes_no(manifest, rules[contest["id"]], cells, mine, known))
        elif contest["kind"] == "condorcet":
            contests.append(_ranked(contest, known))
        else:
            contests.append(_options(contest["places"], known))
    broken = [tie_breaks.judge(manifest, one, cells, counts, contests) for one in manifest.tie_breaks]
    return contests, broken


def _judge_counts(manifest, cells, counts):
    """§18.1."""
    demand(len(counts) == len(cells), "Cells")
    for cell, of_cell in zip(cells, counts):
        if cell.outcome != DECRYPTED:
            demand(of_cell is None, "Unexpected")
            continue
        demand(of_cell is not None, "Missing")
        lengths = [len(form.tallied) for form in manifest.forms]
        demand([len(of_contest) for of_contest in of_cell] == lengths, "Contests")
        for contest, of_contest in zip(manifest.contests, of_cell):
            demand(are_possible(contest, of_contest, cell.heads), "Impossible")


def _yes_no(manifest, conditions, cells, counts, known):
    """§18.2."""
    yes, no, *both = known["totals"]
    judged = [_condition(manifest, condition, cells, counts, known) for condition in conditions]
    given = [answer["answer"] for answer in judged]
    if FAILS in given:
        decision = 0
    elif UNDECIDED in given or NO_DATA in given:
        decision = 2
    else:
        decision = 1
    turnouts = [answer["answer"] for answer in judged if answer["condition"]["kind"] == "turnout"]
    valid = NOT_VALID if FAILS in turnouts else NOT_KNOWN if NO_DATA in turnouts else VALID
    both = both[0] if both else None
    own = {"yes": yes, "no": no, "both": both, "valid": valid, "decision": decision, "conditions": judged}
    return known | own


def _condition(manifest, condition, cells, counts, known):
    """One condition in both evaluations: all heads without a result as no, and as yes."""
    yes, no = known["totals"][:2]
    fraction = condition_fraction(condition)
    if condition.get("no_data"):
        zero = Fraction(0)
        return {"condition": condition, "fraction": fraction, "reached": [zero, zero], "base": zero, "answer": NO_DATA}
    if condition["kind"] == "turnout":
        reached = [known["participants"]] * 2
        base = known["eligible"]
    elif condition["kind"] == "majority":
        reached = [yes, yes + known["open"]]
        base = {
            "participants": known["participants"],
            "valid": yes + no + known["open"],
            "eligible": known["eligible"],
        }[condition["of"]]
    else:
        reached = [_regions_in_favour(manifest, cells, counts, evaluation) for evaluation in (0, 1)]
        base = sum(region["region_votes"] for region in manifest.regions)
    base = Fraction(base)
    reached = [Fraction(number) for number in reached]
    holds = [
        base > 0 and (number > base * fraction if condition["strict"] else number >= base * fraction)
        for number in reached
    ]
    answer = (HOLDS if holds[0] else FAILS) if holds[0] == holds[1] else UNDECIDED
    return {"condition": condition, "fraction": fraction, "reached": reached, "base": base, "answer": answer}


def _regions_in_favour(manifest, cells, counts, evaluation):
    """`region_votes` of the regions in favour; `evaluation` 0 takes heads without a result as no, 1 as yes."""
    votes = Fraction(0)
    for cell, of_cell in zip(cells, counts):
        region_votes = sum(manifest.regions[region]["region_votes"] for region in cell.regions)
        if of_cell is not None:
            in_favour = of_cell[0] > of_cell[1]
        else:
            in_favour = cell.outcome == NO_RESULT and cell.heads >= 3 and evaluation == 1
        if in_favour:
            votes += region_votes
    return votes


def _options(places, known):
    """§18.3."""
    totals = known["totals"]
    result = known | {"outcome": 0, "elected": [], "tied": [], "places_left": 0}
    if known["heads_without_result"]:
        return result
    if places == 0:
        return result | {"outcome": 1}
    order = sorted(range(len(totals)), key=lambda option: (-totals[option], option))
    last, following = totals[order[places - 1]], totals[order[places]]
    if last != following:
        return result | {"outcome": 1, "elected": order[:places]}
    elected = [option for option in order if totals[option] > last]
    tied = [option for option in range(len(totals)) if totals[option] == last]
    return result | {"outcome": 2, "elected": elected, "tied": tied, "places_left": places - len(elected)}


def _ranked(contest, known):
    """§18.5."""
    options, _ = answers(contest)
    with_ranks = known["participants"] - known["open"] - known["blank"]
    preferences = ranked.matrix(options, known["totals"], with_ranks)
    result = known | {"preferences": preferences, "method": contest["method"], "outcome": 0}
    result |= {"schulze": [], "ranked_pairs": [], "skipped_by_order": [], "elected": [], "tied": [], "places_left": 0}
    if known["heads_without_result"]:
        return result
    result["schulze"] = ranked.schulze(preferences)
    result["ranked_pairs"], result["skipped_by_order"] = ranked.ranked_pairs(preferences)
    unbeaten = result[contest["method"]]
    if len(unbeaten) == 1:
        return result | {"outcome": 1, "elected": unbeaten}
    return result | {"outcome": 2, "tied": unbeaten, "places_left": 1}


# --- §18.4 ---


def encode(judged):
    contests, broken = judged
    out = u16(len(contests)) + b"".join(map(_encode_contest, contests))
    return out + u16(len(broken)) + b"".join(map(_encode_tie_break, broken))


def _encode_contest(contest):
    if contest["kind"] in YES_NO:
        return _encode_yes_no(contest)
    return _encode_ranked(contest) if contest["kind"] == "condorcet" else _encode_options(contest)


def _encode_list(options):
    return u16(len(options)) + b"".join(map(u16, options))


def _encode_ranked(contest):
    names = ("eligible", "participants", "blank", "heads_without_result")
    out = u8(3) + b"".join(u64(contest[name]) for name in names) + u16(len(contest["preferences"]))
    out += b"".join(u64(count) for row in contest["preferences"] for count in row)
    out += u8({"schulze": 1, "ranked_pairs": 2}[contest["method"]]) + u8(contest["outcome"])
    out += _encode_list(contest["schulze"]) + _encode_list(contest["ranked_pairs"])
    return out + u16(len(contest["skipped_by_order"])) + b"".join(u16(a) + u16(b) for a, b in contest["skipped_by_order"])


def _encode_tie_break(tie_break):
    out = u8(tie_break["outcome"]) + b"".join(map(u64, tie_break["votes"])) + u64(tie_break["heads_without_result"])
    return out + b"".join(map(_encode_fraction, tie_break["region_votes"]))


def _encode_fraction(fraction):
    return u64(fraction.numerator) + u64(fraction.denominator)


def condition_code(condition):
    if condition["kind"] == "majority":
        return {"participants": 2, "valid": 3, "eligible": 4}[condition["of"]]
    return {"turnout": 1, "regions": 5}[condition["kind"]]


def _encode_yes_no(contest):
    names = ("eligible", "participants", "yes", "no", "blank", "heads_without_result")
    out = u8(1) + b"".join(u64(contest[name]) for name in names)
    out += u8(0) if contest["both"] is None else u8(1) + u64(contest["both"])
    out += u8(contest["valid"]) + u8(contest["decision"]) + u8(len(contest["conditions"]))
    for answer in contest["conditions"]:
        out += u8(condition_code(answer["condition"])) + u8(answer["condition"]["strict"])
        numbers = (answer["fraction"], *answer["reached"], answer["base"])
        out += b"".join(map(_encode_fraction, numbers)) + u8(answer["answer"])
    return out


def _encode_options(contest):
    names = ("eligible", "participants", "blank", "heads_without_result")
    out = u8(2) + b"".join(u64(contest[name]) for name in names)
    out += u16(len(contest["totals"])) + b"".join(map(u64, contest["totals"])) + u8(contest["outcome"])
    out += _encode_list(contest["elected"]) + _encode_list(contest["tied"])
    return out + u16(contest["places_left"])
