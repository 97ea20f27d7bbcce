"""`credentials.json`: codes, credentials, lists, the roll, replacements (§14)."""

from .. import contexts, credentials, sigma
from ..errors import demand
from ..ristretto import G, scalar_bytes
from .steps import play, same

unhex = bytes.fromhex


def code(case, _):
    election = unhex(case["election"])
    registrar, symbols = credentials.read_code(case["text"])
    x = credentials.code_secret(election, registrar, symbols)
    same([registrar, scalar_bytes(x).hex(), bytes(x * G).hex()], [case["registrar"], case["x"], case["K"]], "code")


def credential(case, _):
    k = credentials.credential_of_codes(unhex(case["election"]), case["codes"], case["registrars"])
    same(bytes(k), case["K"], "K")


def fingerprint(case, _):
    same(credentials.fingerprint(unhex(case["election"])), case["fingerprint"], "fingerprint")


def _read_list(case, content, registrar):
    setup = contexts.setup(unhex(case["election"]), case["ceremony_attempt"])
    rows = credentials.List(setup, case["roll_attempt"], registrar, case["regions"], case["maximum"])
    rows.feed(content)
    rows.end()
    return rows


def registrars_list(case, _):
    content = unhex(case["content"])
    rows = _read_list(case, content, case["registrar"])
    commitment = rows.commitment(unhex(case["election"]), case["roll_attempt"], case["registrar"])
    same(commitment, case["commitment"], "commitment")
    transcript = play(case["context"])
    sigma.list_knowledge(transcript, G, [row.point for row in rows.rows], content[68:132])
    same(transcript.steps, case["steps"], "steps")


def roll(case, _):
    lists = [_read_list(case, unhex(content), registrar) for registrar, content in enumerate(case["lists"])]
    rows = credentials.combine_lists(lists)
    same([credentials.roll_leaf(i, row).hex() for i, row in enumerate(rows)], case["leaves"], "leaves")
    same(credentials.roll_root(rows), case["root"], "root")


def replacement(case, _):
    setup = contexts.setup(unhex(case["election"]), case["ceremony_attempt"])
    decoded, rest = credentials.decode_replacement(unhex(case["replacement"]))
    demand(not rest, "malformed", "bytes are left over")
    same(bytes(credentials.judge_replacement(setup, decoded, case["registrars"])), case["K"], "K")
    for registrar, (told, (point, proof)) in enumerate(zip(case["proofs"], decoded.parts)):
        transcript = play(told["context"])
        mine = credentials.replacement_context(setup, decoded, registrar)
        same(mine.fingerprint(), transcript.fingerprint().hex(), "context")
        sigma.knowledge(transcript, G, point, proof)
        same(transcript.steps, told["steps"], "steps")


KINDS = {f.__name__: f for f in (code, credential, fingerprint, roll, replacement)} | {"list": registrars_list}
