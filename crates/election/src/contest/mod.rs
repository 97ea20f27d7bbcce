//! Contests: a question of the manifest, and the linear bit form that it compiles to (§13).

pub mod compile;

use plebiscite_crypto::proof::linear_bits::LinearForm;
use serde::Serialize;

use self::compile::{CompileError, Description, Equation, compile};
use crate::manifest::document::ContestDocument;

/// Which contest, in the manifest's order, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ContestIndex(pub u16);

impl std::fmt::Display for ContestIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What kinds of questions there are in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes, no or blank; the bits are yes, no, blank, and yes and no are tallied.
    YesNoBlank,
    /// One of `options`; the bits are the options in order, then blank if it is offered.
    SingleChoice {
        /// How many options there are.
        options: u16,
        /// Whether blank is offered.
        blank: bool,
        /// How many places there are.
        places: u16,
    },
}

/// A compiled contest.
#[derive(Debug, Clone)]
pub struct Contest {
    id: String,
    kind: Kind,
    form: LinearForm,
    first_key: usize,
}

/// What a voter chose in one contest. A secret: it has no `Display` and a blind `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The option of this number, from 0; in a yes/no contest 0 is yes and 1 is no.
    Option(u16),
    /// Blank.
    Blank,
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

impl Contest {
    /// Compiles a question for a roll of at most `roll`; its keys are those from `first_key` on.
    ///
    /// # Errors
    /// [`CompileError`] if the question is no linear bit form.
    pub fn compile(document: &ContestDocument, first_key: usize, roll: u32) -> Result<Self, CompileError> {
        let kind = kind_of(document)?;
        let form = compile(&describe(kind), roll)?;
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

    /// How many choices have a number (yes and no, or the options), blank left out.
    pub fn options(&self) -> u16 {
        match self.kind {
            Kind::YesNoBlank => 2,
            Kind::SingleChoice { options, .. } => options,
        }
    }

    /// Whether blank can be chosen.
    pub fn offers_blank(&self) -> bool {
        match self.kind {
            Kind::YesNoBlank => true,
            Kind::SingleChoice { blank, .. } => blank,
        }
    }

    /// The bits of `choice`: `form().bits()` bytes of 0 or 1, every one computed alike whatever the choice is.
    ///
    /// # Errors
    /// [`NotOffered`] if there is no such option, or no blank.
    pub fn bits(&self, choice: Choice) -> Result<Vec<u8>, NotOffered> {
        let options = self.options();
        let chosen = match choice {
            Choice::Option(number) if number < options => number,
            Choice::Blank if self.offers_blank() => options,
            _ => return Err(NotOffered),
        };
        let all = 0..options.saturating_add(u16::from(self.offers_blank()));
        Ok(all.map(|number| u8::from(number == chosen)).collect())
    }

    /// Whether the tallied numbers of `heads` ballots can be these: each at most `heads`, all of them
    /// together at most `heads`, and exactly `heads` where blank is not offered.
    pub fn can_be_tally(&self, tally: &[u64], heads: u64) -> bool {
        let sum = tally.iter().try_fold(0_u64, |sum, &count| sum.checked_add(count));
        tally.len() == self.form.tallied()
            && sum.is_some_and(|sum| if self.offers_blank() { sum <= heads } else { sum == heads })
    }
}

fn kind_of(document: &ContestDocument) -> Result<Kind, CompileError> {
    Ok(match document {
        ContestDocument::YesNoBlank { .. } => Kind::YesNoBlank,
        ContestDocument::SingleChoice { options, blank, places, .. } => Kind::SingleChoice {
            options: u16::try_from(options.len())
                .map_err(|_| CompileError::Terms { place: "the list of options".to_owned() })?,
            blank: blank.is_some(),
            places: *places,
        },
    })
}

/// The description of each kind (§13.1): all that a further kind has to add.
fn describe(kind: Kind) -> Description {
    match kind {
        Kind::YesNoBlank => one_of(2, true),
        Kind::SingleChoice { options, blank, .. } => one_of(usize::from(options), blank),
    }
}

/// Exactly one bit is set; the first `options` bits are tallied, a blank bit follows from the count.
fn one_of(options: usize, blank: bool) -> Description {
    let bits = options.saturating_add(usize::from(blank));
    let terms = (0..bits).map(|index| (index, 1)).collect();
    Description {
        bits,
        equations: vec![Equation { terms, value: 1 }],
        tallied: (0..options).map(|index| vec![(index, 1)]).collect(),
    }
}

#[cfg(test)]
mod tests;
