//! Before anything is encrypted: every lie about the setup is refused by name, and its honest twin is accepted.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test must fail where it stands")]

mod world;

use ed25519_dalek::SigningKey;
use plebiscite_board::merkle::Tree;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{
    Act, Cancel, ElectionId, Entry, MessageKind, Open, Role, RollSeal, Slot, Succeeded, Successor,
};
use plebiscite_election::record::Record;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, signatures};
use plebiscite_voter::setup::{Setup, SetupEntries, SetupError};
use world::{opened, setup_entries};

fn verify(election: &Election, entries: &SetupEntries) -> Result<(), SetupError> {
    Setup::verify(election.id(), entries, election.checkpoint().note()).map(|_| ())
}

#[test]
fn an_honest_setup_is_accepted_and_another_manifest_is_not() {
    let election = opened();
    let entries = setup_entries(&election);
    assert_eq!(verify(&election, &entries), Ok(()));
    let other = Election::new(Shape { title: "Another vote".to_owned(), ..Shape::default() });
    let swapped = SetupEntries { manifest: other.manifest_entries(), ..entries.clone() };
    assert!(matches!(verify(&election, &swapped), Err(SetupError::Manifest(_))));
    let short = SetupEntries { manifest: entries.manifest[..1].to_vec(), ..entries.clone() };
    assert!(matches!(verify(&election, &short), Err(SetupError::Manifest(_))));
    let wrong = Setup::verify(ElectionId([7; 32]), &entries, election.checkpoint().note());
    assert!(matches!(wrong, Err(SetupError::Manifest(_))));
}

#[test]
fn the_manifest_alone_is_judged_as_at_the_beginning_of_a_record() {
    let whole = Election::new(Shape::default()).manifest_entries();
    let at_the_beginning = |entries: &[Vec<u8>]| {
        let mut record = Record::new();
        let applied = entries.iter().try_for_each(|entry| record.apply(entry, &Tree::new()).map(|_| ()));
        applied.map(|()| record.manifest().map(|manifest| manifest.id())).map_err(|refusal| refusal.check)
    };
    let alone = |entries: &[Vec<u8>]| {
        let found = Record::manifest_of(entries).map_err(|refusal| refusal.check);
        found.map(|manifest| manifest.map(|manifest| manifest.id()))
    };
    assert!(matches!(alone(&whole), Ok(Some(_))));
    let mut cases = vec![whole.clone(), whole[..1].to_vec(), whole[1..].to_vec(), Vec::new()];
    cases.push(whole.iter().chain(&whole[1..]).cloned().collect());
    for (entry, bytes) in whole.iter().enumerate() {
        for at in (0..bytes.len()).step_by(61) {
            let mut changed = whole.clone();
            changed[entry][at] ^= 1;
            cases.push(changed);
        }
    }
    for case in cases {
        assert_eq!(alone(&case), at_the_beginning(&case));
    }
    // What may follow a manifest in a record is no part of it.
    let opened = opened();
    let behind = whole.len();
    assert!(alone(&opened.entries[..=behind]).is_err());
    assert!(alone(&opened.entries[..behind]).is_ok());
}

/// A confirmation of other content by these signers' keys.
fn confirmed(election: &Election, trustee: u16, content: &[u8], signer: &SigningKey) -> Vec<Vec<u8>> {
    let attempt = election.record.ceremony().unwrap().attempt;
    let slot = Slot { message: MessageKind::Round(4), attempt, signer: trustee };
    let mut head = plebiscite_election::entry::Head::of(election.id(), slot, content, election.seen());
    head.signatures
        .insert(trustee, plebiscite_election::entry::sign(Role::Trustee, signer, &head.unsigned_bytes()));
    plebiscite_support::with_chunks(&head, content)
}

fn content(message: &[Vec<u8>]) -> Vec<u8> {
    let chunk = |entry: &Vec<u8>| match Entry::decode(entry).unwrap() {
        Entry::Chunk(chunk) => chunk.bytes,
        _ => unreachable!("a message is a head and chunks"),
    };
    message[1..].iter().flat_map(chunk).collect()
}

#[test]
fn every_trustee_must_confirm_the_same_keys_under_her_own_signature() {
    let election = opened();
    let entries = setup_entries(&election);
    let with = |place: usize, message: Vec<Vec<u8>>| {
        let mut changed = entries.clone();
        changed.confirmations[place] = message;
        verify(&election, &changed)
    };
    let same = content(&entries.confirmations[2]);
    assert_eq!(with(2, confirmed(&election, 3, &same, &election.trustees[2])), Ok(()));
    let mut missing = entries.clone();
    missing.confirmations.pop();
    assert_eq!(verify(&election, &missing), Err(SetupError::Missing("a trustee's confirmation of the keys")));
    let mut other = same.clone();
    *other.last_mut().unwrap() ^= 1;
    let lie = confirmed(&election, 3, &other, &election.trustees[2]);
    assert_eq!(with(2, lie), Err(SetupError::Confirmation { trustee: 3 }));
    let forged = confirmed(&election, 3, &same, &election.trustees[1]);
    assert!(matches!(with(2, forged), Err(SetupError::Signature { .. })));
    let twice = entries.confirmations[1].clone();
    assert!(matches!(with(2, twice), Err(SetupError::Kind(_))));
    let swapped = [entries.confirmations[2][0].clone(), entries.confirmations[1][1].clone()];
    assert!(matches!(with(2, swapped.to_vec()), Err(SetupError::Kind(_))));
}

fn seal_act(election: &Election) -> Act<RollSeal> {
    match Entry::decode(&setup_entries(election).roll_seal.unwrap().1).unwrap() {
        Entry::RollSeal(act) => act,
        _ => unreachable!(),
    }
}

#[test]
fn the_roll_seal_is_signed_by_all_registrars_and_enough_officials() {
    let election = opened();
    let entries = setup_entries(&election);
    let act = seal_act(&election);
    let with = |act: &Act<RollSeal>| {
        let sealed = SetupEntries { roll_seal: Some((0, act.encode())), ..entries.clone() };
        verify(&election, &sealed)
    };
    assert_eq!(with(&act), Ok(()));
    let unsigned = act.unsigned_bytes();
    let stranger = [election.registrars[0].clone(), key_of("registrar", 9)];
    let bad = Act { cosigners: signatures(Role::Registrar, &stranger, 0, &unsigned), ..act.clone() };
    assert!(matches!(with(&bad), Err(SetupError::Signature { what: "the roll seal", .. })));
    let one = Act {
        cosigners: signatures(Role::Registrar, &election.registrars[..1], 0, &unsigned),
        ..act.clone()
    };
    assert!(matches!(with(&one), Err(SetupError::Signature { .. })));
    let officials =
        Act { officials: signatures(Role::Official, &election.officials[..1], 0, &unsigned), ..act };
    assert!(matches!(with(&officials), Err(SetupError::Signature { .. })));
    let none = SetupEntries { roll_seal: None, ..entries };
    assert_eq!(verify(&election, &none), Err(SetupError::Missing("the roll seal")));
}

#[test]
fn the_opening_names_the_keys_the_ceremony_and_the_roll_that_were_confirmed_and_sealed() {
    let election = opened();
    let entries = setup_entries(&election);
    let body = match Entry::decode(&entries.open.clone().unwrap().1).unwrap() {
        Entry::Open(act) => act.body,
        _ => unreachable!(),
    };
    let with = |body: Open| {
        let opened = SetupEntries { open: Some((0, election.act(body))), ..entries.clone() };
        verify(&election, &opened)
    };
    assert_eq!(with(body.clone()), Ok(()));
    let keys = Open { key_digest: [1; 32], ..body.clone() };
    assert_eq!(with(keys), Err(SetupError::Differs("the opening's keys")));
    let ceremony = Open { ceremony_digest: [1; 32], ..body.clone() };
    assert_eq!(with(ceremony), Err(SetupError::Differs("the opening's ceremony")));
    let roll = Open { roll_root: [1; 32], ..body };
    assert_eq!(with(roll), Err(SetupError::Differs("the opening's roll")));
    let none = SetupEntries { open: None, ..entries };
    assert_eq!(verify(&election, &none), Err(SetupError::Missing("the opening")));
}

#[test]
fn extensions_follow_one_another_and_give_the_closing_time() {
    let mut election = opened();
    for time in ["2027-06-06T19:00:00Z", "2027-06-06T20:00:00Z"] {
        let entry = election.extension(time);
        election.append(&entry).unwrap();
    }
    let entries = setup_entries(&election);
    let (setup, _) = Setup::verify(election.id(), &entries, election.checkpoint().note()).unwrap();
    assert_eq!(Some(setup.closing_time()), election.record.closing_time());
    let broken = SetupEntries { extensions: entries.extensions[1..].to_vec(), ..entries.clone() };
    assert_eq!(verify(&election, &broken), Err(SetupError::Differs("the closing time of an extension")));
    let mut twice = entries;
    twice.extensions.push(twice.extensions[1].clone());
    assert_eq!(verify(&election, &twice), Err(SetupError::Differs("the closing time of an extension")));
    // Not a second after the manifest's limit, whoever signs it.
    let last = election.extension("2027-06-07T18:00:00Z");
    let beyond = election.extension("2027-06-07T18:00:01Z");
    let mut forged = Election::new(Shape::default());
    forged.append_all(&election.entries);
    assert!(forged.append(&beyond).is_err());
    forged.force(&beyond);
    let refused = verify(&forged, &setup_entries(&forged));
    assert_eq!(refused, Err(SetupError::Differs("the closing time of an extension")));
    election.append(&last).unwrap();
    assert_eq!(verify(&election, &setup_entries(&election)), Ok(()));
}

#[test]
fn nobody_votes_after_a_close_or_a_cancel_but_everyone_may_look() {
    let mut closed = opened();
    closed.close();
    let entries = setup_entries(&closed);
    assert!(matches!(verify(&closed, &entries), Err(SetupError::Ended(_))));
    assert!(Setup::verify_to_look(closed.id(), &entries, closed.checkpoint().note()).is_ok());
    let mut cancelled = opened();
    let act = cancelled.act(Cancel { reason: "withdrawn".to_owned() });
    cancelled.append(&act).unwrap();
    assert!(matches!(verify(&cancelled, &setup_entries(&cancelled)), Err(SetupError::Ended(_))));
}

#[test]
fn a_checkpoint_under_another_key_or_origin_is_refused() {
    let election = opened();
    let entries = setup_entries(&election);
    let with = |id, key: &SigningKey| {
        let note = checkpoint_of(id, &election.tree, key);
        Setup::verify(election.id(), &entries, note.note()).map(|_| ())
    };
    assert_eq!(with(election.id(), &election.board), Ok(()));
    assert!(matches!(with(election.id(), &key_of("board", 1)), Err(SetupError::Checkpoint(_))));
    assert!(matches!(with(ElectionId([7; 32]), &election.board), Err(SetupError::Checkpoint(_))));
}

#[test]
fn after_a_successor_only_the_new_board_key_signs() {
    let mut election = opened();
    let new = key_of("board", 1);
    let key = new.verifying_key().to_bytes();
    let body = Successor { number: 1, of: Succeeded::Board, key };
    let forged = {
        let mut act = Act::unsigned(election.id(), election.seen(), body.clone());
        let unsigned = act.unsigned_bytes();
        act.officials = signatures(Role::Official, &election.officials[..2], 0, &unsigned);
        act.encode()
    };
    let act = election.act(body);
    election.append(&act).unwrap();
    let mut entries = setup_entries(&election);
    let with = |entries: &SetupEntries, key: &SigningKey| {
        let note = checkpoint_of(election.id(), &election.tree, key);
        Setup::verify(election.id(), entries, note.note()).map(|_| ())
    };
    assert_eq!(with(&entries, &new), Ok(()));
    assert!(matches!(with(&entries, &election.board), Err(SetupError::Checkpoint(_))));
    entries.successors[0].1 = forged;
    assert!(matches!(with(&entries, &new), Err(SetupError::Signature { what: "a successor key", .. })));
}

#[test]
fn acts_before_an_officials_successor_are_judged_by_the_old_key_and_later_ones_by_the_new() {
    let mut election = opened();
    let old = election.officials[0].clone();
    let new = key_of("official", 7);
    let of = Succeeded::Official(0);
    let act = election.act(Successor { number: 1, of, key: new.verifying_key().to_bytes() });
    // A ballot comes while the signatures are collected.
    election.cast(0, &[Choice::Option(0)]);
    election.append(&act).unwrap();
    election.officials[0] = new;
    let later = election.extension("2027-06-06T19:00:00Z");
    election.officials[0] = old;
    let under_the_old = election.extension("2027-06-06T19:00:00Z");
    assert!(election.append(&under_the_old).is_err());
    election.append(&later).unwrap();
    let entries = setup_entries(&election);
    assert_eq!(verify(&election, &entries), Ok(()));
    let mut superseded = entries;
    superseded.extensions[0].1 = under_the_old;
    let refused = verify(&election, &superseded);
    assert!(matches!(refused, Err(SetupError::Signature { what: "an extension", .. })));
}

#[test]
fn successors_are_numbered_from_one_and_stand_where_they_say() {
    let mut election = opened();
    let first =
        Successor { number: 1, of: Succeeded::Board, key: key_of("board", 1).verifying_key().to_bytes() };
    let act = election.act(first);
    election.append(&act).unwrap();
    let entries = setup_entries(&election);
    let note = checkpoint_of(election.id(), &election.tree, &key_of("board", 1));
    let with = |entries: &SetupEntries| Setup::verify(election.id(), entries, note.note()).map(|_| ());
    assert_eq!(with(&entries), Ok(()));
    let refused = Err(SetupError::Differs("the number or place of a successor key"));
    let mut moved = entries.clone();
    moved.successors[0].0 += 1;
    assert_eq!(with(&moved), refused);
    let mut twice = entries;
    twice.successors.push(twice.successors[0].clone());
    assert_eq!(with(&twice), refused);
}

fn official(number: u32, of: u16, key: usize) -> Successor {
    let key = key_of("official", key).verifying_key().to_bytes();
    Successor { number, of: Succeeded::Official(of), key }
}

/// An official's successor does not name its own index, so a board may enter one once more behind all else. The record refuses
/// such a log; a client, which reads a few entries of it, must not take the key that was superseded for one in force until
/// then.
#[test]
fn a_successor_that_is_entered_again_brings_no_superseded_key_back() {
    let mut election = opened();
    let stolen = election.officials[0].clone();
    let first = election.act(official(1, 0, 7));
    election.append(&first).unwrap();
    election.officials[0] = key_of("official", 7);
    // By the two others.
    let mut second = match Entry::decode(&election.act(official(2, 1, 8))).unwrap() {
        Entry::Successor(act) => act,
        _ => unreachable!(),
    };
    second.officials = signatures(Role::Official, &election.officials[1..], 1, &second.unsigned_bytes());
    election.append(&second.encode()).unwrap();
    election.officials[1] = key_of("official", 8);
    assert_eq!(verify(&election, &setup_entries(&election)), Ok(()));
    // With the stolen key, and with an official whose own successor cannot be hidden.
    election.officials[0] = stolen;
    let forged = election.extension("2027-06-06T19:00:00Z");
    assert!(election.append(&forged).is_err());
    election.force(&forged);
    assert!(election.append(&first).is_err());
    election.force(&first);
    let mut entries = setup_entries(&election);
    let again = entries.successors.pop().unwrap();
    assert!(matches!(verify(&election, &entries), Err(SetupError::Signature { what: "an extension", .. })));
    entries.successors[0] = again;
    assert_eq!(verify(&election, &entries), Err(SetupError::Withdrawn("a successor key")));
}

/// A successor that a later act withdrew, entered all the same by a board whose log every record refuses.
#[test]
fn an_act_that_an_entry_shown_has_withdrawn_is_refused() {
    let mut election = opened();
    let successor = election.act(official(1, 0, 7));
    let extension = election.extension("2027-06-06T19:00:00Z");
    // A ballot withdraws nothing.
    election.cast(0, &[Choice::Option(0)]);
    election.append(&extension).unwrap();
    let mut twin = Election::new(Shape::default());
    twin.append_all(&election.entries);
    assert!(election.append(&successor).is_err());
    election.force(&successor);
    assert_eq!(verify(&election, &setup_entries(&election)), Err(SetupError::Withdrawn("a successor key")));
    // Proposed anew on the log with the extension, it stands.
    let anew = twin.act(official(1, 0, 7));
    twin.append(&anew).unwrap();
    assert_eq!(verify(&twin, &setup_entries(&twin)), Ok(()));
}
