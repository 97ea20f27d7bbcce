//! The election's fingerprint on the letter: 140 bits of the election id, 4 groups of 7 symbols (§14.2).
//!
//! A code is 7 groups of 4, so neither can be taken for the other.

use std::fmt;

use thiserror::Error;

use super::crockford;
use crate::manifest::ElectionId;

/// Symbols of a fingerprint: 140 bits.
const SYMBOLS: usize = 28;
/// Groups on paper, and symbols in each.
const GROUPS: usize = 4;
const GROUP: usize = 7;

/// The first 140 bits of an election id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; SYMBOLS]);

/// Why typed text is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FingerprintError {
    /// A character that fingerprints are not written with.
    #[error("the character at position {position} does not occur in fingerprints")]
    Symbol {
        /// Counted in characters of the typed text, from 0.
        position: usize,
    },
    /// Not 28 symbols.
    #[error("a fingerprint has 28 symbols, this has {found}")]
    Length {
        /// Symbols found, separators not counted.
        found: usize,
    },
}

impl Fingerprint {
    /// The fingerprint of an election.
    #[must_use]
    pub fn of(election: &ElectionId) -> Self {
        let mut symbols = [b'0'; SYMBOLS];
        symbols
            .iter_mut()
            .zip(crockford::symbols(&election.0, SYMBOLS))
            .for_each(|(place, symbol)| *place = symbol);
        Self(symbols)
    }

    /// Reads a typed fingerprint, normalised like a code. Compare the result with [`Fingerprint::of`].
    ///
    /// # Errors
    /// [`FingerprintError`].
    pub fn parse(text: &str) -> Result<Self, FingerprintError> {
        let typed = crockford::normalise(text).map_err(|position| FingerprintError::Symbol { position })?;
        let found = typed.len();
        typed.as_slice().try_into().map(Self).map_err(|_| FingerprintError::Length { found })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::grouped(&self.0, GROUP))
    }
}

/// Whether text is written the way fingerprints are printed.
pub(super) fn is_written_as_fingerprint(text: &str) -> bool {
    crockford::is_grouped(text, GROUPS, GROUP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_fingerprint_is_read_back_and_another_elections_differs() {
        let fingerprint = Fingerprint::of(&ElectionId([0x5a; 32]));
        let printed = fingerprint.to_string();
        assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [7; 4]);
        assert_eq!(Fingerprint::parse(&printed.to_lowercase()), Ok(fingerprint));
        let mut id = [0x5a; 32];
        id[17] ^= 0x10; // bit 139, the last one that is printed
        assert_ne!(Fingerprint::of(&ElectionId(id)), fingerprint);
    }

    #[test]
    fn text_of_another_length_is_refused() {
        assert_eq!(Fingerprint::parse("ABC"), Err(FingerprintError::Length { found: 3 }));
        assert_eq!(Fingerprint::parse("AB?"), Err(FingerprintError::Symbol { position: 2 }));
        assert!(Fingerprint::parse(&"7".repeat(28)).is_ok());
    }
}
