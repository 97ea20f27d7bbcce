//! Lies in messages of several chunks, and between the registrars.

use plebiscite_crypto::group::{Generators, PointBytes, encode_point};
use plebiscite_election::credential::{LIST_HEADER_BYTES, LIST_ROW_BYTES};
use plebiscite_election::entry::RollCommitment;
use plebiscite_support::{Election, Shape};
use sha2::{Digest, Sha256};

use crate::setup::{keyed, list_message};
use crate::{Lie, Told, next};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("chunks in the wrong order", "chunks", disordered),
    ("a chunk with another's path", "chunks", foreign_path),
    ("a chunk entered twice", "chunks", twice),
    ("a chunk under another slot", "chunks", other_slot),
    ("one byte of the manifest changed", "chunks", manifest_changed),
    ("a second commitment of one registrar", "roll-commitment", committed_twice),
    ("a commitment in another registrar's name", "entry-signatures", committed_for),
    ("a commitment for an attempt that is over", "roll-commitment", committed_late),
    ("a list opened on a log without the commitments", "entry-seen", list_unseen),
    ("a second registrar whose parts undo the first's", "roll-list", undone),
    ("a roll seal whose base is another point", "roll-seal", other_base),
];

/// Keys are confirmed, and the lists are so long that each has two chunks.
fn long() -> Election {
    let mut election = Election::new(Shape { voters: vec![500, 500], ..Shape::default() });
    election.set_up();
    election.hold_ceremony();
    election
}

/// Both commitments stand; the first registrar's list is to come, in two chunks.
fn listed() -> (Election, Vec<Vec<u8>>) {
    let mut election = long();
    election.make_codes();
    let lists = election.lists();
    let commitments = election.commitments(&lists);
    election.append_all(&commitments);
    let list = list_message(&election, 0, &lists[0]);
    assert_eq!(list.len(), 3);
    (election, list)
}

fn disordered() -> Told {
    let (election, list) = listed();
    let lie = [list[0].clone(), list[2].clone()];
    next(election, &list, &lie)
}

/// The first chunk with a change; kind u8, message u8, attempt u32, slot u16, number u32, path length u8, path.
fn chunk_with(change: impl Fn(&mut [u8], &[u8])) -> Told {
    let (election, list) = listed();
    let mut chunk = list[1].clone();
    change(&mut chunk, &list[2]);
    let lie = [list[0].clone(), chunk];
    next(election, &list, &lie)
}

fn foreign_path() -> Told {
    chunk_with(|chunk, other| chunk[13..45].copy_from_slice(&other[13..45]))
}

fn other_slot() -> Told {
    chunk_with(|chunk, _| chunk[7] = 1)
}

fn twice() -> Told {
    let (election, list) = listed();
    let lie = [list[0].clone(), list[1].clone(), list[1].clone()];
    next(election, &list, &lie)
}

fn manifest_changed() -> Told {
    let election = Election::new(Shape::default());
    let good = election.manifest_entries();
    let mut bad = good.clone();
    // A closing brace becomes another byte; the head stays as the officials signed it.
    *bad[1].last_mut().unwrap() ^= 1;
    next(election, &good, &bad)
}

/// The first registrar's true commitment stands; the second's is to come, or the lie.
fn committed(lie: impl Fn(&Election, &[Vec<u8>]) -> Vec<u8>) -> Told {
    let mut election = keyed();
    election.make_codes();
    let lists = election.lists();
    let commitments = election.commitments(&lists);
    election.append(&commitments[0]).unwrap();
    let bad = lie(&election, &lists);
    next(election, &commitments[1..], &[bad])
}

fn commitment(election: &Election, attempt: u32, registrar: u16, signer: usize) -> Vec<u8> {
    let entry = RollCommitment {
        election: election.id(),
        attempt,
        registrar,
        commitment: [8; 32],
        signature: [0; 64],
    };
    entry.signed(&election.registrars[signer]).encode()
}

fn committed_twice() -> Told {
    committed(|election, _| commitment(election, 1, 0, 0))
}

fn committed_for() -> Told {
    committed(|election, _| commitment(election, 1, 1, 0))
}

fn committed_late() -> Told {
    committed(|election, _| commitment(election, 2, 1, 1))
}

fn list_unseen() -> Told {
    let mut election = keyed();
    election.make_codes();
    let lists = election.lists();
    let commitments = election.commitments(&lists);
    election.append(&commitments[0]).unwrap();
    // Made and signed while the second registrar's commitment was not to be seen.
    let early = list_message(&election, 0, &lists[0]);
    election.append(&commitments[1]).unwrap();
    let good = list_message(&election, 0, &lists[0]);
    next(election, &good, &early[..1])
}

/// `list` with other parts, which the header's digest names: all that one can do who knows no secrets of theirs.
fn with_parts(list: &[u8], part_of: impl Fn(usize, PointBytes) -> PointBytes) -> Vec<u8> {
    let mut list = list.to_vec();
    let mut digest = Sha256::new();
    for (index, row) in list[LIST_HEADER_BYTES..].chunks_mut(LIST_ROW_BYTES).enumerate() {
        let part = part_of(index, PointBytes(*row.first_chunk().unwrap()));
        row[..32].copy_from_slice(&part.0);
        digest.update(part.0);
    }
    list[36..68].copy_from_slice(&digest.finalize());
    list
}

fn undone() -> Told {
    // K2 = K* − K1 with a K* of its own: it alone would vote in everyone's name. It knows K1 from the open list, but
    // it had to commit before; so let it even guess right. It still knows no secret of K2.
    let mut election = keyed();
    election.make_codes();
    let honest = election.lists();
    let first: Vec<PointBytes> = honest[0][LIST_HEADER_BYTES..]
        .chunks(LIST_ROW_BYTES)
        .map(|row| PointBytes(*row.first_chunk().unwrap()))
        .collect();
    let undone = |index: usize, own: PointBytes| {
        encode_point(&(own.decode().unwrap() - first[index].decode().unwrap()))
    };
    let rogue = with_parts(&honest[1], undone);
    let mut twin = keyed();
    twin.append_all(&election.commitments(&honest));
    for (registrar, list) in (0..).zip(&honest) {
        let list = list_message(&twin, registrar, list);
        twin.append_all(&list);
    }
    election.append_all(&election.commitments(&[honest[0].clone(), rogue.clone()]));
    let list = list_message(&election, 0, &honest[0]);
    election.append_all(&list);
    let lie = list_message(&election, 1, &rogue);
    let mut told = next(election, &[], &lie);
    told.honest = twin.entries;
    told
}

fn other_base() -> Told {
    let mut election = keyed();
    election.publish_roll();
    let (seal, _) = election.record.roll_seal_body().unwrap();
    let good = election.act(seal.clone());
    let mut bad = seal;
    bad.base = encode_point(Generators::new(1).h()).0;
    let bad = election.act(bad);
    next(election, &[good], &[bad])
}

#[cfg(test)]
mod tests {
    use plebiscite_election::entry::{Kind, MessageKind, Role, RollAttemptEnded, Slot};
    use plebiscite_election::record::Check;

    use super::*;

    /// A list whose second chunk is refused has shown the parts of its first. They are never to be used again, and the
    /// server, which saw the refused chunk, must say so as every verifier does, which never sees it.
    #[test]
    fn parts_of_a_refused_list_are_used_up_for_those_who_saw_the_refusal_and_for_those_who_did_not() {
        let mut election = long();
        election.make_codes();
        let honest = election.lists();
        let mut broken = honest.clone();
        // The last row's region is one that there is not: only the second chunk is false.
        *broken[0].last_mut().unwrap() = 9;
        let commitments = election.commitments(&broken);
        election.append_all(&commitments);
        let list = list_message(&election, 0, &broken[0]);
        election.append_all(&list[..2]);
        let first = election.append(&list[2]).unwrap_err();
        assert_eq!(first.check, Check::RollList);
        assert_eq!(election.append(&list[2]).unwrap_err(), first, "the same refusal each time");

        let ended = election.act(RollAttemptEnded { number: 1 });
        election.append(&ended).unwrap();
        let again = election.lists();
        let commitments = election.commitments(&again);
        election.append_all(&commitments);
        let list = list_message(&election, 0, &again[0]);
        election.append_all(&list[..2]);
        let stranger = |entries: &[Vec<u8>]| Election::replay(entries).unwrap_err().1;
        let refusal = election.append(&list[2]).unwrap_err();
        assert_eq!(refusal.check, Check::RollList);
        assert_eq!(stranger(&[election.entries.as_slice(), &list[2..]].concat()), refusal);

        // The twin: codes that no list has shown.
        let ended = election.act(RollAttemptEnded { number: 2 });
        election.append(&ended).unwrap();
        election.publish_roll();
        election.seal_roll();
        assert!(Election::replay(&election.entries).unwrap().roll().is_some());
        assert!(election.entries.iter().all(|entry| entry[0] != Kind::Open.byte()));
    }

    /// The slots of two registrars are two slots: the message of one does not take the other's.
    #[test]
    fn messages_of_two_registrars_may_stand_side_by_side_chunk_by_chunk() {
        let mut election = long();
        election.make_codes();
        let lists = election.lists();
        let commitments = election.commitments(&lists);
        election.append_all(&commitments);
        let [first, second] = [0, 1].map(|registrar| {
            let slot = Slot { message: MessageKind::RollList, attempt: 1, signer: registrar };
            election.message(Role::Registrar, slot, &lists[usize::from(registrar)])
        });
        for (first, second) in first.iter().zip(&second) {
            election.append(first).unwrap();
            election.append(second).unwrap();
        }
        election.seal_roll();
        assert_eq!(election.record.roll().unwrap().rows().len(), 1_000);
    }
}
