//! The roll of two registrars, and its root.

use plebiscite_board::merkle;
use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point};

use super::*;

fn list(registrar: Registrar, entries: &[ListEntry], persons: &[u8; 32]) -> RegistrarList {
    read(registrar, &make_list(&setup(), 1, registrar, persons, entries, &[1; 32]).unwrap()).unwrap()
}

fn honest(registrar: Registrar, count: u32) -> RegistrarList {
    list(registrar, &entries(registrar, count), &PERSONS)
}

#[test]
fn the_roll_holds_the_credentials_that_voters_derive_from_both_codes() {
    let [first, second] = Registrar::ALL.map(|registrar| honest(registrar, 40));
    let roll = Roll::combine(&[&first, &second]).unwrap();
    for n in 0..40u32 {
        let own = Credential::combine(&Registrar::ALL.map(|registrar| part(registrar, n)), 2).unwrap();
        let expected = RollRow { credential: own.public_bytes(), region: (n % 3) as u16 };
        assert_eq!(roll.row(n), Some(&expected));
    }
    assert_eq!(roll.row(40), None);
}

#[test]
fn with_one_registrar_its_parts_are_the_credentials() {
    let only = honest(Registrar::First, 5);
    let roll = Roll::combine(&[&only]).unwrap();
    assert!(roll.rows().iter().zip(only.rows()).all(|(row, part)| row.credential == part.part));
}

#[test]
fn lists_must_be_one_of_each_registrar_in_order() {
    let [first, second] = Registrar::ALL.map(|registrar| honest(registrar, 5));
    let refusal = |lists: &[&RegistrarList]| Roll::combine(lists).unwrap_err();
    assert_eq!(refusal(&[]), RollError::Lists);
    assert_eq!(refusal(&[&second]), RollError::Lists);
    assert_eq!(refusal(&[&second, &first]), RollError::Lists);
    assert_eq!(refusal(&[&first, &first]), RollError::Lists);
    assert_eq!(refusal(&[&first, &second, &second]), RollError::Lists);
    assert!(Roll::combine(&[&first, &second]).is_ok());
}

#[test]
fn lists_that_disagree_are_refused_by_row() {
    let first = honest(Registrar::First, 5);
    let refusal = |second: RegistrarList| Roll::combine(&[&first, &second]).unwrap_err();
    assert_eq!(refusal(honest(Registrar::Second, 4)), RollError::Count { first: 5, second: 4 });
    let other_persons = list(Registrar::Second, &entries(Registrar::Second, 5), &[0xef; 32]);
    assert_eq!(refusal(other_persons), RollError::Persons);
    let mut moved = entries(Registrar::Second, 5);
    moved[3].region = 1;
    assert_eq!(refusal(list(Registrar::Second, &moved, &PERSONS)), RollError::Region { index: 3 });
    assert!(Roll::combine(&[&first, &honest(Registrar::Second, 5)]).is_ok());
}

#[test]
fn sums_that_cancel_out_or_meet_are_refused_by_row() {
    let with = |registrar, scalars: [u64; 3], minus: Option<usize>| {
        let mut scalars: Vec<Scalar> = scalars.into_iter().map(Scalar::from).collect();
        if let Some(index) = minus {
            scalars[index] = -scalars[index];
        }
        let parts: Vec<CredentialPart> =
            scalars.iter().map(|x| CredentialPart::from_scalar(registrar, *x)).collect();
        let entries: Vec<ListEntry> = parts.into_iter().map(|part| ListEntry { part, region: 0 }).collect();
        list(registrar, &entries, &PERSONS)
    };
    let first = with(Registrar::First, [10, 20, 30], None);
    let refusal = |second: RegistrarList| Roll::combine(&[&first, &second]).unwrap_err();
    assert_eq!(refusal(with(Registrar::Second, [7, 20, 8], Some(1))), RollError::Credential { index: 1 });
    // 10 + 25 = 30 + 5, though no part stands twice.
    assert_eq!(
        refusal(with(Registrar::Second, [25, 3, 5], None)),
        RollError::Duplicate { earlier: 0, index: 2 }
    );
    assert!(Roll::combine(&[&first, &with(Registrar::Second, [25, 3, 6], None)]).is_ok());
}

#[test]
fn every_row_has_a_path_and_no_other_row_fits_it() {
    let roll = Roll::combine(&[&honest(Registrar::First, 11)]).unwrap();
    let tree = roll.tree();
    let check = |index: u32, row: &RollRow, size: u32, path: &[[u8; 32]]| {
        verify_roll_row(index, row, size, path, roll.root())
    };
    for (index, row) in (0u32..).zip(roll.rows()) {
        let path: Vec<[u8; 32]> =
            tree.inclusion_proof(index.into(), 11).unwrap().into_iter().map(|hash| hash.0).collect();
        assert_eq!(check(index, row, 11, &path), Ok(()));
        let refused = Err(RollError::Path { index: index as usize });
        assert_eq!(check(index, &RollRow { region: row.region + 1, ..*row }, 11, &path), refused);
        let other = RollRow { credential: encode_point(&Point::mul_base(&Scalar::from(5u8))), ..*row };
        assert_eq!(check(index, &other, 11, &path), refused);
        assert!(check(index + 1, row, 11, &path).is_err());
        assert!(check(index, row, 11, &path[1..]).is_err());
    }
}

#[test]
fn the_root_is_that_of_rfc_6962_over_38_byte_leaves_and_fixes_their_order() {
    let list = honest(Registrar::First, 3);
    let roll = Roll::combine(&[&list]).unwrap();
    let leaf = |index: u32| roll_leaf(index, roll.row(index).unwrap());
    let hash = |index| merkle::leaf_hash(&leaf(index));
    let expected = merkle::node_hash(merkle::node_hash(hash(0), hash(1)), hash(2));
    assert_eq!(roll.root(), &expected.0);
    let row = roll.rows()[2];
    let expected = [&[0, 0, 0, 2][..], &row.credential.0, &row.region.to_be_bytes()].concat();
    assert_eq!(leaf(2).as_slice(), expected.as_slice());
    let mut reordered = entries(Registrar::First, 3);
    reordered.swap(0, 1);
    let other = Roll::combine(&[&super::rolls::list(Registrar::First, &reordered, &PERSONS)]).unwrap();
    assert_ne!(other.root(), roll.root());
}

#[test]
fn keys_once_used_are_remembered() {
    let mut used = UsedCredentials::default();
    let key = PointBytes([5; 32]);
    assert!(!used.contains(&key));
    assert!(used.note(key));
    assert!(used.contains(&key));
    assert!(!used.note(key));
}
