//! Contests: a question of the manifest, and the linear bit form that it compiles to (§13).

mod basis;
mod bits;
mod choice;
pub mod compile;
mod counts;
mod describe;
mod kind;

use plebiscite_crypto::proof::linear_bits::LinearForm;
use serde::Serialize;

pub use self::choice::{Choice, NotOffered};
use self::compile::{CompileError, compile};
pub use self::kind::{Kind, Options, most_votes};
use crate::manifest::document::ContestDocument;

/// Which contest, in the manifest's order, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ContestIndex(pub u16);

impl std::fmt::Display for ContestIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A compiled contest.
#[derive(Debug, Clone)]
pub struct Contest {
    id: String,
    kind: Kind,
    form: LinearForm,
    first_key: usize,
}

impl Contest {
    /// Compiles a question for a roll of at most `roll`; its keys are those from `first_key` on.
    ///
    /// # Errors
    /// [`CompileError`] if the question is no linear bit form.
    pub fn compile(document: &ContestDocument, first_key: usize, roll: u32) -> Result<Self, CompileError> {
        let kind = Kind::of(document)?;
        let form = compile(&describe::describe(kind)?, roll)?;
        Ok(Self { id: document.id().to_owned(), kind, form, first_key })
    }

    /// The contest's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What kind of question it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The linear bit form `(N, k, M, v, L)`.
    pub fn form(&self) -> &LinearForm {
        &self.form
    }

    /// The contest's keys among all keys of the election: one for each tallied number.
    pub fn keys(&self) -> std::ops::Range<usize> {
        self.first_key..self.first_key.saturating_add(self.form.tallied())
    }

    /// How many options there are (yes, no and both among them), blank left out.
    pub fn options(&self) -> u16 {
        self.kind.options().count
    }

    /// Whether blank (or none) can be chosen.
    pub fn offers_blank(&self) -> bool {
        self.kind.options().blank
    }

    /// The bits of `choice`: `form().bits()` bytes of 0 or 1, computed alike whatever its numbers are.
    ///
    /// # Errors
    /// [`NotOffered`] if the contest has no such choice.
    pub fn bits(&self, choice: &Choice) -> Result<Vec<u8>, NotOffered> {
        let bits = bits::bits_of(self.kind, choice)?;
        self.form.check_bits(&bits).map_err(|_| NotOffered)?;
        Ok(bits)
    }

    /// What `bits` say; `None` unless they obey the rules.
    pub fn choice_of(&self, bits: &[u8]) -> Option<Choice> {
        self.form.check_bits(bits).ok()?;
        bits::choice_of(self.kind, bits)
    }

    /// Whether the tallied numbers of `heads` ballots can be these (§18.1).
    pub fn can_be_tally(&self, tally: &[u64], heads: u64) -> bool {
        tally.len() == self.form.tallied() && counts::can_be_tally(self.kind, tally, heads)
    }
}

#[cfg(test)]
mod tests;
