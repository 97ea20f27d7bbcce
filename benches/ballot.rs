//! What a voter's device does: encrypting and proving a choice, and signing the ballot.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

mod poll;

use poll::{CHOICES, Poll};

fn benches(criterion: &mut Criterion) {
    let poll = Poll::new();
    for (name, bits) in CHOICES {
        criterion.bench_function(&format!("ballot/encrypt {name}"), |bench| {
            bench.iter(|| poll.encrypt(1, black_box(&bits)));
        });
    }
    let contest = poll.encrypt(1, &[1, 0, 0]);
    criterion.bench_function("ballot/sign", |bench| {
        bench.iter(|| poll.cast(1, black_box(contest.clone())));
    });
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = benches
}
criterion_main!(all);
