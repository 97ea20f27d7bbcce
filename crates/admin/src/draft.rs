//! Drafts: from a description to the exact bytes of a manifest, judged by the one parser, with its advice.

use std::collections::BTreeMap;

use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{
    Board, ContestDocument, Document, Member, Officials, OptionDocument, Privacy, Region, Registrars, Roll,
    Rule, Schedule, Text, Trustees, Witnesses,
};
use plebiscite_election::manifest::error::ManifestError;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::strict;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;
use thiserror::Error;

use crate::phrases::{Phrase, phrase};
use crate::questions::{Asked, Decided, Numbers, QuestionKind, of_options, option_id, yes_no};

/// The privacy minimums of a large roll, and the least that there are (§12.5).
const USUAL_MINIMUM: u32 = 30;
const LEAST_MINIMUM: u32 = 3;
/// Below this voters are told.
const SMALL_MINIMUM: u32 = 10;
/// Fewest trustees of a binding vote (§12.7); three of them decrypt.
const BINDING_TRUSTEES: usize = 5;
/// Room on a roll that is left at least.
const LEAST_ROOM: u32 = 5;
/// The greatest roll of a template whose size is not named.
const USUAL_ROLL: u32 = 1_000_000;

/// Why there is no draft.
#[derive(Debug, Error)]
pub enum DraftError {
    /// The description is not the document.
    #[error("the description is refused: {0}")]
    Strict(#[from] strict::StrictFault),
    /// The manifest made from it.
    #[error("the manifest is refused: {0}")]
    Manifest(#[from] ManifestError),
    /// What is to be rehearsed is a test already.
    #[error("this is a TEST already: rehearse the description of the real election, where test is false")]
    TestAlready,
    /// Nothing that JSON could hold.
    #[error("the manifest cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// The parties' keys for a template.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The officials'.
    pub officials: Vec<PublicKey>,
    /// The trustees'.
    pub trustees: Vec<PublicKey>,
    /// The registrars'.
    pub registrars: Vec<PublicKey>,
    /// The witnesses, by their names in signed notes.
    pub witnesses: Vec<Member>,
}

/// What a template is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is voted on.
    pub title: String,
    /// The parties' keys.
    pub keys: Keys,
    /// The board's key.
    pub board: PublicKey,
    /// When voting opens.
    pub opens: Time,
    /// When it closes.
    pub closes: Time,
    /// The questions, one of each kind named.
    pub kinds: Vec<QuestionKind>,
    /// The rule of every question of yes and no.
    pub decided: Decided,
    /// About how many voters will be on the roll: the minimums fit them, and the roll has room for a tenth more.
    pub voters: Option<u32>,
}

/// Reads a description (a manifest's JSON in any spacing), writes it in this program's own, and judges the bytes.
///
/// # Errors
/// [`DraftError`], naming the first rule that is broken.
pub fn from_description(bytes: &[u8]) -> Result<Manifest, DraftError> {
    write(&strict::read(bytes)?)
}

/// The same election as a test: one field differs, so that it has another id.
///
/// # Errors
/// [`DraftError`].
pub fn rehearsal(bytes: &[u8]) -> Result<Manifest, DraftError> {
    let mut document: Document = strict::read(bytes)?;
    if document.test {
        return Err(DraftError::TestAlready);
    }
    // What is rehearsed must itself be a manifest.
    write(&document)?;
    document.test = true;
    write(&document)
}

/// The manifest's bytes for a document, judged.
///
/// # Errors
/// [`DraftError`].
pub fn write(document: &Document) -> Result<Manifest, DraftError> {
    Ok(Manifest::parse(&bytes(document)?)?)
}

/// A document as this program writes it.
///
/// # Errors
/// [`DraftError::Json`].
pub fn bytes(document: &Document) -> Result<Vec<u8>, DraftError> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A description to edit: the questions of a plan in one region, with the template's privacy minimums. `t` is the smallest
/// majority of the trustees, `u` of the officials, and as many witnesses may be faulty as three times as many others allow.
///
/// # Errors
/// [`DraftError`] where the keys or times make no election.
pub fn template(plan: &Plan) -> Result<Manifest, DraftError> {
    let keys = &plan.keys;
    let members = |role: &str, keys: &[PublicKey]| -> Vec<Member> {
        keys.iter()
            .zip(1..)
            .map(|(key, number)| Member { name: format!("{role} {number}"), key: *key })
            .collect()
    };
    let contests: Vec<ContestDocument> =
        plan.kinds.iter().zip(1..).map(|(kind, number)| question(plan, *kind, number)).collect();
    let asked = contests.iter().filter(|contest| contest.is_yes_no());
    let rule = |contest: &ContestDocument| Rule {
        contest: contest.id().to_owned(),
        conditions: plan.decided.conditions(),
    };
    let threshold = majority(keys.trustees.len());
    let binding = keys.trustees.len() >= BINDING_TRUSTEES;
    let minimum = plan.voters.map_or(USUAL_MINIMUM, fitting_minimum);
    let maximum = plan.voters.map_or(USUAL_ROLL, with_room);
    let document = Document {
        protocol: "plebiscite/v1".to_owned(),
        test: true,
        binding,
        languages: vec!["en".to_owned()],
        title: english(&plan.title),
        rules: asked.map(rule).collect(),
        contests,
        regions: vec![Region {
            id: "all".to_owned(),
            name: said(Phrase::AllVoters),
            sibling: None,
            always_opened: plan.decided.regions.is_some(),
            voter_weight: 1,
            region_votes: Fraction::ONE,
        }],
        privacy: Privacy {
            minimum_cell: minimum,
            minimum_eligible: minimum,
            small_numbers_sentence: (minimum < SMALL_MINIMUM).then(|| said(Phrase::SmallNumbers)),
            small_poll: None,
        },
        tie_breaks: Vec::new(),
        officials: Officials {
            quorum: majority(keys.officials.len()),
            keys: members("official", &keys.officials),
        },
        trustees: Trustees {
            threshold,
            members: members("trustee", &keys.trustees),
            one_trustee_can_block: (usize::from(threshold).saturating_add(2) > keys.trustees.len())
                .then(|| said(Phrase::TrusteeBlocks)),
            minority_can_read: None,
        },
        registrars: Registrars {
            members: members("registrar", &keys.registrars),
            one_registrar_can_vote: (binding && keys.registrars.len() == 1)
                .then(|| said(Phrase::RegistrarVotes)),
        },
        roll: Roll { maximum },
        board: Board { key: plan.board },
        witnesses: witnesses(keys.witnesses.clone()),
        schedule: Schedule {
            opens: plan.opens,
            closes: plan.closes,
            latest_close: plan.closes,
            earliest_early_close: None,
            grace_seconds: 600,
        },
        shares_destroyed_after_days: 30,
    };
    write(&document)
}

/// A minimum that fits a group of so many voters: a third of them, so that it is reached at any usual turnout; 30 of large
/// groups, and never fewer than 3.
#[must_use]
pub fn fitting_minimum(voters: u32) -> u32 {
    (voters / 3).clamp(LEAST_MINIMUM, USUAL_MINIMUM)
}

/// The greatest roll that is proposed where so many voters are expected: a tenth more.
#[must_use]
pub const fn with_room(voters: u32) -> u32 {
    let tenth = voters / 10;
    voters.saturating_add(if tenth < LEAST_ROOM { LEAST_ROOM } else { tenth })
}

/// The smallest majority.
#[must_use]
pub fn majority(count: usize) -> u16 {
    u16::try_from(count / 2).unwrap_or(u16::MAX).saturating_add(1)
}

/// Witnesses with the quorum with which two quorums share an honest one, for as many faulty ones as a third allows.
#[must_use]
pub fn witnesses(keys: Vec<Member>) -> Witnesses {
    let members = u16::try_from(keys.len()).unwrap_or(u16::MAX);
    let faulty = members.saturating_sub(1) / 3;
    let quorum = if members == 0 { 0 } else { members.saturating_add(faulty) / 2 + 1 };
    Witnesses { faulty, quorum, keys }
}

/// A question of the template: its words are there to be replaced.
fn question(plan: &Plan, kind: QuestionKind, number: usize) -> ContestDocument {
    let id = if plan.kinds.len() == 1 { "question".to_owned() } else { format!("q{number}") };
    let asked = english(&plan.title);
    if kind.is_yes_no() {
        let both = kind == QuestionKind::YesNoBothNone;
        let last = if both { Phrase::Neither } else { Phrase::Blank };
        let labels = [Phrase::Yes, Phrase::No, last].map(said);
        return yes_no(id, asked, labels, both.then(|| said(Phrase::Both)));
    }
    let option =
        |(id, name): (String, &str)| OptionDocument { id, label: english(&format!("Option {name}")) };
    let options = (0..).map(option_id).zip(["A", "B", "C"]).map(option).collect();
    of_options(
        kind,
        Asked { id, question: asked, options, blank: Some(said(Phrase::Blank)) },
        Numbers::usual(kind),
    )
}

fn english(text: &str) -> Text {
    Text(BTreeMap::from([("en".to_owned(), text.to_owned())]))
}

fn said(of: Phrase) -> Text {
    english(phrase("en", of).unwrap_or_default())
}
