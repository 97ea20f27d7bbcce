//! A registrar's new part of a lost credential (§14.6).

use plebiscite_election::context::SetupContext;
use plebiscite_election::credential::{Code, CredentialPart, Registrar, prove_replacement_part};
use plebiscite_election::entry::{Entry, Role};
use plebiscite_roles::proposal::Proposal;
use thiserror::Error;

/// Why a part is not added.
#[derive(Debug, Error)]
pub enum PartError {
    /// Not a replacement.
    #[error("the proposal replaces no letter")]
    NotAReplacement,
    /// Someone has signed: a part added now would void the signature.
    #[error("the proposal was signed before all registrars had added their parts")]
    Signed,
    /// Parts stand in the registrars' order.
    #[error("the part of registrar {} must be added first", awaited.number())]
    Order {
        /// Who is first.
        awaited: Registrar,
    },
}

/// Adds this registrar's part, made from a code that is stored already. Says whether it was missing.
///
/// # Errors
/// [`PartError`].
pub fn add_part(
    proposal: &mut Proposal,
    setup: &SetupContext,
    code: &Code,
    fresh: &[u8; 32],
) -> Result<bool, PartError> {
    let signed = proposal.signed(Role::Official) + proposal.signed(Role::Registrar) > 0;
    let Entry::Replacement(act) = proposal.entry_mut() else { return Err(PartError::NotAReplacement) };
    let own = usize::from(code.registrar().number());
    let parts = &mut act.body.parts;
    if parts.len() > own {
        return Ok(false);
    }
    if signed {
        return Err(PartError::Signed);
    }
    if let Some(awaited) = Registrar::ALL.get(parts.len()).filter(|_| parts.len() < own) {
        return Err(PartError::Order { awaited: *awaited });
    }
    let part = CredentialPart::derive(code, &setup.election);
    parts.push(prove_replacement_part(setup, &act.body.request, &part, fresh));
    Ok(true)
}

/// Whether all of an election's registrars have added their parts.
#[must_use]
pub fn is_complete(proposal: &Proposal, registrars: usize) -> bool {
    matches!(proposal.entry(), Entry::Replacement(act) if act.body.parts.len() == registrars)
}
