//! What a voter chose in one contest, as she says it.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A choice. A secret: it has no `Display`, a blind `Debug`, and is wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Choice {
    /// Of contests in which one is chosen: the option of this number, from 0; in a yes/no contest
    /// 0 is yes, 1 is no, and 2 is both.
    Option(u16),
    /// Blank, or none.
    Blank,
    /// A number for each option, in the manifest's order: 1 for approved and 0 for not, scores, points, votes.
    Numbers(Vec<u32>),
    /// All options, the most preferred first.
    Ranking(Vec<u16>),
}

/// The contest does not offer this choice. It does not say which: the choice is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the contest does not offer this choice")]
pub struct NotOffered;

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Choice(..)")
    }
}
