//! Batch and single verification agree on every ballot, good or bad, by name.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::tests::INVALID;

/// Honest ballots to begin from.
static POOL: LazyLock<(Poll, Vec<Ballot>)> = LazyLock::new(|| {
    let poll = Poll::new();
    let ballots = poll.ballots(24);
    (poll, ballots)
});

/// What is done to a ballot.
#[derive(Clone, Debug)]
enum Lie {
    None,
    /// Another point in a place.
    Point {
        contest: usize,
        place: usize,
        kind: usize,
    },
    /// Another scalar in a place.
    Scalar {
        contest: usize,
        place: usize,
        kind: usize,
    },
    /// A point of another ballot in its place.
    Foreign {
        contest: usize,
        place: usize,
        from: usize,
    },
    /// Two points of a contest exchanged.
    Exchanged {
        contest: usize,
        place: usize,
        other: usize,
    },
    Contest {
        contest: usize,
        from: usize,
    },
    Voter(usize),
    Key(usize),
    Message,
    SignatureScalar(usize),
    SignaturePoint(usize),
    Signature(usize),
}

fn lies() -> impl Strategy<Value = Lie> {
    let contest = 0usize..2;
    let place = 0usize..10;
    prop_oneof![
        6 => Just(Lie::None),
        2 => (contest.clone(), place.clone(), 0usize..7)
            .prop_map(|(contest, place, kind)| Lie::Point { contest, place, kind }),
        2 => (contest.clone(), place.clone(), 0usize..3)
            .prop_map(|(contest, place, kind)| Lie::Scalar { contest, place, kind }),
        1 => (contest.clone(), place.clone(), 0usize..24)
            .prop_map(|(contest, place, from)| Lie::Foreign { contest, place, from }),
        1 => (contest.clone(), place.clone(), place)
            .prop_map(|(contest, place, other)| Lie::Exchanged { contest, place, other }),
        1 => (contest, 0usize..24).prop_map(|(contest, from)| Lie::Contest { contest, from }),
        1 => (0usize..24).prop_map(Lie::Voter),
        1 => (0usize..24).prop_map(Lie::Key),
        1 => Just(Lie::Message),
        1 => (0usize..3).prop_map(Lie::SignatureScalar),
        1 => (0usize..7).prop_map(Lie::SignaturePoint),
        1 => (0usize..24).prop_map(Lie::Signature),
    ]
}

fn other_point(point: PointBytes, kind: usize) -> PointBytes {
    let moved = |by: Point| point.decode().map_or(PointBytes::IDENTITY, |point| encode_point(&(point + by)));
    match kind {
        0 => PointBytes::IDENTITY,
        1..=3 => PointBytes(INVALID[kind - 1]),
        4 => moved(G),
        5 => point.decode().map_or(PointBytes::IDENTITY, |point| encode_point(&-point)),
        _ => moved(*POOL.0.generators.h()),
    }
}

fn other_scalar(scalar: Scalar, kind: usize) -> Scalar {
    match kind {
        0 => scalar + Scalar::ONE,
        1 => -scalar,
        _ => Scalar::ZERO,
    }
}

/// The points of a contest in the order of the wire.
fn points(contest: &mut EncryptedContest) -> Vec<&mut PointBytes> {
    let EncryptedContest { ciphertext, proof } = contest;
    let proof = [&mut proof.b, &mut proof.a, &mut proof.t1, &mut proof.t0, &mut proof.a_r, &mut proof.a_e];
    std::iter::once(&mut ciphertext.r).chain(&mut ciphertext.e).chain(proof).collect()
}

fn scalars(contest: &mut EncryptedContest) -> Vec<&mut Scalar> {
    let proof = &mut contest.proof;
    proof.f.iter_mut().chain([&mut proof.z_b, &mut proof.z_t, &mut proof.z_rho]).collect()
}

fn tell(ballot: &mut Ballot, lie: &Lie) {
    let pool = &POOL.1;
    match *lie {
        Lie::None => (),
        Lie::Point { contest, place, kind } => {
            let mut points = points(&mut ballot.contests[contest]);
            let place = place % points.len();
            *points[place] = other_point(*points[place], kind);
        }
        Lie::Scalar { contest, place, kind } => {
            let mut scalars = scalars(&mut ballot.contests[contest]);
            let place = place % scalars.len();
            *scalars[place] = other_scalar(*scalars[place], kind);
        }
        Lie::Foreign { contest, place, from } => {
            let mut points = points(&mut ballot.contests[contest]);
            let place = place % points.len();
            *points[place] = pool[from].contests[contest].points()[place];
        }
        Lie::Exchanged { contest, place, other } => {
            let mut points = points(&mut ballot.contests[contest]);
            let (place, other) = (place % points.len(), other % points.len());
            let (first, second) = (*points[place], *points[other]);
            (*points[place], *points[other]) = (second, first);
        }
        Lie::Contest { contest, from } => ballot.contests[contest] = pool[from].contests[contest].clone(),
        Lie::Voter(from) => ballot.voter = pool[from].voter.clone(),
        Lie::Key(from) => ballot.public = pool[from].public,
        Lie::Message => ballot.message[7] ^= 1,
        Lie::SignatureScalar(kind) => ballot.signature.z = other_scalar(ballot.signature.z, kind),
        Lie::SignaturePoint(kind) => ballot.signature.a = other_point(ballot.signature.a, kind),
        Lie::Signature(from) => ballot.signature = pool[from].signature,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// About 2,300 ballots, half of them with one lie.
    #[test]
    fn batch_and_single_agree_on_every_ballot(
        told in prop::collection::vec((0usize..24, lies()), 0..24),
        fresh in any::<[u8; 32]>(),
    ) {
        let (poll, pool) = &*POOL;
        let ballots: Vec<Ballot> = told.iter().map(|(ballot, lie)| {
            let mut ballot = pool[*ballot].clone();
            tell(&mut ballot, lie);
            ballot
        }).collect();
        let named = poll.together(&ballots, &fresh);
        prop_assert_eq!(&named, &poll.singly(&ballots));
        for (index, (_, lie)) in told.iter().enumerate() {
            if matches!(lie, Lie::None) {
                prop_assert!(named.iter().all(|failure| failure.index != index));
            }
        }
    }
}
