"""Ballots, their trackers and seeds, and the openings of tested ballots (§15, §16.2)."""

import hashlib
import hmac
from typing import NamedTuple

from . import ballot_proof, contexts, sigma, speed
from .errors import Refused, demand
from .ristretto import IDENTITY_BYTES, G, scalar, wide_scalar
from .strobe import u8, u16, u32


class Rules(NamedTuple):
    """What the record knows for judging ballots: the election transcript (§4.2), form and keys of each contest."""

    transcript: object
    forms: list
    keys: list

    def length(self):
        return 40 + sum(form.length for form in self.forms) + 64


class Ballot(NamedTuple):
    roll_index: int
    seq: int
    previous: bytes
    contests: list
    signature: bytes
    tracker: bytes

    def fresh_points(self):
        """All R and B, as bytes: none may stand twice on the board (§6.4, rule (5))."""
        return [point for contest in self.contests for point in (contest.r, contest.b)]


def decode_ballot(rules, data):
    """§15.2; refused as `ballot-encoding`."""
    try:
        demand(len(data) == rules.length(), "length", "a ballot of another length")
        contests = []
        at = 40
        for form in rules.forms:
            contests.append(ballot_proof.decode(form, data[at : at + form.length]))
            at += form.length
        signature = data[at:]
        demand(signature[:32] != IDENTITY_BYTES, "identity", "the signature's A is the identity")
        scalar(signature[32:])
    except Refused as refusal:
        raise Refused("ballot-encoding", refusal.reason) from None
    tracker = hashlib.sha256(data[:at]).digest()
    integers = (int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big"))
    return Ballot(*integers, data[8:40], contests, signature, tracker)


def _context(rules, ballot, credential, region):
    k = bytes(credential)
    return contexts.ballot(rules.transcript, ballot.roll_index, k, region, ballot.seq, ballot.previous)


_signatures, _proofs = {}, {}  # what `speed.once` keeps


def _key(rules, ballot, credential, region):
    """All that a ballot's signature and proofs depend on: the election with its keys and forms, the body, the row."""
    return rules.transcript.fingerprint(), ballot.tracker, bytes(credential), region


def verify_signature(rules, ballot, credential, region):
    """Refused as `ballot-signature`."""
    key = (*_key(rules, ballot, credential, region), ballot.signature)
    speed.once(_signatures, key, _verify_signature, rules, ballot, credential, region)


def _verify_signature(rules, ballot, credential, region):
    transcript = contexts.ballot_signature(_context(rules, ballot, credential, region))
    try:
        sigma.signature(transcript, G, credential, ballot.tracker, ballot.signature)
    except Refused as refusal:
        raise Refused("ballot-signature", refusal.reason) from None


def verify_proofs(rules, ballot, credential, region):
    """The points R, E_1 … E_k of each contest; refused as `ballot-proof`."""
    key = _key(rules, ballot, credential, region)
    return speed.once(_proofs, key, _verify_proofs, rules, ballot, credential, region)


def _verify_proofs(rules, ballot, credential, region):
    fresh = ballot.fresh_points()
    demand(len(set(fresh)) == len(fresh), "ballot-proof", "an R or B stands twice within the ballot")
    ciphertexts = []
    context = _context(rules, ballot, credential, region)
    for index, (form, keys, contest) in enumerate(zip(rules.forms, rules.keys, ballot.contests)):
        try:
            ciphertexts.append(ballot_proof.verify(contexts.contest(context, index), form, keys, contest))
        except Refused as refusal:
            raise Refused("ballot-proof", f"contest {index}: {refusal}") from None
    return ciphertexts


# --- The seed (§15.3) ---


def election_base_digest(election, attempt, key_digest, ceremony_digest, roll_root, roll_base):
    head = b"plebiscite/v1/election-base" + election + u32(attempt)
    return hashlib.sha256(head + key_digest + ceremony_digest + roll_root + roll_base).digest()


def ballot_context_digest(base_digest, roll_index, credential, region, seq, previous):
    head = b"plebiscite/v1/ballot-context" + base_digest
    return hashlib.sha256(head + u32(roll_index) + credential + u16(region) + u32(seq) + previous).digest()


def secrets_of_seed(seed, context_digest, contest, form, bits):
    def draw(label, index=0):
        message = context_digest + u32(contest) + u32(form.bits) + bytes(bits) + u8(label) + u32(index)
        return wide_scalar(hmac.digest(seed, message, "sha512"))

    return ballot_proof.Secrets(
        rho=draw(1),
        r_b=draw(2),
        r_a=draw(3),
        a=[draw(4, index) for index in range(len(form.free))],
        tau1=draw(5),
        tau0=draw(6),
        w=draw(7),
    )


# --- Openings (§16.2) ---


def decode_opening(forms, data):
    """(seed, the bits of each contest); refused as `malformed`, `selections`."""
    demand(len(data) == 32 + sum((form.bits + 7) // 8 for form in forms), "malformed", "another length")
    choice = []
    at = 32
    for form in forms:
        size = (form.bits + 7) // 8
        bits = [byte >> (7 - i) & 1 for byte in data[at : at + size] for i in range(8)]
        demand(not any(bits[form.bits :]), "malformed", "a padding bit is set")
        choice.append(bits[: form.bits])
        at += size
    demand(all(form.obeys(bits) for form, bits in zip(forms, choice)), "selections", "bits that break a rule")
    return data[:32], choice


def unsigned_body(rules, base_digest, roll_index, credential, region, seq, previous, seed, choice):
    """§16.2 (5): the body that the seed and the choice make, and the scalars of each contest."""
    digest = ballot_context_digest(base_digest, roll_index, credential, region, seq, previous)
    context = contexts.ballot(rules.transcript, roll_index, credential, region, seq, previous)
    body = u32(roll_index) + u32(seq) + previous
    scalars = []
    for index, (form, keys, bits) in enumerate(zip(rules.forms, rules.keys, choice)):
        secrets = secrets_of_seed(seed, digest, index, form, bits)
        scalars.append(secrets)
        body += ballot_proof.prove(contexts.contest(context, index), form, keys, bits, secrets)
    return body, scalars

