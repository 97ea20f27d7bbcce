//! The tracker: SHA-256 of a ballot's unsigned body (§15.2).

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::credential::{grouped, normalise, symbols};

/// Symbols shown: 125 bits.
const SHOWN: usize = 25;
/// Symbols in a group: 5 groups of 5, unlike a code (7 of 4) and a fingerprint (4 of 7).
const GROUP: usize = 5;

/// Names one encrypted ballot. `Display` shows 125 bits of it; comparisons in programs use all 256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tracker(pub [u8; 32]);

impl Tracker {
    /// What stands in `prev` where there is no ballot before.
    pub const NONE: Self = Self([0; 32]);

    /// The tracker of an unsigned body.
    #[must_use]
    pub fn of(unsigned_body: &[u8]) -> Self {
        Self(Sha256::digest(unsigned_body).into())
    }
}

/// What a voter reads and types of a tracker: its first 125 bits. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlCode(String);

/// Typed text that is no control code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a control code has 5 groups of 5 symbols")]
pub struct ControlCodeError;

impl ControlCode {
    /// Reads a typed control code: case, O and 0, I, L and 1, and separators do not matter.
    ///
    /// # Errors
    /// [`ControlCodeError`].
    pub fn parse(text: &str) -> Result<Self, ControlCodeError> {
        let typed = normalise(text).map_err(|_| ControlCodeError)?;
        if typed.len() == SHOWN { Ok(Self(grouped(&typed, GROUP))) } else { Err(ControlCodeError) }
    }

    /// The control code of a tracker.
    #[must_use]
    pub fn of(tracker: &Tracker) -> Self {
        Self(tracker.to_string())
    }
}

impl fmt::Display for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&symbols(&self.0, SHOWN), GROUP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracker_is_shown_in_five_groups_of_five() {
        let shown = Tracker::of(b"a body").to_string();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [5; 5]);
        assert_ne!(shown, Tracker::of(b"another").to_string());
    }

    #[test]
    fn all_of_the_first_125_bits_are_shown() {
        let zero = Tracker::NONE.to_string();
        for bit in 0..128 {
            let mut bytes = [0u8; 32];
            bytes[bit / 8] |= 0x80 >> (bit % 8);
            assert_eq!(Tracker(bytes).to_string() != zero, bit < 125);
        }
    }

    #[test]
    fn a_typed_control_code_is_read_as_it_was_shown_and_nothing_else_is() {
        let tracker = Tracker::of(b"a body");
        let shown = tracker.to_string();
        let sloppy = shown.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(ControlCode::parse(&sloppy), Ok(ControlCode::of(&tracker)));
        assert_ne!(ControlCode::parse(&shown), Ok(ControlCode::of(&Tracker::of(b"another"))));
        for wrong in ["", &shown[1..], &format!("{shown}0"), &format!("{shown}!")] {
            assert_eq!(ControlCode::parse(wrong), Err(ControlCodeError));
        }
    }
}
