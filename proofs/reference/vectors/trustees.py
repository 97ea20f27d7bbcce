"""`ceremony.json` and `decryption.json` (§9, §10)."""

from .. import ceremony as trustees_ceremony
from .. import contexts, decryption, logarithm, sigma
from ..errors import Refused
from ..ristretto import G, decode, decode_or_none, scalar_bytes
from .steps import play, same

unhex = bytes.fromhex


def ceremony(case, _):
    setup = contexts.setup(unhex(case["election"]), case["ceremony_attempt"])
    state = trustees_ceremony.Ceremony(
        setup, case["ceremony_attempt"], case["threshold"], case["trustees"], case["keys"]
    )
    messages = case["messages"]
    for number, message in enumerate(messages):
        try:
            state.give(message["round"], message["trustee"], unhex(message["content"]))
        except (trustees_ceremony.Fault, Refused) as end:
            assert number == len(messages) - 1, f"message {number} is refused: {end}"
            if isinstance(end, Refused):
                raise
            faults = [{"trustee": trustee, "name": name, **more} for trustee, name, more in end.faults]
            same(faults, case["faults"], "faults")
            raise Refused(faults[0]["name"]) from None
    assert state.round == trustees_ceremony.ROUNDS, "not all rounds stand"
    mine = {
        "context_digest": state.context_digest.hex(),
        "P": [bytes(key).hex() for key in state.public],
        "all_keys": state.all_keys().hex(),
        "key_digest": state.key_digest.hex(),
        "ceremony_digest": state.ceremony_digest.hex(),
    }
    for name in mine.keys() & case.keys():
        same(mine[name], case[name], name)
    told = {proof["of"]: proof for proof in case.get("proofs", [])}
    for message in messages:
        _compare_proofs(state, message, told)
    assert not told, f"proofs that do not come up: {list(told)}"


def _compare_proofs(state, message, told):
    """The contexts and steps of a message's proofs."""
    content, trustee = unhex(message["content"]), message["trustee"]

    def compare(of, context, verify, *arguments):
        proof = told.pop(of, None)
        if proof:
            transcript = play(proof["context"])
            same(context.fingerprint(), transcript.fingerprint().hex(), f"context of {of}")
            verify(transcript, G, *arguments)
            same(transcript.steps, proof["steps"], of)

    if message["round"] == 0:
        context = state.share_key_context(trustee)
        compare(f"R0 of trustee {trustee}: κ", context, sigma.knowledge, decode(content[:32]), content[32:])
    if message["round"] == 2:
        coefficients, sent = state.dealings[trustee]
        flat = [point for polynomial in coefficients for point in polynomial]
        at = 32 * len(flat) + 64
        context = state.coefficient_context(trustee)
        of = f"R2 of trustee {trustee}: coefficients"
        compare(of, context, sigma.list_knowledge, flat, content[at - 64 : at])
        for recipient, (ephemeral, encrypted) in sent.items():
            at += 32 * state.keys + 96
            context = state.ephemeral_context(trustee, recipient, ephemeral, map(scalar_bytes, encrypted))
            of = f"R2 of trustee {trustee}: C for trustee {recipient}"
            compare(of, context, sigma.knowledge, ephemeral, content[at - 64 : at])


def pad(case, _):
    points = [unhex(case[name]) for name in ("kappa", "C", "S")]
    number = trustees_ceremony.share_pad(
        unhex(case["context_digest"]), case["dealer"], case["recipient"], *points, case["key"]
    )
    same(scalar_bytes(number), case["pad"], "pad")


def _points(rows):
    return [[decode_or_none(unhex(text)) for text in row] for row in rows]


def _decryption(case):
    return decryption.Sums(_points(case["sums"]), case["contests"]), _points(case["Y"]), unhex(case["seal"])


def partial(case, _):
    sums, shares, seal = _decryption(case)
    content = unhex(case["content"])
    transcript = play(case["context"])
    verified = decryption.verify(transcript, seal, case["trustee"], shares, sums, content)
    if "steps" in case:
        transcript = play(case["context"])
        told = case["steps"]
        mine = decryption.statement(transcript, seal, case["trustee"], shares[case["trustee"] - 1], sums, verified)
        replayed = play(case["context"] + [step for step in told if step[1] not in ("epsilon", "U", "V", "e")])
        same(mine.fingerprint(), replayed.fingerprint().hex(), "statement")
        play(case["context"] + told)
        same([step[1] for step in told if step[0] == "draw"],
             ["epsilon"] * (sums.keys * len(sums.r)) + ["e"], "draws")


def combination(case, _):
    sums, shares, seal = _decryption(case)
    transcript = play(case["context"])
    partials = [
        (one["trustee"],
         decryption.verify(transcript, seal, one["trustee"], shares, sums, unhex(one["content"])))
        for one in case["contents"]
    ]
    combined = decryption.combine_partials(sums, case["threshold"], partials)
    same([[bytes(point).hex() for point in row] for row in combined], case["combined"], "combined")
    counts = [
        [logarithm.find(e - mask, 10_000) for e, mask in zip(encrypted, masks)]
        for encrypted, masks in zip(_points(case["E"]), combined)
    ]
    same(counts, case["counts"], "counts")


KINDS = {f.__name__: f for f in (ceremony, pad, partial, combination)}
