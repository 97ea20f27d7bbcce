"""Commands and exit codes (§23.5)."""

import argparse
import json
import os
import pathlib
import sys
import traceback

from . import judge, texts, vectors
from .errors import NoVerdict
from .verify import Verification, read_asked, reader

BAD_COMMAND, NO_INPUT, OWN_FAULT = 2, 3, 70


def _parser():
    parser = argparse.ArgumentParser(prog="reference", description="A second verifier of plebiscite.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("verify", help="verify a record in a folder, or in one file")
    command.add_argument("folder", help="the folder, or the file")
    command.add_argument("election", nargs="?", type=read_asked, help="the election id or its fingerprint")
    command.add_argument("--since", metavar="FILE", help="an earlier checkpoint")
    command.add_argument("--json", action="store_true", help="print the report of §23.4")
    command = commands.add_parser("judge", help="verify many records; one line of JSON each")
    command.add_argument("list", help='a file of lines {"folder": …, "election": …, "since": …}')
    command.add_argument("--jobs", type=int, default=os.cpu_count(), help="number of processes")
    command = commands.add_parser("vectors", help="run the test vectors")
    command.add_argument("folder")
    command.add_argument("--only", action="append", default=[], metavar="TOPIC", choices=list(vectors.TOPICS))
    return parser


def main(arguments):
    options = _parser().parse_args(arguments)
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        if options.command == "vectors":
            return 0 if vectors.run(options.folder, options.only) else 1
        if options.command == "judge":
            return judge.run(options.list, max(1, options.jobs), sys.stdout)
        return _verify(options)
    except (NoVerdict, OSError) as missing:
        print(missing, file=sys.stderr)
        return NO_INPUT
    except Exception:  # noqa: BLE001 - the one place where a defect of this program is shown
        traceback.print_exc()
        return OWN_FAULT


def _verify(options):
    since = None if options.since is None else pathlib.Path(options.since).read_bytes()
    verification = Verification(reader(options.folder), options.election, since)
    report = verification.report()
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_text(report)
    return verification.exit_code


def _visible(text):
    """A text of the manifest, with what controls, turns or hides writing escaped."""
    return "".join(c if texts.is_name(f"x{c}x", 8) or c.isspace() else f"\\u{{{ord(c):x}}}" for c in text)


def _print_text(report):
    words = {
        "passed": "Every check passed, and a result stands.",
        "cancelled": "Every check passed; the election was cancelled.",
        "not-yet": "No check failed; there is no result yet.",
        "failed": "A CHECK FAILED. What stands before the refused entry stays valid.",
    }
    print(words[report["outcome"]])
    if report["title"] is not None:
        title = _visible(report["title"])
        print(f"{title} ({report['fingerprint']}), {report['valid_up_to']} entries, {report['phase']}")
    for check in report["checks"]:
        where = "" if check["entry"] is None else f" at entry {check['entry']}"
        why = f": {check['reason']}" if check["reason"] else ""
        print(f"  {check['status']:14} {check['name']}{where}{why}")
    for finding in report["findings"]:
        print(f"  note: {finding['text']}")
