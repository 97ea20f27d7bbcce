//! Drafts: from a description to the exact bytes of a manifest, judged by the one parser, with its advice.

use std::collections::BTreeMap;

use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::{
    Base, Board, Condition, ContestDocument, Document, Member, Officials, Privacy, Region, Registrars, Roll,
    Rule, Schedule, Text, Trustees, Witnesses,
};
use plebiscite_election::manifest::error::ManifestError;
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::strict;
use plebiscite_election::manifest::time::Time;
use plebiscite_election::rule::fraction::Fraction;
use thiserror::Error;

/// The template's privacy minimums.
const TEMPLATE_MINIMUM: u32 = 30;

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
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(Manifest::parse(&bytes)?)
}

/// A description to edit: one referendum in one region, with the template's privacy minimums and a majority of the valid
/// votes. `t` is the smallest majority of the trustees, `u` of the officials.
///
/// # Errors
/// [`DraftError`] where the keys or times make no election.
pub fn template(
    title: &str,
    keys: &Keys,
    board: PublicKey,
    opens: Time,
    closes: Time,
) -> Result<Manifest, DraftError> {
    let text = |text: &str| Text(BTreeMap::from([("en".to_owned(), text.to_owned())]));
    let members = |role: &str, keys: &[PublicKey]| -> Vec<Member> {
        keys.iter()
            .zip(1..)
            .map(|(key, number)| Member { name: format!("{role} {number}"), key: *key })
            .collect()
    };
    let majority = |count: usize| u16::try_from(count / 2 + 1).unwrap_or(u16::MAX);
    let document = Document {
        protocol: "plebiscite/v1".to_owned(),
        test: true,
        binding: keys.registrars.len() > 1 && keys.trustees.len() >= 5,
        languages: vec!["en".to_owned()],
        title: text(title),
        contests: vec![ContestDocument::YesNoBlank {
            id: "question".to_owned(),
            question: text(title),
            yes: text("Yes"),
            no: text("No"),
            blank: text("Blank"),
        }],
        regions: vec![Region {
            id: "all".to_owned(),
            name: text("All voters"),
            sibling: None,
            always_opened: false,
            voter_weight: 1,
            region_votes: Fraction::ONE,
        }],
        privacy: Privacy {
            minimum_cell: TEMPLATE_MINIMUM,
            minimum_eligible: TEMPLATE_MINIMUM,
            small_numbers_sentence: None,
            small_poll: None,
        },
        tie_breaks: Vec::new(),
        rules: vec![Rule {
            contest: "question".to_owned(),
            conditions: vec![Condition::Majority {
                of: Base::Valid,
                fraction: Fraction::new(1, 2).unwrap_or(Fraction::ONE),
                strict: true,
            }],
        }],
        officials: Officials {
            quorum: majority(keys.officials.len()),
            keys: members("official", &keys.officials),
        },
        trustees: Trustees {
            threshold: majority(keys.trustees.len()),
            members: members("trustee", &keys.trustees),
            one_trustee_can_block: (usize::from(majority(keys.trustees.len())) + 2 > keys.trustees.len())
                .then(|| text("Any one trustee can block the result.")),
            minority_can_read: None,
        },
        registrars: Registrars {
            members: members("registrar", &keys.registrars),
            one_registrar_can_vote: None,
        },
        roll: Roll { maximum: 1_000_000 },
        board: Board { key: board },
        witnesses: Witnesses { faulty: 0, quorum: 0, keys: Vec::new() },
        schedule: Schedule {
            opens,
            closes,
            latest_close: closes,
            earliest_early_close: None,
            grace_seconds: 600,
        },
        shares_destroyed_after_days: 30,
    };
    write(&document)
}
