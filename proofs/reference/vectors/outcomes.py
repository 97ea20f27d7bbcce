"""`manifest.json` and `outcome.json` (§12, §13, §17, §18)."""

from ..manifest import Manifest
from .steps import same


def manifest(case, _):
    data = bytes.fromhex(case["bytes"]) if "bytes" in case else case["text"].encode()
    parsed = Manifest(data)
    same(parsed.election, case["election"], "election")
    forms = [{"bits": f.bits, "digest": f.digest.hex(), "tallied": len(f.tallied)} for f in parsed.forms]
    same(forms, case["forms"], "forms")
    same(parsed.keys, case["keys"], "keys")


KINDS = {"manifest": manifest}
