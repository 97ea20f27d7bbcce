//! Registrars, honest and otherwise: lists, the roll, replacements.

mod lists;
mod replacements;
mod rolls;

use super::*;
use crate::context::SetupContext;
use crate::manifest::ElectionId;

pub(super) const LIMITS: RollLimits = RollLimits { regions: 3, rows: 1_000 };
pub(super) const PERSONS: [u8; 32] = [0xee; 32];

pub(super) fn setup() -> SetupContext {
    SetupContext { election: ElectionId([1; 32]), attempt: 1 }
}

/// The `n`-th code of a registrar, as a part of this election.
pub(super) fn part(registrar: Registrar, n: u32) -> CredentialPart {
    use sha2::{Digest, Sha256};
    let draw = |step: u32| {
        let digest = Sha256::new().chain_update(n.to_be_bytes()).chain_update(step.to_be_bytes()).finalize();
        Code::from_entropy(registrar, digest.first_chunk().unwrap()).ok()
    };
    CredentialPart::derive(&(0..).find_map(draw).unwrap(), &setup().election)
}

pub(super) fn entries(registrar: Registrar, count: u32) -> Vec<ListEntry> {
    (0..count).map(|n| ListEntry { part: part(registrar, n), region: (n % 3) as u16 }).collect()
}

pub(super) fn content(registrar: Registrar, count: u32) -> Vec<u8> {
    make_list(&setup(), 1, registrar, &PERSONS, &entries(registrar, count), &[1; 32]).unwrap()
}

pub(super) fn read(registrar: Registrar, bytes: &[u8]) -> Result<RegistrarList, ListError> {
    let mut reader = ListReader::new(setup(), 1, registrar, LIMITS);
    reader.absorb(bytes)?;
    reader.finish()
}

/// The fault for which a list is refused.
pub(super) fn fault(registrar: Registrar, bytes: &[u8]) -> ListFault {
    let error = read(registrar, bytes).unwrap_err();
    assert_eq!(error.registrar, registrar);
    error.fault
}
