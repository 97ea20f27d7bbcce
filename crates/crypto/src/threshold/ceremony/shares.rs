//! Encrypting shares: ephemeral Diffie–Hellman and a key per recipient, message and election key (§9.5).
//!
//! `encrypted_o = f_{j,o}(i) + KDF_o(context, j, i, κ_i, C, DH)`, `C = [c]G`, `DH = [c]κ_i = [ζ_i]C`.
//! ⚠ `C` is fresh in every message: a complaint reveals `DH`, and with a static one it would open others too.

use curve25519_dalek::traits::VartimeMultiscalarMul;
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::CeremonyContext;
use crate::group::{Point, PointBytes, Scalar, encode_point, mul_base, scalar_from_wide};
use crate::transcript::domain;

/// Who deals to whom, under which two public points: what the encryption of a share is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel {
    /// `j`.
    pub(super) dealer: u16,
    /// `i`.
    pub(super) recipient: u16,
    /// `κ_i`.
    pub(super) share_key: PointBytes,
    /// `C_ji`.
    pub(super) ephemeral: PointBytes,
}

/// `KDF_o` for `o = 0..count`. Constant time.
fn pads<'a>(
    context: &'a CeremonyContext,
    channel: &'a Channel,
    shared: &'a Point,
    count: usize,
) -> impl Iterator<Item = Zeroizing<Scalar>> + 'a {
    let shared = Zeroizing::new(encode_point(shared).0);
    (0u32..).take(count).map(move |key| {
        let mut hash = Sha512::new();
        hash.update(domain::CEREMONY_SHARE_PAD);
        hash.update(context.digest());
        hash.update(channel.dealer.to_be_bytes());
        hash.update(channel.recipient.to_be_bytes());
        hash.update(channel.share_key.0);
        hash.update(channel.ephemeral.0);
        hash.update(shared.as_slice());
        hash.update(key.to_be_bytes());
        let mut wide: [u8; 64] = hash.finalize().into();
        let pad = Zeroizing::new(scalar_from_wide(&wide));
        wide.zeroize();
        pad
    })
}

/// Adds the pads to one share per key.
pub(super) fn encrypt(
    context: &CeremonyContext,
    channel: &Channel,
    shared: &Point,
    shares: &[Scalar],
) -> Vec<Scalar> {
    pads(context, channel, shared, shares.len()).zip(shares).map(|(pad, share)| *pad + share).collect()
}

/// Takes the pads off again.
pub(super) fn decrypt(
    context: &CeremonyContext,
    channel: &Channel,
    shared: &Point,
    encrypted: &[Scalar],
) -> Zeroizing<Vec<Scalar>> {
    let opened = pads(context, channel, shared, encrypted.len()).zip(encrypted);
    Zeroizing::new(opened.map(|(pad, sum)| sum - *pad).collect())
}

/// `f(i) = Σ_m a_m i^m`, one per polynomial of `t` coefficients. Constant time in the coefficients.
pub(super) fn evaluate(coefficients: &[Scalar], t: usize, index: u16) -> Zeroizing<Vec<Scalar>> {
    let at = Scalar::from(index);
    let horner = |polynomial: &[Scalar]| polynomial.iter().rev().fold(Scalar::ZERO, |sum, a| sum * at + a);
    Zeroizing::new(coefficients.chunks(t.max(1)).map(horner).collect())
}

/// `[f(i)]G = Σ_m [i^m]A_m`, one per polynomial of `t` commitments. Variable time: public data only.
pub(super) fn evaluate_commitments(commitments: &[Point], t: usize, index: u16) -> Vec<Point> {
    let at = Scalar::from(index);
    let powers: Vec<Scalar> =
        std::iter::successors(Some(Scalar::ONE), |power| Some(power * at)).take(t).collect();
    commitments
        .chunks(t.max(1))
        .map(|polynomial| Point::vartime_multiscalar_mul(&powers, polynomial))
        .collect()
}

/// The first key, from 0, whose share does not lie on the dealer's polynomial.
///
/// The multiplication by the base point is constant time; which share is wrong is public once it is complained
/// about, and nothing else shows.
pub(super) fn first_wrong(shares: &[Scalar], commitments: &[Point], t: usize, index: u16) -> Option<u32> {
    let expected = evaluate_commitments(commitments, t, index);
    let pairs = shares.iter().zip(&expected);
    (0u32..).zip(pairs).find(|(_, (share, point))| mul_base(share) != **point).map(|(key, _)| key)
}
