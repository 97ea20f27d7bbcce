//! Batches: they agree with single verification on every ballot, name every liar, and blame no one else.

mod agreement;
mod shapes;
mod weights;

use super::*;
use crate::group::{Scalar, encode_point};
use crate::proof::knowledge;
use crate::proof::linear_bits::encrypt_and_prove;
use crate::tests::{G, Question, bytes, chained, legal, nonces, scalar, transcript, yes_no_blank};
use crate::transcript::{TranscriptExt, label};

/// Two questions on one ballot: keys of both are different ones.
struct Poll {
    questions: Vec<Question>,
    generators: Generators,
}

/// A ballot as the board has it: what it says, and the context that it is judged in.
#[derive(Clone)]
struct Ballot {
    /// The voter and whatever else the transcripts hold.
    voter: String,
    contests: Vec<EncryptedContest>,
    public: Point,
    message: [u8; 32],
    signature: KnowledgeProof,
}

fn context(voter: &str, contest: usize) -> Transcript {
    let mut t = transcript(voter).fork(label::CONTEST, 1);
    t.append_u32(label::CONTEST_INDEX, contest as u32);
    t
}

fn signed(voter: &str) -> Transcript {
    transcript(voter).fork(label::BALLOT_SIGNATURE, 1)
}

impl Poll {
    fn new() -> Self {
        let mut questions = vec![Question::new(yes_no_blank()), Question::new(chained())];
        for (o, (secret, key)) in
            (0..).zip(questions.iter_mut().flat_map(|q| q.secrets.iter_mut().zip(&mut q.keys)))
        {
            *secret = scalar(&format!("key {o}"));
            *key = G * *secret;
        }
        Self { questions, generators: Generators::new(4) }
    }

    fn shared(&self) -> Vec<SharedContest<'_>> {
        self.questions.iter().map(|q| SharedContest { form: &q.form, keys: &q.keys }).collect()
    }

    fn ballot(&self, voter: &str) -> Ballot {
        let contest = |(number, q): (usize, &Question)| {
            let choices = legal(&q.form);
            let bits = &choices[usize::from(bytes(voter)[number]) % choices.len()];
            let nonces = nonces(&q.form, &format!("{voter} {number}"));
            let t = &mut context(voter, number);
            encrypt_and_prove(t, &self.generators, &q.form, &q.keys, bits, nonces).unwrap()
        };
        let contests = self.questions.iter().enumerate().map(contest).collect();
        let (secret, message) = (scalar(voter), bytes(voter));
        let public = G * secret;
        let signature = knowledge::sign(&mut signed(voter), &G, &secret, &public, &message, &bytes("fresh"));
        Ballot { voter: voter.to_owned(), contests, public, message, signature }
    }

    fn ballots(&self, count: usize) -> Vec<Ballot> {
        (0..count).map(|n| self.ballot(&format!("voter {n}"))).collect()
    }

    fn together(&self, ballots: &[Ballot], fresh: &[u8; 32]) -> Vec<BatchFailure> {
        let statements: Vec<_> = ballots.iter().map(Ballot::statement).collect();
        let named = |engine| {
            let shared = self.shared();
            let verdict = verify_batch_with(engine, &self.generators, &shared, &statements, fresh);
            verdict.err().unwrap_or_default()
        };
        let portable = named(Engine::portable());
        Engine::available().into_iter().for_each(|engine| assert_eq!(named(engine), portable, "{engine:?}"));
        portable
    }

    fn singly(&self, ballots: &[Ballot]) -> Vec<BatchFailure> {
        let judge = |ballot: &Ballot| verify_single(&self.generators, &self.shared(), &ballot.statement());
        let failure = |(index, (contest, equation))| BatchFailure { index, contest, equation };
        ballots.iter().map(judge).enumerate().filter_map(|(i, r)| r.err().map(|e| failure((i, e)))).collect()
    }
}

impl Ballot {
    fn statement(&self) -> BallotStatement<'_> {
        let contests = self.contests.iter().enumerate();
        BallotStatement {
            contests: contests.map(|(number, contest)| (context(&self.voter, number), contest)).collect(),
            signature: SignatureStatement {
                transcript: signed(&self.voter),
                public: encode_point(&self.public),
                message: self.message,
                proof: &self.signature,
            },
        }
    }
}

#[test]
fn honest_ballots_hold_in_batches_of_any_size() {
    let poll = Poll::new();
    let ballots = poll.ballots(64);
    for size in [0, 1, 2, 3, 7, 64] {
        assert_eq!(poll.together(&ballots[..size], &bytes("fresh")), Vec::new());
    }
    assert_eq!(poll.singly(&ballots), Vec::new());
}

/// One multiplication is enough: an honest batch is never halved.
#[test]
fn honest_ballots_hold_together_and_one_liar_breaks_the_sum() {
    let poll = Poll::new();
    let mut ballots = poll.ballots(8);
    let together = |ballots: &[Ballot], engine: Engine| {
        let statements: Vec<_> = ballots.iter().map(Ballot::statement).collect();
        let (contests, mut encodings) = (poll.shared(), Vec::new());
        let shared = Shared::new(&poll.generators, &contests);
        let fit: Vec<_> = statements
            .iter()
            .map(|statement| ReadyBallot::new(&shared, statement, &mut encodings).unwrap())
            .enumerate()
            .collect();
        let points = Points::decode(engine, &shared.bases(), &encodings);
        let batch = Batch { shared: &shared, points: &points, ballots: &statements, failures: Vec::new() };
        batch.holds(&fit, &bytes("fresh"))
    };
    for engine in Engine::available() {
        assert!(together(&ballots, engine));
    }
    ballots[5].contests[1].proof.z_b += Scalar::ONE;
    for engine in Engine::available() {
        assert!(!together(&ballots, engine));
    }
}

#[test]
fn every_liar_is_named_with_contest_and_equation() {
    let poll = Poll::new();
    let mut ballots = poll.ballots(20);
    ballots[3].contests[1].proof.z_rho += Scalar::ONE;
    ballots[4].contests[0].proof.z_t += Scalar::ONE;
    ballots[11].contests[0].proof.f[0] += Scalar::ONE;
    ballots[12].signature.z += Scalar::ONE;
    ballots[19].contests[1].proof.t1 = PointBytes([1; 32]);
    let expected = [
        (3, Some(1), Equation::Nonce),
        (4, Some(0), Equation::Bits),
        (11, Some(0), Equation::Commitment),
        (12, None, Equation::Signature),
        (19, Some(1), Equation::Decoding),
    ]
    .map(|(index, contest, equation)| BatchFailure { index, contest, equation });
    assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
    assert_eq!(poll.singly(&ballots), expected);
    let text = expected.map(|failure| failure.to_string());
    assert_eq!(text[0], "contest 1: equation (3), the nonce does not hold");
    assert_eq!(text[3], "the signature does not hold");
}

#[test]
fn a_batch_of_liars_only_is_named_whole() {
    let poll = Poll::new();
    let mut ballots = poll.ballots(9);
    ballots.iter_mut().for_each(|ballot| ballot.contests[0].proof.z_b += Scalar::ONE);
    let named: Vec<usize> =
        poll.together(&ballots, &bytes("fresh")).iter().map(|failure| failure.index).collect();
    assert_eq!(named, (0..9).collect::<Vec<_>>());
}

#[test]
fn bytes_that_are_no_point_are_the_failure_of_their_ballot_only() {
    let poll = Poll::new();
    for bad in [PointBytes::IDENTITY, PointBytes([255; 32])] {
        let mut ballots = poll.ballots(5);
        ballots[2].contests[0].ciphertext.e[1] = bad;
        ballots[4].signature.a = bad;
        let expected = [(2, Some(0), Equation::Decoding), (4, None, Equation::Signature)]
            .map(|(index, contest, equation)| BatchFailure { index, contest, equation });
        assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
        assert_eq!(poll.singly(&ballots), expected);
    }
}

#[test]
fn a_key_that_is_the_identity_signs_nothing() {
    let poll = Poll::new();
    let mut ballots = poll.ballots(3);
    let zero = Scalar::ZERO;
    let identity = crate::group::identity();
    ballots[1].public = identity;
    let message = ballots[1].message;
    ballots[1].signature =
        knowledge::sign(&mut signed("voter 1"), &G, &zero, &identity, &message, &bytes("fresh"));
    let expected = [BatchFailure { index: 1, contest: None, equation: Equation::Signature }];
    assert_eq!(poll.together(&ballots, &bytes("fresh")), expected);
    assert_eq!(poll.singly(&ballots), expected);
}

/// Rule (5): a point R or B that stands twice, even where both contests are proven.
#[test]
fn the_same_r_or_b_twice_in_a_ballot_is_refused() {
    let poll = Poll::new();
    let honest = poll.ballot("voter");
    let again = |change: fn(&mut crate::proof::linear_bits::BodyNonces, Scalar)| {
        // The second contest is proven anew with the first one's secret.
        let q = &poll.questions[1];
        let mut own = nonces(&q.form, "voter 1");
        change(&mut own, scalar("voter 0/rho"));
        let t = &mut context("voter", 1);
        let second =
            encrypt_and_prove(t, &poll.generators, &q.form, &q.keys, &legal(&q.form)[0], own).unwrap();
        Ballot { contests: vec![honest.contests[0].clone(), second], ..honest.clone() }
    };
    let same_r = again(|nonces, rho| nonces.rho = rho);
    assert_eq!(same_r.contests[0].ciphertext.r, same_r.contests[1].ciphertext.r);
    let fresh_r = again(|nonces, rho| nonces.rho = rho + Scalar::ONE);
    let distinct = |index| BatchFailure { index, contest: None, equation: Equation::Distinct };
    let ballots = [honest.clone(), same_r, fresh_r];
    assert_eq!(poll.together(&ballots, &bytes("fresh")), [distinct(1)]);
    assert_eq!(poll.singly(&ballots), [distinct(1)]);

    let mut same_b = honest.clone();
    same_b.contests[1].proof.b = same_b.contests[0].proof.b;
    let mut r_is_b = honest;
    r_is_b.contests[1].proof.b = r_is_b.contests[0].ciphertext.r;
    let named: Vec<_> = poll.together(&[same_b, r_is_b], &bytes("fresh"));
    assert_eq!(named, [distinct(0), distinct(1)]);
}

#[test]
fn shapes_that_do_not_fit_are_refused_and_never_cut_short() {
    let poll = Poll::new();
    let honest = poll.ballots(2);
    let shape = |index, contest| BatchFailure { index, contest, equation: Equation::Shape };
    let mut short = honest.clone();
    short[0].contests.pop();
    assert_eq!(poll.together(&short, &bytes("fresh")), [shape(0, None)]);
    let mut fewer = honest.clone();
    fewer[0].contests[1].proof.f.pop();
    fewer[1].contests[0].ciphertext.e.pop();
    assert_eq!(poll.together(&fewer, &bytes("fresh")), [shape(0, Some(1)), shape(1, Some(0))]);
    assert_eq!(poll.singly(&fewer), [shape(0, Some(1)), shape(1, Some(0))]);
    let mut more = honest.clone();
    more[1].contests[0].ciphertext.e.push(encode_point(&G));
    assert_eq!(poll.together(&more, &bytes("fresh")), [shape(1, Some(0))]);
    // Too few generators for the second question, too few keys for the first.
    let few = Poll { generators: Generators::new(3), ..Poll::new() };
    assert_eq!(few.together(&honest, &bytes("fresh")), [shape(0, Some(1)), shape(1, Some(1))]);
    let mut keyless = Poll::new();
    keyless.questions[0].keys.pop();
    assert_eq!(keyless.together(&honest, &bytes("fresh")), [shape(0, Some(0)), shape(1, Some(0))]);
    assert_eq!(poll.together(&honest, &bytes("fresh")), Vec::new());
}

#[test]
fn contests_and_ballots_do_not_hold_in_each_others_places() {
    let poll =
        Poll { questions: vec![Question::new(yes_no_blank()), Question::new(yes_no_blank())], ..Poll::new() };
    let honest = poll.ballots(2);
    assert_eq!(poll.together(&honest, &bytes("fresh")), Vec::new());
    let mut exchanged = honest.clone();
    exchanged[0].contests.swap(0, 1);
    let (one, two) = (honest[0].clone(), honest[1].clone());
    let as_other = Ballot { contests: two.contests.clone(), ..one.clone() };
    let other_key = Ballot { public: two.public, ..one.clone() };
    let other_message = Ballot { message: two.message, ..one.clone() };
    let other_signature = Ballot { signature: two.signature, ..one };
    for moved in [exchanged[0].clone(), as_other, other_key, other_message, other_signature] {
        let ballots = [honest[1].clone(), moved];
        let named = poll.together(&ballots, &bytes("fresh"));
        assert_eq!(named, poll.singly(&ballots));
        assert_eq!(named.iter().map(|failure| failure.index).collect::<Vec<_>>(), [1]);
    }
}
