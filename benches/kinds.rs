//! Every kind of question in the sizes of the README's table: making a ballot, and checking it singly and in a batch, on
//! one core. What is chosen comes from a seeded generator.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plebiscite_election::contest::Contest;
use plebiscite_support::{Dice, any_choice, questions};

#[allow(dead_code, reason = "the choices of yes and no are other benches'")]
mod poll;

use poll::{Ballot, Poll};

const BATCH: u32 = 64;

fn benches(criterion: &mut Criterion) {
    for (name, question) in questions::measured() {
        let contest = Contest::compile(&question, 0, 1_000_000).expect("a question of the table");
        let poll = Poll::of(contest.form().clone());
        let mut dice = Dice::new(6);
        let mut bits = || contest.bits(&any_choice(&contest, &mut dice)).expect("a legal choice");
        let ballots: Vec<Ballot> =
            (0..BATCH).map(|index| poll.cast(index, poll.encrypt(index, &bits()))).collect();
        let chosen = bits();
        let mut group = criterion.benchmark_group(format!("kinds/{name}"));
        group.bench_function("encrypt", |bench| bench.iter(|| poll.encrypt(0, black_box(&chosen))));
        let first = ballots.first().expect("a batch");
        group.bench_function("verify", |bench| bench.iter(|| poll.verify_single(black_box(first))));
        group.throughput(Throughput::Elements(BATCH.into()));
        group.bench_function("verify in a batch of 64", |bench| {
            bench.iter(|| poll.verify_batch(black_box(&ballots)))
        });
        group.finish();
    }
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(20);
    targets = benches
}
criterion_main!(all);
