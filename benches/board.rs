//! What the board does for one receipt, and a reader for one entry, in a log of 100,000 entries of a ballot's length.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ed25519_dalek::SigningKey;
use plebiscite_board::log::Log;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash, verify_consistency};
use plebiscite_board::note::NoteKey;
use plebiscite_board::reader::{Fetch, FetchError, Reader};
use plebiscite_board::tile::{TilePath, level_size};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_board::{checkpoint::SignedCheckpoint, entry_bundle};

const ENTRIES: u64 = 100_000;
/// A ballot of one question with yes, no and blank, as a whole entry.
const LENGTH: usize = 549;
const ORIGIN: &str = "bench";

fn entry(index: u64) -> Vec<u8> {
    let mut entry = vec![0; LENGTH];
    if let Some(first) = entry.first_chunk_mut() {
        *first = index.to_be_bytes();
    }
    entry
}

/// Every file that a reader may ask for, by its path.
struct Files(HashMap<String, Vec<u8>>);

impl Fetch for Files {
    fn fetch(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        self.0.get(path).cloned().ok_or_else(|| FetchError::Missing { path: path.to_owned() })
    }
}

fn published(log: &Log) -> Files {
    let mut files = HashMap::new();
    for level in 0..=3u8 {
        for number in 0..=level_size(level, log.size()) / 256 {
            if let Some(path) = TilePath::hashes(level, number, log.size()) {
                files.insert(path.path(), log.tile(&path).expect("within the log"));
            }
        }
    }
    for number in 0..=log.size() / 256 {
        if let Some(path) = TilePath::entries(number, log.size()) {
            let entries: Vec<Vec<u8>> = (number * 256..).take(usize::from(path.width)).map(entry).collect();
            files.insert(path.path(), entry_bundle::encode(&entries).expect("entries are short"));
        }
    }
    Files(files)
}

fn benches(criterion: &mut Criterion) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let own = NoteKey::new(ORIGIN, key.verifying_key()).expect("a name without spaces");
    let tree = Tree::of((0..ENTRIES).map(|index| leaf_hash(&entry(index))));
    let open = || Log::open(ORIGIN.to_owned(), tree.clone(), None).expect("nothing was signed");
    let mut log = open();

    let ballot = entry(ENTRIES);
    criterion.bench_function("board/append one entry", |bench| {
        bench.iter_batched_ref(
            Tree::new,
            |tree| tree.push(leaf_hash(black_box(&ballot))),
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("board/sign a checkpoint", |bench| {
        bench.iter(|| log.sign(&key).expect("a name without spaces"));
    });
    let signed = log.sign(&key).expect("a name without spaces");
    let receipt = |index: u64| TlogProof {
        index,
        path: log.tree().inclusion_proof(index, ENTRIES).expect("within the log"),
        checkpoint: signed.note().to_vec(),
    };
    criterion.bench_function("board/make a receipt", |bench| {
        bench.iter(|| receipt(black_box(70_000)).encode());
    });
    let (shown, standing) = (receipt(70_000).encode(), entry(70_000));
    criterion.bench_function("board/verify a receipt", |bench| {
        bench.iter(|| {
            let receipt = TlogProof::parse(black_box(&shown)).expect("a receipt");
            receipt.verify(&standing, &own).expect("it stands there")
        });
    });
    let path = log.tree().consistency_proof(60_000, ENTRIES).expect("both are sizes of the log");
    let old = log.root_at(60_000).expect("a size of the log");
    let now = log.root_at(ENTRIES).expect("a size of the log");
    criterion.bench_function("board/verify consistency", |bench| {
        bench.iter(|| {
            verify_consistency(60_000, old, ENTRIES, now, black_box(&path)).expect("one log");
        });
    });
    let files = published(&log);
    let checkpoint =
        SignedCheckpoint::verify(signed.note(), &own).expect("signed above").checkpoint().clone();
    let mut files = Some(files);
    criterion.bench_function("board/read 256 entries through tiles", |bench| {
        let mut reader =
            Reader::open(files.take().expect("taken once"), checkpoint.clone()).expect("true tiles");
        let mut number = 0;
        bench.iter(|| {
            // Another bundle each time: the last one is kept by the reader.
            number = (number + 1) % 300;
            reader.bundle(black_box(number)).expect("true tiles").len()
        });
        files = Some(Files(reader.source().0.clone()));
    });
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = benches
}
criterion_main!(all);
