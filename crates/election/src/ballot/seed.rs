//! The seed of a ballot's body: every scalar of it comes from here, so that a tested ballot can be recomputed byte for
//! byte on another device (§15.3). The signature's nonce never does.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use plebiscite_crypto::group::{Scalar, scalar_from_wide};
use plebiscite_crypto::proof::linear_bits::{BodyNonces, LinearForm};
use sha2::Sha512;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 32 fresh bytes for one ballot body. Wiped when dropped; blind `Debug`. Not `Clone`: a new `seq`, `prev` or choice
/// takes a fresh one.
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

/// What a scalar of a contest is for; the `label u8` of §15.3.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Purpose {
    Rho = 1,
    RB = 2,
    RA = 3,
    A = 4,
    Tau1 = 5,
    Tau0 = 6,
    W = 7,
}

impl Seed {
    /// Takes 32 fresh uniform bytes.
    #[must_use]
    pub const fn from_fresh(fresh: [u8; 32]) -> Self {
        Self(fresh)
    }

    /// The bytes, for an opening only.
    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// All scalars of one contest: HMAC-SHA512(seed, context digest ‖ contest u32 ‖ bits ‖ label u8 ‖ index u32) mod q,
    /// where bits is their number u32 and one byte, 0 or 1, for each. Constant time in seed and bits.
    pub(super) fn nonces(
        &self,
        context_digest: &[u8; 32],
        contest: u32,
        form: &LinearForm,
        bits: &[u8],
    ) -> BodyNonces {
        let prefix = self.prefix(context_digest, contest, bits);
        let scalar = |purpose, index| expand(&prefix, purpose, index);
        BodyNonces {
            rho: scalar(Purpose::Rho, 0),
            r_b: scalar(Purpose::RB, 0),
            r_a: scalar(Purpose::RA, 0),
            a: (0u32..).take(form.free()).map(|index| scalar(Purpose::A, index)).collect(),
            tau1: scalar(Purpose::Tau1, 0),
            tau0: scalar(Purpose::Tau0, 0),
            w: scalar(Purpose::W, 0),
        }
    }

    /// The MAC after all that is common to a contest's scalars.
    fn prefix(&self, context_digest: &[u8; 32], contest: u32, bits: &[u8]) -> Hmac<Sha512> {
        let mut block = [0u8; 128];
        block.iter_mut().zip(&self.0).for_each(|(place, byte)| *place = *byte);
        // A key of one whole block is the same HMAC key as its 32 bytes: RFC 2104 pads with zeros.
        let mut mac = <Hmac<Sha512> as KeyInit>::new((&block).into());
        block.zeroize();
        mac.update(context_digest);
        mac.update(&contest.to_be_bytes());
        mac.update(&u32::try_from(bits.len()).unwrap_or(u32::MAX).to_be_bytes());
        mac.update(bits);
        mac
    }
}

fn expand(prefix: &Hmac<Sha512>, purpose: Purpose, index: u32) -> Scalar {
    let mut mac = prefix.clone();
    mac.update(&[purpose as u8]);
    mac.update(&index.to_be_bytes());
    let mut wide: [u8; 64] = mac.finalize().into_bytes().into();
    let scalar = scalar_from_wide(&wide);
    wide.zeroize();
    scalar
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the HMAC holds inside gives every scalar of a ballot away, as the seed does.
    #[test]
    fn the_hashes_that_secrets_pass_through_wipe_themselves() {
        const fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<Seed>();
        wiped::<BodyNonces>();
        wiped::<Sha512>();
        wiped::<sha2::Sha256>();
    }
}
