"""`records.json`: whole records in folders (§11.8, §20, §23)."""

from ..errors import Refused
from ..verify import Verification, folder_reader, read_asked
from .steps import same


def record(case, folder):
    since = bytes.fromhex(case["since"]) if "since" in case else None
    verification = Verification(folder_reader(folder / case["folder"]), read_asked(case["election"]), since)
    verification.report()
    same(verification.outcome, case["outcome"], "outcome")
    if not verification.failures:
        same(verification.record.tree.size, case["entries"], "entries")
        return
    same(len(verification.failures), 1, f"number of failures {list(verification.failures)}")
    ((name, (entry, reason)),) = verification.failures.items()
    same(entry, case["entry"], f"entry at which {name} fails")
    raise Refused(name, reason)


KINDS = {"record": record}
