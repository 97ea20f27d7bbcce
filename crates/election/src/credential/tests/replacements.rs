//! Replaced letters: both registrars' new parts, each proven for exactly this replacement.

use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point};
use plebiscite_crypto::proof::knowledge;

use super::*;

fn request() -> ReplacementRequest {
    let old = Credential::combine(&Registrar::ALL.map(|registrar| part(registrar, 1)), 2).unwrap();
    ReplacementRequest { index: 1, number: 1, old: old.public_bytes(), reason: ReplacementReason::Lost }
}

fn replacement(request: ReplacementRequest, number: u32) -> Replacement {
    let parts = Registrar::ALL
        .map(|registrar| prove_replacement_part(&setup(), &request, &part(registrar, number), &[1; 32]));
    Replacement { request, parts: parts.to_vec() }
}

#[test]
fn a_replacement_gives_the_credential_of_the_new_codes() {
    let replacement = replacement(request(), 100);
    let new = Credential::combine(&Registrar::ALL.map(|registrar| part(registrar, 100)), 2).unwrap();
    assert_eq!(replacement.verify(&setup(), 2), Ok(new.public_bytes()));
    let bytes = replacement.encode();
    assert_eq!(bytes.len(), 42 + 2 * 96);
    assert_eq!(Replacement::decode(&bytes), Ok(replacement));
}

#[test]
fn no_byte_of_a_replacement_can_be_changed() {
    let bytes = replacement(request(), 100).encode();
    let judge = |bytes: &[u8]| Replacement::decode(bytes).and_then(|read| read.verify(&setup(), 2));
    assert!(judge(&bytes).is_ok());
    for place in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            assert!(judge(&changed).is_err(), "byte {place}");
        }
    }
    assert!(judge(&bytes[..bytes.len() - 1]).is_err());
    assert!(judge(&[bytes.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn proofs_of_another_election_or_registrar_are_refused_by_name() {
    let honest = replacement(request(), 100);
    assert!(honest.verify(&setup(), 2).is_ok());
    let elsewhere = SetupContext { election: ElectionId([9; 32]), ..setup() };
    let refused = Err(ReplacementError::Proof { registrar: Registrar::First });
    assert_eq!(honest.verify(&elsewhere, 2), refused);
    let mut swapped = honest.clone();
    swapped.parts.reverse();
    assert_eq!(swapped.verify(&setup(), 2), refused);
}

#[test]
fn there_is_exactly_one_part_of_each_registrar() {
    let honest = replacement(request(), 100);
    assert_eq!(honest.verify(&setup(), 1), Err(ReplacementError::Parts { found: 2, registrars: 1 }));
    let mut alone = honest.clone();
    alone.parts.truncate(1);
    assert_eq!(alone.verify(&setup(), 2), Err(ReplacementError::Parts { found: 1, registrars: 2 }));
    assert!(alone.verify(&setup(), 1).is_ok());
    assert!(honest.verify(&setup(), 2).is_ok());
}

#[test]
fn the_second_registrar_cannot_choose_the_sum() {
    let mut forged = replacement(request(), 100);
    let target = Scalar::from(5u8);
    let chosen = Point::mul_base(&target) - forged.parts[0].part.decode().unwrap();
    // It proves what it knows, the logarithm of the sum, for the part that would make it.
    let mut t = setup().replacement(Registrar::Second, &forged.request);
    let base = plebiscite_crypto::group::RISTRETTO_BASEPOINT_POINT;
    let proof = knowledge::prove(&mut t, &base, &target, &chosen, &[1; 32]);
    forged.parts[1] = ReplacementPart { part: encode_point(&chosen), proof };
    let sum: Point = forged.parts.iter().map(|part| part.part.decode().unwrap()).sum();
    assert_eq!(sum, Point::mul_base(&target), "without the proof it would know the whole credential");
    assert_eq!(forged.verify(&setup(), 2), Err(ReplacementError::Proof { registrar: Registrar::Second }));
}

#[test]
fn the_old_credential_and_the_identity_are_no_replacement() {
    let again = replacement(request(), 1);
    assert_eq!(again.verify(&setup(), 2), Err(ReplacementError::Credential));
    let x = Scalar::from(77u8);
    let parts = [(Registrar::First, x), (Registrar::Second, -x)].map(|(registrar, x)| {
        let part = CredentialPart::from_scalar(registrar, x);
        prove_replacement_part(&setup(), &request(), &part, &[1; 32])
    });
    let cancelled = Replacement { request: request(), parts: parts.to_vec() };
    assert_eq!(cancelled.verify(&setup(), 2), Err(ReplacementError::Credential));
}

#[test]
fn reasons_are_a_closed_list() {
    let known: Vec<u8> =
        (0..=255).filter(|number| ReplacementReason::from_number(*number).is_some()).collect();
    assert_eq!(known, [1, 2, 3, 4, 5]);
    for number in known {
        assert_eq!(ReplacementReason::from_number(number).unwrap() as u8, number);
    }
    let mut bytes = replacement(request(), 100).encode();
    bytes[40] = 6;
    assert_eq!(Replacement::decode(&bytes), Err(ReplacementError::Malformed));
    bytes[40] = ReplacementReason::Lost as u8;
    bytes[8..40].copy_from_slice(&PointBytes::IDENTITY.0);
    assert_eq!(Replacement::decode(&bytes), Err(ReplacementError::Malformed));
}
