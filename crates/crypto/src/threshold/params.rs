//! The sizes of a ceremony: `t` of `n` trustees, `K` keys (specification §9.1).

/// The greatest length of one message's content, in bytes. The number of chunks that a signed head can name
/// is bounded too, but by the manifest; this bound only keeps every length far from overflowing.
const MAX_CONTENT: u64 = 1 << 26;

/// How many trustees there are, how many decrypt, and how many keys they make. Indices are `1..=n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CeremonyParams {
    t: u16,
    n: u16,
    keys: u32,
}

/// Why numbers are no sizes of a ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// `1 ≤ t ≤ n` does not hold.
    #[error("a threshold of {t} among {n} trustees is not between 1 and their number")]
    Threshold {
        /// The threshold asked for.
        t: u16,
        /// The number of trustees asked for.
        n: u16,
    },
    /// There is nothing to make a key for.
    #[error("a ceremony makes at least one key")]
    NoKeys,
    /// The longest message would exceed 2^26 bytes.
    #[error("a message of this ceremony could be longer than 2^26 bytes")]
    TooLarge,
}

impl CeremonyParams {
    /// `t` of `n` trustees and `keys` tallied forms over all contests. Whether such a quorum is acceptable
    /// for a vote is the manifest's question; here it only has to be possible.
    pub fn new(t: u16, n: u16, keys: u32) -> Result<Self, ParamsError> {
        if t == 0 || t > n {
            return Err(ParamsError::Threshold { t, n });
        }
        if keys == 0 {
            return Err(ParamsError::NoKeys);
        }
        let params = Self { t, n, keys };
        if params.dealing_bytes() > MAX_CONTENT || params.confirmation_bytes() > MAX_CONTENT {
            return Err(ParamsError::TooLarge);
        }
        Ok(params)
    }

    /// `t`: how many trustees decrypt, and the number of coefficients of each polynomial.
    pub fn threshold(&self) -> u16 {
        self.t
    }

    /// `n`: how many trustees there are.
    pub fn trustees(&self) -> u16 {
        self.n
    }

    /// `K`: the number of keys.
    pub fn keys(&self) -> u32 {
        self.keys
    }

    /// The indices of the trustees, `1..=n`.
    pub fn indices(&self) -> std::ops::RangeInclusive<u16> {
        1..=self.n
    }

    /// The longest content that a message of this ceremony can have, in bytes: what a head may announce.
    pub fn max_content(&self) -> usize {
        // `new` bounds both terms by 2^26, and a list of complaints is n · 130 + 2 < 2^24 bytes.
        self.dealing_bytes().max(self.confirmation_bytes()).max(self.complaints_bytes()) as usize
    }

    /// `K` as a length.
    pub(crate) fn key_count(&self) -> usize {
        self.keys as usize
    }

    /// `t` as a length.
    pub(crate) fn coefficient_count(&self) -> usize {
        usize::from(self.t)
    }

    fn dealing_bytes(&self) -> u64 {
        // All factors are below 2^32, so no product of two reaches 2^64 before the bound is looked at:
        // saturating keeps it so for three.
        let (t, n, keys) = (u64::from(self.t), u64::from(self.n), u64::from(self.keys));
        let commitments = keys.saturating_mul(32).saturating_mul(t).saturating_add(64);
        let one_recipient = keys.saturating_mul(32).saturating_add(96);
        commitments.saturating_add(one_recipient.saturating_mul(n.saturating_sub(1)))
    }

    fn confirmation_bytes(&self) -> u64 {
        let (n, keys) = (u64::from(self.n), u64::from(self.keys));
        keys.saturating_mul(32).saturating_mul(n.saturating_add(1)).saturating_add(32)
    }

    fn complaints_bytes(&self) -> u64 {
        2 + 130 * u64::from(self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_lies_between_one_and_the_number_of_trustees() {
        assert!(CeremonyParams::new(1, 1, 1).is_ok());
        assert!(CeremonyParams::new(5, 5, 1).is_ok());
        assert_eq!(CeremonyParams::new(0, 5, 1), Err(ParamsError::Threshold { t: 0, n: 5 }));
        assert_eq!(CeremonyParams::new(6, 5, 1), Err(ParamsError::Threshold { t: 6, n: 5 }));
        assert_eq!(CeremonyParams::new(3, 5, 0), Err(ParamsError::NoKeys));
    }

    #[test]
    fn sizes_that_no_message_could_have_are_refused_without_overflow() {
        assert_eq!(CeremonyParams::new(3, 5, u32::MAX), Err(ParamsError::TooLarge));
        assert_eq!(CeremonyParams::new(u16::MAX, u16::MAX, u32::MAX), Err(ParamsError::TooLarge));
        assert!(CeremonyParams::new(3, 5, 1000).is_ok());
    }
}
