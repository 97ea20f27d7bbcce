//! The log: trees, tiles, bundles, notes, checkpoints, receipts (§11).

use ed25519_dalek::{SigningKey, VerifyingKey};
use plebiscite_board::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use plebiscite_board::entry_bundle;
use plebiscite_board::merkle::{Hash, Roots, Tree, leaf_hash, root, verify_consistency, verify_inclusion};
use plebiscite_board::note::{Note, NoteError, NoteKey, sign};
use plebiscite_board::tile::{TilePath, tile_bytes};
use plebiscite_board::tlog_proof::{TlogProof, TlogProofError};
use serde_json::{Value, json};

use crate::json::{Fields, bad, file, good, hex, unhex, variant};
use crate::numbers::{flip, fresh};

/// The leaves of the reference implementation of certificate transparency, and the roots of their first 0 to 8.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&fresh(name))
}

fn known() -> Vec<Vec<u8>> {
    LEAVES.iter().map(|leaf| hex::decode(leaf).unwrap()).collect()
}

/// The file.
#[must_use]
pub fn make() -> Vec<u8> {
    let mut cases = Vec::new();
    for (size, root) in ROOTS.iter().enumerate() {
        cases.push(good(
            &format!("tree of {size}"),
            "tree",
            json!({"entries": LEAVES[..size], "root": root}),
        ));
    }
    cases.extend(paths());
    cases.extend(tiles());
    cases.extend(notes());
    cases.extend(receipts());
    let sources = [
        "RFC 6962, section 2.1; leaves and roots of the tests of google/certificate-transparency",
        "C2SP: signed-note, tlog-checkpoint, tlog-tiles, tlog-proof",
    ];
    file("log", &["11"], &sources, cases)
}

fn hashes(path: &[Hash]) -> Vec<Value> {
    path.iter().map(|hash| hex(hash.0)).collect()
}

fn paths() -> Vec<Value> {
    let tree = Tree::of(known().iter().map(|entry| leaf_hash(entry)));
    let mut cases = Vec::new();
    let inclusion = |index: u64, size: u64, path: &[Hash]| {
        json!({"entry": LEAVES[usize::try_from(index).unwrap() % 8], "index": index, "size": size,
            "path": hashes(path), "root": ROOTS[usize::try_from(size).unwrap()]})
    };
    for (index, size) in [(0u64, 1u64), (0, 8), (5, 8), (2, 3), (1, 5), (4, 5), (6, 7)] {
        let path = tree.inclusion_proof(index, size).unwrap();
        cases.push(good(
            &format!("inclusion of {index} in {size}"),
            "inclusion",
            inclusion(index, size, &path),
        ));
    }
    let path = tree.inclusion_proof(5, 8).unwrap();
    let mut other = inclusion(5, 8, &path);
    other["entry"] = json!("00");
    let swapped = [path[1], path[0], path[2]];
    cases.extend([
        bad("inclusion_bad_other_entry", "inclusion", "root", other),
        bad("inclusion_bad_swapped_hashes", "inclusion", "root", inclusion(5, 8, &swapped)),
        bad("inclusion_bad_too_short", "inclusion", "length", inclusion(5, 8, &path[..2])),
        bad(
            "inclusion_bad_too_long",
            "inclusion",
            "length",
            inclusion(5, 8, &[&path[..], &path[..1]].concat()),
        ),
        bad("inclusion_bad_index_is_size", "inclusion", "range", inclusion(8, 8, &path)),
    ]);
    let consistency = |old: u64, new: u64, path: &[Hash]| {
        json!({"old": old, "old_root": ROOTS[usize::try_from(old).unwrap()], "new": new,
            "new_root": ROOTS[usize::try_from(new).unwrap()], "path": hashes(path)})
    };
    for (old, new) in [(0u64, 8u64), (1, 1), (1, 8), (6, 8), (2, 5), (4, 8), (3, 7)] {
        let path = tree.consistency_proof(old, new).unwrap();
        cases.push(good(
            &format!("consistency of {old} and {new}"),
            "consistency",
            consistency(old, new, &path),
        ));
    }
    let path = tree.consistency_proof(6, 8).unwrap();
    let mut fork = consistency(6, 8, &path);
    fork["old_root"] = json!(ROOTS[5]);
    cases.extend([
        bad("consistency_bad_fork", "consistency", "root", fork),
        bad("consistency_bad_too_short", "consistency", "length", consistency(6, 8, &path[1..])),
        bad(
            "consistency_bad_too_long",
            "consistency",
            "length",
            consistency(6, 8, &[&path[..], &path[..1]].concat()),
        ),
        bad("consistency_bad_older_is_larger", "consistency", "range", consistency(8, 6, &path)),
    ]);
    cases
}

fn tiles() -> Vec<Value> {
    let mut cases = Vec::new();
    for (path, level, number, width) in [
        ("tile/0/000", 0u8, 0u64, 0u16),
        ("tile/0/x001/x234/067", 0, 1_234_067, 0),
        ("tile/1/001.p/17", 1, 1, 17),
        ("tile/0/273.p/112", 0, 273, 112),
    ] {
        let width = if width == 0 { 256 } else { width };
        cases.push(good(
            path,
            "path",
            json!({"path": path, "level": level, "number": number, "width": width}),
        ));
    }
    for path in [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/00/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/-1/000",
    ] {
        cases.push(bad(&format!("path_bad {path}"), "path", "path", json!({"path": path})));
    }
    // 260 entries of two bytes: a full tile, a partial one, and the first one's root above them.
    let entries: Vec<[u8; 2]> = (0..260u16).map(u16::to_be_bytes).collect();
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    for (level, number, width) in [(0u8, 1u64, 4u16), (1, 0, 1)] {
        cases.push(good(
            &format!("tile of level {level}, number {number}, of 260 entries"),
            "tile",
            json!({"size": 260, "level": level, "number": number, "width": width,
                "tile": hex(tile_bytes(&tree, level, number, width).unwrap()), "root": hex(tree.root_at(260).unwrap().0)}),
        ));
    }
    let entries = [b"one".to_vec(), Vec::new(), b"three".to_vec()];
    let bundle = entry_bundle::encode(&entries).unwrap();
    let case = |bytes: &[u8], width: u16| json!({"bundle": hex(bytes), "width": width});
    let mut accepted = case(&bundle, 3);
    accepted["entries"] = entries.iter().map(hex).collect();
    cases.extend([
        good("bundle", "bundle", accepted),
        bad("bundle_bad_truncated", "bundle", "bundle", case(&bundle[..bundle.len() - 1], 3)),
        bad("bundle_bad_trailing_byte", "bundle", "bundle", case(&[&bundle[..], &[0]].concat(), 3)),
        bad("bundle_bad_fewer_entries_than_the_path_says", "bundle", "bundle", case(&bundle, 4)),
        bad("bundle_bad_more_entries_than_the_path_says", "bundle", "bundle", case(&bundle, 2)),
    ]);
    cases
}

fn checkpoint_case(origin: &str, note: &[u8]) -> Value {
    json!({"key_name": origin, "key": hex(key("board").verifying_key().to_bytes()), "note": hex(note)})
}

fn notes() -> Vec<Value> {
    let origin = format!("plebiscite/v1/{}", hex::encode(fresh("election")));
    let own = Checkpoint {
        origin: origin.clone(),
        size: 8,
        root: Hash(hex::decode(ROOTS[8]).unwrap().try_into().unwrap()),
    };
    let signed = own.clone().sign(&key("board")).unwrap().note().to_vec();
    let text = String::from_utf8(signed.clone()).unwrap();
    let board = NoteKey::new(&origin, key("board").verifying_key()).unwrap();
    let mut accepted = checkpoint_case(&origin, &signed);
    accepted["text"] = json!(text);
    accepted["vkey"] = json!(board.vkey());
    accepted["key_id"] = hex(board.id());
    accepted["size"] = json!(8);
    accepted["root"] = json!(ROOTS[8]);
    let cosigned = format!(
        "{text}{}",
        sign(&own.text(), "witness", &key("witness")).unwrap().split_once("\n\n").unwrap().1
    );
    let mut also = checkpoint_case(&origin, cosigned.as_bytes());
    also["size"] = json!(8);
    also["root"] = json!(ROOTS[8]);
    let note_of = |text: &str| sign(text, &origin, &key("board")).unwrap().into_bytes();
    let foreign = Checkpoint { origin: "plebiscite/v1/00".to_owned(), ..own.clone() };
    let stranger = own.clone().sign(&key("stranger")).unwrap().note().to_vec();
    let first_lines = own.text();
    let larger = text.replacen("\n8\n", "\n9\n", 1);
    let case = |note: &[u8]| checkpoint_case(&origin, note);
    let row = |name, error, note: &[u8]| bad(name, "checkpoint", error, case(note));
    vec![
        good("checkpoint", "checkpoint", accepted),
        good("checkpoint_with_a_witness", "checkpoint", also),
        row("checkpoint_bad_other_size", "wrong", larger.as_bytes()),
        row("checkpoint_bad_signed_by_a_stranger", "unsigned", &stranger),
        row("checkpoint_bad_of_another_log", "origin", foreign.sign(&key("board")).unwrap().note()),
        row(
            "checkpoint_bad_size_with_leading_zero",
            "text",
            &note_of(&first_lines.replacen("\n8\n", "\n08\n", 1)),
        ),
        row("checkpoint_bad_extension_line", "text", &note_of(&format!("{first_lines}more\n"))),
        row("checkpoint_bad_root_short", "text", &note_of(&format!("{origin}\n8\nAAAA\n"))),
        row("checkpoint_bad_without_signatures", "malformed", first_lines.as_bytes()),
        row("checkpoint_bad_truncated", "malformed", &signed[..signed.len() - 1]),
        row("checkpoint_bad_not_utf8", "malformed", &[&[0xff], &signed[..]].concat()),
        row("checkpoint_bad_hyphen_for_the_dash", "malformed", text.replacen('\u{2014}', "-", 1).as_bytes()),
    ]
}

fn receipts() -> Vec<Value> {
    let origin = format!("plebiscite/v1/{}", hex::encode(fresh("election")));
    let tree = Tree::of(known().iter().map(|entry| leaf_hash(entry)));
    let checkpoint = Checkpoint { origin: origin.clone(), size: 8, root: tree.root_at(8).unwrap() };
    let note = checkpoint.sign(&key("board")).unwrap().note().to_vec();
    let proof = TlogProof { index: 5, path: tree.inclusion_proof(5, 8).unwrap(), checkpoint: note.clone() };
    let text = String::from_utf8(proof.encode()).unwrap();
    let case = |entry: &str, receipt: &[u8]| {
        let mut case = checkpoint_case(&origin, &note);
        case["entry"] = json!(entry);
        case["receipt"] = hex(receipt);
        case
    };
    let mut accepted = case(LEAVES[5], text.as_bytes());
    accepted["text"] = json!(text);
    accepted["index"] = json!(5);
    let mut extra = case(LEAVES[5], text.replacen("index", "extra AAAA\nindex", 1).as_bytes());
    extra["index"] = json!(5);
    let row = |name, error, receipt: &str| bad(name, "receipt", error, case(LEAVES[5], receipt.as_bytes()));
    let other = TlogProof { index: 4, ..proof.clone() };
    let short = TlogProof { path: proof.path[..2].to_vec(), ..proof.clone() };
    let utf8 = |proof: &TlogProof| String::from_utf8(proof.encode()).unwrap();
    vec![
        good("receipt", "receipt", accepted),
        good("receipt_with_an_extra_line", "receipt", extra),
        bad("receipt_bad_other_entry", "receipt", "root", case(LEAVES[4], text.as_bytes())),
        row("receipt_bad_other_index", "root", &utf8(&other)),
        row("receipt_bad_path_too_short", "length", &utf8(&short)),
        row("receipt_bad_checkpoint_of_another_size", "wrong", &text.replacen("\n8\n", "\n9\n", 1)),
        row("receipt_bad_index_with_leading_zero", "format", &text.replacen("index 5", "index 05", 1)),
        row("receipt_bad_other_version", "format", &text.replacen("@v1", "@v2", 1)),
        row("receipt_bad_without_index", "format", &text.replacen("index 5\n", "", 1)),
        bad("receipt_bad_flipped_hash", "receipt", "root", case(LEAVES[5], &flip(text.as_bytes(), 40))),
    ]
}

fn note_name(error: &NoteError) -> String {
    variant(error).to_lowercase()
}

fn checkpoint_name(error: &CheckpointError) -> String {
    match error {
        CheckpointError::Note(error) => note_name(error),
        other => variant(other).to_lowercase(),
    }
}

fn path_of(value: &Value, name: &str) -> Vec<Hash> {
    value.list(name).iter().map(|hash| Hash(unhex(hash).try_into().unwrap())).collect()
}

/// Judges a case.
///
/// # Errors
/// The name of the refusal.
pub fn judge(case: &Value) -> Result<(), String> {
    let note_key = || {
        let key = VerifyingKey::from_bytes(&case.array("key")).unwrap();
        NoteKey::new(case.text("key_name"), key).unwrap()
    };
    match case.text("kind") {
        "tree" => {
            let leaves: Vec<Hash> =
                case.list("entries").iter().map(|entry| leaf_hash(&unhex(entry))).collect();
            assert_eq!(root(&leaves).0, case.array("root"));
        }
        "inclusion" => {
            let leaf = leaf_hash(&case.bytes("entry"));
            let (index, size, path) = (case.number("index"), case.number("size"), path_of(case, "path"));
            verify_inclusion(leaf, index, size, &path, Hash(case.array("root")))
                .map_err(|error| variant(&error).to_lowercase())?;
        }
        "consistency" => {
            let [old_root, new_root] = ["old_root", "new_root"].map(|name| Hash(case.array(name)));
            let (old, new) = (case.number("old"), case.number("new"));
            verify_consistency(old, old_root, new, new_root, &path_of(case, "path"))
                .map_err(|error| variant(&error).to_lowercase())?;
        }
        "path" => {
            let path = TilePath::parse(case.text("path")).map_err(|_| "path".to_owned())?;
            assert_eq!(path.path(), case.text("path"));
            assert_eq!((path.number, u64::from(path.width)), (case.number("number"), case.number("width")));
        }
        "tile" => {
            let entries: Vec<[u8; 2]> = (0..case.small::<u16>("size")).map(u16::to_be_bytes).collect();
            let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
            let tile =
                tile_bytes(&tree, case.small("level"), case.number("number"), case.small("width")).unwrap();
            assert_eq!(tile, case.bytes("tile"));
            assert_eq!(tree.root_at(tree.size()).unwrap().0, case.array("root"));
        }
        "bundle" => {
            let bytes = case.bytes("bundle");
            let entries =
                entry_bundle::decode_exact(&bytes, case.small("width")).map_err(|_| "bundle".to_owned())?;
            assert!(entries.iter().map(hex).eq(case.list("entries").iter().cloned()));
        }
        "checkpoint" => {
            let signed = SignedCheckpoint::verify(&case.bytes("note"), &note_key())
                .map_err(|error| checkpoint_name(&error))?;
            assert_eq!(signed.checkpoint().size, case.number("size"));
            assert_eq!(signed.checkpoint().root.0, case.array("root"));
            if let Some(vkey) = case.get("vkey") {
                assert_eq!(vkey, &json!(note_key().vkey()));
                assert_eq!(case.bytes("key_id"), note_key().id());
                assert_eq!(case.text("text").as_bytes(), case.bytes("note"));
                assert!(Note::parse(&case.bytes("note")).is_ok());
            }
        }
        "receipt" => {
            let named = |error: TlogProofError| match error {
                TlogProofError::Malformed => "format".to_owned(),
                TlogProofError::Checkpoint(error) => checkpoint_name(&error),
                TlogProofError::Path(error) => variant(&error).to_lowercase(),
            };
            let proof = TlogProof::parse(&case.bytes("receipt")).map_err(named)?;
            proof.verify(&case.bytes("entry"), &note_key()).map_err(named)?;
            assert_eq!(proof.index, case.number("index"));
        }
        other => unreachable!("no kind {other}"),
    }
    Ok(())
}
