//! What holds for every format of the log whatever bytes come: a panic here is a fault of the crate.
//!
//! One function a format: it reads the bytes, and where they are accepted demands that they are written again as they were,
//! and asks everything else that can be asked of them. It says whether they were accepted. The tests of this folder call
//! these on mutants of valid ones; the targets of `crates/board/fuzz` call the same.
#![allow(dead_code, reason = "a fuzz target calls one of them")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property fails where it stands"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ed25519_dalek::SigningKey;
use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::entry_bundle;
use plebiscite_board::evidence::Evidence;
use plebiscite_board::merkle::{Hash, Roots, Tree, leaf_hash, verify_consistency, verify_inclusion};
use plebiscite_board::note::{Note, NoteKey, parse_lines};
use plebiscite_board::policy::Policy;
use plebiscite_board::reader::{Fetch, FetchError, Reader};
use plebiscite_board::tile::{TilePath, decode_tile, level_size, tile_bytes};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_board::witness::AddCheckpoint;

/// Name of the log of all valid examples.
pub const ORIGIN: &str = "plebiscite/v1/fuzz";
/// Entries of that log.
pub const SIZE: u64 = 300;

/// The example's tree, and its files by name; made once.
static WHOLE: LazyLock<(Tree, BTreeMap<String, Vec<u8>>)> = LazyLock::new(|| {
    let tree = tree(SIZE, "");
    let files = names().into_iter().map(|name| (name.clone(), file(&tree, &name))).collect();
    (tree, files)
});

/// A cosigned checkpoint and one without cosignatures; made once.
static NOTES: LazyLock<(Note, Note)> =
    LazyLock::new(|| (Note::parse(&cosigned()).unwrap(), Note::parse(&head(&tree(9, ""))).unwrap()));

/// A format, and what is demanded of it.
pub type Property = fn(&[u8]) -> bool;

/// All formats by name.
pub const ALL: [(&str, Property); 13] = [
    ("path", path),
    ("note", note),
    ("lines", lines),
    ("checkpoint", checkpoint),
    ("vkey", vkey),
    ("receipt", receipt),
    ("bundle", bundle),
    ("tile", tile),
    ("policy", policy),
    ("request", request),
    ("evidence", evidence),
    ("proof", proof),
    ("reader", reader),
];

/// The log's key, or a witness's.
pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// The log's key under its name.
pub fn log_key() -> NoteKey {
    NoteKey::new(ORIGIN, key(1).verifying_key()).unwrap()
}

/// One of three witnesses.
pub fn witness_key(number: u8) -> WitnessKey {
    WitnessKey::new(&format!("w{number}"), key(10 + number).verifying_key()).unwrap()
}

/// An entry of the example's log.
pub fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// The example's tree, of so many entries; from the fifth on they differ by salt.
pub fn tree(size: u64, salt: &str) -> Tree {
    Tree::of((0..size).map(|n| leaf_hash(&[entry(n), if n < 5 { vec![] } else { salt.into() }].concat())))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Paths of tiles.
pub fn path(bytes: &[u8]) -> bool {
    let Some(Ok(read)) = text(bytes).map(TilePath::parse) else { return false };
    assert_eq!(read.path().as_bytes(), bytes);
    assert!((1..=256).contains(&read.width));
    true
}

/// Signed notes.
pub fn note(bytes: &[u8]) -> bool {
    let Ok(read) = Note::parse(bytes) else { return false };
    assert_eq!(read.encode(), bytes);
    let _ = (read.verify(&log_key()), witness_key(1).time_of(&read));
    #[cfg(feature = "ml-dsa")]
    let _ = second().own().time_of(&read);
    if let Ok(signed) = SignedCheckpoint::verify(bytes, &log_key()) {
        assert_eq!((signed.note(), &signed.checkpoint().text()), (bytes, &read.text));
    }
    true
}

/// What a witness answers.
pub fn lines(bytes: &[u8]) -> bool {
    let Some(Ok(read)) = text(bytes).map(parse_lines) else { return false };
    let again = Note { text: "a\n".to_owned(), signatures: read }.encode();
    assert_eq!(&again[b"a\n\n".len()..], bytes);
    true
}

/// Texts of checkpoints.
pub fn checkpoint(bytes: &[u8]) -> bool {
    let Some(Ok(read)) = text(bytes).map(Checkpoint::parse) else { return false };
    assert_eq!(read.text().as_bytes(), bytes);
    true
}

/// Verifier keys of logs and of witnesses; nothing is both.
pub fn vkey(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let (log, witness) = (NoteKey::parse(text), WitnessKey::parse(text));
    assert!(log.is_err() || witness.is_err());
    let again = log.map(|key| key.vkey()).or(witness.map(|key| key.vkey()));
    #[cfg(feature = "ml-dsa")]
    let again = again.or(plebiscite_board::second::SecondKey::parse(text).map(|key| key.vkey()));
    again.is_ok_and(|again| {
        assert_eq!(again, text);
        true
    })
}

/// Receipts. Only an `extra` line, which is read over, is not written again.
pub fn receipt(bytes: &[u8]) -> bool {
    let Ok(read) = TlogProof::parse(bytes) else { return false };
    let again = read.encode();
    assert!(again == bytes || text(bytes).is_some_and(|text| text.contains("\nextra ")));
    assert_eq!(TlogProof::parse(&again).unwrap(), read);
    if read.verify(&entry(read.index), &log_key()).is_ok() {
        assert!(read.index < SIZE && read.verify(b"another entry", &log_key()).is_err());
    }
    true
}

/// Entry bundles.
pub fn bundle(bytes: &[u8]) -> bool {
    let Ok(read) = entry_bundle::decode(bytes) else { return false };
    assert!(read.len() <= 256);
    assert_eq!(entry_bundle::encode(&read).unwrap(), bytes);
    let exact = |width: usize| entry_bundle::decode_exact(bytes, width as u16).is_ok();
    assert!(exact(read.len()) && !exact(read.len() + 1));
    true
}

/// Tiles; the first byte is the width less one.
pub fn tile(bytes: &[u8]) -> bool {
    let Some((width, bytes)) = bytes.split_first() else { return false };
    let Ok(read) = decode_tile(bytes, u16::from(*width) + 1) else { return false };
    assert_eq!(read.iter().flat_map(|hash| hash.0).collect::<Vec<_>>(), bytes);
    true
}

/// Policies. They are not written; a comment changes nothing, and a note without lines of witnesses makes no quorum of them.
pub fn policy(bytes: &[u8]) -> bool {
    let Some(text) = text(bytes) else { return false };
    let read = Policy::parse(text);
    let commented = Policy::parse(&format!("# a comment\n{text}\n"));
    let Ok(read) = read else {
        assert!(commented.is_err());
        return false;
    };
    if let Ok(commented) = commented {
        assert_eq!(read, commented);
    }
    let (cosigned, bare) = &*NOTES;
    assert_eq!(read.judge(bare).unwrap().quorum, !read.asks());
    let _ = read.judge(cosigned);
    true
}

/// Requests to witnesses, judged by one that has cosigned nothing and by one that has cosigned something.
pub fn request(bytes: &[u8]) -> bool {
    let Ok(read) = AddCheckpoint::parse(bytes) else { return false };
    assert_eq!(read.encode(), bytes);
    let _ = read.origin();
    let last = Checkpoint { origin: ORIGIN.to_owned(), size: 9, root: WHOLE.0.root_at(9).unwrap() };
    for last in [None, Some(&last)] {
        if let Ok(signed) = read.judge(&[log_key()], last) {
            assert!(signed.checkpoint().size >= last.map_or(0, |last| last.size));
            assert!(read.origin().is_ok_and(|origin| origin == ORIGIN));
        }
    }
    true
}

/// Evidence: whoever is accused has signed two roots of one size.
pub fn evidence(bytes: &[u8]) -> bool {
    let Ok(read) = Evidence::parse(bytes) else { return false };
    assert_eq!(read.encode(), bytes);
    if let Ok(fork) = read.judge(&log_key()) {
        assert_ne!(fork.roots[0], fork.roots[1]);
        let signed = read.notes.each_ref().map(|note| SignedCheckpoint::verify(note, &log_key()).is_ok());
        assert_eq!(signed, [true, true]);
    }
    true
}

/// Proofs of inclusion and consistency: two sizes, a number, and hashes. None holds for two roots.
pub fn proof(bytes: &[u8]) -> bool {
    let Some((numbers, hashes)) = bytes.split_first_chunk::<24>() else { return false };
    let number = |n: usize| u64::from_be_bytes(numbers[8 * n..8 * n + 8].try_into().unwrap());
    let path: Vec<Hash> = hashes.as_chunks::<32>().0.iter().copied().map(Hash).collect();
    let (root, leaf) = (WHOLE.0.root_at(SIZE).unwrap(), leaf_hash(&entry(number(2))));
    let included = verify_inclusion(leaf, number(2), number(0), &path, root).is_ok();
    let other = leaf_hash(b"another root");
    assert!(!included || verify_inclusion(leaf, number(2), number(0), &path, other).is_err());
    let old = WHOLE.0.root_at(9).unwrap();
    let extends = verify_consistency(number(1), old, number(0), root, &path).is_ok();
    // Every log extends the empty one.
    let forked = verify_consistency(number(1), other, number(0), root, &path).is_ok();
    assert!(!(extends && forked) || number(1) == 0);
    included || extends
}

/// A reader of the example's log from a source in which the bytes stand instead of one file: no entry but the true one.
/// The first two bytes choose the file.
pub fn reader(bytes: &[u8]) -> bool {
    let Some((choice, bytes)) = bytes.split_first_chunk::<2>() else { return false };
    let (tree, files) = &*WHOLE;
    let place = usize::from(u16::from_be_bytes(*choice)) % files.len();
    let (name, genuine) = files.iter().nth(place).unwrap();
    let source = Replaced { name, bytes };
    let root = tree.root_at(SIZE).unwrap();
    let head = Checkpoint { origin: ORIGIN.to_owned(), size: SIZE, root };
    let Ok(mut reader) = Reader::open(source, head) else { return false };
    let mut all = true;
    for index in [0, 255, 256, SIZE - 1] {
        match reader.entry(index) {
            Ok(found) => assert_eq!(found, entry(index)),
            Err(_) => all = false,
        }
    }
    assert_eq!(all, genuine == bytes, "{name}");
    all
}

/// The files of the example's log.
pub fn names() -> Vec<String> {
    let tiles = (0..2).flat_map(|level| {
        (0..level_size(level, SIZE).div_ceil(256)).filter_map(move |n| TilePath::hashes(level, n, SIZE))
    });
    let bundles = (0..2).filter_map(|number| TilePath::entries(number, SIZE));
    tiles.chain(bundles).map(|path| path.path()).collect()
}

/// One of them.
pub fn file(tree: &Tree, name: &str) -> Vec<u8> {
    let path = TilePath::parse(name).unwrap();
    match path.kind {
        plebiscite_board::tile::TileKind::Hashes(level) => {
            tile_bytes(tree, level, path.number, path.width).unwrap()
        }
        plebiscite_board::tile::TileKind::Entries => {
            let first = path.number * 256;
            let entries: Vec<_> = (first..first + u64::from(path.width)).map(entry).collect();
            entry_bundle::encode(&entries).unwrap()
        }
    }
}

struct Replaced<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl Fetch for Replaced<'_> {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        Ok(if path == self.name { self.bytes.to_vec() } else { WHOLE.1[path].clone() })
    }
}

/// A tree's signed checkpoint.
pub fn head(tree: &Tree) -> Vec<u8> {
    let (size, root) = (tree.size(), tree.root_at(tree.size()).unwrap());
    Checkpoint { origin: ORIGIN.to_owned(), size, root }.sign(&key(1)).unwrap().note().to_vec()
}

/// The second signer of the first witness.
#[cfg(feature = "ml-dsa")]
pub fn second() -> plebiscite_board::second::SecondSigner {
    plebiscite_board::second::SecondSigner::new("w1", &[3; 32]).unwrap()
}

/// One with the lines of two witnesses.
pub fn cosigned() -> Vec<u8> {
    let mut bytes = head(&tree(9, ""));
    let text = Note::parse(&bytes).unwrap().text;
    for number in [1, 2] {
        let name = witness_key(number).name().to_owned();
        let line = plebiscite_board::cosignature::cosign(&text, &name, 7, &key(10 + number)).unwrap();
        bytes.extend_from_slice(line.as_bytes());
    }
    #[cfg(feature = "ml-dsa")]
    bytes.extend_from_slice(second().cosign(&text, 7).unwrap().as_bytes());
    bytes
}
