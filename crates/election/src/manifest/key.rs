//! Ed25519 public keys as the manifest writes them: 64 lower-case hexadecimal digits.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The 32 bytes of a key, not yet known to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

/// Why 32 bytes are not a key of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The bytes do not encode a point of the curve.
    #[error("not a point of the curve")]
    NotAPoint,
    /// The point has a second, shorter encoding; these bytes are not the one that counts.
    #[error("not the canonical encoding of its point")]
    NotCanonical,
    /// Anyone can sign under such a key.
    #[error("a point of small order")]
    SmallOrder,
}

/// The text is not a key of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 lower-case hexadecimal digits")]
pub struct KeyTextFault;

impl PublicKey {
    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyTextFault`] for any other text.
    pub fn parse(text: &str) -> Result<Self, KeyTextFault> {
        let mut bytes = [0; 32];
        let decoded = hex::decode_to_slice(text, &mut bytes);
        if decoded.is_err() || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(KeyTextFault);
        }
        Ok(Self(bytes))
    }

    /// Decodes by the one rule of this protocol: canonical encoding, order not small.
    ///
    /// # Errors
    /// [`KeyFault`] names which part of the rule is broken. Public bytes only: not constant time.
    pub fn decode(&self) -> Result<VerifyingKey, KeyFault> {
        let compressed = CompressedEdwardsY(self.0);
        let point = compressed.decompress().ok_or(KeyFault::NotAPoint)?;
        if point.compress() != compressed {
            return Err(KeyFault::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyFault::SmallOrder);
        }
        VerifyingKey::from_bytes(&self.0).map_err(|_| KeyFault::NotAPoint)
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(seed: u8) -> PublicKey {
        PublicKey(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes())
    }

    #[test]
    fn an_honest_key_is_accepted_and_its_lies_are_named() {
        assert!(key_of(1).decode().is_ok());
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey(identity).decode(), Err(KeyFault::SmallOrder));
        assert_eq!(PublicKey([0; 32]).decode(), Err(KeyFault::SmallOrder));
        // y = 2 has no x on the curve.
        let mut two = [0; 32];
        two[0] = 2;
        assert_eq!(PublicKey(two).decode(), Err(KeyFault::NotAPoint));
        // y = p + 1 is the identity, written in a second way.
        let mut long = [0xff; 32];
        long[0] = 0xee;
        long[31] = 0x7f;
        assert_eq!(PublicKey(long).decode(), Err(KeyFault::NotCanonical));
    }

    #[test]
    fn keys_are_lower_case_hexadecimal_of_exact_length() {
        let good = serde_json::to_string(&key_of(1)).unwrap();
        assert_eq!(serde_json::from_str::<PublicKey>(&good).unwrap(), key_of(1));
        let upper = good.to_uppercase();
        assert!(serde_json::from_str::<PublicKey>(&upper).is_err());
        assert!(
            serde_json::from_str::<PublicKey>(&good.replacen(|c: char| c.is_ascii_hexdigit(), "", 1))
                .is_err()
        );
    }
}
