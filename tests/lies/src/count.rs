//! Lies from the seal on: what is counted, who has confirmed it, what was decrypted, what came out.

use plebiscite_crypto::group::{RISTRETTO_BASEPOINT_POINT, encode_point};
use plebiscite_election::entry::{Cancel, Certification, Entry, ResultEntry, Seal, SealConfirmation, Seen};
use plebiscite_support::{Election, key_of};

use crate::{Lie, Told, next, voted};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("a seal over another partition", "seal-partition", partition),
    ("a seal over other heads", "seal-heads", heads),
    ("a seal that names another close", "seal-log", other_close),
    ("a seal of another size", "seal-log", other_size),
    ("a second seal", "entry-order", second_seal),
    ("a seal before the close", "entry-order", early_seal),
    ("a cancel after the seal", "entry-order", late_cancel),
    ("a confirmation of another seal", "seal-confirmation", confirmation_other),
    ("a confirmation by a stranger", "entry-signatures", confirmation_stranger),
    ("a second confirmation of one trustee", "seal-confirmation", confirmation_twice),
    ("a confirmation made before the seal", "entry-seen", confirmation_unseen),
    ("a result with too few confirmations", "entry-order", result_early),
    ("decryptions with too few confirmations", "entry-order", partials_early),
    ("decryptions made before the confirmations", "entry-seen", partials_unseen),
    ("a second try after a wrong share", "partial-decryptions", partials_again),
    ("a result from too few decryptions", "result-counts", result_unfounded),
    ("a result built on a wrong share", "result-counts", result_on_fault),
    ("a result with one vote more", "result-counts", one_more),
    ("a result with two regions swapped", "result-counts", swapped),
    ("a result without one region", "result-counts", missing_region),
    ("a result with another verdict", "result-verdict", other_verdict),
    ("a certification of another result", "certification", certified_other),
];

fn closed() -> Election {
    let mut election = voted();
    election.close();
    election
}

fn sealed() -> Election {
    let mut election = closed();
    election.seal();
    election
}

fn confirmed() -> Election {
    let mut election = sealed();
    election.confirm(&[1, 2, 3, 4]);
    election
}

fn decrypted() -> Election {
    let mut election = confirmed();
    election.decrypt(&[1, 2, 3]);
    election
}

fn other_seal(change: impl Fn(&mut Seen, &mut Seal)) -> Told {
    let election = closed();
    let good = election.seal_entry();
    let (size, mut seal) = election.record.seal_body().unwrap();
    let mut seen = election.seen_at(size);
    change(&mut seen, &mut seal);
    let bad = election.act_on(seen, seal);
    next(election, &[good], &[bad])
}

fn partition() -> Told {
    other_seal(|_, seal| seal.partition_digest[0] ^= 1)
}

fn heads() -> Told {
    other_seal(|_, seal| seal.heads_digest[0] ^= 1)
}

fn other_close() -> Told {
    other_seal(|_, seal| seal.close -= 1)
}

fn other_size() -> Told {
    let election = closed();
    let good = election.seal_entry();
    let (size, seal) = election.record.seal_body().unwrap();
    let bad = election.act_on(election.seen_at(size - 1), seal);
    next(election, &[good], &[bad])
}

fn second_seal() -> Told {
    let election = closed();
    let seal = election.seal_entry();
    next(election, std::slice::from_ref(&seal), &[seal.clone(), seal.clone()])
}

fn early_seal() -> Told {
    let whole = closed();
    let (close, seal) = (whole.entries.last().unwrap().clone(), whole.seal_entry());
    next(voted(), &[close, seal.clone()], &[seal])
}

fn late_cancel() -> Told {
    let election = sealed();
    let good = election.confirmation(1);
    let bad = election.act(Cancel { reason: "someone has read the result".to_owned() });
    next(election, &[good], &[bad])
}

fn confirmation_other() -> Told {
    let election = sealed();
    let (good, bad) = (election.confirmation(1), election.confirmation_of(1, [7; 32]));
    next(election, &[good], &[bad])
}

fn confirmation_stranger() -> Told {
    let mut election = sealed();
    let good = election.confirmation(1);
    election.trustees[0] = key_of("stranger", 0);
    let bad = election.confirmation(1);
    next(election, &[good], &[bad])
}

fn confirmation_twice() -> Told {
    let election = sealed();
    let good = election.confirmation(1);
    next(election, std::slice::from_ref(&good), &[good.clone(), good.clone()])
}

fn confirmation_unseen() -> Told {
    let election = sealed();
    let seal = election.record.seal().copied().unwrap();
    let seen = election.seen_at(seal.index);
    let entry = SealConfirmation {
        election: election.id(),
        trustee: 1,
        seen,
        seal_digest: seal.digest,
        signature: [0; 64],
    };
    let bad = entry.signed(&election.trustees[0]).encode();
    let good = election.confirmation(1);
    next(election, &[good], &[bad])
}

/// What follows honestly from the same votes.
fn true_result() -> Vec<u8> {
    decrypted().record.expected_result().unwrap().encode()
}

fn result_early() -> Told {
    let mut election = sealed();
    election.confirm(&[1, 2, 3]);
    let good = election.confirmation(4);
    next(election, &[good], &[true_result()])
}

fn partials_early() -> Told {
    let mut whole = confirmed();
    let content = whole.partials(1).encode();
    let mut election = sealed();
    election.confirm(&[1, 2, 3]);
    let good = election.confirmation(4);
    let bad = election.partials_entries(1, &content);
    next(election, &[good], &bad[..1])
}

fn partials_unseen() -> Told {
    let mut election = confirmed();
    let content = election.partials(1).encode();
    let good = election.partials_entries(1, &content);
    let slot = match Entry::decode(&good[0]).unwrap() {
        Entry::Head(head) => head.slot,
        _ => unreachable!("a message begins with its head"),
    };
    let before = election.seen_at(election.tree.size() - 1);
    let mut head = plebiscite_election::entry::Head::of(election.id(), slot, &content, before);
    let signature = plebiscite_election::entry::sign(
        plebiscite_election::entry::Role::Trustee,
        &election.trustees[0],
        &head.unsigned_bytes(),
    );
    head.signatures.insert(1, signature);
    next(election, &good, &[head.encode()])
}

/// Partial decryptions of a trustee in which one factor is another point.
fn false_partials(election: &mut Election, trustee: u16) -> Vec<Vec<u8>> {
    let mut partials = election.partials(trustee);
    partials.factors[0][0] = encode_point(&RISTRETTO_BASEPOINT_POINT);
    let content = partials.encode();
    election.partials_entries(trustee, &content)
}

fn partials_again() -> Told {
    let mut election = confirmed();
    let fault = false_partials(&mut election, 1);
    election.append_all(&fault);
    assert_eq!(election.record.faults().len(), 1);
    let (own, other) = (election.partials(1).encode(), election.partials(2).encode());
    let bad = election.partials_entries(1, &own);
    let good = election.partials_entries(2, &other);
    next(election, &good, &bad[..1])
}

fn result_unfounded() -> Told {
    let mut election = confirmed();
    election.decrypt(&[1, 2]);
    let third = election.partials(3).encode();
    let good = election.partials_entries(3, &third);
    next(election, &good, &[true_result()])
}

fn result_on_fault() -> Told {
    // Two true sets and a false one are no three: no result can stand on them.
    let mut election = confirmed();
    election.decrypt(&[1, 2]);
    let fault = false_partials(&mut election, 4);
    election.append_all(&fault);
    let third = election.partials(3).encode();
    let good = election.partials_entries(3, &third);
    next(election, &good, &[true_result()])
}

fn other_result(change: impl Fn(&mut ResultEntry)) -> Told {
    let election = decrypted();
    let mut result = election.record.expected_result().unwrap();
    let good = result.encode();
    change(&mut result);
    let bad = result.encode();
    next(election, &[good], &[bad])
}

fn one_more() -> Told {
    // cells u16, has counts u8, then the first cell's yes in eight bytes.
    other_result(|result| result.content[10] += 1)
}

fn swapped() -> Told {
    other_result(|result| {
        let (first, second) = result.content[3..36].split_at_mut(17);
        first[..16].swap_with_slice(&mut second[..16]);
    })
}

fn missing_region() -> Told {
    other_result(|result| {
        result.content[2] = 0;
        result.content.drain(3..19);
    })
}

fn other_verdict() -> Told {
    other_result(|result| *result.content.last_mut().unwrap() ^= 1)
}

fn certified_other() -> Told {
    let mut election = decrypted();
    election.enter_result();
    let digest = election.record.result().unwrap().digest;
    let certify = |result_digest| election.act(Certification { result_digest });
    let (good, bad) = (certify(digest), certify([7; 32]));
    next(election, &[good], &[bad])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The accepted twin of all lies about shares: three true sets beside a false one give the result, and the liar is named.
    #[test]
    fn a_wrong_share_is_a_fault_by_name_and_changes_nothing() {
        let mut election = confirmed();
        let fault = false_partials(&mut election, 4);
        election.append_all(&fault);
        election.decrypt(&[1, 2, 3]);
        assert_eq!(election.record.expected_result().unwrap().encode(), true_result());
        assert_eq!(election.record.faults()[0].trustee, 4);
        election.enter_result();
        assert!(election.certify().is_ok());
    }
}
