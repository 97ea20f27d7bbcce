"""ristretto255 (RFC 9496), Ed25519 (RFC 8032), and that the fast arithmetic is the plain one."""

import hashlib
import unittest

from reference import curve, ed25519, ristretto, speed
from reference.errors import Refused

unhex = bytes.fromhex


class Ristretto(unittest.TestCase):
    def test_multiples_of_the_generator(self):
        """RFC 9496, A.1."""
        answers = {
            0: "0000000000000000000000000000000000000000000000000000000000000000",
            1: "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
            2: "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
            15: "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e",
        }
        for number, encoding in answers.items():
            self.assertEqual(bytes(number * ristretto.G).hex(), encoding)

    def test_encodings(self):
        """RFC 9496, A.2: one of each kind, beside the generator."""
        good = bytes(ristretto.G)
        self.assertEqual(ristretto.decode(good), ristretto.G)
        bad = [
            "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  # not below p
            "0100000000000000000000000000000000000000000000000000000000000000",  # negative
            "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",  # no square
            "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",  # t negative
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # s = -1, y = 0
        ]
        for encoding in bad:
            self.assertIsNone(ristretto.decode_or_none(unhex(encoding)), encoding)

    def test_identity(self):
        self.assertEqual(ristretto.decode_or_none(bytes(32)), ristretto.ZERO)
        with self.assertRaises(Refused) as refusal:
            ristretto.decode(bytes(32), "point", identity="identity")
        self.assertEqual(refusal.exception.name, "identity")

    def test_derivation(self):
        """RFC 9496, A.3."""
        digest = hashlib.sha512(b"Ristretto is traditionally a short shot of espresso coffee").digest()
        answer = "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"
        self.assertEqual(bytes(ristretto.derive(digest)).hex(), answer)

    def test_points_are_equal_whatever_their_coordinates(self):
        torsion = (ristretto.SQRT_M1, 0, 1, 0)
        other = ristretto.Point(curve.add(ristretto.G.coordinates, torsion))
        self.assertEqual(other, ristretto.G)
        self.assertEqual(bytes(other), bytes(ristretto.G))
        self.assertNotEqual(2 * ristretto.G, ristretto.G)

    def test_scalars(self):
        """§2: below q, and nothing else."""
        self.assertEqual(ristretto.scalar((curve.Q - 1).to_bytes(32, "little")), curve.Q - 1)
        for number in (curve.Q, curve.Q + 1, 2**255, 2**256 - 1):
            with self.assertRaises(Refused):
                ristretto.scalar(number.to_bytes(32, "little"))


class Ed25519(unittest.TestCase):
    # RFC 8032, §7.1, tests 2 and 3
    CASES = [
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ]

    def test_signatures(self):
        for key, message, signature in self.CASES:
            key, message, signature = unhex(key), unhex(message), unhex(signature)
            self.assertTrue(ed25519.verify(key, message, signature))
            self.assertFalse(ed25519.verify(key, message + b"\0", signature))
            self.assertFalse(ed25519.verify(key, message, signature[:-1]))
            s = int.from_bytes(signature[32:], "little") + curve.Q
            self.assertFalse(ed25519.verify(key, message, signature[:32] + s.to_bytes(32, "little")))

    def test_keys(self):
        """§12.2: the canonical encoding of a point whose order is not small."""
        self.assertTrue(ed25519.is_key(unhex(self.CASES[0][0])))
        small = ["01" + 31 * "00", "ec" + 30 * "ff" + "7f", 32 * "00", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]
        not_canonical = ["ed" + 30 * "ff" + "7f", "01" + 30 * "00" + "80"]
        for encoding in small + not_canonical + ["02" + 31 * "00"]:
            self.assertFalse(ed25519.is_key(unhex(encoding)), encoding)

    def test_nothing_of_small_order(self):
        """Key and R the identity, s = 0: the equation holds, and the signature is refused all the same."""
        identity = bytes([1]) + bytes(31)
        self.assertFalse(ed25519.verify(identity, b"", identity + bytes(32)))
        self.assertFalse(ed25519.verify(unhex(self.CASES[0][0]), b"", identity + bytes(32)))


class Speed(unittest.TestCase):
    def test_combine_is_the_plain_sum(self):
        points = [ristretto.generator(number).coordinates for number in range(4)]
        numbers = [0, 1, curve.Q - 1, 2**252 + 0x1234567890ABCDEF]
        expected = curve.IDENTITY
        for number, point in zip(numbers, points):
            expected = curve.add(expected, curve.multiply(number, point))
        for _ in range(2 * speed.OFTEN):  # with and without tables
            self.assertEqual(ed25519.encode(speed.combine(zip(numbers, points))), ed25519.encode(expected))

    def test_nothing(self):
        self.assertEqual(ristretto.combine([]), ristretto.ZERO)

    def test_refusals_are_remembered(self):
        calls = []

        @speed.remembered
        def refuse(argument):
            calls.append(argument)
            raise Refused("no")

        for _ in range(2):
            with self.assertRaises(Refused):
                refuse(1)
        self.assertEqual(calls, [1])


if __name__ == "__main__":
    unittest.main()
