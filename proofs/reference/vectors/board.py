"""`log.json`: tree, tiles, notes, receipts (§11)."""

from .. import notes, tiles, tree
from ..tree import leaf
from .steps import same

unhex = bytes.fromhex


def whole_tree(case, _):
    same(tree.root_of(map(unhex, case["entries"])), case["root"], "root")


def inclusion(case, _):
    path = [unhex(value) for value in case["path"]]
    tree.verify_inclusion(leaf(unhex(case["entry"])), case["index"], case["size"], path, unhex(case["root"]))


def consistency(case, _):
    path = [unhex(value) for value in case["path"]]
    tree.verify_consistency(case["old"], case["new"], path, unhex(case["old_root"]), unhex(case["new_root"]))


def path(case, _):
    level, number, width = tiles.parse_path(case["path"])
    same([level, number, width], [case["level"], case["number"], case["width"]], "level, number, width")


def tile(case, _):
    """The tile is made here from the entries, and the log is read back from all its tiles."""
    entries = [number.to_bytes(2, "big") for number in range(case["size"])]
    files = {}
    hashes, level = [leaf(entry) for entry in entries], 0
    while hashes:
        for number in range(0, (len(hashes) + 255) // 256):
            row = hashes[number * 256 : number * 256 + 256]
            files[tiles.spell(level, number, len(row))] = b"".join(row)
        hashes = [tiles.full_hash(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    for number in range(0, (len(entries) + 255) // 256):
        row = entries[number * 256 : number * 256 + 256]
        bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in row)
        files[tiles.spell("entries", number, len(row))] = bundle
    same(files[tiles.spell(case["level"], case["number"], case["width"])], case["tile"], "tile")
    log = tiles.Log(files.__getitem__, case["size"], unhex(case["root"]))
    same(sum(log.bundles(), []), entries, "entries")


def bundle(case, _):
    entries = tiles.decode_bundle(unhex(case["bundle"]), case["width"])
    same([entry.hex() for entry in entries], case["entries"], "entries")


def checkpoint(case, _):
    name, key = case["key_name"], unhex(case["key"])
    opened = notes.open_checkpoint(unhex(case["note"]), name, key)
    same([opened.size, opened.root.hex()], [case["size"], case["root"]], "size, root")
    if "vkey" in case:
        same(notes.verifier_key(name, key), case["vkey"], "vkey")
        same(notes.key_id(name, key), case["key_id"], "key_id")


def receipt(case, _):
    index = notes.verify_receipt(unhex(case["receipt"]), unhex(case["entry"]), case["key_name"], unhex(case["key"]))
    same(index, case["index"], "index")


KINDS = {f.__name__: f for f in (inclusion, consistency, path, tile, bundle, checkpoint, receipt)} | {"tree": whole_tree}
