//! ⚠ Weights that a forger knows before it answers let two false ballots cancel each other.

use std::collections::BTreeSet;

use super::*;
use crate::group::is_identity;
use crate::proof::linear_bits::tests::thousand_votes;
use crate::proof::linear_bits::{Base, Equations};

/// A copy of the batch made for weakening: every equation by itself, under weights of the caller's choice, in the order of
/// the real one.
struct Residuals<'a> {
    poll: &'a Poll,
    contest: usize,
    /// Of the contest, or of the signature.
    points: Vec<Point>,
    sums: Vec<Point>,
}

impl Equations for Residuals<'_> {
    fn begin(&mut self, _: Equation) {
        self.sums.push(crate::group::identity());
    }

    fn shared(&mut self, scalar: Scalar, base: Base) {
        let point = match base {
            Base::G => G,
            Base::H => *self.poll.generators.h(),
            Base::Generator(i) => self.poll.generators.g()[i],
            Base::Key(o) => self.poll.questions[self.contest].keys[o],
        };
        *self.sums.last_mut().unwrap() += point * scalar;
    }

    fn own(&mut self, scalar: Scalar, place: usize) {
        *self.sums.last_mut().unwrap() += self.points[place] * scalar;
    }

    fn once(&mut self, place: usize) {
        self.own(Scalar::ONE, place);
    }
}

fn residuals(poll: &Poll, ballots: &[Ballot]) -> Vec<Point> {
    let mut out = Residuals { poll, contest: 0, points: Vec::new(), sums: Vec::new() };
    let contests = poll.shared();
    let shared = Shared::new(&poll.generators, &contests);
    for ballot in ballots {
        let (statement, mut encodings) = (ballot.statement(), Vec::new());
        let ready = ReadyBallot::new(&shared, &statement, &mut encodings).unwrap();
        for (number, (contest, q)) in ready.contests.iter().zip(&poll.questions).enumerate() {
            out.contest = number;
            out.points = contest.decode().unwrap();
            contest.emit(&q.form, &mut out);
        }
        out.points = vec![ready.signature.a.decode().unwrap(), ballot.public];
        out.begin(Equation::Signature);
        out.once(0);
        out.own(ready.c, 1);
        out.shared(-ready.signature.z, Base::G);
    }
    out.sums
}

/// The weakened batch accepts.
fn holds_under(poll: &Poll, ballots: &[Ballot], weight: impl Fn(usize) -> Scalar) -> bool {
    let sum: Point = residuals(poll, ballots).iter().enumerate().map(|(n, sum)| sum * weight(n)).sum();
    is_identity(&sum)
}

/// Nine equations a ballot: four for each of two contests, and the signature.
const EQUATIONS: usize = 9;

/// Weights from what is known before the responses: statements and commitments, or fresh bytes alone.
fn known(seed: &str) -> impl Fn(usize) -> Scalar {
    move |equation| scalar(&format!("{seed} weight {equation}"))
}

/// Two ballots, the first of which holds a thousand votes. Only equation (4) of its first contest is off, by a multiple of `G`
/// that its author knows; the second voter's signature makes up for it.
fn cancelling(poll: &Poll, weight: impl Fn(usize) -> Scalar) -> [Ballot; 2] {
    let (first, error) = thousand(poll);
    let off = residuals(poll, std::slice::from_ref(&first));
    assert!(off.iter().enumerate().all(|(n, sum)| *sum == if n == 3 { G * error } else { G * Scalar::ZERO }));
    let mut second = poll.ballot("second");
    // The signature is off by −δ·G, and w_3·error = w_17·δ.
    second.signature.z += weight(3) * error * weight(2 * EQUATIONS - 1).invert();
    [first, second]
}

fn thousand(poll: &Poll) -> (Ballot, Scalar) {
    let mut ballot = poll.ballot("first");
    let (contest, error) = thousand_votes(&poll.questions[0], &context("first", 0), &[1, 0, 0]);
    ballot.contests[0] = contest;
    assert_eq!(poll.questions[0].opened(&ballot.contests[0])[0], G * Scalar::from(1_000u16));
    (ballot, error)
}

#[test]
fn weights_known_before_the_responses_let_two_false_ballots_cancel() {
    let poll = Poll::new();
    for seed in ["statements without responses", "fresh bytes alone, and known"] {
        let forged = cancelling(&poll, known(seed));
        assert!(holds_under(&poll, &forged, known(seed)), "the weak batch accepts");
        let named = poll.together(&forged, &bytes(seed));
        let expected = [
            BatchFailure { index: 0, contest: Some(0), equation: Equation::Ciphertext },
            BatchFailure { index: 1, contest: None, equation: Equation::Signature },
        ];
        assert_eq!(named, expected);
        assert_eq!(poll.singly(&forged), expected);
        // Other weights find them even in the weak batch.
        assert!(!holds_under(&poll, &forged, known("others")));
    }
    let honest = [poll.ballot("first"), poll.ballot("second")];
    assert!(holds_under(&poll, &honest, known("any")));
    assert_eq!(poll.together(&honest, &bytes("any")), Vec::new());
}

/// The real weights of a batch, in order.
fn weights_of(poll: &Poll, ballots: &[Ballot], fresh: &[u8; 32]) -> Vec<[u8; 32]> {
    let statements: Vec<_> = ballots.iter().map(Ballot::statement).collect();
    let (contests, mut encodings) = (poll.shared(), Vec::new());
    let shared = Shared::new(&poll.generators, &contests);
    let ready = |statement| ReadyBallot::new(&shared, statement, &mut encodings).unwrap();
    let ready: Vec<_> = statements.iter().map(ready).collect();
    let mut weights = Weights::of(ready.iter(), fresh);
    (0..EQUATIONS * ballots.len()).map(|_| weights.next().to_bytes()).collect()
}

/// Equal weights are known weights: under them the two ballots cancel, and the real batch does not have them.
#[test]
fn two_ballots_that_cancel_under_equal_weights_are_refused() {
    let poll = Poll::new();
    let forged = cancelling(&poll, |_| Scalar::ONE);
    assert!(holds_under(&poll, &forged, |_| Scalar::ONE), "the weak batch accepts");
    let named = poll.together(&forged, &bytes("fresh"));
    assert_eq!(named.iter().map(|failure| failure.index).collect::<Vec<_>>(), [0, 1]);
}

/// Who knows the fresh bytes and computes the real weights of a batch changes them all by its answer.
#[test]
fn an_answer_to_the_real_weights_changes_the_weights() {
    let poll = Poll::new();
    let fresh = bytes("known to the forger");
    let start = [thousand(&poll).0, poll.ballot("second")];
    let before = weights_of(&poll, &start, &fresh);
    let weight = |weights: &[[u8; 32]], n: usize| crate::group::decode_scalar(&weights[n]).unwrap();
    let forged = cancelling(&poll, |n| weight(&before, n));
    assert!(holds_under(&poll, &forged, |n| weight(&before, n)), "under the weights that were, it holds");
    let after = weights_of(&poll, &forged, &fresh);
    assert!(!holds_under(&poll, &forged, |n| weight(&after, n)));
    assert_eq!(poll.together(&forged, &fresh).len(), 2);
}

#[test]
fn weights_are_independent_of_each_other_and_depend_on_every_byte_and_on_fresh_ones() {
    let poll = Poll::new();
    let ballots = poll.ballots(3);
    let fresh = bytes("fresh");
    let base = weights_of(&poll, &ballots, &fresh);
    assert_eq!(base.iter().collect::<BTreeSet<_>>().len(), base.len());
    // 128 bits each.
    assert!(base.iter().all(|weight| weight[..16] != [0; 16] && weight[16..] == [0; 16]));
    let mut moved = vec![weights_of(&poll, &ballots, &bytes("other"))];
    let mut change = |change: fn(&mut Ballot)| {
        let mut ballots = ballots.clone();
        change(&mut ballots[1]);
        moved.push(weights_of(&poll, &ballots, &fresh));
    };
    change(|ballot| ballot.contests[0].proof.f[0] += Scalar::ONE);
    change(|ballot| ballot.contests[0].proof.z_b += Scalar::ONE);
    change(|ballot| ballot.contests[1].proof.z_t += Scalar::ONE);
    change(|ballot| ballot.contests[1].proof.z_rho += Scalar::ONE);
    change(|ballot| ballot.contests[1].proof.a_e = encode_point(&G));
    change(|ballot| ballot.contests[0].ciphertext.e[0] = encode_point(&G));
    change(|ballot| ballot.signature.z += Scalar::ONE);
    change(|ballot| ballot.signature.a = encode_point(&G));
    change(|ballot| ballot.message[0] ^= 1);
    change(|ballot| ballot.public = G);
    change(|ballot| ballot.voter.push('x'));
    for moved in moved {
        assert!(base.iter().zip(&moved).all(|(base, moved)| base != moved));
    }
}

#[test]
fn halves_have_weights_of_their_own() {
    let fresh = bytes("fresh");
    let below: BTreeSet<[u8; 32]> =
        [fresh, fresh_below(&fresh, 0), fresh_below(&fresh, 1), fresh_below(&fresh_below(&fresh, 0), 0)]
            .into();
    assert_eq!(below.len(), 4);
}
