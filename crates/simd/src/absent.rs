//! Other processors than x86-64: there are no lanes, and no value of these types exists.

#[derive(Clone, Copy, Debug)]
enum Never {}

/// Never there.
#[derive(Clone, Copy, Debug)]
pub struct Ifma(Never);

/// Never there.
#[derive(Debug)]
pub struct Points(Never);

impl Ifma {
    /// None.
    #[must_use]
    pub const fn detect() -> Option<Self> {
        None
    }

    /// Never called.
    #[must_use]
    pub fn decode(self, _: &[[u8; 32]], _: impl FnMut(usize)) -> Points {
        match self.0 {}
    }

    /// Never called.
    #[must_use]
    pub fn sums_to_identity(self, points: &Points, _: &[u32], _: &[[u8; 32]]) -> bool {
        match points.0 {}
    }
}
