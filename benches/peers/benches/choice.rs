//! One of three options, encrypted and proven: our ballot beside `elastic-elgamal`'s single choice, in one run.
//!
//! The peer binds its proofs to no context and signs nothing, so its time stands beside our contest without signature; our
//! whole ballot, and a batch, which the peer does not have, stand below.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use elastic_elgamal::Keypair;
use elastic_elgamal::app::{ChoiceParams, EncryptedChoice};
use elastic_elgamal::group::Ristretto;
use plebiscite_peers::Older;
use rand::{SeedableRng, rngs::StdRng};

#[path = "../../poll/mod.rs"]
mod poll;

use poll::Poll;

fn theirs(criterion: &mut Criterion) {
    let mut rng = Older(StdRng::seed_from_u64(1));
    let (key, _) = Keypair::<Ristretto>::generate(&mut rng).into_tuple();
    let params = ChoiceParams::single(key, 3);
    criterion.bench_function("choice of 3/elastic-elgamal, encrypt", |bench| {
        bench.iter(|| EncryptedChoice::single(&params, black_box(0), &mut rng));
    });
    let choice = EncryptedChoice::single(&params, 0, &mut rng);
    criterion.bench_function("choice of 3/elastic-elgamal, verify", |bench| {
        bench.iter(|| black_box(&choice).verify(&params).expect("an honest choice").len());
    });
}

fn ours(criterion: &mut Criterion) {
    let poll = Poll::new();
    criterion.bench_function("choice of 3/plebiscite, encrypt", |bench| {
        bench.iter(|| poll.encrypt(1, black_box(&[1, 0, 0])));
    });
    let ballots = poll.ballots(256);
    let first = ballots.first().expect("256 ballots");
    criterion.bench_function("choice of 3/plebiscite, verify without signature", |bench| {
        bench.iter(|| poll.verify_contest(black_box(first)));
    });
    criterion.bench_function("choice of 3/plebiscite, verify with signature", |bench| {
        bench.iter(|| poll.verify_single(black_box(first)));
    });
    let mut group = criterion.benchmark_group("choice of 3/plebiscite, batch with signatures");
    group.sample_size(10).throughput(Throughput::Elements(256));
    group.bench_function("256", |bench| bench.iter(|| poll.verify_batch(black_box(&ballots))));
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = theirs, ours
}
criterion_main!(all);
