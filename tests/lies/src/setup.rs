//! Lies before the opening: manifest, ceremony, roll.

use plebiscite_crypto::threshold::ceremony::ShareKeySent;
use plebiscite_election::entry::{
    AttemptBegins, AttemptEnded, Head, MessageKind, Open, Role, RollSeal, Slot,
};
use plebiscite_support::{Election, Shape, signatures, with_chunks};

use crate::{Lie, Told, next};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("a manifest signed by too few officials", "entry-signatures", manifest_unsigned),
    ("a manifest under another election's id", "entry-election", manifest_other),
    ("a chunk that is not the signed one", "chunks", chunk_altered),
    ("a chunk without its head", "chunks", chunk_alone),
    ("a ceremony message on a log that lacks the round before", "entry-seen", round_unseen),
    ("a ceremony message in another trustee's name", "entry-signatures", round_stranger),
    ("a second message of one trustee in one round", "ceremony", round_twice),
    ("a message of a round that has not come", "ceremony", round_early),
    ("an attempt ended for a trustee who has spoken", "ceremony", ended_spoken),
    ("an attempt begun with another number", "ceremony", begun_other),
    ("a list opened before the other registrar committed", "roll-commitment", list_early),
    ("a list that was not the one committed to", "roll-commitment", list_other),
    ("a list with one credential twice", "roll-list", list_double),
    ("a registrar without knowledge of its secrets", "roll-list", list_rogue),
    ("the credentials of an ended roll attempt again", "roll-list", list_again),
    ("a roll seal over another root", "roll-seal", seal_root),
    ("a roll seal over another number", "roll-seal", seal_count),
    ("a roll seal that one registrar has not signed", "entry-signatures", seal_unsigned),
    ("an opening under other keys", "open", open_keys),
    ("an opening under another roll", "open", open_roll),
];

/// The manifest stands.
pub(crate) fn founded() -> Election {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election
}

/// The keys are confirmed.
pub(crate) fn keyed() -> Election {
    let mut election = founded();
    election.hold_ceremony();
    election
}

fn manifest_with(sign: impl Fn(&Election, &mut Head)) -> Told {
    let election = Election::new(Shape::default());
    let good = election.manifest_entries();
    let slot = Slot { message: MessageKind::Manifest, attempt: 0, signer: 0 };
    let mut head = Head::of(election.id(), slot, &election.manifest, election.seen());
    sign(&election, &mut head);
    let bad = with_chunks(&head, &election.manifest);
    next(election, &good, &bad)
}

fn manifest_unsigned() -> Told {
    manifest_with(|election, head| {
        head.signatures = signatures(Role::Official, &election.officials[..1], 0, &head.unsigned_bytes());
    })
}

fn manifest_other() -> Told {
    manifest_with(|election, head| {
        head.election.0[31] ^= 1;
        head.signatures = signatures(Role::Official, &election.officials[..2], 0, &head.unsigned_bytes());
    })
}

fn round_zero(election: &mut Election, trustee: u16) -> Vec<Vec<u8>> {
    let context = election.ceremony_context();
    let fresh = election.fresh();
    let (_, content) = ShareKeySent::begin(&context, trustee, &fresh).unwrap();
    election.round_message(0, trustee, &content)
}

fn chunk_altered() -> Told {
    let mut election = founded();
    let good = round_zero(&mut election, 1);
    let mut bad = good.clone();
    *bad[1].last_mut().unwrap() ^= 1;
    next(election, &good, &bad)
}

fn chunk_alone() -> Told {
    let mut election = founded();
    let good = round_zero(&mut election, 1);
    next(election, &good, &good[1..])
}

fn round_unseen() -> Told {
    let mut election = founded();
    let before = election.seen();
    let mut stages = Vec::new();
    let context = election.ceremony_context();
    for trustee in 1..=5 {
        let fresh = election.fresh();
        let (stage, content) = ShareKeySent::begin(&context, trustee, &fresh).unwrap();
        let entries = election.round_message(0, trustee, &content);
        election.append_all(&entries);
        stages.push(stage);
    }
    let record = election.ceremony_record();
    let (_, content) = stages.remove(0).commit(&record, &[3; 32]).unwrap();
    let good = election.round_message(1, 1, &content);
    let slot = Slot { message: MessageKind::Round(1), attempt: 1, signer: 1 };
    let mut head = Head::of(election.id(), slot, &content, before);
    head.signatures = signatures(Role::Trustee, &election.trustees[..1], 1, &head.unsigned_bytes());
    next(election, &good, &[head.encode()])
}

fn round_stranger() -> Told {
    let mut election = founded();
    let good = round_zero(&mut election, 1);
    election.trustees.swap(0, 1);
    let bad = round_zero(&mut election, 1);
    election.trustees.swap(0, 1);
    next(election, &good, &bad[..1])
}

fn round_twice() -> Told {
    let mut election = founded();
    let first = round_zero(&mut election, 1);
    let second = round_zero(&mut election, 1);
    let lie = [first.clone(), second[..1].to_vec()].concat();
    next(election, &first, &lie)
}

fn round_early() -> Told {
    let mut election = founded();
    let good = round_zero(&mut election, 1);
    let bad = election.round_message(1, 1, &[7; 32]);
    next(election, &good, &bad[..1])
}

fn ended_spoken() -> Told {
    let mut election = founded();
    let spoken = round_zero(&mut election, 1);
    election.append_all(&spoken);
    let ended = |trustee| election.act(AttemptEnded { number: 1, trustee, round: 0 });
    let (good, bad) = (ended(2), ended(1));
    next(election, &[good], &[bad])
}

fn begun_other() -> Told {
    let mut election = founded();
    let ended = election.act(AttemptEnded { number: 1, trustee: 2, round: 0 });
    election.append(&ended).unwrap();
    let begins = |number| election.act(AttemptBegins { number });
    let (good, bad) = (begins(2), begins(3));
    next(election, &[good], &[bad])
}

/// A registrar's list in the roll attempt in force.
pub(crate) fn list_message(election: &Election, registrar: u16, content: &[u8]) -> Vec<Vec<u8>> {
    let attempt = election.record.roll_attempt();
    election.message(
        Role::Registrar,
        Slot { message: MessageKind::RollList, attempt, signer: registrar },
        content,
    )
}

fn list_early() -> Told {
    let mut election = keyed();
    election.make_codes();
    let lists = election.lists();
    let commitments = election.commitments(&lists);
    election.append(&commitments[0]).unwrap();
    let bad = list_message(&election, 0, &lists[0]);
    next(election, &commitments[1..], &bad[..1])
}

/// Commitments to the first lists; then another list than the first registrar's.
fn instead_of_list(other: impl Fn(&mut Election, &[Vec<u8>]) -> Vec<u8>, commit_to_it: bool) -> Told {
    let mut twin = keyed();
    twin.publish_roll();
    let mut election = keyed();
    election.make_codes();
    let mut lists = election.lists();
    let bad = other(&mut election, &lists);
    if commit_to_it {
        lists[0].clone_from(&bad);
    }
    let commitments = election.commitments(&lists);
    election.append_all(&commitments);
    let entries = list_message(&election, 0, &bad);
    let mut told = next(election, &[], &entries);
    told.honest = twin.entries;
    told
}

fn list_other() -> Told {
    // Made of other codes: a good list, but not the one committed to.
    let other = |election: &mut Election, _: &[Vec<u8>]| {
        let codes = std::mem::take(&mut election.codes);
        election.make_codes();
        let lists = election.lists();
        election.codes = codes;
        lists[0].clone()
    };
    instead_of_list(other, false)
}

fn list_double() -> Told {
    let double = |election: &mut Election, _: &[Vec<u8>]| {
        election.codes[1] = election.codes[0].clone();
        election.lists()[0].clone()
    };
    instead_of_list(double, true)
}

fn list_rogue() -> Told {
    // The proof's response is another's: whoever knows no secrets has none that fits.
    let rogue = |_: &mut Election, lists: &[Vec<u8>]| {
        let mut list = lists[0].clone();
        list[100] ^= 1;
        list
    };
    instead_of_list(rogue, true)
}

fn list_again() -> Told {
    let mut election = keyed();
    election.publish_roll();
    let ended = election.act(plebiscite_election::entry::RollAttemptEnded { number: 1 });
    election.append(&ended).unwrap();
    let old = election.lists();
    let old_commitments = election.commitments(&old);
    let mut lie = old_commitments;
    let mut twin = Election::new(Shape::default());
    twin.append_all(&election.entries);
    // Codes wholly fresh: the counter of the first election has gone on.
    let codes = std::mem::take(&mut election.codes);
    election.make_codes();
    let fresh = election.lists();
    let good = election.commitments(&fresh);
    election.codes = codes;
    let mut told_election = Election::new(Shape::default());
    told_election.append_all(&election.entries);
    told_election.append_all(&lie);
    let list = list_message(&told_election, 0, &old[0]);
    lie.extend(list);
    next(twin, &good, &lie)
}

fn rolled() -> Election {
    let mut election = keyed();
    election.publish_roll();
    election
}

fn other_seal(change: impl Fn(&mut RollSeal)) -> Told {
    let election = rolled();
    let (mut seal, _) = election.record.roll_seal_body().unwrap();
    let good = election.act(seal.clone());
    change(&mut seal);
    let bad = election.act(seal);
    next(election, &[good], &[bad])
}

fn seal_root() -> Told {
    other_seal(|seal| seal.roll_root[0] ^= 1)
}

fn seal_count() -> Told {
    other_seal(|seal| seal.count += 1)
}

fn seal_unsigned() -> Told {
    let mut election = rolled();
    let (seal, _) = election.record.roll_seal_body().unwrap();
    let good = election.act(seal.clone());
    let second = election.registrars.pop().unwrap();
    let bad = election.act(seal);
    election.registrars.push(second);
    next(election, &[good], &[bad])
}

fn other_open(change: impl Fn(&mut Open)) -> Told {
    let mut election = rolled();
    election.seal_roll();
    let mut body = election.record.open_body(String::new()).unwrap();
    let good = election.act(body.clone());
    change(&mut body);
    let bad = election.act(body);
    next(election, &[good], &[bad])
}

fn open_keys() -> Told {
    other_open(|open| open.key_digest[0] ^= 1)
}

fn open_roll() -> Told {
    other_open(|open| open.roll_root[0] ^= 1)
}
