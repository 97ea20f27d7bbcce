"""Commands and exit codes (§23.5)."""

import argparse

from . import vectors


def main(arguments):
    parser = argparse.ArgumentParser(prog="reference", description="A second verifier of plebiscite.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("vectors", help="run the test vectors")
    command.add_argument("folder")
    command.add_argument("--only", action="append", default=[], metavar="TOPIC")
    options = parser.parse_args(arguments)
    if options.command == "vectors":
        return 0 if vectors.run(options.folder, options.only) else 1
