"""`transcripts.json`, `proofs.json`, `linear_bits.json`, `sums.json` (§4 to §6, §8)."""

from .. import ballot_proof, logarithm, sigma
from ..errors import Refused
from ..forms import Form, Row
from ..ristretto import ZERO, combine, decode, decode_or_none, scalar
from .steps import play, same


def point(text):
    """A point of a case; the identity is decoded, so that the proof is what refuses it."""
    decoded = decode_or_none(bytes.fromhex(text))
    if decoded is None:
        raise Refused("point", "no canonical encoding")
    return decoded


def steps(case, _):
    play(case["steps"])


def _proof(case, verify):
    transcript = play(case["context"])
    verify(transcript, bytes.fromhex(case["proof"]))
    if "steps" in case:
        same(transcript.steps, case["steps"], "steps")


def knowledge(case, _):
    _proof(case, lambda t, proof: sigma.knowledge(t, point(case["base"]), point(case["X"]), proof))


def signature(case, _):
    message = bytes.fromhex(case["message"])
    _proof(case, lambda t, proof: sigma.signature(t, point(case["base"]), point(case["X"]), message, proof))


def list_knowledge(case, _):
    points = [point(text) for text in case["points"]]
    _proof(case, lambda t, proof: sigma.list_knowledge(t, point(case["base"]), points, proof))


def dleq(case, _):
    names = ("base", "second_base", "X", "Y")
    _proof(case, lambda t, proof: sigma.equal_logarithms(t, *(point(case[name]) for name in names), proof))


def form_of(described):
    rows = [Row(row["pivot"], row["value"], [tuple(term) for term in row["terms"]]) for row in described["rows"]]
    return Form(described["bits"], rows, [[tuple(term) for term in terms] for terms in described["tallied"]])


def linear_bits(case, _):
    form = form_of(case["form"])
    same(form.encoding, case["form"]["encoding"], "encoding")
    same(form.digest, case["form"]["digest"], "digest")
    keys = [point(key) for key in case["keys"]]
    transcript = play(case["context"])
    contest = ballot_proof.decode(form, bytes.fromhex(case["contest"]))
    ballot_proof.verify(transcript, form, keys, contest)
    if "steps" in case:
        same(transcript.steps, case["steps"], "steps")


def sum_of_ciphertexts(case, _):
    k = len(case["secrets"])
    ciphertexts = []
    for ciphertext in case["ciphertexts"]:
        if len(ciphertext) != k + 1:
            raise Refused("contest", "another number of points")
        ciphertexts.append([decode(bytes.fromhex(text), "point", identity="identity") for text in ciphertext])
    sums = ballot_proof.add_up(ciphertexts, k)
    same([bytes(p).hex() for p in sums], case["sum"], "sum")
    for secret, encrypted, count in zip(case["secrets"], sums[1:], case["counts"]):
        message = encrypted - combine([(scalar(bytes.fromhex(secret)), sums[0])])
        same(logarithm.find(message, 1000), count, "count")


def discrete_logarithm(case, _):
    same(logarithm.find(point(case["point"]), case["bound"]), case["logarithm"], "logarithm")


KINDS = {
    "steps": steps,
    "knowledge": knowledge,
    "signature": signature,
    "list": list_knowledge,
    "dleq": dleq,
    "linear_bits": linear_bits,
    "sum": sum_of_ciphertexts,
    "logarithm": discrete_logarithm,
}
