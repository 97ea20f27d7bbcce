//! From codes to the credential: `x` per registrar, `x = x_A + x_B`, `K = x·G` (§14.3).

use std::fmt;

use curve25519_dalek::traits::IsIdentity;
use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point, mul_base, scalar_from_wide};
use plebiscite_crypto::transcript::domain;
use sha2::{Digest, Sha512};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::code::{Code, Registrar};
use crate::manifest::ElectionId;

/// One registrar's part of a credential: the scalar of one code in one election. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CredentialPart {
    #[zeroize(skip)]
    registrar: Registrar,
    x: Scalar,
}

/// A voter's whole credential: `x`, the sum of all registrars' parts, and `K = x·G`. `x` is wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Credential {
    x: Scalar,
    #[zeroize(skip)]
    public: Point,
    #[zeroize(skip)]
    public_bytes: PointBytes,
}

/// Why parts do not make a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CredentialError {
    /// No part of a registrar that the manifest names.
    #[error("the code of registrar {} is missing", registrar.number())]
    Missing {
        /// Whose code.
        registrar: Registrar,
    },
    /// Two codes of one registrar, or a code of one that the manifest does not name.
    #[error("there is one code of registrar {} too many", registrar.number())]
    Surplus {
        /// Whose code.
        registrar: Registrar,
    },
    /// The manifest names no registrar, or more than two.
    #[error("an election has one registrar or two, not {registrars}")]
    Registrars {
        /// What was asked for.
        registrars: u8,
    },
    /// The parts cancel out.
    #[error("the public credential is the identity")]
    Identity,
}

impl CredentialPart {
    /// `x` = wide reduction of SHA-512(domain ‖ election id ‖ registrar u8 ‖ the 26 symbols). Constant time.
    #[must_use]
    pub fn derive(code: &Code, election: &ElectionId) -> Self {
        let digest = Sha512::new()
            .chain_update(domain::CODE_SECRET)
            .chain_update(election.0)
            .chain_update([code.registrar().number()])
            .chain_update(code.symbols())
            .finalize();
        let mut wide: [u8; 64] = digest.into();
        let x = scalar_from_wide(&wide);
        wide.zeroize();
        Self { registrar: code.registrar(), x }
    }

    /// Whose part it is.
    #[must_use]
    pub const fn registrar(&self) -> Registrar {
        self.registrar
    }

    /// `x·G`, this registrar's row of the roll. Constant time.
    #[must_use]
    pub fn public(&self) -> Point {
        mul_base(&self.x)
    }

    pub(super) const fn scalar(&self) -> &Scalar {
        &self.x
    }

    /// Parts that no code gives, for dishonest registrars.
    #[cfg(test)]
    pub(super) const fn from_scalar(registrar: Registrar, x: Scalar) -> Self {
        Self { registrar, x }
    }
}

impl Credential {
    /// Adds up exactly one part of each of the election's registrars, given in any order. Constant time.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn combine(parts: &[CredentialPart], registrars: u8) -> Result<Self, CredentialError> {
        if !(1..=2).contains(&registrars) {
            return Err(CredentialError::Registrars { registrars });
        }
        for registrar in Registrar::ALL {
            let found = parts.iter().filter(|part| part.registrar == registrar).count();
            match (registrar.number() < registrars, found) {
                (true, 1) | (false, 0) => {}
                (true, 0) => return Err(CredentialError::Missing { registrar }),
                _ => return Err(CredentialError::Surplus { registrar }),
            }
        }
        let mut x = Scalar::ZERO;
        parts.iter().for_each(|part| x += part.x);
        let public = mul_base(&x);
        if public.is_identity() {
            return Err(CredentialError::Identity);
        }
        Ok(Self { x, public, public_bytes: encode_point(&public) })
    }

    /// `K`.
    #[must_use]
    pub const fn public(&self) -> &Point {
        &self.public
    }

    /// `K` as it stands in the roll.
    #[must_use]
    pub const fn public_bytes(&self) -> PointBytes {
        self.public_bytes
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        &self.x
    }
}

impl fmt::Debug for CredentialPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialPart").field("registrar", &self.registrar).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(registrar: Registrar, n: u8) -> Code {
        (0..).find_map(|step: u8| Code::from_entropy(registrar, &[n.wrapping_add(step); 17]).ok()).unwrap()
    }

    fn part(registrar: Registrar, n: u8, election: u8) -> CredentialPart {
        CredentialPart::derive(&code(registrar, n), &ElectionId([election; 32]))
    }

    #[test]
    fn two_parts_add_up_in_either_order() {
        let [a, b] = Registrar::ALL.map(|registrar| part(registrar, 7, 1));
        let expected = encode_point(&(a.public() + b.public()));
        for parts in [[a.clone(), b.clone()], [b, a]] {
            assert_eq!(Credential::combine(&parts, 2).unwrap().public_bytes(), expected);
        }
    }

    #[test]
    fn the_same_code_gives_another_credential_in_another_election() {
        assert_ne!(part(Registrar::First, 7, 1).public(), part(Registrar::First, 7, 2).public());
        assert_eq!(part(Registrar::First, 7, 1).public(), part(Registrar::First, 7, 1).public());
    }

    #[test]
    fn missing_and_surplus_parts_are_refused_by_registrar() {
        let [a, b] = Registrar::ALL.map(|registrar| part(registrar, 9, 1));
        let refusal =
            |parts: &[CredentialPart], registrars| Credential::combine(parts, registrars).unwrap_err();
        assert_eq!(
            refusal(std::slice::from_ref(&a), 2),
            CredentialError::Missing { registrar: Registrar::Second }
        );
        assert_eq!(
            refusal(std::slice::from_ref(&b), 1),
            CredentialError::Missing { registrar: Registrar::First }
        );
        assert_eq!(refusal(&[a.clone(), b], 1), CredentialError::Surplus { registrar: Registrar::Second });
        assert_eq!(
            refusal(&[a.clone(), a.clone()], 1),
            CredentialError::Surplus { registrar: Registrar::First }
        );
        assert_eq!(refusal(std::slice::from_ref(&a), 3), CredentialError::Registrars { registrars: 3 });
        assert!(Credential::combine(&[a], 1).is_ok());
    }

    #[test]
    fn parts_that_cancel_out_are_refused() {
        let a = part(Registrar::First, 1, 1);
        let b = CredentialPart { registrar: Registrar::Second, x: -a.x };
        assert_eq!(Credential::combine(&[a, b], 2).unwrap_err(), CredentialError::Identity);
    }

    #[test]
    fn debug_shows_no_scalar() {
        let a = part(Registrar::First, 1, 1);
        assert_eq!(format!("{a:?}"), "CredentialPart { registrar: First, .. }");
        assert_eq!(format!("{:?}", Credential::combine(&[a], 1).unwrap()), "Credential { .. }");
    }
}
