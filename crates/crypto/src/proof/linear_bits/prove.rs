//! Encrypting a choice and proving it legal (§6.3). Constant time in bits and nonces.

use curve25519_dalek::traits::MultiscalarMul;
use subtle::{Choice, ConditionallySelectable};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::form::LinearForm;
use super::statement::{first_challenge, powers, second_challenge};
use super::wire::{ContestCiphertext, EncryptedContest, LinearBitsProof};
use crate::group::{Generators, Point, PointBytes, Scalar, encode_point, identity, is_identity, mul_base};
use crate::transcript::Transcript;

/// All secret scalars of one contest. ⚠ `a` used for two proofs gives the vote away, so they are used up by one:
///
/// ```compile_fail,E0382
/// # use plebiscite_crypto::group::{Generators, Point};
/// # use plebiscite_crypto::proof::linear_bits::{BodyNonces, LinearForm, encrypt_and_prove};
/// # use plebiscite_crypto::transcript::Transcript;
/// fn twice(t: &mut Transcript, g: &Generators, form: &LinearForm, keys: &[Point], nonces: BodyNonces) {
///     let first = encrypt_and_prove(t, g, form, keys, &[1, 0, 0], nonces);
///     let second = encrypt_and_prove(t, g, form, keys, &[0, 1, 0], nonces);
/// }
/// ```
///
/// The accepted twin:
///
/// ```
/// # use plebiscite_crypto::group::{Generators, Point};
/// # use plebiscite_crypto::proof::linear_bits::{BodyNonces, LinearForm, encrypt_and_prove};
/// # use plebiscite_crypto::transcript::Transcript;
/// fn once(t: &mut Transcript, g: &Generators, form: &LinearForm, keys: &[Point], nonces: BodyNonces) {
///     let first = encrypt_and_prove(t, g, form, keys, &[1, 0, 0], nonces);
/// }
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BodyNonces {
    /// `ρ`, of the ciphertext.
    pub rho: Scalar,
    /// `r_B`.
    pub r_b: Scalar,
    /// `r_A`.
    pub r_a: Scalar,
    /// `a_i` at the free bits, ascending; the pivots follow from `M·a = 0`.
    pub a: Vec<Scalar>,
    /// `τ1`.
    pub tau1: Scalar,
    /// `τ0`.
    pub tau0: Scalar,
    /// `w`.
    pub w: Scalar,
}

impl std::fmt::Debug for BodyNonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyNonces(..)")
    }
}

/// Why nothing was encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EncryptError {
    /// The bits are no legal choice of this contest.
    #[error("the bits are no legal choice")]
    Bits,
    /// Not one key for each tallied number, one generator for each bit, one nonce for each free bit.
    #[error("keys, generators or nonces do not fit the form")]
    Shape,
    /// A point came out as the identity: the nonces are not random.
    #[error("the nonces are not random")]
    Nonces,
}

/// Encrypts `bits` (bytes of 0 or 1) and proves that they are a legal choice.
///
/// # Errors
/// [`EncryptError`]; an illegal choice is never encrypted. The nonces are wiped in any case.
pub fn encrypt_and_prove(
    t: &mut Transcript,
    generators: &Generators,
    form: &LinearForm,
    keys: &[Point],
    bits: &[u8],
    nonces: BodyNonces,
) -> Result<EncryptedContest, EncryptError> {
    form.check_bits(bits).map_err(|_| EncryptError::Bits)?;
    let fits =
        keys.len() == form.tallied() && generators.g().len() >= form.bits() && nonces.a.len() == form.free();
    if !fits {
        return Err(EncryptError::Shape);
    }
    let bit_scalars: Zeroizing<Vec<Scalar>> =
        Zeroizing::new(bits.iter().map(|bit| Scalar::from(*bit)).collect());
    let a = Zeroizing::new(form.solve_pivots(&nonces.a, &Scalar::ZERO));
    let ciphertext = encrypt(form, keys, &bit_scalars, &nonces.rho)?;
    let (big_b, big_a) = commit(generators, form, bits, &a, &nonces);
    let (b, big_a) = (point(&big_b)?, point(&big_a)?);
    let encoded: Vec<PointBytes> = keys.iter().map(encode_point).collect();
    let y = first_challenge(t, form, &encoded, &ciphertext, (&b, &big_a));
    let (t1, t0) = commit_to_products(generators, &bit_scalars, &a, &y, &nonces)?;
    let a_r = point(&mul_base(&nonces.w))?;
    let a_e = point(&second_commitment(form, keys, &a, &y, &nonces.w))?;
    let x = second_challenge(t, [&t1, &t0, &a_r, &a_e]);

    let f_all =
        Zeroizing::new(bit_scalars.iter().zip(a.iter()).map(|(b, a)| b * x + a).collect::<Vec<Scalar>>());
    let f = form.free_bits().iter().filter_map(|bit| f_all.get(*bit).copied()).collect();
    let proof = LinearBitsProof {
        b,
        a: big_a,
        t1,
        t0,
        a_r,
        a_e,
        f,
        z_b: nonces.r_b * x + nonces.r_a,
        z_t: nonces.tau1 * x + nonces.tau0,
        z_rho: nonces.rho * x + nonces.w,
    };
    Ok(EncryptedContest { ciphertext, proof })
}

/// `R = ρG`, `E_o = m_o·G + ρ·P_o`.
fn encrypt(
    form: &LinearForm,
    keys: &[Point],
    bits: &[Scalar],
    rho: &Scalar,
) -> Result<ContestCiphertext, EncryptError> {
    let numbers = Zeroizing::new(form.evaluate(bits));
    let e = numbers
        .iter()
        .zip(keys)
        .map(|(m, key)| point(&(mul_base(m) + key * rho)))
        .collect::<Result<_, _>>()?;
    Ok(ContestCiphertext { r: point(&mul_base(rho))?, e })
}

/// `B = Σ b_i·G_i + r_B·H`, each bit selected in constant time, and `A = Σ a_i·G_i + r_A·H`.
fn commit(
    generators: &Generators,
    form: &LinearForm,
    bits: &[u8],
    a: &[Scalar],
    nonces: &BodyNonces,
) -> (Point, Point) {
    let used = generators.g().iter().take(form.bits());
    let selected =
        used.clone().zip(bits).map(|(g, bit)| Point::conditional_select(&identity(), g, Choice::from(*bit)));
    let big_b = selected.fold(generators.h() * nonces.r_b, |sum, point| sum + point);
    let scalars = a.iter().chain([&nonces.r_a]);
    (big_b, Point::multiscalar_mul(scalars, used.chain([generators.h()])))
}

/// `T1 = t1·G + τ1·H` and `T0 = t0·G + τ0·H`, with `t1 = Σ y^i·a_i·(1 − 2b_i)` and `t0 = −Σ y^i·a_i²`.
fn commit_to_products(
    generators: &Generators,
    bits: &[Scalar],
    a: &[Scalar],
    y: &Scalar,
    nonces: &BodyNonces,
) -> Result<(PointBytes, PointBytes), EncryptError> {
    let y_bits = powers(y, bits.len());
    let each = || y_bits.iter().zip(a).zip(bits);
    let t1: Scalar = each().map(|((y, a), b)| y * a * (Scalar::ONE - b - b)).sum();
    let t0: Scalar = each().map(|((y, a), _)| y * a * a).sum();
    let (t1, t0) = (Zeroizing::new(t1), Zeroizing::new(-t0));
    let big_t1 = point(&pedersen(generators, &t1, &nonces.tau1))?;
    Ok((big_t1, point(&pedersen(generators, &t0, &nonces.tau0))?))
}

/// `t·G + τ·H`.
fn pedersen(generators: &Generators, t: &Scalar, tau: &Scalar) -> Point {
    mul_base(t) + generators.h() * tau
}

/// `A_E = (Σ y^o·L_o·a)·G + w·Σ y^o·P_o`.
fn second_commitment(form: &LinearForm, keys: &[Point], a: &[Scalar], y: &Scalar, w: &Scalar) -> Point {
    let y_forms = powers(y, form.tallied());
    let numbers = Zeroizing::new(form.evaluate(a));
    let inner = Zeroizing::new(numbers.iter().zip(&y_forms).map(|(m, y)| m * y).sum::<Scalar>());
    let keyed = Point::multiscalar_mul(&y_forms, keys);
    mul_base(&inner) + keyed * w
}

fn point(point: &Point) -> Result<PointBytes, EncryptError> {
    if is_identity(point) { Err(EncryptError::Nonces) } else { Ok(encode_point(point)) }
}
