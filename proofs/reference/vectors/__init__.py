"""Runs every case of `proofs/vectors` (its README.md says what a case is). One file here for each group of topics."""

import json
import pathlib
import traceback

from ..errors import Refused
from . import board, credentials, elections, group, outcomes, proofs, records, trustees

VERSION = 1

# topic -> kind -> function of a case and the vectors' folder
TOPICS = {
    "group": group.KINDS,
    "transcripts": proofs.KINDS,
    "proofs": proofs.KINDS,
    "linear_bits": proofs.KINDS,
    "sums": proofs.KINDS,
    "credentials": credentials.KINDS,
    "ballots": elections.KINDS,
    "ceremony": trustees.KINDS,
    "decryption": trustees.KINDS,
    "log": board.KINDS,
    "manifest": outcomes.KINDS,
    "outcome": outcomes.KINDS,
    "records": records.KINDS,
}


def judge(kinds, case, folder):
    """None if this implementation agrees with the case, else what differs."""
    function = kinds.get(case["kind"])
    if function is None:
        return f"the kind {case['kind']} is not known"
    try:
        function(case, folder)
        outcome = ("accepted", None)
    except Refused as refusal:
        outcome = ("refused", refusal.name)
    except AssertionError as difference:
        return str(difference) or traceback.format_exc(limit=-1)
    except Exception:  # noqa: BLE001 - a defect of this program: shown, and counted as disagreement
        return traceback.format_exc(limit=-2)
    expected = (case["expect"], case.get("error"))
    return None if outcome == expected else f"expected {expected}, came out as {outcome}"


def run(folder, only=(), out=print):
    """Runs all topics; true if every case agrees."""
    folder = pathlib.Path(folder)
    agreed = count = 0
    for topic, kinds in TOPICS.items():
        if only and topic not in only:
            continue
        file = json.loads((folder / f"{topic}.json").read_text("utf-8"))
        if file["version"] != VERSION or file["topic"] != topic:
            out(f"{topic}: another version or topic than this program knows")
            return False
        differences = []
        for case in file["cases"]:
            difference = judge(kinds, case, folder)
            if difference:
                differences.append((case["name"], difference))
        total = len(file["cases"])
        out(f"{topic}: {total - len(differences)} of {total}")
        for name, difference in differences:
            out(f"  {name}: {difference}")
        count += total
        agreed += total - len(differences)
    out(f"{agreed} of {count} cases agree")
    return agreed == count
