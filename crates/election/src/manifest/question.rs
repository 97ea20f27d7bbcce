//! The questions of the manifest as written, by their kinds (§12.3), and tie-breaks between them (§12.13).

use serde::{Deserialize, Serialize};

use super::document::Text;

/// One question, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ContestDocument {
    /// Yes, no or blank: a referendum.
    YesNoBlank {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The label of yes.
        yes: Text,
        /// The label of no.
        no: Text,
        /// The label of blank.
        blank: Text,
    },
    /// Yes, no, both or none: a referendum whose law counts these four apart.
    YesNoBothNone {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The label of yes.
        yes: Text,
        /// The label of no.
        no: Text,
        /// The label of both.
        both: Text,
        /// The label of none.
        none: Text,
    },
    /// One of several options, or blank where that is offered.
    SingleChoice {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// How places are given.
        method: PluralityMethod,
        /// How many places there are.
        places: u16,
    },
    /// Several of the options.
    Approval {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// Fewest options to approve.
        minimum: u32,
        /// Most options to approve.
        maximum: u32,
        /// How places are given.
        method: PluralityMethod,
        /// How many places there are.
        places: u16,
    },
    /// A score for each option.
    Score {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// The highest score; the lowest is 0.
        maximum: u32,
        /// How places are given.
        method: TotalMethod,
        /// How many places there are; 0: a rating without a winner.
        places: u16,
    },
    /// Points shared out among the options.
    Cumulative {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// Most points altogether.
        budget: u32,
        /// Fewest points altogether.
        minimum: u32,
        /// Most points for one option.
        maximum: u32,
        /// How places are given.
        method: TotalMethod,
        /// How many places there are.
        places: u16,
    },
    /// Votes for the options, whose squares share a budget.
    Quadratic {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// Most credits altogether; `v` votes for an option cost `v²`.
        budget: u32,
        /// How places are given.
        method: TotalMethod,
        /// How many places there are.
        places: u16,
    },
    /// All options in an order, of which each rank gives points.
    Borda {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// How places are given.
        method: TotalMethod,
        /// How many places there are.
        places: u16,
    },
    /// All options in an order, of which every pair is counted.
    Condorcet {
        /// The contest's id.
        id: String,
        /// What is asked.
        question: Text,
        /// The options, in the order of the ballot.
        options: Vec<OptionDocument>,
        /// The label of blank; `null`: blank is not offered.
        blank: Option<Text>,
        /// Which method decides.
        method: RankedMethod,
        /// How many places there are: one.
        places: u16,
    },
}

impl ContestDocument {
    /// The contest's id.
    pub fn id(&self) -> &str {
        match self {
            Self::YesNoBlank { id, .. }
            | Self::YesNoBothNone { id, .. }
            | Self::SingleChoice { id, .. }
            | Self::Approval { id, .. }
            | Self::Score { id, .. }
            | Self::Cumulative { id, .. }
            | Self::Quadratic { id, .. }
            | Self::Borda { id, .. }
            | Self::Condorcet { id, .. } => id,
        }
    }

    /// What is asked.
    pub fn question(&self) -> &Text {
        match self {
            Self::YesNoBlank { question, .. }
            | Self::YesNoBothNone { question, .. }
            | Self::SingleChoice { question, .. }
            | Self::Approval { question, .. }
            | Self::Score { question, .. }
            | Self::Cumulative { question, .. }
            | Self::Quadratic { question, .. }
            | Self::Borda { question, .. }
            | Self::Condorcet { question, .. } => question,
        }
    }

    /// Whether it is decided by a rule: yes and no, with blank or with both and none.
    pub fn is_yes_no(&self) -> bool {
        matches!(self, Self::YesNoBlank { .. } | Self::YesNoBothNone { .. })
    }

    /// Id and label of what a voter can choose, rate or rank, in the ballot's order; blank (or none) left out.
    /// The ids of a yes/no contest are `yes`, `no` and, where it is offered, `both`.
    pub fn options(&self) -> Vec<(&str, &Text)> {
        match self {
            Self::YesNoBlank { yes, no, .. } => vec![("yes", yes), ("no", no)],
            Self::YesNoBothNone { yes, no, both, .. } => vec![("yes", yes), ("no", no), ("both", both)],
            Self::SingleChoice { options, .. }
            | Self::Approval { options, .. }
            | Self::Score { options, .. }
            | Self::Cumulative { options, .. }
            | Self::Quadratic { options, .. }
            | Self::Borda { options, .. }
            | Self::Condorcet { options, .. } => {
                options.iter().map(|option| (option.id.as_str(), &option.label)).collect()
            }
        }
    }

    /// The label of blank, or of none; `None` where it is not offered.
    pub fn blank(&self) -> Option<&Text> {
        match self {
            Self::YesNoBlank { blank, .. } => Some(blank),
            Self::YesNoBothNone { none, .. } => Some(none),
            Self::SingleChoice { blank, .. }
            | Self::Approval { blank, .. }
            | Self::Score { blank, .. }
            | Self::Cumulative { blank, .. }
            | Self::Quadratic { blank, .. }
            | Self::Borda { blank, .. }
            | Self::Condorcet { blank, .. } => blank.as_ref(),
        }
    }
}

/// One option of a contest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionDocument {
    /// The option's id, of its own within the contest.
    pub id: String,
    /// What the voter reads.
    pub label: Text,
}

/// How the places of a contest of votes are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PluralityMethod {
    /// The options with the most votes; equal totals at the last place are a tie.
    Plurality,
}

/// How the places of a contest of numbers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalMethod {
    /// The options with the greatest totals; equal totals at the last place are a tie.
    GreatestTotal,
}

/// Which method decides a ranked contest; both are computed and reported (§18.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankedMethod {
    /// Schulze's method, with winning votes.
    Schulze,
    /// Tideman's ranked pairs.
    RankedPairs,
}

/// Which of two proposals enters into force where both are adopted (§12.13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieBreak {
    /// The id of the contest that asks for it: a single choice of two options.
    pub contest: String,
    /// The ids of the two yes/no contests, in the order of the options.
    pub between: [String; 2],
    /// The regions weigh too.
    pub regions: bool,
}
