//! One registrar's list: accepted as made, refused for every lie.

use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point};
use plebiscite_crypto::proof::knowledge::prove_list;
use sha2::{Digest, Sha256};

use super::*;

const FIRST: Registrar = Registrar::First;
const SECOND: Registrar = Registrar::Second;

/// A list of any parts, its proof made with any secrets: what a dishonest registrar's program writes.
fn forged(registrar: Registrar, parts: &[PointBytes], secrets: &[Scalar]) -> Vec<u8> {
    let keys = parts.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part.0)).finalize().into();
    let count = u32::try_from(parts.len()).unwrap();
    let mut t = setup().registrar_list(1, registrar);
    let base = plebiscite_crypto::group::RISTRETTO_BASEPOINT_POINT;
    let proof = prove_list(&mut t, &base, secrets, &keys, count, &[1; 32]);
    let mut content = [&count.to_be_bytes()[..], &PERSONS, &keys, &proof.encode()].concat();
    for (part, region) in parts.iter().zip((0u16..3).cycle()) {
        content.extend_from_slice(&part.0);
        content.extend_from_slice(&region.to_be_bytes());
    }
    content
}

#[test]
fn a_list_is_read_alike_whole_and_in_any_pieces() {
    let bytes = content(FIRST, 50);
    assert_eq!(bytes.len() as u64, list_length(50));
    let whole = read(FIRST, &bytes).unwrap();
    assert_eq!(whole.rows().len(), 50);
    assert_eq!(whole.persons(), &PERSONS);
    assert_eq!(whole.digest(), &<[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(whole.commitment(), &list_commitment(&setup(), 1, FIRST, whole.digest()));
    for size in [1, 7, 33, 34, 132, 133, 1_000] {
        let mut reader = ListReader::new(setup(), 1, FIRST, LIMITS);
        bytes.chunks(size).for_each(|piece| reader.absorb(piece).unwrap());
        let list = reader.finish().unwrap();
        assert_eq!((list.rows(), list.digest()), (whole.rows(), whole.digest()), "pieces of {size}");
    }
}

#[test]
fn a_second_registrar_who_chooses_its_part_from_the_first_ones_has_no_proof() {
    // The attack that commitments and the proof stand against: K_B = T − K_A, so that the sum is a key it alone knows.
    let first = entries(FIRST, 20);
    let own: Vec<Scalar> = (100u64..120).map(Scalar::from).collect();
    let chosen: Vec<PointBytes> = first
        .iter()
        .zip(&own)
        .map(|(entry, target)| encode_point(&(Point::mul_base(target) - entry.part.public())))
        .collect();

    // A weakened copy that adds up without asking for a proof takes the sums for the roll's credentials.
    let sums = first.iter().zip(&chosen).map(|(entry, part)| entry.part.public() + part.decode().unwrap());
    assert!(sums.zip(&own).all(|(sum, target)| sum == Point::mul_base(target)), "the registrar alone votes");

    // The real list needs the logarithms of the parts themselves, which nobody has.
    assert_eq!(fault(SECOND, &forged(SECOND, &chosen, &own)), ListFault::Proof);
    let honest: Vec<PointBytes> = own.iter().map(|x| encode_point(&Point::mul_base(x))).collect();
    assert!(read(SECOND, &forged(SECOND, &honest, &own)).is_ok());
}

#[test]
fn one_unknown_logarithm_among_many_spoils_the_proof() {
    let own: Vec<Scalar> = (100u64..120).map(Scalar::from).collect();
    let mut parts: Vec<PointBytes> = own.iter().map(|x| encode_point(&Point::mul_base(x))).collect();
    assert!(read(SECOND, &forged(SECOND, &parts, &own)).is_ok());
    parts[13] = encode_point(&part(FIRST, 3).public());
    assert_eq!(fault(SECOND, &forged(SECOND, &parts, &own)), ListFault::Proof);
}

#[test]
fn a_list_copied_from_another_registrar_attempt_or_election_is_refused() {
    let bytes = content(FIRST, 5);
    assert!(read(FIRST, &bytes).is_ok());
    assert_eq!(fault(SECOND, &bytes), ListFault::Proof);
    let elsewhere = SetupContext { election: ElectionId([2; 32]), ..setup() };
    let after_another_ceremony = SetupContext { attempt: 2, ..setup() };
    for (setup, attempt) in [(setup(), 2), (elsewhere, 1), (after_another_ceremony, 1)] {
        let mut reader = ListReader::new(setup, attempt, FIRST, LIMITS);
        reader.absorb(&bytes).unwrap();
        assert_eq!(reader.finish().unwrap_err().fault, ListFault::Proof);
    }
}

#[test]
fn commitments_differ_by_election_attempt_registrar_and_content() {
    let all = [
        list_commitment(&setup(), 1, FIRST, &[1; 32]),
        list_commitment(&setup(), 2, FIRST, &[1; 32]),
        list_commitment(&setup(), 1, SECOND, &[1; 32]),
        list_commitment(&setup(), 1, FIRST, &[2; 32]),
        list_commitment(&SetupContext { election: ElectionId([2; 32]), ..setup() }, 1, FIRST, &[1; 32]),
    ];
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn no_byte_of_a_list_changes_without_another_commitment_or_a_refusal() {
    let bytes = content(FIRST, 3);
    let commitment = *read(FIRST, &bytes).unwrap().commitment();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(list) = read(FIRST, &changed) {
            // Persons and regions are no part of the proof: the commitment and the registrar's signature hold them.
            let region = place >= LIST_HEADER_BYTES && (place - LIST_HEADER_BYTES) % LIST_ROW_BYTES >= 32;
            assert!(region || (4..36).contains(&place), "byte {place}");
            assert_ne!(*list.commitment(), commitment, "byte {place}");
        }
    }
}

#[test]
fn rows_that_are_no_credentials_are_refused_by_their_number() {
    let bytes = content(FIRST, 4);
    assert!(read(FIRST, &bytes).is_ok());
    let row = |index: usize| LIST_HEADER_BYTES + index * LIST_ROW_BYTES;
    let with = |place: usize, new: &[u8]| {
        let mut changed = bytes.clone();
        changed[place..place + new.len()].copy_from_slice(new);
        changed
    };
    assert_eq!(fault(FIRST, &with(row(2), &[0; 32])), ListFault::Part { index: 2 });
    assert_eq!(fault(FIRST, &with(row(1), &[0xff; 32])), ListFault::Part { index: 1 });
    assert_eq!(fault(FIRST, &with(row(3) + 32, &[0, 3])), ListFault::Region { index: 3, region: 3 });
    assert!(read(FIRST, &with(row(3) + 32, &[0, 2])).is_ok());
}

#[test]
fn one_part_twice_is_refused_with_both_places() {
    let mut own: Vec<Scalar> = (100u64..110).map(Scalar::from).collect();
    own[7] = own[2];
    let parts: Vec<PointBytes> = own.iter().map(|x| encode_point(&Point::mul_base(x))).collect();
    assert_eq!(fault(FIRST, &forged(FIRST, &parts, &own)), ListFault::Duplicate { earlier: 2, index: 7 });
}

#[test]
fn a_header_that_does_not_fit_its_rows_is_refused() {
    let bytes = content(FIRST, 4);
    let with_count = |count: u32| [&count.to_be_bytes()[..], &bytes[4..]].concat();
    assert_eq!(fault(FIRST, &with_count(5)), ListFault::Short { rows: 4, announced: 5 });
    assert_eq!(fault(FIRST, &with_count(3)), ListFault::Trailing);
    assert_eq!(fault(FIRST, &with_count(1_001)), ListFault::TooLong { rows: 1_001, limit: 1_000 });
    assert_eq!(
        fault(FIRST, &with_count(u32::MAX)),
        ListFault::TooLong { rows: u32::MAX.into(), limit: 1_000 }
    );
    assert_eq!(fault(FIRST, &bytes[..bytes.len() - 1]), ListFault::Short { rows: 3, announced: 4 });
    assert_eq!(fault(FIRST, &bytes[..100]), ListFault::Short { rows: 0, announced: 0 });
    assert_eq!(fault(FIRST, &[bytes.as_slice(), &[0]].concat()), ListFault::Trailing);
    let mut other_digest = bytes.clone();
    other_digest[40] ^= 1;
    assert_eq!(fault(FIRST, &other_digest), ListFault::KeysDigest);
    let mut wide = bytes.clone();
    wide[100..132].fill(0xff);
    assert_eq!(fault(FIRST, &wide), ListFault::MalformedProof);
    assert!(read(FIRST, &with_count(4)).is_ok());
}

#[test]
fn an_empty_list_is_a_list() {
    assert_eq!(read(FIRST, &content(FIRST, 0)).unwrap().rows(), &[]);
}

#[test]
fn a_registrar_cannot_list_anothers_codes() {
    let mut mixed = entries(FIRST, 3);
    mixed[1] = ListEntry { part: part(SECOND, 1), region: 0 };
    let error = make_list(&setup(), 1, FIRST, &PERSONS, &mixed, &[1; 32]).unwrap_err();
    assert_eq!(error.fault, ListFault::Foreign { index: 1 });
}
