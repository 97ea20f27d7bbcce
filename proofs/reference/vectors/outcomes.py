"""`manifest.json` and `outcome.json` (§12, §13, §17, §18)."""

from .. import partition, verdict
from ..manifest import Manifest
from .steps import same


def manifest(case, _):
    data = bytes.fromhex(case["bytes"]) if "bytes" in case else case["text"].encode()
    parsed = Manifest(data)
    same(parsed.election, case["election"], "election")
    forms = [{"bits": f.bits, "digest": f.digest.hex(), "tallied": len(f.tallied)} for f in parsed.forms]
    same(forms, case["forms"], "forms")
    same(parsed.keys, case["keys"], "keys")


def outcome(case, _):
    parsed = Manifest(case["manifest"].encode())
    cells = partition.partition(parsed, case["heads"], case["eligible"])
    contests = verdict.verdict(parsed, cells, case["counts"])
    same(partition.encode(cells), case["partition"], "partition")
    same(verdict.encode(contests), case["verdict"], "verdict")


KINDS = {"manifest": manifest, "outcome": outcome}
