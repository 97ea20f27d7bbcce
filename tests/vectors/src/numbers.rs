//! Secrets of the makers: every one is a hash of its name, so the files come out the same each time.

use plebiscite_crypto::group::{Point, PointBytes, Scalar, encode_point, scalar_from_wide};
use sha2::{Digest, Sha256, Sha512};

/// The order of the group, little-endian.
pub const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/// A scalar of a name.
#[must_use]
pub fn scalar(name: &str) -> Scalar {
    scalar_from_wide(&Sha512::digest(format!("test vector {name}")).into())
}

/// A point of a name, with its scalar.
#[must_use]
pub fn key(name: &str) -> (Scalar, Point) {
    let secret = scalar(name);
    (secret, Point::mul_base(&secret))
}

/// 32 bytes of a name.
#[must_use]
pub fn fresh(name: &str) -> [u8; 32] {
    Sha256::digest(format!("test vector {name}")).into()
}

/// A point's encoding.
#[must_use]
pub fn enc(point: &Point) -> PointBytes {
    encode_point(point)
}

/// A scalar's 32 bytes with the order added: the same number, written in a second way.
#[must_use]
pub fn plus_order(scalar: &[u8]) -> Vec<u8> {
    let order = hex::decode(ORDER).unwrap();
    let mut carry = 0;
    let mut sum = Vec::new();
    for (byte, order) in scalar.iter().zip(order) {
        let digit = u16::from(*byte) + u16::from(order) + carry;
        sum.push(digit.to_le_bytes()[0]);
        carry = digit >> 8;
    }
    sum
}

/// Bytes with a piece replaced.
#[must_use]
pub fn with(bytes: &[u8], at: usize, piece: &[u8]) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at..at + piece.len()].copy_from_slice(piece);
    changed
}

/// Bytes with the lowest bit of one changed.
#[must_use]
pub fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1;
    changed
}

/// 32 bytes that encode no point (RFC 9496, appendix A.2), but are a canonical scalar.
pub const NO_POINT: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};
