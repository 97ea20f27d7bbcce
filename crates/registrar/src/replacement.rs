//! A registrar's new part of a lost credential (§14.6).
//!
//! ⚠ A part's proof shows that somebody knows its secret, not who: it takes no key of the registrar's. So a registrar
//! signs only where the part in its place is the one that its own code gives (§24.5). Else whoever fills in both parts
//! holds the whole new credential, under the signatures of registrars who kept to the rules.

use plebiscite_crypto::group::encode_point;
use plebiscite_election::context::SetupContext;
use plebiscite_election::credential::{Code, CredentialPart, Registrar, Replacement, prove_replacement_part};
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
    /// Somebody else made the part that stands in this registrar's place, and knows its secret.
    #[error(
        "the part of registrar {} in the proposal was not made from this registrar's code: somebody else knows its \
         secret; do not sign",
        registrar.number()
    )]
    Foreign {
        /// In whose place it stands.
        registrar: Registrar,
    },
}

/// Adds this registrar's part, made from a code that is stored already. Says whether it was missing; one that stands
/// already is the part of this very code.
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
    if act.body.parts.len() > own {
        ensure_own(&act.body, setup, code)?;
        return Ok(false);
    }
    let parts = &mut act.body.parts;
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

/// Whether the part in this registrar's place is the one that its code gives.
///
/// # Errors
/// [`PartError::Foreign`], also where no part stands there.
pub fn ensure_own(replacement: &Replacement, setup: &SetupContext, code: &Code) -> Result<(), PartError> {
    let registrar = code.registrar();
    let own = encode_point(&CredentialPart::derive(code, &setup.election).public());
    let standing = replacement.parts.get(usize::from(registrar.number()));
    if standing.is_some_and(|part| part.part == own) { Ok(()) } else { Err(PartError::Foreign { registrar }) }
}

/// Whether all of an election's registrars have added their parts.
#[must_use]
pub fn is_complete(proposal: &Proposal, registrars: usize) -> bool {
    matches!(proposal.entry(), Entry::Replacement(act) if act.body.parts.len() == registrars)
}

#[cfg(test)]
mod tests {
    use plebiscite_crypto::group::PointBytes;
    use plebiscite_election::credential::{ReplacementReason, ReplacementRequest};
    use plebiscite_election::entry::{Act, Seen};
    use plebiscite_election::manifest::ElectionId;

    use super::*;

    fn setup() -> SetupContext {
        SetupContext { election: ElectionId([1; 32]), attempt: 1 }
    }

    fn code(registrar: Registrar, n: u8) -> Code {
        (0..).find_map(|step: u8| Code::from_entropy(registrar, &[n.wrapping_add(step); 17]).ok()).unwrap()
    }

    fn public(code: &Code) -> PointBytes {
        encode_point(&CredentialPart::derive(code, &setup().election).public())
    }

    /// A lost letter, as an official proposes it: no parts yet.
    fn proposal() -> Proposal {
        let old = public(&code(Registrar::First, 90));
        let request = ReplacementRequest { index: 3, number: 1, old, reason: ReplacementReason::Lost };
        let (seen, body) = (Seen { size: 9, root: [2; 32] }, Replacement { request, parts: Vec::new() });
        Proposal::of(Entry::Replacement(Act::unsigned(setup().election, seen, body))).unwrap()
    }

    fn body(proposal: &Proposal) -> &Replacement {
        match proposal.entry() {
            Entry::Replacement(act) => &act.body,
            _ => panic!("a replacement"),
        }
    }

    #[test]
    fn parts_are_added_in_order_and_once_each_and_give_the_credential_of_both_codes() {
        let [first, second] = [code(Registrar::First, 5), code(Registrar::Second, 6)];
        let mut proposal = proposal();
        let early = add_part(&mut proposal, &setup(), &second, &[1; 32]);
        assert!(matches!(early, Err(PartError::Order { awaited: Registrar::First })));
        assert!(add_part(&mut proposal, &setup(), &first, &[1; 32]).unwrap());
        assert!(!is_complete(&proposal, 2));
        assert!(add_part(&mut proposal, &setup(), &second, &[2; 32]).unwrap());
        assert!(is_complete(&proposal, 2));
        for own in [&first, &second] {
            assert!(!add_part(&mut proposal, &setup(), own, &[3; 32]).unwrap());
            ensure_own(body(&proposal), &setup(), own).unwrap();
        }
        let parts = [first, second].map(|code| CredentialPart::derive(&code, &setup().election));
        let expected = encode_point(&(parts[0].public() + parts[1].public()));
        assert_eq!(body(&proposal).verify(&setup(), 2), Ok(expected));
    }

    /// The first registrar alone fills in both parts, each with a proof that every verifier accepts: with the second
    /// registrar's signature it would hold the voter's whole credential.
    #[test]
    fn a_part_that_somebody_else_made_in_ones_place_is_not_signed() {
        for honest in Registrar::ALL {
            let mut forged = proposal();
            for registrar in Registrar::ALL {
                add_part(&mut forged, &setup(), &code(registrar, 40), &[4; 32]).unwrap();
            }
            assert!(body(&forged).verify(&setup(), 2).is_ok(), "nothing in the proposal itself shows it");
            let own = code(honest, 7);
            let refused = add_part(&mut forged, &setup(), &own, &[5; 32]);
            assert!(matches!(refused, Err(PartError::Foreign { registrar }) if registrar == honest));
            assert!(ensure_own(body(&forged), &setup(), &own).is_err());
            // The twin: its own part in that place.
            assert!(!add_part(&mut forged, &setup(), &code(honest, 40), &[5; 32]).unwrap());
        }
    }

    #[test]
    fn no_part_is_added_to_what_was_signed() {
        let mut signed = proposal();
        let key = ed25519_dalek::SigningKey::from_bytes(&[8; 32]);
        signed.sign((Role::Official, 0), &key, 1).unwrap();
        let late = add_part(&mut signed, &setup(), &code(Registrar::First, 5), &[1; 32]);
        assert!(matches!(late, Err(PartError::Signed)));
        assert!(add_part(&mut proposal(), &setup(), &code(Registrar::First, 5), &[1; 32]).unwrap());
    }
}
