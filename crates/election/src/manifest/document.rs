//! The manifest as written: one serde type for each object of the JSON document (§12).
//!
//! These types say which fields there are; what the fields may hold is judged by `check`, and
//! [`Manifest::parse`](super::Manifest::parse) is the only way to a checked manifest. They also
//! serialise, so that a program that drafts a manifest writes the fields by these names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::PublicKey;
use super::time::Time;
use crate::rule::fraction::Fraction;

pub use super::question::{
    ContestDocument, OptionDocument, PluralityMethod, RankedMethod, TieBreak, TotalMethod,
};

/// One text in every language of the manifest: language tag → text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// The text in `language`, if the manifest has it.
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }
}

/// The whole document, field by field (§12.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Always `plebiscite/v1`.
    pub protocol: String,
    /// A rehearsal: nothing that it counts is a result. A rehearsal has another election id.
    pub test: bool,
    /// The result binds someone: larger sets of trustees and registrars are demanded (§12.7, §12.8).
    pub binding: bool,
    /// Language tags; the first is the one shown where a reader's own is not among them.
    pub languages: Vec<String>,
    /// What is voted on.
    pub title: Text,
    /// The questions, in the order of the ballot.
    pub contests: Vec<ContestDocument>,
    /// The regions that voters belong to, in the order that fixes every later list.
    pub regions: Vec<Region>,
    /// How small a group may be whose result is opened.
    pub privacy: Privacy,
    /// The decision rule of each yes/no contest, in the order of these contests.
    pub rules: Vec<Rule>,
    /// Which of two adopted proposals enters into force.
    pub tie_breaks: Vec<TieBreak>,
    /// Who signs the acts of this election.
    pub officials: Officials,
    /// Who decrypts.
    pub trustees: Trustees,
    /// Who makes the credentials.
    pub registrars: Registrars,
    /// The bound on the roll.
    pub roll: Roll,
    /// Who runs the log.
    pub board: Board,
    /// Who cosigns the log.
    pub witnesses: Witnesses,
    /// The scheduled times.
    pub schedule: Schedule,
    /// Shares are destroyed at the latest this many days after the result.
    pub shares_destroyed_after_days: u32,
}

/// One region (§12.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The region's id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// The region whose cell it joins if it is too small; `null`: none.
    pub sibling: Option<String>,
    /// Its result is needed by itself, and opened from three ballots on.
    pub always_opened: bool,
    /// What each of its voters' ballots is multiplied by, in the clear.
    pub voter_weight: u32,
    /// What it weighs in a majority of regions.
    pub region_votes: Fraction,
}

/// How small a group may be whose result is opened (§12.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Fewest ballots of an opened cell (cells of always-opened regions: three).
    pub minimum_cell: u32,
    /// Fewest credentials of an opened cell.
    pub minimum_eligible: u32,
    /// Shown to voters; there exactly if one of the two is below ten.
    pub small_numbers_sentence: Option<Text>,
    /// Shown to voters; if there, a vote of fewer than `minimum_cell` ballots is opened as one cell.
    pub small_poll: Option<Text>,
}

/// When a yes/no contest is adopted (§12.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The contest's id.
    pub contest: String,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
}

/// One condition of a decision rule (§18.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// So many of the eligible took part; without it the vote is not valid.
    Turnout {
        /// The share of the eligible.
        of_eligible: Fraction,
        /// More than the share, not just the share.
        strict: bool,
        /// Others vote elsewhere, so the turnout is not part of this election: never decided here.
        no_data: bool,
    },
    /// So many of a base voted yes.
    Majority {
        /// The base.
        of: Base,
        /// The share of the base.
        fraction: Fraction,
        /// More than the share, not just the share.
        strict: bool,
    },
    /// Regions with so many of the region votes are in favour.
    Regions {
        /// The share of the region votes.
        fraction: Fraction,
        /// More than the share, not just the share.
        strict: bool,
        /// The regions' results are not part of this election: never decided here.
        no_data: bool,
    },
}

/// What a majority is a majority of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// All ballots, blank ones too.
    Participants,
    /// Yes and no together.
    Valid,
    /// All credentials of the roll.
    Eligible,
}

/// A named key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// What reports call the holder; of its own within the role.
    pub name: String,
    /// The holder's Ed25519 public key.
    pub key: PublicKey,
}

/// `u` of `m` officials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officials {
    /// `u`: how many sign an act.
    pub quorum: u16,
    /// The `m` officials.
    pub keys: Vec<Member>,
}

/// `t` of `n` trustees (§12.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trustees {
    /// `t`: how many decrypt.
    pub threshold: u16,
    /// The `n` trustees; the first has index 1.
    pub members: Vec<Member>,
    /// Shown to voters; there exactly if `t > n − 2`.
    pub one_trustee_can_block: Option<Text>,
    /// Shown to voters; there exactly if `2t ≤ n`.
    pub minority_can_read: Option<Text>,
}

/// One registrar or two (§12.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registrars {
    /// The registrars, numbered from 0.
    pub members: Vec<Member>,
    /// Shown to voters; needed if a binding vote has one registrar only, refused where there are two.
    pub one_registrar_can_vote: Option<Text>,
}

/// The bound on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    /// Most credentials that the roll may hold.
    pub maximum: u32,
}

/// The operator of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// The key that signs checkpoints.
    pub key: PublicKey,
}

/// The witness policy (§12.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witnesses {
    /// `f`: how many faulty witnesses are to be survived.
    pub faulty: u16,
    /// How many cosignatures a receipt's checkpoint needs.
    pub quorum: u16,
    /// The witnesses; may be empty.
    pub keys: Vec<Member>,
}

/// The scheduled times and their limits (§12.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Voting opens.
    pub opens: Time,
    /// Voting closes, unless extended.
    pub closes: Time,
    /// No extension goes beyond this time.
    pub latest_close: Time,
    /// No close names an earlier time; `null`: none before the time in force.
    pub earliest_early_close: Option<Time>,
    /// How late a close may be before the report calls it late.
    pub grace_seconds: u32,
}
