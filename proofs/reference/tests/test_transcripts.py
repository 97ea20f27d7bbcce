"""Keccak, STROBE and merlin (§4), and proofs of knowledge (§5) made here and verified."""

import hashlib
import unittest

from reference import sigma
from reference.errors import Refused
from reference.ristretto import Q, G, generator, scalar_bytes
from reference.strobe import Transcript, keccak_f, u16, u32
from reference.tests.made import prove_equal, prove_knowledge, prove_list


def sha3_256(data):
    """FIPS 202 on top of `keccak_f`, to compare it with hashlib's."""
    rate = 136
    data = bytearray(data + b"\x06" + bytes(-(len(data) + 1) % rate))
    data[-1] |= 0x80
    state = bytearray(200)
    for at in range(0, len(data), rate):
        for i, byte in enumerate(data[at : at + rate]):
            state[i] ^= byte
        state = keccak_f(state)
    return bytes(state[:32])


class Transcripts(unittest.TestCase):
    def test_keccak(self):
        for length in (0, 1, 135, 136, 137, 500):
            data = bytes(i & 0xFF for i in range(length))
            self.assertEqual(sha3_256(data), hashlib.sha3_256(data).digest())

    def test_merlins_known_answer(self):
        transcript = Transcript("test protocol")
        transcript.absorb("some label", b"some data")
        answer = "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615"
        self.assertEqual(transcript.challenge_bytes("challenge", 32).hex(), answer)

    def test_the_example(self):
        """§4."""
        transcript = Transcript("plebiscite/v1")
        transcript.absorb("fork", b"setup")
        transcript.absorb("attempt", u32(1))
        transcript = transcript.fork("contest", 1)
        transcript.absorb("contest-index", u32(258))
        transcript.absorb("base", G)
        answer = "8762cf016884ad6bbadc426ec2318f0ae6f67ad97759e28816c24909158fb00b"
        self.assertEqual(scalar_bytes(transcript.draw("c")).hex(), answer)

    def test_a_fork_leaves_its_origin_alone(self):
        transcript = Transcript("x")
        before = transcript.fingerprint()
        transcript.fork("a", 0).draw("c")
        self.assertEqual(transcript.fingerprint(), before)

    def test_framing(self):
        """Two values are not their concatenation, and a label is not a value."""
        draws = set()
        for values in ([("a", b"bc")], [("a", b"b"), ("a", b"c")], [("ab", b"c")], [("a", b"bc"), ("a", b"")]):
            transcript = Transcript("x")
            for label, value in values:
                transcript.absorb(label, value)
            draws.add(transcript.draw("c"))
        self.assertEqual(len(draws), 4)


class Proofs(unittest.TestCase):
    def refused(self, name, function, *arguments):
        with self.assertRaises(Refused) as refusal:
            function(Transcript("x"), *arguments)
        self.assertEqual(refusal.exception.name, name)

    def test_knowledge(self):
        proof = prove_knowledge(Transcript("x"), 5)
        sigma.knowledge(Transcript("x"), G, 5 * G, proof)
        self.refused("equation", sigma.knowledge, G, 6 * G, proof)
        self.refused("equation", sigma.knowledge, 2 * G, 5 * G, proof)
        self.refused("length", sigma.knowledge, G, 5 * G, proof + b"\0")
        self.refused("identity", sigma.knowledge, G, 5 * G, bytes(32) + proof[32:])
        self.refused("identity", sigma.knowledge, G, 0 * G, proof)
        not_canonical = (int.from_bytes(proof[32:], "little") + Q).to_bytes(32, "little")
        self.refused("scalar", sigma.knowledge, G, 5 * G, proof[:32] + not_canonical)

    def test_signature(self):
        proof = prove_knowledge(Transcript("x"), 5, message=bytes(32))
        sigma.signature(Transcript("x"), G, 5 * G, bytes(32), proof)
        self.refused("equation", sigma.signature, G, 5 * G, bytes([1]) + bytes(31), proof)
        self.refused("equation", sigma.knowledge, G, 5 * G, proof)

    def test_equal_logarithms(self):
        second = generator(1)
        proof = prove_equal(Transcript("x"), second, 5)
        sigma.equal_logarithms(Transcript("x"), G, second, 5 * G, 5 * second, proof)
        self.refused("equation", sigma.equal_logarithms, G, second, 5 * G, 6 * second, proof)
        self.refused("equation", sigma.equal_logarithms, G, second, 5 * second, 5 * G, proof)

    def test_list_knowledge(self):
        points = [x * G for x in (5, 6, 7)]
        proof = prove_list(Transcript("x"), [5, 6, 7])
        sigma.list_knowledge(Transcript("x"), G, points, proof)
        self.refused("equation", sigma.list_knowledge, G, points[::-1], proof)
        self.refused("equation", sigma.list_knowledge, G, points[:2], proof)
        self.refused("point", sigma.list_knowledge, G, points, bytes([1]) + bytes(31) + proof[32:])
        self.refused("identity", sigma.list_knowledge, G, [0 * G, *points], proof)

    def test_numbers(self):
        self.assertEqual([u16(258), u32(258)], [b"\1\2", b"\0\0\1\2"])


if __name__ == "__main__":
    unittest.main()
