//! The board's tree beside `ct-merkle`: a hundred thousand entries hashed and their root, and one inclusion proof.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use sha2::Sha256;

const ENTRIES: u64 = 100_000;

fn entry(index: u64) -> Vec<u8> {
    let mut entry = vec![0; 549];
    if let Some(first) = entry.first_chunk_mut() {
        *first = index.to_be_bytes();
    }
    entry
}

fn benches(criterion: &mut Criterion) {
    let entries: Vec<Vec<u8>> = (0..ENTRIES).map(entry).collect();
    let ours = || Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let theirs = || {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        entries.iter().for_each(|entry| tree.push(entry.clone()));
        tree
    };
    let root = ours().root_at(ENTRIES).expect("its own size");
    assert_eq!(root.0.as_slice(), theirs().root().as_bytes().as_slice(), "both are RFC 6962 trees");
    let mut group = criterion.benchmark_group("tree");
    group.sample_size(10);
    group.bench_function("100,000 entries and root, ours", |bench| {
        bench.iter(|| ours().root_at(black_box(ENTRIES)));
    });
    group.bench_function("100,000 entries and root, ct-merkle", |bench| bench.iter(|| theirs().root()));
    let (own, other) = (ours(), theirs());
    group.bench_function("one inclusion proof, ours", |bench| {
        bench.iter(|| own.inclusion_proof(black_box(70_000), ENTRIES));
    });
    group.bench_function("one inclusion proof, ct-merkle", |bench| {
        bench.iter(|| other.prove_inclusion(black_box(70_000)));
    });
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = benches
}
criterion_main!(all);
