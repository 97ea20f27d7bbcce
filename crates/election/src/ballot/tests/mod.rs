//! Ballots of a small election, honest and otherwise.

mod forgeries;
mod openings;
mod signatures;
mod verification;

use plebiscite_crypto::group::{Point, PointBytes, Scalar};
use plebiscite_crypto::proof::linear_bits::{LinearForm, Row};

use super::*;
use crate::context::{BallotContext, ElectionContext, SetupContext, roll_base_point};
use crate::credential::{Code, Credential, CredentialPart, Registrar, RollRow};
use crate::manifest::ElectionId;

/// An election of two contests of one shape (yes, no, blank) and one of four options.
pub(super) struct World {
    pub parameters: ElectionParameters,
}

/// One bit of `bits` is set; all but the last, the blank one, are tallied.
fn one_of(bits: usize) -> LinearForm {
    let row = Row { terms: (0..bits).map(|bit| (bit, 1)).collect(), value: 1, pivot: bits - 1 };
    LinearForm::new(bits, vec![row], (0..bits - 1).map(|bit| vec![(bit, 1)]).collect()).unwrap()
}

fn keys(count: usize, first: u64) -> Vec<Point> {
    (first..).take(count).map(|n| Point::mul_base(&Scalar::from(n))).collect()
}

pub(super) fn context(election: u8) -> ElectionContext {
    let setup = SetupContext { election: ElectionId([election; 32]), attempt: 1 };
    ElectionContext::new(setup, [2; 32], [3; 32], [4; 32], roll_base_point()).unwrap()
}

impl World {
    pub fn new() -> Self {
        Self::of(context(1))
    }

    pub fn of(context: ElectionContext) -> Self {
        let contests =
            vec![(one_of(3), keys(2, 1_000)), (one_of(3), keys(2, 2_000)), (one_of(5), keys(4, 3_000))];
        Self { parameters: ElectionParameters::new(context, contests).unwrap() }
    }

    /// The `choice`-th of each contest.
    pub fn selections(&self, choices: [usize; 3]) -> Selections {
        let bits = choices
            .iter()
            .zip(self.parameters.contests())
            .map(|(choice, contest)| (0..contest.form().bits()).map(|bit| u8::from(bit == *choice)).collect())
            .collect();
        Selections::new(&self.parameters, bits).unwrap()
    }

    pub fn encrypt(&self, context: BallotContext, choices: [usize; 3], seed: u8) -> EncryptedBallot {
        let seed = Seed::from_fresh([seed; 32]);
        EncryptedBallot::new(&self.parameters, context, self.selections(choices), seed).unwrap()
    }

    /// A first ballot of voter `n`, cast.
    pub fn cast(&self, n: u8, choices: [usize; 3]) -> SignedBallot {
        let ballot = self.encrypt(place(n), choices, n);
        ballot.cast(&self.parameters, &credential(n), &[n; 32]).unwrap()
    }

    pub fn prepare(&self, bytes: &[u8], row: &RollRow) -> Result<PreparedBallot, BallotError> {
        Ok(PreparedBallot::new(DecodedBallot::decode(&self.parameters, bytes)?, row))
    }

    pub fn verify(&self, bytes: &[u8], row: &RollRow) -> Result<VerifiedBallot, BallotError> {
        self.prepare(bytes, row)?.verify(&self.parameters)
    }
}

/// Voter `n`, whose credential is two registrars' work.
pub(super) fn credential(n: u8) -> Credential {
    let part = |registrar| {
        let code = (n..).find_map(|byte| Code::from_entropy(registrar, &[byte; 17]).ok()).unwrap();
        CredentialPart::derive(&code, &ElectionId([1; 32]))
    };
    Credential::combine(&Registrar::ALL.map(part), 2).unwrap()
}

pub(super) fn row(n: u8) -> RollRow {
    RollRow { credential: credential(n).public_bytes(), region: 7 }
}

/// The place of voter `n`'s first ballot.
pub(super) fn place(n: u8) -> BallotContext {
    let RollRow { credential, region } = row(n);
    BallotContext { index: n.into(), credential, region, seq: 0, prev: Tracker::NONE }
}

#[test]
fn all_ballots_of_an_election_have_one_length() {
    let world = World::new();
    for first in 0..3 {
        for third in 0..5 {
            let ballot = world.cast(1, [first, 2 - first, third]);
            assert_eq!(ballot.bytes().len(), world.parameters.ballot_bytes());
        }
    }
    // 40 + two contests of 9 points and 5 scalars, one of 11 points and 7 scalars, + 64
    assert_eq!(world.parameters.ballot_bytes(), 40 + 448 + 448 + 576 + 64);
}

#[test]
fn an_illegal_choice_is_no_selection() {
    let world = World::new();
    let choose = |bits: Vec<Vec<u8>>| Selections::new(&world.parameters, bits);
    let (yes, first) = (vec![1, 0, 0], vec![1, 0, 0, 0, 0]);
    assert!(choose(vec![yes.clone(), yes.clone(), first.clone()]).is_ok());
    let both = choose(vec![yes.clone(), vec![1, 1, 0], first.clone()]);
    assert_eq!(both, Err(SelectionError::Rule { contest: 1 }));
    let nothing = choose(vec![yes.clone(), yes.clone(), vec![0; 5]]);
    assert_eq!(nothing, Err(SelectionError::Rule { contest: 2 }));
    let two = choose(vec![vec![2, 0, 0], yes.clone(), first.clone()]);
    assert_eq!(two, Err(SelectionError::Rule { contest: 0 }));
    let long = choose(vec![yes.clone(), vec![1, 0, 0, 0], first]);
    assert_eq!(long, Err(SelectionError::Rule { contest: 1 }));
    assert_eq!(choose(vec![yes.clone(), yes]), Err(SelectionError::Contests { found: 2, contests: 3 }));
}

#[test]
fn keys_must_fit_the_forms() {
    let wrong = ElectionParameters::new(context(1), vec![(one_of(3), keys(3, 1))]);
    assert_eq!(wrong.unwrap_err(), ParameterError::Keys { contest: 0, keys: 3, tallied: 2 });
    assert_eq!(ElectionParameters::new(context(1), vec![]).unwrap_err(), ParameterError::NoContest);
    assert!(ElectionParameters::new(context(1), vec![(one_of(3), keys(2, 1))]).is_ok());
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let world = World::new();
    let ballot = world.encrypt(place(1), [0, 1, 2], 5);
    let tracker = ballot.tracker();
    assert_eq!(format!("{ballot:?}"), format!("EncryptedBallot {{ tracker: {tracker:?}, .. }}"));
    assert_eq!(format!("{:?}", ballot.open()), "Opening { .. }");
    assert_eq!(format!("{:?}", world.selections([0, 0, 0])), "Selections { .. }");
    assert_eq!(format!("{:?}", Seed::from_fresh([1; 32])), "Seed { .. }");
}

#[test]
fn every_scalar_of_a_body_depends_on_seed_context_contest_and_bits() {
    let world = World::new();
    let form = world.parameters.contests()[0].form();
    let scalars = |seed: u8, digest: u8, contest, bits: [u8; 3]| {
        let nonces = Seed::from_fresh([seed; 32]).nonces(&[digest; 32], contest, form, &bits);
        let mut all = vec![nonces.rho, nonces.r_b, nonces.r_a, nonces.tau1, nonces.tau0, nonces.w];
        all.extend(&nonces.a);
        all
    };
    let base = scalars(1, 1, 0, [1, 0, 0]);
    assert_eq!(base, scalars(1, 1, 0, [1, 0, 0]));
    let mut every = base;
    for other in [
        scalars(2, 1, 0, [1, 0, 0]),
        scalars(1, 2, 0, [1, 0, 0]),
        scalars(1, 1, 1, [1, 0, 0]),
        scalars(1, 1, 0, [0, 1, 0]),
    ] {
        every.extend(other);
    }
    let mut encodings: Vec<[u8; 32]> = every.iter().map(Scalar::to_bytes).collect();
    encodings.sort_unstable();
    encodings.dedup();
    assert_eq!(encodings.len(), 5 * 8, "a scalar was used twice");
}

#[test]
fn the_seed_is_expanded_by_hmac_sha512_keyed_with_its_32_bytes() {
    use hmac::{Hmac, KeyInit, Mac};
    use plebiscite_crypto::group::scalar_from_wide;

    let world = World::new();
    let form = world.parameters.contests()[0].form();
    let nonces = Seed::from_fresh([9; 32]).nonces(&[8; 32], 1, form, &[0, 1, 0]);
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(&[9; 32]).unwrap();
    mac.update(&[8; 32]);
    mac.update(&[0, 0, 0, 1, 0, 0, 0, 3, 0, 1, 0]);
    mac.update(&[4, 0, 0, 0, 1]);
    assert_eq!(nonces.a[1], scalar_from_wide(&mac.finalize().into_bytes().into()));
}

pub(super) fn identity() -> PointBytes {
    PointBytes::IDENTITY
}
