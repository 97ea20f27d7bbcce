//! Lies made with programs that break the rules on purpose: a prover of illegal choices, a board that leaves ballots out.

use plebiscite_crypto::group::{PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point};
use plebiscite_crypto::proof::linear_bits::{
    BodyNonces, EncryptedContest, LinearForm, Row, encrypt_and_prove,
};
use plebiscite_crypto::transcript::{TranscriptExt, label};
use plebiscite_election::entry::Kind;
use plebiscite_support::Election;

use crate::ballots::resign;
use crate::{Lie, NO, Told, YES, next, opened, voted};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("yes and no at once, by a prover with a rule of its own", "ballot-proof", yes_and_no),
    ("nothing at all, by a prover with a rule of its own", "ballot-proof", nothing),
    ("a yes that counts a thousand times", "ballot-proof", thousandfold),
    ("a yes taken away from the others", "ballot-proof", negative),
    ("an honest ballot with one more yes added to its ciphertext", "ballot-proof", one_more),
    ("a ballot in which a scalar is written in another way", "ballot-encoding", not_canonical),
    ("a ballot with the identity for its nonce", "ballot-encoding", identity),
    ("a ballot in the place of another voter's", "ballot-signature", other_index),
    ("a voter's earlier ballot entered again over her later one", "ballot-chain", replayed),
    ("a voter's only ballot left out after the close was signed", "entry-seen", left_out),
    ("a ballot inserted before the close after the seal was signed", "entry-seen", inserted),
    ("a ballot left out, and the close signed anew by no one", "entry-signatures", close_forged),
];

fn number(n: u64) -> Scalar {
    Scalar::from(1_000_000_007 * n + 12_345)
}

/// A contest by the true prover of another form: what a program proves that has its own idea of the rule.
fn prove(election: &Election, form: &LinearForm, bits: &[u8]) -> EncryptedContest {
    prove_as(election, 0, number(1), form, bits)
}

fn prove_as(
    election: &Election,
    voter: u32,
    rho: Scalar,
    form: &LinearForm,
    bits: &[u8],
) -> EncryptedContest {
    let parameters = election.record.parameters().unwrap();
    let context = election.ballot_context(voter);
    let mut transcript = parameters.context().ballot(&context).fork(label::CONTEST, 1);
    transcript.append_u32(label::CONTEST_INDEX, 0);
    let nonces = BodyNonces {
        rho,
        r_b: number(2 + 20 * u64::from(voter)),
        r_a: number(3),
        a: (4..).map(number).take(form.free()).collect(),
        tau1: number(10),
        tau0: number(11),
        w: number(12),
    };
    let keys = parameters.contests()[0].keys();
    encrypt_and_prove(&mut transcript, parameters.generators(), form, keys, bits, nonces).unwrap()
}

/// Voter 0's ballot with this contest, signed by her.
fn ballot_with(election: &mut Election, contest: &[u8]) -> Vec<u8> {
    ballot_of(election, 0, contest)
}

fn ballot_of(election: &mut Election, voter: u32, contest: &[u8]) -> Vec<u8> {
    let context = election.ballot_context(voter);
    let header = [&context.index.to_be_bytes()[..], &context.seq.to_be_bytes(), &context.prev.0].concat();
    resign(election, voter, &context, &[&header, contest].concat())
}

/// The true form's bits and pivots, under a rule and with tallied numbers of the liar's choice. The twin is made by the
/// same hands under the manifest's own form.
fn under(value: i64, weight: i64, bits: &[u8]) -> Told {
    let mut election = opened();
    let form = election.record.parameters().unwrap().contests()[0].form().clone();
    let rows: Vec<Row> = form.rows().iter().map(|row| Row { value, ..row.clone() }).collect();
    let tallied = form.forms().iter().map(|terms| terms.iter().map(|(bit, c)| (*bit, c * weight)).collect());
    let own = LinearForm::new(form.bits(), rows, tallied.collect()).unwrap();
    let (good, bad) = (prove(&election, &form, &[1, 0, 0]), prove(&election, &own, bits));
    assert_eq!(good.encode().len(), bad.encode().len());
    let (good, bad) = (ballot_with(&mut election, &good.encode()), ballot_with(&mut election, &bad.encode()));
    next(election, &[good], &[bad])
}

fn yes_and_no() -> Told {
    under(2, 1, &[1, 1, 0])
}

fn nothing() -> Told {
    under(0, 1, &[0, 0, 0])
}

fn thousandfold() -> Told {
    under(1, 1_000, &[1, 0, 0])
}

fn negative() -> Told {
    under(1, -1, &[1, 0, 0])
}

/// A true contest, changed after it was proven and signed as it then is.
fn changed(change: impl Fn(&mut EncryptedContest)) -> Told {
    let mut election = opened();
    let form = election.record.parameters().unwrap().contests()[0].form().clone();
    let mut contest = prove(&election, &form, &[1, 0, 0]);
    let good = ballot_with(&mut election, &contest.encode());
    change(&mut contest);
    let bad = ballot_with(&mut election, &contest.encode());
    next(election, &[good], &[bad])
}

fn one_more() -> Told {
    changed(|contest| {
        let yes = &mut contest.ciphertext.e[0];
        *yes = encode_point(&(yes.decode().unwrap() + RISTRETTO_BASEPOINT_POINT));
    })
}

fn identity() -> Told {
    changed(|contest| contest.ciphertext.r = PointBytes::IDENTITY)
}

/// Adds the group's order to a scalar in 32 little-endian bytes.
fn plus_order(scalar: &mut [u8]) {
    let order = (-Scalar::ONE).to_bytes();
    let mut carry = 1u16;
    for (byte, order) in scalar.iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}

fn not_canonical() -> Told {
    let mut election = opened();
    let form = election.record.parameters().unwrap().contests()[0].form().clone();
    let mut contest = prove(&election, &form, &[1, 0, 0]).encode();
    let good = ballot_with(&mut election, &contest);
    let place = contest.len() - 32;
    plus_order(&mut contest[place..]);
    let bad = ballot_with(&mut election, &contest);
    next(election, &[good], &[bad])
}

fn other_index() -> Told {
    let mut election = opened();
    let good = Election::ballot_entry(&election.ballot(0, &[YES]));
    let mut bad = good.clone();
    bad[1..5].copy_from_slice(&1u32.to_be_bytes());
    next(election, &[good], &[bad])
}

fn replayed() -> Told {
    // The voter went back from no to yes; the board enters her first yes once more instead.
    let mut election = opened();
    let first = Election::ballot_entry(&election.cast(0, &[YES]));
    election.cast(0, &[NO]);
    let third = Election::ballot_entry(&election.ballot(0, &[YES]));
    next(election, &[third], &[first])
}

/// The log up to the officials' close; the place of voter 0's only ballot, and of the close.
fn closed() -> (Election, usize, usize) {
    let mut election = voted();
    let first = election.entries.iter().position(|entry| entry[0] == Kind::Ballot.byte()).unwrap();
    election.close();
    let close = election.entries.len() - 1;
    (election, first, close)
}

fn left_out() -> Told {
    let (election, first, close) = closed();
    let mut lying = election.entries.clone();
    lying.remove(first);
    Told { honest: election.entries.clone(), lying, at: close as u64 - 1, election }
}

fn inserted() -> Told {
    // A close may be signed while ballots still come; the seal is of the log at the close and of no other, so not even
    // an absent voter's own ballot can be put before it afterwards.
    let mut election = voted();
    let late = Election::ballot_entry(&election.ballot(4, &[YES]));
    election.close();
    let close = election.entries.len() - 1;
    election.seal();
    let mut lying = election.entries.clone();
    lying.insert(close, late);
    Told { honest: election.entries.clone(), lying, at: close as u64 + 2, election }
}

fn close_forged() -> Told {
    // The board puts the root of its own log into the close; the officials' signatures are of another.
    let (election, first, close) = closed();
    let mut lying = election.entries[..close].to_vec();
    lying.remove(first);
    let mut forged = election.entries[close].clone();
    let tree = plebiscite_board::merkle::Tree::of(
        lying.iter().map(|entry| plebiscite_board::merkle::leaf_hash(entry)),
    );
    let root = plebiscite_board::merkle::Roots::root_at(&tree, tree.size()).unwrap();
    forged[33..41].copy_from_slice(&tree.size().to_be_bytes());
    forged[41..73].copy_from_slice(&root.0);
    lying.push(forged);
    Told { honest: election.entries.clone(), lying, at: close as u64 - 1, election }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Voters who plan it can make the nonces of a whole region add up to nothing. Their sum is then the identity, which no
    /// trustee's share decrypts and which needs no decryption: their votes count like any others.
    #[test]
    fn votes_whose_nonces_cancel_out_count_like_any_others() {
        for others in [&[][..], &[5, 6, 7]] {
            let mut election = opened();
            let form = election.record.parameters().unwrap().contests()[0].form().clone();
            let nonces = [number(7), number(8), -(number(7) + number(8))];
            let bits: [&[u8]; 3] = [&[1, 0, 0], &[0, 1, 0], &[1, 0, 0]];
            for ((voter, rho), bits) in (0..).zip(nonces).zip(bits) {
                let contest = prove_as(&election, voter, rho, &form, bits).encode();
                let ballot = ballot_of(&mut election, voter, &contest);
                election.append(&ballot).unwrap();
            }
            for voter in others {
                election.cast(*voter, &[NO]);
            }
            election.finish();
            assert_eq!(election.record.decryption().is_some(), !others.is_empty());
            let cells = &Election::replay(&election.entries).unwrap().result().unwrap().cells.clone();
            assert_eq!(cells[0].as_ref().unwrap()[0], [2, 1]);
            assert_eq!(
                cells[1].as_ref().map(|counts| counts[0].clone()),
                (!others.is_empty()).then(|| vec![0, 3])
            );
        }
    }
}
