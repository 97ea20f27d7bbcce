//! The group: ristretto255, its canonical encodings, and generators nobody knows a logarithm of (§2, §3).

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_COMPRESSED;
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoBasepointTable};
use curve25519_dalek::traits::{Identity, IsIdentity};
use sha2::{Digest, Sha512};
use thiserror::Error;

pub use curve25519_dalek::RistrettoPoint as Point;
pub use curve25519_dalek::Scalar;
pub use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;

use crate::transcript::domain;

/// A point as it stands on the wire: 32 bytes that may or may not encode one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointBytes(pub [u8; 32]);

/// Why 32 bytes are no point or no scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not the canonical encoding of a point of ristretto255 (RFC 9496, section 4.3.1).
    #[error("not the canonical encoding of a point")]
    Point,
    /// The identity, where it may not stand.
    #[error("the identity")]
    Identity,
    /// A scalar that is not below the group's order.
    #[error("not a canonical scalar")]
    Scalar,
}

impl PointBytes {
    /// The encoding of the identity: 32 zero bytes.
    pub const IDENTITY: Self = Self([0; 32]);

    /// The encoding of the base point `G`.
    pub const G: Self = Self(RISTRETTO_BASEPOINT_COMPRESSED.to_bytes());

    /// The point, which is not the identity. Public bytes only: variable time.
    ///
    /// # Errors
    /// [`DecodeError::Point`] or [`DecodeError::Identity`].
    pub fn decode(&self) -> Result<Point, DecodeError> {
        if *self == Self::IDENTITY { Err(DecodeError::Identity) } else { self.decode_or_identity() }
    }

    /// The point, which may be the identity. Only sums and what is made of them may be.
    ///
    /// # Errors
    /// [`DecodeError::Point`].
    pub fn decode_or_identity(&self) -> Result<Point, DecodeError> {
        CompressedRistretto(self.0).decompress().ok_or(DecodeError::Point)
    }
}

/// The canonical encoding of a point.
#[must_use]
pub fn encode_point(point: &Point) -> PointBytes {
    PointBytes(point.compress().to_bytes())
}

/// A scalar from its canonical encoding, 32 bytes little-endian.
///
/// # Errors
/// [`DecodeError::Scalar`] for a number not below the group's order.
pub fn decode_scalar(bytes: &[u8; 32]) -> Result<Scalar, DecodeError> {
    Option::from(Scalar::from_canonical_bytes(*bytes)).ok_or(DecodeError::Scalar)
}

/// A scalar from 64 uniform bytes, little-endian, reduced: the only way from hashes to scalars, so that none is biased.
#[must_use]
pub fn scalar_from_wide(bytes: &[u8; 64]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(bytes)
}

/// `scalar·G`, by a table of multiples of `G`. Constant time.
#[must_use]
pub fn mul_base(scalar: &Scalar) -> Point {
    base_table() * scalar
}

/// dalek's, which is part of the program.
#[cfg(not(target_arch = "wasm32"))]
fn base_table() -> &'static RistrettoBasepointTable {
    curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE
}

/// Made when it is first needed, in some milliseconds: dalek's is 30 kB that do not compress, and a browser would load them.
#[cfg(target_arch = "wasm32")]
fn base_table() -> &'static RistrettoBasepointTable {
    use std::sync::LazyLock;

    // Boxed: the room for it would otherwise be part of what is loaded.
    static TABLE: LazyLock<Box<RistrettoBasepointTable>> =
        LazyLock::new(|| Box::new(RistrettoBasepointTable::create(&RISTRETTO_BASEPOINT_POINT)));
    &TABLE
}

/// A small signed public number as a scalar.
#[must_use]
pub fn scalar_from_i64(number: i64) -> Scalar {
    let magnitude = Scalar::from(number.unsigned_abs());
    if number < 0 { -magnitude } else { magnitude }
}

/// `H` and `G_1 … G_N`: hashed from a public domain and an index, so nobody knows a logarithm between any two (§3).
#[derive(Clone, Debug)]
pub struct Generators {
    h: Point,
    g: Vec<Point>,
}

impl Generators {
    /// `H` and `n` generators `G_i`. The first `n` are the same whatever `n` is.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { h: derive(0), g: (1..).take(n).map(derive).collect() }
    }

    /// `H`.
    #[must_use]
    pub const fn h(&self) -> &Point {
        &self.h
    }

    /// `G_1 … G_N`, from index 0 on.
    #[must_use]
    pub fn g(&self) -> &[Point] {
        &self.g
    }
}

/// Generator number `index`: SHA-512(domain ‖ index u32) mapped to the group (RFC 9496, section 4.3.4).
fn derive(index: u32) -> Point {
    let wide = Sha512::new().chain_update(domain::GENERATORS).chain_update(index.to_be_bytes()).finalize();
    Point::from_uniform_bytes(&wide.into())
}

/// Whether a point is the identity. Constant time.
#[must_use]
pub fn is_identity(point: &Point) -> bool {
    point.is_identity()
}

/// The identity.
#[must_use]
pub fn identity() -> Point {
    Point::identity()
}

#[cfg(test)]
impl Generators {
    /// Generators of a forger's choice.
    pub(crate) const fn of(h: Point, g: Vec<Point>) -> Self {
        Self { h, g }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> PointBytes {
        let mut out = [0; 32];
        for (place, pair) in out.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *place = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        }
        PointBytes(out)
    }

    /// RFC 9496, appendix A.1, multiples 1 and 2 of the generator.
    #[test]
    fn the_generator_is_that_of_rfc_9496() {
        let one = bytes("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
        let two = bytes("6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919");
        assert_eq!(encode_point(&RISTRETTO_BASEPOINT_POINT), one);
        assert_eq!(one.decode().unwrap() + one.decode().unwrap(), two.decode().unwrap());
    }

    /// RFC 9496, appendix A.2: non-canonical, negative, non-square, negative xy, y = 0.
    #[test]
    fn invalid_encodings_of_rfc_9496_are_refused() {
        let invalid = [
            "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
            "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
            "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
            "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
        ];
        for hex in invalid {
            assert_eq!(bytes(hex).decode(), Err(DecodeError::Point), "{hex}");
        }
        assert_eq!(PointBytes::IDENTITY.decode(), Err(DecodeError::Identity));
        assert_eq!(PointBytes::IDENTITY.decode_or_identity(), Ok(identity()));
    }

    #[test]
    fn a_table_made_when_it_is_needed_is_the_one_that_is_there() {
        let made = RistrettoBasepointTable::create(&RISTRETTO_BASEPOINT_POINT);
        let small = [0u64, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, u64::MAX].map(Scalar::from);
        let wide = (0u8..32).map(|byte| scalar_from_wide(&[byte.wrapping_mul(37); 64]));
        for scalar in small.into_iter().chain(small.map(|scalar| -scalar)).chain(wide) {
            assert_eq!(&made * &scalar, mul_base(&scalar));
            assert_eq!(RISTRETTO_BASEPOINT_POINT * scalar, mul_base(&scalar));
        }
    }

    #[test]
    fn only_canonical_scalars_are_accepted() {
        let mut order = [0u8; 32];
        order[..16].copy_from_slice(&[
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        ]);
        order[31] = 0x10;
        assert_eq!(decode_scalar(&order), Err(DecodeError::Scalar));
        assert_eq!(decode_scalar(&[0xff; 32]), Err(DecodeError::Scalar));
        let mut below = order;
        below[0] -= 1;
        assert_eq!(decode_scalar(&below), Ok(-Scalar::ONE));
        let mut high_bit = [0; 32];
        high_bit[31] = 0x80;
        assert_eq!(decode_scalar(&high_bit), Err(DecodeError::Scalar));
        assert_eq!(scalar_from_i64(-3) + Scalar::from(3u8), Scalar::ZERO);
    }

    /// The examples of §3.
    #[test]
    fn generators_are_those_of_the_specification() {
        let generators = Generators::new(65_535);
        assert_eq!(
            encode_point(generators.h()),
            bytes("56fa52803a4ff9fba04b1ed425801436ab005029d9005a2c9ecf3cfe5bf74f30")
        );
        for (index, hex) in [
            (1, "0efb3b709a84ef3ad5089de5a9d9e74c1764530528526a3a7ebb0ad7516ff745"),
            (2, "e6e36302f45f8c53f4c0cfa861955ec18dfc4eb9163bf392bacafcfc1a9d4529"),
            (65_535, "34034464f3f1dd15f6b22dafc08979314ea44b64afae065d931a59012e424242"),
        ] {
            assert_eq!(encode_point(&generators.g()[index - 1]), bytes(hex));
        }
    }

    #[test]
    fn generators_are_distinct_and_do_not_depend_on_their_number() {
        let (few, many) = (Generators::new(3), Generators::new(40));
        assert_eq!(few.g(), &many.g()[..3]);
        let mut all: Vec<_> =
            many.g().iter().chain([many.h(), &RISTRETTO_BASEPOINT_POINT]).map(encode_point).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 42);
    }
}
