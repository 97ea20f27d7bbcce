//! A start spares the proofs that this server verified before, and nothing else; what says so is not believed of other entries.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a fixture fails where it stands")]

mod common;

use std::path::Path;

use plebiscite_board::merkle::{Roots, Tree, leaf_hash};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{Kind, MessageKind, Role, Slot};
use plebiscite_public::board::Board;
use plebiscite_public::verified::{Known, Remembered, Verified};
use plebiscite_server::board::{self, BoardError};
use plebiscite_server::store::{Storage, Store};
use plebiscite_support::{Election, Shape};

use common::{Server, config, data_folder};

fn election() -> Election {
    let mut election = Election::opened(Shape::default());
    for (voter, option) in [(0, 0), (1, 1), (2, 0), (1, 0), (5, 1), (1, 1), (6, 0)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    election
}

/// What a server would keep of these entries, which it judged.
fn known(election: &Election, entries: &[Vec<u8>]) -> Known {
    let (store, _folder) = stored(entries);
    let (mut board, _) = board::open(election.id(), &store.entries(), None, None).unwrap();
    let verified = board.verified(|index| Ok(store.entries().get(index).unwrap().unwrap())).unwrap();
    let credentials = board.record.roll().map(|roll| roll.rows().iter().map(|row| row.credential).collect());
    Known { verified, credentials }
}

/// The same, said of entries that a server would refuse: by whoever writes into its folder.
fn pretended(mut known: Known, entries: &[Vec<u8>]) -> Option<Known> {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    known.verified.size = tree.size();
    known.verified.root = tree.root_at(tree.size()).unwrap();
    Some(known)
}

/// A store with these entries, and the folder that it is in.
fn stored(entries: &[Vec<u8>]) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), &folder.path().join("checkpoint")).unwrap();
    let borrowed: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
    store.append(0, &borrowed).unwrap();
    (store, folder)
}

/// A board that is opened, and whether what was kept was believed.
fn opened(
    election: &Election,
    entries: &[Vec<u8>],
    known: Option<Known>,
) -> Result<(Board, bool), BoardError> {
    let (store, _folder) = stored(entries);
    let said = known.is_some();
    let opened = board::open(election.id(), &store.entries(), None, known)?;
    assert!(said || !opened.1);
    Ok(opened)
}

fn ballots(entries: &[Vec<u8>]) -> Vec<usize> {
    (0..entries.len()).filter(|index| entries[*index][0] == Kind::Ballot.byte()).collect()
}

#[test]
fn a_start_from_every_place_gives_the_same_board_and_the_same_result() {
    let mut election = election();
    let before = election.entries.clone();
    election.finish();
    let whole = &election.entries;
    let places: Vec<usize> = ballots(&before).into_iter().flat_map(|ballot| [ballot, ballot + 1]).collect();
    let seal = whole.iter().position(|entry| entry[0] == Kind::Seal.byte()).unwrap();
    for place in places.into_iter().chain([1, before.len(), seal, seal + 1, whole.len()]) {
        let kept = known(&election, &whole[..place]);
        // Before the roll's seal there is no roll, and lists are proven again.
        assert_eq!(kept.credentials.is_some(), place > 1, "{place}");
        let (board, believed) = opened(&election, whole, Some(kept.clone())).unwrap();
        assert!(believed, "{place}");
        assert!((0..9).all(|row| board.record.head(row) == election.record.head(row)));
        assert_eq!(board.record.result().unwrap().digest, election.record.result().unwrap().digest);
        // Without the roll as well, and with another's: it is held against the root that the seal signs.
        let (board, believed) =
            opened(&election, whole, Some(Known { credentials: None, ..kept.clone() })).unwrap();
        assert!(believed && board.record.result().is_some(), "{place}");
        let Some(mut other) = kept.credentials.clone() else { continue };
        other.swap(0, 1);
        let (board, believed) =
            opened(&election, whole, Some(Known { credentials: Some(other), ..kept })).unwrap();
        assert!(!believed && board.record.result().is_some(), "{place}");
    }
}

#[test]
fn a_start_spares_what_was_verified_and_nothing_else() {
    let election = election();
    let entries = election.entries.clone();
    let ballots = ballots(&entries);
    let whole = known(&election, &entries);
    // A false proof: it is seen unless this server says of these very entries that it verified them.
    let mut lying = entries.clone();
    let length = lying[ballots[2]].len();
    lying[ballots[2]][length - 70] ^= 1;
    assert!(opened(&election, &lying, None).is_err());
    assert!(opened(&election, &lying, Some(whole.clone())).is_err());
    assert!(opened(&election, &lying, Some(known(&election, &lying[..ballots[2]]))).is_err());
    assert!(opened(&election, &lying, pretended(whole.clone(), &lying)).is_ok());
    // Order is judged always.
    let mut swapped = entries.clone();
    swapped.swap(ballots[1], ballots[3]);
    assert!(opened(&election, &swapped, pretended(whole.clone(), &swapped)).is_err());
    let mut doubled = entries.clone();
    doubled.push(entries[ballots[6]].clone());
    assert!(opened(&election, &doubled, pretended(whole.clone(), &doubled)).is_err());
    // Sums that are none, or of another number of ballots, are not believed.
    for spoilt in [
        Verified { sums: vec![0xff; whole.verified.sums.len()], ..whole.verified.clone() },
        Verified { sums: Vec::new(), ..whole.verified.clone() },
    ] {
        let (board, believed) =
            opened(&election, &entries, Some(Known { verified: spoilt, ..whole.clone() })).unwrap();
        assert!(!believed);
        let (twin, believed) = opened(&election, &entries, Some(whole.clone())).unwrap();
        assert!(believed && board.log.size() == twin.log.size());
    }
    // Of another number of ballots the sums are not these.
    let fewer = Verified { ballots: whole.verified.ballots - 1, ..whole.verified.clone() };
    let more = Verified { ballots: whole.verified.ballots + 1, ..whole.verified.clone() };
    for wrong in [fewer, more] {
        let known = Known { verified: wrong, ..whole.clone() };
        let (board, believed) = opened(&election, &entries, Some(known)).unwrap();
        assert!(!believed && board.record.ballots() == whole.verified.ballots);
    }
}

/// The log up to the lists of both registrars, the first of which has a proof that is changed by `change`; and the index
/// behind the head of that list.
fn listed(change: impl Fn(&mut [u8])) -> (Election, usize) {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.make_codes();
    let mut lists = election.lists();
    change(&mut lists[0]);
    let commitments = election.commitments(&lists);
    election.append_all(&commitments);
    let behind = election.entries.len() + 1;
    for (signer, list) in (0u16..).zip(&lists) {
        let slot = Slot { message: MessageKind::RollList, attempt: 1, signer };
        election.message(Role::Registrar, slot, list).iter().for_each(|entry| election.force(entry));
    }
    (election, behind)
}

/// The roll's file is written before the other one, and either may be put back from a copy: then credentials are known, and the
/// entries that were verified end within a list. What comes behind them is proven.
#[test]
fn a_roll_that_is_sealed_behind_what_was_verified_spares_no_list_its_proof() {
    let rows = |election: &Election| vec![election.record.roll().unwrap().rows()[0].credential; 9];
    let credentials = rows(&election());
    // One bit of the response of the first list's proof.
    let (lying, behind) = listed(|list| list[100] ^= 1);
    assert!(opened(&lying, &lying.entries, None).is_err());
    let (honest, same) = listed(|_| ());
    assert_eq!(behind, same);
    for size in [behind, behind + 1] {
        for (told, holds) in [(&lying, false), (&honest, true)] {
            let (store, _folder) = stored(&told.entries[..behind]);
            let (mut board, _) = board::open(told.id(), &store.entries(), None, None).unwrap();
            let verified = board.verified(|_| unreachable!("nobody voted")).unwrap();
            let verified = Verified { ballots: 0, ..verified };
            let known = Known { verified, credentials: Some(credentials.clone()) };
            let known = if size == behind { Some(known) } else { pretended(known, &told.entries[..size]) };
            let found = opened(told, &told.entries, known);
            assert_eq!(found.is_ok(), holds, "{size}");
            assert!(found.is_err() || found.is_ok_and(|(_, believed)| !believed), "{size}");
        }
    }
}

/// The file that says how far ballots are verified.
fn file(data: &Path, election: &Election) -> std::path::PathBuf {
    data.join("elections").join(&election.id().to_string()[..16]).join("verified")
}

#[test]
fn a_spoilt_file_costs_a_server_time_and_nothing_else() {
    let election = election();
    let data = data_folder();
    let prefix = election.id().to_string()[..16].to_owned();
    {
        let log = tempfile::tempdir().unwrap();
        plebiscite_support::write_folder(log.path(), &election.entries, election.checkpoint().note());
        plebiscite_server::import::import(&config(data.path()), log.path(), false).unwrap();
    }
    let place = file(data.path(), &election);
    let folder = place.parent().unwrap();
    let roll = folder.join("verified-roll");
    let read = || Remembered::in_folder(folder, "").read(|error| panic!("{error}")).unwrap();
    let whole = Some(known(&election, &election.entries));
    assert_eq!(read(), whole);
    let checkpoint = || {
        let server = Server::start(data.path());
        let answer = server.get(&format!("/e/{prefix}/checkpoint"));
        server.stop();
        answer.body
    };
    let expected = election.checkpoint().note().to_vec();
    assert_eq!(checkpoint(), expected);
    for spoilt in [b"nothing".to_vec(), Vec::new()] {
        std::fs::write(&place, &spoilt).unwrap();
        assert_eq!(checkpoint(), expected);
        // Everything was verified, and it says so again.
        assert_eq!(read(), whole);
        std::fs::write(&roll, spoilt).unwrap();
        let mut told = false;
        let without = Remembered::in_folder(folder, "").read(|_| told = true).unwrap().unwrap();
        assert!(told && without.credentials.is_none() && Some(without.verified) == verified(&whole));
        assert_eq!(checkpoint(), expected);
        assert_eq!(read(), whole);
    }
    for gone in [&place, &roll] {
        std::fs::remove_file(gone).unwrap();
        assert_eq!(checkpoint(), expected);
        assert_eq!(read(), whole);
    }
}

fn verified(known: &Option<Known>) -> Option<Verified> {
    known.as_ref().map(|known| known.verified.clone())
}
