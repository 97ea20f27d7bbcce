"""The worked examples in the specification's own text (§14, §15, §16.4, §17, §18)."""

import hashlib
import pathlib
import re
import unittest
from fractions import Fraction

from reference import ballots, contexts, credentials, partition, verdict
from reference.descriptions import form_of
from reference.ristretto import G, decode, scalar_bytes

SPECIFICATION = pathlib.Path(__file__).parents[2] / "spec" / "protocol.md"


def worked_example():
    """name -> value of the two blocks of §16.4; values of several lines are joined."""
    text = SPECIFICATION.read_text("utf-8")
    section = text[text.index("### 16.4 ") : text.index("## 17 ")]
    values = {}
    for block in re.findall("```\n(.*?)```", section, re.DOTALL):
        for name, value in re.findall(r"^(\S.*?) =((?:.|\n )*)$", block, re.MULTILINE):
            values[name] = re.sub(r"\s", "", value)
    return values


class WorkedExample(unittest.TestCase):
    """§16.4."""

    def setUp(self):
        self.told = worked_example()
        self.election = hashlib.sha256(b"worked example").digest()
        self.setup = contexts.setup(self.election, 1)

    def same(self, name, mine):
        self.assertEqual(mine.hex() if isinstance(mine, bytes) else mine, self.told[name], name)

    def test_codes(self):
        self.same("election id", self.election)
        self.same("fingerprint", credentials.fingerprint(self.election))
        for registrar, name in enumerate("AB"):
            read, code = credentials.read_code(self.told[f"code {name}"])
            self.assertEqual(read, registrar)
            x = credentials.code_secret(self.election, registrar, code)
            self.same(f"x_{name}", scalar_bytes(x))
            self.same(f"K_{name}", bytes(x * G))
        codes = [self.told["code A"], self.told["code B"]]
        self.same("K", bytes(credentials.credential_of_codes(self.election, codes, 2)))

    def lists(self):
        lists = []
        for registrar, name in enumerate("AB"):
            one = credentials.List(self.setup, 1, registrar, 1, 2)
            for byte in bytes.fromhex(self.told[f"list {name}"]):  # byte by byte, as chunks may end anywhere
                one.feed(bytes([byte]))
            one.end()
            lists.append(one)
        return lists

    def test_roll_and_replacement(self):
        lists = self.lists()
        for registrar, name in enumerate("AB"):
            self.same(f"commitment {name}", lists[registrar].commitment(self.election, 1, registrar))
        rows = credentials.combine_lists(lists)
        self.same("K", bytes(rows[1].credential))
        self.same("roll root", credentials.roll_root(rows))
        replacement, rest = credentials.decode_replacement(bytes.fromhex(self.told["replacement"]))
        self.assertEqual((rest, replacement.reason, replacement.old), (b"", 2, bytes(rows[0].credential)))
        self.same("new K", bytes(credentials.judge_replacement(self.setup, replacement, 2)))

    def test_ballot(self):
        roll_root = bytes.fromhex(self.told["roll root"])
        digests = (bytes([0xAA]) * 32, bytes([0xBB]) * 32, roll_root, bytes(G))
        base = ballots.election_base_digest(self.election, 1, *digests)
        self.same("election base digest", base)
        self.same("P_1", bytes(2 * G))
        self.same("P_2", bytes(3 * G))
        rules = ballots.Rules(contexts.election(self.setup, *digests), [form_of({"kind": "yes_no_blank"}, 1)], [[2 * G, 3 * G]])
        credential = bytes.fromhex(self.told["K"])
        place = (1, credential, 0, 0, bytes(32))
        self.same("ballot context digest", ballots.ballot_context_digest(base, *place))
        seed, choice = ballots.decode_opening(rules.forms, bytes.fromhex(self.told["opening"]))
        self.assertEqual((seed, choice), (bytes([7]) * 32, [[1, 0, 0]]))
        body, _ = ballots.unsigned_body(rules, base, *place, seed, choice)
        self.same("body", body)
        ballot = ballots.decode_ballot(rules, body + bytes.fromhex(self.told["signature"]))
        self.same("tracker", ballot.tracker)
        self.assertEqual(credentials.tracker_shown(ballot.tracker), self.told["tracker as shown"])
        ballots.verify_signature(rules, ballot, decode(credential), 0)
        ballots.verify_proofs(rules, ballot, decode(credential), 0)


class Outcomes(unittest.TestCase):
    def test_a_partition(self):
        """§17.3."""
        cells = [partition.Cell([0, 2], 29, 100, partition.DECRYPTED), partition.Cell([1], 0, 258, partition.ZERO)]
        told = "0002 01 000000000000001d 0000000000000064 0002 0000 0002 02 0000000000000000 0000000000000102 0001 0001"
        self.assertEqual(partition.encode(cells), bytes.fromhex(told))

    def condition(self, regions=(), cells=(), counts=(), **fields):
        condition = {"kind": "majority", "of": "valid", "fraction": Fraction(1, 2), "strict": True} | fields
        manifest = type("Manifest", (), {"regions": [{"region_votes": Fraction(votes)} for votes in regions]})
        known = fields.pop("known")
        return verdict._condition(manifest, condition, cells, counts, known)

    def test_switzerland_1970(self):
        """§18.2: 557,517 of 1,212,361; 7 of 22."""
        known = {"totals": [557_517, 1_212_361 - 557_517], "open": 0, "participants": 1_212_361, "eligible": 2_000_000}
        self.assertEqual(self.condition(known=known)["answer"], verdict.FAILS)
        votes = ["1/2"] * 6 + [1] * 19
        cells = [partition.Cell([region], 10, 20, partition.DECRYPTED) for region in range(25)]
        counts = [[1, 2]] * 18 + [[2, 1]] * 7
        answer = self.condition(votes, cells, counts, kind="regions", no_data=False, known=known)
        self.assertEqual((answer["reached"], answer["base"], answer["answer"]), ([7, 7], 22, verdict.FAILS))

    def test_undecided(self):
        """§18.2: 31 to 29 with 20 open is undecided, 41 to 19 holds."""
        for yes, no, answer in ((31, 29, verdict.UNDECIDED), (41, 19, verdict.HOLDS)):
            known = {"totals": [yes, no], "open": 20, "participants": 80, "eligible": 100}
            self.assertEqual(self.condition(known=known)["answer"], answer)


if __name__ == "__main__":
    unittest.main()
