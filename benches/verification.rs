//! What servers and verifiers do: checking ballots, signature included, singly and in batches on one core.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod poll;

use poll::Poll;

fn benches(criterion: &mut Criterion) {
    let poll = Poll::new();
    let ballots = poll.ballots(1_000);
    let first = ballots.first().expect("a thousand ballots");
    criterion
        .bench_function("verification/single", |bench| bench.iter(|| poll.verify_single(black_box(first))));
    let mut group = criterion.benchmark_group("verification/batch");
    group.sample_size(10);
    for size in [1, 64, 1_000] {
        let batch = ballots.get(..size).expect("at most a thousand");
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(size.to_string(), |bench| bench.iter(|| poll.verify_batch(black_box(batch))));
    }
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = benches
}
criterion_main!(all);
