//! Other processors than x86-64: there are no lanes, and no value of these types exists.

#[derive(Clone, Copy, Debug)]
enum Never {}

/// Never there.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(Never);

/// Never there.
#[derive(Debug)]
pub struct Points(Never);

impl Lanes {
    /// None.
    #[must_use]
    pub const fn detect() -> Option<Self> {
        None
    }

    /// None.
    #[must_use]
    pub const fn available() -> Vec<Self> {
        Vec::new()
    }

    /// Never called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {}
    }

    /// Never called.
    #[must_use]
    pub fn decode(self, _: &[[u8; 32]], _: impl FnMut(usize)) -> Points {
        match self.0 {}
    }
}

impl Points {
    /// Never called.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.0 {}
    }

    /// Never called.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self.0 {}
    }

    /// Never called.
    #[must_use]
    pub fn sum_to_identity(&self, _: &[u32], _: &[[u8; 32]]) -> bool {
        match self.0 {}
    }
    /// Never called.
    #[must_use]
    pub fn weighted_sum(&self, _: &[u32], _: &[[u8; 32]]) -> [u8; 32] {
        match self.0 {}
    }

    /// Never called.
    #[must_use]
    pub fn sums(&self, _: &[&[u32]]) -> Vec<[u8; 32]> {
        match self.0 {}
    }
}
