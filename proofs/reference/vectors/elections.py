"""`ballots.json`: ballots and openings of tested ones (§15, §16.2)."""

import hashlib

from .. import ballots, contexts, credentials, sigma
from ..errors import demand
from ..questions import compile_form
from ..ristretto import G, decode, scalar_bytes
from .steps import play, same

unhex = bytes.fromhex


def _one_of(bits, tallied):
    """One of `bits`, of which the first `tallied` are tallied."""
    return compile_form(bits, [([(i, 1) for i in range(bits)], 1)], [[(i, 1)] for i in range(tallied)], 1)


def _rules(case):
    setup = contexts.setup(unhex(case["election"]), case["ceremony_attempt"])
    digests = (unhex(case[name]) for name in ("key_digest", "ceremony_digest", "roll_root", "roll_base"))
    forms = [_one_of(contest["bits"], contest["tallied"]) for contest in case["contests"]]
    keys = [[decode(unhex(key)) for key in contest] for contest in case["keys"]]
    return ballots.Rules(contexts.election(setup, *digests), forms, keys)


def _base_digest(case):
    names = ("key_digest", "ceremony_digest", "roll_root", "roll_base")
    return ballots.election_base_digest(
        unhex(case["election"]), case["ceremony_attempt"], *(unhex(case[name]) for name in names)
    )


def ballot(case, _):
    rules = _rules(case)
    decoded = ballots.decode_ballot(rules, unhex(case["ballot"]))
    demand(decoded.roll_index == case["roll_index"], "ballot-credential")
    credential = decode(unhex(case["K"]))
    ballots.verify_signature(rules, decoded, credential, case["region"])
    ballots.verify_proofs(rules, decoded, credential, case["region"])
    same(decoded.tracker, case["tracker"], "tracker")
    same(credentials.tracker_shown(decoded.tracker), case["tracker_shown"], "tracker_shown")
    base = _base_digest(case)
    same(base, case["election_base_digest"], "election_base_digest")
    place = (decoded.roll_index, bytes(credential), case["region"], decoded.seq, decoded.previous)
    same(ballots.ballot_context_digest(base, *place), case["ballot_context_digest"], "ballot_context_digest")
    transcript = play(case["context"])
    mine = contexts.ballot_signature(contexts.ballot(rules.transcript, *place))
    same(mine.fingerprint(), transcript.fingerprint().hex(), "context")
    sigma.signature(transcript, G, credential, decoded.tracker, decoded.signature)
    same(transcript.steps, case["steps"], "steps")


def opening(case, _):
    rules = _rules(case)
    seed, choice = ballots.decode_opening(rules.forms, unhex(case["opening"]))
    place = (case["roll_index"], unhex(case["K"]), case["region"], case["seq"], unhex(case["prev"]))
    body, scalars = ballots.unsigned_body(rules, _base_digest(case), *place, seed, choice)
    demand(hashlib.sha256(body).hexdigest() == case["tracker"], "tracker", "another tracker than the one shown")
    same(choice, case["choice"], "choice")
    same(body, case["body"], "body")
    names = {"rho": "rho", "r_B": "r_b", "r_A": "r_a", "tau1": "tau1", "tau0": "tau0", "w": "w"}
    for told, mine in zip(case["scalars"], scalars):
        same({name: scalar_bytes(getattr(mine, field)).hex() for name, field in names.items()},
             {name: told[name] for name in names}, "scalars")
        same([scalar_bytes(a).hex() for a in mine.a], told["a"], "a")


KINDS = {"ballot": ballot, "opening": opening}
