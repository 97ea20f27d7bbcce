//! The kinds of questions, with the numbers that decide their form (§12.3).

use super::compile::{CompileError, MAX_BITS};
use crate::manifest::document::{ContestDocument, RankedMethod};

/// A kind of question with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes, no or blank; yes and no are tallied.
    YesNoBlank,
    /// Yes, no, both or none; all but none are tallied.
    YesNoBothNone,
    /// One of the options.
    SingleChoice(Options),
    /// `minimum` to `maximum` of the options.
    Approval {
        /// The options.
        of: Options,
        /// Fewest approvals.
        minimum: u32,
        /// Most approvals.
        maximum: u32,
    },
    /// 0 to `maximum` for each option.
    Score {
        /// The options.
        of: Options,
        /// The highest score.
        maximum: u32,
    },
    /// 0 to `maximum` points for each option, `minimum` to `budget` altogether.
    Cumulative {
        /// The options.
        of: Options,
        /// Most points altogether.
        budget: u32,
        /// Fewest points altogether.
        minimum: u32,
        /// Most points for one option.
        maximum: u32,
    },
    /// Votes for each option, whose squares add up to at most `budget`.
    Quadratic {
        /// The options.
        of: Options,
        /// Most credits.
        budget: u32,
    },
    /// All options in an order; ranks give points.
    Borda(Options),
    /// All options in an order; pairs are counted.
    Condorcet {
        /// The options.
        of: Options,
        /// Which method decides.
        method: RankedMethod,
    },
}

/// What all contests of options have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many options there are.
    pub count: u16,
    /// Whether blank is offered.
    pub blank: bool,
    /// How many places there are.
    pub places: u16,
}

impl Kind {
    /// The kind of a question.
    ///
    /// # Errors
    /// [`CompileError::Bits`] for more options than any ballot could carry.
    pub(super) fn of(document: &ContestDocument) -> Result<Self, CompileError> {
        let options = |places: u16| {
            let count = document.options().len();
            match u16::try_from(count) {
                Ok(count) if u64::from(count) <= MAX_BITS => {
                    Ok(Options { count, blank: document.blank().is_some(), places })
                }
                _ => Err(CompileError::Bits { bits: u64::try_from(count).unwrap_or(u64::MAX) }),
            }
        };
        Ok(match *document {
            ContestDocument::YesNoBlank { .. } => Self::YesNoBlank,
            ContestDocument::YesNoBothNone { .. } => Self::YesNoBothNone,
            ContestDocument::SingleChoice { places, .. } => Self::SingleChoice(options(places)?),
            ContestDocument::Approval { places, minimum, maximum, .. } => {
                Self::Approval { of: options(places)?, minimum, maximum }
            }
            ContestDocument::Score { places, maximum, .. } => Self::Score { of: options(places)?, maximum },
            ContestDocument::Cumulative { places, budget, minimum, maximum, .. } => {
                Self::Cumulative { of: options(places)?, budget, minimum, maximum }
            }
            ContestDocument::Quadratic { places, budget, .. } => {
                Self::Quadratic { of: options(places)?, budget }
            }
            ContestDocument::Borda { places, .. } => Self::Borda(options(places)?),
            ContestDocument::Condorcet { places, method, .. } => {
                Self::Condorcet { of: options(places)?, method }
            }
        })
    }

    /// Options, blank and places; those of a yes/no contest are its answers, and no places.
    pub fn options(&self) -> Options {
        match *self {
            Self::YesNoBlank => Options { count: 2, blank: true, places: 0 },
            Self::YesNoBothNone => Options { count: 3, blank: true, places: 0 },
            Self::SingleChoice(of)
            | Self::Borda(of)
            | Self::Approval { of, .. }
            | Self::Score { of, .. }
            | Self::Cumulative { of, .. }
            | Self::Quadratic { of, .. }
            | Self::Condorcet { of, .. } => of,
        }
    }

    /// Whether exactly one option or blank is chosen, and blank is what is left over.
    pub fn is_one_of(&self) -> bool {
        matches!(self, Self::YesNoBlank | Self::YesNoBothNone | Self::SingleChoice(_))
    }

    /// Whether blank is a tallied number of its own, the last one.
    pub fn tallies_blank(&self) -> bool {
        self.options().blank && !self.is_one_of()
    }
}

/// `⌊√budget⌋`: the most votes that `budget` credits buy for one option.
pub fn most_votes(budget: u32) -> u32 {
    budget.isqrt()
}
