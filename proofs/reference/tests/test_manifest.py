"""Strict JSON, texts, types of the manifest, forms and their compiler (§12, §13, §19.1)."""

import json
import unittest

from reference import manifest, questions, strict_json, texts
from reference.curve import Q
from reference.descriptions import form_of
from reference.errors import Refused
from reference.tests.made import base_manifest


class StrictJson(unittest.TestCase):
    def test_values(self):
        accepted = {
            b' { "a" : [ 0 , 1 , 18446744073709551615 ] } ': {"a": [0, 1, 2**64 - 1]},
            b'"\\u00e9\\ud83d\\ude00\\/\\n"': "\u00e9\U0001f600/\n",
            b"[true,false,null,{},[]]": [True, False, None, {}, []],
            b"[" * 127 + b"]" * 127: None,
        }
        for data, value in accepted.items():
            parsed = strict_json.parse(data)
            if value is not None:
                self.assertEqual(parsed, value)

    def test_refusals(self):
        refused = [
            b"", b" ", b"{", b"[1,]", b'{"a":1,}', b'{"a":1,"a":1}', b'{"a":1,"\\u0061":1}', b"[01]", b"[-0]", b"[-1]",
            b"[1.0]", b"[1e0]", b"[18446744073709551616]", b"[+1]", b"[NaN]", b"[Infinity]", b"nul", b"true false",
            b"'a'", b'"\t"', b'"\\x"', b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\u0041"', b'"\\u12g4"', b'"a', b"\xff",
            b"\xef\xbb\xbf1", b'"\xed\xa0\x80"', b"[" * 128 + b"]" * 128, b"1\x0b", b"\xc2\xa01", b'{1:2}', b"[1 2]",
            b"9" * 10_000,
        ]  # fmt: skip
        for data in refused:
            with self.assertRaises(Refused, msg=data) as refusal:
                strict_json.parse(data)
            self.assertEqual(refusal.exception.name, "Strict(Json)")


class Texts(unittest.TestCase):
    def test_texts(self):
        for good in ("Yes", "\u200fYes", "a\u2066b\u2069", "\u00e9", "a\u00a0b", "\U0001f5f3"):
            self.assertTrue(texts.is_text(good, 512), repr(good))
        for bad in (
            "", " a", "a\u00a0", "e\u0301", "a\nb", "\u200b", "a\u202eb", "a\u2066b", "a\u2069b", "\ue000", "\ufffd",
            "\U0001fffe", "\U000e0041", "\ufdd0", "x" * 513, "\x7fa", "a\x85b",
        ):  # fmt: skip
            self.assertFalse(texts.is_text(bad, 512), repr(bad))

    def test_names(self):
        self.assertTrue(texts.is_name("official 1", 512))
        for bad in ("a\u200fb", "a\u00adb", "a\u200db", "a\u2066b\u2069"):
            self.assertFalse(texts.is_name(bad, 512))

    def test_look(self):
        self.assertEqual(texts.look("Ａ  b"), texts.look("a\u00a0B"))
        self.assertNotEqual(texts.look("a"), texts.look("\u0430"))
        self.assertEqual(texts.look("\u039f\u0394\u039f\u03a3"), texts.look("\u03bf\u03b4\u03bf\u03c2"))
        self.assertNotEqual(texts.look("\u00a8a"), texts.look("\u0308a"))

    def test_clean(self):
        self.assertTrue(texts.is_clean("why not") and texts.is_clean(""))
        self.assertFalse(texts.is_clean("a\nb") or texts.is_clean("e\u0301") or texts.is_clean("a\u200eb"))


class Types(unittest.TestCase):
    def check(self, kind, good, bad):
        for value, meaning in good.items():
            self.assertEqual(kind(value), meaning)
        for value in bad:
            with self.assertRaises(Refused, msg=value):
                kind(value)

    def test_times(self):
        good = {
            "1970-01-01T00:00:00Z": 0,
            "2027-06-06T06:00:00Z": 1812261600,
            "2028-02-29T23:59:59Z": 1835481599,
            "9999-12-30T22:00:00Z": 253402207200,
        }
        bad = [
            "1969-12-31T23:59:59Z", "9999-12-30T22:00:01Z", "2027-02-29T00:00:00Z", "2027-06-06T24:00:00Z",
            "2016-12-31T23:59:60Z", "2027-06-06T06:00:00z", "2027-06-06 06:00:00Z", "2027-06-06T06:00:00+00:00",
            "2027-6-06T06:00:00Z", "2027-06-06T06:00:00.0Z", "", "\u0662027-06-06T06:00:00Z",
        ]  # fmt: skip
        self.check(manifest.time, good, bad)

    def test_fractions(self):
        good = {"0": 0, "1": 1, "1/2": manifest.Fraction(1, 2), "4294967295": 2**32 - 1}
        bad = ["", "1/1", "2/4", "0/1", "0/5", "01", "1/02", "-1", "1/0", "4294967296", "1/4294967296", "1 /2", "\u0661"]
        self.check(manifest.fraction, good, bad)


class ResultsLength(unittest.TestCase):
    def manifest(self, regions, roll):
        fields = base_manifest()
        one = fields["regions"][0]
        names = [f"r{number}" for number in range(regions)]
        fields["regions"] = [one | {"id": name, "name": {"en": name}} for name in names]
        fields["roll"] = {"maximum": roll}
        return manifest.Manifest(json.dumps(fields, separators=(",", ":")).encode())

    def test_a_result_that_does_not_fit_one_entry_is_refused(self):
        """§12.14: two tallied numbers, 17 bytes a region, and 226 beside them."""
        self.assertEqual(self.manifest(3841, 20_000).longest_result(), 226 + 17 * 3841)
        with self.assertRaises(Refused) as refusal:
            self.manifest(3842, 20_000)
        self.assertEqual(refusal.exception.name, "ResultTooLong")


class Forms(unittest.TestCase):
    def test_the_example(self):
        """§6.1; its pivot is bit 0, where the compiler takes the greatest (§13.2)."""
        form = questions.Form(3, [questions.Row(0, 1, [(0, 1), (1, 1), (2, 1)])], [[(0, 1)], [(1, 1)]])
        self.assertEqual(form.digest.hex(), "c7bd0eb221e3998f19cef2d3dbbeb591255db8d03a086780b5f00eddef2022db")
        self.assertEqual(form_of({"kind": "yes_no_blank"}, 10).rows[0].pivot, 2)
        self.assertEqual(form_of({"kind": "single_choice", "options": [{}] * 3, "blank": {}}, 1000).length, 512)

    def test_pivots_are_found_from_the_last(self):
        rows = [([(0, 1), (1, 2)], 1), ([(1, 1), (2, 1)], 1)]
        form = questions.compile_form(3, rows, [[(0, 1)]], 1)
        self.assertEqual([row.pivot for row in form.rows], [2, 0])
        self.assertEqual(form.solve([1], 1), [Q - 1, 1, 0])

    def test_refusals(self):
        rule = ([(0, 1)], 1)
        tally = [[(0, 1)]]
        self.assertEqual(questions.compile_form(1, [rule], tally, 1).bits, 1)
        bad = [
            (0, [rule], tally, 1), (4097, [rule], tally, 1), (1, [rule], [], 1), (1, [([], 1)], tally, 1),
            (1, [([(1, 1)], 1)], tally, 1), (1, [([(0, 0)], 1)], tally, 1), (1, [([(0, 2)], 2)], tally, 1),
            (1, [([(0, 2**62)], 1)], tally, 1), (1, [rule], [[(0, -1)]], 1), (1, [rule], tally, 2**32),
            (1, [rule, rule], tally, 1), (2, [([(1, 1), (0, 1)], 1)], tally, 1),
        ]  # fmt: skip
        for arguments in bad:
            with self.assertRaises(Refused, msg=arguments) as refusal:
                questions.compile_form(*arguments)
            self.assertEqual(refusal.exception.name, "Compile")


if __name__ == "__main__":
    unittest.main()
