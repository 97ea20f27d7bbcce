//! Lies about ballots, by a board that holds its key and, where the lie needs it, by voters with theirs.

use plebiscite_crypto::group::{RISTRETTO_BASEPOINT_POINT, Scalar, scalar_from_wide};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::proof::linear_bits::{BodyNonces, encrypt_and_prove};
use plebiscite_crypto::transcript::{TranscriptExt, domain, label};
use plebiscite_election::ballot::Tracker;
use plebiscite_election::context::BallotContext;
use plebiscite_election::credential::Code;
use plebiscite_election::entry::{Kind, ScheduledClose};
use plebiscite_support::{Election, Shape};
use sha2::{Digest, Sha512};

use crate::{Lie, NO, Told, YES, next, opened};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("a ballot altered in one byte", "ballot-signature", altered),
    ("the first of two ballots dropped", "ballot-chain", dropped),
    ("a ballot entered twice", "ballot-chain", doubled),
    ("two ballots of one voter in the wrong order", "ballot-chain", reordered),
    ("a ballot stuffed for someone who abstained", "ballot-signature", stuffed),
    ("a ballot after the close", "entry-order", after_close),
    ("a ballot before the opening", "entry-order", before_opening),
    ("a ballot of another election with the same keys", "ballot-signature", foreign),
    ("another voter's ciphertext under one's own signature", "ballot-proof", copied),
    ("a ballot that uses another's nonce and commitment again", "ballot-fresh", reused),
    ("a ballot that skips a place in its chain", "ballot-chain", skipped),
    ("a ballot that names another ballot before it", "ballot-chain", wrong_before),
    ("two ballots for one place", "ballot-chain", forked),
    ("a byte behind the signature", "ballot-encoding", trailing),
    ("a roll number that no one has", "ballot-credential", nobody),
    ("a response that proves nothing, signed by its voter", "ballot-proof", unproven),
    ("a point that is none, signed by its voter", "ballot-proof", no_point),
    ("a kind of entry that there is not", "entry-encoding", unknown_kind),
];

fn entry(body: &[u8]) -> Vec<u8> {
    [&[Kind::Ballot.byte()], body].concat()
}

/// Signs any body as a voter would: her own secret, but a program that signs whatever it is given.
///
/// # Panics
/// Before the roll is sealed.
#[must_use]
pub fn resign(election: &Election, voter: u32, context: &BallotContext, body: &[u8]) -> Vec<u8> {
    let parameters = election.record.parameters().unwrap().clone();
    let mut transcript = parameters.context().ballot(context).fork(label::BALLOT_SIGNATURE, 1);
    let message = Tracker::of(body).0;
    let secret = secret_of(election, voter);
    let public = RISTRETTO_BASEPOINT_POINT * secret;
    let signature =
        knowledge::sign(&mut transcript, &RISTRETTO_BASEPOINT_POINT, &secret, &public, &message, &[5; 32]);
    entry(&[body, &signature.encode()].concat())
}

/// A voter's secret from her codes, as §14.3 says; the programs never give it out.
fn secret_of(election: &Election, voter: u32) -> Scalar {
    let part = |(registrar, code): (u8, &Code)| {
        let symbols: String = code.printed().chars().filter(|c| *c != '-').take(26).collect();
        let hash = Sha512::new()
            .chain_update(domain::CODE_SECRET)
            .chain_update(election.id().0)
            .chain_update([registrar]);
        scalar_from_wide(&hash.chain_update(symbols).finalize().into())
    };
    (0u8..).zip(&election.codes[voter as usize]).map(part).sum()
}

fn body_of(ballot: &[u8]) -> &[u8] {
    ballot.split_last_chunk::<64>().unwrap().0
}

fn altered() -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    let mut bad = good.clone();
    bad[300] ^= 1;
    next(election, &[good], &[bad])
}

fn two(election: &mut Election) -> [Vec<u8>; 2] {
    let first = Election::ballot_entry(&election.cast(0, &[YES]));
    let second = Election::ballot_entry(&election.ballot(0, &[NO]));
    // Both are told again from before the first.
    let mut fresh = opened();
    std::mem::swap(election, &mut fresh);
    [first, second]
}

fn dropped() -> Told {
    let mut election = opened();
    let [first, second] = two(&mut election);
    next(election, &[first, second.clone()], &[second])
}

fn doubled() -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    next(election, std::slice::from_ref(&good), &[good.clone(), good.clone()])
}

fn reordered() -> Told {
    let mut election = opened();
    let [first, second] = two(&mut election);
    let mut told = next(election, &[first.clone(), second.clone()], &[second, first]);
    told.at -= 1;
    told
}

fn stuffed() -> Told {
    let mut election = opened();
    let context = election.ballot_context(4);
    let body = body_of(election.ballot(4, &[YES]).bytes()).to_vec();
    let good = resign(&election, 4, &context, &body);
    let bad = resign(&election, 3, &context, &body);
    next(election, &[good], &[bad])
}

fn after_close() -> Told {
    let mut election = opened();
    let ballot = Election::ballot_entry(&election.ballot(0, &[YES]));
    let time = election.record.closing_time().unwrap();
    let close =
        ScheduledClose { election: election.id(), time, signature: [0; 64] }.signed(&election.board).encode();
    next(election, &[ballot.clone(), close.clone()], &[close, ballot])
}

fn before_opening() -> Told {
    let mut whole = opened();
    let ballot = Election::ballot_entry(&whole.ballot(0, &[YES]));
    let open = whole.entries.last().unwrap().clone();
    let mut election = Election::new(Shape::default());
    election.append_all(&whole.entries[..whole.entries.len() - 1]);
    next(election, &[open, ballot.clone()], &[ballot])
}

fn foreign() -> Told {
    let mut other = Election::opened(Shape { title: "Another vote".to_owned(), ..Shape::default() });
    let bad = Election::ballot_entry(&other.ballot(0, &[YES]));
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    next(election, &[good], &[bad])
}

fn copied() -> Told {
    let mut election = opened();
    let theirs = election.cast(0, &[YES]);
    let good = Election::ballot_entry(&election.ballot(1, &[YES]));
    let context = election.ballot_context(1);
    let mut body = body_of(theirs.bytes()).to_vec();
    body[..4].copy_from_slice(&1u32.to_be_bytes());
    let bad = resign(&election, 1, &context, &body);
    next(election, &[good], &[bad])
}

/// A ballot from nonces of the teller's choice.
fn with_nonces(election: &mut Election, voter: u32, first: u8) -> Vec<u8> {
    let context = election.ballot_context(voter);
    let parameters = election.record.parameters().unwrap().clone();
    let contest = &parameters.contests()[0];
    let mut transcript = parameters.context().ballot(&context).fork(label::CONTEST, 1);
    transcript.append_u32(label::CONTEST_INDEX, 0);
    let number = |n: u8| Scalar::from(1_000_000_007u64 * u64::from(n) + 12_345);
    let nonces = BodyNonces {
        rho: number(first),
        r_b: number(first + 1),
        r_a: number(40 + voter as u8),
        a: vec![number(50 + voter as u8), number(60 + voter as u8)],
        tau1: number(70 + voter as u8),
        tau0: number(80 + voter as u8),
        w: number(90 + voter as u8),
    };
    let encrypted = encrypt_and_prove(
        &mut transcript,
        parameters.generators(),
        contest.form(),
        contest.keys(),
        &[1, 0, 0],
        nonces,
    )
    .unwrap();
    let header = [&context.index.to_be_bytes()[..], &context.seq.to_be_bytes(), &context.prev.0].concat();
    resign(election, voter, &context, &[header, encrypted.encode()].concat())
}

fn reused() -> Told {
    let mut election = opened();
    let first = with_nonces(&mut election, 0, 1);
    election.append(&first).unwrap();
    let good = with_nonces(&mut election, 1, 3);
    let bad = with_nonces(&mut election, 1, 1);
    next(election, &[good], &[bad])
}

fn in_place(change: impl Fn(&mut BallotContext)) -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    let mut context = election.ballot_context(0);
    change(&mut context);
    let parameters = election.record.parameters().unwrap().clone();
    let encrypted = election.encrypt_in(context, &[YES]);
    let bad = encrypted.cast(&parameters, &election.credentials[0], &[6; 32]).unwrap();
    next(election, &[good], &[Election::ballot_entry(&bad)])
}

fn skipped() -> Told {
    in_place(|context| context.seq = 1)
}

fn wrong_before() -> Told {
    in_place(|context| context.prev = Tracker([1; 32]))
}

fn nobody() -> Told {
    in_place(|context| context.index = 99)
}

fn forked() -> Told {
    let mut election = opened();
    let first = Election::ballot_entry(&election.ballot(0, &[YES]));
    let second = Election::ballot_entry(&election.ballot(0, &[NO]));
    next(election, std::slice::from_ref(&first), &[first.clone(), second])
}

fn trailing() -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    let bad = [good.as_slice(), &[0]].concat();
    next(election, &[good], &[bad])
}

fn signed_change(change: impl Fn(&mut Vec<u8>)) -> Told {
    let mut election = opened();
    let context = election.ballot_context(0);
    let mut body = body_of(election.ballot(0, &[YES]).bytes()).to_vec();
    let good = resign(&election, 0, &context, &body);
    change(&mut body);
    let bad = resign(&election, 0, &context, &body);
    next(election, &[good], &[bad])
}

fn unproven() -> Told {
    // The last scalar of the body is the response of the ciphertext's nonce; its lowest bit stays canonical.
    signed_change(|body| {
        let place = body.len() - 32;
        body[place] ^= 1;
    })
}

fn no_point() -> Told {
    signed_change(|body| body[40..72].copy_from_slice(&[0xff; 32]))
}

fn unknown_kind() -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    let mut bad = good.clone();
    bad[0] = 0x7f;
    next(election, &[good], &[bad])
}
