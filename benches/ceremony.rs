//! What trustees wait for: a whole ceremony, 3 of 5 with 2 keys, and one trustee's share in a tally of 22 cells.

#![expect(
    clippy::expect_used,
    reason = "a bench has no one to tell but the one who runs it, and a failure must stop it"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use curve25519_dalek::{RistrettoPoint, Scalar};
use merlin::Transcript;
use plebiscite_crypto::threshold::CeremonyParams;
use plebiscite_crypto::threshold::ceremony::{CeremonyContext, CeremonyRecord, Round, Share, ShareKeySent};
use plebiscite_crypto::threshold::decryption::{
    DecryptionStatement, PartialDecryptions, PermittedSums, VerifiedPartials, combine,
};

const T: u16 = 3;
const N: u16 = 5;
const KEYS: u32 = 2;
const CELLS: u64 = 22;

/// Bytes that differ for every round and trustee; a bench needs no more of them.
fn fresh(round: Round, trustee: u16) -> [u8; 32] {
    let mut bytes = [round.number(); 32];
    if let Some(low) = bytes.first_chunk_mut() {
        *low = trustee.to_be_bytes();
    }
    bytes
}

/// One round: everyone's step, then everyone's message judged.
fn round<S, N>(
    record: &mut CeremonyRecord,
    round: Round,
    stages: Vec<S>,
    step: impl Fn(S, &CeremonyRecord, &[u8; 32]) -> (N, Vec<u8>),
) -> Vec<N> {
    let steps = (1..).zip(stages).map(|(trustee, stage)| step(stage, record, &fresh(round, trustee)));
    let (next, contents): (Vec<N>, Vec<Vec<u8>>) = steps.collect::<Vec<_>>().into_iter().unzip();
    for (trustee, content) in (1..).zip(contents) {
        record.accept(round, trustee, &content).expect("an honest message stands");
    }
    next
}

fn ceremony() -> (CeremonyRecord, Vec<Share>) {
    let params = CeremonyParams::new(T, N, KEYS).expect("3 of 5 is possible");
    let context = CeremonyContext::new(&Transcript::new(b"bench"), params, 1);
    let mut record = CeremonyRecord::new(context.clone());
    let begin = |trustee, _: &CeremonyRecord, fresh: &[u8; 32]| {
        ShareKeySent::begin(&context, trustee, fresh).expect("an index of the ceremony")
    };
    let first = round(&mut record, Round::R0, (1..=N).collect(), begin);
    let second = round(&mut record, Round::R1, first, |stage, record, fresh| {
        stage.commit(record, fresh).expect("R1 is in force")
    });
    let third =
        round(&mut record, Round::R2, second, |stage, record, fresh| stage.deal(record, fresh).expect("R2"));
    let fourth = round(&mut record, Round::R3, third, |stage, record, fresh| {
        stage.complain(record, fresh).expect("R3")
    });
    let shares = round(&mut record, Round::R4, fourth, |stage, record, _| stage.confirm(record).expect("R4"));
    (record, shares)
}

fn benches(criterion: &mut Criterion) {
    criterion.bench_function("ceremony/3 of 5, 2 keys, all trustees", |bench| bench.iter(ceremony));

    let (record, shares) = ceremony();
    let keys = record.keys().expect("all have confirmed");
    let cells = (1..=CELLS).map(|r| vec![RistrettoPoint::mul_base(&Scalar::from(r))]).collect();
    let sums = PermittedSums::new(vec![KEYS], cells).expect("one contest of two keys");
    let transcript = Transcript::new(b"bench");
    let statement =
        |trustee| DecryptionStatement { transcript: &transcript, seal: &[1; 32], keys, trustee, sums: &sums };
    let prove = |share: &Share| {
        PartialDecryptions::prove(&statement(share.trustee()), share, &[2; 32])
            .expect("the trustee's own share")
    };
    let first = shares.first().expect("five shares");
    criterion.bench_function("decryption/prove, 22 cells, 2 keys", |bench| {
        bench.iter(|| prove(black_box(first)));
    });
    let partial = prove(first);
    criterion.bench_function("decryption/verify, 22 cells, 2 keys", |bench| {
        bench.iter(|| black_box(&partial).verify(&statement(1)).expect("a true proof"));
    });
    let verified: Vec<VerifiedPartials> = shares
        .iter()
        .take(usize::from(T))
        .map(|share| prove(share).verify(&statement(share.trustee())).expect("a true proof"))
        .collect();
    let sets: Vec<&VerifiedPartials> = verified.iter().collect();
    criterion.bench_function("decryption/combine, 22 cells, 2 keys", |bench| {
        bench.iter(|| combine(black_box(&sets), T).expect("three of three"));
    });
}

criterion_group!(all, benches);
criterion_main!(all);
