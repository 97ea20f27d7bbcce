"""Many records, one line of JSON each, in several processes: for comparing verifiers (§23.4)."""

import json
import multiprocessing
import pathlib
import traceback

from .errors import NoVerdict
from .verify import Verification, read_asked, reader


def judge_line(line):
    """The report of one record with its folder and exit code; `no-verdict` where an input is missing or malformed."""
    order = json.loads(line)
    about = {"folder": order["folder"]}
    try:
        asked = read_asked(order["election"]) if order.get("election") else None
        since = order.get("since")
        verification = Verification(reader(order["folder"]), asked, read_since(since) if since else None)
        return about | {"exit": verification.exit_code} | verification.report()
    except (NoVerdict, OSError, ValueError) as missing:
        return about | {"exit": 3, "outcome": "no-verdict", "reason": str(missing)}
    except Exception:  # noqa: BLE001 - a defect of this program is a line like any other, and agrees with nothing
        return about | {"exit": 70, "outcome": "own-fault", "reason": traceback.format_exc(limit=-3)}


def read_since(text):
    """An earlier checkpoint: its note, the note in hexadecimal (as in the vectors), or the name of its file."""
    if "\n" in text:
        return text.encode()
    try:
        return bytes.fromhex(text)
    except ValueError:
        return pathlib.Path(text).read_bytes()


def run(path, jobs, out):
    """Judges every line of a file, in its order. Neighbours share a process, and so what it remembers."""
    lines = [line for line in pathlib.Path(path).read_text("utf-8").split("\n") if line.strip()]
    together = max(1, min(32, len(lines) // (4 * jobs)))
    faults = 0
    with multiprocessing.Pool(jobs) as pool:
        for report in pool.imap(judge_line, lines, together):
            faults += report["exit"] == 70
            print(json.dumps(report), file=out, flush=True)
    return 70 if faults else 0
