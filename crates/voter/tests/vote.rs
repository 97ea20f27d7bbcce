//! A voter's place, her pending ballot, her receipt, her test: each lie of the board refused, beside its honest twin.
#![expect(clippy::indexing_slicing, reason = "a test must fail where it stands")]

mod world;

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_board::merkle::{Hash, empty_root};
use plebiscite_election::ballot::{ControlCode, EncryptedBallot, Seed, Selections};
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::{
    Credential, CredentialPart, Registrar, Replacement, ReplacementReason, ReplacementRequest,
    prove_replacement_part,
};
use plebiscite_support::{Election, checkpoint_of, key_of};
use plebiscite_voter::place::{Place, PlaceError};
use plebiscite_voter::receipt::{Outcome, Pending, ReceiptError};
use plebiscite_voter::tested::{self, TestError};
use world::{bytes, opened, proven, receipt, row, setup, view};

const YES: [Choice; 1] = [Choice::Option(0)];
const NO: [Choice; 1] = [Choice::Option(1)];

fn place(election: &Election, voter: u32) -> Result<Place, PlaceError> {
    let answer = bytes(election, &view(election, voter));
    Place::check(&setup(election), &election.credentials[voter as usize], &answer)
}

#[test]
fn an_honest_place_is_accepted_by_code_and_by_roll_number() {
    let mut election = opened();
    election.cast(2, &YES);
    let ballot = election.cast(2, &NO);
    let found = place(&election, 2).unwrap();
    assert_eq!((found.index(), found.region()), (2, 0));
    assert_eq!(found.standing().unwrap().tracker, ballot.tracker());
    assert_eq!(found.next().unwrap(), election.ballot_context(2));
    let answer = bytes(&election, &view(&election, 2));
    let setup = setup(&election);
    assert_eq!(Place::of_row(&setup, 2, &answer).unwrap().next(), found.next());
    assert_eq!(Place::of_row(&setup, 3, &answer).unwrap_err(), PlaceError::Row);
    assert!(place(&election, 0).unwrap().standing().is_none());
}

#[test]
fn that_there_is_no_row_is_believed_only_of_a_number_behind_the_roll() {
    let election = opened();
    let setup = setup(&election);
    let rows = u32::try_from(election.credentials.len()).unwrap();
    let mut denied = view(&election, 1);
    (denied.row, denied.head) = (None, None);
    let answer = bytes(&election, &denied);
    let of = |number| Place::of_row(&setup, number, &answer).unwrap_err();
    assert_eq!([of(0), of(1), of(rows - 1)], [PlaceError::Row, PlaceError::Row, PlaceError::Row]);
    assert_eq!([of(rows), of(u32::MAX)], [PlaceError::Unknown, PlaceError::Unknown]);
}

#[test]
fn a_row_of_another_roll_or_voter_is_refused() {
    let election = opened();
    let setup = setup(&election);
    let check = |view| Place::check(&setup, &election.credentials[1], &bytes(&election, &view)).map(|_| ());
    let honest = view(&election, 1);
    assert_eq!(check(honest.clone()), Ok(()));
    let mut moved = honest.clone();
    moved.row.as_mut().unwrap().index = 2;
    assert_eq!(check(moved), Err(PlaceError::Row));
    let mut region = honest.clone();
    region.row.as_mut().unwrap().region = 1;
    assert_eq!(check(region), Err(PlaceError::Row));
    let mut path = honest.clone();
    path.row.as_mut().unwrap().path[0][0] ^= 1;
    assert_eq!(check(path), Err(PlaceError::Row));
    let mut other = honest.clone();
    other.row = Some(row(&election, 2));
    assert_eq!(check(other), Err(PlaceError::Row));
    let mut unknown = honest.clone();
    unknown.row = None;
    assert_eq!(check(unknown), Err(PlaceError::Unknown));
    let mut padded = bytes(&election, &honest);
    padded[2 + 8_000] ^= 1;
    assert_eq!(Place::check(&setup, &election.credentials[1], &padded).unwrap_err(), PlaceError::Malformed);
    let mut note = honest;
    note.checkpoint = checkpoint_of(election.id(), &election.tree, &key_of("board", 1)).note().to_vec();
    assert!(matches!(check(note), Err(PlaceError::Setup(_))));
}

#[test]
fn another_voters_head_and_a_false_head_are_refused() {
    let mut election = opened();
    election.cast(1, &YES);
    election.cast(2, &NO);
    assert!(place(&election, 1).is_ok());
    let setup = setup(&election);
    let credentials = election.credentials.clone();
    let credential = |voter: usize| credentials[voter].clone();
    let mut swapped = view(&election, 1);
    swapped.head = view(&election, 2).head;
    assert_eq!(
        Place::check(&setup, &credential(1), &bytes(&election, &swapped)).unwrap_err(),
        PlaceError::Head
    );
    let mut outside = view(&election, 1);
    *outside.head.as_mut().unwrap().bytes.last_mut().unwrap() ^= 1;
    assert_eq!(
        Place::check(&setup, &credential(1), &bytes(&election, &outside)).unwrap_err(),
        PlaceError::Head
    );
    // A board that forces a ballot with a false signature into its own log proves inclusion, and is refused all the same.
    let mut forged = Election::ballot_entry(&election.ballot(3, &YES));
    *forged.last_mut().unwrap() ^= 1;
    let three = credential(3);
    let index = election.entries.len() as u64;
    election.force(&forged);
    let mut lie = view(&election, 3);
    assert!(Place::check(&setup, &three, &bytes(&election, &lie)).is_ok());
    lie.head = Some(proven(&election, index));
    assert_eq!(Place::check(&setup, &three, &bytes(&election, &lie)).unwrap_err(), PlaceError::Head);
}

#[test]
fn after_a_replacement_the_old_code_says_replaced_and_the_new_one_works() {
    let mut election = opened();
    let id = election.id();
    let old = election.credentials[4].clone();
    let parts = Registrar::ALL.map(|registrar| CredentialPart::derive(&election.code(registrar), &id));
    let new = Credential::combine(&parts, 2).unwrap();
    let request =
        ReplacementRequest { index: 4, number: 1, old: old.public_bytes(), reason: ReplacementReason::Lost };
    let context = election.record.setup_context().unwrap();
    let fresh = election.fresh();
    let proofs = parts.iter().map(|part| prove_replacement_part(&context, &request, part, &fresh)).collect();
    let act = election.act(Replacement { request, parts: proofs });
    let before = view(&election, 4);
    let pending = Pending::new(election.ballot(4, &YES));
    assert!(pending.is_signed_for(&self::setup(&election), &place(&election, 4).unwrap()));
    let index = election.entries.len() as u64;
    election.append(&act).unwrap();
    let setup = setup(&election);
    // The pending ballot of the letter that was replaced is not one of the new credential's.
    let answer = bytes(&election, &view(&election, 4));
    assert!(!pending.is_signed_for(&setup, &Place::check(&setup, &new, &answer).unwrap()));
    let answer = bytes(&election, &view(&election, 4));
    assert_eq!(Place::check(&setup, &old, &answer).unwrap_err(), PlaceError::Replaced);
    assert_eq!(Place::check(&setup, &new, &answer).unwrap().next().unwrap().credential, new.public_bytes());
    // Hidden, the new code has no row; under another voter's row the replacement is false.
    assert_eq!(Place::check(&setup, &new, &bytes(&election, &before)).unwrap_err(), PlaceError::Row);
    let mut misplaced = view(&election, 5);
    misplaced.replacement = Some(proven(&election, index));
    let refused = Place::check(&setup, &election.credentials[5], &bytes(&election, &misplaced)).unwrap_err();
    assert_eq!(refused, PlaceError::Replacement);
}

#[test]
fn a_receipt_is_accepted_for_ones_own_bytes_under_the_boards_key_only() {
    let mut election = opened();
    let first = Pending::new(election.cast(1, &YES));
    let other = Pending::new(election.cast(2, &YES));
    let setup = setup(&election);
    let none = Checkpoint { origin: String::new(), size: 0, root: empty_root() };
    let index = election.record.head(1).unwrap().entry;
    let good = receipt(&election, index);
    let kept = first.acknowledge(&setup, &none, &good.encode()).unwrap();
    assert_eq!((kept.entry, kept.tracker), (index, first.tracker()));
    assert!(matches!(other.acknowledge(&setup, &none, &good.encode()), Err(ReceiptError::False(_))));
    let elsewhere = receipt(&election, index + 1);
    assert!(matches!(first.acknowledge(&setup, &none, &elsewhere.encode()), Err(ReceiptError::False(_))));
    for (id, key) in [
        (election.id(), key_of("board", 1)),
        (plebiscite_election::entry::ElectionId([7; 32]), election.board.clone()),
    ] {
        let mut forged = good.clone();
        forged.checkpoint = checkpoint_of(id, &election.tree, &key).note().to_vec();
        assert!(matches!(first.acknowledge(&setup, &none, &forged.encode()), Err(ReceiptError::False(_))));
    }
    // Rollback and fork against what was seen.
    let now = election.checkpoint().checkpoint().clone();
    assert!(first.acknowledge(&setup, &now, &good.encode()).is_ok());
    let larger = Checkpoint { size: now.size + 1, ..now.clone() };
    assert!(matches!(first.acknowledge(&setup, &larger, &good.encode()), Err(ReceiptError::Rollback { .. })));
    let fork = Checkpoint { root: Hash([9; 32]), ..now };
    assert!(matches!(first.acknowledge(&setup, &fork, &good.encode()), Err(ReceiptError::Fork { .. })));
}

#[test]
fn a_pending_ballot_stands_is_sent_again_or_is_overtaken() {
    let mut election = opened();
    let pending = Pending::new(election.ballot(1, &YES));
    assert_eq!(pending.outcome(&place(&election, 1).unwrap()), Outcome::SendAgain);
    let restored = Pending::restore(&pending.kept()).unwrap();
    assert_eq!(restored, pending);
    assert_eq!((restored.index(), restored.seq()), (1, 0));
    assert!(Pending::restore(&pending.kept()[1..]).is_none());
    assert!(Pending::restore(&[]).is_none());
    let mut stands = opened();
    let same = Pending::new(stands.ballot(1, &YES));
    stands.append(same.entry()).unwrap();
    assert_eq!(same.outcome(&place(&stands, 1).unwrap()), Outcome::Stands);
    election.cast(1, &NO);
    assert_eq!(pending.outcome(&place(&election, 1).unwrap()), Outcome::Overtaken);
}

#[test]
fn a_test_gives_the_choice_and_a_device_that_lies_is_found_out() {
    let mut election = opened();
    let setup = setup(&election);
    let context = election.ballot_context(1);
    let ballot = election.encrypt_in(context, &NO);
    let shown = ControlCode::parse(&ballot.tracker().to_string()).unwrap();
    let opening = ballot.open().encode();
    let own = place(&election, 1).unwrap();
    assert!(tested::check(&setup, &own, &opening, &shown) == Ok(NO.to_vec()));
    // Another choice opened than encrypted.
    let mut other = opening.clone();
    other[32] = 0b1000_0000;
    assert!(tested::check(&setup, &own, &other, &shown) == Err(TestError::Differs));
    // Encrypted for another voter's row.
    let second = place(&election, 2).unwrap();
    assert!(tested::check(&setup, &second, &opening, &shown) == Err(TestError::Differs));
    assert!(matches!(tested::check(&setup, &own, &opening[1..], &shown), Err(TestError::Opening(_))));
    // A control code that was cast is no test.
    let cast = election.cast(1, &YES);
    let after = place(&election, 1).unwrap();
    let code = ControlCode::of(&cast.tracker());
    assert!(tested::check(&setup, &after, &opening, &code) == Err(TestError::Cast));
}

/// A voter who tests and votes at once, and looks with the second device only then, is not told that her device lied.
#[test]
fn a_test_that_is_looked_at_after_voting_passes_and_one_that_was_cast_never_does() {
    let mut election = opened();
    let setup = setup(&election);
    election.cast(1, &YES);
    let tested = election.ballot_context(1);
    let ballot = election.encrypt_in(tested, &NO);
    let shown = ControlCode::of(&ballot.tracker());
    let opening = ballot.open().encode();
    assert_eq!(place(&election, 1).unwrap().next(), Ok(tested));
    election.cast(1, &YES);
    let after = place(&election, 1).unwrap();
    assert_eq!(after.taken(), Some(tested));
    assert!(tested::check(&setup, &after, &opening, &shown) == Ok(NO.to_vec()));
    // Another choice opened than encrypted is found there too.
    let mut other = opening.clone();
    other[32] = 0b1000_0000;
    assert!(tested::check(&setup, &after, &other, &shown) == Err(TestError::Differs));

    // The tested ballot itself cast, and a second one after it to hide that.
    let mut cheated = opened();
    let seed = [7; 32];
    let parameters = setup.parameters();
    let bits = vec![vec![0, 1, 0]];
    let encrypt = |context| {
        let selections = Selections::new(parameters, bits.clone()).unwrap();
        EncryptedBallot::new(parameters, context, selections, Seed::from_fresh(seed)).unwrap()
    };
    let context = cheated.ballot_context(1);
    let shown = ControlCode::of(&encrypt(context).tracker());
    let opening = encrypt(context).open().encode();
    let honest = place(&cheated, 1).unwrap();
    assert!(tested::check(&setup, &honest, &opening, &shown) == Ok(NO.to_vec()));
    let cast = encrypt(context).cast(parameters, &cheated.credentials[1], &[8; 32]).unwrap();
    cheated.append(Pending::new(cast).entry()).unwrap();
    let stands = place(&cheated, 1).unwrap();
    assert!(tested::check(&setup, &stands, &opening, &shown) == Err(TestError::Cast));
    cheated.cast(1, &YES);
    let hidden = place(&cheated, 1).unwrap();
    assert!(tested::check(&setup, &hidden, &opening, &shown) == Err(TestError::Differs));
}
