"""Signed notes, checkpoints and receipts (§11.4 to §11.6, C2SP signed-note, tlog-checkpoint and tlog-proof)."""

import base64
import binascii
import hashlib
from typing import NamedTuple

from . import ed25519, tree
from .errors import Refused, demand

DASH = "\u2014"
LONGEST_NOTE = 65_536
MOST_SIGNATURES = 100


def base64_bytes(text, name):
    """RFC 4648, §4: padded, and with no other spelling of the same bytes."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise Refused(name, "no base64") from None
    demand(base64.b64encode(data).decode() == text, name, "another spelling of base64")
    return data


def decimal(text, name):
    """A number below 2^64 in the one decimal spelling."""
    demand(text.isascii() and text.isdigit() and len(text) <= 20, name, "no decimal number")
    number = int(text)
    demand(str(number) == text and number < 2**64, name, "another spelling of a number, or too great")
    return number


def key_id(name, key):
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


def verifier_key(name, key):
    return f"{name}+{key_id(name, key).hex()}+{base64.b64encode(bytes([1]) + key).decode()}"


def parse_note(data):
    """(text, [(name, key id, signature)]); refused as `malformed`."""
    demand(len(data) <= LONGEST_NOTE, "malformed", "the note is too long")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("malformed", "the note is not UTF-8") from None
    demand(all(c >= " " or c == "\n" for c in note), "malformed", "the note has a control character")
    blank = note.rfind("\n\n")
    demand(blank >= 0 and note.endswith("\n") and len(note) > blank + 2, "malformed", "the note has no signature lines")
    signatures = []
    for line in note[blank + 2 : -1].split("\n"):
        parts = line.split(" ")
        demand(len(parts) == 3 and parts[0] == DASH, "malformed", "no signature line")
        name = parts[1]
        demand(name and "+" not in name and not any(c.isspace() for c in name), "malformed", "no name of a key")
        data = base64_bytes(parts[2], "malformed")
        demand(len(data) > 4, "malformed", "a signature is too short")
        signatures.append((name, data[:4], data[4:]))
    demand(len(signatures) <= MOST_SIGNATURES, "malformed", "the note has too many signatures")
    return note[: blank + 1], signatures


def verify_note(text, signatures, name, key):
    """A key's signatures on the note's text; refused as `wrong` or `unsigned`."""
    mine = [signature for signer, number, signature in signatures if (signer, number) == (name, key_id(name, key))]
    demand(all(ed25519.verify(key, text.encode(), signature) for signature in mine), "wrong", "a signature is false")
    demand(mine, "unsigned", "the key has not signed")


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    text: str
    signatures: list

    def verify(self, key):
        """§11.5: the board's key signs under the origin as its name."""
        verify_note(self.text, self.signatures, self.origin, key)


def parse_checkpoint(data):
    """§11.5; refused as `malformed` or `text`. Nothing is verified yet."""
    text, signatures = parse_note(data)
    lines = text.split("\n")
    demand(len(lines) == 4 and lines[3] == "" and lines[0], "text", "a checkpoint has three lines")
    root = base64_bytes(lines[2], "text")
    demand(len(root) == 32, "text", "the root has 32 bytes")
    return Checkpoint(lines[0], decimal(lines[1], "text"), root, text, signatures)


def open_checkpoint(data, origin, key):
    checkpoint = parse_checkpoint(data)
    demand(checkpoint.origin == origin, "origin", "a checkpoint of another log")
    checkpoint.verify(key)
    return checkpoint


def verify_receipt(data, entry, origin, key):
    """§11.6: the index at which the entry stands."""
    head, blank, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Refused("format", "the receipt is not ASCII before its checkpoint") from None
    demand(blank and lines.pop(0) == "c2sp.org/tlog-proof@v1", "format", "another format of receipts")
    if lines and lines[0].startswith("extra "):
        base64_bytes(lines.pop(0).removeprefix("extra "), "format")
    demand(lines and lines[0].startswith("index "), "format", "no index")
    index = decimal(lines.pop(0).removeprefix("index "), "format")
    path = [base64_bytes(line, "format") for line in lines]
    demand(len(path) <= 63 and all(len(value) == 32 for value in path), "format", "no path")
    checkpoint = open_checkpoint(note, origin, key)
    tree.verify_inclusion(tree.leaf(entry), index, checkpoint.size, path, checkpoint.root)
    return index
